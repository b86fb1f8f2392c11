"""Published tables attacked, in short: nothing hidden is recovered, and blanking alone is caught."""

from __future__ import annotations

import json

import pytest

from bench.trust.__main__ import main
from bench.trust.sdc.attacking import bounds
from bench.trust.sdc.command import Tally
from bench.trust.sdc.invented import district
from meihao.methods.disclosure_rules import Sum, Table


def test_nothing_that_is_hidden_is_recovered(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sdc", "--n", "7"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["exact"] == told["narrow"] == 0
    assert told["releases"] > told["districts"]
    assert told["hidden"] > told["primary"] > 100


def test_control_blanking_the_small_cells_is_caught(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sdc", "--n", "3", "--control"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["exact"] > 0
    assert told["with_exact"] == 3


def test_the_attacker_of_the_run_bounds_a_cell_by_hand() -> None:
    table = Table({"x": 4, "y": 6, "s": 10, "z": 1, "t": 11}, (Sum("s", ("x", "y")), Sum("t", ("s", "z"))))
    assert bounds([table], {"s", "t"}) == {"x": (0, 10), "y": (0, 10), "z": (1, 1)}


def test_a_run_that_hid_nothing_proves_nothing() -> None:
    assert not Tally(districts=1, releases=1, extra=[0.0]).passes
    assert Tally(districts=1, releases=1, primary=3, extra=[0.3]).passes
    assert not Tally(districts=1, releases=1, primary=3, extra=[1.4]).passes
    assert not Tally(districts=1, releases=1, refused=2, primary=3, extra=[0.3]).passes


def test_the_invented_releases_share_cells_of_the_same_value() -> None:
    releases = district(0, 7, several=True).releases
    shared = set.intersection(*(set(table.cells) for table in releases))
    assert len(releases) >= 3
    assert len({tuple(table.cells[key] for key in sorted(shared)) for table in releases}) == 1
    assert shared
