"""Coming in: five wrong tries, whoever counts; nothing tells whether there is such an account."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password

from meihao.base.text import Refused
from meihao.records.accounts import actions, actions_own, codes, entrance, limits
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.entrance import Locked, Wrong, WrongCode
from meihao.records.accounts.models import AuditEntry, Link, RecoveryCode, SecondFactor, Tries, User
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


def wrong(username: str, after: timedelta = timedelta(), password: str = "not it at all") -> type[Refused]:
    with pytest.raises(Refused) as refused:
        entrance.try_password(by=stranger(AT + after), username=username, password=password)
    return refused.type


def outcome(username: str, password: str) -> str:
    try:
        entrance.try_password(by=stranger(), username=username, password=password)
    except Refused as refused:
        return type(refused).__name__
    return "in"


def test_the_right_password_lets_in_however_the_name_is_typed(db: None) -> None:
    user = account(password=PASSWORD, username="lin.xu")
    for typed in ("lin.xu", " LIN.XU ", "ｌｉｎ．ｘｕ"):
        assert entrance.try_password(by=stranger(), username=typed, password=PASSWORD) == user


def test_five_wrong_tries_lock_for_fifteen_minutes(db: None) -> None:
    user = account(password=PASSWORD)
    assert [wrong(user.username) for _ in range(6)] == [Wrong] * 5 + [Locked]
    assert wrong(user.username, timedelta(minutes=14, seconds=59), PASSWORD) is Locked
    by = stranger(AT + timedelta(minutes=15))
    assert entrance.try_password(by=by, username=user.username, password=PASSWORD) == user


def test_a_lock_that_is_over_counts_from_the_start(db: None) -> None:
    user = account(password=PASSWORD)
    for _ in range(5):
        wrong(user.username)
    later = timedelta(minutes=16)
    assert [wrong(user.username, later) for _ in range(6)] == [Wrong] * 5 + [Locked]


def test_the_words_say_how_long(db: None) -> None:
    said = Locked(AT + timedelta(minutes=12, seconds=1), AT).text
    assert "13 分钟" in said.zh
    assert "13 min" in said.en


def test_coming_in_forgets_the_wrong_tries(db: None) -> None:
    user = account(password=PASSWORD)
    for _ in range(4):
        wrong(user.username)
    entrance.try_password(by=stranger(), username=user.username, password=PASSWORD)
    assert Tries.objects.count() == 0
    assert [wrong(user.username) for _ in range(5)] == [Wrong] * 5


def test_an_account_that_is_not_there_answers_alike(db: None) -> None:
    user = account(password=PASSWORD)

    def story(username: str) -> list[tuple[str, str]]:
        told = []
        for _ in range(7):
            with pytest.raises(Refused) as refused:
                entrance.try_password(by=stranger(), username=username, password="not it at all")
            told.append((refused.value.text.zh, refused.value.text.en))
        return told

    assert story(user.username) == story("nobody.here")
    suspended = account(password=PASSWORD)
    actions.suspend(by=console(), user=suspended, reason="离职")
    unusable = account()
    assert story(suspended.username) == story(unusable.username) == story("nobody.else")


def test_an_account_that_is_not_there_takes_about_as_long(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both hash once, which is nearly all of the time; the medians are looked at generously."""
    user, hashed = account(password=PASSWORD), []

    def counted(password: str, encoded: str) -> bool:
        hashed.append(encoded)
        return check_password(password, encoded)

    monkeypatch.setattr(entrance, "check_password", counted)
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, sign_in_failures=1000))

    def taken(username: str) -> float:
        start = time.perf_counter()
        wrong(username)
        return time.perf_counter() - start

    taken("warming.up")
    hashed.clear()
    pairs = [
        (taken(user.username), taken("nobody.here")) for _ in range(7)
    ]  # by turns: a busy machine is so for both
    there, not_there = (statistics.median(one) for one in zip(*pairs, strict=True))
    assert len(hashed) == 14
    assert len({kept.rpartition("$")[0].rpartition("$")[0] for kept in hashed}) == 1  # the same cost
    assert 0.5 < there / not_there < 2


def test_two_wrong_tries_at_once_count_two(own_database: OwnDatabase) -> None:
    own_database.run(lambda: account(password=PASSWORD, username="lin"))
    tries: list[Callable[[], str]] = [lambda: outcome("lin", "not it at all")] * 2
    assert own_database.run(*tries) == ["Wrong", "Wrong"]
    assert own_database.run(lambda: Tries.objects.get().count) == [2]


