"""What happens to classes: opened, closed, gone up a grade into the next school year, graduated."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from meihao.base.text import Refused
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.registry.models import Came, ClassGroup, Enrolment, Left, Organisation
from meihao.records.registry.people.actions import check_day
from meihao.records.registry.people.grades import check_grades, leaving
from meihao.records.registry.recording import standing

WRITE = "registry.class.write"


def open_class(
    *, by: Acting, organisation: Organisation, school_year: int, grade: int, number: int, on: date
) -> ClassGroup:
    """A class begins; `school_year` is the year in which its school year begins."""
    access.require(by, WRITE, organisation)
    check_day(by, on)
    check_grades(organisation, on, grade)
    if on.year not in (school_year, school_year + 1):
        raise Refused(
            f"{on} 不在 {school_year}—{school_year + 1} 学年。请核对学年和日期。",
            f"{on} is not in the school year {school_year}–{school_year + 1}. Check both.",
        )
    with transaction.atomic():
        made = _opened(organisation, school_year, grade, number, on)
        _written(by, made, {"opened": on})
    return made


def close_class(*, by: Acting, class_group: ClassGroup, on: date) -> ClassGroup:
    """A class ends; nobody may be in it from that day on."""
    access.require(by, WRITE, class_group.organisation)
    check_day(by, on)
    with transaction.atomic():
        found = _open(class_group, on)
        left = _in(found).filter(Q(until__isnull=True) | Q(until__gt=on)).count()
        if left:
            raise Refused(
                f"班里在 {on} 还有 {left} 名学生。请先登记他们的去向，或升入下一学年。",
                f"{left} pupils are in the class on {on}. Record where they go, or promote the class.",
            )
        _close(found, on)
        _written(by, found, {"closed": on})
    return found


def promote_class(*, by: Acting, class_group: ClassGroup, on: date, number: int | None = None) -> ClassGroup:
    """The class of the next school year and grade, with all who are in this one; this one ends."""
    organisation = class_group.organisation
    access.require(by, WRITE, organisation)
    check_day(by, on)
    _check_goes_up(class_group, on)
    with transaction.atomic():
        found = _open(class_group, on)
        rows = _moving(found, on)
        _close(found, on)
        wanted = found.number if number is None else number
        made = _opened(organisation, found.school_year + 1, found.grade + 1, wanted, on)
        Enrolment._plain.filter(pk__in=[row.pk for row in rows]).update(until=on, left_by=Left.PROMOTED)
        Enrolment._plain.bulk_create([_next(row, made) for row in rows])
        _written(by, made, {"promoted": on, "from": str(found.key), "pupils": len(rows)})
    return made


def graduate_class(*, by: Acting, class_group: ClassGroup, on: date) -> int:
    """All who are in a class of a leaving grade graduate and leave on `on`; it ends. How many they are."""
    access.require(by, WRITE, class_group.organisation)
    check_day(by, on)
    if not leaving(class_group.grade):
        raise Refused(
            "只有毕业年级（大班、六年级、九年级、高三）才能整班毕业。请核对班级。",
            "only the class of a leaving grade graduates. Check the class.",
        )
    with transaction.atomic():
        found = _open(class_group, on)
        rows = _moving(found, on)
        _close(found, on)
        Enrolment._plain.filter(pk__in=[row.pk for row in rows]).update(until=on, left_by=Left.GRADUATED)
        _written(by, found, {"graduated": on, "pupils": len(rows)})
    return len(rows)


def _check_goes_up(class_group: ClassGroup, on: date) -> None:
    if class_group.grade == 6:  # a nine-year school takes its own into the seventh
        check_grades(class_group.organisation, on, 7)
    elif leaving(class_group.grade):
        raise Refused(
            "毕业年级不升级。请为学生登记毕业，再结束这个班。",
            "this is a leaving grade. Record that the pupils graduate, then close the class.",
        )
    if on.year != class_group.school_year + 1:
        raise Refused(
            f"这个班升入 {class_group.school_year + 1} 年开始的学年，{on} 不在那一年。请核对日期。",
            f"the class goes up in {class_group.school_year + 1}; {on} is not in that year. Check the day.",
        )


def _moving(class_group: ClassGroup, on: date) -> list[Enrolment]:
    rows = list(_in(class_group).select_for_update().order_by("pk"))
    if any(
        (row.until is None and row.since >= on) or (row.until is not None and row.until > on) for row in rows
    ):
        raise Refused(
            f"班里有学生的变动登记在 {on} 或之后。请核对升级日期。",
            f"something is recorded of a pupil of the class on {on} or after it. Check the day.",
        )
    return [row for row in rows if row.until is None]


def _next(row: Enrolment, into: ClassGroup) -> Enrolment:
    return Enrolment(
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        class_group=into,
        grade=into.grade,
        since=into.since,
        came_by=Came.PROMOTED,
    )


def _in(class_group: ClassGroup) -> QuerySet[Enrolment]:
    return Enrolment._plain.filter(class_group=class_group)


def _open(class_group: ClassGroup, on: date) -> ClassGroup:
    found = ClassGroup._plain.select_for_update().get(pk=class_group.pk)
    if found.until is not None or found.since >= on:
        raise Refused(
            f"这个班从 {found.since} 到 {found.until or '现在'}，不能在 {on} 结束。请核对日期。",
            f"the class lasts from {found.since} to {found.until or 'now'} and cannot end on {on}.",
        )
    standing(class_group.organisation, on)
    return found


def _close(class_group: ClassGroup, on: date) -> None:
    class_group.until = on
    class_group.save(update_fields=["until"])


def _opened(organisation: Organisation, school_year: int, grade: int, number: int, on: date) -> ClassGroup:
    if number < 1:
        raise Refused("班号从 1 起。请核对班号。", "classes are numbered from 1. Check the number.")
    wanted = {"organisation": organisation, "school_year": school_year, "grade": grade, "number": number}
    if ClassGroup._plain.filter(**wanted).exists():
        raise Refused(
            f"这个学年、这个年级已有 {number} 班。请换一个班号。",
            f"there is a class {number} of this grade and school year already. Take another number.",
        )
    return ClassGroup._plain.create(**wanted, since=on)


def _written(by: Acting, made: ClassGroup, detail: dict[str, object]) -> None:
    said = {"school_year": made.school_year, "grade": made.grade, "number": made.number} | detail
    unit = str(made.organisation.key)
    audit.record(by, WRITE, subject=f"class:{made.key}", organisation=unit, detail=said)
