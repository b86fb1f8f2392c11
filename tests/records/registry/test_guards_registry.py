"""Each action and query of units and grants asks for itself: with any one guard gone, one of these is red."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from meihao.base.text import Refused
from meihao.records.accounts import acting
from meihao.records.accounts.acting import Acting, Missing, NotPermitted
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry import (
    access,
    actions,
    actions_grants,
    queries,
    queries_card,
    queries_grants,
    queries_map,
    recording,
    views,
    views_grants,
)
from meihao.records.registry.events import Set
from meihao.records.registry.models import EventKind, Grant
from meihao.records.registry.people.actions_places import set_site
from tests.records.registry.district import BASIS, DAY, OPENED, District, console, grant, holder, person

ON = date(2025, 9, 1)


@dataclass
class Scene:
    """Two districts; an officer of the other one, and somebody of this one who may only look."""

    here: District
    there: District
    officer: Acting
    other: Acting
    teacher: Acting


@pytest.fixture
def scene(db: None) -> Scene:
    here, there = District(), District()
    return Scene(
        here,
        there,
        holder("section-officer", here.bureau),
        holder("section-officer", there.bureau),
        holder("teacher", here.first),
    )


def refused(error: type[Exception], act: Callable[[], object]) -> None:
    """It is refused in this way, and nothing was written."""
    before = AuditEntry.objects.count()
    with pytest.raises(error) as raised, transaction.atomic():
        act()
    assert type(raised.value) is error
    assert AuditEntry.objects.count() == before


def rename(by: Acting, scene: Scene, name: str = "禾渚小学") -> object:
    return actions.rename(by, organisation=scene.here.first, name=name, on=ON, basis=BASIS)


def test_an_event_is_for_whoever_may_write_the_unit(scene: Scene) -> None:
    refused(NotPermitted, lambda: rename(scene.teacher, scene))
    refused(Missing, lambda: rename(scene.other, scene))
    rename(scene.officer, scene)


def test_what_an_event_would_say_of_a_unit_is_not_said_to_whoever_may_not_see_it(scene: Scene) -> None:
    """A refusal repeats the name: so permission comes before the draft."""
    refused(Refused, lambda: rename(scene.officer, scene, "禾渚镇中心小学"))
    refused(Missing, lambda: rename(scene.other, scene, "禾渚镇中心小学"))


def test_an_event_that_draws_in_a_unit_asks_for_that_one_too(scene: Scene) -> None:
    unit = str(scene.here.first.key)
    draft = recording.Draft(EventKind.CHANGED, ON, BASIS, unit, [Set(unit, {"name": "禾渚小学"})])
    refused(Missing, lambda: recording._record(scene.other, draft, ""))


def test_the_key_of_an_event_opens_it_to_nobody_else(scene: Scene) -> None:
    key = uuid4()

    def found(by: Acting) -> recording.Recorded:
        return actions.found_unit(
            by, kind="authority", name="澄北区教育局", under=None, on=ON, basis=BASIS, key=key
        )

    found(console())
    assert found(console()).again
    refused(Missing, lambda: found(scene.other))


def test_an_authority_under_nobody_is_the_consoles_to_found(scene: Scene) -> None:
    refused(
        NotPermitted,
        lambda: actions.found_unit(
            scene.officer, kind="authority", name="澄北区教育局", under=None, on=ON, basis=BASIS
        ),
    )


def test_requiring_is_told_apart_as_not_permitted_and_missing(scene: Scene) -> None:
    refused(NotPermitted, lambda: access.require(scene.teacher, queries.WRITE))
    refused(NotPermitted, lambda: access.require(scene.teacher, queries.WRITE, scene.here.first))
    refused(Missing, lambda: access.require(scene.other, queries.WRITE, scene.here.first))
    refused(NotPermitted, lambda: acting.require(scene.officer, queries.WRITE))
    access.require(scene.officer, queries.WRITE, scene.here.first)


def test_units_elsewhere_are_in_no_list_and_behind_no_key(scene: Scene) -> None:
    shown = {row.key for row in queries.organisations(scene.other, DAY).rows}
    assert shown == {scene.there.first.key, scene.there.second.key}
    assert not {one.key for one in queries.units(scene.other, DAY, ["institution"], queries.WRITE)} & {  # type: ignore[list-item]
        scene.here.first.key
    }
    refused(Missing, lambda: queries.unit(scene.other, scene.here.first.key))
    refused(Missing, lambda: queries_card.organisation(scene.other, scene.here.first.key, DAY))


def test_a_card_is_writable_and_opens_its_neighbours_where_it_may(scene: Scene) -> None:
    assert queries_card.organisation(scene.officer, scene.here.first.key, DAY).writable
    card = queries_card.organisation(scene.teacher, scene.here.first.key, DAY)
    assert not card.writable
    assert {one.open for one in card.relations} == {False}


def test_sites_elsewhere_are_on_no_map(scene: Scene) -> None:
    for unit in (scene.here.first, scene.there.first):
        set_site(
            by=console(),
            organisation=unit,
            name="校址",
            on=ON,
            latitude=Decimal("30.5"),
            longitude=Decimal("120.5"),
        )
    assert set(queries_map._degrees(scene.other, DAY)) == {str(scene.there.first.key)}
    assert set(queries_map._degrees(scene.officer, DAY)) == {str(scene.here.first.key)}


# --- grants


def test_grants_are_the_security_administrators(scene: Scene) -> None:
    security, user = person(office="security-admin"), person("叶虚")
    assert user.user is not None
    account, unit = user.user, scene.here.first

    def give(by: Acting) -> Grant:
        return actions_grants.give_grant(by, user=account, role="clerk", organisation=unit, on=ON)

    for by in (scene.officer, person(office="system-admin"), person(office="audit-admin")):
        refused(NotPermitted, lambda by=by: give(by))  # type: ignore[misc]
    given = give(security)
    refused(NotPermitted, lambda: actions_grants.end_grant(scene.officer, grant=given, on=DAY))
    actions_grants.end_grant(security, grant=given, on=DAY)


def test_grants_are_read_by_two_administrators_alone(scene: Scene) -> None:
    given = grant(person("叶虚"), "clerk", scene.here.first)
    reads: list[Callable[[Acting], object]] = [
        lambda by: queries_grants.grants(by, DAY),
        lambda by: queries_grants.grant(by, given.pk),
        lambda by: queries_grants.account(by, given.user.username),
    ]
    for read in reads:
        for by in (scene.officer, person(office="system-admin")):
            refused(NotPermitted, lambda by=by, read=read: read(by))  # type: ignore[misc]
        read(person(office="security-admin"))


# --- what a page offers


def asked(by: Acting, monkeypatch: pytest.MonkeyPatch, module: Any) -> dict[str, Any]:
    """What a view hands to its template."""
    shown: dict[str, Any] = {}
    monkeypatch.setattr(module, "render", lambda request, template, context, **more: shown.update(context))
    return shown


def request(by: Acting) -> Any:
    from django.http import QueryDict  # noqa: PLC0415

    return SimpleNamespace(by=by, as_of=by.day, GET=QueryDict(), method="GET")


def test_the_list_offers_what_is_permitted(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = asked(scene.officer, monkeypatch, views)
    views.organisations(request(scene.officer))
    assert shown["table"].export
    assert len(shown["foundings"]) == 4
    views.organisations(request(scene.teacher))
    assert (shown["table"].export, shown["foundings"]) == ("", [])
    # whoever may found and not import is offered no import
    holds = access.holds
    monkeypatch.setattr(access, "holds", lambda by, action: action != views.IMPORT and holds(by, action))
    views.organisations(request(scene.officer))
    assert len(shown["foundings"]) == 3


def test_a_card_offers_the_people_of_a_unit_to_whoever_counts_them(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = asked(scene.officer, monkeypatch, views)
    views.organisation(request(scene.officer), scene.here.first.key)
    assert shown["people"]
    views.organisation(request(scene.teacher), scene.here.first.key)
    assert not shown["people"]


def test_grants_are_offered_to_whoever_gives_them(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = asked(scene.officer, monkeypatch, views_grants)
    for office, may in (("security-admin", True), ("audit-admin", False)):
        views_grants.grants(request(person(office=office)))
        assert shown["may"] is may


def test_the_scene_has_what_is_asked_for(scene: Scene) -> None:
    assert scene.here.first.pk != scene.there.first.pk
    assert access.scope(scene.other, queries.WRITE).organisations.isdisjoint(
        access.scope(scene.officer, queries.WRITE).organisations
    )
    assert OPENED < ON
