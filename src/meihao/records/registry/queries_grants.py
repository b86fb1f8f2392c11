"""Who holds which role where: what the security administrator sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from meihao.base.text import Refused, Text
from meihao.records.accounts import acting
from meihao.records.accounts.acting import Acting, Missing
from meihao.records.accounts.matrix import MATRIX
from meihao.records.accounts.models import User
from meihao.records.registry.models import Grant, holds_on
from meihao.records.registry.queries import PER_PAGE, Page, names

READ = "registry.grant.read"


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One grant: who, which role, where, from when until when, by whom."""

    number: int
    user: str
    username: str
    role: Text
    organisation: str
    since: date
    until: date | None
    given_by: str


def grants(
    by: Acting, as_of: date, *, search: str = "", page: int = 1, per_page: int = PER_PAGE
) -> Page[GrantRow]:
    """The grants that hold on a day or begin later, by account. Raises `NotPermitted`."""
    acting.require(by, READ)
    held = Grant.objects.scoped(holds_on(as_of) | Q(since__gt=as_of), by.name)
    if search:
        held = held.filter(Q(user__name__contains=search) | Q(user__username__contains=search))
    ordered = held.select_related("user", "organisation").order_by("user__username", "since", "pk")
    rows = list(ordered[(page - 1) * per_page : page * per_page])
    named = names([row.organisation.key for row in rows], as_of)
    return Page([_row(row, named) for row in rows], held.count())


def _row(row: Grant, named: dict[str, str]) -> GrantRow:
    role = MATRIX.roles.get(row.role)
    return GrantRow(
        row.pk,
        row.user.name,
        row.user.username,
        role.title if role is not None else Text(row.role, row.role),
        named.get(str(row.organisation.key), ""),
        row.since,
        row.until,
        row.given_by,
    )


def grant(by: Acting, number: int) -> Grant:
    """One grant. Raises `NotPermitted`, `Missing`."""
    acting.require(by, READ)
    found = Grant.objects.scoped(Q(pk=number), by.name).select_related("user", "organisation").first()
    if found is None:
        raise Missing
    return found


def account(by: Acting, username: str) -> User:
    """The account that a grant is for. Raises `NotPermitted`; `Refused` where there is none."""
    acting.require(by, READ)
    found = User.objects.filter(username=username.strip()).first()
    if found is None:
        raise Refused(
            f"没有「{username}」这个账号。请核对账号，或先请系统管理员开户。",
            f"there is no account “{username}”. Check it, or have it opened first.",
        )
    return found
