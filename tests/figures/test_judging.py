"""The three-valued result: certain failures, honest doubts, and what a later report may still change."""

import math
import statistics
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meihao.base.stages import Stage
from meihao.figures.engines import PlainEngine, UnitKey
from meihao.figures.examples import rows_of, snapshot_of
from meihao.figures.interpreter import Row, Value
from meihao.figures.judging import evaluate
from meihao.figures.plan import Basis, make_plan
from meihao.figures.result import BlockResult, CellState, State
from meihao.policy.kinds import Standard
from meihao.policy.rulebook import Rulebook
from tests.figures.districts import districts, full_rows, with_gaps

DAY = date(2025, 10, 20)
RULES = Rulebook.load()
PLAN = make_plan(RULES, "cn/compulsory-balance", DAY)
EXAMPLES = {e.id: e for e in RULES.get(Standard, "cn/compulsory-balance", DAY).examples}


def judged(rows: Mapping[str, Row], basis: Basis = Basis.STRICT) -> BlockResult:
    return evaluate(snapshot_of(PLAN, rows), PLAN, PlainEngine()).block("resources", basis)


def example(name: str, **changes: Value) -> dict[str, Row]:
    rows = rows_of(PLAN, EXAMPLES[name])
    return {
        code: {**{k: v for k, v in row.items() if changes.get(k, 0) is not None}, **_some(changes)}
        for code, row in rows.items()
    }


