"""The invented district once more, its rows balanced so that our engines compute figures districts published.

情景：按公开数字配平（虚构）。Whole children, seats and teachers, two years of kindergartens; the policies
compute, this file only holds rows. Which published figure is computed by which policy, which waits and which
stays open stands in `tests/demo/figures_covered.yaml`.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random

from meihao.base.stages import SchoolType
from meihao.base.text import Text
from meihao.demo.district import (
    DECLARATION_FORM,
    REGISTER_FILE,
    REGISTER_FORM,
    SEED,
    invent,
    register_row,
)
from meihao.demo.institutions import Institution, institutions
from meihao.demo.kindergartens import (
    FINDINGS_FILE,
    KINDERGARTEN_FORM,
    PRESCHOOL_FILE,
    PRESCHOOL_FORM,
    Founded,
    Preschool,
    findings,
    kindergarten_path,
    kindergarten_row,
    preschool_row,
)
from meihao.demo.names import BANNER, CENTRE, DISTRICT, DIVISION, EAST, GROUPS, HILLS, RIVER, WEST
from meihao.demo.schools import Row
from meihao.documents.returns.writing import write_form
from meihao.policy.kinds import Fact, Form
from meihao.policy.rulebook import Rulebook

LABEL = Text("情景：按公开数字配平（虚构）", "Scenario: balanced to published figures (invented)")
PROFILE = "cn/district-profile"
UNIT_FORM = "cn/district-profile/unit-return"
UNIT_FILE = "机构年度情况表.xlsx"
ON, YEAR_BEFORE = date(2025, 10, 20), date(2024, 10, 20)
THIS_YEAR, LAST_YEAR, TARGETS = "情景/本年", "情景/上年", "情景/目标"

_PUBLIC, _INCLUSIVE, _OTHER = "公办", "普惠性民办", "其他民办"
_BUREAU, _PERSON = "教育部门", "社会组织或个人"


@dataclass(frozen=True, slots=True)
class _Kindergarten:
    """How a kindergarten came about, and its children aged 3 to 6 this year and last; None: not yet open."""

    founded: Founded
    children: int
    before: int | None


_KINDERGARTENS: Mapping[str, _Kindergarten] = {
    "小砚": _Kindergarten(Founded(_PUBLIC, _BUREAU, 2018, residential=True, nursery=18), 250, 262),
    "小墨": _Kindergarten(Founded(_PUBLIC, _BUREAU, 2009, nursery=12), 225, 238),
    "小笺": _Kindergarten(Founded(_PUBLIC, _BUREAU, 1998), 280, 295),
    "小毫": _Kindergarten(Founded(_PUBLIC, _BUREAU, 2012), 165, 175),
    "砚朵": _Kindergarten(Founded(_PUBLIC, _BUREAU, 2014), 80, 89),
    "笺朵": _Kindergarten(Founded(_PUBLIC, _BUREAU, 2023, residential=True, nursery=15), 100, None),
    "砚芽": _Kindergarten(Founded(_INCLUSIVE, _PERSON, 2019, residential=True), 310, 315),
    "墨芽": _Kindergarten(Founded(_INCLUSIVE, _PERSON, 2006), 215, 219),
    "笺芽": _Kindergarten(Founded(_INCLUSIVE, _PERSON, 2001), 261, 266),
    "墨朵": _Kindergarten(Founded(_INCLUSIVE, _PERSON, 2008, mixed=True), 155, 158),
    "毫芽": _Kindergarten(Founded(_OTHER, _PERSON, 2011), 25, 25),
}
# the group of a compulsory school that has none in the plan, by its town; all but the last are recognised
_GROUP_OF = {WEST: GROUPS[0], CENTRE: GROUPS[1], EAST: GROUPS[2], RIVER: GROUPS[3], HILLS: GROUPS[0]}
_RECOGNISED = GROUPS[:3]
# seats usable for the first time this year
_SEATS: Mapping[str, Row] = {
    "抱砚": {"junior_seats": Fraction(990)},
    "笺朵": {"preschool_seats": Fraction(270)},
}
# teachers who came this year, and those who entered the establishment, some of whom came earlier
_TEACHERS: Mapping[str, tuple[int, int]] = {
    "新砚": (12, 11),
    "拾墨": (6, 7),
    "听毫": (5, 6),
    "望笺": (5, 4),
    "笺心": (4, 5),
    "沐砚": (4, 4),
    "云毫": (4, 3),
    "墨汀": (3, 4),
    "砚岚": (3, 3),
    "毫滨": (3, 2),
    "笺圃": (2, 3),
    "砚坪": (2, 2),
    "墨桥": (2, 1),
    "笺坞": (1, 2),
    "毫谷": (1, 1),
    "砚光": (8, 9),
    "澄墨": (6, 6),
    "笺云": (4, 5),
    "素毫": (4, 4),
    "毫溪": (3, 3),
    "墨烟": (2, 2),
    "抱砚": (7, 8),
    "松笺": (3, 4),
    "竹毫": (2, 3),
    "砚北": (4, 3),
    "墨南": (2, 2),
}


@dataclass(frozen=True)
class Scenario:
    """The rows of one year: the register, each institution's own year, kindergartens and their district."""

    on: date
    register: list[Row]
    units: list[Row]
    preschool: Preschool


