"""Signing in elsewhere: only where the environment names it, only who is tied, nothing written down."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.test import Client
from pytest_django import Settings
from requests import ConnectionError as NotReached

from meihao.records.accounts import actions, actions_own, offered
from meihao.records.accounts.models import Identity, User
from meihao.records.accounts.providers import Elsewhere
from tests.records.accounts.people import account, acting, console, enrolled

ENVIRONMENT = {
    "MEIHAO_OIDC_SERVER": "https://id.example",
    "MEIHAO_OIDC_ID": "meihao",
    "MEIHAO_OIDC_SECRET": "s1",
    "MEIHAO_WECOM_CORP": "corp",
    "MEIHAO_WECOM_AGENT": "1000002",
    "MEIHAO_WECOM_SECRET": "s2",
    "MEIHAO_DINGTALK_ID": "ding",
    "MEIHAO_DINGTALK_SECRET": "s3",
}
KEYS = ("oidc", "wecom", "dingtalk")
ANSWERS: dict[str, dict[str, Any]] = {
    "https://id.example/.well-known/openid-configuration": {
        "authorization_endpoint": "https://id.example/authorize",
        "token_endpoint": "https://id.example/token",
        "userinfo_endpoint": "https://id.example/me",
    },
    "https://id.example/token": {"access_token": "t"},
    "https://id.example/me": {"sub": "u-1", "email": "lin@school.example", "name": "林虚"},
    "https://qyapi.weixin.qq.com/cgi-bin/gettoken": {"errcode": 0, "access_token": "t"},
    "https://qyapi.weixin.qq.com/cgi-bin/auth/getuserinfo": {"errcode": 0, "userid": "u-1"},
    "https://api.dingtalk.com/v1.0/oauth2/userAccessToken": {
        "accessToken": "t",
        "refreshToken": "r",
        "expireIn": 7200,
    },
    "https://api.dingtalk.com/v1.0/contact/users/me": {
        "openId": "u-1",
        "nick": "林",
        "mobile": "13900000000",
    },
}


class Answer:
    """What a provider answers."""

    status_code = 200
    headers = {"content-type": "application/json"}  # noqa: RUF012
    content = text = "{}"

    def __init__(self, said: dict[str, Any]) -> None:
        self._said = said

    def json(self) -> dict[str, Any]:
        return dict(self._said)

    def raise_for_status(self) -> None:
        pass


class Providers:
    """The other side, without a network: remembers what it was asked."""

    def __init__(self) -> None:
        self.answers = {url: dict(said) for url, said in ANSWERS.items()}
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def __enter__(self) -> Providers:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def request(self, method: str, url: str, **kwargs: Any) -> Answer:
        if url not in self.answers:
            raise NotReached(url)
        self.asked.append((url, kwargs.get("params") or kwargs.get("data") or kwargs.get("json") or {}))
        return Answer(self.answers[url])

    def get(self, url: str, **kwargs: Any) -> Answer:
        return self.request("GET", url, **kwargs)


@pytest.fixture
def providers(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Providers:
    settings.SOCIALACCOUNT_PROVIDERS = offered.named(ENVIRONMENT)
    there = Providers()
    monkeypatch.setattr(Elsewhere, "get_requests_session", lambda self: there)
    return there


def start(client: Client, key: str) -> dict[str, str]:
    """Presses the button; what the provider is asked."""
    answer = client.post(f"/sign-in/with/{key}")
    assert answer.status_code == 302, answer.content.decode()
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def come_back(client: Client, key: str, **said: str) -> Any:
    asked = start(client, key)
    path = urlsplit(asked["redirect_uri"]).path
    return client.get(path, {"state": asked["state"], "code": "c", **said})


def written_by_allauth() -> int:
    return sum(model.objects.count() for model in (SocialAccount, SocialApp, SocialToken, EmailAddress))


@pytest.mark.parametrize("key", KEYS)
def test_whoever_is_tied_comes_in(client: Client, providers: Providers, key: str) -> None:
    user = account()
    actions_own.tie(by=acting(user), provider=key, uid="u-1")
    assert come_back(client, key).headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert written_by_allauth() == 0
    assert User.objects.get(pk=user.pk).email == ""


@pytest.mark.parametrize("key", KEYS)
def test_whoever_is_not_tied_is_refused_and_nobody_is_signed_up(
    client: Client, providers: Providers, key: str
) -> None:
    account()
    other = account(username="tied.elsewhere")
    actions_own.tie(by=acting(other), provider="oidc" if key == "wecom" else "wecom", uid="u-1")
    answer = come_back(client, key)
    assert answer.status_code == 403
    assert "还没有与本平台的账号绑定" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert (User.objects.count(), written_by_allauth()) == (2, 0)


def test_an_email_that_fits_lets_nobody_in(client: Client, providers: Providers) -> None:
    actions.open_account(by=console(), username="lin", name="林虚", email="lin@school.example")
    assert come_back(client, "oidc").status_code == 403


def test_a_suspended_account_does_not_come_in(client: Client, providers: Providers) -> None:
    user = account()
    actions_own.tie(by=acting(user), provider="oidc", uid="u-1")
    actions.suspend(by=console(), user=user, reason="离职")
    assert come_back(client, "oidc").status_code == 403


def test_a_provider_does_not_pass_by_the_authenticator(client: Client, providers: Providers) -> None:
    user = enrolled(account())
    actions_own.tie(by=acting(user), provider="wecom", uid="u-1")
    assert come_back(client, "wecom").headers["Location"] == "/sign-in/code"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("key", KEYS)
def test_signed_in_one_ties_who_one_is_there(client: Client, providers: Providers, key: str) -> None:
    user = account()
    client.force_login(user)
    assert come_back(client, key).headers["Location"] == "/me"
    assert list(Identity.objects.values_list("user", "provider", "uid")) == [(user.pk, key, "u-1")]
    assert client.get("/me").status_code == 200
    client.post(f"/me/untie/{key}")
    assert Identity.objects.count() == 0


@pytest.mark.parametrize("state", ["", "made-up"])
def test_an_answer_that_nobody_asked_for_is_refused(client: Client, providers: Providers, state: str) -> None:
    actions_own.tie(by=acting(account()), provider="oidc", uid="u-1")
    start(client, "oidc")
    answer = client.get("/sign-in/back/oidc", {"state": state, "code": "c"})
    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session


def test_an_answer_is_good_once_and_in_one_browser(client: Client, providers: Providers) -> None:
    actions_own.tie(by=acting(account()), provider="oidc", uid="u-1")
    asked = start(client, "oidc")
    back = {"state": asked["state"], "code": "c"}
    assert Client().get("/sign-in/back/oidc", back).status_code == 403
    assert client.get("/sign-in/back/wecom", back).status_code == 403
    assert client.get("/sign-in/back/oidc", back).status_code == 302


def test_a_cancelled_or_failed_try_is_worded(client: Client, providers: Providers) -> None:
    for said in ({"error": "access_denied"}, {"error": "server_error"}):
        answer = come_back(client, "oidc", **said)
        assert answer.status_code == 403
        assert "没有从那边登录成功" in answer.content.decode()
    del providers.answers["https://id.example/me"]
    assert "没有从那边登录成功" in come_back(client, "oidc").content.decode()
    del providers.answers["https://id.example/.well-known/openid-configuration"]
    assert "没有应答" in client.post("/sign-in/with/oidc").content.decode()


def test_wecom_is_asked_as_its_manual_says(client: Client, providers: Providers) -> None:
    asked = start(client, "wecom")
    assert (asked["login_type"], asked["appid"], asked["agentid"]) == ("CorpApp", "corp", "1000002")
    assert urlsplit(asked["redirect_uri"]).path == "/sign-in/back/wecom"
    client.get("/sign-in/back/wecom", {"state": asked["state"], "code": "c1"})
    assert providers.asked == [
        ("https://qyapi.weixin.qq.com/cgi-bin/gettoken", {"corpid": "corp", "corpsecret": "s2"}),
        ("https://qyapi.weixin.qq.com/cgi-bin/auth/getuserinfo", {"access_token": "t", "code": "c1"}),
    ]


@pytest.mark.parametrize(
    "said", [{"errcode": 40029}, {"errcode": 0, "openid": "guest"}, {"errcode": 0, "userid": ""}]
)
def test_wecom_lets_no_guest_in(client: Client, providers: Providers, said: dict[str, Any]) -> None:
    providers.answers["https://qyapi.weixin.qq.com/cgi-bin/auth/getuserinfo"] = said
    assert come_back(client, "wecom").status_code == 403


def test_a_proof_key_goes_with_openid_connect(client: Client, providers: Providers) -> None:
    asked = start(client, "oidc")
    assert asked["code_challenge_method"] == "S256"
    assert asked["scope"] == "openid"
    client.get("/sign-in/back/oidc", {"state": asked["state"], "code": "c"})
    (sent,) = (said for url, said in providers.asked if url.endswith("/token"))
    assert sent["code_verifier"]


def test_without_the_environment_there_are_no_providers(client: Client, db: None) -> None:
    assert "/sign-in/with/" not in client.get("/sign-in").content.decode()
    for key in (*KEYS, "github"):
        assert client.post(f"/sign-in/with/{key}").status_code == 404
    for path in ("oidc", "wecom", "dingtalk", "github"):
        assert client.get(f"/sign-in/back/{path}").status_code == 404


def test_the_page_offers_what_the_environment_names(client: Client, db: None, settings: Settings) -> None:
    named = {name: value for name, value in ENVIRONMENT.items() if "WECOM" in name}
    settings.SOCIALACCOUNT_PROVIDERS = offered.named(named)
    page = client.get("/sign-in").content.decode()
    assert "企业微信" in page
    assert "钉钉" not in page


def test_half_of_a_providers_variables_is_a_mistake() -> None:
    assert offered.named({}) == {}
    with pytest.raises(ValueError, match="MEIHAO_OIDC_SECRET"):
        offered.named({"MEIHAO_OIDC_SERVER": "https://id.example", "MEIHAO_OIDC_ID": "meihao"})
