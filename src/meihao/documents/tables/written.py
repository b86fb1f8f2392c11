"""The tables of the official declaration form that a computed district fills: II-1, II-2 and III.

One workbook with the sheets of the form, captions exactly as published, and a last sheet 「说明」
that says what the figures rest on. Values are those without relaxation; every figure's cell is told
back with the address of the figure, so that a printed number can be traced.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

from meihao.base.text import Refused
from meihao.documents.tables.page import Page, PrintedCell
from meihao.documents.tables.remarks import WIDTHS, fill_remarks, remarks
from meihao.documents.tables.schools import OWN, fill_schools, widths
from meihao.documents.tables.stages import OVERALL, STAGE_WIDTHS, fill_dispersions, fill_summary
from meihao.documents.xlsx import save_deterministic
from meihao.figures.plan import Plan
from meihao.figures.result import Evaluation
from meihao.policy.kinds import Form, PrintedTable
from meihao.policy.rulebook import Rulebook

__all__ = ["PrintedCell", "write_tables"]

_BLOCK = "resources"
_TABLES = ("table-ii-1", "table-ii-2", "table-iii")
_REMARKS = "说明"


def write_tables(
    evaluation: Evaluation, rulebook: Rulebook, target: Path, invented: bool
) -> list[PrintedCell]:
    """Writes the workbook and tells which figure stands in which cell.

    `invented` marks every page 虚构. Raises `Refused` where the rulebook lacks one of the tables, or a
    table shows what the standard does not judge.
    """
    plan, block = evaluation.plan, evaluation.block(_BLOCK)
    forms = [_form(evaluation, rulebook, name) for name in _TABLES]
    summary, by_school, dispersions = (_table(form, plan) for form in forms)
    book = _Book(target.name)
    fill_summary(book.page(summary.sheet, STAGE_WIDTHS), summary, block)
    fill_schools(book.page(by_school.sheet, widths(by_school)), by_school, block, plan)
    rule = plan.standard.blocks[_BLOCK].dispersion
    fill_dispersions(book.page(dispersions.sheet, STAGE_WIDTHS), dispersions, block, rule)
    lines = remarks(evaluation, rulebook, _BLOCK, forms, invented)
    fill_remarks(book.page(_REMARKS, WIDTHS, heading=1), _REMARKS, lines)
    return book.save(target, evaluation, invented)


def _form(evaluation: Evaluation, rulebook: Rulebook, name: str) -> Form:
    plan = evaluation.plan
    return rulebook.get(Form, f"{plan.standard.key}/{name}", plan.on, plan.place)


def _table(form: Form, plan: Plan) -> PrintedTable:
    if form.table is None:
        raise Refused(f"「{form.key}」没有写 table。", f"“{form.key}” has no table.")
    known = {OVERALL, *OWN, *(item.id for item in plan.of_block(_BLOCK))}
    for column in form.table.columns:
        if column.shows not in known:
            shows = column.shows
            raise Refused(f"「{form.key}」的 shows 不明：{shows}", f"“{form.key}” shows an unknown {shows}")
    return form.table


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
        save_deterministic(self._workbook, target)
        return [cell for page in self._pages for cell in page.printed]
