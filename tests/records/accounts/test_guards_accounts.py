"""Each action and query of accounts asks for itself: with any one guard gone, one of these is red."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from django.db import transaction

from meihao.records.accounts import actions, queries, resealing
from meihao.records.accounts.acting import Acting, NotPermitted
from meihao.records.accounts.models import AuditEntry, User
from tests.records.accounts.people import account, acting, enrolled

_numbers = count(1)
OFFICES = ("system-admin", "security-admin", "audit-admin", "")


def _new(by: Acting, office: str = "") -> User:
    return actions.open_account(by=by, username=f"new{next(_numbers)}", name="新虚", office=office)


def _resumed(by: Acting) -> None:
    user = account()
    User.objects.filter(pk=user.pk).update(is_active=False)
    actions.resume(by=by, user=user)


Act = Callable[[Acting], object]
SYSTEM, SECURITY, AUDIT, CONSOLE = OFFICES[0], OFFICES[1], OFFICES[2], "console"
ACTS: dict[str, tuple[Act, set[str]]] = {
    "open": (_new, {SYSTEM}),
    "change": (
        lambda by: actions.change_particulars(by=by, user=account(), username="qi2", name="齐虚"),
        {SYSTEM},
    ),
    "suspend": (lambda by: actions.suspend(by=by, user=account(), reason="调离"), {SYSTEM}),
    "resume": (_resumed, {SYSTEM}),
    "unlock": (lambda by: actions.unlock(by=by, user=account()), {SYSTEM}),
    "office": (lambda by: actions.set_office(by=by, user=account(), office=AUDIT), {SECURITY}),
    "link": (lambda by: actions.issue_link(by=by, user=account()), {SYSTEM, SECURITY}),
    "link of an office": (lambda by: actions.issue_link(by=by, user=account(AUDIT)), {SECURITY}),
    "factor": (lambda by: actions.reset_mfa(by=by, user=enrolled(account())), {SECURITY}),
    "accounts": (lambda by: list(queries.accounts(by)), {SYSTEM, SECURITY}),
    "one account": (lambda by: queries.account(by, account().key), {SYSTEM, SECURITY}),
    "sign-ins": (lambda by: queries.sign_ins(by, account()), {SYSTEM, SECURITY}),
    "trail": (lambda by: list(queries.trail(by, queries.Wanted())), {AUDIT}),
    "names in the trail": (lambda by: queries.named(by, []), {AUDIT}),
    "entry": (lambda by: queries.entry(by, 1), {AUDIT}),
    "head": (lambda by: queries.head(by), {AUDIT}),
    "reseal": (lambda by: list(resealing.reseal(User, by=by)), set()),
    "rotate": (lambda by: resealing.rotate(by=by), set()),
}


@pytest.mark.parametrize("name", ACTS)
def test_an_action_is_for_the_offices_that_hold_it(db: None, name: str) -> None:
    act, may = ACTS[name]
    account()  # the trail has an entry
    for office in OFFICES:
        by = acting(account(office))
        if office in may:
            act(by)
            continue
        with pytest.raises(NotPermitted), transaction.atomic():
            act(by)
        assert not AuditEntry.objects.filter(user_key=by.user.key if by.user else None).exists()


def test_whoever_opens_accounts_opens_none_with_an_office(db: None) -> None:
    with pytest.raises(NotPermitted):
        _new(acting(account("system-admin")), office="audit-admin")
