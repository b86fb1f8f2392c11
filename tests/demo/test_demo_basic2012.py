"""The invented district in 2012: what is planted comes out, and its workbooks go in as real ones do."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from meihao.base.stages import Stage
from meihao.demo.basic2012 import DISTRICT_FILE_2012, SCHOOLS_FILE_2012, basic2012_rows, write_basic2012
from meihao.demo.district import SEED, invent
from meihao.demo.names import DIVISION
from meihao.demo.schools import Row
from meihao.documents.returns.intake import Intake, take_in
from meihao.documents.workbook import Reader
from meihao.figures.engines import FastEngine, PlainEngine
from meihao.figures.judging import evaluate
from meihao.figures.plan import Plan, make_plan
from meihao.figures.result import BlockResult, Evaluation, State
from meihao.figures.snapshot import Snapshot, Table
from meihao.policy.rulebook import Rulebook

KEY = "cn/compulsory-basic-2012"
ON = date(2025, 10, 20)
SEEDS = (SEED, 1, 2, 3, 4, 5)


@cache
def rulebook() -> Rulebook:
    return Rulebook.load()


@cache
def plan() -> Plan:
    return make_plan(rulebook(), KEY, ON, DIVISION)


@cache
def rows(seed: int) -> dict[str, Row]:
    made = basic2012_rows(invent(rulebook(), ON, seed).schools, seed)
    return {str(row["school_code"]): row for row in made}


def block(schools: dict[str, Row]) -> BlockResult:
    table = Table(plan().fact, dict(schools))
    snapshot = Snapshot(ON, DIVISION, {table.fact.key: table}, plan().versions)
    return evaluate(snapshot, plan(), PlainEngine()).block("resources")


@cache
def folder(base: Path) -> Path:
    write_basic2012(base, rulebook(), ON)
    return base


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Intake:
    with Reader() as reader:
        path = folder(tmp_path_factory.mktemp("basic2012"))
        return take_in(path, rulebook(), ON, None, reader, units=plan().fact.key)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_stage_is_within_and_the_other_over_and_only_for_what_is_planted(seed: int) -> None:
    found = {result.stage: result.state for result in block(rows(seed)).composites}
    assert found == {Stage.PRIMARY: State.REACHED, Stage.JUNIOR: State.FAILED}
    (planted,) = (code for code, row in rows(seed).items() if "墨烟" in str(row["name"]))
    without = {code: row for code, row in rows(seed).items() if code != planted}
    assert block(without).state is State.REACHED


@pytest.mark.parametrize("seed", SEEDS)
def test_no_school_has_more_titled_or_qualified_teachers_than_teachers(seed: int) -> None:
    for row in rows(seed).values():
        for stage in ("primary", "junior"):
            full = row[f"{stage}_teachers"]
            for column in ("above_required", "mid_title"):
                part = row[f"{stage}_{column}"]
                assert (part is None) is (full is None)
                assert part is None or full is None or 0 < part <= full  # type: ignore[operator]


def test_the_workbooks_are_taken_without_a_mark(taken: Intake) -> None:
    assert {receipt.name for receipt in taken.receipts} == {SCHOOLS_FILE_2012, DISTRICT_FILE_2012}
    for receipt in taken.receipts:
        assert (receipt.outcome, receipt.marks) == ("taken", [])
    forms = {sheet.form.key for receipt in taken.receipts for sheet in receipt.sheets}
    assert forms == {f"{KEY}/school-return", f"{KEY}/district-return"}
    assert (taken.place, taken.pending, taken.unreported, taken.unknown) == (DIVISION, (), (), ())


def test_what_comes_out_of_the_workbooks_is_what_went_in(taken: Intake) -> None:
    read = taken.tables[plan().fact.key].rows
    written = {code: {c: v for c, v in row.items() if v is not None} for code, row in rows(SEED).items()}
    assert {code: {c: v for c, v in row.items() if v is not None} for code, row in read.items()} == written
    assert evaluated(taken).block("resources").composites == block(rows(SEED)).composites


def evaluated(taken: Intake) -> Evaluation:
    return evaluate(Snapshot(ON, taken.place, taken.tables, plan().versions), plan(), FastEngine())


def test_the_whole_standard_from_the_workbooks(taken: Intake) -> None:
    evaluation = evaluated(taken)
    states = {name: evaluation.block(name).state for name in plan().standard.blocks}
    assert states == {
        "resources": State.FAILED,
        "government": State.REACHED,
        "recognition": State.REACHED,
    }
    assert evaluation.whole is State.FAILED
    printed = [a.printed for name in states for c in evaluation.block(name).clauses for a in c.answers]
    assert printed == ["91.00", "18.50", "26.00", "22.50", "24.00", "91.1"]
    resources = evaluation.block("resources")
    assert {unit.name[:5] for unit in resources.out_of_scope} == {"澄砚区笺岭", "澄砚区毫坡"}
    assert all(found.squared is not None for found in resources.dispersions)


def test_equal_seeds_give_equal_bytes_and_other_seeds_other_rows(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_basic2012(tmp_path / name, rulebook(), ON)
    for file in (SCHOOLS_FILE_2012, DISTRICT_FILE_2012):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    assert rows(SEED) != rows(1)
