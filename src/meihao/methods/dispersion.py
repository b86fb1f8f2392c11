"""Dispersion between schools, weighted by pupils, from three sums that add up.

With x the total of a school, p its pupils and X = x/p its value, the mean is Σx/Σp and

    CV² = Σ p·(X − X̄)² / (Σp · X̄²) = Σp · Σ(x²/p) / (Σx)² − 1

so a set of schools is known by Σp, Σx and Σx²/p, which add over towns, groups and districts
although the coefficient itself does not. Source: worked example and wording of the 2012 method
(教督〔2012〕3号, 差异系数); its use for the seven indicators of 2017 is 待核.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

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
