"""核对_三库.xlsx: the differences first, then what is odd, then what was counted.

Set as official tables are: hairlines, no fills, A4 across. In the order of codes, never of sizes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from meihao.base.exact import decimal_text
from meihao.base.text import Lang, Text
from meihao.documents.reconciling.result import Amount, Line, Outcome, Part, Reconciled, School
from meihao.documents.tables.page import HEAD, LEFT, NOTE, RIGHT, TITLE, Page, Shown
from meihao.documents.xlsx import save_deterministic

FILE = "核对_三库.xlsx"
LINES, SCHOOLS, ODD, COUNTED = (
    Text("核对", "Comparison"),
    Text("学校", "Schools"),
    Text("提示", "Remarks"),
    Text("来源", "Sources"),
)
_NONE, _UNKNOWN = "—", "…"  # in a column of numbers
_LINE_HEADS = (
    Text("学校代码", "Code"),
    Text("学校名称", "School"),
    Text("核对项", "Measure"),
    Text("单位", "Unit"),
)
_LINE_TAIL = (Text("最大差", "Spread"), Text("结论", "Outcome"), Text("说明", "Remark"))
_TOLERANCE = Text("允许差：未设（来源没有给出），数相等才算一致", "tolerance: not set (no source gives one)")
_SIGNS = Text(
    "“—”：这一源没有这所学校；“…”：这一源的数不知道，原因见说明；空白：这一项不与这一源比",
    "“—”: the source does not know the school; “…”: its number is not known; blank: it takes no part",
)


def write_page(result: Reconciled, path: Path, lang: Lang) -> None:
    """Writes the workbook; the same result gives the same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, write in ((LINES, _lines), (SCHOOLS, _schools), (ODD, _odd), (COUNTED, _counted)):
        write(result, book.create_sheet(title.said(lang)), lang)
    book.properties.creator, book.properties.title = "meihao", result.plan.policy.title.said(lang)
    save_deterministic(book, path)


class _List:
    """A sheet of rows under one heading row, with a title and notes above."""

    def __init__(
        self, result: Reconciled, sheet: Worksheet, lang: Lang, widths: Sequence[float], notes: Sequence[str]
    ) -> None:
        self._result, self._lang = result, lang
        self._row = len(notes) + 2
        self._page = Page(sheet, FILE, widths, self._row)
        self._page.across(1, f"{result.plan.policy.title.said(lang)} · {sheet.title}", TITLE)
        for number, note in enumerate(notes, 2):
            self._page.across(number, note, NOTE)

    def heads(self, heads: Sequence[Text]) -> None:
        """The heading row."""
        for column, head in enumerate(heads, 1):
            self._page.put(self._row, column, head.said(self._lang), HEAD)

    def row(self, shown: Sequence[Shown]) -> None:
        """The next row: numbers to the right, words to the left."""
        self._row += 1
        for column, value in enumerate(shown, 1):
            number = isinstance(value, Decimal) or value in (_NONE, _UNKNOWN)
            self._page.put(self._row, column, value, RIGHT if number else LEFT)

    def finish(self) -> None:
        """After the last row."""
        plan = self._result.plan
        verify = Text("　待核", " · to verify").said(self._lang) if plan.policy.to_verify else ""
        footer = f"{plan.policy.version} {plan.versions[plan.policy.version]}{verify}"
        self._page.finish(plan.policy.caution.said(self._lang), self._result.invented, footer)


def _lines(result: Reconciled, sheet: Worksheet, lang: Lang) -> None:
    sources = result.plan.policy.sources
    widths = (13, 26, 28, 6, *[11] * len(sources), 9, 10, 64)
    table = _List(result, sheet, lang, widths, [*_notes(result, lang), _SIGNS.said(lang)])
    table.heads((*_LINE_HEADS, *(source.short for source in sources.values()), *_LINE_TAIL))
    for line in result.lines:
        table.row(list(_cells(result, line, lang)))
    table.finish()


def _notes(result: Reconciled, lang: Lang) -> list[str]:
    plan = result.plan
    counts = {outcome: result.count(outcome) for outcome in Outcome}
    told = "　".join(f"{outcome.words.said(lang)} {number}" for outcome, number in counts.items())
    tolerance = plan.policy.tolerance
    allowed = Text("允许差", "tolerance").said(lang) + f" {decimal_text(tolerance)}" if tolerance else None
    return [
        f"{plan.place}　{plan.on}　{told}",
        plan.policy.caution.said(lang),
        allowed or _TOLERANCE.said(lang),
    ]


