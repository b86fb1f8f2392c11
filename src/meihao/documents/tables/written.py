"""The tables of the official declaration form, I to VI, as a computed district fills them.

One workbook with the sheets of the form, captions exactly as published, and a last sheet 「说明」
that says what the figures rest on. Values are those without relaxation; every figure's cell is told
back with the address of the figure, so that a printed number can be traced.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from openpyxl import Workbook

from meihao.base.text import Refused
from meihao.documents.sealing import seal
from meihao.documents.tables.clauses import CLAUSE_WIDTHS, fill_clauses
from meihao.documents.tables.grid import fill_grid, grid_heading, grid_widths, unknown_names
from meihao.documents.tables.page import Page, PrintedCell
from meihao.documents.tables.remarks import WIDTHS, fill_remarks, remarks
from meihao.documents.tables.schools import OWN, fill_schools, widths
from meihao.documents.tables.stages import OVERALL, STAGE_WIDTHS, fill_dispersions, fill_summary
from meihao.documents.xlsx import save_deterministic
from meihao.figures.plan import Plan
from meihao.figures.result import Evaluation
from meihao.policy.kinds import Form, PrintedTable, TableColumn
from meihao.policy.rulebook import Rulebook

__all__ = ["PrintedCell", "write_tables"]

_REMARKS = "说明"
_PLAIN = ("名称", "指标值或简要结论", "是否达标")  # as the official tables IV and V say it


def write_tables(
    evaluation: Evaluation, rulebook: Rulebook, target: Path, invented: bool
) -> list[PrintedCell]:
    """Writes the tables of a standard, in order of their keys, and tells which figure stands in which cell.

    `invented` marks every page 虚构. Raises `Refused` where a table shows what the standard does not
    judge. Clauses that no official table prints get a plain sheet of ours a block.
    """
    plan = evaluation.plan
    book = _Book(target.name)
    for form in plan.tables:
        _fill(book, form, _checked(form, plan), evaluation)
    for table in _without_a_table(plan):
        _fill(book, None, table, evaluation)
    lines = remarks(evaluation, rulebook, invented)
    fill_remarks(book.page(_REMARKS, WIDTHS, heading=1), _REMARKS, lines)
    return book.save(target, evaluation, invented)


def _without_a_table(plan: Plan) -> Iterator[PrintedTable]:
    """A sheet for each block whose clauses no official table prints: every clause is printed somewhere."""
    tables = [form.table for form in plan.tables if form.table is not None]
    blocks, clauses = {table.block for table in tables}, {table.clause for table in tables}
    for name, block in plan.standard.blocks.items():
        if name not in blocks and any(clause.id not in clauses for clause in plan.clauses_of(name)):
            title = block.title.zh
            columns = tuple(TableColumn(caption=caption, shows=caption) for caption in _PLAIN)
            yield PrintedTable(sheet=title, fills="clauses", caption=title, columns=columns, block=name)


def _fill(book: _Book, form: Form | None, table: PrintedTable, evaluation: Evaluation) -> None:
    plan, units = evaluation.plan, evaluation.plan.unit_block
    if table.fills == "grid":
        page = book.page(table.sheet, grid_widths(table), grid_heading(table))
        return fill_grid(page, table, form.name if form else "", evaluation)
    if table.fills == "clauses":
        return fill_clauses(book.page(table.sheet, CLAUSE_WIDTHS, table.head_row), table, evaluation)
    assert units is not None, "checked: a table of units wants a block that judges them"
    block, rule = evaluation.block(units), plan.standard.blocks[units].dispersion
    if table.fills == "summary":
        return fill_summary(book.page(table.sheet, STAGE_WIDTHS), table, block)
    if table.fills == "schools":
        return fill_schools(book.page(table.sheet, widths(table)), table, block, plan)
    return fill_dispersions(book.page(table.sheet, STAGE_WIDTHS), table, block, rule)


def _checked(form: Form, plan: Plan) -> PrintedTable:
    """The table of a form; what it shows must be there to be shown."""
    table = form.table
    assert table is not None, "a plan holds no table form without a table"
    unknown = _unknown(table, plan)
    if unknown:
        raise Refused(
            f"「{form.key}」的 shows 不明：{unknown[0]}", f"“{form.key}” shows an unknown {unknown[0]}"
        )
    return table


def _unknown(table: PrintedTable, plan: Plan) -> list[str]:
    if table.fills == "grid":
        return unknown_names(table, plan)
    if table.fills == "clauses":
        return [] if table.block in plan.standard.blocks else [str(table.block)]
    items = plan.of_block(plan.unit_block) if plan.unit_block else ()
    known = {OVERALL, *OWN, *(item.id for item in items)}
    return [column.shows for column in table.columns if column.shows not in known]


class _Book:
    """The workbook and its pages, in order."""

    def __init__(self, name: str) -> None:
        self._workbook, self._name = Workbook(), name
        self._workbook.remove(self._workbook.worksheets[0])
        self._pages: list[Page] = []

    def page(self, sheet: str, widths: Sequence[float], heading: int = 3) -> Page:
        """The next sheet, empty; title, captions and column codes are its heading."""
        self._pages.append(Page(self._workbook.create_sheet(sheet), self._name, widths, heading))
        return self._pages[-1]

    def save(self, target: Path, evaluation: Evaluation, invented: bool) -> list[PrintedCell]:
        """Sets every page up for print and writes the file."""
        plan = evaluation.plan
        footer = f"{plan.on}　数据快照 {evaluation.snapshot.short_hash}"
        for page in self._pages:
            page.finish(plan.standard.caution.zh, invented, footer)
        self._workbook.properties.creator = "美好教育"
        self._workbook.properties.title = plan.standard.title.zh
        seal(self._workbook)
        save_deterministic(self._workbook, target)
        return [cell for page in self._pages for cell in page.printed]
