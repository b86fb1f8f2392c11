"""The trail: one chain whoever writes, and no way to change it that is not found."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from meihao.records.accounts import audit
from meihao.records.accounts.append_only import DROPPED
from meihao.records.accounts.audit import Head, NoTransactionError
from meihao.records.accounts.models import AuditEntry, AuditHead
from tests.records.accounts.conftest import OwnDatabase
from tests.records.accounts.people import console

ENTRIES = 12


def write(number: int) -> None:
    with transaction.atomic():
        audit.record(console(), "test.write", subject=f"thing:{number}", detail={"number": number})


def several(start: int, end: int) -> None:
    for number in range(start, end):
        write(number)


@pytest.fixture
def trail(db: None) -> Head:
    """A trail, and the head of it that was kept elsewhere."""
    several(0, ENTRIES)
    return audit.head()


@pytest.fixture
def open_trail(trail: Head) -> Head:
    """The same with the triggers taken away, as whoever owns the database can."""
    for statement in DROPPED[connection.vendor]:
        raw(statement)
    return trail


def raw(sql: str, *values: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def rehash(start: int, before: str) -> None:
    """Forges the chain anew from one entry on, as somebody would who knows how it is made."""
    for entry in AuditEntry.objects.filter(seq__gte=start).order_by("seq"):
        before = audit.chained(before, entry.body)
        raw("UPDATE accounts_auditentry SET hash=%s WHERE seq=%s", before, entry.seq)
    last = AuditEntry.objects.order_by("-seq").first()
    assert last is not None
    raw("UPDATE accounts_audithead SET seq=%s, hash=%s", last.seq, last.hash)


def edit_body() -> None:
    body = AuditEntry.objects.get(seq=5).body.replace('"number":4', '"number":7')
    raw("UPDATE accounts_auditentry SET body=%s WHERE seq=5", body)


def edit_body_and_chain() -> None:
    edit_body()
    rehash(5, AuditEntry.objects.get(seq=4).hash)


def edit_column() -> None:
    raw("UPDATE accounts_auditentry SET name='陈虚' WHERE seq=5")


def edit_time() -> None:
    raw("UPDATE accounts_auditentry SET at='2020-01-01 00:00:00' WHERE seq=5")


def delete_middle() -> None:
    raw("DELETE FROM accounts_auditentry WHERE seq=5")


def delete_tail() -> None:
    raw("DELETE FROM accounts_auditentry WHERE seq>10")


def delete_tail_and_head() -> None:
    delete_tail()
    rehash(10, AuditEntry.objects.get(seq=9).hash)


def swap() -> None:
    one, other = AuditEntry.objects.get(seq=5), AuditEntry.objects.get(seq=6)
    for seq, entry in ((5, other), (6, one)):
        raw("UPDATE accounts_auditentry SET body=%s, subject=%s WHERE seq=%s", entry.body, entry.subject, seq)


def insert_forged() -> None:
    last = AuditEntry.objects.get(seq=ENTRIES)
    last.seq, last.subject = ENTRIES + 1, "thing:99"
    last.hash = audit.chained(last.hash, last.body)
    last.save(force_insert=True)


def replace_head() -> None:
    raw("UPDATE accounts_audithead SET hash=%s", "0" * 64)


def empty() -> None:
    raw("DELETE FROM accounts_auditentry")
    raw("DELETE FROM accounts_audithead")


UNSEEN_WITHOUT_ANCHOR = (edit_body_and_chain, delete_tail_and_head, empty)
TAMPERINGS = (
    *(edit_body, edit_column, edit_time, delete_middle, delete_tail, swap, insert_forged, replace_head),
    *UNSEEN_WITHOUT_ANCHOR,
)


def breaches(*anchors: Head) -> list[int]:
    return [breach.seq for breach in audit.verify(anchors)]


def test_an_untouched_trail_is_whole(open_trail: Head) -> None:
    assert AuditEntry.objects.count() == ENTRIES
    assert breaches(open_trail) == breaches() == []


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_tampering_is_found(open_trail: Head, tamper: Callable[[], None]) -> None:
    tamper()
    assert breaches(open_trail) != []
    assert (breaches() == []) is (tamper in UNSEEN_WITHOUT_ANCHOR)  # what only an anchor finds


def test_two_anchors_that_contradict_each_other_are_found(trail: Head) -> None:
    assert breaches(trail, Head(trail.seq, "0" * 64)) == [trail.seq]


@pytest.mark.parametrize(
    "statement", ["UPDATE accounts_auditentry SET name='x'", "DELETE FROM accounts_auditentry"]
)
def test_the_database_refuses_to_change_an_entry(trail: Head, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        raw(statement)
    assert breaches(trail) == []


def test_without_the_triggers_the_database_would_not(open_trail: Head) -> None:
    raw("DELETE FROM accounts_auditentry WHERE seq=1")
    assert AuditEntry.objects.count() == ENTRIES - 1


def test_an_entry_outside_a_transaction_is_refused(own_database: OwnDatabase) -> None:
    def outside() -> None:
        audit.record(console(), "test.write")

    with pytest.raises(NoTransactionError):
        own_database.run(outside)
    own_database.run(lambda: write(1))  # the same within one is taken


def test_an_entry_goes_with_the_change_that_failed(db: None) -> None:
    def change() -> None:
        with transaction.atomic():
            audit.record(console(), "test.write")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()
    assert (AuditEntry.objects.count(), audit.head()) == (0, Head(0, ""))


def test_eight_writers_at_once_make_one_chain(own_database: OwnDatabase) -> None:
    def writer(start: int) -> Callable[[], None]:
        return lambda: several(start, start + 10)

    own_database.run(*(writer(start) for start in range(0, 800, 100)))
    (found,) = own_database.run(lambda: (breaches(), audit.head().seq, AuditEntry.objects.count()))
    assert found == ([], 80, 80)


def test_an_old_database_is_found_by_the_head_kept_elsewhere(own_database: OwnDatabase) -> None:
    own_database.run(lambda: several(0, 5))
    old = own_database.copy("old")
    own_database.run(lambda: several(5, 9))
    (kept,) = own_database.run(audit.head)
    assert own_database.run(lambda: breaches(kept)) == [[]]
    own_database.put_back(old)
    assert own_database.run(lambda: (breaches(), breaches(kept))) == [([], [9])]


def test_a_head_is_read_as_it_was_written() -> None:
    for head in (Head(0, ""), Head(7, "ab" * 32)):
        assert Head.read(f"{head}\n") == head
    for line in ("", "7", "7 -", "x " + "ab" * 32, "7 " + "zz" * 32, "7 " + "ab" * 32 + " more"):
        with pytest.raises(ValueError, match="not a head"):
            Head.read(line)


def test_an_entry_names_who_acted_and_nobody_else(trail: Head) -> None:
    said = json.loads(AuditEntry.objects.get(seq=1).body)
    assert said["name"] == "test"
    assert set(said) == {
        *("seq", "at", "user", "name", "action", "organisation", "subject"),
        *("address", "purpose", "detail"),
    }


@pytest.mark.parametrize("value", [object(), b"raw"], ids=["anything", "bytes"])
def test_what_is_no_plain_value_is_refused(db: None, value: object) -> None:
    with pytest.raises(TypeError, match=type(value).__name__), transaction.atomic():
        audit.record(console(), "test.write", detail={"deep": [{"name": value}]})
    assert AuditHead.objects.count() == 0


def test_days_numbers_and_keys_are_plain(db: None) -> None:
    key = UUID(int=7)
    detail = {"on": date(2025, 10, 20), "amount": Decimal("1.50"), "key": key}
    with transaction.atomic():
        audit.record(console(), "test.write", detail=detail)
    said = json.loads(AuditEntry.objects.get().body)["detail"]
    assert said == {"on": "2025-10-20", "amount": "1.50", "key": str(key)}
