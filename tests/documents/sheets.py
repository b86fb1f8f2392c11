"""Workbooks to be handed in, made for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from openpyxl import Workbook

from meihao.documents.returns.intake import Intake, take_in
from meihao.documents.returns.writing import write_form
from meihao.documents.workbook import Reader
from meihao.figures.interpreter import Row, Value
from meihao.policy.kinds import Fact, Form
from meihao.policy.rulebook import Rulebook

DAY = date(2025, 10, 20)
RULES = Rulebook.load()
FACT = RULES.get(Fact, "cn/compulsory/campus", DAY)
SCHOOL = RULES.get(Form, "cn/compulsory/school-return", DAY)
PLUS = RULES.get(Form, "cn/compulsory-return-plus", DAY)

KINDS = FACT.kinds

PRIMARY: dict[str, Value] = {
    **{f.column: Fraction(0) for f in SCHOOL.fields if f.required and KINDS[f.column] == "number"},
    **{f.column: False for f in SCHOOL.fields if KINDS[f.column] == "bool"},
    "name": "甲小学",
    "school_type": "小学",
    "school_code": "2199000001",
    "founded_year": Fraction(1998),
    "primary_pupils": Fraction(500),
    "classes": Fraction(12),
    "classes_41_45": Fraction(12),
    "teachers": Fraction(40),
    "primary_teachers_bachelor": Fraction(26),
    "backbone_teachers": Fraction(6),
    "pe_teachers": Fraction(5),
    "teaching_area": Fraction(2600),
    "indoor_sports_area": Fraction(200),
    "gymnasium_area": Fraction(200),
    "sports_ground_area": Fraction(3800),
    "equipment_value": Fraction(110),
    "multimedia_rooms": Fraction(12),
}
NINE: dict[str, Value] = {
    **PRIMARY,
    "name": "乙学校",
    "school_type": "九年一贯制",
    "school_code": "3199000001",
    "primary_pupils": Fraction(300),
    "junior_pupils": Fraction(200),
    "junior_teachers_bachelor": Fraction(12),
    "teaching_area": Fraction(3300),
    "sports_ground_area": Fraction(6000),
    "equipment_value": Fraction(155),
    "multimedia_rooms": Fraction(16),
    "graduates": Fraction(60),
    "entrants": Fraction(61),
    "transfers_in": Fraction(0),
    "transfers_out": Fraction(0),
    "deaths": Fraction(0),
}
NINE_PLUS: dict[str, Value] = {
    **{f.column: Fraction(0) for f in PLUS.fields if KINDS[f.column] == "number"},
    "name": "乙学校",
    "school_code": "3199000001",
    "sponsor": "7",
    "urban_rural": "镇区",
    "boarding": False,
    "primary_grades": Fraction(6),
    "junior_grades": Fraction(3),
    "primary_classes": Fraction(7),
    "junior_classes": Fraction(5),
    "primary_classes_41_45": Fraction(7),
    "junior_classes_41_45": Fraction(5),
    "primary_backbone": Fraction(4),
    "junior_backbone": Fraction(2),
    "primary_pe": Fraction(3),
    "junior_pe": Fraction(2),
}


def official(folder: Path, row: Row, name: str = "学校填报表格.xlsx", form: Form = SCHOOL) -> Path:
    """A filled return in the official layout."""
    write_form(form, FACT, folder / name, row)
    return folder / name


def collated(
    folder: Path, headers: Sequence[str], rows: Sequence[Sequence[object]], name: str = "汇总.xlsx"
) -> Path:
    """A bureau's own sheet, one row a school."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(headers))
    for row in rows:
        sheet.append([plain(value) for value in row])
    book.save(folder / name)
    return folder / name


def plain(value: object) -> object:
    """A value as a clerk types it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return value


def labelled(row: Mapping[str, Value]) -> dict[str, Value]:
    """A row by the official names of its fields."""
    names = {f.column: f.label for f in (*PLUS.fields, *SCHOOL.fields)}
    return {names[column]: value for column, value in row.items()}


def district_return(folder: Path) -> Path:
    """The district's own return, which says under which code everything is read."""
    form = RULES.get(Form, "cn/compulsory/district-return", DAY)
    fact = RULES.get(Fact, form.fact, DAY)
    row: dict[str, Value] = {f.column: Fraction(0) for f in form.fields}
    row |= {"name": "澄砚区", "division_code": "990106", "year": Fraction(2025)}
    write_form(form, fact, folder / "区县填报表格.xlsx", row)
    return folder / "区县填报表格.xlsx"


def taken(path: Path, rules: Rulebook = RULES) -> Intake:
    """What the intake makes of a path."""
    with Reader() as reader:
        return take_in(path, rules, DAY, None, reader)


def problems(intake: Intake) -> list[tuple[str, str, str]]:
    """Every mark: severity, cell, words."""
    return [(m.severity, m.ref, m.text.zh) for receipt in intake.receipts for m in receipt.marks]


def amounts(intake: Intake) -> set[str]:
    """The columns that were taken of any school, beyond what says who it is."""
    rows = intake.tables[FACT.key].rows.values() if FACT.key in intake.tables else ()
    return {column for row in rows for column in row} - {"school_code", "name", "school_type"}
