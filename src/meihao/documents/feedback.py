"""`02_分校反馈单/`: one page a school, with its own values beside the standard and nobody else's.

What it lacks, which fields it has not filled, which evidence is wanted, and a line to sign on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from meihao.base.exact import half_up
from meihao.base.stages import SchoolType
from meihao.documents.gaps import Gap, Kind, Part, Wanted, gaps_of, missing_fields
from meihao.documents.gaps import words as told
from meihao.documents.gaps.units import level, percent
from meihao.documents.report import Report
from meihao.documents.tables.page import BODY, HEAD, LEFT, Look, Page
from meihao.documents.xlsx import save_deterministic
from meihao.figures.interpreter import Row
from meihao.figures.result import Cell, CellState, Evaluation, UnitResult
from meihao.policy.kinds import Clause

FEEDBACK = "02_分校反馈单"
_WIDTHS = (7.0, 6.0, 30.0, 11.0, 11.0, 8.0, 33.0)
_CAPTIONS = ("学段", "编号", "指标", "{own}", "标准", "结论", "还缺")
_LOOKS = (BODY, BODY, LEFT, BODY, BODY, BODY, LEFT)
_SECTION = Look("left", bold=True)
_PLAIN = Look("left", sides=())
_LINE = Look("left")
_FIELDS_TOLD = 10  # of a form, on the page; the list of gaps names all
_NOT_REPORTED, _NOT_ASKED = "未报", "—"
_SHEET = "反馈单"
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]')
_AIR = 3.0  # points: there is room on the page, and people write on it
_LONGEST = 60  # letters of a name in a file's name: three bytes each, and the code beside it


@dataclass(frozen=True)
class _Called:
    """How a page speaks of whoever it is for: a school or a kindergarten."""

    own: str = "本校"
    whole: str = "全校"
    head: str = "校长"
    seal: str = "学校"


_KINDERGARTEN = _Called("本园", "全园", "园长", "幼儿园")


@dataclass(frozen=True)
class _School:
    """One school with everything that is its own."""

    code: str
    name: str
    called: _Called
    row: Row
    units: tuple[UnitResult, ...]
    outside: bool
    gaps: tuple[Gap, ...]
    parts: tuple[tuple[Gap, Part], ...]
    fields: tuple[Wanted, ...]
    evidence: tuple[Clause, ...]


def write_feedback(report: Report, folder: Path) -> list[Path]:
    """Writes a page for every school of the standard into `02_分校反馈单` under a folder, by code."""
    target = folder / FEEDBACK
    target.mkdir(parents=True, exist_ok=True)
    return [_write(school, report, target) for school in _schools(report.evaluation)]


def feedback_name(code: str, name: str) -> str:
    """The file of a school: its code, then its name without what a file system refuses."""
    safe_code, safe_name = (_UNSAFE.sub("_", text)[:_LONGEST].strip(" .") for text in (code, name))
    return f"{safe_code}_{safe_name}.xlsx"


def _schools(evaluation: Evaluation) -> Iterator[_School]:
    plan = evaluation.plan
    found, fields = gaps_of(evaluation), missing_fields(evaluation)
    blocks = [evaluation.block(name) for name in plan.standard.blocks]
    outside = {unit.key.campus for block in blocks for unit in block.out_of_scope}
    kindergartens = SchoolType.KINDERGARTEN in plan.fact.registered_as
    for code, row in sorted(evaluation.snapshot.table(plan.fact).rows.items()):
        yield _School(
            code,
            str(row.get(plan.fact.name_column) or code),
            _KINDERGARTEN if kindergartens else _Called(),
            row,
            tuple(unit for block in blocks for unit in block.units if unit.unit.key.campus == code),
            code in outside,
            tuple(gap for gap in found if gap.who is not None and gap.who.code == code),
            tuple((gap, part) for gap in found for part in _own(gap, code)),
            tuple(field for field in fields if field.who is not None and field.who.code == code),
            tuple(_evidence(found, code, evaluation)),
        )


def _evidence(found: Iterable[Gap], code: str, evaluation: Evaluation) -> Iterator[Clause]:
    """Clauses that ask for documents, where the school falls short or nobody has declared a finding yet."""
    wanted = [gap.code for gap in found if gap.kind is Kind.DECLARATION or _own(gap, code)]
    for one in dict.fromkeys(wanted):
        clause = evaluation.plan.clause(one)
        if clause is not None and clause.evidence:
            yield clause


def _own(gap: Gap, code: str) -> list[Part]:
    """A school's own part in a gap of the district; shares in a dispersion are told to nobody."""
    return [part for part in gap.parts if gap.kind is not Kind.DISPERSION and part.who.code == code]


def _write(school: _School, report: Report, folder: Path) -> Path:
    target = folder / feedback_name(school.code, school.name)
    workbook = Workbook()
    sheet: Any = workbook.worksheets[0]
    sheet.title = _SHEET
    _Sheet(Page(sheet, target.name, _WIDTHS, heading=1)).fill(school, report)
    _one_page(sheet)
    workbook.properties.creator, workbook.properties.title = "美好教育", f"{school.name}　反馈单"
    save_deterministic(workbook, target)
    return target


def _one_page(sheet: Any) -> None:
    """Upright and all on one page, whatever a school lacks."""
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "portrait", 1
    sheet.print_title_rows = None
    for row in sheet.row_dimensions.values():
        row.height += _AIR
    sheet.freeze_panes = None


