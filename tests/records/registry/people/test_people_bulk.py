"""A whole roll: all of it or nothing, one entry of the trail, and fast enough for a district."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import replace

import pytest

from meihao.records.accounts.acting import Missing
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry.models import Enrolment, Person
from meihao.records.registry.people import actions
from meihao.records.registry.people.bulk import Enrolled, PupilRow, RollRefused, enrol_many
from meihao.records.registry.people.identity import Identity
from tests.records.registry.district import District, console, holder
from tests.records.registry.people.school import AUTUMN, classroom, pupil, who


@pytest.fixture
def district(db: None) -> District:
    return District()


def test_a_roll_is_enrolled_with_one_entry_of_the_trail(district: District) -> None:
    first, second = classroom(district.first, 3, 1), classroom(district.first, 3, 2)
    back = pupil(district.second)
    actions.leave(by=console(), person=back, on=AUTUMN.replace(day=2), left_by="withdrawn")
    name, number = back.name.opened(), back.id_number
    assert number is not None
    known = Identity(name, id_kind=back.id_kind, id_number=number.opened())
    rows = [PupilRow(who(f"虚构{n}"), 3, 1 + n % 2) for n in range(10)]
    rows += [PupilRow(known, 3, 1, "resumed"), PupilRow(Identity("无号"), 2)]
    entries = AuditEntry.objects.count()
    found = enrol_many(by=console(), organisation=district.first, rows=rows, on=AUTUMN.replace(day=2))
    assert found == Enrolled(12, 11)
    in_class = Counter(Enrolment._plain.values_list("class_group", flat=True))
    assert (in_class[first.pk], in_class[second.pk]) == (6, 5)
    assert Enrolment._plain.filter(organisation=district.first, class_group=None).get().grade == 2
    assert Enrolment._plain.filter(person=back, until__isnull=True).get().came_by == "resumed"
    assert AuditEntry.objects.count() == entries + 1
    entry = AuditEntry.objects.order_by("-seq")[0]
    here = Enrolment._plain.filter(organisation=district.first)
    keys = sorted(str(key) for key in here.values_list("person__key", flat=True))
    assert json.loads(entry.body)["detail"] == {
        "enrolled": 12,
        "registered": 11,
        "on": "2024-09-02",
        "sha256": hashlib.sha256("\n".join(keys).encode()).hexdigest(),
    }
    assert "虚构" not in entry.body


def test_one_wrong_row_refuses_the_roll_and_every_wrong_row_is_named(district: District) -> None:
    classroom(district.first, 3, 1)
    taken = pupil(district.second)
    assert taken.id_number is not None
    here = Identity(taken.name.opened(), id_kind="resident", id_number=taken.id_number.opened())
    good = who()
    rows = [
        PupilRow(good, 3, 1),
        PupilRow(replace(who(), sex="7", id_number="", id_kind="", student_number=""), 3, 1),
        PupilRow(who(), 7),
        PupilRow(who(), 3, 9),
        PupilRow(good, 3, 1),
        PupilRow(here, 3, 1),
        PupilRow(replace(here, name="叶虚"), 3, 1),
    ]
    before = (Person._plain.count(), Enrolment._plain.count(), AuditEntry.objects.count())
    with pytest.raises(RollRefused) as caught:
        enrol_many(by=console(), organisation=district.first, rows=rows, on=AUTUMN)
    assert [fault.row for fault in caught.value.faults if fault.row != 7] == [2, 3, 4, 5, 6]
    assert {fault.row for fault in caught.value.faults} == {2, 3, 4, 5, 6, 7}
    assert "一行也没有写入" in str(caught.value)
    told = str(caught.value) + "".join(fault.text.zh + fault.text.en for fault in caught.value.faults)
    assert "苏虚构" not in told
    assert taken.id_number.opened() not in told
    assert (Person._plain.count(), Enrolment._plain.count(), AuditEntry.objects.count()) == before
    assert enrol_many(by=console(), organisation=district.first, rows=rows[:1], on=AUTUMN).pupils == 1


def test_two_rows_that_name_one_known_person_by_different_numbers_are_refused(district: District) -> None:
    whole = replace(who(), student_number=f"J990106{'20150901'}0017")
    actions.register(by=console(), organisation=district.first, who=whole)
    rows = [
        PupilRow(replace(whole, student_number=""), 3),
        PupilRow(Identity(whole.name, student_number=whole.student_number), 3),
    ]
    with pytest.raises(RollRefused, match="同一个人"):
        enrol_many(by=console(), organisation=district.first, rows=rows, on=AUTUMN)
    assert not Enrolment._plain.exists()


def test_a_failing_write_leaves_nothing(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("meihao.records.accounts.audit.record", failing)
    with pytest.raises(RuntimeError):
        enrol_many(by=console(), organisation=district.first, rows=[PupilRow(who(), 3)], on=AUTUMN)
    assert not Person._plain.exists()


def test_a_roll_is_the_school_s_own(district: District) -> None:
    by = holder("clerk", district.second)
    with pytest.raises(Missing):
        enrol_many(by=by, organisation=district.first, rows=[PupilRow(who(), 3)], on=AUTUMN)
