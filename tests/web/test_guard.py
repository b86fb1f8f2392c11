"""The guard: no page opens that the matrix does not name, to nobody whom it does not name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from meihao.records.accounts.models import User
from meihao.web.guard import Guard, Request

AT = datetime(2025, 10, 20, 8, tzinfo=UTC)


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create(username="lin", name="林虚", opened_at=AT)


def test_a_visitor_is_sent_to_sign_in_and_sees_public_pages(client: Client, db: None) -> None:
    assert client.get("/health").content == b"ok"
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/")


def test_a_person_opens_their_own_workbench(client: Client, person: User) -> None:
    client.force_login(person)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("https", "forwarded", "address"),
    [
        (False, "198.51.100.7", "127.0.0.1"),  # nobody stands before it: what the visitor wrote is nothing
        (True, "198.51.100.7, 203.0.113.9", "203.0.113.9"),  # the proxy wrote the last
        (True, "203.0.113.9", "203.0.113.9"),
        (True, "2001:DB8::1", "2001:db8::1"),
        (True, "not an address", "127.0.0.1"),
        (True, "", "127.0.0.1"),
    ],
)
def test_the_address_on_record_is_what_the_own_proxy_wrote(
    person: User, settings: Settings, rf: RequestFactory, https: bool, forwarded: str, address: str
) -> None:
    settings.HTTPS = https
    request = rf.get("/", headers={"X-Forwarded-For": forwarded})
    request.user, request.session = person, SessionBase()
    seen: list[str] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(cast(Request, request).by.address)
        return HttpResponse()

    Guard(answer)(cast(Request, request))
    assert seen == [address]


@pytest.mark.parametrize(
    "asked", ["÷f", "home", "//evil.example/", "https://evil.example/", "/\r\nX: 1", "\x1f/"]
)
def test_whoever_is_in_goes_on_to_a_page_of_this_platform_alone(
    client: Client, person: User, asked: str
) -> None:
    client.force_login(person)
    answer = client.get("/sign-in", {"next": asked})
    assert answer.status_code == 302
    assert answer.headers["Location"] in ("/", "/%0D%0AX:%201")
    assert client.get("/sign-in", {"next": "/library/"}).headers["Location"] == "/library/"
