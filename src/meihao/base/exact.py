"""Exact numbers: nothing that decides a result ever passes through a binary float.

Comparisons are made on unrounded values and rounding is for print only, half up on the exact
value (declaration form, notes under tables II and III; `docs/reference/numbers.md`).
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from math import isqrt


def fraction(number: int | Decimal | Fraction) -> Fraction:
    """The exact rational of an integer or decimal; a float is refused by its type."""
    return Fraction(number)


def half_up(value: Fraction, places: int) -> Decimal:
    """`value` rounded to `places` decimals, halves away from zero, from the exact value."""
    scaled = abs(value) * 10**places
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return _decimal(units if value >= 0 else -units, places)


def ceil_to(value: Fraction, places: int) -> Decimal:
    """`value` rounded up to `places` decimals: an amount short is never told too small."""
    scaled = value * 10**places
    return _decimal(-(-scaled.numerator // scaled.denominator), places)


def sqrt_half_up(square: Fraction, places: int) -> Decimal:
    """The square root of a non-negative rational, rounded half up to `places` decimals, exactly."""
    twice = isqrt(4 * square.numerator * 10 ** (2 * places) // square.denominator)
    return _decimal((twice + 1) // 2, places)


def _decimal(units: int, places: int) -> Decimal:
    with localcontext() as context:
        context.prec = max(28, len(str(units)) + places + 1)
        return Decimal(units).scaleb(-places)


def grouped(number: Decimal | int) -> str:
    """A number as it is printed for people: thousands apart by a thin space, no exponent."""
    whole, _, rest = f"{number:f}".partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    groups = [digits[max(0, end - 3) : end] for end in range(len(digits), 0, -3)]
    # four digits stay together (2000, not 2 000): the captions of the form write them so
    joined = "\u2009".join(reversed(groups)) if len(digits) > 4 else digits
    return f"{sign}{joined}{'.' + rest if rest else ''}"


def decimal_text(value: Fraction) -> str:
    """A rational as the shortest exact decimal, or as n/d where it has none."""
    under = value.denominator
    places = 0
    while under % 10 == 0:
        under, places = under // 10, places + 1
    for prime in (2, 5):
        while under % prime == 0:
            under, places = under // prime, places + 1
    if under != 1:
        return f"{value.numerator}/{value.denominator}"
    text = f"{Decimal(value.numerator * 10**places // value.denominator).scaleb(-places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
