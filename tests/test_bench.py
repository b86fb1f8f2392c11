"""A smoke of the benchmarks: engines agree on their data, and runs are taken in turn."""

import pytest

from bench.__main__ import DAY, RULES, in_turn, told
from bench.districts import campuses
from meihao.figures.engines import FastEngine, PlainEngine
from meihao.figures.examples import snapshot_of
from meihao.figures.plan import make_plan


def test_the_benchmarks_rows_are_computed_alike_and_completely() -> None:
    plan = make_plan(RULES, "cn/compulsory-balance", DAY)
    snapshot = snapshot_of(plan, campuses(40))
    plain = PlainEngine().measure(snapshot, plan)
    assert plain == FastEngine().measure(snapshot, plan)
    assert all(None not in amount for unit in plain.values() for amount in unit.amounts.values())


def test_the_same_seed_gives_the_same_rows() -> None:
    assert campuses(5) == campuses(5)
    assert campuses(5) != campuses(5, seed=2)


def test_runs_are_taken_in_turn_and_each_told(capsys: pytest.CaptureFixture[str]) -> None:
    calls: list[str] = []
    seconds = in_turn({"ours": lambda: calls.append("ours"), "peer": lambda: calls.append("peer")}, rounds=2)
    assert calls == ["ours", "peer", "ours", "peer"]
    told("two runs", seconds)
    assert "peer" in capsys.readouterr().out
