"""`03_问题与缺口.xlsx`: every gap on a line, then by school, by office, and the fields nobody has filled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from meihao.documents.gaps import OPEN_TASK, Gap, Kind, Wanted, gaps_of, missing_fields
from meihao.documents.gaps import words as told
from meihao.documents.gaps.model import Part, Who
from meihao.documents.report import Report
from meihao.documents.tables.page import BODY, HEAD, LEFT, NOTE, TITLE, Look, Page, Shown
from meihao.documents.xlsx import save_deterministic

GAP_BOOK = "03_问题与缺口.xlsx"
_FIRST = 4  # after the title, the note and the captions
_ALL = {
    "序号": 5.0,
    "状态": 9.0,
    "编号": 7.0,
    "指标": 18.0,
    "缺口": 21.0,
    "对象": 22.0,
    "现状 → 标准": 17.0,
    "怎样补、说明": 36.0,
    "责任科室": 20.0,
    "期限": 11.0,
    "依据": 17.0,
    "溯源": 20.0,
}
_SCHOOLS = {
    "学校代码": 12.0,
    "学校（校段）": 23.0,
    "状态": 8.0,
    "编号": 7.0,
    "指标": 18.0,
    "缺口": 25.0,
    "现状 → 标准": 18.0,
    "怎样补、说明": 36.0,
    "责任科室": 20.0,
    "期限": 11.0,
}
_OFFICES = {
    "责任科室": 20.0,
    "期限": 11.0,
    "状态": 9.0,
    "编号": 8.0,
    "指标": 20.0,
    "缺口": 26.0,
    "对象": 24.0,
    "整改措施": 36.0,
    "依据": 24.0,
}
_FIELDS = {"填报表": 26.0, "字段": 36.0, "用于": 22.0, "学校数": 8.0, "学校": 78.0}
_LEFT = {"指标", "缺口", "对象", "怎样补、说明", "学校（校段）", "整改措施", "依据", "溯源", "填报表", "字段"}
_LEFT |= {"学校", "用于", "责任科室"}
_NOTHING = "没有。"
_FIELDS_TOLD = 6


def write_gap_book(report: Report, folder: Path) -> list[Path]:
    """Writes the workbook of gaps into a folder; gives its path."""
    evaluation = report.evaluation
    found, target = gaps_of(evaluation), folder / GAP_BOOK
    book = _Book(report, target)
    book.sheet("总表", "问题与缺口总表", _ALL, _all_lines(found))
    book.sheet("按学校", "问题与缺口（按学校）", _SCHOOLS, _by_school(found))
    book.sheet("按科室", "问题与缺口（按科室）", _OFFICES, _by_office(found))
    book.sheet("缺数", "待补报的字段与待认定的事项", _FIELDS, _fields(report, found))
    book.save()
    return [target]


class _Book:
    """The workbook, its sheets all of one look."""

    def __init__(self, report: Report, target: Path) -> None:
        self._report, self._target, self._workbook = report, target, Workbook()
        self._workbook.remove(self._workbook.worksheets[0])

    def sheet(
        self, name: str, title: str, columns: dict[str, float], rows: Iterable[Sequence[Shown]]
    ) -> None:
        """A title, a note of what it rests on, captions, and the rows; an empty sheet says so."""
        sheet: Any = self._workbook.create_sheet(name)
        page = Page(sheet, self._target.name, list(columns.values()), heading=_FIRST - 1)
        standard = self._report.evaluation.plan.standard
        page.put(1, 1, f"{self._report.district.zh}　{title}", TITLE)
        source = standard.reference[0]
        number = f"（{source.number}）" if source.number else ""
        rests = f"依据《{source.document}》{number}。不计放宽；差额向上取整。"
        page.across(2, f"{self._report.evaluation.told.zh}。{rests}", NOTE)
        for column, caption in enumerate(columns, 1):
            page.put(_FIRST - 1, column, caption, HEAD)
        last = _FIRST - 1
        for last, row in enumerate(rows, _FIRST):
            for column, (caption, shown) in enumerate(zip(columns, row, strict=True), 1):
                page.put(last, column, shown, LEFT if caption in _LEFT else BODY)
        if last < _FIRST:
            page.across(_FIRST, _NOTHING, Look("left"))
        evaluation = self._report.evaluation
        footer = f"{evaluation.plan.on}　数据快照 {evaluation.snapshot.short_hash}"
        page.finish(standard.caution.zh, self._report.invented, footer)
        sheet.auto_filter.ref = f"A{_FIRST - 1}:{sheet.cell(max(last, _FIRST), len(columns)).coordinate}"

    def save(self) -> None:
        """Writes the file, whole."""
        self._workbook.properties.creator = "美好教育"
        self._workbook.properties.title = "问题与缺口"
        save_deterministic(self._workbook, self._target)


def _all_lines(found: Iterable[Gap]) -> Iterable[list[Shown]]:
    for number, gap in enumerate(found, 1):
        yield [
            Decimal(number),
            told.state(gap).zh,
            gap.code,
            gap.short.zh,
            told.what(gap, "zh"),
            told.whose(gap, "zh"),
            gap.path("zh"),
            _explained(gap),
            told.owner(gap, "zh"),
            told.deadline(gap, "zh"),
            _clause(gap),
            gap.address,
        ]


def _clause(gap: Gap) -> str:
    return f"{gap.reference.clause}{'　待核' if gap.to_verify else ''}"


def _explained(gap: Gap) -> str:
    """What else is to be known of a gap; where more than one test is short, which it is."""
    said = gap.kind in (Kind.UNIT, Kind.DISPERSION, Kind.FINDING, Kind.DECLARATION) or gap.who
    title = "" if said or gap.title.zh == gap.short.zh else gap.title.zh
    return "；".join(part for part in (title, told.explained(gap, "zh", _FIELDS_TOLD)) if part)


# --- by school


def _by_school(found: Iterable[Gap]) -> list[list[Shown]]:
    """One line a school and gap, by code; inside a school in the order of the list."""
    lines = [(who, line) for gap in found for who, line in _school_lines(gap)]
    lines.sort(key=lambda pair: pair[0].code)
    return [line for _, line in lines]


def _school_lines(gap: Gap) -> Iterable[tuple[Who, list[Shown]]]:
    if gap.who is not None:
        rest = told.explained(gap, "zh", _FIELDS_TOLD)
        yield gap.who, _school_line(gap, gap.who, told.what(gap, "zh"), gap.path("zh"), rest)
        return
    if gap.kind is not Kind.DISPERSION:
        for part in gap.parts:
            what = part.lacks.said("zh") if part.lacks else "未做到"
            yield part.who, _school_line(gap, part.who, what, _now(part), _about(gap, part))
    for who, fields in by_reporter(gap.fields).items():
        rest = "；".join(told.fields(fields, "zh"))
        yield who, _school_line(gap, who, f"缺 {len(fields)} 个字段", "", rest)


def _about(gap: Gap, part: Part) -> str:
    """What the school must do, where no amount says it, and whether the relaxation does it."""
    told_of = [] if part.lacks else [gap.title.zh]
    return "；".join([*told_of, *(["计入放宽后达标"] if part.eased else [])])


def _now(part: Part) -> str:
    return f"{part.present} → {part.wanted}" if part.present else ""


def _school_line(gap: Gap, who: Who, what: str, path: str, rest: str) -> list[Shown]:
    head: list[Shown] = [who.code, who.title.zh, told.state(gap).zh, gap.code, gap.short.zh]
    return [*head, what, path, rest, told.owner(gap, "zh"), told.deadline(gap, "zh")]


def by_reporter(fields: Iterable[Wanted]) -> dict[Who, list[Wanted]]:
    """Fields by who has to fill them; those of the district are left out."""
    found: dict[Who, list[Wanted]] = {}
    for field in fields:
        if field.who is not None:
            found.setdefault(field.who, []).append(field)
    return found


# --- by office, and the fields


def _by_office(found: Iterable[Gap]) -> list[list[Shown]]:
    """By office, the unassigned last; inside an office by day, then in the order of the list."""
    ordered = sorted(found, key=lambda gap: (gap.task.owner is None, gap.task.owner or "", _day(gap)))
    return [
        [
            told.owner(gap, "zh"),
            told.deadline(gap, "zh"),
            told.state(gap).zh,
            gap.code,
            gap.short.zh,
            told.what(gap, "zh"),
            told.whose(gap, "zh"),
            gap.task.measure or OPEN_TASK.zh,
            _clause(gap),
        ]
        for gap in ordered
    ]


def _day(gap: Gap) -> str:
    return gap.task.deadline or "~"  # after every day


def _fields(report: Report, found: Iterable[Gap]) -> list[list[Shown]]:
    """One line a field of a form: what needs it, and who has not filled it."""
    findings = [f for gap in found if gap.kind is Kind.DECLARATION for f in gap.fields]
    grouped: dict[tuple[str, int, str], list[Wanted]] = {}
    for field in (*missing_fields(report.evaluation), *findings):
        form = field.form.zh if field.form else ""
        grouped.setdefault((form, field.no, field.title.zh), []).append(field)
    return [_field_line(form, title, wanted) for (form, _, title), wanted in sorted(grouped.items())]


def _field_line(form: str, title: str, wanted: list[Wanted]) -> list[Shown]:
    codes = list(dict.fromkeys(field.code for field in wanted))
    schools = {field.who.code: field.who.name for field in wanted if field.who}
    names = "、".join(name for _, name in sorted(schools.items()))
    count: Shown = Decimal(len(schools)) if schools else ""
    return [form, title, "、".join(codes), count, names or told.DISTRICT.zh]