def test_without_the_lock_one_of_the_two_would_be_lost(
    own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: threads do meet, and a count that is read and then written loses one."""
    both = threading.Barrier(2)

    def naive(by: Acting, name: str) -> None:
        key = codes.digest("tries", name)
        before = Tries.objects.filter(subject=key).values_list("count", flat=True).first() or 0
        both.wait(timeout=10)
        Tries.objects.update_or_create(subject=key, defaults={"count": before + 1, "last_at": by.at})

    own_database.run(lambda: account(password=PASSWORD, username="lin"))
    monkeypatch.setattr(entrance, "count_try", naive)
    tries: list[Callable[[], str]] = [lambda: outcome("lin", "not it at all")] * 2
    own_database.run(*tries)
    assert own_database.run(lambda: Tries.objects.get().count) == [1]


def test_of_twelve_at_once_five_are_judged(own_database: OwnDatabase) -> None:
    own_database.run(lambda: account(password=PASSWORD, username="lin"))
    tries: list[Callable[[], str]] = [lambda: outcome("lin", "not it at all")] * 12
    assert sorted(own_database.run(*tries)) == ["Locked"] * 7 + ["Wrong"] * 5


def test_codes_and_passwords_share_the_five(db: None) -> None:
    user = enrolled(account(password=PASSWORD))
    for _ in range(4):
        with pytest.raises(WrongCode):
            entrance.try_code(by=stranger(), user=user, code="000000")
        entrance.try_password(by=stranger(), username=user.username, password=PASSWORD)  # resets nothing
    with pytest.raises(WrongCode):
        entrance.try_code(by=stranger(), user=user, code="000000")
    with pytest.raises(Locked):
        entrance.try_code(by=stranger(), user=user, code=code_at(AT))


def test_a_code_is_good_once(db: None) -> None:
    user = enrolled(account(password=PASSWORD))
    entrance.try_code(by=stranger(), user=user, code=code_at(AT))
    assert Tries.objects.count() == 0
    with pytest.raises(WrongCode):
        entrance.try_code(by=stranger(), user=user, code=code_at(AT))
    later = AT + timedelta(seconds=60)
    entrance.try_code(by=stranger(later), user=user, code=code_at(later))


def test_a_code_used_twice_at_once_is_good_once(own_database: OwnDatabase) -> None:
    (user,) = own_database.run(lambda: enrolled(account(username="lin")))

    def use() -> bool:
        try:
            entrance.try_code(by=stranger(), user=user, code=code_at(AT))
        except WrongCode:
            return False
        return True

    assert sorted(own_database.run(use, use)) == [False, True]


def test_a_recovery_code_is_good_once_and_kept_as_a_digest(db: None) -> None:
    user = account(password=PASSWORD)
    fresh = actions_own.enrol(by=acting(user), secret=SECRET, code=code_at(AT))
    assert len(set(fresh)) == 10
    kept = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert len(kept) == 10
    assert not kept & set(fresh)
    entrance.try_code(by=stranger(), user=user, code=fresh[3].lower())
    with pytest.raises(WrongCode):
        entrance.try_code(by=stranger(), user=user, code=fresh[3])
    entrance.try_code(by=stranger(), user=user, code=fresh[4])
    renewed = actions_own.renew_codes(by=acting(user))
    with pytest.raises(WrongCode):
        entrance.try_code(by=stranger(), user=user, code=fresh[5])
    entrance.try_code(by=stranger(), user=user, code=renewed[0])


def test_nobody_uses_anybody_elses_recovery_code(db: None) -> None:
    one, other = account(), enrolled(account())
    fresh = actions_own.enrol(by=acting(one), secret=SECRET, code=code_at(AT))
    with pytest.raises(WrongCode):
        entrance.try_code(by=stranger(), user=other, code=fresh[0])


def test_a_link_lets_in_once_and_asks_for_a_password(db: None) -> None:
    user = account()
    token = actions.issue_link(by=console(), user=user)
    assert Link.objects.get().digest != token
    found = entrance.use_link(by=stranger(), token=token)
    assert (found, found.must_change_password) == (user, True)
    assert User.objects.get(pk=user.pk).must_change_password
    with pytest.raises(Refused, match="用过"):
        entrance.use_link(by=stranger(), token=token)


@pytest.mark.parametrize(("hours", "let_in"), [(71.9, True), (72, False), (200, False)])
def test_a_link_lasts_three_days(db: None, hours: float, let_in: bool) -> None:
    token = actions.issue_link(by=console(), user=account())
    by = stranger(AT + timedelta(hours=hours))
    if let_in:
        entrance.use_link(by=by, token=token)
    else:
        with pytest.raises(Refused):
            entrance.use_link(by=by, token=token)


def test_a_link_used_twice_at_once_lets_in_once(own_database: OwnDatabase) -> None:
    (token,) = own_database.run(lambda: actions.issue_link(by=console(), user=account(username="lin")))

    def use() -> bool:
        try:
            entrance.use_link(by=stranger(), token=token)
        except Refused:
            return False
        return True

    assert sorted(own_database.run(use, use, use)) == [False, False, True]


def test_a_newer_link_and_a_suspension_end_a_link(db: None) -> None:
    user = account()
    first, second = (actions.issue_link(by=console(), user=user) for _ in range(2))
    with pytest.raises(Refused):
        entrance.use_link(by=stranger(), token=first)
    actions.suspend(by=console(), user=user, reason="离职")
    with pytest.raises(Refused):
        entrance.use_link(by=stranger(), token=second)
    with pytest.raises(Refused):
        actions.issue_link(by=console(), user=user)


def test_the_trail_holds_no_secret(db: None) -> None:
    user = account(password=PASSWORD)
    token = actions.issue_link(by=console(), user=user)
    entrance.use_link(by=stranger(), token=token)
    fresh = actions_own.enrol(by=acting(user), secret=SECRET, code=code_at(AT))
    wrong("A-password-typed-as-a-name", password=PASSWORD)
    actions_own.change_password(by=acting(user), old=PASSWORD, new="another-long-one-9")
    entrance.try_code(by=stranger(), user=user, code=fresh[0])
    bodies = "\n".join(AuditEntry.objects.values_list("body", flat=True))
    kept = SecondFactor.objects.get().secret.blob.hex()
    digests = [*Link.objects.values_list("digest", flat=True), codes.digest("recovery", fresh[0])]
    secrets = [PASSWORD, token, SECRET, kept, *fresh, "another-long-one-9", "A-password-typed-as-a-name"]
    assert [secret for secret in secrets + digests if secret.casefold() in bodies.casefold()] == []
    assert AuditEntry.objects.count() == 7
    assert user.name not in "\n".join(
        AuditEntry.objects.exclude(user_key=user.key).values_list("body", flat=True)
    )
