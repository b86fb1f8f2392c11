"""Every figure opens: as the result prints it, equal when worked out again, and to whom it may alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from meihao.figures.engines import FastEngine, PlainEngine
from meihao.figures.judging import evaluate
from meihao.figures.result import Evaluation
from meihao.figures.snapshot import Snapshot, Table
from meihao.figures.trace import trace
from meihao.policy.rulebook import Rulebook, shipped
from meihao.records.accounts.acting import Missing
from meihao.releases import rules, sheets, supposing, taking
from meihao.releases.opening import opened
from meihao.releases.seen import Seen
from meihao.remedies.what_if import what_if
from tests.releases.figures_world import ON, STANDARD, compulsory, told

WHOLE = Seen(frozenset(), whole=True)
CAMPUS = "cn/compulsory/campus"


@pytest.fixture(scope="module")
def snapshot() -> Iterator[Snapshot]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("meihao.figures.gathering.SOURCES", {"demo": told()})
        yield taking.gather_at("990106", ON, {}).snapshot


@pytest.fixture(scope="module")
def fast(snapshot: Snapshot) -> Evaluation:
    return evaluate(snapshot, rules.plans(ON, "990106")[STANDARD], FastEngine())


@pytest.fixture(scope="module")
def plain(snapshot: Snapshot) -> Evaluation:
    return evaluate(snapshot, rules.plans(ON, "990106")[STANDARD], PlainEngine())


def cells(evaluation: Evaluation) -> dict[str, str]:
    """Each cell's address with what the result prints there."""
    block = evaluation.block("resources")
    return {
        f"{item}/{unit.unit.key.campus}/{unit.unit.stage}": cell.figure.printed or "…"
        for unit in block.units
        for item, cell in unit.cells.items()
    }


def test_every_cell_opens_with_the_value_that_is_printed(fast: Evaluation, plain: Evaluation) -> None:
    found = cells(fast)
    assert len(found) > 200
    for address, printed in found.items():
        one = opened(fast, address, WHOLE)
        assert one.value == printed
        assert one == opened(plain, address, WHOLE)
        value, under = one.exact[0], one.exact[2]
        if isinstance(value, Fraction):
            assert isinstance(one.exact[1], Fraction)
            assert isinstance(under, Fraction)
            assert value == one.exact[1] / under * one.scale  # the fraction on the page is the value


def test_a_cell_says_what_the_trace_of_the_command_line_says(fast: Evaluation) -> None:
    for address in list(cells(fast))[::23]:
        step = trace(fast, address)
        one = opened(fast, address, WHOLE)
        assert step.value.zh == f"{one.value} {one.unit.zh}"
        reported = {leaf.origin for part in (one.numerator, one.denominator) if part for leaf in part.leaves}
        assert {below.origin for side in step.children for below in side.children if below.origin} <= reported


def test_every_figure_of_the_official_tables_opens_and_is_equal_again(
    fast: Evaluation, plain: Evaluation
) -> None:
    printed = {cell.address: cell.text for cell in sheets.tables(fast).printed}
    assert len(printed) > 250
    for address in printed:
        assert opened(fast, address, WHOLE) == opened(plain, address, WHOLE), address


def test_rows_that_were_changed_are_not_equal_again(fast: Evaluation) -> None:
    """The control: one pupil more in one row, and the figure is told to differ."""
    code = compulsory()[0].code
    table = fast.snapshot.tables[CAMPUS]
    row = dict(table.rows[code])
    assert isinstance(row["primary_pupils"], Fraction)
    row["primary_pupils"] += 1
    changed = Table(table.fact, {**table.rows, code: row}, table.origins)
    other = replace(fast.snapshot, tables={**fast.snapshot.tables, CAMPUS: changed})
    again = evaluate(other, fast.plan, PlainEngine())
    for address in (
        f"r4/{code}/primary",
        "cv/r4/primary",
        f"pupils/{code}/primary",
        f"column/primary_pupils/{code}",
    ):
        assert opened(fast, address, WHOLE) != opened(again, address, WHOLE)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "r9/2199000001/primary",
        "r4/none/primary",
        "r4/2199000001/senior",
        "cv/r4",
        "column/none/2199000001",
        "a/b/c/d/e",
    ],
)
def test_an_address_of_nothing_is_missing(fast: Evaluation, address: str) -> None:
    with pytest.raises(Missing):
        opened(fast, address, WHOLE)


def test_a_school_opens_its_own_figures_and_no_other_ones(fast: Evaluation) -> None:
    own, *others = [one.code for one in compulsory()]
    seen = Seen(frozenset({own}), whole=False)
    opens = []
    for address in cells(fast):
        code, stage = address.split("/")[1:]
        for at in (
            address,
            f"state/{code}/{stage}",
            f"pupils/{code}/{stage}",
            f"column/teaching_area/{code}",
        ):
            try:
                opened(fast, at, seen)
                opens.append(code)
            except Missing:
                assert code in others
    assert set(opens) == {own}


def test_figures_of_the_place_name_no_other_school(fast: Evaluation) -> None:
    own = compulsory()[0]
    seen = Seen(frozenset({own.code}), whole=False)
    named = [(one.code, one.name) for one in compulsory()[1:]]
    addresses = [
        cell.address for cell in sheets.tables(fast).printed if cell.address.split("/")[0] in _OF_PLACE
    ]
    whole, part = "", ""
    for address in dict.fromkeys(addresses):
        whole += repr(opened(fast, address, WHOLE))
        part += repr(opened(fast, address, seen))
    assert own.name in part
    for code, name in named:
        assert name in whole  # the control: it would be there
        assert name not in part
        assert code not in part


_OF_PLACE = ("cv", "mean", "count", "share", "clause", "test", "total")


def test_what_is_supposed_on_the_page_is_what_a_changed_file_gives(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    plan = rules.plans(ON, "990106")[STANDARD]
    files = tmp_path / "cn/compulsory-balance"
    files.mkdir(parents=True)
    text = (shipped() / "cn/compulsory-balance/r4.yaml").read_text(encoding="utf-8")
    assert "primary: 4.5," in text
    (files / "r4.yaml").write_text(text.replace("primary: 4.5,", "primary: 6,"), encoding="utf-8")
    drafted = what_if(snapshot, STANDARD, ON, rules.rulebook(), Rulebook.load(tmp_path), PlainEngine())
    found = supposing.supposed(snapshot, plan, supposing.fields(plan, {"r4.primary": "6"}))
    assert found.turns == drafted.turns
    assert len(found.turns) > 5
    assert cells(found.then) == cells(drafted.then)
    assert supposing.supposed(snapshot, plan, supposing.fields(plan, {})).turns == ()
