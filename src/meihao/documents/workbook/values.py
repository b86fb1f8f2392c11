"""From the text a sheet stores to the value a person sees in the cell."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal

from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

from meihao.documents.workbook.container import broken
from meihao.documents.workbook.model import Kind

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_INTEGER = re.compile(r"-?\d{1,30}", re.ASCII)
_SHOWN = Context(prec=15, rounding=ROUND_HALF_UP)  # Excel shows 15 digits, and stores a binary float
_GREATEST_EXPONENT = 308
_ESCAPE = re.compile(r"_x(000[dD])_\n?|_x(005[fF])_")


@dataclass(frozen=True, slots=True)
class Formats:
    """What makes a number a date: the day counted from, and the styles that show one."""

    epoch: datetime.datetime = WINDOWS_EPOCH
    dates: frozenset[int] = field(default_factory=frozenset)
    durations: frozenset[int] = field(default_factory=frozenset)


def plain(text: str) -> str:
    """Text without the escapes that Excel writes for a carriage return and an underscore."""
    if "_x00" not in text:
        return text
    return _ESCAPE.sub(lambda match: "_" if match[2] else "\n", text)


def number(text: str, ref: str) -> Decimal:
    """A number as Excel shows it: 0.30000000000000004 is 0.3; whole numbers keep every digit."""
    if _INTEGER.fullmatch(text):
        return Decimal(int(text))
    if not _NUMBER.fullmatch(text) or len(text) > 400:
        raise broken(f"单元格 {ref} 的数字无法识别", f"the number in cell {ref} cannot be read")
    value = _SHOWN.create_decimal(text)
    if value and value.adjusted() > _GREATEST_EXPONENT:
        raise broken(f"单元格 {ref} 的数字超出范围", f"the number in cell {ref} is out of range")
    return _without_exponent(value.normalize(_SHOWN))


def _without_exponent(value: Decimal) -> Decimal:
    if not value:
        return Decimal(0)
    whole = value == value.to_integral_value() and value.adjusted() <= 30
    return Decimal(int(value)) if whole else value


def moment(text: str, style: int, formats: Formats, ref: str) -> tuple[Kind, str]:
    """A number under a date format: a day, a day with its time, or a time of day as text."""
    shown = number(text, ref)
    try:
        value = from_excel(float(shown), formats.epoch, timedelta=style in formats.durations)
    except (OverflowError, ValueError):
        # Excel itself shows only ##### here; the number is what there is
        return "number", str(shown)
    return _said(value)


def iso_moment(text: str, ref: str) -> tuple[Kind, str]:
    """A date stored as ISO text, as a few other programs do."""
    clock = text.removesuffix("Z")
    try:
        if "T" in clock:
            return _said(datetime.datetime.fromisoformat(clock).replace(tzinfo=None))
        if ":" in clock:
            return _said(datetime.time.fromisoformat(clock))
        return _said(datetime.date.fromisoformat(clock))
    except ValueError:
        raise broken(f"单元格 {ref} 的日期无法识别", f"the date in cell {ref} cannot be read") from None


def _said(value: object) -> tuple[Kind, str]:
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return "date", (value.date() if midnight else value).isoformat()
    if isinstance(value, datetime.date):
        return "date", value.isoformat()
    if isinstance(value, datetime.timedelta):
        return "text", _clock(value)
    return "text", str(value)


def _clock(value: datetime.timedelta) -> str:
    seconds = round(abs(value).total_seconds())
    sign = "-" if value < datetime.timedelta() else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
