"""Administrative divisions: which jurisdiction lies inside which.

A six-digit code (GB/T 2260) carries its parents in its digits. A functional zone has no national
code; it is a row of `tables/divisions.csv` with a `zone-…` code and a named parent. Codes that
begin with 99 are assigned to no province and mark invented, demonstration data.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from meihao.base.text import Refused, Text

NATION = "cn"
_CODE = re.compile(r"\d{2}(\d{2}(\d{2})?)?")
_ZONE = re.compile(r"zone-[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Division:
    """One row of the table; `national` tells a GB/T 2260 code from a zone of our own naming."""

    code: str
    name: Text
    parent: str | None
    national: bool
    confidence: str
    source: str


@cache
def divisions() -> dict[str, Division]:
    """All divisions that have a row, by code."""
    table = files("meihao.base") / "tables" / "divisions.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    return {row["code"]: _division(row) for row in csv.DictReader(lines)}


def _division(row: dict[str, str]) -> Division:
    name = Text(row["name"], row["english"])
    return Division(
        row["code"], name, row["parent"] or None, row["national"] == "yes", row["confidence"], row["source"]
    )


def lineage(code: str) -> tuple[str, ...]:
    """The jurisdictions that rule at `code`, nearest first and the nation last.

    Raises `Refused` for a text that is no division code, or for a zone without a row.
    """
    if code == NATION:
        return (NATION,)
    known = divisions().get(code)
    if known is not None and known.parent is not None:
        return (code, *lineage(known.parent))
    if _CODE.fullmatch(code):
        return (code, *(lineage(code[:-2]) if len(code) > 2 else (NATION,)))
    raise Refused(
        f"「{code}」不是行政区划代码：应为 2、4 或 6 位数字，或功能区表中的 zone-… 代码。",
        f"“{code}” is no division code: write 2, 4 or 6 digits, or a zone-… code of the table of zones.",
    )


def is_code(text: str) -> bool:
    """Whether `text` has the shape of a jurisdiction's code (it need not have a row)."""
    return text == NATION or bool(_CODE.fullmatch(text) or _ZONE.fullmatch(text))


def is_unassigned(code: str) -> bool:
    """Whether the code belongs to no province, so that everything under it is invented (虚构)."""
    return code.startswith("99")
