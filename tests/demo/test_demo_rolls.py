"""The classes of the invented district are those of its returns, and every child is one child."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction

import pytest

from meihao.base import codes
from meihao.base.stages import SchoolType, Stage
from meihao.demo.district import invent
from meihao.demo.kindergartens import invent_kindergartens
from meihao.demo.rolls import Births, Roll, rolls
from meihao.policy.rulebook import Rulebook

ON = date(2025, 9, 1)
GRADES = {Stage.PRIMARY: range(1, 7), Stage.JUNIOR: range(7, 10)}


@pytest.fixture(scope="module")
def found() -> list[Roll]:
    return rolls(Rulebook.load(), ON)


def heads(roll: Roll, grades: range) -> int:
    return sum(sum(sizes) for grade, sizes in roll.sizes.items() if grade in grades)


def test_they_are_what_the_returns_say(found: list[Roll]) -> None:
    """Known in another way: the columns of the returns, by school and stage."""
    rulebook = Rulebook.load()
    by_code = {roll.one.code: roll for roll in found}
    for row in invent(rulebook, ON).schools:
        roll = by_code[str(row["school_code"])]
        assert heads(roll, GRADES[Stage.PRIMARY]) == (row["primary_pupils"] or 0)
        assert heads(roll, GRADES[Stage.JUNIOR]) == (row["junior_pupils"] or 0)
        assert sum(map(len, roll.sizes.values())) == row["classes"]
        sizes = Counter(min(66, size) for all_ in roll.sizes.values() for size in all_)
        assert sum(n for size, n in sizes.items() if 46 <= size <= 50) == row["classes_46_50"]
    graded = 0
    for row in invent_kindergartens(rulebook, ON).kindergartens:
        code = str(row["kindergarten_code"])
        if code in by_code and by_code[code].one.type is SchoolType.KINDERGARTEN:
            graded += 1
            children = sum(
                value
                for kind in ("small", "middle", "big")
                if isinstance(value := row[f"{kind}_children"], Fraction)
            )
            assert heads(by_code[code], range(-3, 0)) == children
    assert graded >= 8


def test_a_class_was_a_grade_lower_the_year_before(found: list[Roll]) -> None:
    for roll in found:
        now, before = roll.classes(2025), roll.classes(2024)
        assert now == roll.sizes
        assert set(before) == set(now)
        for grade in now:
            if roll.follows(grade):
                assert before[grade - 1] == now[grade]
        last = max(now)
        assert before[last] == now[last]


def test_every_child_is_of_its_age_and_of_no_district() -> None:
    births = Births()
    found = [births.child(1, 2025) for _ in range(3000)] + [births.child(-1, 2024) for _ in range(3000)]
    assert len({child.number for child in found}) == 6000  # one cohort: none is born twice
    for child in found:
        assert codes.identity_number(child.number) == child.number
        assert child.number.startswith("990106")
        assert date(2018, 9, 1) <= codes.birth_of(child.number) <= date(2019, 8, 31)
        assert child.name.startswith("虚")
    assert births.child(9, 2025).number[6:10] in ("2010", "2011")
