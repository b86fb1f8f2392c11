"""One-time codes: the RFC's own test values, and no code twice."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from meihao.records.accounts import codes

# RFC 6238, appendix B (SHA-1, eight digits there; the last six are those of six digits)
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_VALUES = {
    59: "94287082",
    1_111_111_109: "07081804",
    1_234_567_890: "89005924",
    20_000_000_000: "65353130",
}


@pytest.mark.parametrize(("second", "code"), RFC_VALUES.items())
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    at = datetime.fromtimestamp(second, UTC)
    assert codes.code_at(RFC_SECRET, second // 30) == code[-6:]
    assert codes.matching_step(RFC_SECRET, code[-6:], at) == second // 30


def test_a_telephone_may_be_half_a_minute_out_and_no_more() -> None:
    at = datetime(2025, 10, 20, 2, tzinfo=UTC)
    step = int(at.timestamp()) // 30
    taken = [
        out
        for out in range(-4, 5)
        if codes.matching_step(RFC_SECRET, codes.code_at(RFC_SECRET, step + out), at) is not None
    ]
    assert taken == [-1, 0, 1]


def test_a_step_that_was_used_is_not_taken_again() -> None:
    at = datetime(2025, 10, 20, 2, tzinfo=UTC)
    code, step = codes.code_at(RFC_SECRET, int(at.timestamp()) // 30), int(at.timestamp()) // 30
    assert codes.matching_step(RFC_SECRET, code, at, after=step - 1) == step
    assert codes.matching_step(RFC_SECRET, code, at, after=step) is None
    assert codes.matching_step(RFC_SECRET, f" {code[:3]} {code[3:]}", at + timedelta(seconds=1)) == step


@pytest.mark.parametrize("code", ["", "12345", "１２３４５６", "1234567", "abcdef", "\0"])
def test_what_is_no_code_is_no_code(code: str) -> None:
    assert codes.matching_step(RFC_SECRET, code, datetime(2025, 10, 20, 2, tzinfo=UTC)) is None


def test_recovery_codes_are_taken_however_they_are_typed() -> None:
    code = codes.recovery_code()
    assert re.fullmatch(r"[A-Z2-9]{5}-[A-Z2-9]{5}", code)
    kept = codes.digest("recovery", code)
    for typed in (code.lower(), code.replace("-", ""), f" {code} ", code.replace("-", " - ")):
        assert codes.digest("recovery", typed) == kept
    assert codes.digest("recovery", code[:-1]) != kept != codes.digest("tries", code)


def test_the_picture_is_one_svg_without_anything_foreign() -> None:
    drawn = codes.picture(codes.otpauth(RFC_SECRET, '林"<虚>&'))
    root = ElementTree.fromstring(drawn)
    assert root.tag.endswith("}svg")
    assert {element.tag.rpartition("}")[2] for element in root.iter()} == {"svg", "path"}
