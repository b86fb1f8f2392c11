"""Nothing leaks: a small world of marks, walked by some; and each leak that is planted is caught."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from bench.trust.canary import routes
from bench.trust.canary.builder import Builder
from bench.trust.canary.judging import browser, judge
from bench.trust.canary.leaks import LEAKS
from bench.trust.canary.plain import Canary, Plain, Visitor, may_see, roles
from bench.trust.canary.reading import marks, opened
from bench.trust.canary.world import World
from meihao.records.registry.models import Grant
from tests.kept import Rows, kept

WALKERS = ("anyone", "principal", "town-officer", "personnel", "security-admin")


@pytest.fixture(scope="module")
def made(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> tuple[World, Rows, Path]:
    files = tmp_path_factory.mktemp("two") / "files"
    with override_settings(MEDIA_ROOT=files):
        return *kept(django_db_blocker, lambda: Builder(2, 1, 7).build()), files


@pytest.fixture
def world(made: tuple[World, Rows, Path], db: None, settings: Any, caplog: pytest.LogCaptureFixture) -> World:
    found, rows, settings.MEDIA_ROOT = made
    caplog.set_level(logging.CRITICAL)  # a refused page is no news here
    rows.put()
    return found


def test_nobody_meets_a_mark_that_is_none_of_theirs(world: World) -> None:
    judged = judge(world, WALKERS, most=1)
    assert judged.leaks == []
    assert judged.faults == []
    assert judged.void == []
    assert judged.shown > 200
    assert judged.outside > 500


def test_each_planted_leak_is_caught(world: World) -> None:
    """The control: one line forgotten, and the same walk."""
    for name, leak in LEAKS.items():
        with leak():
            assert judge(world, ["principal"], most=1, sending=False).leaks, name


def test_a_walk_that_meets_nothing_is_void(world: World) -> None:
    user = world.users["principal"]
    Grant._plain.filter(user=user).delete()
    judged = judge(world, ["principal"], most=1)
    assert judged.verdict == "VOID"
    assert "principal met no mark of person" in judged.void


def test_names_and_numbers_open_to_whoever_may_and_states_why_and_to_nobody_else(world: World) -> None:
    sealed = {text for text, one in world.plain.canaries.items() if one.kind == "sealed"}
    opened_by: dict[str, set[str]] = {}
    for who in world.visitors:
        client = browser(world, who)
        for district, pools in world.pools.items():
            for key in pools.get("person", []):
                address = f"/registry/people/{key}/reveal"
                assert not marks(client.get(address).content.decode()) & sealed
                answer = client.post(address, {"purpose": "核对学籍信息（虚构）"})
                if marks(answer.content.decode()) & sealed:
                    opened_by.setdefault(who.role, set()).add(district)
    assert opened_by == {
        role: {"district-0"} for role in ("section-officer", "personnel", "principal", "clerk")
    }


# --- the machinery itself


def test_an_argument_that_the_crawl_cannot_fill_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class SlugConverter:
        pass

    found = [("rooms:one", "rooms/<slug:colour>", {"colour": SlugConverter()})]
    monkeypatch.setattr(routes, "patterns", lambda: iter(found))
    with pytest.raises(routes.UnknownArgumentError, match=r"rooms:one.*«colour»"):
        list(routes.addresses({}))


def test_marks_are_found_wherever_they_are_written(world: World) -> None:
    (version,) = world.pools["district-0"]["version"]
    officer = next(who for who in world.visitors if who.role == "section-officer")
    answer = browser(world, officer).get(f"/library/files/{version}")
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    inside = opened(body, {})
    assert [mark for mark in inside if world.plain.canaries.get(mark, Canary("", "")).kind == "document"]
    assert opened(b"", {"Content-Disposition": "attachment; filename*=UTF-8''knry%2d0000000a.docx"}) == {
        "KNRY-0000000A"
    }
    assert opened(b"&#75;NRY-0000000B", {}) == {"KNRY-0000000B"}


def test_the_description_lets_see_what_the_file_of_permissions_says() -> None:
    plain = Plain({"a": "a", "a/town": "a", "a/s": "a", "b": "b", "b/s": "b"})
    plain.edges = [("administers", "a", "a/s"), ("located", "a/town", "a/s"), ("administers", "b", "b/s")]
    for number, name in enumerate(plain.units):
        plain.put(Canary(f"KNRY-0000000{number}", "event", (name,)))
    seen = {
        role: {mark[-1] for mark in may_see(plain, Visitor(role, at))}
        for role, at in (
            ("bureau-head", "a"),
            ("town-officer", "a/town"),
            ("principal", "a/s"),
            ("parent", "a/s"),
        )
    }
    assert seen == {
        "bureau-head": {"0", "2"},
        "town-officer": {"1", "2"},
        "principal": {"2"},
        "parent": set(),
    }
    with pytest.raises(ValueError, match="on two things"):
        plain.put(Canary("knry-00000000", "event"))


def test_every_role_walks(world: World) -> None:
    assert [who.role for who in world.visitors] == roles()
