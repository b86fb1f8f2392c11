"""Files handed in, and what one of them would do, as tables."""

from __future__ import annotations

from django.urls import reverse

from meihao.base.text import Text
from meihao.records.registry.importing.actions import Shown
from meihao.records.registry.importing.reading import Faulty
from meihao.records.registry.models import BatchState, ImportBatch
from meihao.records.registry.queries import Page
from meihao.ui.language import said
from meihao.ui.tables import Cell, Column, Empty, Row, State, Table

_STATES: dict[str, tuple[State, Text]] = {
    BatchState.STAGED: ("yellow", Text("待确认", "to be confirmed")),
    BatchState.APPLIED: ("green", Text("已导入", "imported")),
    BatchState.DISCARDED: ("grey", Text("已放弃", "discarded")),
}
_WHAT: dict[str, tuple[State, Text]] = {
    "new": ("blue", Text("新增", "new")),
    "changed": ("yellow", Text("变更", "changed")),
}
MOST = 200  # rows of a difference on one page


def batches(found: Page[ImportBatch], page: int) -> Table:
    """The files in scope."""
    return Table(
        caption=Text("导入的文件", "Files handed in"),
        columns=(
            Column("file", Text("文件", "File")),
            Column("on", Text("生效日期", "Effective from"), "date"),
            Column("new", Text("新增", "New"), "number"),
            Column("changed", Text("变更", "Changed"), "number"),
            Column("state", Text("状态", "State"), "state"),
            Column("by", Text("提交人", "Handed in by")),
        ),
        rows=tuple(_batch(one) for one in found.rows),
        total=found.total,
        page=page,
        empty=Empty(
            "none",
            Text("还没有导入过文件", "No file was handed in yet"),
            Text("导入机构登记表后，先看差异再确认。", "Hand in a list: you see the difference first."),
        ),
        nouns=Text("个", "files"),
    )


def _batch(one: ImportBatch) -> Row:
    state, word = _STATES[one.state]
    return Row(
        (
            Cell(one.file_name, href=reverse("registry:import", args=[one.key])),
            Cell(one.on.isoformat()),
            Cell(str(one.counts.get("new", 0))),
            Cell(str(one.counts.get("changed", 0))),
            Cell(said(word), state=state),
            Cell(one.staged_by),
        )
    )


def difference(shown: Shown) -> Table:
    """What a file would do, row by row; the first rows where there are very many."""
    steps = shown.plan.steps
    return Table(
        caption=Text("将有的变化", "What would change"),
        columns=(
            Column("place", Text("位置", "Place"), "code"),
            Column("what", Text("变化", "Change"), "state"),
            Column("name", Text("单位", "Unit")),
            Column("fields", Text("事项：原来 → 将来", "Item: was → will be")),
        ),
        rows=tuple(
            Row(
                (Cell(step.place), Cell(said(word), state=state), Cell(step.name), Cell(_fields(step.fields)))
            )
            for step in steps[:MOST]
            for state, word in [_WHAT[step.what]]
        ),
        total=len(steps),
        per_page=max(len(steps), 1),
        empty=Empty(
            "none",
            Text("没有变化", "Nothing would change"),
            Text("文件与台账一致。", "The file says what the registry says."),
        ),
        nouns=Text("行", "rows"),
    )


def _fields(fields: tuple[tuple[Text, str, str], ...]) -> str:
    return "；".join(f"{said(title)}：{was} → {will_be}" for title, was, will_be in fields)


def refusals(shown: Shown) -> Table:
    """The rows that the registry would refuse."""
    rows = [(place, text) for place, text in shown.refusals]
    return _problems(Text("要先改正的行", "Rows to mend first"), rows)


def faults(faulty: Faulty) -> Table:
    """The cells for which a file goes back."""
    rows = [(f"{mark.sheet}!{mark.ref}" if mark.ref else mark.sheet, mark.text) for mark in faulty.marks]
    return _problems(Text("要改正的单元格", "Cells to mend"), rows)


def _problems(caption: Text, rows: list[tuple[str, Text]]) -> Table:
    return Table(
        caption=caption,
        columns=(
            Column("place", Text("位置", "Place"), "code"),
            Column("what", Text("问题和改法", "What is wrong, and how to mend it")),
        ),
        rows=tuple(Row((Cell(place), Cell(said(text)))) for place, text in rows[:MOST]),
        total=len(rows),
        per_page=max(len(rows), 1),
        nouns=Text("处", "faults"),
    )
