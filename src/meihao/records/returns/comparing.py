"""Two versions of a return, cell by cell."""

from __future__ import annotations

from meihao.policy.kinds import Form
from meihao.records.returns.models import Submission
from meihao.records.returns.prefilling import as_cells
from meihao.records.returns.queries_cells import Difference


def between(before: Submission, after: Submission, form: Form) -> list[Difference]:
    """Where the later version says something else, by row and in the order of the form."""
    was, says = as_cells(before.rows), as_cells(after.rows)
    places = {spec.column: place for place, spec in enumerate(form.fields)}

    def order(cell: str) -> tuple[int, int]:
        row, _, column = cell.partition("/")
        return int(row), places.get(column, len(places))

    changed = [cell for cell in {*was, *says} if was.get(cell, "") != says.get(cell, "")]
    return [Difference(cell, was.get(cell, ""), says.get(cell, "")) for cell in sorted(changed, key=order)]