def _some(changes: dict[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in changes.items() if value is not None}


@settings(max_examples=150)
@given(st.data())
def test_no_report_still_to_come_turns_what_is_decided(data: st.DataObject) -> None:
    """Soundness: the full rows are one way to fill the gaps, so they must agree with what is certain."""
    rows = data.draw(districts(most=5))
    known, full = judged(data.draw(with_gaps(rows))), judged(rows)
    if known.state is not State.UNDECIDED:
        assert full.state is known.state
    filled = {unit.unit.key: unit.state for unit in full.units}
    for unit in known.units:
        if unit.state is not State.UNDECIDED and unit.unit.key in filled:
            assert filled[unit.unit.key] is unit.state
    over = {(d.item.id, d.stage): d.state for d in full.dispersions}
    for dispersion in known.dispersions:
        key = (dispersion.item.id, dispersion.stage)
        if dispersion.state is not State.UNDECIDED and key in over:
            assert over[key] is dispersion.state


@settings(max_examples=100)
@given(st.data())
def test_a_value_lies_between_the_bounds_told_before_it_was_known(data: st.DataObject) -> None:
    rows = {"S0": data.draw(full_rows("S0"))}
    known, full = judged(data.draw(with_gaps(rows))), judged(rows)
    for unit in full.units:
        before = known.unit(unit.unit.key)
        if before is None:
            continue
        for item, cell in unit.cells.items():
            low, high = before.cells[item].figure.low, before.cells[item].figure.high
            value = cell.figure.value
            assert value is not None
            assert low is None or low <= value
            assert high is None or value <= high


@settings(max_examples=100)
@given(districts(most=8))
def test_the_dispersion_is_the_definitions_by_another_way(rows: dict[str, Row]) -> None:
    """In floats, from the printed definition, with the standard library's weighted mean."""
    for found in judged(rows).dispersions:
        values = [float(part.value) for part in found.contributions]
        weights = [float(part.pupils) for part in found.contributions]
        mean = statistics.fmean(values, weights)
        variance = statistics.fmean([(value - mean) ** 2 for value in values], weights)
        if found.squared is None:
            assert mean == 0
        else:
            assert math.sqrt(found.squared) == pytest.approx(math.sqrt(variance) / mean, rel=1e-6, abs=1e-6)


def test_two_certain_misses_fail_whatever_is_missing() -> None:
    rows = example("six-of-seven", teaching_area=None)
    states = {unit.unit.key.campus: unit.state for unit in judged(rows).units}
    assert states == {
        "S1": State.UNDECIDED,
        "S2": State.FAILED,
        "S3": State.FAILED,
        "S4": State.UNDECIDED,
    }


def test_an_upper_bound_below_the_floor_fails_for_certain() -> None:
    """8 backbone teachers in all, for 1000 primary pupils: not 0.85 a hundred even if all teach there."""
    rows = example("nine-year", primary_pupils=Fraction(1000), primary_backbone=None, junior_backbone=None)
    unit = judged(rows).unit(UnitKey("E4", Stage.PRIMARY))
    assert unit is not None
    cell = unit.cells["r2"]
    assert cell.state is CellState.UNDECIDED
    assert cell.figure.high == Fraction(8, 10)
    assert unit.state is State.FAILED


def test_what_the_official_return_cannot_decide_names_the_field_and_its_form() -> None:
    rows = example("complete-secondary", senior_pupils=None, junior_backbone=None)
    (unit,) = judged(rows).units
    assert unit.state is State.UNDECIDED
    text = "".join(reason.zh for reason in unit.reasons)
    assert "「高中学生人数」（义务教育学校补充填报表）" in text
    assert "「县级及以上骨干教师数（初中）」（义务教育学校补充填报表）" in text


def test_a_through_school_with_one_stage_is_a_school_of_that_stage() -> None:
    rows = example(
        "nine-year", junior_pupils=Fraction(0), primary_backbone=None, junior_backbone=None, primary_pe=None
    )
    (unit,) = judged(rows).units
    assert unit.cells["r2"].figure.numerator == 8
    assert unit.cells["r4"].figure.numerator == 3100


@pytest.mark.parametrize(("pupils", "units", "outside"), [(49, 0, 1), (50, 1, 0)])
def test_only_teaching_points_below_fifty_are_out_of_scope(pupils: int, units: int, outside: int) -> None:
    block = judged(example("teaching-point", primary_pupils=Fraction(pupils)))
    assert (len(block.units), len(block.out_of_scope)) == (units, outside)
    small = judged(example("primary", primary_pupils=Fraction(pupils)))
    assert len(small.units) == 1


def test_relaxation_stands_beside_and_never_in_the_result() -> None:
    rows = example(
        "teaching-point",
        pe_teachers=Fraction(0),
        pe_itinerant=Fraction(1),
        small_rural_50_99=True,
        dense_city_centre=False,
    )
    assert judged(rows).state is State.FAILED
    assert judged(rows, Basis.RELAXED).state is State.REACHED
    undeclared = {code: {**row, "small_rural_50_99": False} for code, row in rows.items()}
    assert judged(undeclared, Basis.RELAXED).state is State.FAILED


def test_a_relaxation_can_make_a_dispersion_worse() -> None:
    near = example("teaching-point", school_code="A", small_rural_50_99=True, pe_itinerant=Fraction(9))["E2"]
    far = example("primary", small_rural_50_99=False)["E1"]
    rows: dict[str, Row] = {"A": near, "E1": far}
    strict, relaxed = (judged(rows, basis).dispersion("r3", Stage.PRIMARY) for basis in Basis)
    assert strict is not None
    assert relaxed is not None
    assert (strict.state, relaxed.state) == (State.REACHED, State.FAILED)


def test_a_shortfall_is_enough_and_not_one_too_many() -> None:
    """Adding what is told reaches the threshold; one natural unit less does not."""
    rows = example("nine-year", teaching_area=Fraction(3000))
    (cell,) = [u.cells["r4"] for u in judged(rows).units if u.unit.stage is Stage.JUNIOR]
    assert cell.shortfall is not None
    assert cell.shortfall.shared
    for more, reached in ((int(cell.shortfall.amount), True), (int(cell.shortfall.amount) - 1, False)):
        after = judged({c: {**r, "teaching_area": Fraction(3000 + more)} for c, r in rows.items()})
        (mended,) = [u.cells["r4"] for u in after.units if u.unit.stage is Stage.JUNIOR]
        assert (mended.state is CellState.REACHED) is reached


def test_units_stand_in_order_of_stage_and_code_never_of_value() -> None:
    rows = {c: {**example("primary")["E1"], "school_code": c} for c in ("B", "A", "C")}
    assert [unit.unit.key.campus for unit in judged(rows).units] == ["A", "B", "C"]


def test_nothing_in_scope_is_undecided_and_never_reached() -> None:
    assert judged({}).state is State.UNDECIDED


def test_a_school_whose_pupils_are_unknown_keeps_a_dispersion_open() -> None:
    """However unequal the known schools are, a large one may still even them out; a small one cannot."""
    rows = rows_of(PLAN, EXAMPLES["dispersion"])
    silent: Row = {"school_code": "D6", "school_type": "小学", "junior_pupils": Fraction(0)}
    cases = ((None, State.UNDECIDED), (Fraction(1), State.FAILED), (Fraction(9000), State.UNDECIDED))
    for pupils, state in cases:
        found = judged({**rows, "D6": {**silent, "primary_pupils": pupils}}).dispersion("r4", Stage.PRIMARY)
        assert found is not None
        assert found.state is state


def test_a_file_still_out_keeps_a_block_from_being_reached_without_dispersions_too() -> None:
    rule = PLAN.standard.blocks["resources"].model_copy(update={"dispersion": None})
    plan = replace(PLAN, standard=PLAN.standard.model_copy(update={"blocks": {"resources": rule}}))
    whole = snapshot_of(plan, example("primary"))
    for snapshot, state in ((whole, State.REACHED), (replace(whole, pending=("二.xlsx",)), State.UNDECIDED)):
        assert evaluate(snapshot, plan, PlainEngine()).block("resources").state is state


def test_the_floor_is_a_decimal() -> None:
    """0.85 × 4.5 is 3.825, and 3.825 reaches it; a binary float would not."""
    rows = example("primary", teaching_area=Fraction("1912.5") + 200)
    (unit,) = judged(rows).units
    assert unit.cells["r4"].figure.value == Fraction("3.825")
    assert unit.cells["r4"].state is CellState.SPARE


def test_an_item_over_the_whole_block() -> None:
    block = judged(rows_of(PLAN, EXAMPLES["six-of-seven"]))
    found = {item: block.item_state(item) for item in ("r1", "r2", "r3")}
    assert found == {"r1": State.FAILED, "r2": CellState.SPARE, "r3": State.REACHED}
    assert block.cell_counts("r1", Stage.PRIMARY) == {
        CellState.REACHED: 1,
        CellState.SPARE: 2,
        CellState.BELOW: 1,
        CellState.UNDECIDED: 0,
    }
    assert judged(rows_of(PLAN, EXAMPLES["split"])).item_state("r2") is State.UNDECIDED
