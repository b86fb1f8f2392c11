"""What the schools of the invented district handed in a year or more earlier.

The returns of `invent` are those of one census, whatever its day. Here the classes are those of `rolls` in
that year, and what a school has is a little different from what it has now: a teacher or two, equipment,
funds. Buildings and grounds are the same. The mistake planted in this year's supplement is not in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from random import Random

from meihao.base.exact import half_up
from meihao.base.stages import Stage
from meihao.demo.district import SEED, District
from meihao.demo.draft import Cells
from meihao.demo.people import banded
from meihao.demo.rolls import Roll
from meihao.demo.schools import Row

_GRADES = {Stage.PRIMARY: range(1, 7), Stage.JUNIOR: range(7, 10), Stage.SENIOR: range(10, 13)}
_STAGES = (Stage.PRIMARY, Stage.JUNIOR)
_FEWER, _MORE = -0.03, 0.015  # teachers of an earlier year against now, between
_POORER = (0.92, 0.99)  # equipment and a pupil's funds of an earlier year against now, between


def earlier(district: District, rolls: Iterable[Roll], years: int = 1, seed: int = SEED) -> list[Row]:
    """The rows of the school return and its supplement so many years before, by code.

    A school that was not yet founded has none.
    """
    kept = {roll.one.code: roll for roll in rolls}
    found = []
    for row in district.schools:
        roll = kept[str(row["school_code"])]
        if _number(row, "founded_year") <= roll.year - years:
            rng = Random(f"{seed}:{roll.one.code}:{years}")
            found.append({**row, **_exact(_before(row, roll.classes(roll.year - years), rng))})
    return found


def _before(row: Row, classes: dict[int, list[int]], rng: Random) -> Cells:
    """The cells that were different: classes and pupils by the rolls, the rest by the seed."""
    sizes = {
        stage: [size for grade in grades for size in classes.get(grade, [])]
        for stage, grades in _GRADES.items()
        if any(grade in classes for grade in grades)
    }
    pupils = {stage: sum(sizes.get(stage, [])) for stage in Stage}
    return {
        **_pupils(row, pupils),
        **_classes(row, sizes),
        **_teachers(row, rng),
        **_money(row, sum(pupils.values()), rng),
        **_leavers(row, rng),
    }


def _number(row: Row, column: str) -> Fraction:
    value = row[column]
    return value if isinstance(value, Fraction) else Fraction(0)


def _exact(cells: Cells) -> Row:
    """Numbers as exact decimals of two places at most."""
    return {
        column: value
        if isinstance(value, (bool, str)) or value is None
        else Fraction(half_up(Fraction(value), 2))
        for column, value in cells.items()
    }


def _pupils(row: Row, pupils: dict[Stage, int]) -> Cells:
    """Pupils by stage; those from elsewhere, and inside the catchment, in the proportion of now."""
    primary, junior = pupils[Stage.PRIMARY], pupils[Stage.JUNIOR]
    now = {stage: _number(row, f"{stage}_pupils") for stage in _STAGES}
    inside = _number(row, "junior_pupils_in_catchment") / (now[Stage.JUNIOR] or 1)
    return {
        "primary_pupils": primary,
        "junior_pupils": junior,
        "senior_pupils": pupils[Stage.SENIOR] if row["senior_pupils"] is not None else None,
        "migrant_pupils": int(_number(row, "migrant_pupils") / sum(now.values()) * (primary + junior)),
        "primary_pupils_in_catchment": primary,
        "junior_pupils_in_catchment": int(inside * junior),
        "small_rural_50_99": row["urban_rural"] == "乡村" and 50 <= sum(pupils.values()) < 100,
    }


def _classes(row: Row, sizes: dict[Stage, list[int]]) -> Cells:
    every = [size for of_stage in sizes.values() for size in of_stage]
    cells: Cells = banded("", every)
    for stage in _STAGES:
        cells |= banded(f"{stage}_", sizes.get(stage))
    return cells | {"small_rural_class_under_30": row["urban_rural"] == "乡村" and max(every) < 30}


def _teachers(row: Row, rng: Random) -> Cells:
    """A few teachers more or fewer at each stage, all bachelors; one of rank and one of PE fewer."""
    cells: Cells = {}
    for stage in _STAGES:
        if row[f"{stage}_full_time"] is None:
            continue
        bachelors = _number(row, f"{stage}_teachers_bachelor")
        drawn = round(_number(row, f"{stage}_full_time") * Fraction(rng.uniform(_FEWER, _MORE)))
        _move(cells, row, max(drawn, -int(bachelors)), _of_everybody(stage))
        for kind in ("backbone", "pe"):
            gone = rng.randint(0, 1) if _number(row, f"{stage}_{kind}") > 1 else 0
            _move(cells, row, -gone, (f"{stage}_{kind}", f"{kind}_teachers"))
    trained = min(_number(row, "trained_teachers"), _now(cells, row, "teachers"))
    return {**cells, "trained_teachers": int(trained)}


def _of_everybody(stage: Stage) -> Iterator[str]:
    """The columns that count every teacher of a stage."""
    yield from ("teachers", "certified_teachers")
    yield from (f"{stage}_{what}" for what in ("full_time", "staff", "teachers_bachelor"))


def _move(cells: Cells, row: Row, by: int, columns: Iterable[str]) -> None:
    """Adds so many people to each column."""
    for column in columns:
        cells[column] = int(_now(cells, row, column)) + by


def _now(cells: Cells, row: Row, column: str) -> Fraction:
    """A number as it is after what was moved already."""
    value = cells.get(column)
    return Fraction(value) if isinstance(value, int) else _number(row, column)


def _money(row: Row, pupils: int, rng: Random) -> Cells:
    """Equipment, and the funds of the year before by the pupils of then, in 10 000 yuan."""
    now = sum(_number(row, f"{stage}_pupils") for stage in ("primary", "junior", "senior"))
    funds = Fraction(rng.uniform(*_POORER)) * pupils / now
    return {
        "equipment_value": float(_number(row, "equipment_value") * Fraction(rng.uniform(*_POORER))),
        "multimedia_rooms": int(_number(row, "multimedia_rooms")) - rng.randint(0, 1),
        **{
            column: float(_number(row, column) * funds)
            for column in ("public_funds_budget", "public_funds_settled", "training_budget")
        },
    }


def _leavers(row: Row, rng: Random) -> Cells:
    """The class that left a year before: some more or fewer of them, as many entrants as graduates."""
    if row["graduates"] is None:
        return {}
    by = rng.randint(-4, 4)
    return {column: int(_number(row, column)) + by for column in ("graduates", "entrants")}
