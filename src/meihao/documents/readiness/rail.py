"""The rail, drawn: what is short, whose, and how it is made up; what does not fit goes on below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from meihao.base.text import Lang
from meihao.documents.readiness import svg, words
from meihao.documents.readiness.gaps import Gap
from meihao.documents.readiness.matrix import CELL_SHAPES
from meihao.documents.readiness.model import Sheet
from meihao.documents.readiness.svg import BODY, HINT, QUIET, Drawing, Type
from meihao.figures.result import CellState

WIDE, BETWEEN, INDENT = 254, 28, 14
SLACK = 160  # px the rail may hang below the main column before it goes on underneath
AMOUNT, THING, HEAD = Type(20, 500), Type(14, 500), Type(16, 600)


@dataclass(frozen=True)
class Piece:
    """Something drawn from y = 0 that is moved into place as a whole."""

    drawing: Drawing
    high: float

    def at(self, x: float, y: float) -> str:
        """The piece, in place."""
        return f'<g transform="translate({svg.number(x)} {svg.number(y)})">{"".join(self.drawing)}</g>'

    def above(self, other: Piece) -> Piece:
        """Both as one piece, which is never parted."""
        return Piece([*self.drawing, other.at(0, self.high)], self.high + other.high)


@dataclass
class Pen:
    """Writes line under line; `y` is the last baseline."""

    drawing: Drawing
    y: float

    def wrapped(self, said: str, type: Type, step: int, x: float = INDENT) -> None:
        """A text in as many lines as it needs, `step` px each."""
        for line in svg.wrap(said, WIDE - x, type):
            self.y += step
            self.drawing.append(svg.text(x, self.y, line, type))

    def named(self, said: str, type: Type, step: int, end: str = "") -> None:
        """A name on at most two lines, in full on hover, and a figure at the right end of the first."""
        room = WIDE - INDENT - (svg.width(end, type.size, 600) + 12 if end else 0)
        lines = svg.wrap(said, room, type)
        if end:
            self.drawing.append(svg.text(WIDE, self.y + step, end, type, end=True))
        told = lines if len(lines) < 3 else [lines[0], svg.clip("".join(lines[1:]), room, type)]
        for line in told:
            self.y += step
            full = said if told is not lines else None
            self.drawing.append(svg.text(INDENT, self.y, line, type, full=full))

    def closed(self) -> Piece:
        """What was written, over a hairline."""
        return Piece([*self.drawing, svg.rule(0, self.y + 12, WIDE)], self.y + 12)


def gaps(sheet: Sheet) -> list[Piece]:
    """What is short, in order; the head of the section is one with the first item."""
    missing = [_gap(gap, sheet.lang) for gap in sheet.gaps]
    note = words.GAPS_NOTE if missing else words.NO_GAPS if sheet.groups else words.NO_UNITS
    head = _section(words.GAPS.said(sheet.lang), note.said(sheet.lang), 0)
    return [head.above(missing[0]), *missing[1:]] if missing else [head]


def spares(sheet: Sheet, headed: bool) -> list[Piece]:
    """The spare items, under a head of their own where they stand in the rail."""
    listed = [_spare(gap) for gap in sheet.spares]
    if listed and headed:
        head = _section(words.SPARES.said(sheet.lang), words.items(len(listed)).said(sheet.lang), 20)
        listed[0] = head.above(listed[0])
    return listed


def _section(title: str, note: str, air: float) -> Piece:
    pen = Pen([svg.rule(0, air, WIDE, svg.INK)], air + 6)
    pen.wrapped(title, HEAD, 22, 0)
    pen.wrapped(note, HINT, 19, 0)
    return Piece(pen.drawing, pen.y + 6)


def _gap(gap: Gap, lang: Lang) -> Piece:
    ink = svg.RED_TEXT if gap.parts else svg.INK
    amount = [(gap.amount, Type(20, 600, ink)), (gap.unit, Type(13, 400, svg.INK_2))]
    wide = svg.width(gap.amount, 20, 600) + svg.width(gap.unit, 13) + svg.width(gap.thing, 14, 600) + 18
    pen = Pen([svg.mark(0, 27, CELL_SHAPES[gap.state], "gap", 10)], 28)
    if wide <= WIDE - INDENT:
        pen.drawing.append(svg.runs(INDENT, pen.y, [*amount, (gap.thing, THING)]))
    else:
        pen.drawing.append(svg.runs(INDENT, pen.y, amount))
        pen.wrapped(gap.thing, THING, 21)
    if gap.who:
        pen.named(gap.who, BODY, 22)
    for note in gap.notes:
        pen.wrapped(note, HINT, 19)
    for name, share in gap.parts:
        pen.named(name, Type(12), 19, share)
    pen.wrapped(words.OWNER.said(lang), QUIET, 20)
    return pen.closed()


def _spare(gap: Gap) -> Piece:
    pen = Pen([svg.mark(0, 23, CELL_SHAPES[CellState.SPARE], "spare")], 0)
    pen.named(gap.who, BODY, 24, f"{gap.amount} {gap.unit}")
    for note in gap.notes:
        pen.wrapped(note, HINT, 19)
    return pen.closed()


def column(listed: Sequence[Piece], x: float, y: float, room: float) -> tuple[Drawing, float, list[Piece]]:
    """Pieces one under the other while there is room; returns the end and those left over."""
    whole = sum(piece.high for piece in listed)
    limit = whole if whole <= room + SLACK else room
    drawing: Drawing = []
    used = 0.0
    for index, piece in enumerate(listed):
        if index and used + piece.high > limit:
            return drawing, y + used, list(listed[index:])
        drawing.append(piece.at(x, y + used))
        used += piece.high
    return drawing, y + used, []


def across(title: str, note: str, listed: Sequence[Piece], wide: float, y: float) -> tuple[Drawing, float]:
    """Pieces in columns of about equal height, over the whole width of the sheet."""
    if not listed:
        return [], y
    drawing = [svg.rule(0, y, wide, svg.INK), svg.runs(0, y + 28, [(title, HEAD), (note, HINT)], 10)]
    count = int((wide + BETWEEN) // (WIDE + BETWEEN))
    step = WIDE + (wide - count * WIDE) / max(1, count - 1)
    end = y
    for index, pieces in enumerate(_balanced(listed, count)):
        below = y + 36
        for piece in pieces:
            drawing.append(piece.at(index * step, below))
            below += piece.high
        end = max(end, below)
    return drawing, end + 28


def _balanced(listed: Sequence[Piece], count: int) -> list[list[Piece]]:
    """The pieces in at most `count` columns, in order, the highest column as low as it goes (to 12 px)."""
    room = sum(piece.high for piece in listed) / count
    while len(columns := _filled(listed, room)) > count:
        room += 12
    return columns


def _filled(listed: Sequence[Piece], room: float) -> list[list[Piece]]:
    columns: list[list[Piece]] = [[]]
    used = 0.0
    for piece in listed:
        if columns[-1] and used + piece.high > room:
            columns.append([])
            used = 0.0
        columns[-1].append(piece)
        used += piece.high
    return columns
