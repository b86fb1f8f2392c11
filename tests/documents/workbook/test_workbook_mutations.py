"""A sound workbook with something wrong in it: refused in words, or read as the reference reads it."""

from __future__ import annotations

import pytest

from bench.trust.hostile import mutate
from bench.trust.hostile.bases import Base, bases
from bench.trust.hostile.changes import CHANGES, HARMLESS
from bench.trust.hostile.packing import packed, parts


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Base]:
    return bases(tmp_path_factory.mktemp("bases"))


def test_three_hundred_mutants_are_refused_or_read_as_they_are_written() -> None:
    tally, meter = mutate.run(300)
    assert tally.faults == []
    assert tally.cases == tally.refused + tally.sent_back + tally.taken == 300
    assert min(tally.refused, tally.taken) > 60  # the mutants are neither all sound nor all hopeless
    assert tally.sent_back > 5
    assert mutate.passed(tally, meter)


def test_every_change_is_tried_and_the_same_seed_gives_the_same_mutants(found: list[Base]) -> None:
    first = list(mutate.mutants(found, 300, 1))
    assert {name for one in first for name in (*CHANGES, *HARMLESS) if f" {name} in " in one.title} == {
        *CHANGES,
        *HARMLESS,
    }
    again, other = (list(mutate.mutants(found, 300, seed)) for seed in (1, 2))
    assert [one.data for one in first] == [one.data for one in again]
    assert sum(one.data != two.data for one, two in zip(first, other, strict=True)) > 200


def test_most_changes_do_change_something(found: list[Base]) -> None:
    bare = {base.name: packed(base.parts) for base in found}
    same = [one.title for one in mutate.mutants(found, 300, 1) if one.data == bare[one.base.name]]
    assert len(same) < 40, same


def test_the_bases_hold_more_than_the_small_workbook(found: list[Base]) -> None:
    assert len(found) == 10
    assert sum(set(base.parts) > set(parts()) for base in found) == 5
