"""The files of a OneRoster 1.2 package as tables: their columns, their records, a mark at one of their cells.

What the standard requires of each file is that of the CSV binding (1EdTech, OneRoster 1.2, section 3: the
columns with "Yes" under "Required").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from meihao.base.text import Text
from meihao.documents.workbook import Mark, reference

MANIFEST, VERSION = "manifest.csv", "1.2"
ORGS, SESSIONS, CLASSES = "orgs.csv", "academicSessions.csv", "classes.csv"
USERS, ROLES, ENROLLMENTS, DEMOGRAPHICS = "users.csv", "roles.csv", "enrollments.csv", "demographics.csv"
BULK, DELTA, ABSENT = "bulk", "delta", "absent"
STUDENT, HOMEROOM, SCHOOL, DISTRICT = "student", "homeroom", "school", "district"

REQUIRED: Mapping[str, tuple[str, ...]] = {
    ORGS: ("sourcedId", "name", "type"),
    SESSIONS: ("sourcedId", "title", "type", "startDate", "endDate", "schoolYear"),
    CLASSES: (
        *("sourcedId", "title", "courseSourcedId", "classType"),
        *("schoolSourcedId", "termSourcedIds"),
    ),
    USERS: ("sourcedId", "enabledUser", "username", "givenName", "familyName"),
    ROLES: ("sourcedId", "userSourcedId", "roleType", "role", "orgSourcedId"),
    ENROLLMENTS: ("sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"),
    DEMOGRAPHICS: ("sourcedId",),
}
"""What the standard requires of the files that are read here."""

READ: Mapping[str, tuple[str, ...]] = {
    ORGS: ("sourcedId", "name", "type"),
    SESSIONS: ("sourcedId",),
    CLASSES: ("sourcedId", "classType"),
    USERS: ("sourcedId", "givenName", "familyName"),
    ROLES: ("sourcedId", "userSourcedId", "role"),
    ENROLLMENTS: ("sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"),
    DEMOGRAPHICS: ("sourcedId",),
}
"""Of those, what nothing can be read without: a package that lacks only the others is read all the same."""


class Record(NamedTuple):
    """One line of a file: its row, and its texts by column."""

    file: str
    row: int
    values: Mapping[str, str]

    def said(self, column: str) -> str:
        """The text of a column; empty where it has none."""
        return self.values.get(column, "")


@dataclass(frozen=True)
class Table:
    """One file: the place of each column, its records, and whether they are all there is (`mode`)."""

    name: str
    columns: Mapping[str, int] = field(default_factory=dict)
    records: tuple[Record, ...] = ()
    mode: str = BULK

    @cached_property
    def by_id(self) -> Mapping[str, Record]:
        """The records by `sourcedId`; of two of one the first."""
        return {one.said("sourcedId"): one for one in reversed(self.records)}

    def ref(self, record: Record, column: str) -> str:
        """The cell of a record's column."""
        return reference(record.row, self.columns.get(column, 1))

    def mark(self, record: Record, column: str, zh: str, en: str) -> Mark:
        """A fault, said with file, row and column."""
        return Mark(self.name, self.ref(record, column), "must", at(self.name, record.row, column, zh, en))

    def head(self, column: str, zh: str, en: str) -> Mark:
        """A fault of a heading, or of the whole file where no column is named."""
        text = (
            at(self.name, 1, column, zh, en) if column else Text(f"{self.name}：{zh}", f"{self.name}: {en}")
        )
        return Mark(self.name, reference(1, self.columns.get(column, 1)), "must", text)


@dataclass(frozen=True)
class Package:
    """The files that the manifest announces and that are read here; `marks` are the faults found so far."""

    name: str
    tables: Mapping[str, Table]
    marks: tuple[Mark, ...] = ()
    manifest: Table = field(default_factory=lambda: Table(MANIFEST))

    def table(self, name: str) -> Table:
        """A file; empty where the package has none."""
        return self.tables.get(name) or Table(name)

    def has(self, *names: str) -> bool:
        """Whether the package has all of some files."""
        return all(name in self.tables for name in names)

    @property
    def readable(self) -> bool:
        """Whether every file has the columns without which nothing of it can be read."""
        return all(column in table.columns for table in self.tables.values() for column in READ[table.name])

    def announced(self, file: str, zh: str, en: str) -> Mark:
        """A fault at the line of the manifest that speaks of a file; at the manifest where none does."""
        key = f"file.{file.removesuffix('.csv')}"
        line = next((one for one in self.manifest.records if one.said("propertyName") == key), None)
        if line is None:
            return self.manifest.head("", zh, en)
        return self.manifest.mark(line, "value", zh, en)

    def district(self, org: Record) -> Record | None:
        """The district over an organisation; None where there is none, or it is its own ancestor."""
        seen: set[str] = set()
        here: Record | None = org
        while here is not None and here.said("type") != DISTRICT and here.said("sourcedId") not in seen:
            seen.add(here.said("sourcedId"))
            here = self.table(ORGS).by_id.get(here.said("parentSourcedId"))
        return here if here is not None and here.said("type") == DISTRICT else None


def day(text: str) -> date | None:
    """A day as ISO 8601 writes it; None for any other text, and where there is none."""
    try:
        return date.fromisoformat(text) if len(text) == len("2025-09-01") else None
    except ValueError:
        return None


def at(file: str, row: int, column: str, zh: str, en: str) -> Text:
    """What is said of a cell: `orgs.csv 第 3 行「name」：没有填`."""
    return Text(f"{file} 第 {row} 行「{column}」：{zh}", f"{file} row {row}, “{column}”: {en}")
