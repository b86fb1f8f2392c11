"""Releases as pages show them: lists, and the published tables with their symbols."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse

from meihao.base.text import Text
from meihao.releases.models import Audience, ReleaseCell, ReleaseTable, Symbol
from meihao.releases.queries_published import Listed, State
from meihao.ui import tables
from meihao.ui.language import said
from meihao.ui.tables import Cell, Column, Empty, Row, Table

AUDIENCES = {
    Audience.PUBLIC: Text("社会公众", "the public"),
    Audience.GOVERNMENT: Text("政府及有关部门", "governments"),
    Audience.BUREAU: Text("教育局内部", "within the bureau"),
}
SYMBOLS = {
    Symbol.CONFIDENTIAL: Text(
        "保密：人数少，或可由此推算出少数", "confidential: of few, or leading to a few"
    ),
    Symbol.UNAVAILABLE: Text("不可得：有学校没有报", "unavailable: a school has not reported it"),
    Symbol.NOT_APPLICABLE: Text("不适用", "does not apply"),
}
SHAPES: dict[State, tables.State] = {
    State.DRAFT: "blue",
    State.PUBLISHED: "hollow",
    State.AMENDED: "grey",
    State.WITHDRAWN: "grey",
}
_ALL = Text("全区", "district")
_ELSEWHERE = Text("乡镇（街道）不详", "town not known")


def listing(rows: Sequence[Listed], asked: tables.Asked, total: int, enter: str) -> Table:
    """An authority's releases; `enter` is where one is drafted, nothing where one may not."""
    columns = (
        *(Column("title", Text("标题", "Title")), Column("authority", Text("发布单位", "Authority"))),
        *(Column("audience", Text("读者", "Readers")), Column("number", Text("版", "Version"), "number")),
        *(Column("on", Text("数据日期", "Data of"), "date"), Column("at", Text("签发", "Published"), "date")),
        *(Column("by", Text("签发人", "Published by")), Column("state", Text("状态", "State"), "state")),
    )
    nothing = Text("还没有发布", "Nothing is published yet")
    why = Text("先起草，由局领导签发。", "Draft a release; a bureau head publishes it.")
    start = (Text("起草", "Draft one"), enter) if enter else None
    return Table(
        Text("数据发布", "Releases"),
        columns,
        tuple(_row(one) for one in rows),
        total,
        asked.page,
        order=Text("新的在前", "newest first"),
        nouns=Text("份", "releases"),
        empty=Empty("none", nothing, why, start),
    )


def _row(one: Listed) -> Row:
    release = one.release
    audience = AUDIENCES[Audience(release.audience)]
    return Row(
        (
            Cell(said(one.title), reverse("releases:release", args=[release.key])),
            Cell(one.authority),
            Cell(said(audience)),
            Cell(str(release.number)),
            Cell(release.snapshot.on.isoformat()),
            Cell(_day(one)),
            Cell(release.published_by or "—"),
            Cell(state=SHAPES[one.state], word=one.state.words),
        )
    )


def _day(one: Listed) -> str:
    return one.release.published_at.date().isoformat() if one.release.published_at else "—"


def public(rows: Sequence[Listed], asked: tables.Asked, total: int) -> Table:
    """What anybody may read."""
    columns = (
        *(Column("title", Text("标题", "Title")), Column("authority", Text("发布单位", "Authority"))),
        *(Column("on", Text("数据日期", "Data of"), "date"), Column("at", Text("发布", "Published"), "date")),
        Column("number", Text("版", "Version"), "number"),
    )
    nothing = Text("还没有公开的数据", "Nothing is public yet")
    why = Text("教育行政部门签发后列在这里。", "What an authority publishes is listed here.")
    return Table(
        Text("公开数据", "Public figures"),
        columns,
        tuple(
            Row(
                (
                    Cell(said(one.title), reverse("releases:public-release", args=[one.release.key])),
                    Cell(one.authority),
                    Cell(one.release.snapshot.on.isoformat()),
                    Cell(_day(one)),
                    Cell(str(one.release.number)),
                )
            )
            for one in rows
        ),
        total,
        asked.page,
        order=Text("新的在前", "newest first"),
        nouns=Text("份", "releases"),
        empty=Empty("none", nothing, why),
    )


def versions(rows: Sequence[Listed], route: str) -> Table:
    """The versions of one release, the newest first, each with what it put right."""
    columns = (
        *(Column("number", Text("版", "Version"), "number"), Column("at", Text("发布", "Published"), "date")),
        *(
            Column("on", Text("数据日期", "Data of"), "date"),
            Column("note", Text("更正说明", "What it puts right")),
        ),
        *(Column("hash", Text("快照", "Snapshot"), "code"), Column("state", Text("状态", "State"), "state")),
    )
    return Table(
        Text("版本", "Versions"),
        columns,
        tuple(
            Row(
                (
                    Cell(str(one.release.number), reverse(route, args=[one.release.key])),
                    Cell(_day(one)),
                    Cell(one.release.snapshot.on.isoformat()),
                    Cell(one.release.note or "—"),
                    Cell(one.release.snapshot.logical_hash[:12]),
                    Cell(state=SHAPES[one.state], word=one.state.words),
                )
            )
            for one in rows
        ),
        len(rows),
        per_page=max(len(rows), 1),
        nouns=Text("个", "in all"),
    )


def published(table: ReleaseTable, cells: Sequence[ReleaseCell]) -> tuple[Table, Table | None]:
    """A published table: its values first; beside them the numerators they rest on, where there are any."""
    at = {(cell.line, cell.column): cell for cell in cells}
    return drawn(
        Text(table.title_zh, table.title_en), table.lines, table.columns, lambda *key: _told(at.get(key))
    )


def _told(cell: ReleaseCell | None) -> str:
    return "" if cell is None else cell.value if cell.value is not None else cell.symbol


def drawn(
    title: Text, lines: Sequence[Any], columns: Sequence[Any], told: Callable[[str, str], str]
) -> tuple[Table, Table | None]:
    """One table of a release as two: the open amounts with the values, and all the amounts."""
    ratios = [column for column in columns if column[5]]
    amounts = [column for column in columns if not column[5]]
    values = _table(title, lines, [amounts[0], *ratios] if ratios else amounts, told)
    if not ratios:
        return values, None
    rests = Text(f"{title.zh}：所依据的数", f"{title.en}: what they rest on")
    return values, _table(rests, lines, amounts, told)


def _table(
    title: Text, lines: Sequence[Any], columns: Sequence[Any], told: Callable[[str, str], str]
) -> Table:
    heads = [
        Column(key, Text(zh, en), "number", _unit(unit, unit_en)) for key, zh, en, unit, unit_en, _ in columns
    ]
    rows = tuple(
        Row((Cell(_line(name, level)), *(Cell(told(line, column[0])) for column in columns)))
        for line, name, level, _ in lines
    )
    return Table(
        title,
        (Column("line", Text("范围", "Where")), *heads),
        rows,
        len(rows),
        per_page=max(len(rows), 1),
        nouns=Text("行", "lines"),
    )


def _unit(zh: str, en: str) -> Text | None:
    return Text(zh, en) if said(Text(zh, en)) else None


def _line(name: str, level: str) -> str:
    if level == "district":
        return said(_ALL)
    return (name or said(_ELSEWHERE)) if level == "town" else f"　{name}"


def legend(cells: Sequence[str]) -> list[tuple[str, Text]]:
    """The symbols that occur, with what each says."""
    return [(symbol.value, words) for symbol, words in SYMBOLS.items() if symbol.value in cells]
