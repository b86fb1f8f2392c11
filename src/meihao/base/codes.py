"""National codes of persons, schools and bodies: what is wrong with one, at which place, how to mend it.

Each check returns the code normalised (half-width, upper case, without blanks) or raises `Refused`.
Sources: GB 11643-1999 (身份证号), GB 32100-2015 (统一社会信用代码), 教育部 rules of 学籍号 and 学校（机构）
标识码. A code of province 99 is assigned to nobody and marks invented data; it is taken like any other.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from enum import StrEnum

from meihao.base.text import Refused

_REGIONS = (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66))
_PROVINCES = frozenset(map(str, (*_REGIONS, 71, 81, 82, 83, 99)))  # 81–83: residence permits too
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # 2^(17 - i) mod 11
_CHECKS = "10X98765432"
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I O S V Z
_DIGITS = frozenset("0123456789")

SCHOOL_CLASSES = {
    "11": "幼儿园",
    "21": "普通小学",
    "22": "成人小学",
    "31": "普通初中",
    "32": "职业初中",
    "33": "成人初中",
    "34": "普通高中",
    "35": "成人高中",
    "36": "中等职业学校",
    "37": "专门学校",
    "41": "普通高等学校",
    "42": "成人高等学校",
    "51": "特殊教育学校",
    "91": "科研机构",
    "92": "其他高等教育机构",
    "93": "中等职业培训机构",
}
"""What the first two digits of a 学校（机构）标识码 say."""


class Sex(StrEnum):
    """As an identity number says it (GB/T 2261.1)."""

    MALE = "1"
    FEMALE = "2"


def identity_number(text: str) -> str:
    """A citizen's identity number (GB 11643): 6 area, 8 birth, 3 order, 1 check."""
    code = _normal(text)
    _long("身份证号", "identity number", code, 18)
    _digits("身份证号", "identity number", code[:17])
    _province("身份证号", "identity number", code, 0)
    _birth("身份证号", "identity number", code, 6)
    _checked("身份证号", "identity number", code, identity_check(code[:17]))
    return code


def identity_check(body: str) -> str:
    """The check character of 17 digits: ISO 7064, MOD 11-2."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True))
    return _CHECKS[total % 11]


def birth_of(number: str) -> date:
    """The birthday that an identity number says; `number` as `identity_number` returns it."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def sex_of(number: str) -> Sex:
    """The sex that an identity number says: its 17th digit is odd for a man."""
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


def student_number(text: str) -> str:
    """A national student number: G and an identity number; J and 18 characters; L and 18 digits (temporary).

    How the check of a J number is computed is not given by the source; its shape alone is checked.
    """
    code = _normal(text)
    zh, en = "学籍号", "student number"
    _long(zh, en, code, 19)
    if code[0] not in "GJL":
        raise Refused(
            f"{zh}的第 1 位是「{code[0]}」，应为 G、J 或 L。",
            f"the {en} begins with “{code[0]}”: it begins with G, J or L.",
        )
    if code[0] == "G":
        return "G" + identity_number(code[1:])
    _digits(zh, en, code[1:18], start=1)
    last = _DIGITS | ({"X"} if code[0] == "J" else set())
    if code[18] not in last:
        raise _character(zh, en, 18, code[18])
    _province(zh, en, code, 1)
    _birth(zh, en, code, 7)
    return code


def institution_code(text: str) -> str:
    """A 学校（机构）标识码: 2 class, 2 province, 6 sequence."""
    code = _normal(text)
    zh, en = "学校（机构）标识码", "institution code"
    _long(zh, en, code, 10)
    _digits(zh, en, code)
    if code[:2] not in SCHOOL_CLASSES:
        raise Refused(
            f"{zh}的前两位「{code[:2]}」不是学校（机构）类别，例如幼儿园 11、小学 21、初中 31、高中 34。",
            f"“{code[:2]}” at the head of the {en} is no class of school, as 11 (kindergarten).",
        )
    _province(zh, en, code, 2)
    return code


def credit_code(text: str) -> str:
    """A 统一社会信用代码 (GB 32100): 2 authority and type, 6 division, 9 body, 1 check."""
    code = _normal(text)
    zh, en = "统一社会信用代码", "unified social credit code"
    _long(zh, en, code, 18)
    for place, character in enumerate(code):
        if character not in _CREDIT:
            raise _character(zh, en, place, character)
    _digits(zh, en, code[2:8], start=2)
    _checked(zh, en, code, credit_check(code[:17]))
    return code


def credit_check(body: str) -> str:
    """The check character of 17 characters: weights 3^i modulo 31."""
    total = sum(pow(3, place, 31) * _CREDIT.index(character) for place, character in enumerate(body))
    return _CREDIT[-total % 31]


def division_code(text: str) -> str:
    """A code of an administrative division: 6 digits (GB/T 2260), 9 with the town, 12 with the village."""
    code = _normal(text)
    zh, en = "行政区划代码", "division code"
    if len(code) not in (6, 9, 12):
        raise Refused(
            f"{zh}有 {len(code)} 位，应为 6 位（县）、9 位（乡镇）或 12 位（村）。",
            f"the {en} has {len(code)} digits: it has 6 (county), 9 (town) or 12 (village).",
        )
    _digits(zh, en, code)
    _province(zh, en, code, 0)
    return code


def _normal(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def _long(zh: str, en: str, code: str, length: int) -> None:
    if len(code) != length:
        short = "只有" if len(code) < length else "有"
        raise Refused(
            f"{zh}{short} {len(code)} 位，应为 {length} 位。",
            f"the {en} has {len(code)} characters: it has {length}.",
        )


def _digits(zh: str, en: str, code: str, start: int = 0) -> None:
    for place, character in enumerate(code, start):
        if character not in _DIGITS:
            raise _character(zh, en, place, character)


def _character(zh: str, en: str, place: int, character: str) -> Refused:
    return Refused(
        f"{zh}第 {place + 1} 位是「{character}」，这一位不能是它，请核对。",
        f"character {place + 1} of the {en} is “{character}”, which cannot stand there: check it.",
    )


def _province(zh: str, en: str, code: str, start: int) -> None:
    found = code[start : start + 2]
    if found not in _PROVINCES:
        raise Refused(
            f"{zh}第 {start + 1}、{start + 2} 位「{found}」不是省级区划代码，请核对。",
            f"“{found}” at places {start + 1} and {start + 2} of the {en} is no province: check it.",
        )


def _birth(zh: str, en: str, code: str, start: int) -> None:
    said = code[start : start + 8]
    try:
        date(int(said[:4]), int(said[4:6]), int(said[6:]))
    except ValueError:
        raise Refused(
            f"{zh}第 {start + 1} 至 {start + 8} 位「{said}」不是一个日期，应为出生年月日，例如 20150901。",
            f"“{said}” at places {start + 1} to {start + 8} of the {en} is no day of birth, as 20150901.",
        ) from None


def _checked(zh: str, en: str, code: str, check: str) -> None:
    if code[-1] != check:
        raise Refused(
            f"{zh}第 {len(code)} 位校验码应为 {check}，现为 {code[-1]}；请逐位核对。",
            f"character {len(code)} of the {en} should be {check} and is {code[-1]}: check each digit.",
        )
