"""Coming in: a password or a link, then a code; what was tried is counted before it is judged.

A try is counted in a transaction of its own, before the password is looked at, so that however many
arrive at once no more are ever judged than `limits.yaml` allows. Whether there is such an account cannot be
told: a name without one is counted alike, its password is hashed alike, and the words are the same.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F

from meihao.base.text import Refused
from meihao.records.accounts import audit, codes, limits
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.models import Identity, Link, RecoveryCode, SecondFactor, Tries, User
from meihao.records.accounts.models.people import folded


class Locked(Refused):
    """Too many wrong tries: says for how long."""

    def __init__(self, until: datetime, at: datetime) -> None:
        self.seconds = max(1, int((until - at).total_seconds()))
        minutes = max(1, -(-self.seconds // 60))
        failures = limits.LIMITS.sign_in_failures
        super().__init__(
            f"这个账号连续 {failures} 次没有登录成功，请 {minutes} 分钟后再试，或请系统管理员解锁。",
            f"{failures} tries at this account failed. Try again in {minutes} min, or ask the system "
            "administrator to unlock it.",
        )


class Wrong(Refused):
    """The pair does not fit; not said which half."""

    def __init__(self) -> None:
        super().__init__(
            "账号或密码不对，请核对后再输。",
            "The account or the password is not right. Check them and try again.",
        )


class WrongCode(Refused):
    """The code does not fit, or was used."""

    def __init__(self) -> None:
        super().__init__(
            "动态口令不对，或者已用过。请等下一组数字再输，或用备用码。",
            "The code is not right, or was used. Wait for the next one, or use a recovery code.",
        )


def try_password(*, by: Acting, username: str, password: str) -> User:
    """The person whose password it is. Raises `Locked` and `Wrong`."""
    name = folded(username)
    count_try(by, name)
    user = User.objects.filter(username=name, is_active=True).first()
    usable = user is not None and user.has_usable_password()
    kept = user.password if user is not None and usable else _nobody()
    if not check_password(password, kept) or user is None or not usable:
        refused(by, name, user, "password")
        raise Wrong
    if second_factor(user) is None:
        succeeded(user.username)
    else:
        _given_back(name)
    return user


def try_code(*, by: Acting, user: User, code: str) -> None:
    """Whether this is a code of the person's authenticator, or one of their recovery codes.

    Each is good once. Raises `Locked` and `WrongCode`.
    """
    count_try(by, user.username)
    with transaction.atomic():
        fits = _use_step(by, user, code) or _use_recovery(by, user, code)
    if not fits:
        refused(by, user.username, user, "code")
        raise WrongCode
    succeeded(user.username)


def use_link(*, by: Acting, token: str) -> User:
    """The person a one-time link lets in; it is spent, and a password has to be set. Raises `Refused`."""
    with transaction.atomic():
        found = Link.objects.select_for_update().filter(digest=link_digest(token)).first()
        if found is None or found.used_at is not None or found.expires_at <= by.at:
            raise _stale()
        user = User.objects.select_for_update().get(pk=found.user_id)
        if not user.is_active:
            raise _stale()
        Link.objects.filter(pk=found.pk).update(used_at=by.at)
        User.objects.filter(pk=user.pk).update(must_change_password=True)
        user.must_change_password = True
        audit.record(by, "accounts.link.used", subject=subject(user))
    return user


def whose(*, by: Acting, provider: str, uid: str) -> User:
    """The account tied to an identity elsewhere. Raises `Refused`: nobody signs up here."""
    tied = Identity.objects.filter(provider=provider, uid=uid, user__is_active=True).select_related("user")
    identity = tied.first()
    if identity is None:
        raise Refused(
            "这个身份还没有与本平台的账号绑定。请先用账号和密码登录，在「我的账号」里绑定。",
            "This identity is tied to no account here. Sign in by password and tie it under My account.",
        )
    return identity.user


def second_factor(user: User) -> SecondFactor | None:
    """The person's authenticator, if they have one."""
    return SecondFactor.objects.filter(user=user).first()


def succeeded(name: str) -> None:
    """Forgets the wrong tries at the name of whoever has come in."""
    Tries.objects.filter(subject=codes.digest("tries", name)).delete()


def locked_until(user: User, at: datetime) -> datetime | None:
    """Until when an account is locked, if it is."""
    tried = Tries.objects.filter(subject=codes.digest("tries", user.username), locked_until__gt=at).first()
    return tried.locked_until if tried is not None else None


def link_digest(token: str) -> str:
    """What is kept of a link: SHA-256 of its 32 random bytes as they stand in the address."""
    return hashlib.sha256(token.encode()).hexdigest()


def subject(user: User) -> str:
    """How the trail names an account."""
    return f"account:{user.key}"


def count_try(by: Acting, name: str) -> None:
    """One more try at a name. Raises `Locked` once there were too many."""
    key, most = codes.digest("tries", name), limits.LIMITS
    with transaction.atomic():
        Tries.objects.filter(last_at__lt=by.at - most.sign_in_memory).delete()
        tried = None
        while tried is None:  # a success beside this one takes the row away between the two lines
            Tries.objects.get_or_create(subject=key, defaults={"last_at": by.at})
            tried = Tries.objects.select_for_update().filter(subject=key).first()
        if tried.locked_until is not None and tried.locked_until > by.at:
            raise Locked(tried.locked_until, by.at)
        if tried.locked_until is not None:
            tried.count = 0
        tried.count, tried.last_at = tried.count + 1, by.at
        locked = tried.count >= most.sign_in_failures
        tried.locked_until = by.at + most.sign_in_lock if locked else None
        tried.save()


def _given_back(name: str) -> None:
    """A right password is no wrong try; those before it stay counted until the code is right too."""
    right = Tries.objects.filter(subject=codes.digest("tries", name), count__gt=0)
    right.update(count=F("count") - 1, locked_until=None)


@cache
def _nobody() -> str:
    """What is hashed against where there is no account, so that it takes as long."""
    return make_password("a password that nobody has")


def refused(by: Acting, name: str, user: User | None, what: str, *, event: str = "accounts.sign-in") -> None:
    """Tells the trail; of a name without account it keeps nothing but that it was tried."""
    tried = Tries.objects.filter(subject=codes.digest("tries", name)).first()
    locked = tried is not None and tried.locked_until is not None
    with transaction.atomic():
        audit.record(
            by,
            f"{event}.{'locked' if locked else 'refused'}",
            subject=subject(user) if user is not None else "",
            detail={"what": what},
        )


def _use_step(by: Acting, user: User, code: str) -> bool:
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None:
        return False
    step = codes.matching_step(factor.secret.opened(), code, by.at, factor.counter)
    if step is None:
        return False
    return bool(SecondFactor.objects.filter(pk=factor.pk, counter__lt=step).update(counter=step))


def _use_recovery(by: Acting, user: User, code: str) -> bool:
    left = RecoveryCode.objects.filter(user=user, digest=codes.digest("recovery", code), used_at=None)
    if not left.update(used_at=by.at):
        return False
    audit.record(by, "accounts.recovery.used", subject=subject(user))
    return True


def _stale() -> Refused:
    return Refused(
        "这个链接用过了、过期了，或者不完整。请向系统管理员要一个新的。",
        "This link was used, has expired, or is not whole. Ask the system administrator for a new one.",
    )
