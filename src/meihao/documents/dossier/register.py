"""The bureau's register of evidence: for each slot the office, the period, the document and its files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from unicodedata import normalize

from meihao.base.text import Text
from meihao.documents.dossier.names import number_in, shown
from meihao.documents.dossier.slots import Place, places
from meihao.figures.interpreter import Row
from meihao.figures.plan import Plan
from meihao.figures.snapshot import Table
from meihao.policy.kinds import Given

_PARTED = re.compile(r"[；;\n]")


@dataclass(frozen=True)
class Entry:
    """What the register says of one slot; `files` are names of files in the folder."""

    owner: str | None = None
    first: date | None = None
    last: date | None = None
    document: str | None = None
    number: str | None = None
    files: tuple[str, ...] = ()
    note: str | None = None


def blank_rows(plan: Plan) -> list[dict[str, Given]]:
    """The rows of a blank register: one a document wanted, for the bureau to complete."""
    return [
        {"code": slot.code, "matter": place.title, "wanted": slot.wanted}
        for place in places(plan)
        for slot in place.slots
    ]


def entries(wanted: tuple[Place, ...], table: Table | None) -> tuple[dict[str, Entry], list[Text]]:
    """The register's entries by slot, and in words what is wrong with it; other standards' rows are theirs.

    A slot is written with its standard (compulsory-balance.C02-1) or alone (C02-1).
    """
    numbers = {slot.number for place in wanted for slot in place.slots}
    codes = {slot.code: slot.number for place in wanted for slot in place.slots}
    own = next((code.rpartition(".")[0] for code in codes), "")
    found: dict[str, Entry] = {}
    told: list[Text] = []
    for code, row in sorted(table.rows.items()) if table else ():
        standard, _, number = code.strip().rpartition(".")
        if standard not in ("", own):
            continue
        if number not in numbers:
            told.append(_unknown(code))
            continue
        found[number] = _entry(row, number, told)
    return found, told


def _unknown(code: str) -> Text:
    known = number_in(code.rpartition(".")[2])
    place = f"{known[0]} 没有这份材料" if known else "应如 C02-1"
    return Text(
        f"登记表里的编号「{shown(code)}」不明：{place}。",
        f"the register has an unknown code “{shown(code)}”; write one such as C02-1.",
    )


def _entry(row: Row, number: str, told: list[Text]) -> Entry:
    first, last = (_day(row, name, number, told) for name in ("period_from", "period_to"))
    if first is not None and last is not None and last < first:
        told.append(Text(f"{number} 的覆盖期间起止颠倒。", f"the period of {number} ends before it begins."))
    files = tuple(name for part in _PARTED.split(_text(row, "file") or "") if (name := _named(part)))
    return Entry(
        _text(row, "owner"),
        first,
        last,
        _text(row, "document"),
        _text(row, "number"),
        files,
        _text(row, "note"),
    )


def _named(part: str) -> str:
    return normalize("NFC", part.strip().replace("\\", "/")).removeprefix("./")


def _text(row: Row, name: str) -> str | None:
    value = row.get(name)
    return value if isinstance(value, str) and value.strip() else None


def _day(row: Row, name: str, number: str, told: list[Text]) -> date | None:
    text = _text(row, name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        told.append(
            Text(
                f"{number} 的日期「{shown(text)}」读不懂。",
                f"the date “{shown(text)}” of {number} is no date.",
            )
        )
        return None
