"""What may not be shown as it stands: small counts, shares of few, totals that one or two make up.

These rules look at one cell at a time. That what they hide cannot be worked out from the rest is the
business of `disclosure`. Sources of the practice: SDC handbook of ESSnet (dominance, sensitive cells);
top and bottom coding of shares as in NCES SLDS Technical Brief 3. The numbers are a policy's, never ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor


@dataclass(frozen=True, slots=True)
class Sum:
    """One cell is the sum of others: a margin, or a level of a hierarchy."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Cells in whole numbers of one unit (pupils, fen), by key, and every sum that holds among them.

    Raises `ValueError` for a negative cell, or a sum that does not come out: an attacker would reason
    from it, and so must we.
    """

    cells: Mapping[str, int]
    sums: tuple[Sum, ...] = ()

    def __post_init__(self) -> None:
        for key, value in self.cells.items():
            if value < 0:
                raise ValueError(f"{key} is negative")
        for line in self.sums:
            if self.cells[line.total] != sum(self.cells[part] for part in line.parts):
                raise ValueError(f"{line.total} is not the sum of its parts")


@dataclass(frozen=True, slots=True)
class Rule:
    """What an audience may see of one sort of cells.

    A cell of 1 up to below `threshold` is hidden, and 0 too where `zeros` disclose. The interval that
    remains possible for a hidden cell must be at least `width` wide, and at least `share` of its value.
    """

    threshold: int
    zeros: bool
    width: int
    share: Fraction

    def small(self, value: int) -> bool:
        """Whether a count may not be shown."""
        return self.zeros and self.threshold > 0 if value == 0 else value < self.threshold

    def need(self, value: int) -> int:
        """How wide the interval of a hidden cell must stay, in whole numbers; never below 1."""
        return max(1, self.width, ceil(self.share * value))


@dataclass(frozen=True, slots=True)
class Dominance:
    """A total is hidden where its `most` largest contributors make up `share` of it or more."""

    most: int
    share: Fraction

    def dominated(self, contributions: Sequence[int]) -> bool:
        """Whether few make up the total; a total of 0 says the same of everybody and is not."""
        top = sorted(contributions, reverse=True)[: self.most]
        return sum(contributions) > 0 and sum(top) >= self.share * sum(contributions)


def primary(table: Table, rule: Rule) -> frozenset[str]:
    """The cells of a table of counts that may not be shown."""
    return frozenset(key for key, value in table.cells.items() if rule.small(value))


def dominated(
    table: Table, rule: Dominance, contributions: Mapping[str, Sequence[int]] | None = None
) -> frozenset[str]:
    """The cells of a table of amounts of which a few contributors make up too much.

    `contributions` gives the amounts behind each cell; a cell that is not there stands for one contributor.
    """
    given = contributions or {}
    return frozenset(key for key, value in table.cells.items() if rule.dominated(given.get(key, (value,))))


@dataclass(frozen=True, slots=True)
class Band:
    """How shares of up to `up_to` people (None: any more) are told, in per cent.

    Exactly between `low` and `high` (as “low to high” where `coarse`), beyond them as “at most low” and
    “at least high”. Without edges (None) a share of nobody or of all is hidden.
    """

    up_to: int | None
    low: int | None
    high: int | None
    coarse: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of fewer than `least` people are hidden; the first band that fits says how others are told."""

    least: int
    bands: tuple[Band, ...]

    def band(self, people: int) -> Band | None:
        """The band for a denominator."""
        return next((band for band in self.bands if band.up_to is None or people <= band.up_to), None)


@dataclass(frozen=True, slots=True)
class Share:
    """A share as it may be told: `low` to `high` in per cent (equal: exactly), None: not at all.

    `least` and `most` are what the numerator can then be, in whole numbers.
    """

    low: Fraction | None
    high: Fraction | None
    least: int = 0
    most: int = 0


HIDDEN = Share(None, None)


def share(numerator: int, denominator: int, rule: Shares) -> Share:
    """How a share of people may be told. Raises `ValueError` where there are more than all."""
    if not 0 <= numerator <= denominator:
        raise ValueError("a share of more than all, or of less than none")
    band = rule.band(denominator)
    if denominator < rule.least or denominator == 0 or band is None:
        return HIDDEN
    exact = Fraction(100 * numerator, denominator)
    if band.low is None or band.high is None:
        return Share(exact, exact, numerator, numerator) if 0 < exact < 100 else HIDDEN
    low, high = Fraction(band.low), Fraction(band.high)
    if exact <= low:
        return _between(Fraction(0), low, denominator)
    if exact >= high:
        return _between(high, Fraction(100), denominator)
    if band.coarse:
        return _between(low, high, denominator)
    return Share(exact, exact, numerator, numerator)


def _between(low: Fraction, high: Fraction, people: int) -> Share:
    return Share(low, high, ceil(low * people / 100), floor(high * people / 100))


def totals(rows: Mapping[str, Iterable[str]]) -> tuple[Sum, ...]:
    """Sums from total to parts, without those of nothing."""
    return tuple(Sum(total, parts) for total, found in rows.items() if (parts := tuple(found)))
