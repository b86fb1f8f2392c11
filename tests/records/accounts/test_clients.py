"""Connected systems: issued, renewed, shut out; tokens given, counted, refused; the pages."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.utils import timezone

from meihao.base.text import Refused
from meihao.records.accounts import actions, actions_clients, audit, entrance, limits, tokens
from meihao.records.accounts.acting import NotPermitted
from meihao.records.accounts.entrance import Locked
from meihao.records.accounts.models import AuditEntry, Client, Token, User
from meihao.records.accounts.scopes import ORGANISATIONS, ROSTER, ROSTER_CORE
from meihao.records.accounts.tokens import OAuthRefused
from tests.records.accounts.people import AT, account, acting, console, enrolled, stranger

SCOPES = (ORGANISATIONS, ROSTER_CORE)
WHY = "同步班级名册"


@pytest.fixture
def issued(db: None) -> tuple[Client, str]:
    return actions_clients.issue(by=console(), name="课后服务平台", purpose=WHY, scopes=SCOPES)


def give(client: Client, secret: str, asked: str = "", after: timedelta = timedelta()) -> tokens.Granted:
    return tokens.give(by=stranger(AT + after), client_id=client.client_id, secret=secret, asked=asked)


def error(client_id: str, secret: str, asked: str = "", after: timedelta = timedelta()) -> str:
    with pytest.raises((OAuthRefused, Locked)) as caught:
        tokens.give(by=stranger(AT + after), client_id=client_id, secret=secret, asked=asked)
    return caught.value.error if isinstance(caught.value, OAuthRefused) else "locked"


def bears(token: str, after: timedelta = timedelta()) -> bool:
    return tokens.bearing(f"Bearer {token}", AT + after, "192.0.2.7").by.user is not None


def test_a_secret_and_a_token_are_nowhere_but_with_the_system(issued: tuple[Client, str]) -> None:
    client, secret = issued
    token = give(client, secret).token
    assert len(base64.urlsafe_b64decode(f"{secret}=")) == len(base64.urlsafe_b64decode(f"{token}=")) == 32
    for model in (Client, Token, AuditEntry, User):
        for row in model.objects.values():
            assert secret not in str(row)
            assert token not in str(row)
    assert list(audit.verify()) == []


def test_a_token_says_who_comes_why_and_for_what(issued: tuple[Client, str]) -> None:
    client, secret = issued
    found = tokens.bearing(f"bearer {give(client, secret, ORGANISATIONS).token}", AT, "192.0.2.7")
    assert (found.by.user, found.by.purpose) == (client.user, WHY)
    assert found.scopes == {ORGANISATIONS}
    assert tokens.bearing(f"Bearer {give(client, secret).token}", AT, "").scopes == set(SCOPES)


def test_a_token_ends_in_an_hour_and_with_its_system(issued: tuple[Client, str]) -> None:
    client, secret = issued
    token, hour = give(client, secret).token, limits.LIMITS.token_life
    assert bears(token, hour - timedelta(seconds=1))
    assert not bears(token, hour)
    actions_clients.suspend(by=console(), client=client, reason="虚构")
    assert not bears(token)
    assert error(client.client_id, secret) == "invalid_client"
    actions_clients.resume(by=console(), client=client)
    token = give(client, secret).token
    User.objects.filter(pk=client.user_id).update(is_active=False)
    assert not bears(token)
    User.objects.filter(pk=client.user_id).update(is_active=True)
    assert bears(token)
    later = limits.LIMITS.client_life
    assert 0 < give(client, secret, after=later - timedelta(seconds=9)).seconds <= 9
    assert error(client.client_id, secret, after=later) == "invalid_client"


def test_a_renewed_secret_ends_the_old_one_and_its_tokens(issued: tuple[Client, str]) -> None:
    client, old = issued
    token = give(client, old).token
    new = actions_clients.renew(by=console(), client=client)
    assert not bears(token)
    assert error(client.client_id, old) == "invalid_client"
    assert bears(give(client, new).token)


def test_tries_are_counted_as_those_of_a_sign_in(issued: tuple[Client, str]) -> None:
    client, secret = issued
    most = limits.LIMITS.sign_in_failures
    for client_id in (client.client_id, "nobody"):  # whether there is one cannot be told
        outcomes = [error(client_id, "wrong") for _ in range(most + 1)]
        assert outcomes == ["invalid_client"] * most + ["locked"]
    assert error(client.client_id, secret) == "locked"
    assert give(client, secret, after=limits.LIMITS.sign_in_lock).token
    told = [
        one.action for one in AuditEntry.objects.filter(action__startswith="accounts.token").order_by("seq")
    ]
    assert told.count("accounts.token.locked") == 2
    assert told[-1] == "accounts.token.given"


def test_no_scope_beyond_its_own(issued: tuple[Client, str]) -> None:
    client, secret = issued
    assert error(client.client_id, secret, ROSTER) == "invalid_scope"
    assert error(client.client_id, secret, f"{ORGANISATIONS} all") == "invalid_scope"


@pytest.mark.parametrize(
    "wrong",
    [
        *({"name": " "}, {"purpose": "同 步"}, {"scopes": ()}, {"scopes": ("all",)}),
        *({"until": AT.date() - timedelta(1)}, {"until": AT.date() + timedelta(400)}),
    ],
)
def test_what_cannot_be_issued_is_said(db: None, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        actions_clients.issue(by=console(), **{"name": "平台", "purpose": WHY, "scopes": SCOPES} | wrong)
    assert not Client.objects.exists()


def test_nobody_signs_in_to_its_account_and_it_holds_no_office(issued: tuple[Client, str]) -> None:
    user = issued[0].user
    with pytest.raises(Refused):
        actions.issue_link(by=console(), user=user)
    with pytest.raises(Refused):
        actions.set_office(by=console(), user=user, office="system-admin")
    with pytest.raises(entrance.Wrong):
        entrance.try_password(by=stranger(), username=user.username, password="")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(office="audit-admin")
    browser = Browser()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/me").status_code == 302


def test_who_may_do_what(issued: tuple[Client, str]) -> None:
    client = issued[0]
    security, system = acting(account("security-admin")), acting(account("system-admin"))
    trail, nobody = acting(account("audit-admin")), acting(account())
    for by in (security, trail, nobody):
        for act in (
            lambda by=by: actions_clients.renew(by=by, client=client),
            lambda by=by: actions_clients.issue(by=by, name="甲", purpose=WHY, scopes=SCOPES),
        ):
            with pytest.raises(NotPermitted):
                act()
    for by in (trail, nobody):
        with pytest.raises(NotPermitted):
            actions_clients.suspend(by=by, client=client, reason="虚构")
    actions_clients.suspend(by=security, client=client, reason="虚构")
    with pytest.raises(NotPermitted):
        actions_clients.resume(by=nobody, client=client)
    actions_clients.resume(by=system, client=client)
    assert actions_clients.renew(by=system, client=client)


# --- the pages, and the address


def browser(office: str) -> Browser:
    found = Browser()
    found.force_login(enrolled(account(office)), backend="django.contrib.auth.backends.ModelBackend")
    return found


def test_the_system_administrator_connects_a_system_on_the_pages(db: None) -> None:
    client = browser("system-admin")
    assert "还没有对接系统" in client.get("/accounts/clients").content.decode()
    shown = client.post(
        "/accounts/clients/issue",
        {"name": "课后服务平台", "purpose": WHY, "scopes": [ORGANISATIONS, ROSTER_CORE]},
    )
    found = Client.objects.get()
    assert "no-store" in shown.headers["Cache-Control"]
    page = shown.content.decode()
    assert found.client_id in page
    at = f"/accounts/clients/{found.key}"
    assert "课后服务平台" in client.get("/accounts/clients").content.decode()
    assert ROSTER_CORE in client.get(at).content.decode()
    assert client.post(f"{at}/renew").status_code == 200
    assert client.post(f"{at}/suspend", {"reason": "虚构"}).status_code == 302
    assert "停用" in client.get(at).content.decode()
    assert client.post(f"{at}/resume").status_code == 302
    assert client.post("/accounts/clients/issue", {"name": "乙"}).status_code == 422
    seen = browser("security-admin")
    assert seen.get(at).status_code == 200
    assert seen.post(f"{at}/renew").status_code == 403
    assert browser("audit-admin").get(at).status_code == 403


def test_the_token_address_speaks_as_rfc_6749_says(db: None) -> None:
    client, secret = actions_clients.issue(by=console(timezone.now()), name="甲", purpose=WHY, scopes=SCOPES)
    web = Browser()

    def ask(header: str = "", **said: str) -> tuple[int, dict[str, Any], Any]:
        headers = {"Authorization": header} if header else {}
        found = web.post("/oauth/token", {"grant_type": "client_credentials"} | said, headers=headers)
        return found.status_code, found.json(), found.headers

    basic = "Basic " + base64.b64encode(f"{client.client_id}:{secret}".encode()).decode()
    pair = {"client_id": client.client_id, "client_secret": secret}
    for header, said in ((basic, {}), ("", pair), (basic, {"scope": ORGANISATIONS})):
        status, body, headers = ask(header, **said)
        assert (status, body["token_type"], body["expires_in"]) == (200, "Bearer", 3600)
        assert headers["Cache-Control"] == "no-store"
        assert (
            web.get("/api/v1/me", headers={"Authorization": f"Bearer {body['access_token']}"}).status_code
            == 200
        )
    assert (ask(basic, scope="all")[0], ask(basic, scope="all")[1]["error"]) == (400, "invalid_scope")
    assert ask(basic, grant_type="password")[1]["error"] == "unsupported_grant_type"
    for header, said in (
        ("", {}),
        ("Basic !", {}),
        (basic, pair),
        ("Basic eHg=", {}),
        ("", pair | {"client_secret": "x"}),
    ):
        status, body, headers = ask(header, **said)
        assert (status, body["error"]) == (401, "invalid_client")
        assert headers["WWW-Authenticate"].startswith("Basic")
    for _ in range(limits.LIMITS.sign_in_failures):
        last = ask("", client_id="nobody", client_secret="x")
    assert last[0] == 401
    status, body, headers = ask("", client_id="nobody", client_secret="x")
    assert (status, body["code"]) == (429, "busy")
    assert int(headers["Retry-After"]) > 0