@dataclass(frozen=True, slots=True)
class Places:
    """Where a scenario is written: this year's returns, last year's, and the targets (policies)."""

    now: Path
    before: Path
    targets: Path


def targets() -> Path:
    """The overlay of policies with what the invented district set itself."""
    return Path(__file__).parent / "targets"


def invent_scenario(rulebook: Rulebook, on: date = ON, seed: int = SEED) -> Scenario:
    """The rows of this year (`ON`) or of the year before (any earlier day): same input, same rows."""
    there = [_grouped(one) for one in institutions() if _children(one, on) != 0]
    fact = rulebook.get(Fact, rulebook.get(Form, KINDERGARTEN_FORM, on, DIVISION).fact, on, DIVISION)
    rows = [
        kindergarten_row(
            one, _KINDERGARTENS[one.stem].founded, _children(one, on) or 0, fact, Random(f"{seed}:{one.code}")
        )
        for one in there
        if one.type is SchoolType.KINDERGARTEN
    ]
    units = _units(there, rulebook, seed) if on >= ON else []
    district: Row = {**preschool_row(rows, on), "name": f"{DISTRICT}　{LABEL.zh}"}
    return Scenario(on, [register_row(one) for one in there], units, Preschool(rows, district))


def _units(there: list[Institution], rulebook: Rulebook, seed: int) -> list[Row]:
    """What each institution came to this year; nobody kept such a list the year before."""
    returned = {str(row["school_code"]): row for row in invent(rulebook, ON, seed).schools}
    return [_unit_row(one, returned.get(one.code)) for one in there]


def _children(one: Institution, on: date) -> int | None:
    """The children of a kindergarten in a year, 0 while it is not open; None for any other institution."""
    if one.type is not SchoolType.KINDERGARTEN:
        return None
    row = _KINDERGARTENS[one.stem]
    return row.children if on >= ON else row.before or 0


def _grouped(one: Institution) -> Institution:
    """A compulsory school without a group joins that of its town."""
    return replace(one, group=one.group or _GROUP_OF[one.town]) if one.compulsory else one


def _unit_row(one: Institution, school: Row | None) -> Row:
    """The list of institutions in a year, one row; a school's pupils are those of its own return."""
    hired, entered = _TEACHERS.get(one.stem, (0, 0))
    kindergarten = one.type is SchoolType.KINDERGARTEN
    public = _KINDERGARTENS[one.stem].founded.ownership == _PUBLIC if kindergarten else _is_public(school)
    seats = dict.fromkeys(("preschool_seats", "primary_seats", "junior_seats"), Fraction(0))
    return {
        "unit_code": one.code,
        "name": one.name,
        "public": public,
        "compulsory_pupils": _pupils(school),
        "quality_group": one.group in _RECOGNISED,
        **seats,
        **_SEATS.get(one.stem, {}),
        "hired": Fraction(hired),
        "entered": Fraction(entered),
    }


def _is_public(school: Row | None) -> bool:
    return school is None or school["sponsor"] != "10"


def _pupils(school: Row | None) -> Fraction:
    counted = [school[f"{stage}_pupils"] for stage in ("primary", "junior")] if school else []
    return sum((number for number in counted if isinstance(number, Fraction)), Fraction(0))


def write_scenario(folder: Path, rulebook: Rulebook, seed: int = SEED) -> Places:
    """Writes two years of returns and the targets into `folder`; each workbook bears the label."""
    places = Places(folder / THIS_YEAR, folder / LAST_YEAR, folder / TARGETS)
    _write(places.now, rulebook, invent_scenario(rulebook, ON, seed))
    _write(places.before, rulebook, invent_scenario(rulebook, YEAR_BEFORE, seed))
    shutil.copytree(targets(), places.targets, dirs_exist_ok=True)
    return places


def _write(folder: Path, rulebook: Rulebook, year: Scenario) -> None:
    jobs: list[tuple[str, Path, Row | list[Row]]] = [
        (REGISTER_FORM, folder / REGISTER_FILE, year.register),
        *((KINDERGARTEN_FORM, kindergarten_path(folder, row), row) for row in year.preschool.kindergartens),
        (PRESCHOOL_FORM, folder / PRESCHOOL_FILE, year.preschool.district),
        (DECLARATION_FORM, folder / FINDINGS_FILE, findings(rulebook, year.on)),
    ]
    if year.units:
        jobs.append((UNIT_FORM, folder / UNIT_FILE, year.units))
    for key, path, values in jobs:
        path.parent.mkdir(parents=True, exist_ok=True)
        form = rulebook.get(Form, key, year.on, DIVISION)
        write_form(
            form, rulebook.get(Fact, form.fact, year.on, DIVISION), path, values, f"{LABEL.zh}。{BANNER.zh}"
        )
