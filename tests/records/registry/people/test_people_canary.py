"""A name that is sealed comes out nowhere: not in a page, a log, the trail, an exception, the database."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meihao.base.text import Refused
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.models import AuditEntry
from meihao.records.accounts.sealing import SealError
from meihao.records.registry.models import Enrolment, Person, Site
from meihao.records.registry.people import actions, actions_places, actions_staff, queries_person
from meihao.records.registry.people.bulk import PupilRow, enrol_many
from meihao.records.registry.people.identity import Identity, checked
from meihao.records.registry.people.queries import PupilLine
from tests.records.registry.district import District, console, holder, person
from tests.records.registry.people.school import AUTUMN, classroom, identity_number

NAME, NUMBER = "金丝雀", identity_number(71)
CANARIES = (NAME, NUMBER, NUMBER[6:17])
WHO = Identity(NAME, id_kind="resident", id_number=NUMBER, student_number=f"G{NUMBER}")
ROLES = ("bureau-head", "section-officer", "personnel", "research", "inspector", "town-officer")
TYPED = f"找{NAME}同学的信息"
OFFICES = ("system-admin", "security-admin", "audit-admin")


class Aviary:
    """A district with a pupil and a teacher whose sealed fields all hold the canary."""

    def __init__(self) -> None:
        self.district = District()
        first, by = self.district.first, console()
        self.third = classroom(first)
        enrol_many(by=by, organisation=first, rows=[PupilRow(WHO, 3, 1)], on=AUTUMN)
        self.pupil = Person._plain.get()
        self.teacher = actions.register(by=by, organisation=first, who=Identity(NAME, sex="2"))
        actions_staff.appoint(
            by=by, person=self.teacher, organisation=first, kind="teacher", on=AUTUMN, subject="数学"
        )
        actions_places.set_site(by=by, organisation=first, name="看得见的校址", on=AUTUMN)

    def people(self) -> Iterator[Acting]:
        """One who acts for each role and each of the three administrators."""
        for role in ROLES:
            at = self.district.town if role == "town-officer" else self.district.bureau
            yield holder(role, at)
        for role in ("principal", "clerk", "teacher", "head-teacher"):
            yield holder(role, self.district.first)
            yield holder(role, self.district.second)
        for office in OFFICES:
            yield person(office=office)

    def addresses(self) -> Iterator[str]:
        base = f"/registry/organisations/{self.district.first.key}"
        yield from (
            "/",
            "/registry/organisations",
            "/registry/organisations/export",
            base,
            "/registry/grants",
        )
        yield from (f"{base}/{page}" for page in ("people", "pupils", "staff", "places"))
        yield f"/registry/classes/{self.third.key}"
        for someone in (self.pupil, self.teacher):
            yield f"/registry/people/{someone.key}"
            yield f"/registry/people/{someone.key}/reveal"
        for entry in AuditEntry.objects.order_by("-seq")[:4]:
            yield f"/trail/{entry.seq}"
        yield from ("/trail", "/accounts", "/registry/grants", "/registry/people/no-such")


@pytest.fixture
def aviary(db: None, monkeypatch: pytest.MonkeyPatch) -> Aviary:
    monkeypatch.setattr("meihao.records.accounts.sessions.held_at", lambda user: "")
    return Aviary()


def crawl(aviary: Aviary, people: Iterator[Acting]) -> tuple[int, list[str]]:
    """How many pages opened to some people, and where a canary was in one; a form may say what was typed."""
    shown, leaks = 0, []
    for by in people:
        assert by.user is not None
        client = Client(raise_request_exception=False)
        client.force_login(by.user, backend="django.contrib.auth.backends.ModelBackend")
        for address in aviary.addresses():
            answer = client.get(address)
            shown += answer.status_code == 200
            said = answer.content.decode(errors="replace") + str(answer.headers)
            leaks += [f"{by.name} {address}" for one in CANARIES if one in said]
        for purpose in ("", "短", TYPED):
            answer = client.post(f"/registry/people/{aviary.pupil.key}/reveal", {"purpose": purpose})
            said = answer.content.decode().replace(f'value="{TYPED}"', "")
            leaks += [f"{by.name} reveal" for one in CANARIES if one in said]
    return shown, leaks


def test_no_page_and_no_log_shows_it_to_anybody(aviary: Aviary, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shown, leaks = crawl(aviary, aviary.people())
    assert leaks == []
    assert shown > 80
    logged = "".join(f"{record.getMessage()} {record.exc_text}" for record in caplog.records)
    assert not [one for one in CANARIES if one in logged]


def test_a_list_that_prints_it_is_caught(aviary: Aviary, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same crawl, of a list in which somebody forgot."""

    def leaking(line: PupilLine) -> str:
        return str(Person._plain.get(key=line.key).name.opened())

    monkeypatch.setattr(PupilLine, "short", property(leaking))
    principal = holder("principal", aviary.district.first)
    leaks = crawl(aviary, iter([principal]))[1]
    assert len(leaks) == 2
    assert any("/pupils" in leak for leak in leaks)
    assert any("/classes/" in leak for leak in leaks)


