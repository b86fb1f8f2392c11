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

from meihao.base.text import Refused
from meihao.documents.oneroster.tables import (
    ABSENT,
    BULK,
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
from meihao.records.registry.models import Particulars
from meihao.records.registry.models.kinds import Ownership, Sponsor, Type
from meihao.records.registry.oneroster import lists, queries, queries_package
from meihao.records.registry.oneroster.queries_rows import Window
from meihao.records.registry.oneroster.shapes import Record, References
from meihao.records.registry.people.queries_person import REVEAL

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
    DEMOGRAPHICS: (
        *(*_BASE, "birthDate", "sex", "americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican"),
        *("nativeHawaiianOrOtherPacificIslander", "white", "demographicRaceTwoOrMoreRaces"),
        *("hispanicOrLatinoEthnicity", "countryOfBirthCode", "stateOfBirthAbbreviation", "cityOfBirth"),
        "publicSchoolResidenceStatus",
    ),
}
"""The binding demands all its columns, and in its order; most are empty here."""
_NUMBERS = ("identifier", "metadata.idNumber", "metadata.idKind")
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
    files = _files(by, seen)
    people = len(files.get(USERS, ()))
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


def _files(by: Acting, seen: Window) -> dict[str, list[Line]]:
    """The lines of each file; none that is empty, which the binding does not allow."""
    to = References("")
    users = queries_package.active(by, lists.USERS, seen, to)
    orgs = _orgs(by, seen, to)
    files = {
        SESSIONS: [_session(one) for one in queries.sessions(by, seen, to, ("schoolYear", "term"))],
        ORGS: orgs,
        COURSES: [_course(one, _top(orgs)) for one in queries.courses(by, seen)],
        CLASSES: [_class(one) for one in queries_package.active(by, lists.CLASSES, seen, to)],
        USERS: _users(users, queries_package.numbers(by, seen)),
        ROLES: [line for one in users for line in _roles(one)],
        ENROLLMENTS: [_enrollment(one) for one in queries_package.active(by, lists.ENROLLMENTS, seen, to)],
        DEMOGRAPHICS: [{"sourcedId": key, "sex": sex} for key, sex in queries_package.sexes(by, seen)],
    }
    return {name: lines for name, lines in files.items() if lines}


def _session(one: Record) -> Line:
    parent = one.get("parent", {}).get("sourcedId", "")
    said = {name: one[name] for name in ("sourcedId", "title", "type", "startDate", "endDate", "schoolYear")}
    return said | {"parentSourcedId": parent}


def _orgs(by: Acting, seen: Window, to: References) -> list[Line]:
    """Units, a school with what our own import asks of it."""
    found = queries_package.active(by, lists.ORGS, replace(seen, only=ORGANISATIONS), to)
    keys = [one["sourcedId"] for one in found]
    of = queries_package.particulars(by, keys, seen)
    beside = queries_package.towns(by, keys, seen), queries_package.credit_codes(by, keys, seen)
    return [
        _org(one, of[one["sourcedId"]], *(known.get(one["sourcedId"], "") for known in beside))
        for one in found
    ]


def _top(orgs: Sequence[Line]) -> str:
    """The unit to which grades belong as courses: the district where it is in the file, or else the first."""
    first = sorted(orgs, key=lambda one: one["type"] != "district")
    return first[0]["sourcedId"] if first else ""


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


def _course(one: Record, org: str) -> Line:
    said = {name: one[name] for name in ("sourcedId", "title", "courseCode")}
    return said | {"grades": ",".join(one["grades"]), "orgSourcedId": org}


def _class(one: Record) -> Line:
    said = {name: one[name] for name in ("sourcedId", "title", "classCode", "classType")}
    return said | {
        "grades": ",".join(one["grades"]),
        "courseSourcedId": one["course"]["sourcedId"],
        "schoolSourcedId": one["school"]["sourcedId"],
        "termSourcedIds": ",".join(term["sourcedId"] for term in one["terms"]),
    }


def _users(users: Iterable[Record], numbers: Mapping[str, tuple[str, str, str]]) -> list[Line]:
    """People; the standard demands a user name, and there is none but the key."""
    lines = []
    for one in users:
        line = {name: one[name] for name in ("sourcedId", "enabledUser", "givenName", "familyName")}
        line |= {"username": one["sourcedId"], "grades": ",".join(one.get("grades", ()))}
        if one["sourcedId"] in numbers:
            line |= dict(zip(_NUMBERS, numbers[one["sourcedId"]], strict=True))
        lines.append(line)
    return lines


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
    given = {name.removesuffix(".csv") for name in files}
    every = sorted({*_ABSENT, *(name.removesuffix(".csv") for name in _COLUMNS)}, key=str.lower)
    told = [("manifest.version", "1.0"), ("oneroster.version", VERSION)]
    told += [(f"file.{name}", BULK if name in given else ABSENT) for name in every]
    told += [("source.systemName", "Meihao")]
    return [{"propertyName": key, "value": value} for key, value in told]


def _text(heads: Sequence[str], lines: Sequence[Mapping[str, Any]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, heads, restval="")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()
