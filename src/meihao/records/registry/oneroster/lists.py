"""The lists that are kept as rows: what each can be filtered by, and how a page of it is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, Q, QuerySet

from meihao.base.text import Refused
from meihao.records.accounts.sealing import SealError
from meihao.records.registry.models import Enrolment, Person, Post
from meihao.records.registry.oneroster import rows, shapes
from meihao.records.registry.oneroster.fields import (
    NOTHING,
    Always,
    Coded,
    Day,
    Fields,
    Key,
    Listed,
    Moment,
    Plain,
    canonical,
)
from meihao.records.registry.oneroster.filters import Predicate
from meihao.records.registry.oneroster.rows import Window
from meihao.records.registry.oneroster.shapes import Record, References, Stay
from meihao.records.registry.oneroster.vocabulary import (
    ACTIVE,
    COURSES,
    DELETED,
    GRADES,
    HOMEROOM,
    ORG_TYPES,
    ROLES,
    SEXES,
    STUDENT,
    enrolment_number,
)
from meihao.records.registry.people.queries import READ

Values = Sequence[dict[str, Any]]
_STATUS: Fields = {"status": Plain("status"), "dateLastModified": Moment("modified")}


@dataclass(frozen=True)
class Kept:
    """A list of rows: its word in an answer, its rows, their order without another, and how they are written.

    `about` says whether it is about people, whose reading is logged.
    """

    plural: str
    single: str
    rows: Callable[[Window], QuerySet[Any]]
    key: str
    columns: tuple[str, ...]
    fields: Callable[[Window], Fields]
    written: Callable[[Values, Window, References], list[Record]]
    about: bool = False
    selected: frozenset[str] = frozenset()


def _orgs(_: Window) -> Fields:
    return {
        "sourcedId": Key("organisation__key"),
        **_STATUS,
        "name": Plain("name"),
        "type": Coded("organisation__kind", ORG_TYPES),
        "identifier": Plain("identifier"),
        "parent.sourcedId": Key("parent"),
    }


def _classes(_: Window) -> Fields:
    return {
        "sourcedId": Key("key"),
        **_STATUS,
        "title": Plain("title"),
        "classCode": Plain("code"),
        "classType": Always(HOMEROOM),
        "grades": Coded("grade", GRADES),
        "course.sourcedId": Coded("grade", COURSES),
        "school.sourcedId": Key("organisation__key"),
        "terms.sourcedId": Plain("term"),
    }


def _enrollments(_: Window) -> Fields:
    return {
        "sourcedId": Key("pk", enrolment_number),
        **_STATUS,
        "user.sourcedId": Key("person__key"),
        "class.sourcedId": Key("class_group__key"),
        "school.sourcedId": Key("organisation__key"),
        "role": Always(STUDENT),
        "beginDate": Day("since"),
        "endDate": Day("until"),
    }


def _users(window: Window) -> Fields:
    return {
        "sourcedId": Key("key"),
        **_STATUS,
        "enabledUser": Coded("status", {ACTIVE: "true", DELETED: "false"}),
        "roles.role": Listed(lambda met: _in_role(window, met)),
        "roles.org.sourcedId": AtUnit(window),
    }


def _demographics(_: Window) -> Fields:
    return {"sourcedId": Key("key"), **_STATUS, "sex": Coded("sex", SEXES)}


def _in_role(window: Window, met: Callable[[str], bool]) -> Q:
    kinds = [kind for kind, role in ROLES.items() if met(role)]
    found = Q(Exists(rows.stays(window, Post).filter(kind__in=kinds))) if kinds else NOTHING
    return found | Q(Exists(rows.stays(window, Enrolment))) if met(STUDENT) else found


@dataclass(frozen=True)
class AtUnit:
    """The units of a person's roles: one that is this unit, or one that is another."""

    window: Window

    def condition(self, said: Predicate) -> Q:
        """As `Field`."""
        here = Key("organisation__key").condition(said)
        return Q(Exists(rows.stays(self.window, Enrolment).filter(here))) | Q(
            Exists(rows.stays(self.window, Post).filter(here))
        )

    def order(self) -> Any:
        """As `Field`."""
        return None


# --- people, who take more than their own row


