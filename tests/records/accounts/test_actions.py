"""What administrators do: each office its own part, nobody to themselves, one security administrator left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from meihao.base.text import Refused
from meihao.records.accounts import actions, actions_own
from meihao.records.accounts.acting import Acting, Missing, NotPermitted
from meihao.records.accounts.models import AuditEntry, Identity, Link, Office, SecondFactor, SignIn, User
from tests.records.accounts.conftest import OwnDatabase
from tests.records.accounts.people import (
    AT,
    PASSWORD,
    SECRET,
    account,
    acting,
    code_at,
    console,
    enrolled,
    stranger,
)

SYSTEM, SECURITY, AUDIT = Office.SYSTEM, Office.SECURITY, Office.AUDIT
Doing = Callable[[Acting, User], object]

DOINGS: dict[str, tuple[Doing, set[str]]] = {
    "open": (lambda by, user: actions.open_account(by=by, username="new.one", name="新"), {SYSTEM}),
    "open with an office": (
        lambda by, user: actions.open_account(by=by, username="new.one", name="新", office=AUDIT),
        set(),
    ),
    "change": (
        lambda by, user: actions.change_particulars(by=by, user=user, username="new.one", name="新"),
        {SYSTEM},
    ),
    "suspend": (lambda by, user: actions.suspend(by=by, user=user, reason="离职"), {SYSTEM}),
    "link": (lambda by, user: actions.issue_link(by=by, user=user), {SYSTEM, SECURITY}),
    "unlock": (lambda by, user: actions.unlock(by=by, user=user), {SYSTEM}),
    "office": (lambda by, user: actions.set_office(by=by, user=user, office=AUDIT), {SECURITY}),
    "reset": (lambda by, user: actions.reset_mfa(by=by, user=user), {SECURITY}),
}


@pytest.mark.parametrize("doing", DOINGS)
@pytest.mark.parametrize("office", [*Office.values, "console", "visitor", "suspended"])
def test_who_may(db: None, doing: str, office: str) -> None:
    act, may = DOINGS[doing]
    others = {"console": console(), "visitor": stranger()}
    if office in others:
        by = others[office]
    else:
        user = account("security-admin" if office == "suspended" else office)
        by = acting(user)
        user.is_active = office != "suspended"
    target, before = enrolled(account()), AuditEntry.objects.count()
    if office == "console" or office in may:
        act(by, target)
        assert AuditEntry.objects.count() == before + 1
    else:
        with pytest.raises(NotPermitted):
            act(by, target)
        assert AuditEntry.objects.count() == before


def test_a_new_account_has_no_password_at_all(db: None) -> None:
    user = account()
    assert not user.has_usable_password()
    assert not user.check_password("")


@pytest.mark.parametrize("username", ["", "x", "lin xu", "lin/xu", "a" * 65, "lin\0", "林" * 65])
def test_names_that_cannot_be_are_refused(db: None, username: str) -> None:
    with pytest.raises(Refused):
        actions.open_account(by=console(), username=username, name="林虚")
    assert User.objects.count() == 0


def test_no_two_accounts_of_one_name(db: None) -> None:
    account(username="lin.xu")
    other = account()
    for typed in ("LIN.XU", "ｌｉｎ．ｘｕ"):
        with pytest.raises(Refused, match="已经有了"):
            actions.open_account(by=console(), username=typed, name="另一人")
        with pytest.raises(Refused, match="已经有了"):
            actions.change_particulars(by=console(), user=other, username=typed, name="另一人")


def test_a_change_that_changes_nothing_is_not_told(db: None) -> None:
    user, before = account(username="lin"), AuditEntry.objects.count()
    actions.change_particulars(by=console(), user=user, username="LIN", name=" 林虚 ")
    assert AuditEntry.objects.count() == before


def test_nobody_does_it_to_themselves(db: None) -> None:
    account(SECURITY)
    security, system = enrolled(account(SECURITY)), account(SYSTEM)
    with pytest.raises(Refused, match="自己"):
        actions.set_office(by=acting(security), user=security, office="")
    with pytest.raises(Refused, match="自己"):
        actions.reset_mfa(by=acting(security), user=security)
    with pytest.raises(Refused, match="自己"):
        actions.suspend(by=acting(system), user=system, reason="离职")


def test_one_security_administrator_is_always_left(db: None) -> None:
    security = account(SECURITY)
    for office in ("", AUDIT):
        with pytest.raises(Refused, match="最后一位"):
            actions.set_office(by=console(), user=security, office=office)
    with pytest.raises(Refused, match="最后一位"):
        actions.suspend(by=console(), user=security, reason="离职")
    second = account(SECURITY)
    actions.suspend(by=console(), user=second, reason="离职")
    with pytest.raises(Refused, match="最后一位"):  # a suspended one does not count
        actions.set_office(by=console(), user=security, office="")
    actions.resume(by=console(), user=second)
    actions.set_office(by=console(), user=security, office="")


def test_two_who_remove_each_other_leave_one(own_database: OwnDatabase) -> None:
    def two() -> list[User]:
        return [account(SECURITY, username="lin"), account(SECURITY, username="chen")]

    (both,) = own_database.run(two)

    def remove(by: User, user: User) -> Callable[[], bool]:
        def act() -> bool:
            try:
                actions.set_office(by=acting(by), user=user, office="")
            except Refused:
                return False
            return True

        return act

    done = own_database.run(remove(both[0], both[1]), remove(both[1], both[0]))
    assert sorted(done) == [False, True]
    assert own_database.run(lambda: User.objects.filter(office=SECURITY).count()) == [1]


def test_a_link_into_an_office_is_not_the_system_administrators_to_give(db: None) -> None:
    system, security = account(SYSTEM), account(SECURITY)
    holder = account(AUDIT)
    with pytest.raises(NotPermitted):
        actions.issue_link(by=acting(system), user=holder)
    assert Link.objects.count() == 0
    actions.issue_link(by=acting(security), user=holder)


def test_what_takes_rights_away_ends_sessions(db: None) -> None:
    account(SECURITY)

    def ended(act: Callable[[User], object]) -> bool:
        user = enrolled(account(AUDIT))
        row = actions_own.begun(user=user, at=AT, address="", device="")
        act(user)
        row.refresh_from_db()
        return row.ended_at is not None

    assert ended(lambda user: actions.suspend(by=console(), user=user, reason="离职"))
    assert ended(lambda user: actions.set_office(by=console(), user=user, office=""))
    assert ended(lambda user: actions.reset_mfa(by=console(), user=user))
    assert not ended(lambda user: actions.unlock(by=console(), user=user))


def test_a_password_is_changed_against_the_present_one(db: None) -> None:
    user = account(password=PASSWORD, username="zhang.weiming")
    here, elsewhere = (actions_own.begun(user=user, at=AT, address="", device="") for _ in range(2))
    for old, new in (
        ("not it", "another-long-one-9"),
        (PASSWORD, PASSWORD),
        (PASSWORD, "short"),
        (PASSWORD, "1234567890123"),
        (PASSWORD, "password123"),
        (PASSWORD, "zhang.weiming1"),
    ):
        with pytest.raises(Refused):
            actions_own.change_password(by=acting(user), old=old, new=new)
    actions_own.change_password(by=acting(user), old=PASSWORD, new="another-long-one-9", keep=here.pk)
    assert User.objects.get(pk=user.pk).check_password("another-long-one-9")
    assert list(SignIn.objects.filter(ended_at=None)) == [here]
    assert elsewhere != here


def test_after_a_link_there_is_no_present_password_to_ask_for(db: None) -> None:
    user = account()
    user.must_change_password = True
    changed = actions_own.change_password(by=acting(user), old="", new="another-long-one-9")
    assert not changed.must_change_password
    with pytest.raises(Refused, match="现在的密码"):
        actions_own.change_password(by=acting(changed), old="", new="a-third-long-one-7")


def test_an_authenticator_is_not_put_in_place_of_another(db: None) -> None:
    user = account()
    with pytest.raises(Refused, match="不对"):
        actions_own.enrol(by=acting(user), secret=SECRET, code="000000")
    actions_own.enrol(by=acting(user), secret=SECRET, code=code_at(AT))
    later = AT + timedelta(minutes=2)
    with pytest.raises(Refused, match="已经绑定"):
        actions_own.enrol(by=Acting(user, later), secret=SECRET, code=code_at(later))
    assert SecondFactor.objects.count() == 1


def test_sessions_of_others_are_not_there(db: None) -> None:
    one, other = account(), account()
    mine, theirs = (actions_own.begun(user=user, at=AT, address="", device="") for user in (one, other))
    with pytest.raises(Missing):
        actions_own.end_own(by=acting(one), sign_in=theirs.pk)
    assert actions_own.end_own(by=acting(one), sign_in=mine.pk) == 1
    assert list(SignIn.objects.filter(ended_at=None)) == [theirs]


def test_an_identity_is_of_one_account(db: None) -> None:
    one, other = account(), account()
    actions_own.tie(by=acting(one), provider="oidc", uid="u-1")
    with pytest.raises(Refused, match="另一个账号"):
        actions_own.tie(by=acting(other), provider="oidc", uid="u-1")
    actions_own.tie(by=acting(one), provider="oidc", uid="u-2")  # in place of the first
    actions_own.tie(by=acting(other), provider="oidc", uid="u-1")
    assert Identity.objects.count() == 2
    with pytest.raises(Missing):
        actions_own.untie(by=acting(one), provider="wecom")
    actions_own.untie(by=acting(one), provider="oidc")
    assert list(Identity.objects.values_list("user", flat=True)) == [other.pk]


def test_what_is_about_oneself_needs_a_person(db: None) -> None:
    for by in (stranger(), console()):
        with pytest.raises(NotPermitted):
            actions_own.change_password(by=by, old="", new="another-long-one-9")
        with pytest.raises(NotPermitted):
            actions_own.end_own(by=by)
