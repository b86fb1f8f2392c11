"""What happens to pupils: registered, enrolled, moved to another school, gone.

All take `by`, and `on`, the day from which it holds; all raise `Refused` for what a person can get wrong,
`NotPermitted` and `Missing` where it is not theirs. `actions_classes` has classes, `actions_staff` posts,
`actions_places` what a school is given, `bulk` whole rolls.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from meihao.base.text import Refused
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.registry.models import Came, ClassGroup, Enrolment, Left, Organisation, Person
from meihao.records.registry.people.erased import locked
from meihao.records.registry.people.grades import check_grades
from meihao.records.registry.people.identity import Identity, Known, checked
from meihao.records.registry.recording import AHEAD, standing

WRITE = "registry.person.write"


def register(*, by: Acting, organisation: Organisation, who: Identity) -> Person:
    """The person who bears these numbers, or a new one; numbers that a known person lacks are added.

    `organisation` is where they will be enrolled or employed. Without any number a new person is made.
    """
    access.require(by, WRITE, organisation)
    asked = checked(who)
    with transaction.atomic():
        person = Known([asked]).person(asked)
        known = person is not None
        changed = asked.completes(person) if person is not None else []
        person = person if person is not None else asked.person()
        person.save(update_fields=changed if known else None)
        written(by, person, organisation, {"registered": not known, "added": changed})
    return person


register_pupil = register_staff = register


def enrol(
    *,
    by: Acting,
    person: Person,
    organisation: Organisation,
    grade: int,
    on: date,
    class_group: ClassGroup | None = None,
    came_by: str = Came.ADMITTED,
) -> Enrolment:
    """A pupil comes to a school. Refused while they are enrolled anywhere: that is a transfer."""
    access.require(by, WRITE, organisation)
    with transaction.atomic():
        _check(by, organisation, grade, on, class_group)
        locked(person)
        check_free(list(Enrolment._plain.filter(person=person)), on)
        made = _enrolled(person, organisation, grade, on, class_group, Came(came_by))
        written(by, person, organisation, _said(made) | {"came_by": made.came_by})
    return made


def transfer(
    *,
    by: Acting,
    person: Person,
    to: Organisation,
    on: date,
    grade: int | None = None,
    class_group: ClassGroup | None = None,
) -> Enrolment:
    """A pupil leaves one school and comes to another on the same day, in the same grade or another."""
    with transaction.atomic():
        present = open_enrolment(person)
        access.require(by, WRITE, present.organisation, to)
        if present.organisation_id == to.pk:
            raise Refused(
                "转入学校就是现在的学校。请核对转入学校。", "the pupil is at this school already. Check it."
            )
        wanted = present.grade if grade is None else grade
        _check(by, to, wanted, on, class_group)
        end(present, on, Left.TRANSFERRED)
        made = _enrolled(person, to, wanted, on, class_group, Came.TRANSFERRED)
        written(by, person, to, _said(made) | {"from": str(present.organisation.key)})
    return made


def leave(*, by: Acting, person: Person, on: date, left_by: str) -> Enrolment:
    """A pupil is gone from `on`: graduated, suspended, withdrawn …"""
    with transaction.atomic():
        present = open_enrolment(person)
        access.require(by, WRITE, present.organisation)
        standing(present.organisation, on)
        check_day(by, on)
        end(present, on, Left(left_by))
        written(by, person, present.organisation, {"on": on, "left_by": left_by})
    return present


# --- what the other actions on people use too


def check_day(by: Acting, on: date) -> None:
    """Raises `Refused` for a day more than a year ahead."""
    if on > by.day + AHEAD:
        raise Refused(
            f"日期 {on} 太远，最多登记到 {by.day + AHEAD}。请核对年份。",
            f"the day {on} is too far ahead: record up to {by.day + AHEAD}. Check the year.",
        )


def check_class(class_group: ClassGroup, organisation: Organisation, grade: int, on: date) -> None:
    """Raises `Refused` where a class is not of this unit and grade, or is not held on a day; locks it."""
    class_group = ClassGroup._plain.select_for_update().get(pk=class_group.pk)
    if class_group.organisation_id != organisation.pk or class_group.grade != grade:
        raise Refused(
            "这个班不是这所学校、这个年级的班。请核对班级。",
            "the class is not of this school and grade. Check it.",
        )
    if class_group.since > on or (class_group.until is not None and class_group.until <= on):
        raise Refused(f"这个班在 {on} 还没有开班或已经结束。请核对日期。", f"there is no such class on {on}.")


def check_free(enrolments: list[Enrolment], on: date) -> None:
    """Raises `Refused` where a person is enrolled on a day or after it."""
    if any(row.until is None for row in enrolments):
        raise Refused(
            "这名学生现有学籍，不能再入学。请办理转学，或先登记离校。",
            "the pupil is enrolled. Record a transfer, or that they left.",
        )
    last = max((row.until for row in enrolments if row.until is not None), default=on)
    if last > on:
        raise Refused(
            f"这名学生的上一段学籍到 {last} 为止，不能从 {on} 入学。请核对日期。",
            f"the pupil's last enrolment lasts until {last}: none begins on {on}. Check the day.",
        )


def open_enrolment(person: Person) -> Enrolment:
    """The enrolment that holds, locked. Raises `Refused` where there is none."""
    locked(person)
    rows = Enrolment._plain.select_related("organisation", "person")
    found = rows.filter(person=person, until__isnull=True).first()
    if found is None:
        raise Refused(
            "这名学生现在没有学籍。请先登记入学。", "the pupil is not enrolled. Record the enrolment."
        )
    return found


def end(row: Enrolment, on: date, left_by: Left) -> None:
    """Closes an enrolment. Raises `Refused` where it begins on that day or later."""
    if row.since >= on:
        raise Refused(
            f"这段学籍从 {row.since} 起，不能在 {on} 结束。请核对日期。",
            f"the enrolment begins on {row.since} and cannot end on {on}. Check the day.",
        )
    row.until, row.left_by = on, left_by.value
    row.save(update_fields=["until", "left_by"])


def written(by: Acting, person: Person, organisation: Organisation, detail: dict[str, object]) -> None:
    """The entry of the trail: who it is about by key alone."""
    about, unit = f"person:{person.key}", str(organisation.key)
    audit.record(by, WRITE, subject=about, organisation=unit, detail=detail)


def _check(
    by: Acting, organisation: Organisation, grade: int, on: date, class_group: ClassGroup | None
) -> None:
    check_day(by, on)
    check_grades(organisation, on, grade)
    if class_group is not None:
        check_class(class_group, organisation, grade, on)


def _enrolled(
    person: Person,
    organisation: Organisation,
    grade: int,
    on: date,
    class_group: ClassGroup | None,
    came_by: Came,
) -> Enrolment:
    return Enrolment._plain.create(
        person=person,
        organisation=organisation,
        class_group=class_group,
        grade=grade,
        since=on,
        came_by=came_by,
    )


def _said(made: Enrolment) -> dict[str, object]:
    of_class = str(made.class_group.key) if made.class_group is not None else None
    return {"on": made.since, "grade": made.grade, "class": of_class}