def _people(values: Values, window: Window, to: References) -> list[Record]:
    """A page of people in three questions, and one more where names are given."""
    of: dict[int, list[Any]] = defaultdict(list)
    grades: dict[int, list[str]] = defaultdict(list)
    pks = [row["pk"] for row in values]
    for stay in _stays(Enrolment, pks, window, "grade"):
        of[stay["person_id"]].append((STUDENT, stay))
        if stay["status"] == ACTIVE:
            grades[stay["person_id"]].append(GRADES[stay["grade"]])
    for stay in _stays(Post, pks, window, "kind"):
        of[stay["person_id"]].append((ROLES[stay["kind"]], stay))
    named = names(window, of)
    return [
        shapes.user(
            row,
            [Stay(role, one["organisation__key"], one["since"], one["until"]) for role, one in of[row["pk"]]],
            grades[row["pk"]],
            named.get(row["pk"], ""),
            to,
        )
        for row in values
    ]


def _stays(model: Any, people: Iterable[int], window: Window, what: str) -> QuerySet[Any, dict[str, Any]]:
    found = model.objects.scoped(window.within(READ), window.by.name)
    shown = found.filter(window.shown, person__in=list(people)).annotate(status=window.status)
    columns = ("person_id", "organisation_id", "organisation__key", "since", "until", "status", what)
    values: QuerySet[Any, dict[str, Any]] = shown.order_by("pk").values(*columns)
    return values


def names(window: Window, of: dict[int, list[Any]]) -> dict[int, str]:
    """The names of those people of a page of whom a row is at a unit that gives names to whoever asks."""
    if not window.named_by:
        return {}
    at = window.naming
    wanted = [
        person
        for person, stays in of.items()
        if at.everything or any(stay["organisation_id"] in at.organisations for _, stay in stays)
    ]
    people = Person.objects.scoped(Q(pk__in=wanted), window.by.name).filter(name__isnull=False)
    try:
        return {one.pk: one.name.opened() for one in people.only("name") if one.name is not None}
    except SealError as error:
        raise Refused(
            "有人的姓名打不开：密钥不全或数据被改动。请联系系统运维人员检查密钥目录。",
            "A name does not open: a key is missing, or the data was changed. Ask the operator.",
        ) from error


def _each(
    write: Callable[[dict[str, Any], References], Record],
) -> Callable[[Values, Window, References], list[Record]]:
    return lambda values, _, to: [write(row, to) for row in values]


_BASE = frozenset({"sourcedId", "status", "dateLastModified"})
ORGS = Kept(
    "orgs",
    "org",
    rows.orgs,
    "organisation__key",
    ("organisation__key", "organisation__kind", "name", "identifier", "parent", "status", "modified"),
    _orgs,
    _each(shapes.org),
    selected=_BASE | {"name", "type", "identifier", "parent"},
)
CLASSES = Kept(
    "classes",
    "class",
    rows.classes,
    "key",
    ("key", "title", "code", "grade", "school_year", "organisation__key", "status", "modified"),
    _classes,
    _each(shapes.class_),
    selected=_BASE | {"title", "classCode", "classType", "grades", "course", "school", "terms"},
)
ENROLLMENTS = Kept(
    "enrollments",
    "enrollment",
    rows.enrolments,
    "pk",
    ("pk", "person__key", "class_group__key", "organisation__key", "since", "until", "status", "modified"),
    _enrollments,
    _each(shapes.enrollment),
    about=True,
    selected=_BASE | {"user", "class", "school", "role", "beginDate", "endDate"},
)
USERS = Kept(
    "users",
    "user",
    rows.people,
    "key",
    ("pk", "key", "status", "modified"),
    _users,
    _people,
    about=True,
    selected=_BASE | {"enabledUser", "givenName", "familyName", "roles", "grades"},
)
DEMOGRAPHICS = Kept(
    "demographics",
    "demographics",
    lambda window: rows.people(window, rows.DEMOGRAPHICS),
    "key",
    ("key", "sex", "birth_year_month", "status", "modified"),
    _demographics,
    _each(shapes.demographics),
    about=True,
    selected=_BASE | {"sex", "metadata"},
)


def read_key(kept: Kept, text: str) -> UUID | int | None:
    """What the key in an address stands for; None where it can be none."""
    try:
        return enrolment_number(text) if kept.key == "pk" else canonical(text)
    except ValueError:
        return None
