"""The matrix is whole, and the pages keep to it: every route × every role is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from meihao.base.text import Refused
from meihao.records.accounts.actions_clients import TOKEN
from meihao.records.accounts.matrix import ANYONE, MATRIX, PATH, PERSON, read
from meihao.records.accounts.models import Client as Connected
from meihao.records.accounts.models import Office, Token, User
from meihao.records.accounts.scopes import SCOPES
from meihao.records.accounts.sealing import blind
from meihao.records.registry import access
from meihao.records.registry.models import Grant, Organisation
from meihao.web import guard
from tests.records.accounts.people import account, enrolled

# the file as anybody reads it, not as `matrix.read` does
WRITTEN: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
SAMPLES = {"int": 987_654_321} | dict.fromkeys(("uuid", "uuidstr"), "00000000-0000-4000-8000-000000000000")
NOT_ON_THE_WEB = {"console"}
ROLES = [role for role in WRITTEN["roles"] if role not in NOT_ON_THE_WEB]


def routes(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Each route by its full name, with a value for every argument that its address still wants."""
    for found in resolver.url_patterns:
        if isinstance(found, URLResolver):
            yield from routes(found, f"{namespace}{found.namespace}:" if found.namespace else namespace)
        elif isinstance(found, URLPattern):
            kinds = found.pattern.converters.items()
            yield (
                f"{namespace}{found.name}",
                {
                    name: SAMPLES.get(type(kind).__name__.removesuffix("Converter").lower(), "none")
                    for name, kind in kinds
                },
            )


ROUTES = dict(routes(get_resolver()))


def opens(role: str, route: str) -> bool:
    """What the file says, read without the code that is tested."""
    (who,) = (action["who"] for action in WRITTEN["actions"].values() if route in action.get("routes", []))
    if "public" in str(who.get(ANYONE)):
        return True
    return role != ANYONE and (role in who or "self" in str(who.get(PERSON)))


@pytest.fixture
def clients(db: None) -> dict[str, Client]:
    """A browser for each role: its holder signed in, the role granted at a unit of the kind it is held at."""
    return {role: browser(role) for role in ROLES}


def browser(role: str) -> Client:
    client = Client(raise_request_exception=True)
    if role == ANYONE:
        return client
    user = enrolled(account(role if role in Office.values else ""))
    if role not in {PERSON, *Office.values}:
        unit = Organisation._plain.create(kind=WRITTEN["roles"][role]["held_at"][0])
        Grant._plain.create(user=user, role=role, organisation=unit, since=date(2010, 9, 1), given_by="测试")
    client.force_login(user)
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token(user)}"
    return client


def token(user: User) -> str:
    """A token of every scope, for whoever it is: a session counts for nothing at the API."""
    at, word = timezone.now(), f"token of {user.username}"
    said = {"scopes": " ".join(SCOPES), "issued_at": at, "expires_at": at + timedelta(hours=1)}
    system = Connected.objects.create(user=user, client_id=user.key.hex, purpose="测试", **said)
    Token.objects.create(client=system, digest=blind(word, TOKEN), **said)
    return word


def answer(client: Client, route: str) -> HttpResponseBase:
    return client.get(reverse(route, kwargs=ROUTES[route]))


def opened(response: HttpResponseBase, role: str) -> bool:
    """Whether the guard let through; what the page then found to say is not asked here."""
    if role == ANYONE and response.status_code == 302:
        return not response.headers["Location"].startswith("/sign-in?next=")
    assert response.status_code in {200, 302, 401, 403, 404, 405, 422}, response.status_code
    return response.status_code not in (401, 403)


def test_every_route_is_in_the_matrix_and_every_one_of_the_matrix_is_there() -> None:
    named = [route for action in WRITTEN["actions"].values() for route in action.get("routes", [])]
    assert sorted(named) == sorted(ROUTES)