class _Sheet:
    """A page being filled from the top."""

    def __init__(self, page: Page) -> None:
        self._page, self._row = page, 0

    def fill(self, school: _School, report: Report) -> None:
        """Everything the page says, in the order a head reads it."""
        evaluation = report.evaluation
        standard = evaluation.plan.standard
        self._across(f"{standard.short.zh}　分校反馈单", Look("center", size=14, sides=(), wrapped=False))
        self._across(_named(school, report), _PLAIN)
        only = f"本单只列{school.called.own}数据；数值未经取整比较，打印时四舍五入，差额向上取整。"
        self._across(f"{standard.caution.zh}。{only}", _PLAIN)
        if school.outside:
            self._across(standard.out_of_scope.zh, _PLAIN)
        self._cells(tuple(caption.format(own=school.called.own) for caption in _CAPTIONS), HEAD)
        self._units(school, evaluation)
        self._clauses(school)
        self._missing(school)
        self._evidence(school)
        self._sign(school.called)
        footer = f"{evaluation.plan.on}　数据快照 {evaluation.snapshot.short_hash}"
        self._page.finish(standard.caution.zh, report.invented, footer)

    def _across(self, text: str, look: Look) -> None:
        self._row += 1
        self._page.across(self._row, text, look)

    def _cells(self, cells: tuple[str, ...], look: Look | None = None) -> None:
        self._row += 1
        for column, (shown, own) in enumerate(zip(cells, _LOOKS, strict=True), 1):
            self._page.put(self._row, column, shown, look or own)

    # --- the parts

    def _units(self, school: _School, evaluation: Evaluation) -> None:
        for result in school.units:
            self._across(_unit_line(result, evaluation), _SECTION)
            for item in result.counting:
                self._cells(_unit_row(result, result.cells[item], school))

    def _clauses(self, school: _School) -> None:
        self._across(f"{'其他条款中' if school.units else ''}{school.called.own}未做到的", _SECTION)
        for gap, part in school.parts:
            self._cells(_part_row(gap, part, school.called.whole))
        if not school.parts:
            self._across("没有。", _LINE)

    def _missing(self, school: _School) -> None:
        self._across("未报的字段（补报后才能判定）", _SECTION)
        for line in told.fields(school.fields, "zh", _FIELDS_TOLD) or ["没有。"]:
            self._across(line, _LINE)

    def _evidence(self, school: _School) -> None:
        if school.evidence:
            self._across("请准备的佐证材料", _SECTION)
        for clause in school.evidence:
            self._across(f"{clause.id}　{clause.short.zh}：{'、'.join(clause.evidence)}", _LINE)

    def _sign(self, called: _Called) -> None:
        self._across("", _PLAIN)
        self._across("以上数据已核对：□ 属实　□ 有误（请另附更正的填报表）", _PLAIN)
        self._across("", _PLAIN)
        signs = f"{called.head}签字：{'　' * 12}{called.seal}（盖章）：{'　' * 10}"
        self._across(f"{signs}日期：{'　' * 4}年　　月　　日", _PLAIN)


def _named(school: _School, report: Report) -> str:
    kind = school.row.get("school_type") or school.row.get("site_kind")
    parts = [
        f"{school.called.seal}：{school.name}",
        f"代码：{school.code}",
        str(kind or ""),
        report.district.zh,
    ]
    return "　".join(part for part in (*parts, report.school_year.title.zh) if part)


def _unit_line(result: UnitResult, evaluation: Evaluation) -> str:
    """The stage, its result, and the rule it is judged by."""
    block = evaluation.plan.standard.blocks[next(iter(result.cells.values())).figure.item.block]
    pupils = "" if result.pupils is None else f"　学生 {half_up(result.pupils, 0)} 人"
    line = f"{block.title.zh}　{result.unit.stage.words.zh}{pupils}"
    if block.unit_rule is None:
        return line
    rule = block.unit_rule
    asked = f"{rule.of} 项中至少 {rule.at_least} 项达标，其余不低于标准的 {percent(rule.floor)}"
    return f"{line}　{result.state.words.zh}：达标 {result.met} 项（{asked}）"


def _unit_row(result: UnitResult, cell: Cell, school: _School) -> tuple[str, ...]:
    item = cell.figure.item
    title = f"{item.indicator.short.zh}（{item.indicator.unit.zh}）"
    value, least = cell.figure.value, cell.threshold
    present = _NOT_REPORTED if value is None else level(item, value)
    wanted = _NOT_ASKED if least is None else f"≥ {level(item, least)}"
    lacks = "；".join(_lacking(gap) for gap in school.gaps if _is(gap, result, item.id))
    word = cell.state.words.zh if cell.state is not CellState.UNDECIDED else "未决"
    return result.unit.stage.words.zh, item.id, title, present, wanted, word, lacks


def _is(gap: Gap, result: UnitResult, code: str) -> bool:
    return gap.code == code and gap.who is not None and gap.who.stage is result.unit.stage


def _lacking(gap: Gap) -> str:
    """The amount with how else it can be mended; fields are named further down."""
    amount = gap.amount.bare("zh") if gap.amount else "缺数，见下"
    return "；".join([amount, *(way.zh for way in gap.ways), *([gap.relaxed.zh] if gap.relaxed else [])])


def _part_row(gap: Gap, part: Part, whole: str) -> tuple[str, ...]:
    lacks = part.lacks.said("zh") if part.lacks else ""
    eased = "计入放宽后达标" if part.eased else ""
    told_lacks = "；".join(text for text in (lacks, eased) if text)
    title = gap.short.zh if gap.title.zh == gap.short.zh or part.lacks else f"{gap.short.zh}：{gap.title.zh}"
    present = part.present or "未做到"
    return whole, gap.code, title, present, part.wanted or "应做到", gap.state.zh, told_lacks
