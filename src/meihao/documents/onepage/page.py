"""`00_一页纸.docx`: the whole of it on one page of A4, for whoever reads nothing else.

Every line is bounded, so that it is one page for any district; what does not fit is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from docx.document import Document

from meihao.base.text import Lang, Text
from meihao.documents.gaps import Gap, Grade, gaps_of
from meihao.documents.onepage.lines import Line, failing, some, unassigned, undecided
from meihao.documents.report import Report
from meihao.documents.word import (
    GUTTER,
    HEITI,
    SONGTI,
    Face,
    Setting,
    Words,
    clipped,
    new_document,
    paragraph,
    running,
    save_deterministic_docx,
    table,
)
from meihao.figures.plan import Basis
from meihao.figures.result import Evaluation, State

ONE_PAGE = Text("00_一页纸.docx", "00_one-page.docx")
MOST_FAILING, MOST_OPEN, MOST_BLOCKS = 14, 6, 8
_WIDE = 178.0  # mm between the margins
_MARGINS = (17.0, 16.0, 14.0, 16.0)
_GAPS = (9.0, 27.0, 49.0, 37.0, 36.0, 20.0)
_OPENS = (24.0, 70.0, 28.0, 36.0, 20.0)
_EASED = 25.0  # mm: the words that a relaxation closes a gap
_SIZE, _LEADING = 9.5, 14.0
_RED, _GREY, _INK = "A8071A", "5B666E", "1A2026"
_HEAD = Setting(before=9, after=3, leading=16, with_next=True)
_INKS = {State.FAILED: _RED, State.UNDECIDED: _GREY, State.REACHED: "135200"}

_GAP_HEADS = (
    Text("编号", "no."),
    Text("缺多少", "how much"),
    Text("缺什么", "of what"),
    Text("哪里缺", "whose"),
    Text("谁来补", "office"),
    Text("期限", "by when"),
)
_OPEN_HEADS = (
    Text("未决", "open"),
    Text("为什么", "why"),
    Text("谁来报", "who owes it"),
    Text("责任科室", "office"),
    Text("期限", "by when"),
)


def write_one_page(report: Report, folder: Path, lang: Lang = "zh") -> list[Path]:
    """Writes the page into a folder; gives its path."""
    target = folder / ONE_PAGE.said(lang)
    gaps = gaps_of(report.evaluation)
    document = new_document(_title(report, lang), margins=_MARGINS)
    district = report.district.said(lang)
    fails = [_near(line, district) for line in failing(gaps, lang)]
    opens = [_near(line, district) for line in undecided(gaps, lang)]
    _top(document, report, fails, lang)
    _blocks(document, report.evaluation, gaps, lang)
    _failing(document, fails, gaps, lang)
    _undecided(document, opens, lang)
    _foot(document, report, lang)
    save_deterministic_docx(document, target)
    return [target]


def _near(line: Line, district: str) -> Line:
    """A school named as it is called inside its own district."""
    return replace(line, whose=line.whose.removeprefix(district) or line.whose)


# --- the parts


def _title(report: Report, lang: Lang) -> str:
    standard = report.evaluation.plan.standard
    return f"{report.district.said(lang)}　{standard.short.said(lang)}"


def _top(document: Document, report: Report, fails: list[Line], lang: Lang) -> None:
    """The finding as the title, the sum of it in a line, then what kind of result this is."""
    evaluation, state = report.evaluation, report.evaluation.whole
    face = Face(HEITI, 18, ink=_INK)
    title = clipped(_title(report, lang), _WIDE - 50, 18)
    words = [(f"{title}　", face), (state.words.said(lang), Face(HEITI, 18, bold=True, ink=_INKS[state]))]
    paragraph(document, words, setting=Setting(after=3, leading=26))
    for said in _finding(evaluation, fails):
        line = clipped(said.said(lang), _WIDE, 11)
        paragraph(document, line, Face(HEITI, 11, ink=_INK), Setting(leading=17))
    rests = (
        evaluation.plan.standard.caution.said(lang),
        report.school_year.title.said(lang),
        Text(f"数据截至 {evaluation.snapshot.on}", f"as of {evaluation.snapshot.on}").said(lang),
        evaluation.plan.standard.reference[0].number or "",
    )
    _note(document, "　".join(filter(None, rests)))


def _finding(evaluation: Evaluation, fails: list[Line]) -> list[Text]:
    """Which blocks fail, and of what there is too little, by name."""
    blocks = evaluation.plan.standard.blocks.items()
    failed = [block.title for name, block in blocks if evaluation.block(name).state is State.FAILED]
    if not failed:
        return [Text("没有确定未达标的板块", "no block fails for certain")]
    titles = list(dict.fromkeys(line.short for line in fails))
    return [
        Text(
            f"未达标：{'、'.join(title.zh for title in failed)}",
            f"not reached: {', '.join(title.en for title in failed)}",
        ),
        Text(
            f"缺 {len(titles)} 项：{'、'.join(title.zh for title in titles)}",
            f"{len(titles)} short: {', '.join(title.en for title in titles)}",
        ),
    ]


def _blocks(document: Document, evaluation: Evaluation, gaps: Sequence[Gap], lang: Lang) -> None:
    """One line a block: without relaxation, with it, where the place asks more; how much is short."""
    _head(document, Text("结果", "Result"), Text("以不计放宽为准", "the one without relaxation counts"), lang)
    local = evaluation.local is not None
    heads = [Text("板块", "block"), Text("不计放宽", "strict"), Text("计入放宽", "relaxed")]
    heads += [Text("地方要求", "local")] * local
    heads += [Text("未达", "short"), Text("余项", "spare"), Text("未决", "open")]
    rows: list[list[Words]] = [[head.said(lang) for head in heads]]
    names = list(evaluation.plan.standard.blocks)[:MOST_BLOCKS]
    rows += [_block_row(evaluation, name, gaps, local, lang) for name in names]
    rows.append(_whole_row(evaluation, gaps, local, lang))
    states = 3 if local else 2
    widths = [_WIDE - 30 * states - 17 * 3, *([30.0] * states), 17.0, 17.0, 17.0]
    _table(document, rows, widths, right=range(states + 1, states + 4))


def _block_row(
    evaluation: Evaluation, name: str, gaps: Sequence[Gap], local: bool, lang: Lang
) -> list[Words]:
    block, relaxed = evaluation.block(name), evaluation.block(name, Basis.RELAXED)
    states = [block.state, relaxed.state, *([block.local or block.state] if local else [])]
    title = _cell(evaluation.plan.standard.blocks[name].title.said(lang), 60)
    own = [gap for gap in gaps if gap.block == name]
    return [title, *(_state(state, lang) for state in states), *_counts(own)]


def _whole_row(evaluation: Evaluation, gaps: Sequence[Gap], local: bool, lang: Lang) -> list[Words]:
    own = [evaluation.whole, _relaxed_whole(evaluation), *([evaluation.local] if local else [])]
    states = [state for state in own if state is not None]
    title = Text("整体", "whole").said(lang)
    return [_bold(title), *(_state(state, lang, bold=True) for state in states), *_counts(gaps)]


def _relaxed_whole(evaluation: Evaluation) -> State:
    """The whole where every relaxation is counted."""
    states = {evaluation.block(name, Basis.RELAXED).state for name in evaluation.plan.standard.blocks}
    if State.FAILED in states:
        return State.FAILED
    built = evaluation.plan.standard.not_built is None
    return State.REACHED if built and states == {State.REACHED} else State.UNDECIDED


def _counts(gaps: Sequence[Gap]) -> list[Words]:
    grades = [gap.grade for gap in gaps]
    return [str(grades.count(grade) or "") for grade in Grade]


def _failing(document: Document, lines: list[Line], gaps: Sequence[Gap], lang: Lang) -> None:
    spare = sum(gap.grade is Grade.SPARE for gap in gaps)
    told = some(lines, MOST_FAILING)
    rest = len(lines) - len(told)
    notes = [Text("由标准倒算，向上取整", "worked back from the standard, rounded up")]
    if open_ := unassigned(lines):
        notes.append(Text(f"{open_} 行还没有定谁来补", f"{open_} lines have no office yet"))
    if rest:
        notes.append(Text(f"另有 {rest} 类见 03 表", f"{rest} more kinds in file 03"))
    if spare:
        notes.append(Text(f"余项 {spare} 处可过、仍宜补", f"{spare} spare items pass, better mended"))
    note = Text("；".join(note.zh for note in notes), "; ".join(note.en for note in notes))
    _head(document, Text("缺什么　谁来补", "What is short, who mends it"), note, lang)
    if not lines:
        _note(document, Text("没有确定未达标的。", "Nothing fails for certain.").said(lang))
        return
    rows: list[list[Words]] = [[head.said(lang) for head in _GAP_HEADS]]
    rows += [_gap_row(line, lang) for line in told]
    _table(document, rows, _GAPS, right=(1,))


def _gap_row(line: Line, lang: Lang) -> list[Words]:
    code = line.code if _cell(line.code, _GAPS[0]) == line.code else ""  # half a code names nothing
    cells = (code, line.amount, line.thing, line.whose, line.owner, line.deadline)
    told: list[Words] = [_cell(text, wide) for text, wide in zip(cells, _GAPS, strict=True)]
    told[1] = _bold(_cell(line.amount, _GAPS[1]))
    if line.eased:
        note, room = Text("（放宽后达标）", " (relaxed: met)").said(lang), _GAPS[2] - _EASED
        told[2] = [(_cell(line.thing, room), _face()), (note, _face(ink=_GREY))]
    return told


def _undecided(document: Document, lines: list[Line], lang: Lang) -> None:
    if not lines:
        return
    told = lines[:MOST_OPEN]
    rest = len(lines) - len(told)
    more = Text(f"；另有 {rest} 类见 03 表", f"; {rest} more kinds in file 03") if rest else Text("", "")
    note = Text(f"补报、认定之后才能判定{more.zh}", f"to be reported or declared first{more.en}")
    _head(document, Text("还不能判定的", "What cannot be decided yet"), note, lang)
    rows: list[list[Words]] = [[head.said(lang) for head in _OPEN_HEADS]]
    for line in told:
        cells = (line.amount, line.thing, line.whose, line.owner, line.deadline)
        rows.append([_cell(text, wide) for text, wide in zip(cells, _OPENS, strict=True)])
    _table(document, rows, _OPENS)


def _foot(document: Document, report: Report, lang: Lang) -> None:
    evaluation, standard = report.evaluation, report.evaluation.plan.standard
    verify = Text("，待核", ", to be verified").said(lang) if standard.to_verify else ""
    snapshot = Text("数据快照", "snapshot").said(lang)
    parts = [f"{snapshot} {evaluation.snapshot.short_hash}", f"{standard.version}{verify}"]
    parts.append(Text("各数可用 meihao trace 追到单元格", "every figure traces to its cells").said(lang))
    invented = Text("虚构：演示数据，并无此区", "invented: demonstration data, no such district").said(lang)
    running(document, invented if report.invented else "", "　".join(parts), numbered=False)


# --- how they are set


def _face(ink: str = _INK, bold: bool = False) -> Face:
    return Face(SONGTI, _SIZE, bold, ink)


def _bold(text: str) -> Words:
    return [(text, _face(bold=True))]


def _cell(text: str, wide: float) -> str:
    """Words for one line of a column."""
    return clipped(text, wide - GUTTER, _SIZE)


def _state(state: State, lang: Lang, bold: bool = False) -> Words:
    bold = bold or state is State.FAILED
    return [(state.words.said(lang), _face(_INKS[state], bold))]


def _head(document: Document, title: Text, note: Text, lang: Lang) -> None:
    own = clipped(note.said(lang), _WIDE - 60, 8.5)
    words = [(title.said(lang), Face(HEITI, 12, ink=_INK)), (f"　{own}", Face(SONGTI, 8.5, ink=_GREY))]
    paragraph(document, words, setting=_HEAD)


def _note(document: Document, text: str) -> None:
    paragraph(document, clipped(text, _WIDE, 9), Face(SONGTI, 9, ink=_GREY), Setting(leading=14))


def _table(
    document: Document,
    rows: list[list[Words]],
    widths: Sequence[float],
    right: Sequence[int] = (),
) -> None:
    across: list[Literal["left", "center", "right"]] = ["left"] * len(widths)
    for column in right:
        across[column] = "right"
    table(document, rows, widths, face=_face(), across=across, leading=_LEADING, lines="rows")
