"""Reads of accounts and of the trail; each is given who asks, and decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from meihao.records.accounts import audit, limits
from meihao.records.accounts.acting import CHINA, Acting, Missing, require
from meihao.records.accounts.actions_own import own
from meihao.records.accounts.models import AuditEntry, Identity, RecoveryCode, SecondFactor, SignIn, User

ACCOUNT = "account:"
READ, TRAIL = "accounts.account.read", "accounts.trail.read"


def accounts(
    by: Acting, *, search: str = "", offices: tuple[str, ...] = (), states: tuple[str, ...] = ()
) -> QuerySet[User]:
    """The accounts by user name, with `enrolled`; `offices` may name "none", `states` open, suspended."""
    require(by, READ)
    found = User.objects.annotate(enrolled=Exists(SecondFactor.objects.filter(user=OuterRef("pk"))))
    if search:
        found = found.filter(Q(username__icontains=search) | Q(name__icontains=search))
    if offices:
        found = found.filter(office__in=["" if office == "none" else office for office in offices])
    if len(set(states)) == 1:
        found = found.filter(is_active="open" in states)
    return found.order_by("username")


def account(by: Acting, key: UUID) -> User:
    """One account. Raises `Missing`."""
    require(by, READ)
    found = User.objects.filter(key=key).first()
    if found is None:
        raise Missing
    return found


@dataclass(frozen=True, slots=True)
class Own:
    """What people see of their own account."""

    user: User
    factor: SecondFactor | None
    codes_left: int
    sign_ins: list[SignIn]
    identities: dict[str, Identity]


def own_account(by: Acting) -> Own:
    """One's own account with the sessions that are open."""
    user = own(by)
    return Own(
        user,
        SecondFactor.objects.filter(user=user).first(),
        RecoveryCode.objects.filter(user=user, used_at=None).count(),
        _open(user, by.at),
        {identity.provider: identity for identity in Identity.objects.filter(user=user)},
    )


def sign_ins(by: Acting, user: User) -> list[SignIn]:
    """The open sessions of an account, for administrators."""
    require(by, READ)
    return _open(user, by.at)


def _open(user: User, at: datetime) -> list[SignIn]:
    seen, began = at - limits.LIMITS.session_idle, at - limits.LIMITS.session_absolute
    going = SignIn.objects.filter(user=user, ended_at=None, seen_at__gt=seen, began_at__gt=began)
    return list(going.order_by("-seen_at"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the trail is looked for; an empty field does not narrow. `person` is a name or a key."""

    person: str = ""
    action: str = ""
    organisation: str = ""
    subject: str = ""
    day: date | None = None


def trail(by: Acting, wanted: Wanted) -> QuerySet[AuditEntry]:
    """Entries of the trail, the latest first."""
    require(by, TRAIL)
    found = AuditEntry.objects.order_by("-seq")
    if wanted.person:
        found = found.filter(_person(wanted.person))
    if wanted.day is not None:
        start = datetime.combine(wanted.day, time(), CHINA)
        found = found.filter(at__gte=start, at__lt=start + timedelta(days=1))
    exact = {"action": wanted.action, "organisation": wanted.organisation, "subject": wanted.subject}
    return found.filter(**{name: value for name, value in exact.items() if value})


def named(by: Acting, entries: Iterable[AuditEntry]) -> dict[str, str]:
    """What accounts that entries are about are called now, by their subject; the trail keeps keys alone."""
    require(by, TRAIL)
    subjects = (found.subject for found in entries if found.subject.startswith(ACCOUNT))
    keys = [key for subject in subjects if (key := _key(subject.removeprefix(ACCOUNT))) is not None]
    users = User.objects.filter(key__in=keys)
    return {f"{ACCOUNT}{user.key}": f"{user.name} {user.username}" for user in users}


def entry(by: Acting, seq: int) -> AuditEntry:
    """One entry. Raises `Missing`."""
    require(by, TRAIL)
    found = AuditEntry.objects.filter(seq=seq).first()
    if found is None:
        raise Missing
    return found


def head(by: Acting) -> audit.Head:
    """How far the trail has come, to be kept elsewhere."""
    require(by, "accounts.trail.export")
    return audit.head()


def _person(said: str) -> Q:
    key = _key(said)
    return Q(name__icontains=said) if key is None else Q(user_key=key)


def _key(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None
