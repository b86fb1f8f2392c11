"""The judge of a stopped database: lost, doubled, late or raw is a fault, and quiet is void."""

from __future__ import annotations

from collections import Counter
from http.client import HTTPMessage
from types import SimpleNamespace
from typing import Any

import pytest

from bench.trust.__main__ import main
from bench.trust.crash import stopping
from bench.trust.crash.stopping import BACK_S, LOST, Stopped, _judge, _Writer

NAMES = {f"crash 0-{number}" for number in range(20)}


def stopped(**changed: Any) -> Stopped:
    given: dict[str, Any] = {
        "acknowledged": set(NAMES),
        "stored": dict.fromkeys(NAMES, 1),
        "statuses": Counter({302: 30, 503: 5}),
        "lost": 10,
        "back_s": [0.2],
    }
    found = Stopped(**(given | changed))
    _judge(found)
    return found


def test_all_that_was_acknowledged_stored_once_and_soon_is_right() -> None:
    assert stopped().faults == []
    assert stopped().verdict == "PASS"
    more = dict.fromkeys(NAMES, 1) | {"crash 1-0": 1}  # stored, and the answer was lost: no fault
    assert stopped(stored=more).verdict == "PASS"


@pytest.mark.parametrize(
    "changed",
    [
        {"stored": dict.fromkeys(sorted(NAMES)[1:], 1)},
        {"stored": dict.fromkeys(NAMES, 1) | {"crash 0-3": 2}},
        {"back_s": [0.2, BACK_S + 1]},
        {"faults": ["crash 0-1: 500 "]},
    ],
    ids=["not stored", "twice", "late", "raw"],
)
def test_each_fault_is_told(changed: dict[str, Any]) -> None:
    assert stopped(**changed).verdict == "FAIL"


@pytest.mark.parametrize("changed", [{"statuses": Counter({302: 30})}, {"lost": 0}, {"acknowledged": set()}])
def test_a_database_that_nobody_missed_shows_nothing(changed: dict[str, Any]) -> None:
    assert stopped(**changed).verdict == "VOID"


def answer(status: int, **headers: str) -> Any:
    said = HTTPMessage()
    for name, value in headers.items():
        said[name.replace("_", "-")] = value
    return SimpleNamespace(status=status, headers=said)


def test_what_a_writer_takes_for_an_acknowledgement() -> None:
    found = Stopped()
    writer = _Writer(0, 0, "", "", found, new_keys=False, sent=1)
    assert writer._counted("a", answer(302, Location="/registry/organisations/x"))
    assert not writer._counted("a", answer(503, Retry_After="5"))
    assert found.faults == []
    for wrong in (answer(500), answer(200), answer(503), answer(302, Location="/sign-in?next=/")):
        assert not writer._counted("a", wrong)
    assert len(found.faults) == 4
    writer.sent = LOST
    assert not writer._counted("a", answer(302, Location="/registry/organisations/x"))
    assert (found.lost, len(found.faults)) == (1, 4)


@pytest.mark.parametrize(
    ("found", "code"),
    [(stopped(), 0), (stopped(back_s=[99.0]), 1), (stopped(lost=0), 2)],
    ids=["pass", "fail", "void"],
)
def test_the_verdict_is_the_exit_code(monkeypatch: pytest.MonkeyPatch, found: Stopped, code: int) -> None:
    monkeypatch.setattr(stopping, "run", lambda *_, **__: found)
    assert main(["crash", "db"]) == code


def test_a_file_cannot_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "POSTGRES", False)
    assert main(["crash", "db"]) == 2