def _cells(result: Reconciled, line: Line, lang: Lang) -> Iterator[Shown]:
    measure = result.plan.policy.measures[line.measure]
    yield from (line.school.code, line.school.name, measure.title.said(lang), measure.unit)
    for source in result.plan.policy.sources:
        yield _shown(line.amounts.get(source))
    yield _decimal(line.spread) if line.spread else ""
    yield line.outcome.words.said(lang)
    yield "；".join(_remarks(result, line, lang))


def _shown(amount: Amount | None) -> Shown:
    if amount is None:
        return ""
    if amount.number is not None:
        return _decimal(amount.number)
    return _NONE if amount.absent else _UNKNOWN


def _decimal(number: Fraction) -> Shown:
    text = decimal_text(number)
    return text if "/" in text else Decimal(text)


def _remarks(result: Reconciled, line: Line, lang: Lang) -> Iterator[str]:
    """Why a side has no number; where numbers differ, the rows behind each."""
    colon = Text("：", ": ").said(lang)
    for source, amount in line.amounts.items():
        short = result.plan.policy.sources[source].short.said(lang)
        if amount.why is not None:
            yield f"{short}{colon}{amount.why.said(lang)}"
        elif line.outcome is Outcome.DIFFERS:
            yield f"{short}{colon}{'、'.join(_where(part, lang) for part in amount.parts)}"


def _where(part: Part, lang: Lang) -> str:
    rows = Text(f"{part.rows} 行", f"{part.rows} rows").said(lang)
    return f"{part.file} › {part.sheet} {rows}"


def _schools(result: Reconciled, sheet: Worksheet, lang: Lang) -> None:
    """Schools that do not stand in every source."""
    outside = Text(
        f"各源都不归入核对范围、未列的学校：{result.outside} 所",
        f"schools that no source places in scope, not listed: {result.outside}",
    )
    sources = {name: result.plan.policy.sources[name] for name in result.provided}
    table = _List(result, sheet, lang, (13, 34, *[14] * len(sources), 20), [outside.said(lang)])
    present, absent = Text("有", "yes").said(lang), Text("无", "no").said(lang)
    table.heads((*_LINE_HEADS[:2], *(source.short for source in sources.values()), _LINE_TAIL[1]))
    for school in result.partial:
        marks = [present if name in school.sources else absent for name in sources]
        table.row([school.code, school.name, *marks, _standing(result, school, lang)])
    table.finish()


def _standing(result: Reconciled, school: School, lang: Lang) -> str:
    if len(school.sources) == 1:
        short = result.plan.policy.sources[school.sources[0]].short
        return Text(f"只在{short.zh}", f"only in the {short.en}").said(lang)
    return Outcome.ONE_SIDED.words.said(lang)


def _odd(result: Reconciled, sheet: Worksheet, lang: Lang) -> None:
    table = _List(result, sheet, lang, (8, 16, 110), [])
    table.heads((Text("序号", "No."), Text("来源", "Source"), Text("提示", "Remark")))
    for number, finding in enumerate(result.findings, 1):
        source = result.plan.policy.sources[finding.source].short.said(lang) if finding.source else ""
        table.row([Decimal(number), source, finding.text.said(lang)])
    table.finish()


def _counted(result: Reconciled, sheet: Worksheet, lang: Lang) -> None:
    """Which sheets were counted, and which of their columns were read."""
    handed_in = Text(f"学校填报：{result.returns_on}", f"returns: {result.returns_on}").said(lang)
    notes = [handed_in] if result.returns_on else []
    table = _List(result, sheet, lang, (14, 34, 20, 10, 60, 16), notes)
    heads = ("来源", "Source"), ("工作簿", "Workbook"), ("工作表", "Sheet"), ("行数", "Rows")
    tail = ("读了的列", "Columns read"), ("没有读的列数", "Columns not read")
    table.heads([Text(*head) for head in (*heads, *tail)])
    for source in result.plan.forms:
        short = result.plan.policy.sources[source].short.said(lang)
        for file, tally in result.exports.of(source):
            read = [header.text for header in tally.heading.of("read")]
            others = len(tally.heading.headers) - len(read)
            table.row([short, file.name, tally.sheet, Decimal(tally.rows), "、".join(read), Decimal(others)])
    table.finish()
