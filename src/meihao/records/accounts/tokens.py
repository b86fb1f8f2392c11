"""Tokens of connected systems: OAuth 2.0 client credentials (RFC 6749, 4.4) and bearer tokens (RFC 6750).

A request for a token is counted before it is judged, as a sign-in is, and each is in the trail: given,
refused, or locked. Whether there is such a system cannot be told.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote_plus

from django.db import transaction

from meihao.base.text import Refused
from meihao.records.accounts import audit, limits, scopes
from meihao.records.accounts.acting import Acting, visitor
from meihao.records.accounts.actions_clients import SECRET, TOKEN
from meihao.records.accounts.entrance import count_try, refused, succeeded
from meihao.records.accounts.models import Client, Token
from meihao.records.accounts.sealing import blind

_BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class Granted:
    """A token as its system is told: once, here."""

    token: str
    scopes: str
    seconds: int


class OAuthRefused(Refused):
    """A token was not given; `error` is the word of RFC 6749, 5.2."""

    def __init__(self, error: str, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.error = error


@dataclass(frozen=True, slots=True)
class Bearing:
    """Who comes with a token, and what it was asked for."""

    by: Acting
    scopes: frozenset[str] = frozenset()


def give(*, by: Acting, client_id: str, secret: str, asked: str = "") -> Granted:
    """A token for scopes (without any: all that the system has). Raises `Locked`, `OAuthRefused`."""
    count_try(by, f"client:{client_id}")
    client = Client.objects.select_related("user").filter(client_id=client_id).first()
    kept = client.secret if client is not None else blind("", SECRET)
    right = hmac.compare_digest(blind(secret, SECRET), kept)
    if client is None or not right or not good(client, by.at):
        user = client.user if client is not None else None
        refused(by, f"client:{client_id}", user, "secret", event="accounts.token")
        zh, en = (
            "系统标识或密钥不对，或者已停用、已过期。",
            "The client or its secret is not right, or is over.",
        )
        raise OAuthRefused("invalid_client", zh, en)
    succeeded(f"client:{client_id}")
    wanted = scopes.split(asked) or scopes.split(client.scopes)
    if not wanted <= scopes.split(client.scopes):
        zh, en = "要的范围超出了这个系统所登记的。", "A scope was asked for that this system has not."
        raise OAuthRefused("invalid_scope", zh, en)
    return _given(by, client, scopes.joined(wanted))


def _given(by: Acting, client: Client, wanted: str) -> Granted:
    token, ends = secrets.token_urlsafe(_BYTES), by.at + limits.LIMITS.token_life
    ends = min(ends, client.expires_at)
    with transaction.atomic():
        Token.objects.filter(expires_at__lte=by.at).delete()
        Token.objects.create(
            client=client, digest=blind(token, TOKEN), scopes=wanted, issued_at=by.at, expires_at=ends
        )
        Client.objects.filter(pk=client.pk).update(asked_at=by.at)
        acting = Acting(client.user, by.at, by.address, client.purpose)
        subject = f"account:{client.user.key}"
        audit.record(acting, "accounts.token.given", subject=subject, detail={"scopes": wanted})
    return Granted(token, wanted, int((ends - by.at).total_seconds()))


def good(client: Client, at: datetime) -> bool:
    """Whether a system may come at a moment."""
    return client.suspended_at is None and at < client.expires_at and client.user.is_active


def bearing(header: str, at: datetime, address: str) -> Bearing:
    """Whoever a header `Authorization: Bearer …` speaks for; a visitor where it is none, or is over."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return Bearing(visitor(at, address))
    rows = Token.objects.select_related("client__user").filter(expires_at__gt=at)
    found = rows.filter(digest=blind(token.strip(), TOKEN)).first()
    if found is None or not good(found.client, at):
        return Bearing(visitor(at, address))
    client = found.client
    return Bearing(Acting(client.user, at, address, client.purpose), scopes.split(found.scopes))


def credentials(header: str, client_id: str, secret: str) -> tuple[str, str]:
    """Who asks for a token: by `Authorization: Basic …`, or else in the form (RFC 6749, 2.3.1).

    Raises `OAuthRefused` where it is said in neither way, or in both.
    """
    scheme, _, value = header.partition(" ")
    basic = scheme.lower() == "basic"
    if basic and not secret:
        try:
            name, colon, word = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            colon = ""
        if colon:
            return unquote_plus(name), unquote_plus(word)
    elif client_id and secret and not basic:
        return client_id, secret
    zh, en = "请用一种方式说明系统标识和密钥。", "Say client and secret, in one of the two ways."
    raise OAuthRefused("invalid_client", zh, en)
