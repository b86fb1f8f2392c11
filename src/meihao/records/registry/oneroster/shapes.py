"""Records as OneRoster 1.2 writes them: the names and types of its information model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from meihao.records.registry.models.people import pseudonym
from meihao.records.registry.oneroster.vocabulary import (
    ACTIVE,
    COURSES,
    GRADES,
    HOMEROOM,
    ORG_TYPES,
    SEXES,
    STUDENT,
    enrolment_key,
    moment,
    term_key,
    year_key,
)

Record = dict[str, Any]
PLURALS = {"org": "orgs", "class": "classes", "course": "courses", "user": "users"}


@dataclass(frozen=True, slots=True)
class References:
    """References to other records; `base` is the address of the service."""

    base: str

    def __call__(self, kind: str, key: object) -> Record:
        """One to a record of a kind."""
        plural = PLURALS.get(kind, "academicSessions")
        return {"href": f"{self.base}/{plural}/{key}", "sourcedId": str(key), "type": kind}


class Stay(NamedTuple):
    """One role of a person: at which unit, from when, until when."""

    role: str
    organisation: object
    since: date
    until: date | None


def base(row: Mapping[str, Any], key: object) -> Record:
    """What every record has."""
    return {"sourcedId": str(key), "status": row["status"], "dateLastModified": moment(row["modified"])}


def org(row: Mapping[str, Any], to: References) -> Record:
    """A unit."""
    found = base(row, row["organisation__key"]) | {
        "name": row["name"],
        "type": ORG_TYPES[row["organisation__kind"]],
        "identifier": row["identifier"],
    }
    return found | ({"parent": to("org", row["parent"])} if row["parent"] else {})


def class_(row: Mapping[str, Any], to: References) -> Record:
    """A homeroom."""
    return base(row, row["key"]) | {
        "title": row["title"],
        "classCode": row["code"],
        "classType": HOMEROOM,
        "grades": [GRADES[row["grade"]]],
        "course": to("course", COURSES[row["grade"]]),
        "school": to("org", row["organisation__key"]),
        "terms": [to("academicSession", term_key(row["school_year"]))],
    }


def enrollment(row: Mapping[str, Any], to: References) -> Record:
    """A pupil in a class."""
    found = base(row, enrolment_key(row["pk"])) | {
        "user": to("user", row["person__key"]),
        "class": to("class", row["class_group__key"]),
        "school": to("org", row["organisation__key"]),
        "role": STUDENT,
        "beginDate": str(row["since"]),
    }
    return found | ({"endDate": str(row["until"])} if row["until"] else {})


def user(
    row: Mapping[str, Any], stays: Iterable[Stay], grades: Sequence[str], name: str, to: References
) -> Record:
    """A person. Without a `name`, the pseudonym stands where the standard demands one.

    A name is on record as a whole: its first letter is given as the family name, and the two together are
    always the whole.
    """
    family, given = (name[:1], name[1:]) if name else ("代号", pseudonym(row["key"]))
    found = base(row, row["key"]) | {
        "enabledUser": "true" if row["status"] == ACTIVE else "false",
        "givenName": given,
        "familyName": family,
        "roles": [_role(one, primary, to) for one, primary in _merged(stays)],
    }
    return found | ({"grades": list(grades)} if grades else {})


def demographics(row: Mapping[str, Any], to: References) -> Record:
    """What is kept of a person's sex and age: the month of birth, and no day."""
    found = base(row, row["key"]) | {"sex": SEXES[row["sex"]]}
    born = row["birth_year_month"]
    return found | ({"metadata": {"birthYearMonth": born}} if born else {})


def course(grade: int) -> Record:
    """A grade, as the course of its homerooms."""
    return {"title": GRADES[grade], "courseCode": COURSES[grade], "grades": [GRADES[grade]]}


def session(kind: str, year: int, first: date, following: date, to: References) -> Record:
    """A school year, or the one term in it; the last day is the first that no longer belongs to it."""
    found = {
        "title": f"{year}—{year + 1}学年",
        "startDate": str(first),
        "endDate": str(following),
        "type": kind,
        "schoolYear": str(year + 1),
    }
    if kind == "term":
        return found | {"parent": to("academicSession", year_key(year))}
    return found | {"children": [to("academicSession", term_key(year))]}


def _merged(stays: Iterable[Stay]) -> list[tuple[Stay, bool]]:
    """One row a role and unit, and whether it is the first at its unit: that is its primary one."""
    spans: dict[tuple[str, object], list[Stay]] = defaultdict(list)
    for one in stays:
        spans[one.role, one.organisation].append(one)
    seen: set[object] = set()
    found: list[tuple[Stay, bool]] = []
    for (role, organisation), rows in sorted(spans.items(), key=lambda item: (str(item[0][1]), item[0][0])):
        ends = [one.until for one in rows]
        until = None if None in ends else max(end for end in ends if end is not None)
        since = min(one.since for one in rows)
        found.append((Stay(role, organisation, since, until), organisation not in seen))
        seen.add(organisation)
    return found


def _role(stay: Stay, primary: bool, to: References) -> Record:
    found = {
        "roleType": "primary" if primary else "secondary",
        "role": stay.role,
        "org": to("org", stay.organisation),
        "beginDate": str(stay.since),
    }
    return found | ({"endDate": str(stay.until)} if stay.until else {})
