"""Tables IV and V: a row for each clause of a block, what is found of it, and whether it is reached."""

from __future__ import annotations

from meihao.base.exact import decimal_text
from meihao.documents.sentences import against, finding
from meihao.documents.tables.page import BODY, HEAD, LEFT, OVERHANGING, TITLE, Page
from meihao.figures.clauses import ClauseResult
from meihao.figures.result import Evaluation
from meihao.policy.kinds import Limit, PrintedTable
from meihao.policy.kinds.clauses import PLACEHOLDER

CLAUSE_WIDTHS = (46.0, 62.0, 16.0)


def fill_clauses(page: Page, table: PrintedTable, evaluation: Evaluation) -> None:
    """The captions as published; the amounts in them are those of the policy in force."""
    page.put(1, 1, table.caption, TITLE)
    for column, spec in enumerate(table.columns, 1):
        page.put(table.head_row, column, spec.caption, HEAD)
    row = table.head_row + 1
    for result in evaluation.block(table.block or "").clauses:
        address = f"clause/{result.clause.id}"
        page.put(row, 1, _caption(table, result), LEFT)
        page.figure(row, 2, address, finding(result, evaluation), LEFT)
        page.figure(row, 3, address, against(evaluation, result), BODY)
        row += 1
    for line, note in enumerate(table.notes, row):
        page.put(line, 1, note, OVERHANGING)


def _caption(table: PrintedTable, result: ClauseResult) -> str:
    """The row's caption; a test named in it stands for its limit."""
    clause = result.clause
    limits = {test.id: test.must for test in clause.tests if test.must is not None}
    caption = table.row_captions.get(clause.id, f"{clause.no}.  {clause.title.zh}")
    return PLACEHOLDER.sub(lambda blank: _amount(limits[blank[1]]), caption)


def _amount(limit: Limit) -> str:
    (value,) = (v for v in (limit.at_least, limit.at_most, limit.below, limit.more_than) if v is not None)
    return decimal_text(value)
