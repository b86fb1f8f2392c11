"""Which line of a sheet is which line of its copy, where lines were put in or taken out.

Without this, one row taken out would tell every cell below it as changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from meihao.documents.sealing import Place, Shown

Cells: TypeAlias = Mapping[Place, Shown]
Line: TypeAlias = dict[int, Shown]
_MOST_PAIRS = 400_000  # pairs of lines compared: about two seconds


@dataclass(frozen=True)
class Alignment:
    """Lines of one axis (0 rows, 1 columns): `kept` by old number, those `taken` out and those `put` in.

    `cost` is how many cells and whole lines this way of seeing leaves to tell; `beyond` is how far
    everything behind the last line has moved.
    """

    axis: int
    kept: Mapping[int, int]
    taken: tuple[int, ...]
    put: tuple[int, ...]
    cost: int
    beyond: int = 0

    def line(self, number: int) -> int | None:
        """Where a line is now; nothing where it was taken out."""
        return None if number in self.taken else self.kept.get(number, number + self.beyond)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where a run of lines is now, less those taken out at its ends; upside down if none is left."""
        while first <= last and first in self.taken:
            first += 1
        while first <= last and last in self.taken:
            last -= 1
        if first > last:
            return 1, 0
        return self.kept.get(first, first + self.beyond), self.kept.get(last, last + self.beyond)

    def moved(self, place: Place) -> Place | None:
        """Where a cell is now; nothing where its line was taken out."""
        line = self.line(place[self.axis])
        if line is None:
            return None
        return (line, place[1]) if self.axis == 0 else (place[0], line)


def aligned(was: Cells, present: Cells) -> Alignment:
    """The way of seeing a copy that leaves the least to tell; as numbered, if that leaves no more."""
    cells = sum(was.get(place) != present.get(place) for place in was.keys() | present.keys())
    as_numbered = Alignment(0, {}, (), (), cells)
    ways = (as_numbered, *filter(None, (_on_axis(axis, was, present) for axis in (0, 1))))
    return min(ways, key=lambda way: way.cost)


def _on_axis(axis: int, was: Cells, present: Cells) -> Alignment | None:
    old, new = _lines(axis, was), _lines(axis, present)
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    middle, between = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(middle) * len(between) > _MOST_PAIRS:
        return None
    cost, pairs = _cheapest(middle, between)
    numbered = [(old_line + head + 1, new_line + head + 1) for old_line, new_line in pairs]
    ends = [(len(old) - back, len(new) - back) for back in range(tail)]
    kept = dict([*((line, line) for line in range(1, head + 1)), *numbered, *ends])
    taken = tuple(line for line in range(1, len(old) + 1) if line not in kept)
    put = tuple(sorted(set(range(1, len(new) + 1)) - set(kept.values())))
    return Alignment(axis, kept, taken, put, cost, len(new) - len(old))


def _lines(axis: int, cells: Cells) -> list[Line]:
    """Every line down to the last that holds something; the first stands at 0."""
    lines: list[Line] = [{} for _ in range(max((place[axis] for place in cells), default=0))]
    for place, shown in cells.items():
        lines[place[axis] - 1][place[1 - axis]] = shown
    return lines


def _alike(old: list[Line], new: list[Line]) -> int:
    """How many lines are the same from the start."""
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count


def _differing(old: Line, new: Line) -> int:
    return 0 if old == new else sum(old.get(key) != new.get(key) for key in old.keys() | new.keys())


def _cheapest(old: list[Line], new: list[Line]) -> tuple[int, list[tuple[int, int]]]:
    """The least cost, and the pairs of lines that are each other; a line put in or out costs one extra."""
    costs = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old), -1, -1):
        for j in range(len(new), -1, -1):
            costs[i][j] = min(_steps(old, new, costs, i, j), default=(0, 0))[0]
    pairs, i, j = [], 0, 0
    while i < len(old) or j < len(new):
        step = min(_steps(old, new, costs, i, j))[1]
        if step == _PAIR:
            pairs.append((i, j))
        i, j = i + (step != _PUT), j + (step != _TAKE)
    return costs[0][0], pairs


_PAIR, _TAKE, _PUT = range(3)  # in this order where they cost the same


def _steps(old: list[Line], new: list[Line], costs: list[list[int]], i: int, j: int) -> list[tuple[int, int]]:
    steps = []
    if i < len(old) and j < len(new):
        steps.append((costs[i + 1][j + 1] + _differing(old[i], new[j]), _PAIR))
    if i < len(old):
        steps.append((costs[i + 1][j] + len(old[i]) + 1, _TAKE))
    if j < len(new):
        steps.append((costs[i][j + 1] + len(new[j]) + 1, _PUT))
    return steps
