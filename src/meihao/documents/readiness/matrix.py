"""The schools by items, drawn: one row a unit, one cell an item, grouped by stage under its thresholds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from meihao.base.text import Lang
from meihao.documents.readiness import svg, words
from meihao.documents.readiness.model import Column, Group, Row, Sheet, Shown
from meihao.documents.readiness.svg import BODY, HINT, QUIET, Drawing, Shape, Type
from meihao.figures.result import CellState, State

ROW, HEAD_LINE = 28, 15
_GAP, _MARK = 16, 21  # px: before 另列, a shape with the air around it
_TAIL = 4  # characters of a code that are shown where they tell the schools apart

CELL_SHAPES: dict[CellState, Shape] = {
    CellState.REACHED: "met",
    CellState.SPARE: "spare",
    CellState.BELOW: "below",
    CellState.SHOWN: "met",
    CellState.UNDECIDED: "open",
}
STATE_SHAPES: dict[State, Shape] = {
    State.REACHED: "reached",
    State.FAILED: "below",
    State.UNDECIDED: "open",
}
STATE_TEXT = {
    State.REACHED: svg.GREEN_TEXT,
    State.FAILED: svg.RED_TEXT,
    State.UNDECIDED: svg.GREY_TEXT,
}
_TINTS = {
    CellState.SPARE: (svg.YELLOW_TINT, svg.YELLOW_TEXT),
    CellState.BELOW: (svg.RED_TINT, svg.RED_TEXT),
}

# where a Chinese head is broken: before the noun it ends in, never leaving one stray character
_NOUNS = (
    "学历教师",
    "骨干教师",
    "专任教师",
    "辅助用房",
    "场馆",
    "设备",
    "教室",
    "教师",
    "用房",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column of cells stands: its left edge, its width, and the width of its longest word."""

    x: float
    wide: float
    word: float

    @property
    def figures(self) -> float:
        """The right edge of the figures."""
        return self.x + self.wide - self.word - 10


@dataclass(frozen=True, slots=True)
class Plan:
    """The columns of the matrix, as wide as what stands in them.

    Characters of a code shown, its width, the name's, the right edge of the pupils, cells, result.
    """

    tail: int
    code: float
    name: float
    pupils: float
    places: tuple[Place, ...]
    word: float
    wide: float


def planned(sheet: Sheet, least: float) -> Plan:
    """The widths: at least `least` px in all, more where figures or words need it."""
    rows = [row for group in sheet.groups for row in group.rows]
    tail = _tail([row.code for row in rows])
    code = max([40.0, *(svg.width(row.code[-tail:], 12) + 12 for row in rows)])
    name = _name_width(sheet, rows, code)
    pupils = code + name + max([38.0, *(svg.width(group.pupils, 13, 600) + 14 for group in sheet.groups)])
    words_wide = [_word_width(rows, i) for i in range(len(sheet.columns))]
    cells = [_cell_width(sheet, rows, i, word) for i, word in enumerate(words_wide)]
    word = max([24.0, *(svg.width(row.word, 12, 600) for row in rows)])
    result = 18 + 14 + word + 6 + 24
    beside = sum(column.counts for column in sheet.columns)
    gap = _GAP if beside < len(cells) else 0
    each = max(0, least - pupils - gap - sum(cells) - result) / max(1, len(cells))
    places: list[Place] = []
    x = pupils + 6
    for index, (cell, longest) in enumerate(zip(cells, words_wide, strict=True)):
        x += gap if index == beside else 0
        places.append(Place(x, cell + each, longest))
        x += cell + each
    return Plan(tail, code, name, pupils, tuple(places), word, max(least, x - 6 + result))


def _tail(codes: list[str]) -> int:
    """How many last characters of the codes it takes to tell them apart: schools stand in order of code."""
    longest = max(map(len, codes), default=_TAIL)
    told_apart = (n for n in range(_TAIL, longest) if len({c[-n:] for c in codes}) == len(set(codes)))
    return next(told_apart, longest)


def _name_width(sheet: Sheet, rows: list[Row], code: float) -> float:
    """Room for the names, up to a limit, and for what the stage rows say in the same place."""
    names = [svg.width(row.name + row.part, 13, 600) + 8 for row in rows]
    titles = [
        svg.width(group.title, 13, 600) + svg.width(group.line, 12) - code + 26 for group in sheet.groups
    ]
    return max(min(max([130.0, *names]), 196), *titles, 0)


def _word_width(rows: list[Row], index: int) -> float:
    return max((svg.width(row.cells[index].word, 12) for row in rows), default=24)


def _cell_width(sheet: Sheet, rows: list[Row], index: int, word: float) -> float:
    values = [svg.width(row.cells[index].value, 13, 600) for row in rows]
    values += [svg.width(group.thresholds[index], 12) - 14 for group in sheet.groups]
    head = max(svg.width(line, 12) for line in _head(sheet.columns[index], sheet.lang, 74)) + 8
    return max(_MARK + max(values, default=30) + 4 + word + 6, head, 76)


def _head(column: Column, lang: Lang, room: float) -> list[str]:
    """The head of a column: its short name in lines, then its unit."""
    return [*_name_lines(column.short, lang, room), *svg.wrap(column.unit, room, HINT)]


def _name_lines(short: str, lang: Lang, room: float) -> list[str]:
    noun = next((noun for noun in _NOUNS if short.endswith(noun) and short != noun), None)
    if lang == "zh" and noun and len(short) > 5:
        return [short.removesuffix(noun), noun]
    return svg.wrap(short, room, QUIET)


