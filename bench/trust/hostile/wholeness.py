"""Whether a file is in the tables whole or not at all."""

from __future__ import annotations

from bench.trust.hostile.reference import Found
from meihao.documents.returns.received import Intake, Receipt
from meihao.documents.workbook import position, reference


def places_taken(intake: Intake, name: str) -> set[tuple[str, str]]:
    """The cells of a file whose values are in the tables."""
    return {
        (origin.sheet, origin.cell)
        for table in intake.tables.values()
        for origin in table.origins.values()
        if origin.file == name
    }


def partly(intake: Intake, receipt: Receipt, truth: Found, labels: frozenset[str]) -> str | None:
    """What of a file is in the tables though it was not taken, or is not there though it was."""
    origins = places_taken(intake, receipt.name)
    if receipt.outcome != "taken":
        return f"not taken, yet {len(origins)} values are in the tables" if origins else None
    for sheet in receipt.sheets:
        lost = sorted(_expected(sheet.rows[0].sheet, truth, origins, labels) - origins) if sheet.rows else []
        if lost:
            return f"taken, yet not in the tables: {lost[:5]}"
    return None


def _expected(
    name: str, truth: Found, origins: set[tuple[str, str]], labels: frozenset[str]
) -> set[tuple[str, str]]:
    """Every filled cell below the heading, in the columns of which anything was taken."""
    cells = {place: text for ref, text in truth.get(name, {}).items() if (place := position(ref))}
    head = _heading(cells, labels)
    columns = {place[1] for sheet, ref in origins if sheet == name and (place := position(ref))}
    if len(columns) == 1:  # one field a row: only rows with a label have a value
        rows = {row for (row, _), text in cells.items() if text.removeprefix("text ") in labels}
        return {(name, reference(row, column)) for row, column in cells if row in rows and column in columns}
    return {(name, reference(row, column)) for row, column in cells if row > head and column in columns}


def _heading(cells: dict[tuple[int, int], str], labels: frozenset[str]) -> int:
    """The row that holds most of the official names."""
    counts: dict[int, int] = {}
    for (row, _), text in cells.items():
        counts[row] = counts.get(row, 0) + (text.removeprefix("text ") in labels)
    return max(counts, key=lambda row: counts[row], default=0)
