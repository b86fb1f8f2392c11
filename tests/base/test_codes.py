"""National codes: valid ones are taken, and what a hand gets wrong is refused with its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meihao.base import codes
from meihao.base.text import Refused

DIGITS = "0123456789"


def recursive_check(body: str) -> str:
    """ISO 7064 MOD 11-2 as the standard's recursion writes it: p ← (p + digit)·2, and no table of weights."""
    product = 0
    for digit in body:
        product = (product + int(digit)) * 2 % 11
    value = (12 - product) % 11
    return "X" if value == 10 else str(value)


def horner_check(body: str) -> str:
    """The credit code's check by Horner's rule from the right."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = 0
    for character in reversed(body):
        total = total * 3 + alphabet.index(character)
    return alphabet[(31 - total % 31) % 31]


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """The first 17 digits of an identity number of the invented district."""
    born = date(1940, 1, 1) + timedelta(draw(st.integers(0, 30_000)))
    return f"990106{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"


@st.composite
def credit_bodies(draw: st.DrawFn) -> str:
    free = st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY")
    return f"12990106{draw(st.text(free, min_size=9, max_size=9))}"


@pytest.mark.parametrize(
    ("check", "code"),
    [
        (codes.identity_number, "11010519491231002X"),
        (codes.identity_number, "410106201509010019"),
        (codes.student_number, "G11010519491231002X"),
        (codes.student_number, "J99010620150901001X"),
        (codes.student_number, "L990106201509010042"),
        (codes.institution_code, "2141000001"),
        (codes.credit_code, "91350100M000100Y43"),
        (codes.division_code, "990106"),
        (codes.division_code, "990106001"),
    ],
)
def test_valid_codes_are_taken_however_they_are_typed(check: Callable[[str], str], code: str) -> None:
    assert check(code) == code
    wide = "".join(chr(ord(character) + 0xFEE0) for character in code)
    assert check(f" {wide[:4]} {wide[4:].lower()}\n") == code


@given(bodies())
def test_a_random_identity_number_is_taken_and_says_birth_and_sex(body: str) -> None:
    code = codes.identity_number(body + recursive_check(body))
    assert f"{codes.birth_of(code):%Y%m%d}" == body[6:14]
    assert codes.sex_of(code) is (codes.Sex.FEMALE if body[16] in "02468" else codes.Sex.MALE)


@given(bodies(), st.integers(0, 17), st.sampled_from(f"{DIGITS}X"))
def test_one_wrong_character_is_refused(body: str, place: int, wrong: str) -> None:
    code = body + recursive_check(body)
    changed = code[:place] + wrong + code[place + 1 :]
    if changed != code:
        with pytest.raises(Refused):
            codes.identity_number(changed)


@given(bodies(), st.integers(0, 16))
def test_swapped_neighbours_are_refused(body: str, place: int) -> None:
    code = body + recursive_check(body)
    changed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if changed != code:
        with pytest.raises(Refused):
            codes.identity_number(changed)


@given(credit_bodies(), st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_a_credit_code_is_taken_and_one_wrong_character_refused(body: str, place: int, wrong: str) -> None:
    code = body + horner_check(body)
    assert codes.credit_code(code) == code
    changed = code[:place] + wrong + code[place + 1 :]
    if changed != code:
        with pytest.raises(Refused):
            codes.credit_code(changed)


@pytest.mark.parametrize(
    ("check", "code", "says"),
    [
        (codes.identity_number, "9901062015090100", "身份证号只有 16 位，应为 18 位"),
        (codes.identity_number, "9901062015090100123", "身份证号有 19 位，应为 18 位"),
        (codes.identity_number, "110105194912310021", "第 18 位校验码应为 X，现为 1"),
        (codes.identity_number, "1101051949123100A2", "第 17 位是「A」"),
        (codes.identity_number, "110105201502290019", "第 7 至 14 位「20150229」不是一个日期"),
        (codes.identity_number, "000105201502280019", "第 1、2 位「00」不是省级区划代码"),
        (codes.student_number, "H11010519491231002X", "第 1 位是「H」，应为 G、J 或 L"),
        (codes.student_number, "L99010620150901004X", "第 19 位是「X」"),
        (codes.student_number, "J990106201513010042", "第 8 至 15 位「20151301」"),
        (codes.institution_code, "214100000", "只有 9 位，应为 10 位"),
        (codes.institution_code, "2041000001", "前两位「20」不是学校（机构）类别"),
        (codes.institution_code, "2100000001", "第 3、4 位「00」"),
        (codes.credit_code, "91350100M000100Y4O", "第 18 位是「O」"),
        (codes.credit_code, "9135A100M000100Y43", "第 5 位是「A」"),
        (codes.credit_code, "91350100M000100Y44", "第 18 位校验码应为 3，现为 4"),
        (codes.division_code, "99010", "有 5 位，应为 6 位"),
        (codes.division_code, "99010a", "第 6 位是「A」"),
    ],
)
def test_a_wrong_code_says_what_and_where(check: Callable[[str], str], code: str, says: str) -> None:
    with pytest.raises(Refused) as refused:
        check(code)
    assert says in refused.value.text.zh
    assert refused.value.text.en