def test_every_action_and_role_is_named_in_both_languages() -> None:
    titles = {key: action.title for key, action in MATRIX.actions.items()}
    titles |= {key: role.title for key, role in MATRIX.roles.items()}
    assert len(titles) == len(WRITTEN["actions"]) + len(WRITTEN["roles"])
    for key, title in titles.items():
        assert re.search(r"[\u4e00-\u9fff]", title.zh), key
        assert re.fullmatch(r"[ -~’—]+", title.en), key


def test_every_route_answers_every_role_as_the_matrix_says(clients: dict[str, Client]) -> None:
    cells, wrong = 0, []
    for role, client in clients.items():
        for route in ROUTES:
            cells += 1
            if opened(answer(client, route), role) is not opens(role, route):
                wrong.append((role, route))
    assert wrong == []
    assert cells == (len(WRITTEN["roles"]) - len(NOT_ON_THE_WEB)) * len(ROUTES)
    assert {opens(role, route) for role in ROLES for route in ROUTES} == {True, False}


LINES = [
    (key, role)
    for key, action in WRITTEN["actions"].items()
    for role in action["who"]
    if key.startswith("accounts.") and action.get("routes") and role in Office.values
]


@pytest.mark.parametrize(("action", "role"), LINES)
def test_a_line_taken_out_of_a_copy_changes_the_answer(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, action: str, role: str
) -> None:
    client, route = browser(role), WRITTEN["actions"][action]["routes"][0]
    assert opened(answer(client, route), role)
    copy = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    del copy["actions"][action]["who"][role]
    file = tmp_path / "permissions.yaml"
    file.write_text(yaml.safe_dump(copy, allow_unicode=True), encoding="utf-8")
    for module in (guard, access):
        monkeypatch.setattr(module, "MATRIX", read(file))
    assert not opened(answer(client, route), role)


def test_a_route_that_is_not_named_stays_shut(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    client = browser("system-admin")
    without = read()
    without.__dict__["by_route"] = {k: v for k, v in MATRIX.by_route.items() if k != "accounts:list"}
    monkeypatch.setattr(guard, "MATRIX", without)
    with pytest.raises(guard.UnnamedRouteError, match="accounts:list"):
        answer(client, "accounts:list")


SOUND = """\
kind: permissions
reviewed: null
roles:
  anyone: {title: {zh: 任何人, en: anyone}, held_at: []}
  clerk: {title: {zh: 填报员, en: clerk}, held_at: [institution]}
actions:
  a.read:
    title: {zh: 看, en: see}
    kind: read
    routes: [a]
    who: {clerk: own}
  b.write:
    title: {zh: 写, en: write}
    kind: write
    routes: [b]
    who:
      clerk: [own, within]
"""
FAULTS = {
    "role": ("      clerk: [own, within]", "      cleark: [own, within]", 17),
    "relation": ("      clerk: [own, within]", "      clerk: [own, withinn]", 17),
    "no relation": ("      clerk: [own, within]", "      clerk: []", 17),
    "route twice": ("    routes: [b]", "    routes: [a]", 15),
    "unknown key": ("    kind: write", "    kind: write\n    hidden: true", 15),
    "key twice": ("    kind: write", "    kind: write\n    kind: read", 15),
    "kind": ("    kind: write", "    kind: delete", 14),
    "no English": ("{zh: 写, en: write}", "{zh: 写}", 13),
    "no title": ("    title: {zh: 写, en: write}\n", "", 12),
    "empty": ("    who:\n      clerk: [own, within]\n", "", 12),
}


def test_a_sound_matrix_is_read(tmp_path: Path) -> None:
    file = tmp_path / "permissions.yaml"
    file.write_text(SOUND, encoding="utf-8")
    matrix = read(file)
    assert matrix.permits("clerk", "b.write", "within")
    assert not matrix.permits("clerk", "a.read", "within")
    assert [role.key for role in matrix.holders("a.read")] == ["clerk"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_refused_with_its_place(tmp_path: Path, fault: str) -> None:
    before, after, line = FAULTS[fault]
    assert SOUND.count(before) == 1
    file = tmp_path / "permissions.yaml"
    file.write_text(SOUND.replace(before, after), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read(file)
    for text in refused.value.text:
        assert f"permissions.yaml:{line}" in text, text
