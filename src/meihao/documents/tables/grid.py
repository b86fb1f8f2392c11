"""Tables I and VI: numbers of the district under captions of several storeys, one row or a few."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from openpyxl.utils import get_column_letter

from meihao.base.exact import half_up
from meihao.documents.tables.page import HEAD, OVERHANGING, TITLE, Page, Shown
from meihao.documents.tables.stages import UNDECIDED
from meihao.figures.clauses import Amount
from meihao.figures.plan import Plan
from meihao.figures.result import Evaluation
from meihao.policy.kinds import PrintedTable

NOT_REPORTED = "未报"
_FIGURE_WIDTH, _NAME_WIDTH = 8.0, 14.0


def grid_widths(table: PrintedTable) -> list[float]:
    """The columns' widths, in half-width characters: the rows' names first, where they have any."""
    return [_NAME_WIDTH] * _named(table) + [_FIGURE_WIDTH] * len(table.columns)


def grid_heading(table: PrintedTable) -> int:
    """The last row of the heading: captions, then the codes of the columns."""
    return table.head_row + _storeys(table)


def fill_grid(page: Page, table: PrintedTable, owner: str, evaluation: Evaluation) -> None:
    """The captions as published; `owner` is the table's name, whose totals its columns show."""
    page.put(1, 1, table.caption, TITLE)
    _head(page, table)
    row = grid_heading(table) + 1
    for prefix, caption in table.row_captions.items():
        if _named(table):
            page.put(row, 1, caption)
        for column, spec in enumerate(table.columns, 1 + _named(table)):
            address, shown = _figure(f"{prefix}{spec.shows}", table, owner, evaluation)
            page.figure(row, column, address, shown)
        row += 1
    for line, note in enumerate(table.notes, row):
        page.put(line, 1, note, OVERHANGING)


def unknown_names(table: PrintedTable, plan: Plan) -> list[str]:
    """Names that a grid shows and nothing defines."""
    known = {*table.totals}
    clause = plan.clause(table.clause) if table.clause else None
    if clause is not None:
        known |= {*clause.totals, *(test.id for test in clause.tests)}
    shown = [f"{prefix}{spec.shows}" for prefix in table.row_captions for spec in table.columns]
    return [name for name in shown if name not in known]


def _figure(name: str, table: PrintedTable, owner: str, evaluation: Evaluation) -> tuple[str, Shown]:
    clause = evaluation.plan.clause(table.clause) if table.clause else None
    result = evaluation.block(clause.block).clause(clause.id) if clause else None
    answer = result.answer(name) if result else None
    if answer is not None and clause is not None:
        value, places = answer.value, answer.test.places
        address = f"test/{clause.id}/{name}"
    else:
        whose = clause.id if clause is not None and name in clause.totals else owner
        amount = evaluation.total(whose, name)
        value, places = amount.value, amount.sum.total.places
        address = f"total/{whose}/{name}"
        if value is None and 0 < len(amount.open) < _rows(amount, evaluation):
            return address, UNDECIDED
    return address, NOT_REPORTED if value is None else half_up(value, places)


def _rows(amount: Amount, evaluation: Evaluation) -> int:
    fact = evaluation.plan.facts[amount.sum.fact]
    return len(evaluation.snapshot.table(fact).rows)


def _named(table: PrintedTable) -> bool:
    return any(table.row_captions.values())


def _storeys(table: PrintedTable) -> int:
    return 1 + max(len(column.within) for column in table.columns)


def _head(page: Page, table: PrintedTable) -> None:
    """The captions from the top down, equal neighbours joined; a column's own reaches the bottom."""
    storeys, first = _storeys(table), 1 + _named(table)
    bottom = table.head_row + storeys
    if _named(table):
        page.put(table.head_row, 1, "", HEAD)
        page.merge(f"A{table.head_row}:A{bottom}")
    for depth in range(storeys):
        row = table.head_row + depth
        paths = [(*column.within, column.caption)[: depth + 1] for column in table.columns]
        for path, group in groupby(enumerate(paths, first), key=lambda pair: pair[1]):
            places = [place for place, _ in group]
            if len(path) == depth + 1:
                _join(page, row, path[-1], places, _ends_at(table, places, depth, row, bottom, first))
    for column, spec in enumerate(table.columns, first):
        page.put(bottom, column, spec.code or "", HEAD)


def _ends_at(
    table: PrintedTable, places: Sequence[int], depth: int, row: int, bottom: int, first: int
) -> int:
    """The last row of a caption: a column's own caption fills what is left above the codes."""
    own = len(places) == 1 and len(table.columns[places[0] - first].within) == depth
    return bottom - 1 if own else row


def _join(page: Page, row: int, caption: str, places: Sequence[int], last: int) -> None:
    left, right = get_column_letter(places[0]), get_column_letter(places[-1])
    page.put(row, places[0], caption, HEAD)
    if len(places) > 1 or last > row:
        page.merge(f"{left}{row}:{right}{last}")
