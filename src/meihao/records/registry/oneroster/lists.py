"""The lists that are kept as rows: what each can be filtered by, and how a page of it is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, Q, QuerySet

from meihao.records.accounts.acting import Acting
from meihao.records.registry.models import Enrolment, Post
from meihao.records.registry.oneroster import queries_people, shapes
from meihao.records.registry.oneroster import queries_rows as rows
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
from meihao.records.registry.oneroster.queries_rows import Window
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

Values = Sequence[dict[str, Any]]
_STATUS: Fields = {"status": Plain("status"), "dateLastModified": Moment("modified")}


@dataclass(frozen=True)
class Kept:
    """A list of rows: its word in an answer, its rows, their order without another, and how they are written.

    `about` says whether it is about people, whose reading is logged.
    """

    plural: str
    single: str
    rows: Callable[[Acting, Window], QuerySet[Any]]
    key: str
    columns: tuple[str, ...]
    fields: Callable[[Acting, Window], Fields]
    written: Callable[[Acting, Window, Values, References], list[Record]]
    about: bool = False
    selected: frozenset[str] = frozenset()


def _orgs(_: Acting, __: Window) -> Fields:
    return {
        "sourcedId": Key("organisation__key"),
        **_STATUS,
        "name": Plain("name"),
        "type": Coded("organisation__kind", ORG_TYPES),
        "identifier": Plain("identifier"),
        "parent.sourcedId": Key("parent"),
    }


def _classes(_: Acting, __: Window) -> Fields:
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


def _enrollments(_: Acting, __: Window) -> Fields:
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


def _users(by: Acting, window: Window) -> Fields:
    return {
        "sourcedId": Key("key"),
        **_STATUS,
        "enabledUser": Coded("status", {ACTIVE: "true", DELETED: "false"}),
        "roles.role": Listed(lambda met: _in_role(by, window, met)),
        "roles.org.sourcedId": AtUnit(by, window),
    }


def _demographics(_: Acting, __: Window) -> Fields:
    return {"sourcedId": Key("key"), **_STATUS, "sex": Coded("sex", SEXES)}


def _in_role(by: Acting, window: Window, met: Callable[[str], bool]) -> Q:
    kinds = [kind for kind, role in ROLES.items() if met(role)]
    found = Q(Exists(rows.stays(by, window, Post).filter(kind__in=kinds))) if kinds else NOTHING
    return found | Q(Exists(rows.stays(by, window, Enrolment))) if met(STUDENT) else found


@dataclass(frozen=True)
class AtUnit:
    """The units of a person's roles: one that is this unit, or one that is another."""

    by: Acting
    window: Window

    def condition(self, said: Predicate) -> Q:
        """As `Field`."""
        here = Key("organisation__key").condition(said)
        return Q(Exists(rows.stays(self.by, self.window, Enrolment).filter(here))) | Q(
            Exists(rows.stays(self.by, self.window, Post).filter(here))
        )

    def order(self) -> Any:
        """As `Field`."""
        return None


# --- people, who take more than their own row


def _people(by: Acting, window: Window, values: Values, to: References) -> list[Record]:
    """A page of people in three questions, and one more where names are given."""
    of: dict[int, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    grades: dict[int, list[str]] = defaultdict(list)
    pks = [row["pk"] for row in values]
    for stay in queries_people.stays(by, window, Enrolment, pks, "grade"):
        of[stay["person_id"]].append((STUDENT, stay))
        if stay["status"] == ACTIVE:
            grades[stay["person_id"]].append(GRADES[stay["grade"]])
    for stay in queries_people.stays(by, window, Post, pks, "kind"):
        of[stay["person_id"]].append((ROLES[stay["kind"]], stay))
    at = {person: {stay["organisation_id"] for _, stay in stays} for person, stays in of.items()}
    named = queries_people.names(by, window, at)
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


def _each(
    write: Callable[[dict[str, Any], References], Record],
) -> Callable[[Acting, Window, Values, References], list[Record]]:
    return lambda _, __, values, to: [write(row, to) for row in values]


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
    lambda by, window: rows.people(by, window, rows.DEMOGRAPHICS),
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
