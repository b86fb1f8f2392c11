"""The library's tables as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.urls import reverse

from meihao.base.text import Text
from meihao.records.library.models import Kind, Version
from meihao.records.library.numbering import Reading
from meihao.records.library.queries import Asked, Card, Shown, State
from meihao.ui import tables
from meihao.ui.language import said
from meihao.ui.tables import Cell, Column, Empty, Filter, Row, Table

KINDS = {
    Kind.LAW: Text("法律", "Law"),
    Kind.REGULATION: Text("行政法规", "Regulation"),
    Kind.RULE: Text("规章", "Rule"),
    Kind.NORMATIVE: Text("规范性文件", "Normative document"),
    Kind.NOTICE: Text("通知", "Notice"),
    Kind.MEASURES: Text("办法", "Measures"),
    Kind.PLAN: Text("方案", "Plan"),
    Kind.STANDARD: Text("标准", "Standard"),
    Kind.OTHER: Text("其他", "Other"),
}
SHAPES: dict[State, tables.State] = {
    State.COMING: "grey",
    State.HOLDS: "hollow",
    State.TRIAL: "blue",
    State.LAPSED: "red",
    State.ENDED: "grey",
}
DAYS = (30, 90, 180, 365)
_BY_TITLE = Text("按标题排列", "by title")
_TITLE = Column("title", Text("标题", "Title"))
_NUMBER = Column("number", Text("文号", "Number"))
_ISSUER = Column("issuer", Text("发文机关", "Issued by"))
_STATE = Column("state", Text("状态", "State"), "state")


def filters() -> tuple[Filter, ...]:
    """What the list can be narrowed by."""
    return (
        Filter("state", Text("状态", "State"), tuple((one.value, one.words) for one in State)),
        Filter("kind", Text("种类", "Kind"), tuple((kind.value, words) for kind, words in KINDS.items())),
    )


def wanted(asked: tables.Asked) -> Asked:
    """What an address asks, as the query takes it."""
    states = [State(value) for value in asked.chosen("state")]
    return Asked(asked.chosen("kind"), states, asked.search)


def found(rows: Sequence[Shown], total: int) -> Table:
    """The first documents that a search found; the list has all."""
    shown = documents(rows, tables.Asked(), total, "")
    return replace(
        shown,
        caption=Text("制度文件", "Documents"),
        per_page=max(1, total),
        searchable=False,
        order=None,
    )


def documents(rows: Sequence[Shown], asked: tables.Asked, total: int, enter: str) -> Table:
    """The list; `enter` is where a document is entered, nothing where one may not."""
    columns = (
        *(_TITLE, _NUMBER, _ISSUER, Column("kind", Text("种类", "Kind"))),
        *(Column("since", Text("施行", "Since"), "date"), _STATE),
    )
    return Table(
        Text("制度文件", "Issued documents"),
        columns,
        tuple(_row(row) for row in rows),
        total,
        asked.page,
        filters=asked.filters,
        search=asked.search,
        searchable=True,
        order=_BY_TITLE,
        nouns=Text("份", "documents"),
        empty=_nothing(asked, enter),
    )


def _row(row: Shown) -> Row:
    document, version = row.version.document, row.version
    return Row(
        (
            _titled(row),
            Cell(document.number),
            Cell(row.issuer),
            Cell(said(KINDS[Kind(document.kind)])),
            Cell(_day(version.since)),
            _standing(row.state, document.doubtful),
        )
    )


def _titled(row: Shown) -> Cell:
    document = row.version.document
    return Cell(document.title, reverse("library:document", args=[document.key]))


def _standing(state: State, doubtful: bool) -> Cell:
    words = state.words
    if doubtful:
        return Cell(state="yellow", word=Text(f"{words.zh}，待核", f"{words.en}, to be checked"))
    return Cell(state=SHAPES[state], word=words)


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _nothing(asked: tables.Asked, enter: str) -> Empty:
    if asked.search or any(filter_.chosen for filter_ in asked.filters):
        what = Text("没有符合条件的文件", "No document matches")
        return Empty(
            "filtered", what, Text("换个词，或去掉一个条件。", "Try another word, or fewer conditions.")
        )
    start = (Text("录入一份文件", "Enter a document"), enter) if enter else None
    why = Text("录入后，到期的试行会提前提醒。", "Once entered, trials are pointed out before they expire.")
    return Empty("none", Text("库里还没有文件", "The library is empty"), why, start)


def expiring(rows: Sequence[Shown], asked: tables.Asked, as_of: date) -> Table:
    """Trials that run out, the nearest first."""
    columns = (
        *(_TITLE, _NUMBER, _ISSUER, Column("until", Text("试行期满", "Trial ends"), "date")),
        *(Column("left", Text("还有", "Left"), "number", Text("天", "days")), _STATE),
    )
    nothing = Text("这段时间没有到期的试行文件", "No trial expires in this time")
    why = Text("没有写明期满日的试行文件不在此列。", "Trials without a day of expiry are not listed.")
    return Table(
        Text("试行期满提醒", "Trials that expire"),
        columns,
        tuple(_expiry(row, as_of) for row in rows),
        len(rows),
        per_page=max(len(rows), 1),
        filters=asked.filters,
        order=Text("先到期的在前", "nearest first"),
        nouns=Text("份", "documents"),
        empty=Empty("none", nothing, why),
    )


def _expiry(row: Shown, as_of: date) -> Row:
    until = row.version.trial_until
    left = str((until - as_of).days) if until is not None and until > as_of else "0"
    cells = (Cell(row.version.document.number), Cell(row.issuer), Cell(_day(until)), Cell(left))
    return Row((_titled(row), *cells, _standing(row.state, row.version.document.doubtful)))


def within() -> Filter:
    """How many days ahead one looks."""
    options = tuple((str(days), Text(f"{days} 天内", f"{days} days")) for days in DAYS)
    return Filter("days", Text("期限", "Within"), options, single=True)


def versions(card: Card) -> Table:
    """The versions of a document, newest first."""
    columns = (
        *(Column("since", Text("施行", "Since"), "date"), Column("until", Text("止于", "Until"), "date")),
        *(Column("trial", Text("试行期满", "Trial ends"), "date"), Column("basis", Text("依据", "Basis"))),
        *(Column("file", Text("原文", "Text")), _STATE),
    )
    rows = tuple(_version(card, version, state) for version, state in card.versions)
    nouns = Text("个", "in all")
    return Table(Text("版本", "Versions"), columns, rows, len(rows), per_page=max(len(rows), 1), nouns=nouns)


def _version(card: Card, version: Version, state: State) -> Row:
    address = f"{reverse('library:document', args=[card.document.key])}?version={version.key}"
    file = Cell(version.filename, reverse("library:file", args=[version.key])) if version.sha256 else Cell()
    since = version.since.isoformat() if version.since else said(Text("日期不详", "not known"))
    basis = "；".join(filter(None, (version.basis, version.ended_by)))
    return Row(
        (
            Cell(since, address),
            Cell(_day(version.until)),
            Cell(_day(version.trial_until)),
            Cell(basis),
            file,
            Cell(state=SHAPES[state], word=state.words),
        )
    )


def citations(card: Card) -> Table:
    """The policies that cite a document, each with the clause it means."""
    columns = (
        *(Column("title", Text("政策", "Policy")), Column("key", Text("文件", "File"), "code")),
        *(Column("clause", Text("引用", "Cites")), Column("since", Text("自", "Since"), "date")),
    )
    rows = tuple(
        Row(
            (
                Cell(said(one.title)),
                Cell(one.policy),
                Cell(one.reference.clause, f"#{anchor}" if anchor else ""),
                Cell(one.since.isoformat()),
            )
        )
        for one, anchor in card.cited
    )
    nothing = Text("没有政策引用这份文件", "No policy cites this document")
    why = Text("政策文件的 reference 写明标题和文号后，这里会列出。", "Policies name it in their reference.")
    title = Text("引用它的政策", "Policies that cite it")
    return Table(
        title, columns, rows, len(rows), per_page=max(len(rows), 1), empty=Empty("none", nothing, why)
    )


def preview(reading: Reading) -> Table:
    """What a pasted text was read as."""
    columns = (
        *(Column("number", Text("条款", "Clause")), Column("chapter", Text("章", "Chapter"))),
        *(Column("text", Text("条文", "Text")), Column("line", Text("行", "Line"), "number")),
    )
    rows = tuple(
        Row((Cell(one.number), Cell(one.chapter), Cell(one.text), Cell(str(one.line))))
        for one in reading.clauses
    )
    return Table(Text("认出的条款", "Clauses found"), columns, rows, len(rows), per_page=max(len(rows), 1))
