"""What is read for OneRoster: lists, the same narrowed by a class or a school, and one record by its key.

Each takes a `Window`, which says who looks; the scope is put on in `rows`. A record that is out of scope is
as if it were not (`Missing`), and so is everything below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from meihao.base.divisions import NATION
from meihao.base.school_year import MonthDay, school_year_on
from meihao.policy.kinds import Calendar
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts.acting import Acting, Missing
from meihao.records.registry import access
from meihao.records.registry.models import Enrolment, Kind, Post, PostKind, holds_on
from meihao.records.registry.oneroster import pages, shapes
from meihao.records.registry.oneroster import queries_rows as rows
from meihao.records.registry.oneroster.fields import NOTHING, condition, ordered
from meihao.records.registry.oneroster.lists import CLASSES, ORGS, USERS, Kept, read_key
from meihao.records.registry.oneroster.pages import Asked, Page
from meihao.records.registry.oneroster.queries_rows import NAMES, Window
from meihao.records.registry.oneroster.shapes import Record, References
from meihao.records.registry.oneroster.vocabulary import COURSES, moment, term_key, year_key
from meihao.records.registry.people.queries import READ

Narrow = Callable[[Acting, QuerySet[Any], Window, tuple[str, ...]], QuerySet[Any]]
_CALENDAR = "cn/school-year"


def window(by: Acting, as_of: date | None, *, by_name: bool = False) -> Window:
    """How somebody looks at a day, today without one; `by_name` where names are asked for."""
    day = as_of or by.day
    calendar = _rulebook().get(Calendar, _CALENDAR, day, NATION)
    year = school_year_on(day, calendar.school_year_starts, calendar.census)
    return Window(day, year.first, NAMES if by_name and access.holds(by, NAMES) else "")


@lru_cache(maxsize=1)
def _rulebook() -> Rulebook:
    return Rulebook.load()


def whole(_: Acting, found: QuerySet[Any], __: Window, ___: tuple[str, ...]) -> QuerySet[Any]:
    """All of a list."""
    return found


def nobody(by: Acting, found: QuerySet[Any], seen: Window, keys: tuple[str, ...]) -> QuerySet[Any]:
    """Nothing: who teaches which class is no record here. Raises `Missing` where the class is not there."""
    _class(by, seen, keys)
    return found.filter(NOTHING)


def schools(_: Acting, found: QuerySet[Any], __: Window, ___: tuple[str, ...]) -> QuerySet[Any]:
    """Units that are schools or kindergartens."""
    return found.filter(organisation__kind=Kind.INSTITUTION)


def students(by: Acting, found: QuerySet[Any], seen: Window, _: tuple[str, ...]) -> QuerySet[Any]:
    """People who are pupils."""
    return found.filter(Exists(rows.stays(by, seen, Enrolment)))


def teachers(by: Acting, found: QuerySet[Any], seen: Window, _: tuple[str, ...]) -> QuerySet[Any]:
    """People who hold a post as a full teacher (专任教师)."""
    return found.filter(Exists(rows.stays(by, seen, Post).filter(kind=PostKind.TEACHER)))


def students_of_class(by: Acting, found: QuerySet[Any], seen: Window, keys: tuple[str, ...]) -> QuerySet[Any]:
    """The pupils who are in a class on the day."""
    seated = rows.stays(by, seen, Enrolment).filter(holds_on(seen.day), class_group=_class(by, seen, keys))
    return found.filter(Exists(seated))


def students_of_school(
    by: Acting, found: QuerySet[Any], seen: Window, keys: tuple[str, ...]
) -> QuerySet[Any]:
    """The pupils of a school on the day."""
    here = rows.stays(by, seen, Enrolment).filter(holds_on(seen.day), organisation=_school(by, seen, keys[0]))
    return found.filter(Exists(here))


def teachers_of_school(
    by: Acting, found: QuerySet[Any], seen: Window, keys: tuple[str, ...]
) -> QuerySet[Any]:
    """The full teachers of a school on the day."""
    posts = rows.stays(by, seen, Post).filter(holds_on(seen.day), kind=PostKind.TEACHER)
    return found.filter(Exists(posts.filter(organisation=_school(by, seen, keys[0]))))


def of_school(by: Acting, found: QuerySet[Any], seen: Window, keys: tuple[str, ...]) -> QuerySet[Any]:
    """Classes or enrolments of a school."""
    return found.filter(organisation=_school(by, seen, keys[0]))


def of_class(by: Acting, found: QuerySet[Any], seen: Window, keys: tuple[str, ...]) -> QuerySet[Any]:
    """Enrolments in a class of a school."""
    return found.filter(class_group=_class(by, seen, keys))


def classes_of_student(
    by: Acting, found: QuerySet[Any], seen: Window, keys: tuple[str, ...]
) -> QuerySet[Any]:
    """The classes in which a pupil is on the day."""
    seats = Enrolment.objects.scoped(seen.within(by, READ), by.name).filter(holds_on(seen.day))
    mine = seats.filter(person=_person(by, seen, keys[0], students), class_group=OuterRef("pk"))
    return found.filter(Exists(mine))


def classes_of_user(by: Acting, found: QuerySet[Any], seen: Window, keys: tuple[str, ...]) -> QuerySet[Any]:
    """The classes in which somebody is as a pupil on the day."""
    seats = Enrolment.objects.scoped(seen.within(by, READ), by.name).filter(holds_on(seen.day))
    return found.filter(
        Exists(seats.filter(person=_person(by, seen, keys[0], whole), class_group=OuterRef("pk")))
    )


def classes_of_teacher(
    by: Acting, found: QuerySet[Any], seen: Window, keys: tuple[str, ...]
) -> QuerySet[Any]:
    """None: who teaches which class is no record here. Raises `Missing` where there is no such teacher."""
    _person(by, seen, keys[0], teachers)
    return found.filter(NOTHING)


def of_course(by: Acting, found: QuerySet[Any], seen: Window, keys: tuple[str, ...]) -> QuerySet[Any]:
    """The classes of a grade."""
    grade = next((one for one, key in COURSES.items() if key == keys[0]), None)
    if grade is None or grade not in _grades(by, seen):
        raise Missing
    return found.filter(grade=grade)


def of_term(by: Acting, found: QuerySet[Any], seen: Window, keys: tuple[str, ...]) -> QuerySet[Any]:
    """The classes of a school year."""
    return found.filter(school_year=term(by, seen, keys[0]))


def one(by: Acting, kept: Kept, seen: Window, key: str, narrow: Narrow) -> QuerySet[Any]:
    """The row of a key, in a list. Raises `Missing`."""
    read = read_key(kept, key)
    found = narrow(by, kept.rows(by, seen), seen, ()).filter(**{kept.key: read}) if read is not None else None
    if found is None or not found.exists():
        raise Missing
    return found


def page(by: Acting, kept: Kept, found: QuerySet[Any], asked: Asked, seen: Window, to: References) -> Page:
    """A page of rows. Raises `BadQuery`."""
    fields = kept.fields(by, seen)
    narrowed = found.filter(condition(asked.filter, fields))
    order = [*ordered(fields, asked.sort, asked.descending), kept.key]
    total = narrowed.count()
    shown = narrowed.order_by(*order).values(*kept.columns)[asked.offset : asked.offset + asked.limit]
    written = kept.written(by, seen, list(shown), to)
    return Page([pages.selected(one, asked.fields, kept.selected) for one in written], total)


def term(by: Acting, seen: Window, key: str) -> int:
    """The year in which the school year of a term begins. Raises `Missing`."""
    year = next((one for one in years(by, seen) if term_key(one) == key), None)
    if year is None:
        raise Missing
    return year


def years(by: Acting, seen: Window, keys: tuple[str, ...] = ()) -> list[int]:
    """The school years of the classes in scope (or of a school's), and that of the day."""
    found = rows.classes(by, seen)
    if keys:
        found = found.filter(organisation=_school(by, seen, keys[0]))
    return sorted({seen.first.year, *found.order_by().values_list("school_year", flat=True).distinct()})


def sessions(
    by: Acting, seen: Window, to: References, kinds: Iterable[str], keys: tuple[str, ...] = ()
) -> list[Record]:
    """School years and terms."""
    starts = MonthDay(seen.first.month, seen.first.day)
    found = []
    for year in years(by, seen, keys):
        first, following = starts.of(year), starts.of(year + 1)
        for kind in kinds:
            key = term_key(year) if kind == "term" else year_key(year)
            base = _active(key, first)
            found.append(base | shapes.session(kind, year, first, following, to))
    return found


def courses(by: Acting, seen: Window, keys: tuple[str, ...] = ()) -> list[Record]:
    """The grades that have a class in scope, or at a school."""
    found = _grades(by, seen, _school(by, seen, keys[0]) if keys else None)
    return sorted(
        (_active(COURSES[grade], seen.first) | shapes.course(grade) for grade in found),
        key=lambda record: record["sourcedId"],
    )


def _active(key: str, since: date) -> Record:
    return {"sourcedId": key, "status": "active", "dateLastModified": moment(since)}


def _grades(by: Acting, seen: Window, school: int | None = None) -> set[int]:
    found = rows.classes(by, seen)
    if school is not None:
        found = found.filter(organisation=school)
    return set(found.order_by().values_list("grade", flat=True).distinct())


def _school(by: Acting, seen: Window, key: str) -> int:
    found: int = one(by, ORGS, seen, key, schools).values_list("organisation_id", flat=True)[0]
    return found


def _class(by: Acting, seen: Window, keys: tuple[str, ...]) -> int:
    """The class of the last key, at the school of the first where there are two."""
    found = one(by, CLASSES, seen, keys[-1], whole)
    at = Q(organisation=_school(by, seen, keys[0])) if len(keys) > 1 else Q()
    row = found.filter(at).values_list("pk", flat=True).first()
    if row is None:
        raise Missing
    return int(row)


def _person(by: Acting, seen: Window, key: str, narrow: Narrow) -> int:
    found: int = one(by, USERS, seen, key, narrow).values_list("pk", flat=True)[0]
    return found
