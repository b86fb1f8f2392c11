"""Two evaluations side by side: what turned, and which rows turned it."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from meihao.figures.comparing import changes, compared, turns
from meihao.figures.engines import PlainEngine
from meihao.figures.examples import rows_of
from meihao.figures.interpreter import Row
from meihao.figures.judging import evaluate
from meihao.figures.plan import make_plan
from meihao.figures.result import Evaluation
from meihao.figures.snapshot import Snapshot, Table
from meihao.policy.rulebook import Rulebook
from meihao.remedies.what_if import what_if

DAY = date(2025, 10, 20)
RULES = Rulebook.load()
PLAN = make_plan(RULES, "cn/compulsory-balance", DAY)
ROWS = next(rows_of(PLAN, e) for e in PLAN.standard.examples if e.id == "six-of-seven")


def evaluated(rows: dict[str, Row]) -> Evaluation:
    given = Snapshot(DAY, "cn", {PLAN.fact.key: Table(PLAN.fact, rows)}, PLAN.versions)
    return evaluate(given, PLAN, PlainEngine())


def with_value(code: str, column: str, value: int, rows: dict[str, Row] = ROWS) -> dict[str, Row]:
    return {**rows, code: {**rows[code], column: Fraction(value)}}


def test_equal_evaluations_differ_in_nothing() -> None:
    found = compared(evaluated(ROWS), evaluated(dict(ROWS)), PlainEngine())
    assert (found.changes, found.turns) == ((), ())


def test_the_row_that_turned_a_result_is_named() -> None:
    """S2 gains teachers and turns; S1's new equipment turns nothing."""
    after = with_value("S1", "equipment_value", 201, with_value("S2", "primary_teachers_college", 42))
    found = compared(evaluated(ROWS), evaluated(after), PlainEngine())
    assert [(c.identity, c.column) for c in found.changes] == [
        ("S1", "equipment_value"),
        ("S2", "primary_teachers_college"),
    ]
    turned = {
        turn.address: (turn.before and turn.before.zh, turn.after and turn.after.zh) for turn in found.turns
    }
    assert turned["state/S2/primary"] == ("未达标", "达标")
    assert turned["r1/S2/primary"] == ("不足", "达标")
    assert found.causes["state/S2/primary"] == ((PLAN.fact.key, "S2"),)


def test_a_result_that_needs_two_changes_has_no_single_cause() -> None:
    """S3 misses two items: either alone leaves it failed or turns it, both are wanted for the seventh too."""
    after = with_value("S4", "backbone_teachers", 9, with_value("S4", "primary_teachers_college", 41))
    found = compared(evaluated(ROWS), evaluated(after), PlainEngine())
    assert found.causes["state/S4/primary"] == ((PLAN.fact.key, "S4"),), "one row, two of its values"
    gone = {code: row for code, row in ROWS.items() if code != "S3"}
    assert "state/S3/primary" in {turn.address for turn in turns(evaluated(ROWS), evaluated(gone))}


def test_a_new_school_is_a_change_of_every_value_of_it() -> None:
    before = {code: row for code, row in ROWS.items() if code != "S1"}
    found = changes(evaluated(before).snapshot, evaluated(ROWS).snapshot)
    assert {change.identity for change in found} == {"S1"}
    assert all(change.before is None for change in found)


def test_a_draft_turns_only_what_it_touches(tmp_path: Path) -> None:
    text = next(s.document.path for s in RULES.versions("cn/compulsory-balance/r1")).read_text(
        encoding="utf-8"
    )
    target = tmp_path / "cn" / "compulsory-balance" / "r1.yaml"
    target.parent.mkdir(parents=True)
    target.write_text(text.replace("primary: 4.2", "primary: 4.3"), encoding="utf-8")
    snapshot = evaluated(ROWS).snapshot
    found = what_if(snapshot, PLAN.standard.key, DAY, RULES, Rulebook.load(tmp_path), PlainEngine())
    assert found.policies == ("cn/compulsory-balance/r1@2017-04-01",)
    assert [turn.address for turn in found.turns] == ["r1/S4/primary"]
    same = what_if(snapshot, PLAN.standard.key, DAY, RULES, Rulebook.load(), PlainEngine())
    assert (same.policies, same.turns) == ((), ())
    assert replace(snapshot).logical_hash == snapshot.logical_hash
