"""A chart with its table, and the strip of dots that shows a change against a limit.

ECharts is for what needs axes; the strip is HTML. A chart's numbers stand in the page as data and once
more as a table, from the same place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from meihao.base.text import Text
from meihao.ui.language import said
from meihao.ui.tables import Cell, Column, Missing, Row, Table

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart; None where there is no value: the line breaks, it does not fall to zero."""

    name: Text
    values: tuple[Decimal | None, ...]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit or a target, with its own words."""

    value: Decimal
    words: Text


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over labels. `title` says the finding, `remark` the definition and the day.

    `unit` follows each number; `floor` is where the axis begins (say so in `remark` where it is not 0) and
    `ceiling` where it ends, by itself without one.
    """

    key: str
    title: Text
    remark: Text
    labels: tuple[str, ...]
    lines: tuple[Line, ...]
    limits: tuple[Limit, ...] = ()
    unit: str = ""
    floor: Decimal = _ZERO
    ceiling: Decimal | None = None

    def __post_init__(self) -> None:
        for line in self.lines:
            if len(line.values) != len(self.labels):
                raise ValueError(f"{len(line.values)} values over {len(self.labels)} labels")

    @property
    def data(self) -> dict[str, Any]:
        """What the browser draws; numbers as binary floats, which only place the points."""
        return {
            "labels": list(self.labels),
            "unit": self.unit,
            "floor": float(self.floor),
            "ceiling": None if self.ceiling is None else float(self.ceiling),
            "lines": [
                {
                    "name": said(line.name),
                    "values": [None if value is None else float(value) for value in line.values],
                    "shown": [_shown(value, self.unit) for value in line.values],
                    "dashed": line.dashed,
                }
                for line in self.lines
            ],
            "limits": [{"value": float(limit.value), "words": said(limit.words)} for limit in self.limits],
        }

    @property
    def table(self) -> Table:
        """The same numbers, as printed."""
        columns = (
            Column("label", Text("时间", "Time")),
            *(Column(str(number), line.name, "number") for number, line in enumerate(self.lines)),
        )
        rows = tuple(
            Row((Cell(label), *(Cell(_shown(line.values[at], self.unit)) for line in self.lines)))
            for at, label in enumerate(self.labels)
        )
        return Table(self.title, columns, rows, len(rows), per_page=max(1, len(rows)))


def _shown(value: Decimal | None, unit: str) -> str:
    return str(Missing.UNREPORTED) if value is None else f"{value}{unit}"


@dataclass(frozen=True, slots=True)
class Strip:
    """Where last year, this year and the limit stand between the ends of a line, in percent of its length.

    "" for what there is none of; `left` and `right` are the ends of the change.
    """

    before: str
    after: str
    limit: str
    left: str
    right: str


def strip(
    before: Decimal | None, after: Decimal | None, limit: Decimal | None, low: Decimal, high: Decimal
) -> Strip:
    """Hollow dot, solid dot, tick. Values beyond the ends stand at the ends. Raises `ValueError`."""
    if low >= high:
        raise ValueError("a strip of no length")

    def place(value: Decimal | None) -> str:
        return "" if value is None else f"{(min(max(value, low), high) - low) / (high - low) * 100:.2f}%"

    ends = sorted(value for value in (before, after) if value is not None)
    both = len(ends) == 2
    left, right = (place(ends[0]), place(ends[1])) if both else ("", "")
    return Strip(place(before), place(after), place(limit), left, right)


def ends(values: Iterable[Decimal]) -> tuple[Decimal, Decimal]:
    """The ends of a strip on which some values stand well apart; not from zero, as its words say."""
    found = list(values)
    low, high = min(found), max(found)
    pad = (high - low) / 2 or abs(high) / 10 or Decimal(1)
    return low - pad, high + pad
