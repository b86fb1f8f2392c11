"""A CSV package of OneRoster 1.2 (bulk): what holds on a day, as our own import reads it back.

Without a purpose people stand in it by pseudonym. For a purpose, whoever may reveal names and numbers carries
those away too; the trail has it before a byte leaves. The columns are those of the CSV binding, in its order.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.db.models import Q

from meihao.base.text import Refused
from meihao.documents.oneroster import (
    CLASSES,
    DEMOGRAPHICS,
    ENROLLMENTS,
    MANIFEST,
    ORGS,
    ROLES,
    SESSIONS,
    USERS,
    VERSION,
)
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.carrying import carried
from meihao.records.accounts.limits import LIMITS
from meihao.records.registry.models import (
    Code,
    CodeSystem,
    IdKind,
    Link,
    Particulars,
    Person,
    Relation,
    holds_on,
)
from meihao.records.registry.models.kinds import Ownership, Sponsor, Type
from meihao.records.registry.oneroster import lists, queries, rows
from meihao.records.registry.oneroster.lists import Kept
from meihao.records.registry.oneroster.rows import Window
from meihao.records.registry.oneroster.shapes import Record, References
from meihao.records.registry.oneroster.vocabulary import ACTIVE, SEXES
from meihao.records.registry.people.queries_person import REVEAL
from meihao.records.registry.queries import names

EXPORT, ORGANISATIONS = "registry.roster.export", "registry.organisation.export"
COURSES: Final = "courses.csv"
_BASE = ("sourcedId", "status", "dateLastModified")
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    SESSIONS: (*_BASE, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
    ORGS: (
        *(*_BASE, "name", "type", "identifier", "parentSourcedId"),
        *("metadata.schoolType", "metadata.town", "metadata.ownership", "metadata.sponsor"),
        *("metadata.inclusive", "metadata.nursery", "metadata.urbanRural", "metadata.creditCode"),
    ),
    COURSES: (
        *(*_BASE, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId"),
        *("subjects", "subjectCodes"),
    ),
    CLASSES: (
        *(*_BASE, "title", "grades", "courseSourcedId", "classCode", "classType", "location"),
        *("schoolSourcedId", "termSourcedIds", "subjects", "subjectCodes", "periods"),
    ),
    USERS: (
        *(*_BASE, "enabledUser", "username", "userIds", "givenName", "familyName", "middleName"),
        *("identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password"),
        *("userMasterIdentifier", "preferredGivenName", "preferredMiddleName", "preferredFamilyName"),
        *("primaryOrgSourcedId", "pronouns", "metadata.idKind", "metadata.idNumber"),
    ),
    ROLES: (
        *(*_BASE, "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId"),
        "userProfileSourcedId",
    ),
    ENROLLMENTS: (
        *(*_BASE, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary"),
        *("beginDate", "endDate"),
    ),
    DEMOGRAPHICS: (*_BASE, "birthDate", "sex"),
}
_ABSENT = (
    *("categories", "classResources", "courseResources", "lineItemLearningObjectiveIds", "lineItems"),
    *("lineItemScoreScales", "resources", "resultLearningObjectiveIds", "results", "resultScoreScales"),
    *("scoreScales", "userProfiles", "userResources"),
)
_YES = {True: "是", False: "否", None: ""}
Line = dict[str, str]


def exported(by: Acting, as_of: date, purpose: str | None = None) -> bytes:
    """The package of a day; with names and numbers for a purpose. Raises `Refused` for too short a one."""
    if purpose is not None:
        by = replace(by, purpose=_checked(purpose))
    seen = replace(queries.window(by, as_of), only=EXPORT, named_by=REVEAL if purpose is not None else "")
    files = _files(seen)
    people = len(files[USERS])
    detail = {"as_of": as_of, "format": f"oneroster {VERSION}", "named": purpose is not None}
    return carried(by, EXPORT, _packed(files), rows=people, detail=detail)


def _checked(purpose: str) -> str:
    said, least = purpose.strip(), LIMITS.purpose_length
    if len("".join(said.split())) < least:
        raise Refused(
            f"请写明导出事由，至少 {least} 个字，例如「向新平台移交名册」。",
            f"Say what it is carried away for, in {least} characters at least.",
        )
    return said


def _files(seen: Window) -> dict[str, list[Line]]:
    to = References("")
    users = _active(lists.USERS, seen, to)
    return {
        SESSIONS: [_session(one) for one in queries.sessions(seen, to, ("schoolYear", "term"))],
        ORGS: _orgs(seen, to),
        COURSES: [_course(one) for one in queries.courses(seen)],
        CLASSES: [_class(one) for one in _active(lists.CLASSES, seen, to)],
        USERS: _users(users, seen),
        ROLES: [line for one in users for line in _roles(one)],
        ENROLLMENTS: [_enrollment(one) for one in _active(lists.ENROLLMENTS, seen, to)],
        DEMOGRAPHICS: _demographics(seen),
    }


def _active(kept: Kept, seen: Window, to: References) -> list[Record]:
    """What holds on the day: a bulk file has nothing else."""
    found = kept.rows(seen).filter(status=ACTIVE).order_by(kept.key).values(*kept.columns)
    return kept.written(list(found), seen, to)


def _demographics(seen: Window) -> list[Line]:
    found = rows.people(seen).filter(status=ACTIVE).order_by("key").values_list("key", "sex")
    return [{"sourcedId": str(key), "sex": SEXES[sex]} for key, sex in found]


def _session(one: Record) -> Line:
    parent = one.get("parent", {}).get("sourcedId", "")
    said = {name: one[name] for name in ("sourcedId", "title", "type", "startDate", "endDate", "schoolYear")}
    return said | {"parentSourcedId": parent}


def _orgs(seen: Window, to: References) -> list[Line]:
    """Units, a school with what our own import asks of it."""
    narrowed = replace(seen, only=ORGANISATIONS)
    found = _active(lists.ORGS, narrowed, to)
    keys = [one["sourcedId"] for one in found]
    held = holds_on(seen.day)
    stood = Particulars.objects.scoped(Q(organisation__key__in=keys), seen.by.name).filter(held)
    of = {str(row.organisation.key): row for row in stood.select_related("organisation")}
    beside = _towns(keys, seen), _credit_codes(keys, seen)
    return [
        _org(one, of[one["sourcedId"]], *(known.get(one["sourcedId"], "") for known in beside))
        for one in found
    ]


def _credit_codes(keys: Sequence[str], seen: Window) -> dict[str, str]:
    borne = Code.objects.scoped(Q(organisation__key__in=keys), seen.by.name).filter(holds_on(seen.day))
    pairs = borne.filter(system=CodeSystem.CREDIT).values_list("organisation__key", "value")
    return {str(key): value for key, value in pairs}


def _towns(keys: Sequence[str], seen: Window) -> dict[str, str]:
    """The names of the towns in which units lie."""
    located = Relation.objects.scoped(Q(lower__key__in=keys), seen.by.name).filter(holds_on(seen.day))
    pairs = list(located.filter(kind=Link.LOCATED).values_list("lower__key", "upper__key"))
    named = names({upper for _, upper in pairs}, seen.day)
    return {str(lower): named.get(str(upper), "") for lower, upper in pairs}


def _org(one: Record, row: Particulars, town: str, credit: str) -> Line:
    said = {name: one[name] for name in ("sourcedId", "name", "type", "identifier")}
    return said | {
        "parentSourcedId": one.get("parent", {}).get("sourcedId", ""),
        "metadata.schoolType": Type(row.type).label if row.type else "",
        "metadata.town": town,
        "metadata.ownership": Ownership(row.ownership).label if row.ownership else "",
        "metadata.sponsor": Sponsor(row.sponsor).label if row.sponsor else "",
        "metadata.inclusive": _YES[row.inclusive],
        "metadata.nursery": _YES[row.nursery],
        "metadata.urbanRural": row.urban_rural,
        "metadata.creditCode": credit,
    }


def _course(one: Record) -> Line:
    said = {name: one[name] for name in ("sourcedId", "title", "courseCode")}
    return said | {"grades": ",".join(one["grades"])}


def _class(one: Record) -> Line:
    said = {name: one[name] for name in ("sourcedId", "title", "classCode", "classType")}
    return said | {
        "grades": ",".join(one["grades"]),
        "courseSourcedId": one["course"]["sourcedId"],
        "schoolSourcedId": one["school"]["sourcedId"],
        "termSourcedIds": ",".join(term["sourcedId"] for term in one["terms"]),
    }


def _users(users: Iterable[Record], seen: Window) -> list[Line]:
    numbers = _numbers(seen)
    return [
        {name: one[name] for name in ("sourcedId", "enabledUser", "givenName", "familyName")}
        | {"grades": ",".join(one.get("grades", ()))}
        | numbers.get(one["sourcedId"], {})
        for one in users
    ]


def _numbers(seen: Window) -> dict[str, Line]:
    """The numbers of those whose names are given."""
    if not seen.named_by:
        return {}
    found = lists.USERS.rows(replace(seen, only=seen.named_by)).filter(erased_on__isnull=True)
    return {str(person.key): _numbered(person) for person in found}


def _numbered(person: Person) -> Line:
    number, student = person.id_number, person.student_number
    return {
        "identifier": student.opened() if student is not None else "",
        "metadata.idNumber": number.opened() if number is not None else "",
        "metadata.idKind": IdKind(person.id_kind).label if person.id_kind else "",
    }


def _roles(one: Record) -> list[Line]:
    return [
        {
            "sourcedId": f"{one['sourcedId']}-{number}",
            "userSourcedId": one["sourcedId"],
            "roleType": role["roleType"],
            "role": role["role"],
            "beginDate": role["beginDate"],
            "endDate": role.get("endDate", ""),
            "orgSourcedId": role["org"]["sourcedId"],
        }
        for number, role in enumerate(one["roles"])
    ]


def _enrollment(one: Record) -> Line:
    said = {name: one[name] for name in ("sourcedId", "role", "beginDate")}
    return said | {
        "classSourcedId": one["class"]["sourcedId"],
        "schoolSourcedId": one["school"]["sourcedId"],
        "userSourcedId": one["user"]["sourcedId"],
        "endDate": one.get("endDate", ""),
    }


def _packed(files: Mapping[str, Sequence[Line]]) -> bytes:
    """The archive; the same rows give the same bytes."""
    data = io.BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as archive:
        archive.writestr(_entry(MANIFEST), _text(("propertyName", "value"), _manifest(files)))
        for name, lines in files.items():
            archive.writestr(_entry(name), _text(_COLUMNS[name], lines))
    return data.getvalue()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)
    entry.compress_type = ZIP_DEFLATED
    return entry


def _manifest(files: Iterable[str]) -> list[Line]:
    told = [("manifest.version", "1.0"), ("oneroster.version", VERSION)]
    told += [(f"file.{name}", "absent") for name in _ABSENT]
    told += [(f"file.{name.removesuffix('.csv')}", "bulk") for name in files]
    told += [("source.systemName", "Meihao")]
    return [{"propertyName": key, "value": value} for key, value in told]


def _text(heads: Sequence[str], lines: Sequence[Mapping[str, Any]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, heads, restval="")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()
