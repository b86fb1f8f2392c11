"""The read operations of the OneRoster 1.2 Rostering Service, by the names of its OpenAPI document.

What is read of people is in the trail, an entry a page: which operation, how many, and whether by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db import transaction
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting, Missing
from meihao.records.accounts.api import Request, fresh, opened_by
from meihao.records.accounts.limits import LIMITS
from meihao.records.accounts.scopes import ROSTER, ROSTER_CORE, ROSTER_DEMOGRAPHICS
from meihao.records.registry.oneroster import filters, pages, queries, schemas
from meihao.records.registry.oneroster.lists import CLASSES, DEMOGRAPHICS, ENROLLMENTS, ORGS, USERS, Kept
from meihao.records.registry.oneroster.pages import Asked, Page
from meihao.records.registry.oneroster.queries_rows import DEMOGRAPHICS as DEMOGRAPHICS_READ
from meihao.records.registry.oneroster.queries_rows import NAMES, Window
from meihao.records.registry.oneroster.shapes import Record, References
from meihao.records.registry.people.queries import READ

PREFIX = "/ims/oneroster/rostering/v1p2"
_CORE, _WHOLE = (ROSTER_CORE, ROSTER), (ROSTER,)
_ERRORS = dict.fromkeys((400, 401, 403, 404, 422), schemas.StatusInfo)

Computed = Callable[[Acting, Window, References, tuple[str, ...]], list[Record]]
"""Records that are no rows: what whoever asks is given of a day, below some keys."""

router = Router(tags=["oneroster"])


class One(Schema):
    """What is asked of one record. `as_of` is ours: the day looked at, today without one."""

    fields: list[str] = Field(default_factory=list)
    as_of: date | None = None


class Many(One):
    """What is asked of a collection. `limit` beyond the largest page counts as that."""

    model_config = ConfigDict(populate_by_name=True)

    limit: int = Field(LIMITS.page_rows, ge=1, le=2**31 - 1)
    offset: int = Field(0, ge=0, le=2**31 - 1)
    sort: str = ""
    order_by: Literal["asc", "desc"] = Field("asc", alias="orderBy")
    filter: str = ""


@dataclass(frozen=True)
class Operation:
    """An operation: its name, its address, which scopes open it, and what it answers."""

    name: str
    path: str
    scopes: tuple[str, ...]
    answer: type[Schema]
    given: Callable[[Request, Window, tuple[str, ...], Any], HttpResponseBase]
    single: bool = False


# --- what an operation gives


def _rows(kept: Kept, narrow: queries.Narrow, name: str) -> Callable[..., HttpResponseBase]:
    def given(request: Request, seen: Window, keys: tuple[str, ...], wanted: Many) -> HttpResponseBase:
        asked = _asked(wanted)
        with transaction.atomic():
            found = narrow(request.by, kept.rows(request.by, seen), seen, keys)
            page = queries.page(request.by, kept, found, asked, seen, _references(request))
            _logged(request.by, kept, seen, name, page, asked.offset)
        return pages.answered(request, kept.plural, page, asked)

    return given


def _row(kept: Kept, narrow: queries.Narrow, name: str) -> Callable[..., HttpResponseBase]:
    def given(request: Request, seen: Window, keys: tuple[str, ...], wanted: One) -> HttpResponseBase:
        with transaction.atomic():
            found = queries.one(request.by, kept, seen, keys[0], narrow)
            asked = Asked(fields=_fields(wanted))
            page = queries.page(request.by, kept, found, asked, seen, _references(request))
            _logged(request.by, kept, seen, name, page, 0, keys[0])
        return fresh(request, pages.dumped({kept.single: page.records[0]}))

    return given


def _computed(
    plural: str,
    records: Computed,
    paths: tuple[str, ...],
    whole: frozenset[str],
) -> Callable[..., HttpResponseBase]:
    def given(request: Request, seen: Window, keys: tuple[str, ...], wanted: Many) -> HttpResponseBase:
        asked = _asked(wanted)
        page = pages.of_records(records(request.by, seen, _references(request), keys), paths, asked, whole)
        return pages.answered(request, plural, page, asked)

    return given


def _one_computed(single: str, records: Computed, whole: frozenset[str]) -> Callable[..., HttpResponseBase]:
    def given(request: Request, seen: Window, keys: tuple[str, ...], wanted: One) -> HttpResponseBase:
        for record in records(request.by, seen, _references(request), ()):
            if record["sourcedId"] == keys[0]:
                return fresh(request, pages.dumped({single: pages.selected(record, _fields(wanted), whole)}))
        raise Missing

    return given


def _logged(
    by: Acting, kept: Kept, seen: Window, name: str, page: Page, offset: int, subject: str = ""
) -> None:
    """What was read of people: which pages, how many, and whether by name; of nobody nothing is said."""
    if not kept.about or not page.records:
        return
    named = kept is USERS and seen.named_by
    action = DEMOGRAPHICS_READ if kept is DEMOGRAPHICS else NAMES if named else READ
    detail = {"operation": name, "rows": len(page.records), "offset": offset, "as_of": seen.day}
    about = f"person:{subject}" if subject and kept is not ENROLLMENTS else ""
    audit.record(by, action, subject=about, detail=detail)


def _asked(wanted: Many) -> Asked:
    return Asked(
        min(wanted.limit, LIMITS.page_most),
        wanted.offset,
        wanted.sort,
        wanted.order_by == "desc",
        filters.parsed(wanted.filter),
        _fields(wanted),
    )


def _fields(wanted: One) -> tuple[str, ...]:
    """The fields asked for: `fields=a,b` and `fields=a&fields=b` alike."""
    return tuple(name for part in wanted.fields for one in part.split(",") if (name := one.strip()))


def _references(request: Request) -> References:
    return References(request.build_absolute_uri(PREFIX))


# --- the operations


_YEAR_AND_TERM = ("schoolYear", "term")
_SESSION = ("sourcedId", "status", "title", "type", "startDate", "endDate", "schoolYear", "parent.sourcedId")
_SESSION_WHOLE = frozenset(
    {
        *("sourcedId", "status", "dateLastModified", "title", "type", "startDate", "endDate", "schoolYear"),
        *("parent", "children"),
    }
)
_COURSE = ("sourcedId", "status", "title", "courseCode", "grades")
_COURSE_WHOLE = frozenset({*_COURSE, "dateLastModified"})


def _sessions(*kinds: str) -> Computed:
    return lambda by, seen, to, keys: queries.sessions(by, seen, to, kinds, keys)


def _courses(by: Acting, seen: Window, _: References, keys: tuple[str, ...]) -> list[Record]:
    return queries.courses(by, seen, keys)


def _no_periods(by: Acting, seen: Window, _: References, keys: tuple[str, ...]) -> list[Record]:
    """None: what is marked when is no record here. Raises `Missing` where there is no such term."""
    if keys:
        queries.term(by, seen, keys[0])
    return []


def _collection(name: str, path: str, kept: Kept, narrow: queries.Narrow, answer: type[Schema]) -> Operation:
    """A list; those under another record take the whole scope, as the standard has it."""
    scopes = (ROSTER_DEMOGRAPHICS,) if kept is DEMOGRAPHICS else _WHOLE if "{" in path else _CORE
    return Operation(name, path, scopes, answer, _rows(kept, narrow, name))


def _single(name: str, path: str, kept: Kept, narrow: queries.Narrow, answer: type[Schema]) -> Operation:
    scopes = (ROSTER_DEMOGRAPHICS,) if kept is DEMOGRAPHICS else _CORE
    return Operation(name, f"{path}/{{key}}", scopes, answer, _row(kept, narrow, name), single=True)


def _calendar(name: str, path: str, records: Any) -> Operation:
    given = _computed("academicSessions", records, _SESSION, _SESSION_WHOLE)
    return Operation(name, path, _WHOLE if "{" in path else _CORE, schemas.AcademicSessions, given)


def _one_session(name: str, path: str, records: Any) -> Operation:
    given = _one_computed("academicSession", records, _SESSION_WHOLE)
    return Operation(name, f"{path}/{{key}}", _CORE, schemas.OneAcademicSession, given, single=True)


def _course(name: str, path: str, scopes: tuple[str, ...]) -> Operation:
    given = _computed("courses", _courses, _COURSE, _COURSE_WHOLE)
    return Operation(name, path, scopes, schemas.Courses, given)


_AT_CLASS = "/schools/{school}/classes/{key}"
OPERATIONS: tuple[Operation, ...] = (
    _calendar("getAllAcademicSessions", "/academicSessions", _sessions(*_YEAR_AND_TERM)),
    _one_session("getAcademicSession", "/academicSessions", _sessions(*_YEAR_AND_TERM)),
    _calendar("getAllTerms", "/terms", _sessions("term")),
    _one_session("getTerm", "/terms", _sessions("term")),
    _calendar("getAllGradingPeriods", "/gradingPeriods", _no_periods),
    _one_session("getGradingPeriod", "/gradingPeriods", _no_periods),
    _calendar("getTermsForSchool", "/schools/{key}/terms", _sessions("term")),
    _calendar("getGradingPeriodsForTerm", "/terms/{key}/gradingPeriods", _no_periods),
    _collection("getAllOrgs", "/orgs", ORGS, queries.whole, schemas.Orgs),
    _single("getOrg", "/orgs", ORGS, queries.whole, schemas.OneOrg),
    _collection("getAllSchools", "/schools", ORGS, queries.schools, schemas.Orgs),
    _single("getSchool", "/schools", ORGS, queries.schools, schemas.OneOrg),
    _course("getAllCourses", "/courses", _CORE),
    Operation(
        "getCourse",
        "/courses/{key}",
        _CORE,
        schemas.OneCourse,
        _one_computed("course", _courses, _COURSE_WHOLE),
        single=True,
    ),
    _course("getCoursesForSchool", "/schools/{key}/courses", _WHOLE),
    _collection("getAllClasses", "/classes", CLASSES, queries.whole, schemas.Classes),
    _single("getClass", "/classes", CLASSES, queries.whole, schemas.OneClass),
    _collection("getClassesForCourse", "/courses/{key}/classes", CLASSES, queries.of_course, schemas.Classes),
    _collection("getClassesForSchool", "/schools/{key}/classes", CLASSES, queries.of_school, schemas.Classes),
    _collection("getClassesForTerm", "/terms/{key}/classes", CLASSES, queries.of_term, schemas.Classes),
    _collection(
        "getClassesForStudent",
        "/students/{key}/classes",
        CLASSES,
        queries.classes_of_student,
        schemas.Classes,
    ),
    _collection(
        "getClassesForTeacher",
        "/teachers/{key}/classes",
        CLASSES,
        queries.classes_of_teacher,
        schemas.Classes,
    ),
    _collection(
        "getClassesForUser", "/users/{key}/classes", CLASSES, queries.classes_of_user, schemas.Classes
    ),
    _collection("getAllUsers", "/users", USERS, queries.whole, schemas.Users),
    _single("getUser", "/users", USERS, queries.whole, schemas.OneUser),
    _collection("getAllStudents", "/students", USERS, queries.students, schemas.Users),
    _single("getStudent", "/students", USERS, queries.students, schemas.OneUser),
    _collection("getAllTeachers", "/teachers", USERS, queries.teachers, schemas.Users),
    _single("getTeacher", "/teachers", USERS, queries.teachers, schemas.OneUser),
    _collection(
        "getStudentsForClass", "/classes/{key}/students", USERS, queries.students_of_class, schemas.Users
    ),
    _collection("getTeachersForClass", "/classes/{key}/teachers", USERS, queries.nobody, schemas.Users),
    _collection(
        "getStudentsForClassInSchool",
        f"{_AT_CLASS}/students",
        USERS,
        queries.students_of_class,
        schemas.Users,
    ),
    _collection("getTeachersForClassInSchool", f"{_AT_CLASS}/teachers", USERS, queries.nobody, schemas.Users),
    _collection(
        "getStudentsForSchool", "/schools/{key}/students", USERS, queries.students_of_school, schemas.Users
    ),
    _collection(
        "getTeachersForSchool", "/schools/{key}/teachers", USERS, queries.teachers_of_school, schemas.Users
    ),
    _collection("getAllEnrollments", "/enrollments", ENROLLMENTS, queries.whole, schemas.Enrollments),
    _single("getEnrollment", "/enrollments", ENROLLMENTS, queries.whole, schemas.OneEnrollment),
    _collection(
        "getEnrollmentsForSchool",
        "/schools/{key}/enrollments",
        ENROLLMENTS,
        queries.of_school,
        schemas.Enrollments,
    ),
    _collection(
        "getEnrollmentsForClassInSchool",
        f"{_AT_CLASS}/enrollments",
        ENROLLMENTS,
        queries.of_class,
        schemas.Enrollments,
    ),
    _collection("getAllDemographics", "/demographics", DEMOGRAPHICS, queries.whole, schemas.ManyDemographics),
    _single("getDemographics", "/demographics", DEMOGRAPHICS, queries.whole, schemas.OneDemographics),
)


def _view(operation: Operation) -> Callable[..., HttpResponseBase]:
    """The view of an operation, with the arguments of its address."""

    def given(request: Request, keys: tuple[str, ...], wanted: One) -> HttpResponseBase:
        seen = queries.window(request.by, wanted.as_of, by_name=ROSTER in request.scopes)
        return operation.given(request, seen, keys, wanted)

    def single(request: Request, key: str, wanted: Query[One]) -> HttpResponseBase:
        return given(request, (key,), wanted)

    def bare(request: Request, wanted: Query[Many]) -> HttpResponseBase:
        return given(request, (), wanted)

    def under(request: Request, key: str, wanted: Query[Many]) -> HttpResponseBase:
        return given(request, (key,), wanted)

    def below(request: Request, school: str, key: str, wanted: Query[Many]) -> HttpResponseBase:
        return given(request, (school, key), wanted)

    return single if operation.single else (bare, under, below)[operation.path.count("{")]


for _operation in OPERATIONS:
    router.add_api_operation(
        _operation.path,
        ["GET"],
        _view(_operation),
        response={200: _operation.answer, **_ERRORS},
        url_name=_operation.name,
        operation_id=_operation.name,
        summary=_operation.name,
        **opened_by(*_operation.scopes),
    )
