"""Campaigns, returns, versions and the load, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.timezone import localtime

from meihao.base.text import Text
from meihao.documents.workbook import Mark
from meihao.records.registry.queries import Page
from meihao.records.returns.grid import titled
from meihao.records.returns.models import CampaignState, ReturnState, Submission
from meihao.records.returns.queries import CampaignRow, FilledForm, ReturnRow
from meihao.records.returns.queries_cells import Difference
from meihao.records.returns.queries_load import Load
from meihao.ui.language import said
from meihao.ui.tables import Asked, Bulk, Cell, Column, Empty, Filter, Missing, Row, State, Table

STATES: Mapping[str, tuple[State, Text]] = {
    ReturnState.ASSIGNED: ("grey", Text("未填", "not begun")),
    ReturnState.DRAFT: ("grey", Text("填写中", "being filled in")),
    ReturnState.SUBMITTED: ("yellow", Text("待审核", "to be reviewed")),
    ReturnState.RETURNED: ("red", Text("已退回", "sent back")),
    ReturnState.ACCEPTED: ("green", Text("已通过", "accepted")),
}
CAMPAIGN_STATES: Mapping[str, tuple[State, Text]] = {
    CampaignState.ISSUED: ("blue", Text("填报中", "being filled in")),
    CampaignState.CLOSED: ("yellow", Text("已汇总", "closed")),
    CampaignState.LOCKED: ("green", Text("已锁定", "locked")),
}
BY_CODE = Text("按代码排列", "in order of code")
_UNITS = Text("个单位", "units")
_MOST = 200  # faults on one page


def mine(rows: Sequence[ReturnRow], day: date) -> Table:
    """What this person is to fill in, the nearest deadline first."""
    return Table(
        caption=Text("要我填的", "To be filled in by me"),
        columns=(
            Column("title", Text("任务", "Task")),
            Column("name", Text("单位", "Unit")),
            Column("on", Text("数据日期", "Day of the data"), "date"),
            Column("due", Text("截止", "Deadline"), "date"),
            Column("state", Text("状态", "State"), "state"),
        ),
        rows=tuple(
            Row(
                (
                    Cell(row.campaign.title, href=reverse("returns:return", args=[row.filed.key])),
                    Cell(row.name),
                    Cell(str(row.campaign.on)),
                    Cell(str(row.campaign.due)),
                    _state(row, day),
                )
            )
            for row in rows
        ),
        total=len(rows),
        per_page=max(len(rows), 1),
        empty=Empty(
            "none",
            Text("现在没有要填的表", "Nothing is to be filled in now"),
            Text("主管部门下发任务后会出现在这里。", "Tasks that the authority issues will stand here."),
        ),
        nouns=Text("张", "forms"),
    )


def _state(row: ReturnRow, day: date) -> Cell:
    colour, word = STATES[row.filed.state]
    if row.overdue(day):
        return Cell(said(Text(f"{word.zh}，已过期", f"{word.en}, overdue")), state="red")
    return Cell(said(word), state=colour)


def campaigns(found: Page[CampaignRow], page: int, *, may_issue: bool) -> Table:
    """Campaigns with how far they are; the last first."""
    return Table(
        caption=Text("下发的任务", "Campaigns"),
        columns=(
            Column("title", Text("任务", "Task")),
            Column("on", Text("数据日期", "Day of the data"), "date"),
            Column("due", Text("截止", "Deadline"), "date"),
            Column("in", Text("已上报", "Handed in"), "number"),
            Column("accepted", Text("已通过", "Accepted"), "number"),
            Column("total", Text("共", "Of"), "number", Text("个单位", "units")),
            Column("state", Text("状态", "State"), "state"),
        ),
        rows=tuple(_campaign(row) for row in found.rows),
        total=found.total,
        page=page,
        empty=Empty(
            "none",
            Text("还没有填报任务", "There is no campaign yet"),
            Text(
                "选一张表单，下发给学校填报；台账里已有的数由系统带出。",
                "Choose a form and issue it; what the registry knows is filled in by the system.",
            ),
            (Text("下发填报任务", "Issue a form"), reverse("returns:new")) if may_issue else None,
        ),
        nouns=Text("个", "campaigns"),
    )


def _campaign(row: CampaignRow) -> Row:
    colour, word = CAMPAIGN_STATES[row.campaign.state]
    accepted = row.counts[ReturnState.ACCEPTED]
    return Row(
        (
            Cell(row.campaign.title, href=reverse("returns:campaign", args=[row.campaign.key])),
            Cell(str(row.campaign.on)),
            Cell(str(row.campaign.due)),
            Cell(str(accepted + row.counts[ReturnState.SUBMITTED])),
            Cell(str(accepted)),
            Cell(str(row.total)),
            Cell(said(word), state=colour),
        )
    )


STATE_FILTER = Filter(
    "state", Text("状态", "State"), tuple((state, word) for state, (_, word) in STATES.items())
)


def returns(
    found: Page[ReturnRow], asked: Asked, day: date, *, remind: str = "", review: bool = False
) -> Table:
    """The units of a campaign and how each stands, by code; `remind` is where reminders are written."""
    return Table(
        caption=Text("各单位", "Units"),
        columns=(
            Column("code", Text("代码", "Code"), "code"),
            Column("name", Text("单位", "Unit")),
            Column("town", Text("乡镇（街道）", "Town")),
            Column("state", Text("状态", "State"), "state"),
            Column("at", Text("最近上报", "Last handed in"), "date"),
            Column("versions", Text("版本", "Versions"), "number"),
            Column("reminders", Text("催报", "Reminders"), "number", Text("次", "times")),
        ),
        rows=tuple(_return(row, day, review=review) for row in found.rows),
        total=found.total,
        page=asked.page,
        filters=asked.filters,
        search=asked.search,
        searchable=True,
        order=BY_CODE,
        empty=Empty(
            "filtered",
            Text("没有符合条件的单位", "No unit answers these conditions"),
            Text("去掉一个条件，或清空。", "Take one away, or clear them all."),
        ),
        bulk=Bulk(remind, (("remind", Text("催报", "Remind")),)) if remind else None,
        nouns=_UNITS,
    )


def _return(row: ReturnRow, day: date, *, review: bool) -> Row:
    page = "returns:review" if review and row.filed.state == ReturnState.SUBMITTED else "returns:return"
    at = f"{localtime(row.last_at):%Y-%m-%d}" if row.last_at is not None else Missing.UNREPORTED
    return Row(
        (
            Cell(row.filed.code),
            Cell(row.name, href=reverse(page, args=[row.filed.key])),
            Cell(row.town),
            _state(row, day),
            Cell(at),
            Cell(str(row.versions)),
            Cell(str(row.reminders)),
        ),
        key=str(row.filed.key),
    )


def values(rows: Sequence[tuple[ReturnRow, Submission | None]], filled: FilledForm) -> Table:
    """Everything that was handed in: a row a unit, of a list a row a thing; what is missing is …."""
    fields = filled.form.fields
    shown = [
        Row(
            (
                Cell(row.filed.code),
                Cell(row.name),
                Cell(said(STATES[row.filed.state][1])),
                *(Cell(said_.get(spec.column, _none(last))) for spec in fields),
            )
        )
        for row, last in rows
        for said_ in (last.rows if last is not None and last.rows else [{}])
    ]
    return Table(
        caption=filled.form.title,
        columns=(
            Column("code", Text("代码", "Code"), "code"),
            Column("name", Text("单位", "Unit")),
            Column("state", Text("状态", "State")),
            *(Column(spec.column, titled(spec, filled.fact.columns[spec.column])) for spec in fields),
        ),
        rows=tuple(shown),
        total=len(shown),
        per_page=max(len(shown), 1),
    )


def _none(last: Submission | None) -> str:
    return Missing.UNREPORTED if last is None else Missing.NONE


def faults(marks: Sequence[Mark]) -> Table:
    """The cells of a workbook for which it goes back."""
    rows = [(f"{mark.sheet}!{mark.ref}" if mark.ref else mark.sheet, mark.text) for mark in marks]
    return Table(
        caption=Text("要改正的单元格", "Cells to mend"),
        columns=(
            Column("place", Text("位置", "Place"), "code"),
            Column("what", Text("问题和改法", "What is wrong, and how to mend it")),
        ),
        rows=tuple(Row((Cell(place), Cell(said(text)))) for place, text in rows[:_MOST]),
        total=len(rows),
        per_page=max(len(rows), 1),
        nouns=Text("处", "faults"),
    )


def differences(found: Sequence[Difference], filled: FilledForm) -> Table:
    """What changed between two versions, cell by cell."""
    lists = filled.form.layout == "rows"
    return Table(
        caption=Text("改了什么", "What changed"),
        columns=(
            Column("field", Text("项目", "Field")),
            Column("before", Text("原来", "Before"), "number"),
            Column("after", Text("现在", "Now"), "number"),
        ),
        rows=tuple(
            Row(
                (
                    Cell(said(field_of(one.cell, filled, numbered=lists))),
                    Cell(one.before or Missing.NONE),
                    Cell(one.after or Missing.NONE),
                )
            )
            for one in found
        ),
        total=len(found),
        per_page=max(len(found), 1),
        nouns=Text("处", "cells"),
    )


def field_of(cell: str, filled: FilledForm, *, numbered: bool = False) -> Text:
    """What a cell is called in a sentence: its field, and of a list its row."""
    row, _, column = cell.partition("/")
    if column not in filled.form.by_column:
        return Text(cell, cell)
    spec = filled.field(column)
    zh, en = titled(spec, filled.fact.columns[column])
    if not numbered:
        return Text(f"第 {spec.no} 项　{zh}", f"No. {spec.no}: {en}")
    return Text(f"第 {int(row) + 1} 行　{zh}", f"Row {int(row) + 1}: {en}")


def load(found: Sequence[Load], codes: Mapping[UUID, str], year: int) -> Table:
    """What was asked of each unit in a year, by code: nobody is ranked."""
    ordered = sorted(found, key=lambda one: (codes.get(one.organisation, ""), one.name))
    return Table(
        caption=Text(f"{year} 年各单位报表负担", f"What was asked of each unit, {year}"),
        columns=(
            Column("code", Text("代码", "Code"), "code"),
            Column("name", Text("单位", "Unit")),
            Column("forms", Text("报表", "Forms"), "number", Text("张", "forms")),
            Column("asked", Text("要求填报", "Asked"), "number", Text("项", "cells")),
            Column("prefilled", Text("系统带出", "Given by the system"), "number", Text("项", "cells")),
            Column("typed", Text("手工填写", "Typed"), "number", Text("项", "cells")),
            Column("submissions", Text("上报", "Handed in"), "number", Text("次", "times")),
            Column("returned", Text("被退回", "Sent back"), "number", Text("次", "times")),
        ),
        rows=tuple(
            Row(
                (
                    Cell(codes.get(one.organisation, "")),
                    Cell(one.name),
                    *(
                        Cell(str(number))
                        for number in (
                            one.forms,
                            one.asked,
                            one.prefilled,
                            one.typed,
                            one.submissions,
                            one.returned,
                        )
                    ),
                )
            )
            for one in ordered
        ),
        total=len(ordered),
        per_page=max(len(ordered), 1),
        order=BY_CODE,
        empty=Empty(
            "none",
            Text(f"{year} 年没有下发过报表", f"Nothing was asked in {year}"),
            Text("下发任务后，这里按单位列出。", "Once forms are issued, units are listed here."),
        ),
        nouns=_UNITS,
    )
