"""A figure in its parts is the figure that a trace tells in words, whatever the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from meihao.base.stages import Stage
from meihao.base.text import Refused
from meihao.demo.district import SCHOOL_FORM, STANDARD, invent
from meihao.demo.kindergartens import PRESCHOOL, invent_kindergartens
from meihao.demo.names import DIVISION
from meihao.figures.addressed import Addressed, Standing, addressed, addresses, change
from meihao.figures.engines import PlainEngine
from meihao.figures.interpreter import Row
from meihao.figures.judging import evaluate
from meihao.figures.plan import Plan, make_plan
from meihao.figures.result import CellState, Evaluation, State, pooled
from meihao.figures.snapshot import Snapshot, Table
from meihao.figures.trace import trace
from meihao.policy.kinds import Board, Fact, Form
from meihao.policy.rulebook import Rulebook

ON = date(2025, 9, 1)
RULES = Rulebook.load()


def _evaluated(standard: str, rows: Mapping[str, Sequence[Row]]) -> Evaluation:
    plan: Plan = make_plan(RULES, standard, ON, DIVISION)
    tables = {}
    for key, listed in rows.items():
        fact = RULES.get(Fact, key, ON, DIVISION)
        tables[key] = Table(fact, {str(row[fact.identity]): row for row in listed})
    return evaluate(Snapshot(ON, DIVISION, tables, plan.versions), plan, PlainEngine())


@pytest.fixture(scope="module")
def balance() -> Evaluation:
    district = invent(RULES, ON)
    fact = RULES.get(Form, SCHOOL_FORM, ON, DIVISION).fact
    return _evaluated(STANDARD, {fact: list(district.schools), "cn/compulsory/district": [district.district]})


@pytest.fixture(scope="module")
def preschool() -> Evaluation:
    found = invent_kindergartens(RULES, ON)
    rows = {"cn/preschool/kindergarten": list(found.kindergartens), "cn/preschool/district": [found.district]}
    return _evaluated(PRESCHOOL, rows)


def _said(evaluation: Evaluation, address: str) -> str:
    return trace(evaluation, address).value.zh


def test_cells_tests_and_dispersions_print_what_its_trace_says(
    balance: Evaluation, preschool: Evaluation
) -> None:
    seen = 0
    for evaluation in (balance, preschool):
        for address in addresses(evaluation)[::3]:  # each recomputes the district
            one = addressed(evaluation, address)
            assert _said(evaluation, address).startswith(one.printed or "…"), address
            seen += 1
    assert seen > 100


def test_a_fraction_is_its_numerator_over_its_denominator(balance: Evaluation) -> None:
    one = addressed(balance, "r4/2199000003/primary")
    assert one.numerator is not None
    assert one.denominator
    assert one.value == one.numerator / one.denominator
    assert one.asked is not None
    assert (one.asked.sign, one.asked.value) == ("≥", Fraction("4.5"))
    short = addressed(balance, "r5/2199000001/primary")
    assert short.standing is Standing.FAILED
    assert short.asked
    assert short.value is not None
    assert short.asked.gap(short.value) == Fraction("7.5") - short.value > 0
    assert short.asked.gap(Fraction(8)) == 0


def test_counts_over_all_stages_are_the_sum_of_the_stages(balance: Evaluation) -> None:
    whole = addressed(balance, "count/overall")
    parts = [addressed(balance, f"count/overall/{stage}") for stage in ("primary", "junior")]
    assert whole.value == sum(part.value or 0 for part in parts)
    block = balance.block("resources")
    assert whole.denominator == len(block.units)
    assert whole.value == sum(one.state is State.REACHED for one in block.units)
    assert _said(balance, "count/overall") == f"{whole.printed} / {whole.denominator}"
    assert whole.standing is Standing.FAILED  # some school fails by the plan of the demonstration


def test_one_item_counts_the_units_that_meet_it(balance: Evaluation) -> None:
    one = addressed(balance, "count/r5/primary")
    cells = [u.cells["r5"].state for u in balance.block("resources").units if u.unit.stage == "primary"]
    assert one.value == cells.count(CellState.REACHED)
    assert one.denominator == len(cells)


def test_within_counts_the_dispersions_that_have_a_limit(balance: Evaluation) -> None:
    one = addressed(balance, "within")
    found = balance.block("resources").dispersions
    assert one.denominator == len(found) == 14
    assert one.value == sum(d.state is State.REACHED for d in found)
    assert one.open == sum(d.state is State.UNDECIDED for d in found)
    assert _said(balance, "within") == f"{one.printed} / 14"
    assert addressed(balance, "within/primary").denominator == 7


@pytest.mark.parametrize(
    "address",
    ["", "r4", "r4/nobody/primary", "cv/r4/nursery", "count/r99/primary", "test/g11/none", "within/x"],
)
def test_an_address_of_nothing_is_refused(balance: Evaluation, address: str) -> None:
    with pytest.raises(Refused):
        addressed(balance, address)


def test_what_a_person_declares_is_no_number(preschool: Evaluation) -> None:
    with pytest.raises(Refused):
        addressed(preschool, "test/p16/policy")


def test_every_tile_of_the_boards_is_a_figure(balance: Evaluation, preschool: Evaluation) -> None:
    by_standard = {STANDARD: balance, PRESCHOOL: preschool}
    (board,) = RULES.all(Board, ON, DIVISION)
    found: list[Addressed] = [addressed(by_standard[tile.standard], tile.figure) for tile in board.tiles]
    assert len(found) == 8
    assert all(one.value is not None and one.asked is not None for one in found)


def test_a_change_is_of_the_unrounded_values_and_rounded_once() -> None:
    before, now = Fraction("51.8649"), Fraction("53.2350")  # printed 51.86 and 53.24: 1.38 apart
    assert str(change(now, before, "53.24")) == "1.37"
    assert change(now, None, "53.24") is None
    assert change(None, before, "…") is None
    assert str(change(Fraction(24), Fraction(26), "24")) == "-2"


def test_units_together_are_their_sums_divided_not_the_mean_of_their_values(balance: Evaluation) -> None:
    units = balance.block("resources").of_stage(Stage.PRIMARY)
    figures = [unit.cells["r4"].figure for unit in units]
    together = pooled(figures)
    assert together is not None
    assert together.numerator == sum(figure.numerator or 0 for figure in figures)
    assert together.value * together.denominator == together.numerator
    found = balance.block("resources").dispersion(
        "r4", Stage.PRIMARY
    )  # another way to the same: the pooled mean
    assert found is not None
    assert together.value == found.sums.total / found.sums.pupils
    mean = sum((figure.value or Fraction(0) for figure in figures), Fraction(0)) / len(figures)
    assert together.value != mean
    open_ = replace(figures[0], numerator=None)
    assert pooled([*figures, open_]) is None
    assert pooled([]) is None
