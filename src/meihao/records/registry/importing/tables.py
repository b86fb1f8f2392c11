"""Files handed in, and what one of them would do, as tables."""

from __future__ import annotations

from django.urls import reverse

from meihao.base.text import Text
from meihao.records.registry.importing.actions import PUPIL_FORM, Shown
from meihao.records.registry.importing.reading import Faulty
from meihao.records.registry.importing.steps import Field
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
_HEADS = Text("人", "pupils")
PUPILS: dict[str, Text] = {
    "new": Text("新增", "New"),
    "admitted": Text("升学入学", "Admitted"),
    "transferred": Text("转入", "Transferred in"),
    "resumed": Text("复学", "Resumed"),
    "promoted": Text("升级", "Promoted"),
    "moved": Text("校内调整", "Other class"),
    "unchanged": Text("不变", "Unchanged"),
    "opened": Text("开班", "Classes opened"),
    "closed": Text("结束空班", "Empty classes closed"),
    "missing": Text("名单里没有（不动）", "Not in the list (left alone)"),
}
PUPIL_UNITS = dict.fromkeys(("opened", "closed"), Text("个", "classes"))
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
            Text("导入登记表后，先看差异再确认。", "Hand in a list: you see the difference first."),
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
    """What a file would do: of units row by row, of pupils school by school."""
    return _by_school(shown) if shown.plan.tallies else _by_row(shown)


def _by_row(shown: Shown) -> Table:
    """Row by row; the first rows where there are very many."""
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


def _by_school(shown: Shown) -> Table:
    """How many pupils of each school; nobody is named. Schools with nothing new stand there too."""
    tallies = shown.plan.tallies
    kinds = [kind for kind in PUPILS if any(tally.counts.get(kind) for tally in tallies)]
    return Table(
        caption=Text("各校将有的变化", "What would change, by school"),
        columns=(
            Column("name", Text("学校", "School")),
            *(Column(kind, PUPILS[kind], "number", PUPIL_UNITS.get(kind, _HEADS)) for kind in kinds),
        ),
        rows=tuple(
            Row((Cell(tally.name), *(Cell(str(tally.counts.get(kind, 0))) for kind in kinds)))
            for tally in tallies
        ),
        total=len(tallies),
        per_page=max(len(tallies), 1),
        nouns=Text("所", "schools"),
    )


def headline(batch: ImportBatch) -> Text:
    """What a file would do, or did, in one line."""
    return _pupils_line(batch) if batch.form == PUPIL_FORM else _units_line(batch)


def _units_line(batch: ImportBatch) -> Text:
    new, changed, same = (batch.counts.get(kind, 0) for kind in ("new", "changed", "unchanged"))
    return Text(
        f"新增 {new} 个，变更 {changed} 个，不变 {same} 个", f"{new} new, {changed} changed, {same} unchanged"
    )


def _pupils_line(batch: ImportBatch) -> Text:
    parts = [(kind, batch.counts.get(kind, 0)) for kind in PUPILS if kind != "missing"]
    schools = batch.counts.get("schools", 0)
    zh = "，".join(f"{PUPILS[kind].zh} {n} {PUPIL_UNITS.get(kind, _HEADS).zh}" for kind, n in parts if n)
    en = ", ".join(f"{PUPILS[kind].en.lower()} {n}" for kind, n in parts if n)
    return Text(f"{schools} 所学校：{zh or '没有学生'}", f"{schools} schools: {en or 'no pupils'}")


def _fields(fields: tuple[Field, ...]) -> str:
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
