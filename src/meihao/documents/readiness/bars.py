"""The dispersions, drawn: bars from zero against one limit line a stage."""

from __future__ import annotations

from dataclasses import dataclass

from meihao.documents.readiness import svg, words
from meihao.documents.readiness.matrix import STATE_SHAPES, STATE_TEXT
from meihao.documents.readiness.model import Bar, Bars, Sheet
from meihao.documents.readiness.svg import BODY, HINT, QUIET, Drawing, Type
from meihao.figures.result import State

LINE, BETWEEN = 25, 40


def bars(sheet: Sheet, wide: float, y: float) -> tuple[Drawing, float]:
    """The section from `y` on; the same scale for every stage, so that limits compare."""
    title = [
        (words.DISPERSIONS.said(sheet.lang), Type(16, 600)),
        (words.WEIGHTED.said(sheet.lang), HINT),
    ]
    drawing = [svg.rule(0, y, wide, svg.INK), svg.runs(0, y + 28, title, 10)]
    y += 44
    if not sheet.dispersions:
        drawing.append(svg.text(0, y + 16, words.NO_DISPERSIONS.said(sheet.lang), QUIET))
        return drawing, y + 28
    half, scale = (wide - BETWEEN) / 2, _scale(sheet)
    ends = []
    for index, stage in enumerate(sheet.dispersions):
        x, top = (index % 2) * (half + BETWEEN), y + (index // 2) * (LINE * 9)
        drawing += _stage(stage, _track(sheet, x, half, scale), top)
        ends.append(top + LINE * (len(stage.bars) + 1) + 8)
    return drawing, max(ends)


def _scale(sheet: Sheet) -> float:
    """The coefficient at the end of a track."""
    limits = [float(stage.at) * 1.4 for stage in sheet.dispersions]
    longest = [float(bar.length) * 1.02 for stage in sheet.dispersions for bar in stage.bars]
    return max(*limits, *longest)


@dataclass(frozen=True, slots=True)
class Track:
    """Where bars run: from `zero`, `per_one` px for a coefficient of 1, the words from `word` on."""

    x: float
    wide: float
    zero: float
    per_one: float
    word: float


def _track(sheet: Sheet, x: float, wide: float, scale: float) -> Track:
    every = [bar for stage in sheet.dispersions for bar in stage.bars]
    titles = [svg.width(f"{s.title}≤ {s.limit}", 13, 600) + 12 for s in sheet.dispersions]
    zero = x + max(*titles, *(svg.width(bar.item, 13) for bar in every)) + 14
    word = x + wide - max(svg.width(bar.word, 12, 600) for bar in every)
    return Track(x, wide, zero, (word - 76 - zero) / scale, word)


def _stage(stage: Bars, track: Track, y: float) -> Drawing:
    limit = track.zero + track.per_one * float(stage.at)
    title = [(stage.title, BODY.bold()), (f"≤ {stage.limit}", HINT)]
    drawing = [svg.runs(track.x, y + 17, title, 10)]
    if limit - track.zero > 32:  # where one bar is very long, the limit's label stands where the 0 would
        drawing.append(svg.text(track.zero, y + 17, "0", HINT))
    drawing.append(svg.text(limit + svg.width(stage.limit, 12) / 2, y + 17, stage.limit, Type(12), end=True))
    for index, bar in enumerate(stage.bars):
        line = y + LINE * (index + 1)
        drawing += [svg.rule(track.x, line, track.wide), *_bar(bar, track, line)]
    drawing.append(svg.upright(limit, y + LINE, LINE * len(stage.bars) + 4, svg.INK))
    return drawing


def _bar(bar: Bar, track: Track, y: float) -> Drawing:
    base, failed, open_ = y + 17, bar.state is State.FAILED, bar.value == words.THIN.zh
    ink = STATE_TEXT[bar.state]
    fill = "url(#mh-hatch)" if open_ else svg.RED if failed else svg.BAR
    length = track.word - 76 - track.zero if open_ else track.per_one * float(bar.length)
    return [
        svg.text(track.x, base, bar.item),
        svg.box(track.zero, y + 8, length, 8, fill),
        svg.text(track.word - 30, base, bar.value, BODY.bold(ink) if failed else BODY, end=True),
        svg.mark(track.word - 14, base - 1, STATE_SHAPES[bar.state], "dispersion"),
        svg.text(track.word, base, bar.word, Type(12, 600 if failed else 400, ink)),
    ]