def test_the_trail_and_the_database_do_not_hold_it(aviary: Aviary) -> None:
    trail = "".join(entry.body for entry in AuditEntry.objects.all())
    held = dumped()
    for one in CANARIES:
        assert one not in trail
        assert one.encode() not in held
        assert one.encode("utf-16-le") not in held
    assert "看得见的校址".encode() in held  # the control: what is not sealed is there to be seen
    assert Site._plain.get().name == "看得见的校址"


def dumped() -> bytes:
    """Every byte the database holds: each value of each table, and of SQLite the file itself."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [value for row in cursor.fetchall() for value in row]
    held = b"\0".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for value in found
    )
    if connection.vendor == "sqlite":
        held += connection.connection.serialize()
    return held


def test_no_query_carries_it(aviary: Aviary) -> None:
    with CaptureQueriesContext(connection) as captured:
        actions.register(by=console(), organisation=aviary.district.second, who=WHO)
        queries_person.find(console(), NUMBER)
        queries_person.person(console(), aviary.pupil.key, AUTUMN)
    sent = "".join(query["sql"] for query in captured)
    assert "registry_person" in sent
    assert not [one for one in CANARIES if one in sent]


def failures(aviary: Aviary) -> Iterator[Callable[[], object]]:
    first, by, someone = aviary.district.first, console(), aviary.pupil
    row = PupilRow(WHO, 3, 1)
    yield lambda: enrol_many(by=by, organisation=first, rows=[row], on=AUTUMN)
    yield lambda: enrol_many(by=by, organisation=first, rows=[row, row], on=AUTUMN)
    yield lambda: checked(WHO).person().save()
    yield lambda: checked(Identity(NAME * 30))
    yield lambda: checked(Identity(NAME, id_kind="resident", id_number=f"{NUMBER}1"))
    yield lambda: checked(Identity(NAME, sex="2", id_kind="resident", id_number=NUMBER))
    yield lambda: actions.enrol(by=by, person=someone, organisation=first, grade=3, on=AUTUMN)
    yield lambda: Person._plain.filter(name=NAME).exists()
    yield lambda: Person(name=[NAME])
    yield lambda: Enrolment._plain.get(person=someone, grade=12)
    yield lambda: type(someone.name)(someone.name.blob, "registry.person.id_number").opened()


def test_no_exception_says_it(aviary: Aviary) -> None:
    told = []
    for fail in failures(aviary):
        with transaction.atomic():
            try:
                with transaction.atomic():
                    fail()
            except (Refused, IntegrityError, TypeError, SealError, Enrolment.DoesNotExist) as error:
                english = error.text.en if isinstance(error, Refused) else ""
                told.append("".join(traceback.format_exception(error)) + repr(error.args) + english)
    assert len(told) == len(list(failures(aviary)))
    assert not [one for one in CANARIES for said in told if one in said]


def test_whatever_is_printed_of_it_shows_nothing(aviary: Aviary) -> None:
    someone, row = aviary.pupil, PupilRow(WHO, 3, 1)
    things = (someone, someone.name, vars(someone), WHO, row, checked(WHO), list(Person._plain.values()))
    shown = "".join(f"{thing} {thing!r}" for thing in things)
    assert "已加密" in shown
    assert not [one for one in CANARIES if one in shown]
