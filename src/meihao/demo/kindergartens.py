"""The kindergartens of the invented district 澄砚区: their returns, the district's, and what was found there.

All eleven kindergartens of `institutions`, and the children's classes attached to two village schools.
What is wrong is wrong on purpose:

| where | what | item |
| --- | --- | --- |
| 小墨 | one junior class of 27 | 28 is reached all the same |
| 小笺 (1998) | outdoor play area of 3.1 m² a child | 26 is reached all the same |
| 砚芽 (2019) | activity rooms of 7.4 m² a child | 27 fails |
| 墨芽 | one teacher without a certificate | 32 fails |
| 毫芽 | in a residential complex and not inclusive; handed over late | 8 (as declared) and 9 fail |
| 砚朵 | received 92 % of its public funds | 10 fails |
| 墨朵 | a class without a care worker | 29 is basic |
| the whole | enrolment of 87 %, enough for the nation and not for a place that asks 90 % | 1 |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil
from pathlib import Path
from random import Random

from meihao.base.exact import half_up
from meihao.base.stages import SchoolType
from meihao.demo.declarations import declarations
from meihao.demo.district import DECLARATION_FORM, SEED
from meihao.demo.draft import Cells
from meihao.demo.institutions import Institution, institutions
from meihao.demo.names import BANNER, DISTRICT, DIVISION, HILLS, RIVER
from meihao.demo.schools import Row
from meihao.documents.returns.writing import write_form
from meihao.figures.interpreter import Interpreter
from meihao.figures.plan import make_plan
from meihao.policy.expressions import Column
from meihao.policy.kinds import Fact, Form, Given
from meihao.policy.rulebook import Rulebook

PRESCHOOL = "cn/preschool-coverage"
KINDERGARTEN_FORM = "cn/preschool/kindergarten-return"
PRESCHOOL_FORM = "cn/preschool/district-return"
KINDERGARTEN_FOLDER = "幼儿园填报"
PRESCHOOL_FILE, FINDINGS_FILE = "学前教育区县填报表.xlsx", "学前教育认定结论表.xlsx"

# up to how many children a class of each kind counts as within, in the words of the return
_BANDS = {"small": 25, "middle": 30, "big": 35, "mixed": 30}
_SHARES = {"small": 0.30, "middle": 0.34, "big": 0.36}  # of the children, by kind of class
_ENROLMENT = Fraction(87, 100)
_STANDARDS = {"public": 600, "collective": 520, "inclusive": 500}  # yuan a child and year
_AREAS = {"outdoor_area": "outdoor_norm", "activity_area": "activity_norm", "building_area": "building_norm"}


@dataclass(frozen=True, slots=True)
class Founded:
    """How one kindergarten came about, and what is planted there.

    `levels` are areas as a share of what is wanted, `paid` that of the public funds due.
    """

    ownership: str
    sponsor: str
    designed: int
    residential: bool = False
    nursery: int = 0
    mixed: bool = False
    crowded: int = 0
    uncertified: int = 0
    unstaffed: bool = False
    paid: float | None = None
    levels: Mapping[str, float] | None = None


_PUBLIC, _INCLUSIVE, _OTHER = "公办", "普惠性民办", "其他民办"
_BUREAU, _PERSON = "教育部门", "社会组织或个人"
_FOUNDED: Mapping[str, Founded] = {
    "小砚": Founded(_PUBLIC, _BUREAU, 2018, residential=True, nursery=18),
    "小墨": Founded(_PUBLIC, _BUREAU, 2009, crowded=27),
    "小笺": Founded(_PUBLIC, _BUREAU, 1998, levels={"outdoor_area": 0.775}),
    "小毫": Founded(_PUBLIC, _BUREAU, 2012),
    "砚芽": Founded(_INCLUSIVE, _PERSON, 2019, residential=True, levels={"activity_area": 0.905}),
    "墨芽": Founded(_INCLUSIVE, _PERSON, 2006, uncertified=1),
    "笺芽": Founded(_PUBLIC, "企事业单位", 2001),
    "毫芽": Founded(_OTHER, _PERSON, 2011, residential=True),
    "砚朵": Founded(_PUBLIC, _BUREAU, 2014, paid=0.92),
    "墨朵": Founded(_PUBLIC, "村集体", 2008, mixed=True, unstaffed=True),
    "笺朵": Founded(_PUBLIC, _BUREAU, 2020, residential=True, nursery=15),
}
_ATTACHED = {"砚坳": 18, "笺岭": 14}  # children of the classes attached to a village school
_LATE: Row = {
    "code": "preschool-coverage.p8.in_step",
    "holds": False,
    "finding": "毫芽小区配套园晚于首期住宅一年移交（虚构）",
}


@dataclass(frozen=True)
class Preschool:
    """What the kindergartens and the district hand in, as the returns have it."""

    kindergartens: list[Row]
    district: Row


def invent_kindergartens(rulebook: Rulebook, on: date, seed: int = SEED) -> Preschool:
    """The kindergartens of a seed: same input, same rows."""
    fact = rulebook.get(Fact, rulebook.get(Form, KINDERGARTEN_FORM, on, DIVISION).fact, on, DIVISION)
    found = [(one, Random(f"{seed}:{one.code}")) for one in institutions()]
    rows = [
        kindergarten_row(one, _FOUNDED[one.stem], _about(one, rng), fact, rng)
        for one, rng in found
        if one.type is SchoolType.KINDERGARTEN
    ]
    rows += [attached_row(one, rng) for one, rng in found if one.stem in _ATTACHED]
    return Preschool(rows, preschool_row(rows, on))


def _about(one: Institution, rng: Random) -> int:
    """The children of a kindergarten, near the number in the plan."""
    children = sum(one.pupils.values())
    return children + rng.randint(-children // 60, children // 60)


def write_kindergartens(folder: Path, rulebook: Rulebook, on: date, seed: int = SEED) -> None:
    """Writes one workbook a kindergarten, the district's and what was declared into `folder`."""
    preschool = invent_kindergartens(rulebook, on, seed)
    jobs: list[tuple[str, Path, Row | list[Row]]] = [
        *((KINDERGARTEN_FORM, kindergarten_path(folder, row), row) for row in preschool.kindergartens),
        (PRESCHOOL_FORM, folder / PRESCHOOL_FILE, preschool.district),
        (DECLARATION_FORM, folder / FINDINGS_FILE, findings(rulebook, on)),
    ]
    (folder / KINDERGARTEN_FOLDER).mkdir(parents=True, exist_ok=True)
    for key, path, values in jobs:
        form = rulebook.get(Form, key, on, DIVISION)
        write_form(form, rulebook.get(Fact, form.fact, on, DIVISION), path, values, BANNER.zh)


