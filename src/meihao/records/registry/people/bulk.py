"""A whole roll at once: thousands of pupils enrolled in one transaction, with one entry of the trail."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from meihao.base.text import Refused, Text
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.registry.models import Came, ClassGroup, Enrolment, Organisation, Person, holds_on
from meihao.records.registry.people.actions import WRITE, check_day, check_free
from meihao.records.registry.people.grades import check_grades, taught
from meihao.records.registry.people.identity import Checked, Identity, Known, checked
from meihao.records.registry.recording import standing

AT_ONCE = 2000  # rows in one statement
_SHOWN = 3
_COMPLETED = (
    *("id_kind", "id_number", "id_number_blind"),
    *("student_number", "student_number_blind"),
)


@dataclass(frozen=True, slots=True)
class PupilRow:
    """One line of a roll: who, in which grade, in the class of which number (None: in no class)."""

    who: Identity
    grade: int
    class_number: int | None = None
    came_by: str = Came.ADMITTED


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one row; rows are counted from 1."""

    row: int
    text: Text


class RollRefused(Refused):
    """Rows of a roll that cannot be taken. Nothing was written; `faults` has all of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        zh = "；".join(f"第 {fault.row} 行：{fault.text.zh.rstrip('。')}" for fault in faults[:_SHOWN])
        en = "; ".join(f"row {fault.row}: {fault.text.en.rstrip('.')}" for fault in faults[:_SHOWN])
        more = len(faults) > _SHOWN
        super().__init__(
            f"{len(faults)} 行有误，一行也没有写入。{zh}{'……' if more else '。'}",
            f"{len(faults)} rows are wrong and nothing was written. {en}{' …' if more else '.'}",
        )
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """How many pupils were enrolled, and how many of them were not known before."""

    pupils: int
    registered: int


def enrol_many(*, by: Acting, organisation: Organisation, rows: Sequence[PupilRow], on: date) -> Enrolled:
    """Enrols all rows from `on`, or none of them. Classes have to be open on that day.

    The trail has one entry, with the SHA-256 of the sorted keys. Raises `RollRefused` with every fault.
    """
    access.require(by, WRITE, organisation)
    check_day(by, on)
    standing(organisation, on)
    with transaction.atomic():
        asked, faults = _checked(rows)
        faults += [*_doubled(asked), *_misplaced(organisation, rows, on)]
        classes = _classes(organisation, on)
        faults += _without_class(rows, classes)
        people, new, more = _people(asked, on)
        if faults := sorted([*faults, *more], key=lambda fault: fault.row):
            raise RollRefused(faults)
        _write(organisation, rows, people, new, classes, on)
        digest = hashlib.sha256("\n".join(sorted(str(one.key) for one in people.values())).encode())
        said = {"enrolled": len(rows), "registered": len(new), "on": on, "sha256": digest.hexdigest()}
        subject = f"organisation:{organisation.key}"
        audit.record(by, WRITE, subject=subject, organisation=str(organisation.key), detail=said)
    return Enrolled(len(rows), len(new))


def _checked(rows: Sequence[PupilRow]) -> tuple[dict[int, Checked], list[Fault]]:
    asked: dict[int, Checked] = {}
    faults: list[Fault] = []
    for number, row in enumerate(rows, 1):
        try:
            asked[number] = checked(row.who)
            Came(row.came_by)
        except Refused as refused:
            faults.append(Fault(number, refused.text))
    return asked, faults


def _doubled(asked: dict[int, Checked]) -> list[Fault]:
    seen: dict[object, list[int]] = defaultdict(list)
    for number, one in asked.items():
        if one.id_blind:
            seen[one.who.id_kind, one.id_blind].append(number)
        if one.student_blind:
            seen["student", one.student_blind].append(number)
    again = Counter({row: rows[0] for rows in seen.values() for row in rows[1:]})
    return [
        Fault(row, Text(f"号码与第 {first} 行相同。", f"the number is that of row {first}."))
        for row, first in again.items()
    ]


def _misplaced(organisation: Organisation, rows: Sequence[PupilRow], on: date) -> Iterator[Fault]:
    teaches = taught(standing(organisation, on).type)
    for number, row in enumerate(rows, 1):
        if row.grade not in teaches:
            try:
                check_grades(organisation, on, row.grade)
            except Refused as refused:
                yield Fault(number, refused.text)


def _classes(organisation: Organisation, on: date) -> dict[tuple[int, int], ClassGroup]:
    held = ClassGroup._plain.select_for_update().filter(holds_on(on), organisation=organisation)
    return {(one.grade, one.number): one for one in held.order_by("school_year")}


def _without_class(rows: Sequence[PupilRow], classes: dict[tuple[int, int], ClassGroup]) -> Iterator[Fault]:
    for number, row in enumerate(rows, 1):
        if row.class_number is not None and (row.grade, row.class_number) not in classes:
            zh = f"这个年级没有开设 {row.class_number} 班。请先登记班级。"
            yield Fault(
                number, Text(zh, f"there is no class {row.class_number} of this grade. Open it first.")
            )


def _people(asked: dict[int, Checked], on: date) -> tuple[dict[int, Person], list[Person], list[Fault]]:
    """The person of each row, known or new, and what is wrong with those who are known."""
    known, people = Known(asked.values()), {}
    new: list[Person] = []
    faults: list[Fault] = []
    for number, one in asked.items():
        try:
            person = known.person(one)
        except Refused as refused:
            faults.append(Fault(number, refused.text))
            continue
        if person is None:
            new.append(person := one.person())
        people[number] = person
    faults += _not_free(people, on)
    complete((asked[number], person) for number, person in people.items() if person.pk is not None)
    return people, new, faults


def _not_free(people: dict[int, Person], on: date) -> Iterator[Fault]:
    """Those who are enrolled already, and those whom two rows name by different numbers."""
    held: dict[int, list[Enrolment]] = defaultdict(list)
    numbers = [person.pk for person in people.values() if person.pk is not None]
    for some in parts(numbers):
        for row in Enrolment._plain.filter(person__in=some):
            held[row.person_id].append(row)
    first: dict[int, int] = {}
    for number, person in people.items():
        earlier = number if person.pk is None else first.setdefault(person.pk, number)
        if earlier != number:
            yield Fault(number, Text(f"与第 {earlier} 行是同一个人。", f"the same person as row {earlier}."))
        try:
            check_free(held.get(person.pk, []), on)
        except Refused as refused:
            yield Fault(number, refused.text)


def complete(asked: Iterable[tuple[Checked, Person]]) -> None:
    """Adds to known people the numbers that they lacked."""
    completed = [person for one, person in asked if one.completes(person)]
    Person._plain.bulk_update(completed, _COMPLETED, batch_size=AT_ONCE)


def register_many(people: Sequence[Person]) -> None:
    """Saves new people; each has a number afterwards."""
    Person._plain.bulk_create(people, batch_size=AT_ONCE)


def parts(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    """Numbers of rows in portions that one statement takes."""
    return (numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE))


def _write(
    organisation: Organisation,
    rows: Sequence[PupilRow],
    people: dict[int, Person],
    new: list[Person],
    classes: dict[tuple[int, int], ClassGroup],
    on: date,
) -> None:
    register_many(new)
    enrolments = [
        Enrolment(
            person=people[number],
            organisation=organisation,
            class_group=classes[row.grade, row.class_number] if row.class_number is not None else None,
            grade=row.grade,
            since=on,
            came_by=row.came_by,
        )
        for number, row in enumerate(rows, 1)
    ]
    Enrolment._plain.bulk_create(enrolments, batch_size=AT_ONCE)
