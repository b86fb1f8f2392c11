"""The search of the header: words by address, numbers never; each finds what is in scope."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meihao.records.accounts.acting import Acting
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry.models import Person
from tests.records.registry.district import District, holder, school
from tests.records.registry.people.school import identity_number, pupil

AWAY = "/search"


@pytest.fixture
def district(db: None) -> District:
    return District()


def opened(by: Acting) -> Client:
    client = Client()
    assert by.user is not None
    client.force_login(by.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(answer: Any) -> str:
    """A page without what is new in each: tokens."""
    return re.sub(r'(content|value|nonce)="[\w+/=-]{16,}"', "", str(answer.content.decode()))


def test_words_go_to_an_address_and_find_units_of_every_kind(district: District) -> None:
    client = opened(holder("section-officer", district.bureau))
    sent = client.post(AWAY, {"q": " 教育局 "})
    assert (sent.status_code, sent.headers["Location"]) == (302, "/search?q=%E6%95%99%E8%82%B2%E5%B1%80")
    page = text(client.get(sent.headers["Location"]))
    assert "「教育局」查到 1 条" in page
    assert f"/registry/organisations/{district.bureau.key}" in page


def test_a_school_finds_itself_and_no_other(district: District) -> None:
    client = opened(holder("principal", district.first))
    page = text(client.get(AWAY, {"q": "小学"}))
    assert f"/registry/organisations/{district.first.key}" in page
    assert page.count('data-label="名称"') == 1


def test_a_number_finds_the_card_and_enters_no_address(district: District) -> None:
    someone = pupil(district.first)
    number = Person._plain.get(pk=someone.pk).id_number.opened()
    client = opened(holder("principal", district.first))
    sent = client.post(AWAY, {"q": f" {number[:6]} {number[6:].lower()}"})
    assert sent.headers["Location"] == f"/registry/people/{someone.key}"
    (entry,) = AuditEntry.objects.filter(action="registry.person.read")
    assert entry.subject == f"person:{someone.key}"
    assert number not in entry.body
    stranger = opened(holder("principal", district.second))
    other = stranger.post(AWAY, {"q": number})
    assert other.status_code == 404
    none = stranger.post(AWAY, {"q": identity_number(987)})
    assert text(none) == text(other)  # one of another school is as if there were none
    assert number not in text(other)
    assert AuditEntry.objects.filter(action="registry.person.read").count() == 1


def test_a_number_typed_into_the_address_is_not_looked_up(district: District) -> None:
    someone = pupil(district.first)
    number = Person._plain.get(pk=someone.pk).id_number.opened()
    answer = opened(holder("principal", district.first)).get(AWAY, {"q": number})
    assert (answer.status_code, answer.headers["Location"]) == (302, AWAY)


def test_who_may_see_no_people_is_told_the_same_of_any_number(district: District) -> None:
    someone = pupil(district.first)
    number = Person._plain.get(pk=someone.pk).id_number.opened()
    client = opened(holder("teacher", district.first))
    assert client.post(AWAY, {"q": number}).status_code == 404
    assert "完整的证件号" not in text(client.get(AWAY))


def test_nothing_found_and_nothing_asked_are_told_apart(district: District) -> None:
    client = opened(holder("section-officer", district.bureau))
    assert "没有查到「无此词」" in text(client.get(AWAY, {"q": "无此词"}))
    assert "可以这样查" in text(client.get(AWAY))


def test_a_search_and_a_map_cost_the_same_whatever_they_find(district: District) -> None:
    client = opened(holder("section-officer", district.bureau))
    counts = []
    for more in (0, 15):
        for n in range(more):
            school(district.bureau, f"第{n}小学", town=district.town)
        asked = []
        for address in ("/search?q=小学", "/registry/organisations/map", "/"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            asked.append(len(queries))
        counts.append(asked)
    assert counts[0] == counts[1]
