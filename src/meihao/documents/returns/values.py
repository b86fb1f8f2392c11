"""One cell becomes a typed value, or a problem that says what is wrong and how to mend it.

Only differences of writing are forgiven: full-width digits, spaces around, thousands set apart
by commas. A unit typed beside a number, a word for a number or a rounded guess is sent back.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from fractions import Fraction

from meihao.base.text import Text
from meihao.documents.workbook import Cell
from meihao.figures.interpreter import Value
from meihao.policy.kinds import ColumnSpec

_PLAIN = re.compile(r"\d+(\.\d+)?")
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_SCIENTIFIC = re.compile(r"\d+(\.\d+)?[eE][+-]?\d+")
_WITH_WORDS = re.compile(r"(\d+(?:\.\d+)?)\s*([^\d\s.,].*)")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_GREATEST = 10**12
FIRST_YEAR = 1800


class Problem(Exception):  # noqa: N818  (it is a finding about a cell, worded for its author)
    """Why a cell cannot be taken."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.text = Text(zh, en)


def tidy(text: str) -> str:
    """Full-width letters and digits made plain, spaces at both ends and line breaks dropped."""
    return unicodedata.normalize("NFKC", text).replace("\n", "").strip()


def value_of(cell: Cell, column: ColumnSpec, latest_year: int) -> Value:
    """The cell as the column wants it. Raises `Problem`."""
    if cell.kind == "error":
        raise Problem(
            f"单元格是错误值 {cell.value}，请填写数值", f"an error value {cell.value}: type the value"
        )
    if cell.kind == "formula":
        raise Problem(
            "公式没有算出的结果，请在 Excel 中打开并保存，或直接填写数值",
            "a formula without a result: open and save it in Excel, or type the value",
        )
    match column.type:
        case "text":
            return _text(cell)
        case "code":
            return _code(cell)
        case "choice":
            return _choice(cell, column)
        case "yesno":
            return _yes_no(cell)
        case "year":
            return _year(cell, latest_year)
        case "date":
            return _date(cell)
        case "count":
            return _count(cell)
        case "decimal":
            return _decimal(cell, column.scale)


def _shown(cell: Cell) -> str:
    return f"{cell.value:f}" if isinstance(cell.value, Decimal) else str(cell.value)


def _text(cell: Cell) -> str:
    if cell.kind in ("bool", "date"):
        raise Problem(f"应为文字，填的是「{cell.value}」", f"text is wanted, “{cell.value}” found")
    return _shown(cell).strip()


def _code(cell: Cell) -> str:
    code = tidy(_shown(cell))
    if cell.kind in ("bool", "date") or _SCIENTIFIC.fullmatch(code) or not re.fullmatch(r"[\w-]+", code):
        raise Problem(
            f"代码不能是「{code}」，请把单元格设为文本后重填完整代码",
            f"“{code}” is no code: format the cell as text and type the whole code",
        )
    return code


def _choice(cell: Cell, column: ColumnSpec) -> str:
    written = tidy(_shown(cell))
    chosen = column.also.get(written, written)
    if chosen not in column.choices:
        options = "、".join(column.choices)
        raise Problem(
            f"应为其中之一：{options}；填的是「{chosen}」", f"one of {options} is wanted, “{chosen}” found"
        )
    return chosen


def _yes_no(cell: Cell) -> bool:
    answer = tidy(_shown(cell))
    if cell.kind != "text" or answer not in ("是", "否"):
        raise Problem(
            f"应填「是」或「否」，填的是「{answer}」", f"是 (yes) or 否 (no) is wanted, “{answer}” found"
        )
    return answer == "是"


def _year(cell: Cell, latest: int) -> Fraction:
    text = tidy(_shown(cell))
    if cell.kind in ("bool", "date") or not re.fullmatch(r"\d{4}", text):
        raise Problem(
            f"应为 4 位年份，如 1998；填的是「{text}」", f"a year such as 1998 is wanted, “{text}” found"
        )
    if not FIRST_YEAR <= int(text) <= latest:
        raise Problem(
            f"年份 {text} 不在 {FIRST_YEAR}—{latest} 之间", f"{text} is not within {FIRST_YEAR}–{latest}"
        )
    return Fraction(int(text))


def _date(cell: Cell) -> str:
    """A day, as a date cell or typed like 2025-10-20, 2025/10/20, 2025.10.20, 2025年10月20日."""
    typed = tidy(str(cell.value)[:10] if cell.kind == "date" else _shown(cell))
    match = _DAY.fullmatch(typed)
    try:
        if match is None or cell.kind == "bool":
            raise ValueError(typed)
        return date(*map(int, match.groups())).isoformat()
    except ValueError:
        raise Problem(
            f"应为日期，如 2025-10-20；填的是「{typed}」",
            f"a date such as 2025-10-20 is wanted, “{typed}” found",
        ) from None


def _count(cell: Cell) -> Fraction:
    number = _number(cell)
    if number.denominator != 1:
        shown = _shown(cell)
        raise Problem(f"应为整数，填的是「{shown}」", f"a whole number is wanted, “{shown}” found")
    return number


def _decimal(cell: Cell, scale: int) -> Fraction:
    number = _number(cell)
    if (number * 10**scale).denominator != 1:
        raise Problem(
            f"最多保留 {scale} 位小数，填的是「{_shown(cell)}」",
            f"at most {scale} decimals are taken, “{_shown(cell)}” found",
        )
    return number


def _number(cell: Cell) -> Fraction:
    if cell.kind == "date":
        raise Problem(
            "应为数字，单元格却是日期，请改为数字格式重填", "a number is wanted, the cell holds a date"
        )
    if cell.kind == "bool":
        raise Problem(f"应为数字，填的是「{cell.value}」", f"a number is wanted, “{cell.value}” found")
    number = Fraction(cell.value) if isinstance(cell.value, Decimal) else _typed(str(cell.value))
    if number < 0:
        raise Problem(f"不能是负数，填的是「{_shown(cell)}」", f"cannot be negative, “{_shown(cell)}” found")
    if number >= _GREATEST:
        raise Problem(f"数值过大：「{_shown(cell)}」，请核对", f"too large: “{_shown(cell)}”")
    return number


def _typed(written: str) -> Fraction:
    """A number typed as text."""
    text = tidy(written)
    if _PLAIN.fullmatch(text):
        return Fraction(text)
    if _GROUPED.fullmatch(text):
        return Fraction(text.replace(",", ""))
    if text.startswith(("-", "−")) and _PLAIN.fullmatch(text[1:].strip()):
        raise Problem(f"不能是负数，填的是「{text}」", f"cannot be negative, “{text}” found")
    beside = _WITH_WORDS.fullmatch(text)
    if beside:
        zh = f"只填数字，不带单位或文字，填的是「{text}」（是否为 {beside[1]}？）"
        raise Problem(zh, f"digits only, without a unit or words, “{text}” found (is it {beside[1]}?)")
    raise Problem(f"应为数字，填的是「{text}」", f"a number is wanted, “{text}” found")
