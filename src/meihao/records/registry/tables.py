"""The registry's tables as pages show them and workbooks carry them away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import models
from django.urls import reverse

from meihao.base.text import Text
from meihao.records.accounts.acting import Acting
from meihao.records.registry import queries
from meihao.records.registry.models import Kind, Link, Ownership, Type, title
from meihao.records.registry.preview import Difference
from meihao.records.registry.queries import OrganisationRow, Page, Unit
from meihao.records.registry.queries_card import Beside, Card, Past
from meihao.records.registry.queries_grants import GrantRow
from meihao.ui.language import lang, said
from meihao.ui.tables import Asked, Cell, Column, Empty, Filter, Missing, Row, Table

_LISTED = (Kind.INSTITUTION, Kind.CAMPUS, Kind.TRAINING, Kind.GROUP, Kind.ZONE, Kind.COMMUNITY, Kind.TOWN)
_OTHERS = (Kind.AUTHORITY, Kind.SECTION, Kind.DEPARTMENT, Kind.PARTY)
_MANY, _RECENT = 12, 20  # units of one kind that a card names, events that it shows unfolded
_COLUMNS = (
    Column("code", Text("代码", "Code"), "code"),
    Column("name", Text("名称", "Name")),
    Column("type", Text("类型", "Type")),
    Column("ownership", Text("办别", "Ownership")),
    Column("town", Text("乡镇（街道）", "Town")),
    Column("since", Text("自", "Since"), "date"),
)


def filters(by: Acting, as_of: date) -> tuple[Filter, ...]:
    """What the list of organisations can be narrowed by; towns and groups are those in scope."""
    unions = (Kind.GROUP, Kind.ZONE, Kind.COMMUNITY)
    there = queries.units_by_kind(by, as_of, (Kind.TOWN, *unions))
    towns, groups = there[Kind.TOWN], [unit for kind in unions for unit in there[kind]]
    return (
        Filter("town", Text("乡镇（街道）", "Town"), _named(towns)),
        Filter("type", Text("办学类型", "Type"), _options(Type)),
        Filter("ownership", Text("办别", "Ownership"), _options(Ownership)),
        Filter("kind", Text("单位类别", "Kind"), tuple((k.value, title(k)) for k in (*_LISTED, *_OTHERS))),
        Filter("group", Text("集团、学区、共同体", "Group, zone, community"), _named(groups)),
    )


def found(shown: Page[OrganisationRow]) -> Table:
    """The first units that a search found, of every kind."""
    columns = (_COLUMNS[0], _COLUMNS[1], Column("kind", Text("单位类别", "Kind")), *_COLUMNS[2:5])
    rows = tuple(
        Row(
            (
                Cell(row.code or Missing.NONE),
                Cell(row.name, href=reverse("registry:organisation", args=[row.key])),
                Cell(said(title(row.kind))),
                Cell(said(title(Type(row.type))) if row.type else Missing.NONE),
                Cell(said(title(Ownership(row.ownership))) if row.ownership else Missing.NONE),
                Cell(row.town or Missing.NONE),
            )
        )
        for row in shown.rows
    )
    caption, nouns = Text("单位", "Units"), Text("个", "units")
    return Table(caption, columns, rows, shown.total, per_page=max(1, shown.total), nouns=nouns)


def _named(units: Sequence[Unit]) -> tuple[tuple[str, Text], ...]:
    return tuple((str(unit.key), Text(unit.name, unit.name)) for unit in units)


def _options(choices: type[models.TextChoices]) -> tuple[tuple[str, Text], ...]:
    return tuple((choice.value, title(choice)) for choice in choices)


def wanted(asked: Asked) -> queries.Asked:
    """What an address asks, as the query takes it; without a kind, schools and kindergartens."""
    return queries.Asked(
        kinds=asked.chosen("kind") or (Kind.INSTITUTION,),
        types=asked.chosen("type"),
        ownerships=asked.chosen("ownership"),
        towns=asked.chosen("town"),
        groups=asked.chosen("group"),
        search=asked.search,
    )


def organisations(found: Page[OrganisationRow], asked: Asked, as_of: date, export: str = "") -> Table:
    """The list of organisations."""
    return Table(
        caption=Text(f"机构名单，截至 {as_of}", f"Organisations as of {as_of}"),
        columns=_COLUMNS,
        rows=tuple(_organisation(row) for row in found.rows),
        total=found.total,
        page=asked.page,
        filters=asked.filters,
        search=asked.search,
        searchable=True,
        order=Text("按代码排列", "by code"),
        empty=_empty(asked),
        export=export,
        nouns=Text("个", "units"),
    )


def _organisation(row: OrganisationRow) -> Row:
    type_ = title(Type(row.type)) if row.type else title(row.kind)
    return Row(
        (
            Cell(row.code or Missing.NONE),
            Cell(row.name, href=reverse("registry:organisation", args=[row.key])),
            Cell(said(type_)),
            Cell(said(title(Ownership(row.ownership))) if row.ownership else Missing.NONE),
            Cell(row.town or Missing.NONE),
            Cell(row.since.isoformat()),
        ),
        key=str(row.key),
    )


def _empty(asked: Asked) -> Empty:
    if asked.search or any(one.chosen for one in asked.filters):
        return Empty(
            "filtered",
            Text("没有同时符合这些条件的机构", "No organisation meets all of this"),
            Text("去掉一个条件，或清空。", "Take one condition away, or all."),
        )
    return Empty(
        "none",
        Text("您的范围内还没有机构", "There are no organisations in your scope"),
        Text(
            "这一天还没有设立的机构；机构由业务科室登记。",
            "None was founded by this day; section officers record them.",
        ),
    )


def facts(card: Card) -> Table:
    """What a unit is on a day."""
    columns = (
        Column("what", Text("事项", "Item")),
        Column("value", Text("内容", "Value")),
        Column("since", Text("自", "Since"), "date"),
    )
    rows = tuple(
        Row((Cell(said(fact.title)), Cell(said(fact.value)), Cell(fact.since.isoformat())))
        for fact in card.facts
    )
    return _plain(Text("登记事项和代码", "Particulars and codes"), columns, rows, Text("项", "items"))


def relations(card: Card) -> Table:
    """The units beside a unit on a day; those out of scope are named and not opened."""
    columns = (
        Column("what", Text("关系", "Relation")),
        Column("unit", Text("单位", "Unit")),
        Column("note", Text("说明", "Note")),
        Column("since", Text("自", "Since"), "date"),
    )
    alike: dict[Text, list[Beside]] = {}
    for one in card.relations:
        alike.setdefault(one.title, []).append(one)
    rows = tuple(row for some in alike.values() for row in _relations(card, some))
    return _plain(
        Text("与其他单位的关系", "Relations to other units"), columns, rows, Text("项", "relations")
    )


def _relations(card: Card, some: list[Beside]) -> list[Row]:
    """The relations of one kind; those of many units are counted, and the list has them."""
    if len(some) <= _MANY:
        return [_relation(one) for one in some]
    narrowed = {
        Link.LOCATED: f"?town={card.organisation.key}",
        Link.MEMBER: f"?group={card.organisation.key}",
    }
    href = reverse("registry:organisations") + narrowed.get(some[0].link, "")
    counted = Text(f"{len(some)} 个单位，见名单", f"{len(some)} units, in the list")
    cells = (said(some[0].title), said(counted), Missing.NONE, Missing.NONE)
    return [Row((Cell(cells[0]), Cell(cells[1], href=href), *(Cell(one) for one in cells[2:])))]


def _relation(one: Beside) -> Row:
    href = reverse("registry:organisation", args=[one.key]) if one.open else ""
    return Row(
        (
            Cell(said(one.title)),
            Cell(one.name, href=href),
            Cell(one.note or Missing.NONE),
            Cell(one.since.isoformat()),
        )
    )


def recent(card: Card) -> Table:
    """What happened to a unit last, the latest first."""
    return _history(card.history[:_RECENT], Text("变更历史，最近的在前", "History, the latest first"))


def older(card: Card) -> Table | None:
    """What happened to a unit before that; None where there is nothing."""
    rest = card.history[_RECENT:]
    return _history(rest, Text("更早的变更", "Earlier")) if rest else None


def _history(found: Sequence[Past], caption: Text) -> Table:
    columns = (
        Column("on", Text("日期", "Day"), "date"),
        Column("what", Text("变更", "Event")),
        Column("lines", Text("内容", "What changed")),
        Column("basis", Text("依据", "Basis")),
        Column("by", Text("登记人", "Recorded by")),
    )
    joined = "；" if lang() == "zh" else "; "
    rows = tuple(
        Row(
            (
                Cell(past.on.isoformat()),
                Cell(said(past.title)),
                Cell(joined.join(said(line) for line in past.lines) or Missing.NONE),
                Cell(past.basis or Missing.NONE),
                Cell(past.recorded_by),
            )
        )
        for past in found
    )
    return _plain(caption, columns, rows, Text("次", "events"))


def differences(found: Sequence[Difference], on: date) -> Table:
    """What an event would change."""
    columns = (
        Column("unit", Text("单位", "Unit")),
        Column("what", Text("事项", "Item")),
        Column("before", Text("变更前", "Before")),
        Column("after", Text("变更后", "After")),
    )
    rows = tuple(
        Row((Cell(one.unit), Cell(said(one.what)), Cell(said(one.before)), Cell(said(one.after))))
        for one in found
    )
    return _plain(Text(f"{on} 起将有的变化", f"What changes on {on}"), columns, rows, Text("项", "changes"))


def grants(found: Page[GrantRow], asked: Asked, endable: bool) -> Table:
    """Who holds which role where."""
    columns = (
        Column("user", Text("姓名", "Name")),
        Column("username", Text("账号", "Account"), "code"),
        Column("role", Text("角色", "Role")),
        Column("organisation", Text("单位", "Unit")),
        Column("since", Text("自", "From"), "date"),
        Column("until", Text("至（不含）", "Until"), "date"),
        Column("given_by", Text("授权人", "Given by")),
    )
    return Table(
        caption=Text("授权清单", "Grants"),
        columns=columns,
        rows=tuple(_grant(row, endable) for row in found.rows),
        total=found.total,
        page=asked.page,
        search=asked.search,
        searchable=True,
        order=Text("按账号排列", "by account"),
        empty=Empty(
            "filtered" if asked.search else "none",
            Text("没有授权", "No grants"),
            Text("换一个姓名或账号查找，或新授权。", "Search for another account, or give a grant."),
        ),
        nouns=Text("项", "grants"),
    )


def _grant(row: GrantRow, endable: bool) -> Row:
    until = row.until.isoformat() if row.until is not None else Missing.NONE
    ends = (Text("结束", "End"), reverse("registry:grant-end", args=[row.number]))
    texts = (
        row.user,
        row.username,
        said(row.role),
        row.organisation,
        row.since.isoformat(),
        until,
        row.given_by,
    )
    return Row(
        tuple(Cell(text) for text in texts),
        key=str(row.number),
        actions=(ends,) if endable and row.until is None else (),
    )


def _plain(caption: Text, columns: tuple[Column, ...], rows: tuple[Row, ...], nouns: Text) -> Table:
    none = Empty("none", Text("没有", "None"), Text("这一天没有记录。", "Nothing is recorded for this day."))
    return Table(caption, columns, rows, len(rows), per_page=max(1, len(rows)), empty=none, nouns=nouns)
