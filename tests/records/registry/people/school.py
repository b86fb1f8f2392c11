"""An invented school with invented people: numbers of province 99, names of nobody."""

from __future__ import annotations

from datetime import date
from itertools import count

from meihao.base.codes import identity_check
from meihao.records.accounts.acting import Acting
from meihao.records.registry.models import ClassGroup, Enrolment, IdKind, Organisation, Person
from meihao.records.registry.people import actions, actions_classes
from meihao.records.registry.people.identity import Identity
from tests.records.registry.district import console

AUTUMN = date(2024, 9, 1)
_numbers = count(1)


def identity_number(order: int, born: str = "20150901") -> str:
    body = f"990106{born}{order % 1000:03}"
    return body + identity_check(body)


def who(name: str = "苏虚构", born: str = "20150901", order: int | None = None) -> Identity:
    """A child nobody has registered yet."""
    n = next(_numbers) if order is None else order
    day = f"{born[:6]}{n // 1000 % 28 + 1:02}"
    number = identity_number(n, day)
    return Identity(name, id_kind=IdKind.RESIDENT, id_number=number, student_number=f"G{number}")


def classroom(
    organisation: Organisation,
    grade: int = 3,
    number: int = 1,
    *,
    on: date = AUTUMN,
    by: Acting | None = None,
) -> ClassGroup:
    return actions_classes.open_class(
        by=by or console(),
        organisation=organisation,
        school_year=on.year,
        grade=grade,
        number=number,
        on=on,
    )


def pupil(
    organisation: Organisation,
    grade: int = 3,
    *,
    on: date = AUTUMN,
    class_group: ClassGroup | None = None,
    identity: Identity | None = None,
) -> Person:
    person = actions.register_pupil(by=console(), organisation=organisation, who=identity or who())
    actions.enrol(
        by=console(), person=person, organisation=organisation, grade=grade, on=on, class_group=class_group
    )
    return person


def held(person: Person) -> list[Enrolment]:
    return list(Enrolment._plain.filter(person=person).order_by("since"))
