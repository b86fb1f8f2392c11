"""Dispersion between schools, weighted by pupils, from three sums that add up.

With x the total of a school, p its pupils and X = x/p its value, the mean is Σx/Σp and

    CV² = Σ p·(X − X̄)² / (Σp · X̄²) = Σp · Σ(x²/p) / (Σx)² − 1

so a set of schools is known by Σp, Σx and Σx²/p, which add over towns, groups and districts
although the coefficient itself does not. Source: worked example and wording of the 2012 method
(教督〔2012〕3号, 差异系数); its use for the seven indicators of 2017 is 待核.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from meihao.base.exact import half_up, sqrt_half_up


@dataclass(frozen=True, slots=True)
class Sums:
    """Σp (pupils), Σx (amount) and Σx²/p of a set of schools; they add."""

    pupils: Fraction = Fraction(0)
    total: Fraction = Fraction(0)
    square: Fraction = Fraction(0)

    @classmethod
    def of(cls, total: Fraction, pupils: Fraction) -> Sums:
        """One school; raises `ZeroDivisionError` for a school without pupils."""
        return cls(pupils, total, total * total / pupils)

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.pupils + other.pupils, self.total + other.total, self.square + other.square)

    @property
    def mean(self) -> Fraction | None:
        """The pooled mean Σx/Σp; None without pupils."""
        return self.total / self.pupils if self.pupils else None

    @property
    def cv_squared(self) -> Fraction | None:
        """The square of the coefficient, exact; None where the mean is 0 or there are no pupils."""
        if not self.total:
            return None
        return self.pupils * self.square / self.total**2 - 1

    def cv_rounded(self, places: int) -> str | None:
        """The coefficient in print, half up from the exact value; None where it is undefined."""
        squared = self.cv_squared
        return None if squared is None else f"{sqrt_half_up(squared, places):f}"

    def mean_rounded(self, places: int, scale: int = 1) -> str | None:
        """The mean in print, half up, times `scale` (100 for values a hundred pupils)."""
        return None if self.mean is None else f"{half_up(self.mean * scale, places):f}"

    def within(self, limit: Fraction) -> bool:
        """Whether the coefficient is at most `limit`, decided without a root or a rounding.

        A mean of 0 leaves the coefficient undefined and counts as not within.
        """
        if not self.total:
            return False
        return self.pupils * self.square <= (1 + limit**2) * self.total**2


def sums_of(schools: Iterable[tuple[Fraction, Fraction]]) -> Sums:
    """The three sums of schools given as (total, pupils)."""
    return sum((Sums.of(total, pupils) for total, pupils in schools), Sums())


def least_cv_squared(known: Sums, unknown_pupils: Fraction) -> Fraction | None:
    """The least CV² any amounts at the unknown schools could still bring about.

    The unknown schools do best with one common value, X = Q/A over the known sums A = Σx and
    Q = Σx²/p, which gives (P + pᵤ)·Q / (A² + Q·pᵤ) − 1. None while nothing is known or all are 0.
    """
    if not known.total:
        return None
    reach = known.total**2 + known.square * unknown_pupils
    return (known.pupils + unknown_pupils) * known.square / reach - 1


def contributions(schools: Iterable[tuple[Fraction, Fraction]]) -> list[Fraction]:
    """Each school's share of the weighted variance, in the order given; zeros where all are equal."""
    listed = list(schools)
    mean = sums_of(listed).mean or Fraction(0)
    parts = [pupils * (total / pupils - mean) ** 2 for total, pupils in listed]
    whole = sum(parts, Fraction(0))
    return [part / whole if whole else Fraction(0) for part in parts]


def unweighted_cv_squared(schools: Iterable[tuple[Fraction, Fraction]]) -> Fraction | None:
    """CV² of the schools' values, each counted once (population form): shown beside, never judged by."""
    values = [total / pupils for total, pupils in schools]
    mean = sum(values, Fraction(0)) / len(values) if values else Fraction(0)
    if not mean:
        return None
    return sum(((value - mean) ** 2 for value in values), Fraction(0)) / len(values) / mean**2


def mean_root_within(squares: Sequence[Fraction], limit: Fraction) -> bool:
    """Whether the mean of the square roots is at most `limit`, decided exactly.

    A sum of roots is rational only where each of them is, so it equals a limit only in exact numbers;
    otherwise narrower and narrower bounds come to lie on one side.
    """
    digits = 20
    while True:
        low, high = _mean_root(squares, digits)
        if low == high or high <= limit or low > limit:
            return low <= limit
        digits *= 2


def mean_root_rounded(squares: Sequence[Fraction], places: int) -> str | None:
    """The mean of the square roots in print, half up from the exact value; None of nothing."""
    if not squares:
        return None
    digits = places + 20
    while True:
        low, high = (half_up(bound, places) for bound in _mean_root(squares, digits))
        if low == high:
            return f"{low:f}"
        digits *= 2


def _mean_root(squares: Sequence[Fraction], digits: int) -> tuple[Fraction, Fraction]:
    """Bounds of the mean of the square roots, 10^-digits apart or equal."""
    bounds = [_root(square, digits) for square in squares]
    return sum((low for low, _ in bounds), Fraction(0)) / len(bounds), sum(
        (high for _, high in bounds), Fraction(0)
    ) / len(bounds)


def _root(square: Fraction, digits: int) -> tuple[Fraction, Fraction]:
    over, under = isqrt(square.numerator), isqrt(square.denominator)
    if over * over == square.numerator and under * under == square.denominator:
        return Fraction(over, under), Fraction(over, under)
    ten = 10**digits
    floor = isqrt(square.numerator * ten * ten // square.denominator)
    return Fraction(floor, ten), Fraction(floor + 1, ten)
