"""The two doors of permission: grants and units of today, and what a brute walk finds."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from meihao.base.text import Refused
from meihao.records.accounts.acting import Missing, NotPermitted
from meihao.records.accounts.actions_clients import issue
from meihao.records.accounts.matrix import MATRIX
from meihao.records.accounts.models import Office, User
from meihao.records.accounts.scopes import ORGANISATIONS
from meihao.records.registry import (
    access,
    actions_endings,
    actions_grants,
    actions_relations,
    queries,
    queries_card,
    queries_grants,
)
from meihao.records.registry.models import Grant, Kind, Link, Organisation, Relation
from tests.records.registry.district import (
    BASIS,
    DAY,
    OPENED,
    District,
    console,
    grant,
    holder,
    person,
    school,
    unit,
)

READ = "registry.organisation.read"
WRITE = "registry.organisation.write"


@pytest.fixture
def district(db: None) -> District:
    return District()


def test_a_grant_opens_from_its_day_on_and_no_longer_than_it_holds(district: District) -> None:
    by = person()
    assert not access.holds(by, READ) or not access.scope(by, READ).organisations
    grant(by, "principal", district.first, since=DAY + timedelta(1))
    assert district.first not in access.scope(by, READ)
    held = grant(by, "clerk", district.first)
    assert access.allowed(by, READ, district.first)
    held.until = DAY
    held.save()
    assert not access.allowed(by, READ, district.first)


def test_a_revoked_grant_is_gone_at_the_next_call(district: District) -> None:
    security, by = person(office="security-admin"), person("叶虚")
    assert by.user is not None
    given = actions_grants.give_grant(
        security, user=by.user, role="section-officer", organisation=district.bureau, on=OPENED
    )
    access.require(by, WRITE, district.first)
    actions_grants.end_grant(security, grant=given, on=DAY)
    with pytest.raises(NotPermitted):
        access.require(by, WRITE, district.first)
    again = actions_grants.give_grant(
        security, user=by.user, role="section-officer", organisation=district.bureau, on=DAY
    )
    access.require(by, WRITE, district.first)
    actions_grants.end_grant(security, grant=again, on=DAY)
    assert not access.holds(by, WRITE)
    assert not Grant._plain.filter(pk=again.pk).exists()


def test_a_shut_account_holds_nothing(district: District) -> None:
    by = holder("section-officer", district.bureau)
    assert by.user is not None
    by.user.is_active = False
    assert access.grants_of(by) == []
    assert not access.allowed(by, READ, district.first)


def test_who_may_be_granted_what(district: District) -> None:
    security, by = person(office="security-admin"), person("叶虚")
    assert by.user is not None
    auditor = person("江虚", office="audit-admin").user
    assert auditor is not None

    def says(user: User, role: str, organisation: Organisation) -> str:
        with pytest.raises(Refused) as caught:
            actions_grants.give_grant(security, user=user, role=role, organisation=organisation, on=DAY)
        return caught.value.text.zh

    assert "三员各司其职" in says(auditor, "principal", district.first)
    assert "设在学校（机构）、校区，不设在教育行政部门" in says(by.user, "principal", district.bureau)
    assert "没有「security-admin」这个可授予的角色" in says(by.user, "security-admin", district.bureau)
    assert "没有「king」" in says(by.user, "king", district.bureau)
    assert "只授给对接系统的账号" in says(by.user, "client", district.bureau)
    connected, _ = issue(by=console(), name="虚构系统", purpose="同步班级名册", scopes=[ORGANISATIONS])
    assert "也没有别的角色" in says(connected.user, "clerk", district.first)
    actions_grants.give_grant(
        security, user=connected.user, role="client", organisation=district.bureau, on=DAY
    )
    actions_grants.give_grant(security, user=by.user, role="clerk", organisation=district.first, on=DAY)
    assert "已有这项授权" in says(by.user, "clerk", district.first)
    by.user.is_active = False
    assert "已停用" in says(by.user, "clerk", district.second)
    for other in (holder("principal", district.first), person("丁虚", office="system-admin")):
        with pytest.raises(NotPermitted):
            actions_grants.give_grant(other, user=by.user, role="clerk", organisation=district.second, on=DAY)
        with pytest.raises(NotPermitted):
            queries_grants.grants(other, DAY)
    shown = queries_grants.grants(security, DAY, search="叶虚").rows
    assert [(row.organisation, row.role.zh) for row in shown] == [("禾渚镇中心小学", "学校填报员")]


def test_a_grant_ends_once_and_not_before_it_began(district: District) -> None:
    security, by = person(office="security-admin"), person("叶虚")
    given = grant(by, "clerk", district.first, since=DAY)
    with pytest.raises(Refused, match="早于授权的第一天"):
        actions_grants.end_grant(security, grant=given, on=DAY - timedelta(1))
    actions_grants.end_grant(security, grant=given, on=DAY + timedelta(1))
    with pytest.raises(Refused, match="已于"):
        actions_grants.end_grant(security, grant=given, on=DAY + timedelta(1))


def test_another_school_is_as_if_it_were_not(district: District) -> None:
    by = holder("principal", district.first)
    assert [row.key for row in queries.organisations(by, DAY).rows] == [district.first.key]
    assert [one.key for one in queries.as_of_snapshot(by, DAY)] == [district.first.key]
    assert [one.key for one in queries.units(by, DAY, Kind)] == [district.first.key]
    assert queries.organisations(by, DAY, queries.Asked(search="石觅")).rows == []
    assert queries.unit(by, district.first.key) == district.first
    for query in (queries.unit, lambda by, key: queries_card.organisation(by, key, DAY)):
        with pytest.raises(Missing):
            query(by, district.second.key)
        with pytest.raises(Missing):
            query(by, "00000000-0000-4000-8000-000000000000")
    beside = {row.name: row.open for row in queries_card.organisation(by, district.first.key, DAY).relations}
    assert beside == {"澄砚区教育局": False, "禾渚镇": False}
    nobody = person()
    assert queries.organisations(nobody, DAY).rows == []
    assert queries.as_of_snapshot(nobody, DAY) == []


def test_whoever_holds_an_office_has_no_use_of_an_older_grant(district: District) -> None:
    by = holder("section-officer", district.bureau)
    assert access.holds(by, queries.READ)
    assert by.user is not None
    by.user.office = Office.AUDIT
    by.user.save()
    assert access.grants_of(by) == []
    assert not access.holds(by, queries.READ)


def test_a_town_officer_sees_what_lies_in_the_town(district: District) -> None:
    by = holder("town-officer", district.town)
    assert {row.key for row in queries.organisations(by, DAY).rows} == {
        district.first.key,
        district.second.key,
    }
    other = holder("town-officer", unit(Kind.TOWN, "石觅乡", district.bureau))
    assert queries.organisations(other, DAY).rows == []


# --- random hierarchies, walked by brute force


def walk(edges: set[tuple[str, int, int]], unit: int, standing: str) -> set[int]:
    """What each relation means, said once more: paths of links, found by growing a set until it stays."""
    groups = {up for link, up, low in edges if link in ("member", "lead") and low == unit}
    located = {low for link, up, low in edges if link == "located" and up == unit}
    links, found = {
        "own": ({"campus"}, {unit}),
        "within": ({"administers", "campus"}, {unit} | located),
        "group": ({"member", "lead"}, groups),
    }[standing]
    while more := {low for link, up, low in edges if link in links and up in found} - found:
        found |= more
    return found | {unit}


@pytest.mark.parametrize("seed", range(12))
def test_scopes_are_what_a_brute_walk_finds(db: None, seed: int) -> None:
    random = Random(seed)
    units = [Organisation._plain.create(kind=random.choice(Kind.values)) for _ in range(9)]
    edges: set[tuple[str, int, int]] = set()
    drawn: set[tuple[str, int, int]] = set()
    for _ in range(random.randint(4, 24)):
        link, (upper, lower) = random.choice(Link.values), random.sample(units, 2)
        if (link, upper.pk, lower.pk) in drawn:
            continue
        drawn.add((link, upper.pk, lower.pk))
        ended = random.random() < 0.25
        Relation._plain.create(
            kind=link, upper=upper, lower=lower, since=OPENED, until=DAY if ended else None
        )
        if not ended:
            edges.add((link, upper.pk, lower.pk))
    by = person()
    for one in units:
        for standing in ("own", "within", "group"):
            found = access._units(one.pk, standing, by)
            assert found == walk(edges, one.pk, standing), (standing, one.pk, edges)


def test_a_scope_adds_up_the_grants(district: District) -> None:
    by = holder("principal", district.first)
    grant(by, "teacher", district.second, since=date(2025, 9, 1))
    assert access.scope(by, READ).organisations == {district.first.pk, district.second.pk}
    assert access.scope(by, WRITE).organisations == frozenset()


def test_a_closed_unit_stays_with_whoever_had_it_last(district: District) -> None:
    other = unit(Kind.AUTHORITY, "别区教育局", district.bureau)
    by, formerly = holder("section-officer", district.bureau), holder("section-officer", other)
    inspector = holder("town-officer", district.town)
    move = {"link": Link.ADMINISTERS, "lower": district.first, "basis": BASIS}
    actions_relations.relate(console(), **move, upper=other, on=date(2012, 1, 1))  # type: ignore[arg-type]
    actions_endings.close(console(), organisation=district.first, on=date(2013, 1, 1), basis=BASIS)
    assert access.allowed(formerly, READ, district.first)
    actions_endings.reopen(console(), organisation=district.first, on=date(2014, 1, 1), basis=BASIS)
    actions_relations.relate(console(), **move, upper=district.bureau, on=date(2015, 1, 1))  # type: ignore[arg-type]
    actions_endings.close(console(), organisation=district.first, on=date(2016, 1, 1), basis=BASIS)
    assert access.allowed(by, READ, district.first)
    assert access.allowed(inspector, READ, district.first)
    assert not access.allowed(formerly, READ, district.first)
    was = queries.organisations(by, date(2015, 6, 1)).rows
    assert district.first.key in {row.key for row in was}


def test_a_unit_that_is_yet_to_begin_is_seen_already(district: District) -> None:
    by, other = holder("section-officer", district.bureau), holder("principal", district.second)
    new = school(district.bureau, "来年小学", on=DAY + timedelta(30))
    assert access.allowed(by, READ, new)
    assert not access.allowed(other, READ, new)
    assert queries.unit(by, new.key) == new


def test_what_is_held_at_one_reading_is_what_is_asked_one_by_one(district: District) -> None:
    people = [
        *(person(), person(office=Office.SECURITY), console(), holder("clerk", district.first)),
        *(holder("town-officer", district.town), holder("section-officer", district.bureau)),
    ]
    for by in people:
        held = access.held(by)
        assert held == {action for action in MATRIX.actions if access.holds(by, action)}
        assert held
