"""What administrators do to connected systems.

The system administrator issues and renews; which units a system reads, and whether by name, is a grant of
the security administrator's: neither opens anything alone. A secret is shown once, and never kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction

from meihao.base.text import Refused
from meihao.records.accounts import audit, limits
from meihao.records.accounts.acting import CHINA, Acting, require
from meihao.records.accounts.entrance import subject
from meihao.records.accounts.models import Client, Token, User
from meihao.records.accounts.scopes import SCOPES, joined
from meihao.records.accounts.sealing import blind

WRITE, SUSPEND = "accounts.client.write", "accounts.client.suspend"
SECRET, TOKEN = "accounts.client.secret", "accounts.token.digest"
_BYTES = 32  # 256 bits


def issue(
    *, by: Acting, name: str, purpose: str, scopes: Iterable[str], until: date | None = None
) -> tuple[Client, str]:
    """A connected system with an account of its own, and its secret, which is said this once.

    `until` is the last day on which it may come; without one, as long as `limits.yaml` allows.
    """
    require(by, WRITE)
    wanted, why, ends = _scopes(scopes), _purpose(purpose), _ends(by, until)
    called = name.strip()
    if not called:
        raise Refused("请写明系统的名称。", "Say what the system is called.")
    secret, client_id = secrets.token_urlsafe(_BYTES), secrets.token_hex(16)
    with transaction.atomic():
        user = User(username=f"client-{client_id}", name=called, opened_at=by.at, service=True)
        user.set_unusable_password()
        user.save(force_insert=True)
        client = Client.objects.create(
            user=user,
            client_id=client_id,
            secret=blind(secret, SECRET),
            purpose=why,
            scopes=wanted,
            issued_at=by.at,
            expires_at=ends,
        )
        audit.record(by, WRITE, subject=subject(user), detail={"did": "issued", "scopes": wanted})
    return client, secret


def renew(*, by: Acting, client: Client) -> str:
    """A new secret, good as long as a new system's; the old one and every token end at once."""
    require(by, WRITE)
    secret = secrets.token_urlsafe(_BYTES)
    with transaction.atomic():
        found = _locked(client)
        ends = by.at + limits.LIMITS.client_life
        Client.objects.filter(pk=found.pk).update(
            secret=blind(secret, SECRET), issued_at=by.at, expires_at=ends
        )
        Token.objects.filter(client=found).delete()
        audit.record(by, WRITE, subject=subject(found.user), detail={"did": "renewed"})
    return secret


def suspend(*, by: Acting, client: Client, reason: str) -> None:
    """Shuts a connected system out at once; its tokens end."""
    require(by, SUSPEND)
    said = reason.strip()
    if not said:
        raise Refused("请写明原因。", "Say why.")
    with transaction.atomic():
        found = _locked(client)
        if found.suspended_at is not None:
            raise Refused("这个系统已经停用。", "This system is suspended already.")
        Client.objects.filter(pk=found.pk).update(suspended_at=by.at)
        Token.objects.filter(client=found).delete()
        detail = {"did": "suspended", "reason": said}
        audit.record(by, SUSPEND, subject=subject(found.user), detail=detail)


def resume(*, by: Acting, client: Client) -> None:
    """Lets a suspended system in again, with the secret it had."""
    require(by, SUSPEND)
    with transaction.atomic():
        found = _locked(client)
        if found.suspended_at is None:
            raise Refused("这个系统没有停用。", "This system is not suspended.")
        Client.objects.filter(pk=found.pk).update(suspended_at=None)
        audit.record(by, SUSPEND, subject=subject(found.user), detail={"did": "resumed"})


def _locked(client: Client) -> Client:
    return Client.objects.select_for_update().select_related("user").get(pk=client.pk)


def _scopes(scopes: Iterable[str]) -> str:
    wanted = frozenset(scopes)
    if not wanted:
        raise Refused("请至少选一项范围。", "Choose a scope at least.")
    if unknown := sorted(wanted - SCOPES.keys()):
        raise Refused(f"没有「{unknown[0]}」这个范围。", f"There is no scope “{unknown[0]}”.")
    return joined(wanted)


def _purpose(purpose: str) -> str:
    said, least = purpose.strip(), limits.LIMITS.purpose_length
    if len("".join(said.split())) < least:
        raise Refused(
            f"请写明用途，至少 {least} 个字，例如「同步班级名册」。",
            f"Say what it reads for, in {least} characters at least.",
        )
    return said


def _ends(by: Acting, until: date | None) -> datetime:
    latest = by.at + limits.LIMITS.client_life
    if until is None:
        return latest
    ends = datetime.combine(until + timedelta(1), time.min, CHINA)
    if not by.at < ends <= latest + timedelta(1):
        most = latest.astimezone(CHINA).date()
        raise Refused(
            f"最后一天须在 {by.day} 至 {most} 之间。", f"The last day is between {by.day} and {most}."
        )
    return ends
