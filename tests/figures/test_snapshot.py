"""Snapshots: same rows same hash, same input same bytes, altered files refused, read back equal."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meihao.base.text import Refused
from meihao.figures.engines import FastEngine
from meihao.figures.examples import snapshot_of
from meihao.figures.interpreter import Row
from meihao.figures.judging import evaluate
from meihao.figures.plan import make_plan
from meihao.figures.snapshot import Origin, Snapshot, Table, read
from meihao.policy.rulebook import Rulebook
from tests.figures.districts import districts, with_gaps

PLAN = make_plan(Rulebook.load(), "cn/compulsory-balance", date(2025, 10, 20))
FACTS = {PLAN.fact.key: PLAN.fact}


@settings(max_examples=6, suppress_health_check=[*HealthCheck])
@given(data=st.data())
def test_what_was_written_is_read_back(data: st.DataObject, tmp_path: Path) -> None:
    snapshot = snapshot_of(PLAN, data.draw(with_gaps(data.draw(districts(most=4)))))
    snapshot.write(tmp_path)
    again = read(tmp_path, FACTS)
    assert again.logical_hash == snapshot.logical_hash
    one, other = (evaluate(s, PLAN, FastEngine()).block("resources") for s in (snapshot, again))
    assert [u.state for u in one.units] == [u.state for u in other.units]


def two(order: list[str]) -> Snapshot:
    """Two schools in some order, with the cell one value came from."""
    rows: dict[str, Row] = {
        code: {"school_code": code, "name": f"校 “{code}”,\n甲", "primary_pupils": Fraction(5)}
        for code in order
    }
    origins = {
        ("A", "primary_pupils"): Origin("a.xlsx", "0" * 64, "表", "E11", "cn/compulsory/school-return")
    }
    table = Table(PLAN.fact, rows, origins)
    return Snapshot(PLAN.on, "990106", {PLAN.fact.key: table}, PLAN.versions)


def test_the_order_of_rows_changes_neither_hash_nor_bytes(tmp_path: Path) -> None:
    two(["A", "B"]).write(tmp_path / "one")
    two(["B", "A"]).write(tmp_path / "other")
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(names) == 3
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


def test_one_value_changes_the_hash() -> None:
    changed = two(["A", "B"])
    row = dict(changed.tables[PLAN.fact.key].rows["A"])
    rows = {**changed.tables[PLAN.fact.key].rows, "A": {**row, "primary_pupils": Fraction(6)}}
    assert snapshot_of(PLAN, rows).logical_hash != two(["A", "B"]).logical_hash


def test_origins_and_odd_names_survive(tmp_path: Path) -> None:
    two(["A", "B"]).write(tmp_path)
    table = read(tmp_path, FACTS).tables[PLAN.fact.key]
    assert table.origins["A", "primary_pupils"].cell == "E11"
    assert table.rows["A"]["name"] == "校 “A”,\n甲"


@pytest.mark.parametrize("harm", ["alter", "remove", "newer"])
def test_an_altered_snapshot_is_refused(tmp_path: Path, harm: str) -> None:
    two(["A"]).write(tmp_path)
    target = tmp_path / "origins.parquet"
    if harm == "alter":
        target.write_bytes(target.read_bytes() + b"x")
    elif harm == "remove":
        target.unlink()
    else:
        manifest = tmp_path / "manifest.json"
        manifest.write_text(manifest.read_text(encoding="utf-8").replace('"format": 1', '"format": 2'))
    with pytest.raises(Refused):
        read(tmp_path, FACTS)


def test_no_snapshot_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"manifest\.json"):
        read(tmp_path, FACTS)