def kindergarten_path(folder: Path, row: Row) -> Path:
    """Where the workbook of a kindergarten lies: code, then name."""
    return folder / KINDERGARTEN_FOLDER / f"{row['kindergarten_code']}_{row['name']}.xlsx"


def findings(rulebook: Rulebook, on: date) -> list[Row]:
    """What was declared of preschool education, one row a matter: all but one hold."""
    declared = declarations(make_plan(rulebook, PRESCHOOL, on, DIVISION), on)
    return [{**row, **_LATE} if row["code"] == _LATE["code"] else row for row in declared]


# --- one kindergarten


def kindergarten_row(one: Institution, founded: Founded, children: int, fact: Fact, rng: Random) -> Row:
    """The return of a kindergarten with so many children aged 3 to 6."""
    row = _known(_identity(one, founded) | _classes(children, founded))
    row |= _known(_premises(row, fact, founded, rng))
    row |= _staff(row, fact, founded, rng)
    row |= _known({"books": round(_amount(row, fact, "all_children") * rng.uniform(4, 9))})
    return row | _known(_funds(row, fact, founded, rng))


def _identity(one: Institution, founded: Founded) -> Cells:
    return {
        "kindergarten_code": one.code,
        "name": one.name,
        "site_kind": "幼儿园",
        "town": one.town.name,
        "ownership": founded.ownership,
        "sponsor": founded.sponsor,
        "residential": founded.residential,
        "design_year": founded.designed,
        "service": "全日制",
        "inspector": True,
    }


def _classes(children: int, founded: Founded) -> Cells:
    """Children and classes by kind; as many classes as keep each two below its norm, one of them crowded."""
    heads = {"mixed": children} if founded.mixed else _split(children)
    cells: Cells = {"nursery_children": founded.nursery, "nursery_classes": int(founded.nursery > 0)}
    for kind, band in _BANDS.items():
        sizes = _sizes(heads.get(kind, 0), band - 2)
        if kind == "small" and founded.crowded:
            sizes = [founded.crowded, *_sizes(heads[kind] - founded.crowded, band - 2)]
        cells |= {f"{kind}_children": sum(sizes), f"{kind}_classes": len(sizes)}
        cells[f"{kind}_classes_{band}"] = sum(size <= band for size in sizes)
    return cells


def _split(children: int) -> dict[str, int]:
    small, middle = (round(children * _SHARES[kind]) for kind in ("small", "middle"))
    return {"small": small, "middle": middle, "big": children - small - middle}


