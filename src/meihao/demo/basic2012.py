"""The invented district's rows for the basic balance of 2012, and the two workbooks they come in.

Pupils, areas, equipment and teachers are those of the district's other returns; computers, books and
titles are drawn from the seed. One thing is planted: 墨烟初级中学 keeps rooms, grounds, equipment,
computers and books for eight times its pupils. So the mean of the eight coefficients is over its limit
(0.55) in lower secondary education, and within it (0.65) in primary education. Everything is 虚构.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random

from meihao.demo.district import SEED, invent
from meihao.demo.names import BANNER, DISTRICT, DIVISION
from meihao.demo.schools import Row
from meihao.documents.returns.writing import write_form
from meihao.policy.kinds import Fact, Form
from meihao.policy.rulebook import Rulebook

SCHOOL_FORM_2012 = "cn/compulsory-basic-2012/school-return"
DISTRICT_FORM_2012 = "cn/compulsory-basic-2012/district-return"
SCHOOLS_FILE_2012, DISTRICT_FILE_2012 = "基本均衡学校数据.xlsx", "基本均衡区县数据.xlsx"

_SAME = ("school_code", "name", "school_type", "primary_pupils", "junior_pupils", "senior_pupils")
_DEGREES = {
    "primary": ("college", "bachelor", "master", "doctor"),
    "junior": ("bachelor", "master", "doctor"),
}
_COMPUTERS, _BOOKS, _TITLED = (0.10, 0.18), (18, 30), (0.40, 0.62)  # a pupil, a pupil, of the teachers
_TOO_LARGE, _TIMES = "墨烟", 8
_PREMISES = ("teaching_area", "sports_area", "equipment_value", "computers", "books")


def basic2012_rows(schools: list[Row], seed: int = SEED) -> list[Row]:
    """The rows of the 2012 return from the true rows of `district.invent`, by code."""
    return [_school(row, Random(f"{seed}:2012:{row['school_code']}")) for row in schools]


def write_basic2012(folder: Path, rulebook: Rulebook, on: date, seed: int = SEED) -> None:
    """Writes the schools' and the district's workbook into `folder`."""
    schools = basic2012_rows(invent(rulebook, on, seed).schools, seed)
    folder.mkdir(parents=True, exist_ok=True)
    for key, name, values in (
        (SCHOOL_FORM_2012, SCHOOLS_FILE_2012, schools),
        (DISTRICT_FORM_2012, DISTRICT_FILE_2012, [_district(on)]),
    ):
        form = rulebook.get(Form, key, on, DIVISION)
        write_form(form, rulebook.get(Fact, form.fact, on, DIVISION), folder / name, values, BANNER.zh)


def _school(row: Row, rng: Random) -> Row:
    pupils = sum(_number(row, f"{stage}_pupils") for stage in ("primary", "junior", "senior"))
    made: Row = {column: row[column] for column in _SAME}
    made |= {
        "teaching_area": _number(row, "teaching_area"),
        "sports_area": _number(row, "gymnasium_area") + _number(row, "sports_ground_area"),
        "equipment_value": _number(row, "equipment_value"),
        "computers": Fraction(round(pupils * rng.uniform(*_COMPUTERS))),
        "books": Fraction(round(pupils * rng.uniform(*_BOOKS))),
    }
    if _TOO_LARGE in str(row["name"]):
        made |= {column: _number(made, column) * _TIMES for column in _PREMISES}
    return made | _teachers(row, rng)


def _teachers(row: Row, rng: Random) -> Row:
    """Teachers by the stage they teach; empty where it is not taught."""
    cells: Row = {}
    for stage, degrees in _DEGREES.items():
        taught = _number(row, f"{stage}_pupils") > 0
        full = _number(row, f"{stage}_full_time")
        above = sum((_number(row, f"{stage}_teachers_{degree}") for degree in degrees), Fraction(0))
        titled = Fraction(round(full * rng.uniform(*_TITLED)))
        for column, value in (("teachers", full), ("above_required", above), ("mid_title", titled)):
            cells[f"{stage}_{column}"] = value if taught else None
    return cells


def _number(row: Row, column: str) -> Fraction:
    """A number of a row; 0 where the school has no such part."""
    value = row[column]
    return value if isinstance(value, Fraction) else Fraction(0)


def _district(on: date) -> Row:
    return {
        "division_code": DIVISION,
        "name": DISTRICT,
        "year": Fraction(on.year),
        "admission_score": Fraction("18.5"),
        "provision_score": Fraction("26"),
        "teachers_score": Fraction("22.5"),
        "quality_score": Fraction("24"),
        "government_score": Fraction(91),
        "survey_valid": Fraction(1200),
        "survey_satisfied": Fraction(1093),
    }
