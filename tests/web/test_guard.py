"""The guard: no page opens that the matrix does not name, to nobody whom it does not name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from meihao.records.accounts.models import User

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
