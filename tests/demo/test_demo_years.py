"""The returns of earlier years: the classes are those of the rolls, and the forms would take them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from functools import cache

import pytest

from meihao.demo.district import PLUS_FORM, SCHOOL_FORM, SEED, District, invent
from meihao.demo.rolls import Roll, rolls
from meihao.demo.schools import Row
from meihao.demo.years import earlier
from meihao.documents.returns.checks import broken, wanting
from meihao.policy.kinds import Fact, Form
from meihao.policy.rulebook import Rulebook

ON = date(2025, 10, 20)
BANDS = {"upto_25": (0, 25), "36_40": (36, 40), "41_45": (41, 45), "46_50": (46, 50), "51_55": (51, 55)}
CASES = [(SEED, 1), (SEED, 2), (3, 1), (3, 6)]
STAGES = {"primary": range(1, 7), "junior": range(7, 10), "senior": range(10, 13)}


@cache
def rulebook() -> Rulebook:
    return Rulebook.load()


@cache
def now(seed: int) -> tuple[District, dict[str, Roll]]:
    return invent(rulebook(), ON, seed), {roll.one.code: roll for roll in rolls(rulebook(), ON, seed)}


@cache
def before(seed: int, years: int) -> list[Row]:
    district, kept = now(seed)
    return earlier(district, kept.values(), years, seed)


def number(row: Row, column: str) -> Fraction:
    value = row[column]
    return value if isinstance(value, Fraction) else Fraction(0)


@pytest.mark.parametrize(("seed", "years"), CASES)
def test_classes_and_pupils_are_those_of_the_rolls(seed: int, years: int) -> None:
    for row in before(seed, years):
        sizes = now(seed)[1][str(row["school_code"])].classes(ON.year - years)
        for stage, grades in STAGES.items():
            here = [size for grade in grades for size in sizes.get(grade, [])]
            assert number(row, f"{stage}_pupils") == sum(here)
            assert stage == "senior" or number(row, f"{stage}_classes") == len(here)
        counted = Counter(size for all_ in sizes.values() for size in all_)
        assert row["classes"] == counted.total()
        for band, (low, high) in BANDS.items():
            assert row[f"classes_{band}"] == sum(n for size, n in counted.items() if low <= size <= high)


@pytest.mark.parametrize(("seed", "years"), CASES)
@pytest.mark.parametrize("key", [SCHOOL_FORM, PLUS_FORM])
def test_the_forms_would_take_them(seed: int, years: int, key: str) -> None:
    form = rulebook().get(Form, key, ON)
    fact = rulebook().get(Fact, form.fact, ON)
    for row in before(seed, years):
        assert [check.says.zh for check in broken(form, fact, row) if check.severity == "must"] == []
        assert [field.column for field in wanting(form, fact, row, form.by_column)] == []
        required = [field.column for field in form.fields if field.required]
        assert [column for column in required if row[column] is None] == []
        counts = [name for name, column in fact.columns.items() if column.type == "count" and name in row]
        assert all(number(row, name).denominator == 1 and number(row, name) >= 0 for name in counts)


def test_a_school_changes_a_little_and_its_buildings_do_not() -> None:
    rows = {row["school_code"]: row for row in now(SEED)[0].schools}
    changed = Counter[str]()
    for row in before(SEED, 1):
        this_year = rows[row["school_code"]]
        for column in ("teaching_area", "sports_ground_area", "music_rooms", "founded_year", "sponsor"):
            assert row[column] == this_year[column]
        teachers = number(this_year, "teachers")
        assert abs(number(row, "teachers") - teachers) <= teachers * Fraction("0.03") + 2
        assert number(row, "equipment_value") < number(this_year, "equipment_value")
        changed.update(column for column, value in row.items() if value != this_year[column])
    assert len(rows) == len(before(SEED, 1)) == 31
    assert changed["equipment_value"] == 31
    assert changed["teachers"] > 10
    assert 0 < changed["primary_pupils"] < 31  # a class that stays in its last grade keeps its pupils


def test_a_new_school_has_no_earlier_row_and_the_same_seed_gives_the_same_rows() -> None:
    """新砚小学 was founded in 2019."""
    assert len(before(SEED, 2)) == 31
    (district, kept), none = now(SEED), earlier(now(SEED)[0], now(SEED)[1].values(), 7)
    assert {row["name"] for row in district.schools} - {row["name"] for row in none} == {"澄砚区新砚小学"}
    assert earlier(district, kept.values(), 1) == before(SEED, 1)
    assert earlier(district, kept.values(), 1, seed=4) != before(SEED, 1)
