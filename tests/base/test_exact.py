"""Rounding is half up on the exact value; the oracle is the decimal module on exact inputs."""

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meihao.base.exact import ceil_to, grouped, half_up, sqrt_half_up

decimals = st.decimals(min_value=-(10**9), max_value=10**9, places=6, allow_nan=False)


@given(decimals, st.integers(0, 5))
def test_half_up_is_the_decimal_modules(number: Decimal, places: int) -> None:
    quantum = Decimal(1).scaleb(-places)
    assert half_up(Fraction(number), places) == number.quantize(quantum, ROUND_HALF_UP)


@given(decimals, st.integers(0, 5))
def test_ceil_to_is_the_decimal_modules(number: Decimal, places: int) -> None:
    quantum = Decimal(1).scaleb(-places)
    assert ceil_to(Fraction(number), places) == number.quantize(quantum, ROUND_CEILING)


@pytest.mark.parametrize(
    ("value", "places", "printed"),
    [
        ("2.345", 2, "2.35"),
        ("1.005", 2, "1.01"),
        ("0.125", 2, "0.13"),
        ("-2.5", 0, "-3"),
        ("9.995", 2, "10.00"),
    ],
)
def test_ties_go_up_where_floats_go_astray(value: str, places: int, printed: str) -> None:
    assert f"{half_up(Fraction(value), places):f}" == printed


@given(st.fractions(min_value=0, max_value=10**6), st.integers(0, 6))
def test_a_root_is_rounded_from_its_exact_value(square: Fraction, places: int) -> None:
    root = Fraction(sqrt_half_up(square, places))
    half = Fraction(1, 2 * 10**places)
    assert (root + half) ** 2 > square
    assert root == 0 or (root - half) ** 2 <= square


def test_a_root_agrees_with_a_long_decimal_root() -> None:
    with localcontext() as context:
        context.prec = 50
        expected = (Decimal(2) / Decimal(3)).sqrt().quantize(Decimal("0.000001"), ROUND_HALF_UP)
    assert sqrt_half_up(Fraction(2, 3), 6) == expected


@pytest.mark.parametrize(
    ("number", "text"),
    [("2000", "2000"), ("12146", "12\u2009146"), ("-1234567.5", "-1\u2009234\u2009567.5"), ("0.5", "0.5")],
)
def test_thousands_are_set_apart_from_five_digits(number: str, text: str) -> None:
    assert grouped(Decimal(number)) == text
