"""A form is written once: the same key with the same wish, by the same person; all else is refused or new."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction

from meihao.base.text import Refused
from meihao.records.accounts import submissions
from meihao.records.accounts.acting import Acting, command
from meihao.records.accounts.models import Submission, User
from meihao.records.accounts.submissions import Sent, once
from tests.records.accounts.conftest import OwnDatabase
from tests.records.accounts.people import AT, account

ACTION = "registry.person.write"
NUMBER = "990106201509010018"
WISH = {"name": "金丝雀", "id_number": NUMBER, "about": UUID(int=7)}
CONSOLE = command("test", AT)


class Ledger:
    """What a form would write: each call is one line."""

    def __init__(self) -> None:
        self.lines = 0

    def write(self) -> str:
        self.lines += 1
        return f"person:{self.lines}"

    def refuse(self) -> str:
        self.write()
        raise Refused("不行。", "no.")


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def sent(ledger: Ledger, key: UUID, by: Acting = CONSOLE, action: str = ACTION, **more: object) -> Sent:
    return once(by=by, key=key, action=action, asked={**WISH, **more}, write=ledger.write)


def test_the_same_wish_with_the_same_key_gives_what_stands(db: None, ledger: Ledger) -> None:
    key = uuid4()
    assert sent(ledger, key) == Sent("person:1")
    assert sent(ledger, key) == Sent("person:1", again=True)
    assert sent(ledger, uuid4()) == Sent("person:2")  # the control: another form writes
    assert ledger.lines == Submission.objects.count() == 2
    row = Submission.objects.earliest("pk")
    assert (row.action, row.about, row.made_at, row.made_by) == (ACTION, "person:1", AT, "test")


@pytest.mark.parametrize("more", [{"name": "金丝"}, {"extra": 1}, {"about": UUID(int=8)}])
def test_another_wish_with_the_same_key_is_refused(db: None, ledger: Ledger, more: dict[str, Any]) -> None:
    key = uuid4()
    sent(ledger, key)
    with pytest.raises(Refused) as refused:
        sent(ledger, key, **more)
    assert "没有写入" in refused.value.text.zh
    assert "nothing was written" in refused.value.text.en
    assert ledger.lines == 1


def test_another_person_or_another_action_is_another_wish(db: None, ledger: Ledger) -> None:
    key, people = uuid4(), [Acting(account(), AT) for _ in range(2)]
    sent(ledger, key, people[0])
    for by, action in ((people[1], ACTION), (CONSOLE, ACTION), (people[0], "registry.class.write")):
        with pytest.raises(Refused):
            sent(ledger, key, by, action)
    assert ledger.lines == 1


def test_what_is_refused_leaves_the_form_free(db: None, ledger: Ledger) -> None:
    key = uuid4()
    with pytest.raises(Refused, match="不行"):
        once(by=CONSOLE, key=key, action=ACTION, asked=WISH, write=ledger.refuse)
    assert Submission.objects.count() == 0
    assert sent(ledger, key, name="改过的名字").again is False


def test_the_key_and_what_was_written_stand_or_fall_together(db: None) -> None:
    def write() -> str:
        account()
        raise DatabaseError("the line broke")

    before = User.objects.count()
    with pytest.raises(DatabaseError):
        once(by=CONSOLE, key=uuid4(), action=ACTION, asked=WISH, write=write)
    assert (User.objects.count(), Submission.objects.count()) == (before, 0)


def test_who_comes_second_at_the_same_moment_gets_what_the_first_wrote(
    db: None, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both looked before either had written: the second meets the first's key, and looks again."""
    key, look = uuid4(), submissions._again
    sent(ledger, key)
    looks = iter([lambda *_: None, look])
    monkeypatch.setattr(submissions, "_again", lambda *asked: next(looks)(*asked))
    assert sent(ledger, key) == Sent("person:1", again=True)
    assert ledger.lines == 1


def test_what_else_breaks_a_rule_of_the_database_is_no_second_sending(db: None) -> None:
    def write() -> str:
        first = account()
        User.objects.create(username=first.username, name="又一个", opened_at=AT)
        return "user:none"

    with pytest.raises(DatabaseError), transaction.atomic():
        once(by=CONSOLE, key=uuid4(), action=ACTION, asked=WISH, write=write)


def test_many_at_once_write_once(own_database: OwnDatabase, ledger: Ledger) -> None:
    key = uuid4()
    found = own_database.run(*[lambda: sent(ledger, key)] * 4)
    assert ledger.lines == 1
    assert sorted(one.again for one in found) == [False, True, True, True]
    assert {one.about for one in found} == {"person:1"}


def test_the_row_says_nothing_of_what_was_asked(db: None, ledger: Ledger) -> None:
    keys = [uuid4(), uuid4()]
    for key in keys:
        sent(ledger, key)
    first, second = Submission.objects.order_by("pk")
    assert first.asked != second.asked  # the same wish in two forms is not alike
    plain = [json.dumps(WISH, default=str, sort_keys=True), NUMBER, f"{WISH}", f"{keys[0]}"]
    digests = {hashlib.sha256(one.encode()).hexdigest() for one in plain}
    assert first.asked not in digests
    held = "".join(str(value) for row in Submission.objects.values() for value in row.values())
    assert NUMBER not in held
    assert not [key for key in keys if str(key) in held or key.hex in held]  # without it nothing can be tried
    assert "金丝雀" not in held
