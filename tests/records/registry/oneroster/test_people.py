"""Whose names are given to whom, what of a person is never given, and what the trail has of it."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from meihao.records.accounts import audit
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry.models import Enrolment, Grant, Person
from tests.records.registry.oneroster.service import BODIES, CORE, DAY, WHOLE, Roster, system


@pytest.fixture
def roster(db: None) -> Roster:
    return Roster()


def names(users: list[dict[str, str]]) -> set[str]:
    return {one["familyName"] + one["givenName"] for one in users}


def test_names_take_the_role_and_the_scope(roster: Roster) -> None:
    called = {"苏虚0", "苏虚1", "苏虚2", "叶虚构", "外校生", "师虚甲", "长虚乙"}
    pseudonyms = {f"代号{str(key)[:8]}" for key in Person._plain.values_list("key", flat=True)}
    for role in ("client", "client-names"):
        client = system(roster.district.bureau, role)
        for scopes in (CORE, WHOLE):
            client.ask(scopes)
            told = names(client.get("/users").body["users"])
            assert told == (called if (role, scopes) == ("client-names", WHOLE) else pseudonyms)


def test_a_system_of_a_school_sees_that_school_and_names_where_they_are_granted(roster: Roster) -> None:
    client = system(roster.district.first, "client-names")
    assert names(client.get("/students").body["users"]) == {"苏虚0", "苏虚1", "苏虚2", "叶虚构"}
    assert client.get(f"/users/{roster.stranger.key}").status == 404
    assert client.get(f"/classes/{roster.elsewhere.key}/students").status == 404
    assert client.get("/orgs").keys("orgs") == [str(roster.district.first.key)]
    assert "parent" not in client.get("/orgs").body["orgs"][0]  # the bureau is not in its scope
    since = timezone.now().date() - timedelta(3650)
    Grant._plain.create(
        user=client.client.user,
        role="client",
        organisation=roster.district.second,
        since=since,
        given_by="测试",
    )
    told = names(client.get("/students").body["users"])
    assert told == {"苏虚0", "苏虚1", "苏虚2", "叶虚构", f"代号{str(roster.stranger.key)[:8]}"}


def test_numbers_and_days_of_birth_are_given_to_nobody(roster: Roster) -> None:
    client = system(roster.district.bureau)
    told = ""
    for path in ("/users", "/students", "/enrollments", "/demographics", f"/users/{roster.pupils[0].key}"):
        told += json.dumps(client.get(path).body, ensure_ascii=False)
    for person in Person._plain.all():
        for sealed in (person.id_number, person.student_number):
            assert sealed is not None
            assert sealed.opened() not in told
    one = client.get(f"/demographics/{roster.pupils[0].key}").body["demographics"]
    assert one["metadata"] == {"birthYearMonth": roster.pupils[0].birth_year_month}
    assert "birthDate" not in one
    assert one["sex"] in ("male", "female")


def test_who_left_is_to_be_deleted_for_the_rest_of_the_year_and_then_gone(roster: Roster) -> None:
    client = system(roster.district.bureau)
    gone = roster.pupils[0]
    Enrolment._plain.filter(person=gone).update(until=date(2024, 9, 20), left_by="transferred")

    def on(day: date) -> str:
        found = client.get(f"/users/{gone.key}", as_of=str(day))
        return str(found.body["user"]["status"]) if found.status == 200 else "gone"

    assert [on(date(2024, 9, 19)), on(date(2024, 9, 20)), on(date(2025, 8, 31)), on(date(2025, 9, 1))] == [
        "active",
        "tobedeleted",
        "tobedeleted",
        "gone",
    ]
    changed = client.get("/enrollments", filter="dateLastModified>='2024-09-20'").body["enrollments"]
    assert [(one["user"]["sourcedId"], one["status"]) for one in changed] == [(str(gone.key), "tobedeleted")]
    group = client.get(f"/classes/{roster.third.key}/students").keys("users")
    assert str(gone.key) not in group


def test_every_page_about_people_is_one_entry_of_the_trail(roster: Roster) -> None:
    client = system(roster.district.bureau)
    before = AuditEntry.objects.count()
    client.get("/orgs")
    client.get("/classes")
    client.get("/users", filter="sourcedId='none'")  # of nobody
    assert AuditEntry.objects.count() == before
    client.get("/students", limit="2", offset="2")
    client.get(f"/demographics/{roster.pupils[0].key}")
    client.ask(CORE)
    client.get("/enrollments")
    read = [
        entry for entry in AuditEntry.objects.order_by("seq")[before:] if entry.action.startswith("registry")
    ]
    assert [(entry.action, entry.name, entry.subject) for entry in read] == [
        ("registry.person.names", "课后服务平台", ""),
        ("registry.person.demographics", "课后服务平台", f"person:{roster.pupils[0].key}"),
        ("registry.person.read", "课后服务平台", ""),
    ]
    said = json.loads(read[0].body)
    assert said["purpose"] == "同步班级名册"
    assert said["detail"] == {"operation": "getAllStudents", "rows": 2, "offset": 2, "as_of": str(DAY)}
    assert list(audit.verify()) == []
    assert "苏虚" not in "".join(entry.body for entry in AuditEntry.objects.all())


def test_whoever_was_erased_has_a_pseudonym(roster: Roster) -> None:
    one = roster.pupils[0]
    Enrolment._plain.filter(person=one).update(until=date(2024, 9, 20), left_by="transferred")
    Person._plain.filter(pk=one.pk).update(
        **{"erased_on": date(2024, 9, 30), "erased_basis": "虚构", "name": None, "name_blind": None},
        **{"id_number": None, "id_number_blind": None, "id_kind": "", "student_number": None},
        **{"student_number_blind": None, "birth_year_month": None},
    )
    client = system(roster.district.bureau)
    told = client.get(f"/users/{one.key}").body["user"]
    assert (told["familyName"], told["givenName"]) == ("代号", str(one.key)[:8])
    assert "metadata" not in client.get(f"/demographics/{one.key}").body["demographics"]
    client.ask(BODIES)
    assert client.get(f"/users/{one.key}").status == 403
