"""What the answers look like, for the description: the part of OneRoster's information model that is given.

`fields` may leave any property out, so none is said to be there always but in an answer without it.
"""

# ruff: noqa: N815 - the names are the standard's

from __future__ import annotations

from typing import Any, Literal

from ninja import Schema
from pydantic import Field

Status = Literal["active", "tobedeleted"]


class Reference(Schema):
    """A link to another record (GUIDRef)."""

    href: str
    sourcedId: str
    type: str


class Base(Schema):
    """What every record has."""

    sourcedId: str
    status: Status
    dateLastModified: str


class Org(Base):
    """A unit."""

    name: str
    type: str
    identifier: str
    parent: Reference | None = None


class AcademicSession(Base):
    """A school year, or the term in it; `endDate` is the first day that no longer belongs to it."""

    title: str
    type: Literal["schoolYear", "term"]
    startDate: str
    endDate: str
    schoolYear: str
    parent: Reference | None = None
    children: list[Reference] | None = None


class Course(Base):
    """A grade."""

    title: str
    courseCode: str
    grades: list[str]


class Class(Base):
    """A homeroom."""

    title: str
    classCode: str
    classType: Literal["homeroom"]
    grades: list[str]
    course: Reference
    school: Reference
    terms: list[Reference]


class Role(Schema):
    """What a person is at a unit."""

    roleType: Literal["primary", "secondary"]
    role: str
    org: Reference
    beginDate: str
    endDate: str | None = None


class User(Base):
    """A person: by pseudonym, unless names were granted."""

    enabledUser: Literal["true", "false"]
    givenName: str
    familyName: str
    roles: list[Role]
    grades: list[str] | None = None


class Enrollment(Base):
    """A pupil in a class."""

    user: Reference
    class_: Reference = Field(alias="class")
    school: Reference
    role: Literal["student"]
    beginDate: str
    endDate: str | None = None


class Demographics(Base):
    """Sex, and in `metadata` the year and month of birth."""

    sex: Literal["male", "female", "unspecified"]
    metadata: dict[str, Any] | None = None


class CodeMinorField(Schema):
    """One minor code."""

    imsx_codeMinorFieldName: str
    imsx_codeMinorFieldValue: str


class CodeMinor(Schema):
    """The minor codes."""

    imsx_codeMinorField: list[CodeMinorField]


class StatusInfo(Schema):
    """What was wrong (imsx_StatusInfo)."""

    imsx_codeMajor: Literal["failure"]
    imsx_severity: Literal["error"]
    imsx_description: str
    imsx_CodeMinor: CodeMinor


class Orgs(Schema):
    """A page."""

    orgs: list[Org]


class OneOrg(Schema):
    """One."""

    org: Org


class AcademicSessions(Schema):
    """A page."""

    academicSessions: list[AcademicSession]


class OneAcademicSession(Schema):
    """One."""

    academicSession: AcademicSession


class Courses(Schema):
    """A page."""

    courses: list[Course]


class OneCourse(Schema):
    """One."""

    course: Course


class Classes(Schema):
    """A page."""

    classes: list[Class]


class OneClass(Schema):
    """One; `class` is a word of Python's."""

    class_: Class = Field(alias="class")


class Users(Schema):
    """A page."""

    users: list[User]


class OneUser(Schema):
    """One."""

    user: User


class Enrollments(Schema):
    """A page."""

    enrollments: list[Enrollment]


class OneEnrollment(Schema):
    """One."""

    enrollment: Enrollment


class ManyDemographics(Schema):
    """A page."""

    demographics: list[Demographics]


class OneDemographics(Schema):
    """One."""

    demographics: Demographics
