"""The list of gaps: nothing left out, amounts that just suffice, nobody ranked, no owner invented."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from meihao.base.text import LANGS
from meihao.demo.assignments import assignments
from meihao.documents.gaps import Gap, Grade, Kind, gaps_of, missing_fields
from meihao.documents.gaps import words as told
from meihao.figures.clauses import ClauseState
from meihao.figures.result import CellState, Evaluation, State
from meihao.figures.trace import trace
from tests.documents.handed_on import (
    PLACE,
    ROOMS,
    THERE,
    asked,
    assigned,
    evaluated,
    gaps,
    hundreds,
    schools,
)
from tests.documents.tables_district import DAY, PRIMARY, school

PRESCHOOL = "cn/preschool-coverage"
KINDERGARTEN: dict[str, Any] = {
    "site_kind": "幼儿园",
    "ownership": "公办",
    "nursery_children": 0,
    "small_children": 60,
    "middle_children": 0,
    "big_children": 0,
    "mixed_children": 0,
}


def of(found: tuple[Gap, ...], code: str, **asked_for: object) -> list[Gap]:
    """The gaps of a clause or indicator with some attributes."""
    return [g for g in found if g.code == code and all(getattr(g, k) == v for k, v in asked_for.items())]


def failing_cells(evaluation: Evaluation) -> set[str]:
    block = evaluation.block("resources")
    return {
        f"{item}/{unit.unit.key.campus}/{unit.unit.stage}"
        for unit in block.units
        for item in unit.counting
        if unit.state is State.FAILED and unit.cells[item].misses
    }


# --- what is in the list


def test_no_gap_is_left_out_and_none_is_told_twice() -> None:
    evaluation = evaluated(unheld=["q3.charter"], undeclared=["q7.practice"])
    found = gaps_of(evaluation)
    addresses = [gap.address for gap in found]
    assert len(addresses) == len(set(addresses))
    failed = {gap.address for gap in found if gap.grade is Grade.FAILED and gap.who}
    assert failed == failing_cells(evaluation) != set()
    blocks = [evaluation.block(name) for name in evaluation.plan.standard.blocks]
    wanted = {
        f"test/{answer.clause.id}/{answer.test.id}"
        for block in blocks
        for clause in block.clauses
        for answer in clause.counting
        if answer.state is not ClauseState.REACHED
    }
    assert {address for address in addresses if address.startswith("test/")} == wanted
    over = {f"cv/{d.item.id}/{d.stage}" for b in blocks for d in b.dispersions if d.state is State.FAILED}
    assert {address for address in addresses if address.startswith("cv/")} == over


def test_a_district_that_lacks_nothing_in_a_block_has_no_gap_there() -> None:
    rows = [school(code, PRIMARY | ROOMS) for code in "12"]
    assert not [gap for gap in gaps(rows=rows) if gap.block == "resources"]


def test_every_address_leads_to_its_figure() -> None:
    evaluation = evaluated(unheld=["q3.charter"], undeclared=["q7.practice"])
    for gap in gaps_of(evaluation):
        assert trace(evaluation, gap.address).value.zh, gap


def test_every_gap_is_worded_in_both_languages() -> None:
    for gap in gaps_of(hundreds().evaluation):
        for lang in LANGS:
            assert told.what(gap, lang)
            assert told.whose(gap, lang)
            assert told.state(gap).said(lang)
            told.explained(gap, lang)
            assert gap.clause.startswith("《")


def test_worst_first_then_in_the_order_of_the_standard() -> None:
    evaluation = evaluated(unheld=["q3.charter", "disqualifiers.exam_admission"], undeclared=["q7.practice"])
    found = gaps_of(evaluation)
    grades, blocks = list(Grade), list(evaluation.plan.standard.blocks)
    ranks = [(grades.index(gap.grade), blocks.index(gap.block)) for gap in found]
    assert ranks == sorted(ranks)
    assert {gap.grade for gap in found} == set(Grade)


def test_schools_stand_by_code_and_never_by_value() -> None:
    base = PRIMARY | ROOMS
    worse = [school("1", base, sports_ground_area=2900), school("2", base, sports_ground_area=100)]
    better = [school("1", base, sports_ground_area=100), school("2", base, sports_ground_area=2900)]
    for rows in (worse, better, worse[::-1]):
        assert [g.who.code for g in of(gaps(rows=rows), "r5", kind=Kind.UNIT) if g.who] == ["1", "2"]


# --- amounts


@settings(max_examples=25)
@given(st.integers(min_value=0, max_value=3300))
def test_the_amount_of_a_unit_suffices_and_one_less_does_not(area: int) -> None:
    """Second truth: build what is said to be missing and judge again."""

    def after(more: Fraction) -> CellState:
        row = school("1", PRIMARY | ROOMS, sports_ground_area=area, gymnasium_area=0)
        row["sports_ground_area"] = Fraction(area) + more
        return evaluated([row]).block("resources").units[0].cells["r5"].state

    rows = [school("1", PRIMARY | ROOMS, sports_ground_area=area, gymnasium_area=0)]
    (gap,) = of(gaps(rows=rows), "r5", kind=Kind.UNIT)
    assert gap.amount is not None
    assert gap.amount.unit.zh == "㎡"
    number = Fraction(gap.amount.number)
    assert after(number) is CellState.REACHED
    assert after(number - 1) is not CellState.REACHED


@settings(max_examples=25)
@given(st.integers(min_value=1, max_value=2000), st.data())
def test_the_amount_of_a_district_is_whole_people_and_just_suffices(
    eligible: int, data: st.DataObject
) -> None:
    rotated = data.draw(st.integers(min_value=0, max_value=(eligible - 1) // 10))

    def found(people: int) -> list[Gap]:
        there = THERE | {
            "eligible_teachers": eligible,
            "rotated_teachers": people,
            "rotated_backbone": people,
        }
        every = gaps(rows=[school("1", PRIMARY | ROOMS)], district=there)
        return [gap for gap in of(every, "g11") if gap.address == "test/g11/share"]

    if 10 * rotated >= eligible:
        assert not found(rotated)
        return
    (gap,) = found(rotated)
    assert gap.kind is Kind.RATIO
    assert gap.amount is not None
    assert gap.amount.number == int(gap.amount.number)
    assert not found(rotated + int(gap.amount.number))
    assert found(rotated + int(gap.amount.number) - 1)


def test_a_ratio_that_may_not_be_greater_is_mended_below_the_line() -> None:
    """300 children and 19 teachers: one teacher more makes 15 each."""
    rows = [kindergarten("K1", small_children=300, teachers=19)]
    (gap,) = of(gaps(rows=rows, plan=asked(PRESCHOOL)), "p31")
    assert gap.amount is not None
    assert gap.amount.said("zh") == "1 人 专任教师总数"
    assert not of(
        gaps(rows=[kindergarten("K1", small_children=300, teachers=20)], plan=asked(PRESCHOOL)), "p31"
    )


def kindergarten(code: str, **changes: object) -> Any:
    row = {**KINDERGARTEN, "kindergarten_code": code, "name": f"园{code}", **changes}
    return {
        name: Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in row.items()
    }


def test_each_short_school_says_what_it_lacks_and_the_whole_is_their_sum() -> None:
    found = gaps(rows=[*schools(), school("6", PRIMARY | ROOMS, classes=25, music_rooms_96=1)])
    (music,) = [gap for gap in of(found, "g3") if gap.address == "test/g3/music"]
    assert music.kind is Kind.SCHOOLS
    assert [(part.who.code, part.lacks and part.lacks.bare("zh")) for part in music.parts] == [
        ("2", "1 间"),
        ("6", "2 间"),
    ]
    assert music.amount is not None
    assert music.amount.said("zh") == "3 间 音乐专用教室"
    assert told.whose(music, "zh") == "全区（2 所）"
    assert "涉及 2 所" in told.explained(music, "zh")


def test_a_ratio_of_parts_below_the_whole_does_not_ask_for_every_row() -> None:
    """Two of three have no certificate and all is asked: both; where less is asked the amount is less."""
    rows = [kindergarten(f"K{n}", ownership="公办" if n else "其他民办") for n in range(2)]
    (gap,) = of(gaps(rows=rows, plan=asked(PRESCHOOL)), "p2")
    assert gap.kind is Kind.RATIO
    assert gap.path("zh") == "50.00 → 80%"
    assert gap.amount is not None
    assert gap.amount.bare("zh") == "36 人"  # 96 of 120


def test_other_ways_are_told() -> None:
    found = gaps(rows=[school("1", PRIMARY | ROOMS, sports_ground_area=2000, equipment_value=95)])
    (sports,) = of(found, "r5")
    assert sports.path("zh") == "4.40 → 7.50 ㎡"
    assert told.what(sports, "zh") == "1550 ㎡ 体育运动场馆"
    assert [way.zh for way in sports.ways] == ["补 988 即到 85% 线"]
    (equipment,) = of(found, "r6")
    assert [way.zh for way in equipment.ways] == ["低于 85% 线的项补足后，本项可作余项"]
    two = gaps(rows=[school("1", PRIMARY | ROOMS, equipment_value=95, multimedia_rooms=10)])
    assert {way.zh for gap in two for way in gap.ways if gap.who} == {"本校段 2 项余项，补足 1 项即可"}


def test_premises_that_are_shared_are_told_once_for_the_school() -> None:
    row = school("1", PRIMARY | ROOMS, school_type="九年一贯制", junior_pupils=300, multimedia_rooms=5)
    found = of(gaps(rows=[row]), "r7", kind=Kind.UNIT)
    assert len(found) == 2
    assert all(gap.shared and gap.ways[-1].zh == "全校需补，各学段分摊" for gap in found)


# --- with the relaxation


def test_a_gap_that_the_relaxation_closes_says_so() -> None:
    found = gaps()
    music, art = (of(found, "g3", address=f"test/g3/{test}")[0] for test in ("music", "art"))
    assert art.eased
    assert art.relaxed is not None
    assert art.relaxed.zh == "计入放宽后达标"
    assert [part.eased for part in art.parts] == [True]
    assert not music.eased
    assert music.relaxed is not None
    assert music.relaxed.zh == "计入放宽后未达标，还有 1 所"
    assert [part.eased for part in music.parts] == [False]
    assert all(gap.relaxed is None and not gap.eased for gap in of(found, "g5"))


def test_a_unit_says_what_it_would_be_with_the_relaxation() -> None:
    city = {"dense_city_centre": True, "rented_sports_area": 2000}
    (gap,) = of(gaps(rows=[school("1", PRIMARY | ROOMS, sports_ground_area=2000, **city)]), "r5")
    assert gap.eased
    assert gap.relaxed is not None
    assert gap.relaxed.zh == "计入放宽后 8.40，达标"


# --- what is open


def test_missing_fields_are_named_with_form_and_school() -> None:
    evaluation = evaluated()
    (gap,) = of(gaps_of(evaluation), "r4", grade=Grade.OPEN)
    assert [(f.title.zh, f.form and f.form.zh, f.who and f.who.code) for f in gap.fields] == [
        ("教学及辅助用房总面积", "学校填报表格", "4")
    ]
    listed = {(field.column, field.who.code) for field in missing_fields(evaluation) if field.who}
    assert ("teaching_area", "4") in listed
    assert ("teaching_area", "1") not in listed
    assert {field.column for field in missing_fields(evaluation) if field.who is None} >= {"migrant_eligible"}


def test_a_finding_not_declared_a_finding_against_and_a_limit_not_set() -> None:
    found = gaps(unheld=["q3.charter", "disqualifiers.exam_admission"], undeclared=["q7.practice"])
    (open_,) = of(found, "q7")
    assert (open_.kind, told.state(open_).zh) == (Kind.DECLARATION, "未认定")
    assert told.explained(open_, "zh").startswith("认定所需材料：课程表")
    (charter,) = of(found, "q3")
    assert (charter.kind, charter.ways[0].zh) == (Kind.FINDING, "认定未做到")
    (veto,) = of(found, "disqualifiers")
    assert (veto.grade, veto.ways[0].zh) == (Grade.FAILED, "认定存在该情形")
    there = {"division_code": PLACE, "tenured_pay": 8, "nontenured_pay": 6}
    limits = gaps(rows=[kindergarten("K1")], district=there, plan=asked(PRESCHOOL))
    (limit,) = [gap for gap in of(limits, "p16") if gap.address == "test/p16/pay_ratio"]
    assert (limit.kind, limit.grade, limit.wanted) == (Kind.LIMIT, Grade.OPEN, None)


def test_a_national_result_not_given_is_said_so() -> None:
    assert {gap.kind for gap in of(gaps(), "q9")} == {Kind.NATIONAL}


def test_a_file_sent_back_is_a_gap_of_its_own() -> None:
    (gap,) = [gap for gap in gaps(pending=("某校.xlsx",)) if gap.kind is Kind.RETURNS]
    assert "某校.xlsx" in gap.title.zh
    assert gap.grade is Grade.OPEN


def test_a_field_that_cannot_save_a_unit_still_fails_it() -> None:
    changes = {"school_type": "九年一贯制", "junior_pupils": 300, "backbone_teachers": 1}
    row = school("1", PRIMARY | ROOMS, **changes, primary_backbone=None, junior_backbone=None)
    found = of(gaps(rows=[row]), "r2", grade=Grade.FAILED)
    assert found
    assert all(gap.kind is Kind.FIELDS and gap.ways[0].zh.startswith("未报，至多") for gap in found)


# --- where a place asks more


def test_a_gap_that_only_a_place_sees_names_the_place() -> None:
    there = {"division_code": PLACE, "registered_children": 100}
    rows = [kindergarten("K1", small_children=87)]
    nation, henan = (
        of(gaps(rows=rows, district=there, plan=asked(PRESCHOOL, place)), "p1") for place in (PLACE, "410106")
    )
    assert not [gap for gap in nation if gap.address == "test/p1/rate"]
    (gap,) = [gap for gap in henan if gap.address == "test/p1/rate"]
    assert gap.place is not None
    assert "河南" in gap.place.zh
    assert gap.path("zh") == "87.00 → 90%"
    assert gap.amount is not None
    assert gap.amount.bare("zh").startswith("3 ")


# --- who mends it


def test_owner_and_day_come_from_the_bureau_or_are_open() -> None:
    tasks = assigned(
        r5={"owner": "基建科", "measure": "扩建", "deadline": "2026-08-31"},
        g3={"owner": " ", "deadline": None},
    )
    tasks["preschool-coverage.r6"] = {"code": "preschool-coverage.r6", "owner": "另一标准的科室"}
    found = gaps(assignments=tasks)
    (sports,) = of(found, "r5", kind=Kind.UNIT)
    assert (told.owner(sports, "zh"), told.deadline(sports, "zh")) == ("基建科", "2026-08-31")
    assert sports.task.measure == "扩建"
    rest = [gap for gap in found if gap.code != "r5"]
    assert {(told.owner(gap, "zh"), told.deadline(gap, "zh")) for gap in rest} == {("待定", "待定")}
    assert {told.owner(gap, "zh") for gap in gaps()} == {"待定"}


def test_the_demonstration_assigns_offices_only_and_leaves_some_open() -> None:
    rows = assignments(asked(), DAY)
    known = {f"compulsory-balance.{one}" for one in [i.id for i in asked().items]}
    known |= {f"compulsory-balance.{clause.id}" for clause in asked().clauses}
    assert {str(row["code"]) for row in rows} <= known
    owners = [row["owner"] for row in rows]
    assert None in owners
    assert all(str(owner).endswith("（虚构）") for owner in owners if owner)
    days = [str(row["deadline"]) for row in rows if row["deadline"]]
    assert len(days) < len(rows)
    assert all(day > DAY.isoformat() for day in days)


def test_english_counts_one_teacher_and_two_teachers() -> None:
    pairs = [
        of(gaps(rows=[school("1", PRIMARY | ROOMS, backbone_teachers=n)]), "r2")[0].amount for n in (4, 3)
    ]
    assert [amount.bare("en") for amount in pairs if amount] == ["1 teacher", "2 teachers"]
    assert all(a.number < b.number for a, b in pairwise(p for p in pairs if p))
