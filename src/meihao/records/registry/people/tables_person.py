"""Tables of one person: what is known of them by pseudonym, and who they are once that was asked for."""

from __future__ import annotations

from meihao.base.text import Text
from meihao.records.registry.models import IdKind, SexCode
from meihao.records.registry.models.people_kinds import worded
from meihao.records.registry.people.erased import gone
from meihao.records.registry.people.queries_person import Card, Revealed, Stay
from meihao.records.registry.people.tables import SINCE, whole
from meihao.ui.language import said
from meihao.ui.tables import Cell, Column, Empty, Missing, Row, Table

_NONE = Empty("none", Text("没有", "None"), Text("还没有登记学籍或任职。", "Nothing is recorded."))
_PAIR = (Column("what", Text("事项", "Item")), Column("value", Text("内容", "Value")))
_ITEMS = Text("项", "items")


def facts(card: Card) -> Table:
    """What is known of a person by pseudonym."""
    rows = (
        _pair(Text("代号", "Pseudonym"), card.short),
        _pair(Text("性别", "Sex"), said(worded(SexCode(card.sex)))),
        *_known(card),
    )
    return whole(Text("基本情况", "Particulars"), _PAIR, rows, _NONE, _ITEMS)


def _known(card: Card) -> tuple[Row, ...]:
    if card.erased_on is None:
        return (_pair(Text("出生年月", "Month of birth"), card.birth or Missing.UNREPORTED),)
    return (
        _pair(Text("姓名和证件号", "Name and numbers"), said(gone(card.erased_on))),
        _pair(Text("删除依据", "Basis of erasure"), card.erased_basis),
    )


def revealed(found: Revealed) -> Table:
    """Who a person is."""
    kind = said(worded(IdKind(found.id_kind))) if found.id_kind else Missing.NONE
    rows = (
        _pair(Text("姓名", "Name"), found.name),
        _pair(Text("证件类型", "Document"), kind),
        _pair(Text("证件号", "Number"), found.id_number or Missing.NONE),
        _pair(Text("学籍号", "Student number"), found.student_number or Missing.NONE),
    )
    return whole(Text("姓名和证件号", "Name and numbers"), _PAIR, rows, _NONE, _ITEMS)


def _pair(what: Text, value: str) -> Row:
    return Row((Cell(said(what)), Cell(value)))


def stays(card: Card) -> Table:
    """Where a person is and was, the latest first."""
    columns = (
        Column("what", Text("年级或岗位", "Grade or post")),
        Column("unit", Text("单位", "Unit")),
        SINCE,
        Column("until", Text("至（不含）", "Until"), "date"),
        Column("came", Text("进入方式", "Came by")),
        Column("left", Text("离开方式", "Left by")),
    )
    rows = tuple(_stay(stay) for stay in card.stays)
    return whole(Text("学籍和任职，最近的在前", "History"), columns, rows, _NONE, Text("段", "rows"))


def _stay(stay: Stay) -> Row:
    until = stay.until.isoformat() if stay.until is not None else Missing.NONE
    return Row(
        (
            Cell(said(stay.what)),
            Cell(stay.organisation),
            Cell(stay.since.isoformat()),
            Cell(until),
            Cell(said(stay.came) if stay.came is not None else Missing.NONE),
            Cell(said(stay.left) if stay.left is not None else Missing.NONE),
        )
    )
