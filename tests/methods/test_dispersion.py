"""The weighted coefficient against its published example, its definition in floats, and its limits."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from meihao.methods.dispersion import (
    Sums,
    contributions,
    least_cv_squared,
    sums_of,
    unweighted_cv_squared,
)

BOOKS = [(Fraction(x), Fraction(p)) for x, p in [(279, 45), (137, 37), (935, 89), (160, 76), (402, 55)]]
school = st.tuples(
    st.decimals(min_value=0, max_value=10**6, places=2).map(Fraction), st.integers(1, 5000).map(Fraction)
)
schools = st.lists(school, min_size=1, max_size=40)


def by_definition(listed: list[tuple[Fraction, Fraction]]) -> float:
    """S/X̄ as the text has it, in floats: the truth computed another way."""
    pupils = sum(float(p) for _, p in listed)
    mean = sum(float(x) for x, _ in listed) / pupils
    variance = sum(float(p) / pupils * (float(x / p) - mean) ** 2 for x, p in listed)
    return math.sqrt(variance) / mean


def test_the_published_example() -> None:
    sums = sums_of(BOOKS)
    assert sums.cv_rounded(4) == "0.5153"
    assert sums.cv_rounded(5) == "0.51526"
    assert sums.mean_rounded(5) == "6.33444"
    assert sums.mean_rounded(2, scale=100) == "633.44"


def test_the_unweighted_forms_are_something_else() -> None:
    unweighted = unweighted_cv_squared(BOOKS)
    assert unweighted is not None
    assert math.sqrt(unweighted) == pytest.approx(0.48877, abs=1e-5)


@given(schools)
def test_three_sums_are_the_definition(listed: list[tuple[Fraction, Fraction]]) -> None:
    squared = sums_of(listed).cv_squared
    assume(squared is not None and squared > Fraction(1, 10**8))
    assert squared is not None
    assert math.sqrt(squared) == pytest.approx(by_definition(listed), rel=1e-6)


@given(schools, schools)
def test_sums_add(one: list[tuple[Fraction, Fraction]], other: list[tuple[Fraction, Fraction]]) -> None:
    assert sums_of(one) + sums_of(other) == sums_of(one + other)


def test_the_limit_is_tested_without_a_root() -> None:
    """Two schools of one pupil at 1−c and 1+c have a coefficient of exactly c."""
    for limit in (Fraction("0.50"), Fraction("0.45"), Fraction(1, 3)):
        at = sums_of([(1 - limit, Fraction(1)), (1 + limit, Fraction(1))])
        assert at.cv_squared == limit**2
        assert at.within(limit)
        assert not at.within(limit - Fraction(1, 10**12))


def test_without_an_amount_it_is_undefined_and_not_within() -> None:
    nothing = sums_of([(Fraction(0), Fraction(10)), (Fraction(0), Fraction(20))])
    assert nothing.cv_squared is None
    assert nothing.cv_rounded(3) is None
    assert not nothing.within(Fraction(1))
    assert Sums().mean is None


@given(schools)
def test_contributions_are_parts_of_the_whole(listed: list[tuple[Fraction, Fraction]]) -> None:
    shares = contributions(listed)
    assert all(share >= 0 for share in shares)
    assert sum(shares) == (1 if sums_of(listed).cv_squared else 0)


@given(schools, st.lists(st.integers(1, 5000), min_size=1, max_size=5), st.data())
def test_no_amounts_at_unknown_schools_beat_the_least(
    known: list[tuple[Fraction, Fraction]], unknown: list[int], data: st.DataObject
) -> None:
    least = least_cv_squared(sums_of(known), Fraction(sum(unknown)))
    assume(least is not None)
    amounts = data.draw(st.lists(st.integers(0, 10**6), min_size=len(unknown), max_size=len(unknown)))
    filled = known + [(Fraction(x), Fraction(p)) for x, p in zip(amounts, unknown, strict=True)]
    found = sums_of(filled).cv_squared
    assert found is not None
    assert least is not None
    assert found >= least


def test_the_least_is_attained() -> None:
    known, pupils = sums_of(BOOKS), Fraction(100)
    best = known.square / known.total  # the common value X = Q/A
    filled = known + Sums.of(best * pupils, pupils)
    assert filled.cv_squared == least_cv_squared(known, pupils)
