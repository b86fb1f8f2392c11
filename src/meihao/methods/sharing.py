"""Sharing what a school of several stages holds in common between its stages.

Premises, grounds and equipment of a nine-year, twelve-year or complete secondary school are
shared by pupils weighted 1 : 1.1 : 1.32 (primary : junior : senior); a complete secondary
school's 1 : 1.2 is the same ratio. Source: notes of the official formula sheet, r4–r7.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeVar

S = TypeVar("S")


def shares(pupils: Mapping[S, Fraction], weights: Mapping[S, Fraction]) -> dict[S, Fraction]:
    """Each stage's share w·n / Σ w·n; the shares add up to 1.

    Raises `KeyError` for a stage without a weight, `ZeroDivisionError` where nobody is taught.
    """
    loads = {stage: weights[stage] * count for stage, count in pupils.items()}
    whole = sum(loads.values(), Fraction(0))
    return {stage: load / whole for stage, load in loads.items()}


def per_pupil(
    total: Fraction, pupils: Mapping[S, Fraction], weights: Mapping[S, Fraction], stage: S
) -> Fraction:
    """The amount one pupil of `stage` has of a `total` held in common: total · w / Σ w·n."""
    return total * weights[stage] / sum((weights[s] * n for s, n in pupils.items()), Fraction(0))
