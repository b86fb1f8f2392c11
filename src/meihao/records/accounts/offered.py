"""Which providers an installation offers beside the password: those that its environment names.

The settings read it, so it knows no model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from meihao.base.text import Text
from meihao.records.accounts.acting import Missing


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider: its key, how allauth calls its kind, what the button says."""

    key: str
    kind: str
    title: Text


OIDC = Provider("oidc", "openid_connect", Text("统一身份认证", "Unified sign-in"))
WECOM = Provider("wecom", "wecom", Text("企业微信", "WeCom"))
DINGTALK = Provider("dingtalk", "dingtalk", Text("钉钉", "DingTalk"))
ALL = (OIDC, WECOM, DINGTALK)

_WANTED = {
    OIDC.key: ("MEIHAO_OIDC_SERVER", "MEIHAO_OIDC_ID", "MEIHAO_OIDC_SECRET"),
    WECOM.key: ("MEIHAO_WECOM_CORP", "MEIHAO_WECOM_AGENT", "MEIHAO_WECOM_SECRET"),
    DINGTALK.key: ("MEIHAO_DINGTALK_ID", "MEIHAO_DINGTALK_SECRET"),
}


def named(environment: Mapping[str, str]) -> dict[str, dict[str, object]]:
    """allauth's `SOCIALACCOUNT_PROVIDERS` for the providers whose variables are all set.

    Raises `ValueError` where some of one provider's are set and others not.
    """
    found: dict[str, dict[str, object]] = {}
    for provider in ALL:
        values = [environment.get(name, "") for name in _WANTED[provider.key]]
        if all(values):
            found[provider.kind] = {"APPS": [_app(provider, values)]}
        elif any(values):
            missing = [name for name in _WANTED[provider.key] if not environment.get(name)]
            raise ValueError(f"not set: {', '.join(missing)}")
    return found


def _app(provider: Provider, values: list[str]) -> dict[str, object]:
    app: dict[str, object]
    match provider.key, values:
        case "oidc", [server, client, secret]:
            app = {
                "provider_id": provider.key,
                "name": provider.title.en,
                "client_id": client,
                "secret": secret,
                "settings": {"server_url": server, "scope": ["openid"], "oauth_pkce_enabled": True},
            }
        case "wecom", [corporation, agent, secret]:
            app = {"client_id": corporation, "secret": secret, "settings": {"agent": agent}}
        case _, [client, secret]:
            app = {"client_id": client, "secret": secret, "settings": {"scope": ["openid"]}}
        case _:
            raise ValueError(provider.key)
    return app


def offered() -> list[Provider]:
    """The providers of this installation, in their order."""
    return [provider for provider in ALL if provider.kind in settings.SOCIALACCOUNT_PROVIDERS]


def one(key: str) -> Provider:
    """An offered provider. Raises `Missing`."""
    for provider in offered():
        if provider.key == key:
            return provider
    raise Missing
