"""schemathesis in short on the API: by tokens and without, no answer is a crash, undeclared, or a leak."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bench.trust.canary.plain import Canary
from bench.trust.canary.world import World
from bench.trust.fuzz.interface import NAMED, NAMELESS, NOBODY, fuzz_api
from meihao.records.registry.oneroster import shapes
from meihao.web import api
from tests.web.conftest import Small

pytestmark = pytest.mark.filterwarnings("ignore")  # those of another's code, which we do not mend


def test_no_answer_of_the_api_is_a_crash_or_a_leak(small: Small, world: World) -> None:
    fuzzed = fuzz_api(world, 2, 7)
    assert fuzzed.crashes == []
    assert fuzzed.operations == sum(len(one) for one in json.loads(api.description())["paths"].values())
    assert fuzzed.sent > 2 * fuzzed.operations
    assert {NAMELESS, NAMED, NOBODY} == fuzzed.roles
    assert {200, 401, 404, 422} <= set(fuzzed.statuses)


def test_what_breaks_and_what_leaks_is_told(
    small: Small, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The controls: an operation that breaks on a unit, and one that shows a mark of somewhere else."""

    def broken(row: Any, to: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(shapes, "base", broken)
    assert fuzz_api(world, 6, 7, ["getAllOrgs"]).crashes
    monkeypatch.undo()
    one: Canary = next(one for one in world.plain.canaries.values() if one.kind == "sealed")
    monkeypatch.setattr(shapes, "moment", lambda day: one.text)
    assert any("shown" in told for told in fuzz_api(world, 6, 8, ["getAllOrgs"]).crashes)
