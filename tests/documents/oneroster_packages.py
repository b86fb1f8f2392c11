"""An invented OneRoster 1.2 package: a district, its schools, homerooms and students; nobody's names."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zipfile import ZIP_DEFLATED, ZipFile

Rows = list[dict[str, str]]

HEADS: Mapping[str, Sequence[str]] = {
    "orgs.csv": (
        *("sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId"),
        *("metadata.schoolType", "metadata.town", "metadata.ownership"),
    ),
    "academicSessions.csv": (
        *("sourcedId", "status", "dateLastModified", "title", "type", "startDate", "endDate"),
        *("parentSourcedId", "schoolYear"),
    ),
    "classes.csv": (
        *("sourcedId", "status", "dateLastModified", "title", "grades", "courseSourcedId", "classCode"),
        *(
            "classType",
            "location",
            "schoolSourcedId",
            "termSourcedIds",
            "subjects",
            "subjectCodes",
            "periods",
        ),
    ),
    "users.csv": (
        *("sourcedId", "status", "dateLastModified", "enabledUser", "username", "userIds", "givenName"),
        *("familyName", "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades"),
        *("password", "userMasterIdentifier", "resourceSourcedIds", "preferredGivenName"),
        *(
            "preferredMiddleName",
            "preferredFamilyName",
            "primaryOrgSourcedId",
            "pronouns",
            "metadata.idNumber",
        ),
    ),
    "roles.csv": (
        *("sourcedId", "status", "dateLastModified", "userSourcedId", "roleType", "role", "beginDate"),
        *("endDate", "orgSourcedId", "userProfileSourcedId"),
    ),
    "enrollments.csv": (
        *("sourcedId", "status", "dateLastModified", "classSourcedId", "schoolSourcedId", "userSourcedId"),
        *("role", "primary", "beginDate", "endDate"),
    ),
    "demographics.csv": ("sourcedId", "status", "dateLastModified", "birthDate", "sex"),
}


@dataclass
class Made:
    """A package being made: rows by file; `announced` overrides what the manifest says of a file."""

    files: dict[str, Rows] = field(default_factory=dict)
    announced: dict[str, str] = field(default_factory=dict)
    version: str = "1.2"
    heads: dict[str, Sequence[str]] = field(default_factory=lambda: dict(HEADS))

    def add(self, file: str, **values: str) -> None:
        """One row more; a dot in a column is written as two underscores."""
        row = {column.replace("__", "."): value for column, value in values.items()}
        self.files.setdefault(file, []).append(row)

    def school(self, key: str, name: str, code: str, **more: str) -> None:
        """A school of the district."""
        given = {"type": "school", "identifier": code, "parentSourcedId": "d1"} | more
        self.add("orgs.csv", sourcedId=key, name=name, **given)

    def homeroom(self, key: str, school: str, grade: str, number: str, kind: str = "homeroom") -> None:
        """A class."""
        self.add(
            "classes.csv",
            sourcedId=key,
            title=f"{grade} {number}",
            grades=grade,
            classCode=number,
            classType=kind,
            schoolSourcedId=school,
            termSourcedIds="y1",
        )

    def student(
        self, key: str, name: tuple[str, str], numbers: tuple[str, str], sex: str, **seat: str
    ) -> None:
        """A student with a role, demographics and a seat (classSourcedId, schoolSourcedId)."""
        family, given = name
        self.add(
            "users.csv",
            sourcedId=key,
            enabledUser="true",
            username=key,
            givenName=given,
            familyName=family,
            identifier=numbers[0],
            metadata__idNumber=numbers[1],
        )
        self.add(
            "roles.csv",
            sourcedId=f"r{key}",
            userSourcedId=key,
            roleType="primary",
            role="student",
            orgSourcedId=seat["schoolSourcedId"],
        )
        self.add("demographics.csv", sourcedId=key, sex=sex)
        self.add("enrollments.csv", sourcedId=f"e{key}", userSourcedId=key, role="student", **seat)

    def packed(self) -> bytes:
        """The archive."""
        data = io.BytesIO()
        with ZipFile(data, "w", ZIP_DEFLATED) as archive:
            for file, rows in self.files.items():
                archive.writestr(file, _text(self.heads[file], rows))
            told = [("manifest.version", "1.0"), ("oneroster.version", self.version)]
            names = {*HEADS, "courses.csv", *self.announced}
            for file in sorted(names):
                said = self.announced.get(file, "bulk" if file in self.files else "absent")
                told.append((f"file.{file.removesuffix('.csv')}", said))
            rows = [{"propertyName": key, "value": value} for key, value in told]
            archive.writestr("manifest.csv", _text(("propertyName", "value"), rows))
        return data.getvalue()


def _text(heads: Sequence[str], rows: Rows) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, heads)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def district() -> Made:
    """A district with a year, and nothing in it yet."""
    made = Made()
    made.add("orgs.csv", sourcedId="d1", name="澄砚区教育局（虚构）", type="district", identifier="990106")
    made.add(
        "academicSessions.csv",
        sourcedId="y1",
        title="2025",
        type="schoolYear",
        startDate="2025-09-01",
        endDate="2026-09-01",
        schoolYear="2026",
    )
    return made
