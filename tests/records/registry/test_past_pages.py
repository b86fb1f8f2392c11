"""What a page shows for a past day is what a replay of the events up to that day says."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meihao.records.registry import queries
from tests.records.registry.district import OPENED, holder
from tests.records.registry.test_projection import BACKDATED, FIRST, STEPS, Step, World, replay

LIST = "/registry/organisations"
ROW = re.compile(
    r'data-label="代码">\s*(.*?)\s*</td>.*?<a href="/registry/organisations/([0-9a-f-]{36})">(.*?)</a>',
    re.DOTALL,
)
DAYS = st.sampled_from([OPENED, *(FIRST + timedelta(n) for n in range(-1, 14))])


@pytest.fixture
def world(db: None) -> World:
    return World()


def opened(world: World) -> Client:
    by, client = holder("section-officer", world.bureau), Client()
    assert by.user is not None
    client.force_login(by.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def listed(client: Client, day: date) -> set[tuple[str, str, str]]:
    """Key, code and name of each row of the list, out of the page itself."""
    page = client.get(LIST, {"as_of": day.isoformat()}).content.decode()
    return {(key, re.sub("<.*?>", "", code).strip(), unescape(name)) for code, key, name in ROW.findall(page)}


def replayed(world: World, day: date) -> set[tuple[str, str, str]]:
    what, codes, _ = replay(day)
    keys = {str(one.key) for one in world.schools}
    return {(key, codes.get((key, "institution-code"), "—"), what[key][0]) for key in what if key in keys}


def carded(client: Client, key: str, day: date) -> str:
    """The name among the facts of a unit's page; "" where it says that there is no such unit on the day."""
    page = client.get(f"{LIST}/{key}", {"as_of": day.isoformat()}).content.decode()
    facts = page.partition('<div class="rail')[0].partition("<tbody")[2].partition("</table>")[0]
    named = re.search(r">\s*名称\s*</td>.*?<td[^>]*>\s*(.*?)\s*</td>", facts, re.DOTALL)
    gone = "这一天尚未设立或已撤销" in page
    assert gone is (named is None)
    return unescape(named[1]) if named is not None else ""


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS, day=DAYS)
def test_a_list_and_a_card_for_a_past_day_are_a_replay(world: World, steps: list[Step], day: date) -> None:
    with transaction.atomic():
        client = opened(world)
        world.happen(steps)
        assert listed(client, day) == replayed(world, day)
        what, _, _ = replay(day)
        for one in world.schools:
            name = what[str(one.key)][0] if str(one.key) in what else ""
            assert carded(client, str(one.key), day) == name
        transaction.set_rollback(True)


def test_a_page_that_forgets_the_day_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: the list of today under the day that was asked for."""
    world.happen(BACKDATED)
    client, day = opened(world), FIRST + timedelta(1)
    assert listed(client, day) == replayed(world, day)
    asked = queries.organisations
    monkeypatch.setattr(
        queries,
        "organisations",
        lambda by, as_of, *args, **kwargs: asked(by, FIRST + timedelta(400), *args, **kwargs),
    )
    assert listed(client, day) != replayed(world, day)