def _sizes(children: int, most: int) -> list[int]:
    """Nearly equal classes of at most so many."""
    number = ceil(children / most)
    return [children // number + (place < children % number) for place in range(number)]


def _premises(row: Row, fact: Fact, founded: Founded, rng: Random) -> Cells:
    """Areas somewhat above what is wanted, or as planted; the buildings hold the activity rooms."""
    cells: Cells = {}
    for column, norm in _AREAS.items():
        level = (founded.levels or {}).get(column) or rng.uniform(1.02, 1.2)
        cells[column] = round(float(_amount(row, fact, norm)) * level, 1)
    return cells


def _staff(row: Row, fact: Fact, founded: Founded, rng: Random) -> Row:
    """Two teachers and a care worker a class, and more care workers until the norm is met."""
    classes = int(_amount(row, fact, "all_classes"))
    counts = {
        "principals": 1 + (classes >= 6),
        "teachers": 2 * classes,
        "care_workers": classes - founded.unstaffed,
        "health_workers": 1,
        "other_staff": rng.randint(2, 4),
    }
    while not (_staffed(row, fact, counts) or founded.unstaffed):
        counts["care_workers"] += 1
    certified = {
        "certified_principals": counts["principals"],
        "certified_teachers": counts["teachers"] - founded.uncertified,
    }
    return _known({**counts, "staff": sum(counts.values()), **certified})


def _staffed(row: Row, fact: Fact, counts: Mapping[str, int]) -> bool:
    tried = {**row, **_known({**counts, "staff": sum(counts.values())})}
    return Interpreter(fact, tried).truth(Column("staffed")) is True


def _funds(row: Row, fact: Fact, founded: Founded, rng: Random) -> Cells:
    """Public funds in 10 000 yuan; what is due rests on the children of last year."""
    if founded.ownership == _OTHER:
        return {"funded_children": None, "funds_received": None}
    children = int(_amount(row, fact, "all_children")) + rng.randint(-3, 3)
    standards = _known({f"{name}_funds_standard": amount for name, amount in _STANDARDS.items()})
    due = _amount({**row, **standards, "funded_children": Fraction(children)}, fact, "funds_due")
    share = founded.paid or rng.uniform(1.0, 1.03)
    return {"funded_children": children, "funds_received": ceil(float(due) * share / 100) / 100}


def attached_row(one: Institution, rng: Random) -> Row:
    """The return of attached classes: who they are and how many children."""
    cells: Cells = {
        "kindergarten_code": f"{one.code}-1",
        "name": f"{one.name}附设幼儿班",
        "site_kind": "附设幼儿班",
        "town": one.town.name,
        "ownership": _PUBLIC,
        "sponsor": _BUREAU,
        **{f"{kind}_children": 0 for kind in _SHARES},
        "mixed_children": _ATTACHED[one.stem] + rng.randint(0, 2),
    }
    return _known(cells)


# --- the district


def preschool_row(rows: list[Row], on: date) -> Row:
    """The district return; its rural towns are those of the names, its children what the enrolment says."""
    enrolled = sum(_heads(rows))
    registered = int(enrolled / _ENROLMENT)
    rural = {RIVER.name, HILLS.name}
    central = {row["town"] for row in rows if row["sponsor"] == _BUREAU and row["site_kind"] == "幼儿园"}
    cells: Cells = {
        "name": DISTRICT,
        "division_code": DIVISION,
        "year": on.year,
        "registered_children": registered,
        "resident_children": registered + 61,
        "rural_towns": len(rural),
        "towns_with_central": len(rural & central),
        **{f"{name}_funds_standard": amount for name, amount in _STANDARDS.items()},
        "tenured_pay": 8.4,
        "nontenured_pay": 5.88,
        "unlicensed": 0,
        "sent": 1200,
        "valid": 1146,
        "satisfied": 1061,
    }
    return _known(cells)


def _heads(rows: list[Row]) -> Iterator[Fraction]:
    for row in rows:
        numbers = (row[f"{kind}_children"] for kind in _BANDS)
        yield from (number for number in numbers if isinstance(number, Fraction))


# --- exact values


def _known(cells: Cells) -> Row:
    """Numbers as exact decimals; nothing here has more than two decimals."""
    return {column: _exact(value) for column, value in cells.items()}


def _exact(value: int | float | str | bool | None) -> Given:
    if isinstance(value, (bool, str)) or value is None:
        return value
    return Fraction(half_up(Fraction(value), 2))


def _amount(row: Row, fact: Fact, column: str) -> Fraction:
    """A derived column of a row that has all it needs."""
    amount = Interpreter(fact, row).number(Column(column))
    assert amount is not None, column
    return amount
