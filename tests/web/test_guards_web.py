"""The guard's own branches and the search: with any one gone, one of these is red."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.registry.people import queries_person
from meihao.web import guard, search
from tests.records.registry.district import District, holder, person
from tests.records.registry.people.school import identity_number, pupil, who


def opened(by: Acting) -> Client:
    assert by.user is not None
    client = Client()
    client.force_login(by.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_guard_lets_nobody_past_whom_it_should_not(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Client().get("/health").status_code == 200
    assert Client().get("/accounts").headers["Location"] == "/sign-in?next=/accounts"
    assert opened(person()).get("/accounts").status_code == 403
    monkeypatch.setattr(guard, "MATRIX", SimpleNamespace(by_route={}))
    with pytest.raises(guard.UnnamedRouteError):
        Client().get("/health")


def asked(by: Acting, text: str, monkeypatch: pytest.MonkeyPatch, method: str = "GET") -> dict[str, Any]:
    shown: dict[str, Any] = {}
    monkeypatch.setattr(search, "render", lambda request, template, context, **more: shown.update(context))
    given = QueryDict(mutable=True)
    given["q"] = text
    request: Any = SimpleNamespace(by=by, as_of=by.day, method=method, GET=given, POST=given)
    search.search(request)
    return shown


def test_the_search_asks_for_what_each_kind_takes(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    district = District()
    someone = pupil(district.first, identity=who(order=5))
    assert someone
    found = {
        role: asked(holder(role, district.first), "禾渚", monkeypatch)
        for role in ("clerk", "teacher", "parent")
    }
    assert [len(one["found"]) for one in found.values()] == [1, 1, 0]
    assert [one["people"] for one in found.values()] == [True, False, False]
    # without the action nothing is even asked of the room
    reads = ("registry.organisation.read", "library.document.read")
    for kind, action in zip((search._units, search._documents), reads, strict=True):
        by = holder("clerk", district.first)
        request: Any = SimpleNamespace(by=by, as_of=by.day)
        assert len(list(kind(request, "禾渚"))) == 1
        with monkeypatch.context() as patch:
            patch.setattr(access, "holds", lambda by, asked, action=action: asked != action)
            assert list(kind(request, "禾渚")) == []


def test_a_number_is_looked_up_for_whoever_reads_people(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    district = District()
    number = identity_number(9, "20150910")
    pupil(district.first, identity=who(born="20150910", order=9))
    clerk, teacher = holder("clerk", district.first), holder("teacher", district.first)
    assert opened(clerk).post("/search", {"q": number}).status_code in (302, 404)
    shown = asked(teacher, number, monkeypatch, "POST")
    assert shown == {"number": True, "people": False}
    looked: list[str] = []
    monkeypatch.setattr(queries_person, "find", lambda by, text: looked.append(text))
    asked(teacher, number, monkeypatch, "POST")
    assert looked == []
    assert asked(clerk, number, monkeypatch, "POST") == {"number": True, "people": True}
    assert looked == [number]
