"""One figure on a screen: value, what it is of, where it stands, last year beside, and the page behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.urls import reverse

from meihao.base.exact import half_up
from meihao.base.text import Refused, Text
from meihao.figures.addressed import Addressed, Standing, addressed, change
from meihao.figures.result import Evaluation
from meihao.policy.kinds import Board, Tile
from meihao.ui.charts import ends
from meihao.ui.numbers import grouped
from meihao.ui.tables import State

_COLOURS: Mapping[Standing, State] = {
    Standing.REACHED: "green",
    Standing.SPARE: "yellow",
    Standing.FAILED: "red",
    Standing.UNDECIDED: "grey",
    Standing.SHOWN: "blue",
}
_WORDS = {
    Standing.REACHED: Text("已达", "reached"),
    Standing.SPARE: Text("有余项", "reached, some by the floor"),
    Standing.UNDECIDED: Text("未决", "undecided"),
    Standing.SHOWN: Text("未设目标", "no target set"),
}
_POINTS = Text("个百分点", "percentage points")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the dots of a tile stand, as the strip takes them."""

    before: Decimal | None
    after: Decimal | None
    limit: Decimal | None
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Shown:
    """A tile as drawn; `figure` is None where the standard could not be evaluated, and `why` says so."""

    title: Text
    href: str
    figure: Addressed | None
    before: Addressed | None
    why: Text | None = None

    @property
    def colour(self) -> State:
        """The colour of its state."""
        return _COLOURS[self.figure.standing] if self.figure else "grey"

    @property
    def word(self) -> Text:
        """Its state in words; a failure says by how much."""
        if self.figure is None:
            return Text("数据暂缺", "no data")
        if self.figure.standing is not Standing.FAILED:
            return _WORDS[self.figure.standing]
        if self.figure.whole:
            return _missed(self.figure)
        return _short(self.figure) or Text("未达", "not reached")

    @property
    def value(self) -> str:
        """The value as set, … where it is not known."""
        return grouped(self.figure.printed) if self.figure and self.figure.printed else "…"

    @property
    def of(self) -> str:
        """What it is of: `/31` after a count, `4 818 / 4 877` beside a share."""
        one = self.figure
        if one is None or one.denominator is None:
            return ""
        if one.whole:
            return f"/{_plain(one.denominator)}"
        return "" if one.numerator is None else f"{_plain(one.numerator)} / {_plain(one.denominator)}"

    @property
    def target(self) -> Text:
        """What is asked."""
        one = self.figure
        if one is None or one.asked is None:
            return Text("未设目标", "no target set")
        if one.whole:
            return Text(f"目标 {one.asked.printed} {one.unit.zh}", f"target {one.asked.printed}")
        unit = _unit(one.unit)
        zh, en = (f"{one.asked.sign} {one.asked.printed}{said}" for said in unit)
        return Text(f"目标 {zh}", f"target {en}")

    @property
    def change(self) -> Text:
        """Last year's value, and the change since."""
        one, before = self.figure, self.before
        if one is None or before is None or before.printed is None:
            return Text("去年无可比的数", "no figure of last year")
        unit = Text("", "") if one.whole else _unit(one.unit)
        was = grouped(before.printed) + (f"/{_plain(before.denominator)}" if before.whole else "")
        since = _difference(one, before)
        return Text(f"去年 {was}{unit.zh}{since.zh}", f"last year {was}{unit.en}{since.en}")

    @property
    def place(self) -> Place | None:
        """Where its dots stand; None where there is nothing to draw."""
        if self.figure is None or self.figure.number is None:
            return None
        limit = Decimal(self.figure.asked.printed) if self.figure.asked else None
        before = self.before.number if self.before else None
        known = [value for value in (before, self.figure.number, limit) if value is not None]
        return Place(before, self.figure.number, limit, *ends(known))


def tiles(
    board: Board, now: Mapping[str, Evaluation], before: Mapping[str, Evaluation], suffix: str = ""
) -> list[Shown]:
    """The tiles of a board from the evaluations of its standards; a tile without one says so.

    `suffix` ends every address, so that the pages behind speak of the same data.
    """
    return [_tile(tile, now.get(tile.standard), before.get(tile.standard), suffix) for tile in board.tiles]


def _tile(tile: Tile, now: Evaluation | None, before: Evaluation | None, suffix: str) -> Shown:
    href = f"{reverse('figures:figure', args=[tile.standard, tile.figure])}{suffix}"
    found = None if now is None else _found(now, tile.figure)
    if found is None:
        why = Text("这项标准还没有数据", "there is no data for this standard yet")
        return Shown(tile.title or Text(tile.figure, tile.figure), href, None, None, why)
    return Shown(
        tile.title or found.title, href, found, None if before is None else _found(before, tile.figure)
    )


def _found(evaluation: Evaluation, address: str) -> Addressed | None:
    try:
        return addressed(evaluation, address)
    except Refused:
        return None


def _missed(one: Addressed) -> Text:
    """未达 1 项，未决 4 项: what is open is no failure."""
    bad = (one.denominator or 0) - (one.value or 0) - one.open
    zh, en = f"未达 {bad} {one.unit.zh}", f"{bad} not reached"
    return (
        Text(f"{zh}，未决 {one.open} {one.unit.zh}", f"{en}, {one.open} open") if one.open else Text(zh, en)
    )


def _short(one: Addressed) -> Text | None:
    """差 1.75 个百分点: how far it is from what is asked, rounded as the figure is."""
    if one.asked is None or one.value is None:
        return None
    gap = half_up(one.asked.gap(one.value), one.asked.places)
    unit = _apart(one.unit)
    return Text(f"差 {gap} {unit.zh}".rstrip(), f"short by {gap} {unit.en}".rstrip())


def _difference(one: Addressed, before: Addressed) -> Text:
    more = change(one.value, before.value, one.printed or "")
    if more is None:
        return Text("", "")
    if not more:
        return Text("，持平", ", unchanged")
    apart = one.unit if one.whole else _apart(one.unit)
    signed = f"{more:+f}".replace("-", "−")
    return Text(f"，{signed} {apart.zh}".rstrip(), f", {signed} {apart.en}".rstrip())


def _apart(unit: Text) -> Text:
    """The unit of a difference: shares differ by percentage points."""
    return _POINTS if unit.zh == "%" else unit


def _unit(unit: Text) -> Text:
    """A unit after its number: a percent sign close to it, a word with a space."""
    return unit if unit.zh in ("%", "") else Text(f" {unit.zh}", f" {unit.en}")


def _plain(value: Fraction | None) -> str:
    if value is None:
        return "…"
    return grouped(str(value)) if value.denominator == 1 else grouped(f"{half_up(value, 2):f}")