def matrix(sheet: Sheet, plan: Plan, y: float) -> tuple[Drawing, float]:
    """The matrix from `y` on; returns where it ends."""
    drawing, y = _heads(sheet, plan, y)
    for group in sheet.groups:
        drawing += _stage(group, plan, y)
        y += ROW
        for row in group.rows:
            drawing += _row(row, plan, y)
            y += ROW
    if not sheet.groups:
        drawing.append(svg.text(0, y + 22, words.NO_UNITS.said(sheet.lang), QUIET))
        y += 32
    return drawing, y


def _heads(sheet: Sheet, plan: Plan, y: float) -> tuple[Drawing, float]:
    lang = sheet.lang
    names = [
        _name_lines(column.short, lang, place.wide - 8)
        for column, place in zip(sheet.columns, plan.places, strict=True)
    ]
    units = [
        svg.wrap(column.unit, place.wide - 8, HINT)
        for column, place in zip(sheet.columns, plan.places, strict=True)
    ]
    high = max((len(a) + len(b) for a, b in zip(names, units, strict=True)), default=1)
    beside = any(not column.counts for column in sheet.columns)
    foot = y + HEAD_LINE * (high + beside) + 8
    drawing = [svg.rule(0, foot, plan.wide, svg.INK)]
    drawing.append(svg.text(0, foot - 8, words.CODE.said(lang), QUIET))
    drawing.append(svg.text(plan.code, foot - 8, words.SCHOOL.said(lang), QUIET))
    drawing.append(svg.text(plan.pupils, foot - 8, words.PUPILS.said(lang), QUIET, end=True))
    drawing.append(svg.text(plan.wide, foot - 8, words.RESULT.said(lang), QUIET, end=True))
    for place, name, unit in zip(plan.places, names, units, strict=True):
        right, top = place.x + place.wide - 6, foot - 8 - HEAD_LINE * (len(name) + len(unit) - 1)
        drawing += svg.stacked(right, top, name, QUIET, HEAD_LINE, end=True)
        drawing += svg.stacked(right, top + HEAD_LINE * len(name), unit, HINT, HEAD_LINE, end=True)
    if beside:
        first = next(p for c, p in zip(sheet.columns, plan.places, strict=True) if not c.counts)
        last = plan.places[-1]
        drawing.append(svg.text(first.x, y + 10, words.BESIDE.said(lang), HINT))
        drawing.append(svg.rule(first.x, y + 14, last.x + last.wide - first.x - 6, svg.RULE_2))
    return drawing, foot + 1


def _stage(group: Group, plan: Plan, y: float) -> Drawing:
    base = y + 19
    title = [(group.title, BODY.bold()), (group.line, HINT)]
    drawing = [svg.box(0, y, plan.wide, ROW, svg.GROUND), svg.rule(0, y + ROW - 1, plan.wide, svg.RULE_2)]
    drawing.append(svg.runs(8, base, title, 10))
    drawing.append(svg.text(plan.pupils, base, group.pupils, BODY.bold(), end=True))
    for threshold, place in zip(group.thresholds, plan.places, strict=True):
        drawing.append(svg.text(place.figures, base, threshold, QUIET, end=True))
    return drawing


def _row(row: Row, plan: Plan, y: float) -> Drawing:
    base = y + 19
    name = BODY.bold() if row.state is State.FAILED else BODY
    part = svg.width(row.part, 13, name.weight)
    short = svg.clip(row.name, plan.name - 6 - part, name) + row.part
    full = f"{row.code} {row.title}"
    drawing = [svg.text(0, base, svg.clip(row.code[-plan.tail :], plan.code - 6, HINT), HINT)]
    drawing.append(svg.text(plan.code, base, short, name, full=full))
    drawing.append(svg.text(plan.pupils, base, row.pupils, BODY, end=True))
    for shown, place in zip(row.cells, plan.places, strict=True):
        drawing += _cell(shown, place, y)
    return [*drawing, *_result(row, plan, base), svg.rule(0, y + ROW - 1, plan.wide)]


def _cell(shown: Shown, place: Place, y: float) -> Iterator[str]:
    base = y + 19
    tint, ink = _TINTS.get(shown.state, ("", ""))
    figures, word = BODY, HINT
    if tint:
        yield svg.box(place.x, y, place.wide - 2, ROW - 1, tint)
        figures, word = BODY.bold(ink), Type(12, 600, ink)
    if shown.state is CellState.UNDECIDED:
        yield svg.box(
            place.x + _MARK - 2, y + 4, place.wide - _MARK - place.word - 8, ROW - 9, "url(#mh-hatch)"
        )
        word = Type(12, 400, svg.GREY_TEXT)
    yield svg.mark(place.x + 6, base - 1, CELL_SHAPES[shown.state], "cell")
    yield svg.text(place.figures, base, shown.value, figures, end=True)
    yield svg.text(place.x + place.wide - 6 - place.word, base, shown.word, word)


def _result(row: Row, plan: Plan, base: float) -> Iterator[str]:
    word = plan.wide - 30 - plan.word
    ink = STATE_TEXT[row.state]
    yield svg.mark(word - 14, base - 1, STATE_SHAPES[row.state], "unit")
    yield svg.text(word, base, row.word, Type(12, 400 if row.state is State.REACHED else 600, ink))
    yield svg.text(plan.wide, base, row.met, HINT, end=True)
