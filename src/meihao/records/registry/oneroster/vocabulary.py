"""Our words as those of OneRoster 1.2. What it has no word for bears `ext:`, as the standard provides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Final

from meihao.records.accounts.acting import CHINA
from meihao.records.registry.models import Kind, PostKind, SexCode

ACTIVE, DELETED = "active", "tobedeleted"
SCHOOL, STUDENT, TEACHER, HOMEROOM = "school", "student", "teacher", "homeroom"

ORG_TYPES: Final[Mapping[str, str]] = {
    Kind.AUTHORITY.value: "district",
    Kind.SECTION.value: "department",
    Kind.INSTITUTION.value: SCHOOL,
    **{
        kind.value: f"ext:{kind.value}"
        for kind in Kind
        if kind not in (Kind.AUTHORITY, Kind.SECTION, Kind.INSTITUTION)
    },
}

ROLES: Final[Mapping[str, str]] = {
    PostKind.HEAD.value: "principal",
    PostKind.TEACHER.value: TEACHER,
    **{kind.value: f"ext:{kind.value}" for kind in PostKind if kind not in (PostKind.HEAD, PostKind.TEACHER)},
}
"""The role of each kind of post; that of a pupil is `student`."""

SEXES: Final[Mapping[str, str]] = {
    SexCode.MALE.value: "male",
    SexCode.FEMALE.value: "female",
    SexCode.UNKNOWN.value: "unspecified",
    SexCode.UNSAID.value: "unspecified",
}

GRADES: Final[Mapping[int, str]] = {-3: "小班", -2: "中班", -1: "大班"} | {
    grade: f"{grade:02}" for grade in range(1, 13)
}
"""Two digits in school, as in the Common Education Data Standards; a kindergarten has no digits there."""

COURSES: Final[Mapping[int, str]] = {
    grade: f"grade-{grade:02}" if grade > 0 else f"grade-k{grade + 4}" for grade in GRADES
}
"""There are homerooms and no courses on record: the course of a class is its grade."""


def moment(day: date) -> str:
    """The midnight in China at which a day begins, in UTC, as ISO 8601 writes it."""
    return f"{datetime.combine(day, time.min, CHINA).astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}"


def year_key(year: int) -> str:
    """The academic session of a school year, by the year in which it begins."""
    return f"year-{year}"


def term_key(year: int) -> str:
    """The one term of a school year: which days divide it is no record here."""
    return f"term-{year}"


def enrolment_key(number: int) -> str:
    """An enrolment by its number; of one length, so that their order as texts is that of the numbers."""
    return f"enrolment-{number:012}"


def enrolment_number(key: str) -> int:
    """The number in the key of an enrolment. Raises `ValueError` where it is none."""
    head, _, digits = key.partition("-")
    if head != "enrolment" or len(digits) != 12 or not (digits.isascii() and digits.isdigit()):
        raise ValueError(key)
    return int(digits)
