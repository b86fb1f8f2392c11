"""`known`: what the registry adds up for a return; its bands leave no class out, and a fault is told."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meihao.figures.engines import PlainEngine
from meihao.figures.examples import differences
from meihao.figures.interpreter import Row
from meihao.figures.known import summed
from meihao.policy.check import check
from meihao.policy.kinds import Fact, Known
from meihao.policy.rulebook import Rulebook, shipped

DAY, NAME = date(2025, 10, 20), "cn/registry/campus"
BANDS = ((0, 25), (26, 30), (31, 35), (36, 40), (41, 45), (46, 50), (51, 55), (56, 60), (61, 65), (66, 999))
TITLES = ("upto_25", "26_30", "31_35", "36_40", "41_45", "46_50", "51_55", "56_60", "61_65", "66_up")
CLASS = st.tuples(st.sampled_from(["小学", "初中", "高中"]), st.integers(0, 80))


def rows(classes: list[tuple[str, int]]) -> list[Row]:
    return [
        {"class_code": str(n), "school_code": "A", "stage": stage, "is_class": True, "pupils": Fraction(size)}
        for n, (stage, size) in enumerate(classes)
    ]


@given(st.lists(CLASS, min_size=1, max_size=12))
def test_every_class_is_in_one_band_and_every_pupil_in_one_stage(classes: list[tuple[str, int]]) -> None:
    rulebook = Rulebook.load()
    policy, fact = rulebook.get(Known, NAME, DAY), rulebook.get(Fact, "cn/registry/class", DAY)
    (found,) = summed(policy, fact, rows(classes)).values()
    for title, (least, most) in zip(TITLES, BANDS, strict=True):
        assert found[f"classes_{title}"] == sum(least <= size <= most for _, size in classes), title
    assert found["classes"] == len(classes)
    assert found["primary_pupils"] == sum(size for stage, size in classes if stage == "小学")
    assert found["junior_pupils"] == sum(size for stage, size in classes if stage == "初中")


def test_who_has_no_row_has_no_number() -> None:
    rulebook = Rulebook.load()
    policy, fact = rulebook.get(Known, NAME, DAY), rulebook.get(Fact, "cn/registry/class", DAY)
    assert summed(policy, fact, []) == {}
    assert summed(policy, fact, [{"school_code": None, "pupils": Fraction(3)}]) == {}


def changed(folder: Path, old: str, new: str) -> Rulebook:
    text = (shipped() / f"{NAME}.yaml").read_text(encoding="utf-8")
    assert old in text
    target = folder / f"{NAME}.yaml"
    target.parent.mkdir(parents=True)
    target.write_text(text.replace(old, new, 1), encoding="utf-8")
    return Rulebook.load(folder)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("by: school_code", "by: school", "no such column: school"),
        ("  junior_pupils:", "  junior_rolls:", "no such column of numbers: junior_rolls"),
        ("  junior_pupils:", "  name:", "no such column of numbers: name"),
        ("value: pupils, where: stage = '小学'", "value: stage", "number wanted, text found"),
        ("where: is_class}", "where: pupils}", "bool wanted, number found"),
        ("from: cn/registry/class", "from: cn/registry/klass", "没有「cn/registry/klass」"),
        ("{class_code: A-1-1,", "{code: A-1-1,", "no such column: code"),
        ("classes_66_up: null,", "classes_66: null,", "no such column: classes_66"),
    ],
)
def test_a_fault_is_found_with_its_line(tmp_path: Path, old: str, new: str, why: str) -> None:
    told = [str(fault) for fault in check(changed(tmp_path, old, new))]
    assert any(why in fault and "campus.yaml:" in fault for fault in told), told


def test_an_example_that_does_not_come_to_what_it_says_is_told(tmp_path: Path) -> None:
    rulebook = changed(tmp_path, 'primary_pupils: "58"', 'primary_pupils: "57"')
    (told,) = differences(rulebook, PlainEngine(), NAME)
    assert "primary_pupils: 57 expected, 58 found" in told
    assert "campus.yaml:" in told
