"""The import that is killed, in short: whole or not at all, and the control shows what partial is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from bench.trust.__main__ import main
from bench.trust.crash import killing, lists
from bench.trust.crash.copies import Home
from bench.trust.crash.killing import Outcome, killed, moments, prepared

ROWS = 300


@pytest.fixture(scope="module")
def made() -> Iterator[Home]:
    with prepared(ROWS) as home:
        yield home


def test_killed_in_the_middle_or_afterwards_it_is_whole_or_not_at_all(made: Home) -> None:
    outcome = killed(made, ROWS, [0.4, 3.0])
    assert outcome.faults == []
    assert outcome.counts == {"nothing": 1, "all": 1}
    assert outcome.verdict == "PASS"


def test_control_an_import_in_chunks_is_caught_half_done(made: Home) -> None:
    outcome = killed(made, ROWS, [0.4], in_chunks=True)
    assert outcome.counts == {"partial": 1}
    assert outcome.verdict == "FAIL"


def test_a_run_that_shows_one_outcome_only_is_void() -> None:
    assert Outcome(20, Counter(all=5, nothing=15)).verdict == "PASS"
    assert Outcome(20, Counter(all=4, nothing=16)).verdict == "VOID"
    assert Outcome(20, Counter(all=20)).verdict == "VOID"
    assert Outcome(20, Counter(all=10, nothing=9, partial=1), ["partial"]).verdict == "FAIL"


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome(4, Counter(all=2, nothing=2)), 0),
        (Outcome(4, Counter(all=2, nothing=1, partial=1), ["partial"]), 1),
        (Outcome(4, Counter(nothing=4)), 2),
    ],
    ids=["pass", "fail", "void"],
)
def test_the_verdict_is_the_exit_code(monkeypatch: pytest.MonkeyPatch, outcome: Outcome, code: int) -> None:
    monkeypatch.setattr(killing, "run", lambda *_, **__: outcome)
    assert main(["crash", "import"]) == code


def test_the_moments_are_spread_over_the_import_and_after_it() -> None:
    drawn = moments(20, killing.SEED)
    assert drawn == sorted(drawn) == moments(20, killing.SEED)
    assert drawn != moments(20, killing.SEED + 1)
    assert sum(part < 1 for part in drawn) in range(10, 13)


def test_the_list_names_every_pupil_once_and_moves_some_of_last_year() -> None:
    rows = list(lists.roll(2000))
    assert len({row[2] for row in rows}) == len({row[0] for row in rows}) == 2000
    before = {row[2]: row for row in lists.last_year(2000)}
    assert 300 < len(before) < 500
    assert all(
        lists.GRADES.index(str(row[5])) == lists.GRADES.index(str(before[row[2]][5])) + 1
        for row in rows
        if row[2] in before
    )
