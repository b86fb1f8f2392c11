"""What may be seen of people: counts against a brute force, lists by pseudonym, names for a purpose alone."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meihao.base.text import Refused
from meihao.records.accounts.acting import Acting, Missing, NotPermitted
from meihao.records.accounts.models import AuditEntry
from meihao.records.accounts.sealing import SealError
from meihao.records.registry.models import Organisation
from meihao.records.registry.people import actions, actions_classes, actions_staff, queries, queries_person
from meihao.records.registry.people.identity import Identity
from meihao.records.registry.people.queries import Headcount
from tests.records.registry.district import District, console, holder, person, school
from tests.records.registry.people.school import AUTUMN, classroom, pupil, who

NEXT, MARCH = date(2025, 9, 1), date(2025, 3, 1)
PURPOSE = "核对学籍信息"


@pytest.fixture
def district(db: None) -> District:
    return District()


def purposeful(by: Acting, purpose: str = PURPOSE) -> Acting:
    return replace(by, purpose=purpose)


# --- counts

STEPS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["enrol", "transfer", "leave", "promote"]),
        st.integers(0, 1),
        st.integers(0, 150),
    ),
    max_size=14,
)


class Lives:
    """Where each of some pupils is from which day on, kept beside the registry in a plain list."""

    def __init__(self, schools: list[Organisation]) -> None:
        self.schools = schools
        self.classes = {place: classroom(school) for place, school in enumerate(schools)}
        self.people = [actions.register(by=console(), organisation=schools[0], who=who()) for _ in range(4)]
        self.been: list[list[tuple[date, int | None, int, bool]]] = [[] for _ in self.people]

    def step(self, number: int, verb: str, place: int, day: date) -> None:
        """Does it in the registry, then writes it down; where it is refused, neither."""
        someone, school, of = self.people[number], self.schools[place], self.classes[place]
        match verb:
            case "enrol":
                actions.enrol(
                    by=console(), person=someone, organisation=school, grade=of.grade, on=day, class_group=of
                )
                self.been[number].append((day, place, of.grade, True))
            case "transfer":
                actions.transfer(by=console(), person=someone, to=school, on=day, grade=5)
                self.been[number].append((day, place, 5, False))
            case "leave":
                actions.leave(by=console(), person=someone, on=day, left_by="withdrawn")
                self.been[number].append((day, None, 0, False))
            case _:
                self.classes[place] = up = actions_classes.promote_class(by=console(), class_group=of, on=day)
                for life in self.been:
                    if life and life[-1][1] == place and life[-1][3]:
                        life.append((day, place, up.grade, True))

    def count(self, place: int, asked: date) -> Counter[int]:
        """The pupils of a school on a day, by grade."""
        last = [[stay for stay in life if stay[0] <= asked][-1:] for life in self.been]
        return Counter(grade for stays in last for _, where, grade, _ in stays if where == place)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_headcounts_on_any_day_are_those_of_a_replay(
    district: District, steps: list[tuple[int, str, int, int]]
) -> None:
    with transaction.atomic():
        lives, day = Lives([district.first, district.second]), AUTUMN
        for number, verb, place, later in steps:
            day += timedelta(days=later)
            with contextlib.suppress(Refused), transaction.atomic():
                lives.step(number, verb, place, day)
        changes = {stay[0] for life in lives.been for stay in life} | {AUTUMN, day}
        for asked in {near for on in changes for near in (on - timedelta(days=1), on)}:
            for place, school in enumerate(lives.schools):
                found: Counter[int] = Counter()
                for one in queries.headcounts(console(), school, asked):
                    found[one.grade] += one.total
                assert +found == lives.count(place, asked), (asked, lives.been)
        transaction.set_rollback(True)


def test_counts_tell_class_and_sex_and_read_nothing_sealed(district: District) -> None:
    third = classroom(district.first, 3, 1)
    empty = classroom(district.first, 2, 4)
    for order in (11, 13, 22):  # the order of an identity number is odd for a boy
        pupil(district.first, class_group=third, identity=who(order=order))
    pupil(district.first, identity=Identity("苏虚构", sex="9"))
    principal = holder("principal", district.first)
    with CaptureQueriesContext(connection) as captured:
        found = queries.headcounts(principal, district.first, AUTUMN)
    assert found == [
        Headcount(empty.key, 2, 4, 0, 0, 0),
        Headcount(third.key, 3, 1, 3, 2, 1),
        Headcount(None, 3, None, 1, 0, 0),
    ]
    read = "".join(query["sql"] for query in captured)
    assert '"registry_enrolment"' in read
    assert not [name for name in ("id_number", "student_number", '"registry_person"."name"') if name in read]
    assert queries.headcounts(principal, district.first, date(2024, 8, 31)) == []


def test_counts_and_lists_are_of_units_in_scope(district: District) -> None:
    pupil(district.first)
    other, section = holder("principal", district.second), holder("section-officer", district.bureau)
    assert queries.headcounts(other, district.first, AUTUMN) == []
    assert queries.pupils(other, district.first, AUTUMN).total == 0
    assert queries.staff(other, district.first, AUTUMN).total == 0
    assert queries.pupils(section, district.first, AUTUMN).total == 1
    assert queries.pupils(holder("research", district.bureau), district.first, AUTUMN).total == 0
    for office in ("system-admin", "security-admin", "audit-admin"):
        assert queries.headcounts(person(office=office), district.first, AUTUMN) == []


def test_a_list_of_pupils_is_by_pseudonym_and_class(district: District) -> None:
    third, fourth = classroom(district.first, 3), classroom(district.first, 4)
    for of in (fourth, third, third):
        pupil(district.first, of.grade, class_group=of)
    principal = holder("principal", district.first)
    with CaptureQueriesContext(connection) as captured:
        found = queries.pupils(principal, district.first, AUTUMN)
    assert "id_number" not in "".join(query["sql"] for query in captured)
    assert [line.grade for line in found.rows] == [3, 3, 4]
    assert found.rows[0].short == str(found.rows[0].key)[:8]
    assert queries.pupils(principal, district.first, AUTUMN, class_group=third).total == 2
    second = queries.pupils(principal, district.first, AUTUMN, page=2, per_page=2)
    assert (len(second.rows), second.total) == (1, 3)


def test_staff_are_listed_by_post_and_counted_by_head(district: District) -> None:
    teacher = actions.register(by=console(), organisation=district.first, who=who("叶虚", "19800101"))
    for subject in ("数学", "科学"):
        actions_staff.appoint(
            by=console(),
            person=teacher,
            organisation=district.first,
            kind="teacher",
            on=AUTUMN,
            subject=subject,
        )
    actions_staff.employ(by=console(), person=teacher, organisation=district.first, kind="equal", on=MARCH)
    principal = holder("principal", district.first)
    assert [
        (line.subject, line.employment) for line in queries.staff(principal, district.first, AUTUMN).rows
    ] == [("数学", ""), ("科学", "")]
    assert {line.employment for line in queries.staff(principal, district.first, MARCH).rows} == {"equal"}
    assert queries.staff_count(principal, district.first, MARCH) == 1


# --- one person


def test_a_card_shows_a_school_its_own_rows(district: District) -> None:
    someone = pupil(district.first)
    actions.transfer(by=console(), person=someone, to=district.second, on=MARCH)
    first, second = holder("clerk", district.first), holder("clerk", district.second)
    section = holder("section-officer", district.bureau)
    of_first = queries_person.person(first, someone.key, NEXT)
    assert [(stay.organisation, stay.until) for stay in of_first.stays] == [("禾渚镇中心小学", MARCH)]
    assert of_first.birth == "2015-09"
    assert [stay.organisation for stay in queries_person.person(second, someone.key, NEXT).stays] == [
        "石觅云根小学"
    ]
    assert len(queries_person.person(section, someone.key, NEXT).stays) == 2
    stranger = holder("clerk", school(district.bureau, "柳虚小学"))
    for key in (someone.key, uuid4()):
        with pytest.raises(Missing):
            queries_person.person(stranger, key, NEXT)
    with CaptureQueriesContext(connection) as captured:
        queries_person.person(first, someone.key, NEXT)
    assert "id_number" not in "".join(query["sql"].split("FROM")[0] for query in captured)


def test_a_person_is_found_by_the_whole_number_in_scope(district: District) -> None:
    identity = who()
    someone = pupil(district.first, identity=identity)
    clerk = holder("clerk", district.first)
    assert queries_person.find(clerk, f" {identity.id_number.lower()} ") == someone.key
    assert queries_person.find(clerk, identity.student_number) == someone.key
    assert queries_person.find(clerk, identity.id_number[:17]) is None
    assert queries_person.find(clerk, identity.name) is None
    assert queries_person.find(holder("clerk", district.second), identity.id_number) is None


def test_a_name_is_revealed_for_a_purpose_and_that_is_in_the_trail(district: District) -> None:
    identity = who()
    someone = pupil(district.first, identity=identity)
    clerk = purposeful(holder("clerk", district.first))
    shown = queries_person.reveal(clerk, someone.key)
    assert (shown.name, shown.id_number) == (identity.name, identity.id_number)
    assert shown.student_number == identity.student_number
    assert identity.name not in f"{shown} {shown!r}"
    entry = AuditEntry.objects.order_by("-seq")[0]
    assert (entry.action, entry.subject) == ("registry.person.reveal", f"person:{someone.key}")
    assert entry.organisation == str(district.first.key)
    assert PURPOSE in entry.body
    assert identity.name not in entry.body
    assert identity.id_number not in entry.body


@pytest.mark.parametrize("purpose", ["", "核对", "核 对 学 籍"])
def test_without_a_purpose_nothing_is_revealed(district: District, purpose: str) -> None:
    someone = pupil(district.first)
    entries = AuditEntry.objects.count()
    with pytest.raises(Refused, match="事由"):
        queries_person.reveal(purposeful(holder("clerk", district.first), purpose), someone.key)
    assert AuditEntry.objects.count() == entries


def test_a_purpose_with_a_name_or_a_number_in_it_is_not_kept(district: District) -> None:
    identity = who()
    someone = pupil(district.first, identity=identity)
    clerk, entries = holder("clerk", district.first), AuditEntry.objects.count()
    for secret in (identity.name, identity.id_number, identity.student_number):
        with pytest.raises(Refused, match="不要写") as caught:
            queries_person.reveal(purposeful(clerk, f"给 {secret} 办手续"), someone.key)
        assert secret not in str(caught.value)
    assert AuditEntry.objects.count() == entries


def test_where_the_trail_cannot_be_written_nothing_is_revealed(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = pupil(district.first)

    def failing(*_: object, **__: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("meihao.records.accounts.audit.record", failing)
    with pytest.raises(RuntimeError, match="disk full"):
        queries_person.reveal(purposeful(holder("clerk", district.first)), someone.key)


def test_who_may_reveal(district: District) -> None:
    someone = pupil(district.first)
    for role in ("section-officer", "personnel"):
        assert queries_person.reveal(purposeful(holder(role, district.bureau)), someone.key).name
    with pytest.raises(Missing):
        queries_person.reveal(purposeful(holder("principal", district.second)), someone.key)
    for by in (
        holder("bureau-head", district.bureau),
        holder("teacher", district.first),
        person(office="system-admin"),
        console(),
    ):
        with pytest.raises(NotPermitted):
            queries_person.reveal(purposeful(by), someone.key)


def test_what_does_not_open_is_said_in_words(district: District) -> None:
    someone = pupil(district.first)
    blob = bytearray(someone.name.blob)
    blob[-1] ^= 1
    someone.name = bytes(blob)
    someone.save()
    with pytest.raises(Refused, match="密钥") as caught:
        queries_person.reveal(purposeful(holder("clerk", district.first)), someone.key)
    assert isinstance(caught.value.__cause__, SealError)
