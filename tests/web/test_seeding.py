"""The invented district in the registry: three school years, by real actions, and a way in for each role."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from pytest_django import DjangoDbBlocker

from meihao.demo.institutions import institutions
from meihao.demo.rolls import Roll, rolls
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting, command
from meihao.records.accounts.entrance import use_link
from meihao.records.accounts.matrix import MATRIX
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry import queries
from meihao.records.registry.models import Enrolment, Event, Kind
from meihao.records.registry.people.queries import headcounts, pupil_count
from meihao.web.seeding import whole
from meihao.web.seeding.accounts import Entrance
from tests.kept import Rows, kept

AT = datetime(2025, 10, 20, 2, tzinfo=UTC)
BY = command("test", AT)
YEARS = (date(2023, 10, 1), date(2024, 10, 1), date(2025, 10, 1))


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> tuple[list[Entrance], Rows]:
    return kept(django_db_blocker, lambda: whole.seed(BY))


@pytest.fixture
def entrances(seeded: tuple[list[Entrance], Rows], db: None) -> list[Entrance]:
    found, rows = seeded
    rows.put()
    return found


def schools(as_of: date, by: Acting = BY) -> dict[str, tuple[str, str]]:
    found = queries.organisations(by, as_of, per_page=None).rows
    return {row.name: (row.code, row.type) for row in found}


def test_its_schools_are_those_of_the_returns(entrances: list[Entrance]) -> None:
    """Known in another way: the register that the demonstration's workbooks are written from."""
    written = {one.name: one.code for one in institutions()}
    assert {name: code for name, (code, _) in schools(YEARS[2]).items()} == written


def test_three_school_years_differ_as_they_happened(entrances: list[Entrance]) -> None:
    first, second, third = map(schools, YEARS)
    assert first["澄砚区抱砚小学"][1] == "211"
    assert second["澄砚区抱砚学校"][1] == third["澄砚区抱砚学校"][1] == "312"
    assert first["澄砚区抱砚小学"][0] != second["澄砚区抱砚学校"][0]
    assert "澄砚区墨桥村小学" in first
    assert "澄砚区墨桥小学" in second
    assert set(second) - set(third) == {"澄砚区毫岔教学点"}
    campuses = queries.Asked(kinds=(Kind.CAMPUS,))
    assert [queries.organisations(BY, year, campuses).total for year in YEARS] == [0, 0, 1]


def test_every_change_is_on_the_trail_and_the_chain_holds(entrances: list[Entrance]) -> None:
    written = AuditEntry.objects.filter(action="registry.organisation.write")
    assert written.count() == Event._plain.count() > 90
    assert list(audit.verify()) == []


def test_each_role_that_somebody_holds_has_a_link_that_lets_its_person_in_once(
    entrances: list[Entrance],
) -> None:
    held = {role.key for role in MATRIX.roles.values() if role.held_at and not role.system} - {"console"}
    assert {one.role.key for one in entrances} == held
    for one in entrances:
        assert use_link(by=BY, token=one.token) == one.user


def test_a_principal_sees_their_own_school_and_the_city_all_of_them(entrances: list[Entrance]) -> None:
    by = {one.role.key: Acting(one.user, AT) for one in entrances}
    assert list(schools(YEARS[2], by["principal"])) == ["澄砚区听毫小学"]
    assert schools(YEARS[2], by["city"]) == schools(YEARS[2])


# --- pupils, of three schools of the district


STEMS = ("小笺", "听毫", "抱砚", "笺岭")


@pytest.fixture(scope="module")
def some() -> list[Roll]:
    return [roll for roll in rolls(Rulebook.load(), date(2025, 9, 1)) if roll.one.stem in STEMS]


@pytest.mark.django_db
def test_classes_are_those_of_the_returns_and_children_live_through_the_years(some: list[Roll]) -> None:
    told: list[tuple[str, int, int]] = []
    whole.seed(BY, some, lambda year, done, of: told.append((year, done, of)))
    assert told[-1] == ("2025—2026", 4, 4)
    units = {one.name: one.key for one in queries.organisations(BY, YEARS[2], per_page=None).rows}
    for roll in some:
        unit = queries.unit(BY, units[roll.one.name])
        found: dict[int, list[int]] = {}
        for line in headcounts(BY, unit, YEARS[2]):
            found.setdefault(line.grade, []).append(line.total)
        assert found == roll.sizes
    first, second, third = (
        pupil_count(BY, queries.unit(BY, units["澄砚区抱砚学校"]), year) for year in YEARS
    )
    assert first is not None
    assert second is not None
    assert third is not None
    assert first < second < third  # a primary school that became a nine-year school
    assert list(audit.verify()) == []
    assert not doubly_enrolled()
    assert went_on() > 50  # from the kindergarten into the first grade


def doubly_enrolled() -> list[int]:
    """People with two stays that overlap: known in another way, stay by stay."""
    stays: dict[int, list[tuple[date, date]]] = {}
    for person, since, until in Enrolment._plain.values_list("person_id", "since", "until"):
        stays.setdefault(person, []).append((since, until or date.max))
    return [
        person
        for person, rows in stays.items()
        if any(before[1] > after[0] for before, after in pairwise(sorted(rows)))
    ]


def went_on() -> int:
    small = Enrolment._plain.filter(grade=-1).values("person")
    return Enrolment._plain.filter(grade=1, person__in=small).count()


@pytest.mark.django_db
def test_a_school_without_a_roll_has_none_on_record(some: list[Roll]) -> None:
    whole.seed(BY, some[:1])
    of = {one.name: one.key for one in queries.organisations(BY, YEARS[2], per_page=None).rows}
    assert pupil_count(BY, queries.unit(BY, of["澄砚区新砚小学"]), YEARS[2]) is None
