"""Sound workbooks to be changed: what an invented district hands in, and collated sheets of its schools."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from zipfile import ZipFile

from openpyxl import Workbook

from bench.trust.hostile.packing import OFFICE, STRINGS, Parts, pointing, strings
from meihao.demo import DEMO_ON
from meihao.demo.district import DISTRICT_FORM, PLUS_FORM, REGISTER_FORM, SCHOOL_FORM, District, invent
from meihao.demo.names import DIVISION
from meihao.demo.schools import Row
from meihao.documents.returns.writing import write_form
from meihao.documents.xlsx import save_deterministic
from meihao.policy.kinds import Fact, Form
from meihao.policy.rulebook import Rulebook

RULES = Rulebook.load()
ON: date = DEMO_ON
PLACE = DIVISION

Value = str | Decimal | None


@cache
def district() -> District:
    """The invented district."""
    return invent(RULES, ON)


def form_of(key: str) -> Form:
    return RULES.get(Form, key, ON, PLACE)


def fact_of(form: Form) -> Fact:
    return RULES.get(Fact, form.fact, ON, PLACE)


def typed(value: object) -> Value:
    """A value as a clerk types it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return None if value is None else str(value)


def headed(form: Form, rows: Sequence[Row]) -> list[list[Value]]:
    """Rows under the official names of a form's fields."""
    columns = [field.column for field in form.fields]
    body = [[typed(row.get(column)) for column in columns] for row in rows]
    return [[field.label for field in form.fields], *body]


def collated(sheets: dict[str, list[list[Value]]], path: Path) -> None:
    """A bureau's own workbook, one row a school."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    save_deterministic(book, path)


@dataclass(frozen=True)
class Base:
    """A sound workbook in its parts; `labels` are the words by which a heading row is known."""

    name: str
    parts: dict[str, str]
    labels: frozenset[str]


def bases(folder: Path) -> list[Base]:
    """Each of the forms that come in, and collated sheets of one and of two forms."""
    school, register = form_of(SCHOOL_FORM), form_of(REGISTER_FORM)
    invented = district()
    for key, rows in (
        (SCHOOL_FORM, invented.schools[-1]),
        (DISTRICT_FORM, invented.district),
        (REGISTER_FORM, invented.register),
    ):
        form = form_of(key)
        write_form(form, fact_of(form), folder / f"{key.replace('/', '.')}.xlsx", rows)
    schools, listed = headed(school, invented.schools[:8]), headed(register, invented.register[:8])
    collated({"汇总": schools}, folder / "collated.xlsx")
    collated({"汇总": schools, "名录": listed}, folder / "collated-two.xlsx")
    labels = frozenset(field.label for key in _KEYS for field in form_of(key).fields)
    found = [Base(path.stem, parts_of(path), labels) for path in sorted(folder.glob("*.xlsx"))]
    return [*found, *(replace(base, name=f"{base.name} shared", parts=shared(base.parts)) for base in found)]


_KEYS = (SCHOOL_FORM, PLUS_FORM, DISTRICT_FORM, REGISTER_FORM)


def shared(parts: dict[str, str]) -> dict[str, str]:
    """The same workbook with its texts in one table, as Excel saves it; openpyxl leaves them in the cells."""
    numbers: dict[str, int] = {}

    def pointed(cell: re.Match[str]) -> str:
        number = numbers.setdefault(cell[2], len(numbers))
        return f'{cell[1]}t="s"><v>{number}</v></c>'

    pattern = re.compile(r'(<c [^>]*?)t="inlineStr"><is>(.*?)</is></c>', re.DOTALL)
    sheets = {
        name: pattern.sub(pointed, body)
        for name, body in parts.items()
        if name.startswith("xl/worksheets/sheet")
    }
    items = strings("".join(f"<si>{text}</si>" for text in numbers))
    changed: Parts = {**parts, **sheets}
    pointed_at = pointing(changed, STRINGS, items, "sharedStrings", f"{OFFICE}.sharedStrings+xml")
    return {name: str(body) for name, body in pointed_at.items()}


def parts_of(path: Path) -> dict[str, str]:
    """The parts of a package as text."""
    with ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
