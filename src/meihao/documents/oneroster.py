"""A OneRoster 1.2 package of CSV files (1EdTech, rostering, bulk): its tables, what does not hold together.

Columns and words are those of the CSV binding of OneRoster 1.2. A package is read whole or goes back whole:
a file that the manifest announces and the package lacks, a `sourcedId` that nothing bears, a day that is
none, each is a mark at its file, row and column. What its columns mean here is no matter of this module: a
`mapping` policy says it (`oneroster_lists`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from meihao.base.text import Refused, Text
from meihao.documents.workbook import Mark, Sheet, Workbook, reference

MANIFEST, VERSION = "manifest.csv", "1.2"
ORGS, SESSIONS, CLASSES = "orgs.csv", "academicSessions.csv", "classes.csv"
USERS, ROLES, ENROLLMENTS, DEMOGRAPHICS = "users.csv", "roles.csv", "enrollments.csv", "demographics.csv"

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    ORGS: ("sourcedId", "name", "type", "identifier", "parentSourcedId"),
    SESSIONS: ("sourcedId", "title", "type", "startDate", "endDate"),
    CLASSES: ("sourcedId", "title", "grades", "classCode", "classType", "schoolSourcedId"),
    USERS: ("sourcedId", "givenName", "familyName", "identifier"),
    ROLES: ("sourcedId", "userSourcedId", "role", "orgSourcedId"),
    ENROLLMENTS: ("sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"),
    DEMOGRAPHICS: ("sourcedId",),
}
_REFERENCES: Mapping[tuple[str, str], str] = {
    (ORGS, "parentSourcedId"): ORGS,
    (SESSIONS, "parentSourcedId"): SESSIONS,
    (CLASSES, "schoolSourcedId"): ORGS,
    (CLASSES, "termSourcedIds"): SESSIONS,
    (USERS, "primaryOrgSourcedId"): ORGS,
    (ROLES, "userSourcedId"): USERS,
    (ROLES, "orgSourcedId"): ORGS,
    (ENROLLMENTS, "classSourcedId"): CLASSES,
    (ENROLLMENTS, "schoolSourcedId"): ORGS,
    (ENROLLMENTS, "userSourcedId"): USERS,
    (DEMOGRAPHICS, "sourcedId"): USERS,
}
_MUST = {column for _, column in _REFERENCES} - {"parentSourcedId", "termSourcedIds", "primaryOrgSourcedId"}
_DAYS = {
    SESSIONS: ("startDate", "endDate"),
    ROLES: ("beginDate", "endDate"),
    ENROLLMENTS: ("beginDate", "endDate"),
    DEMOGRAPHICS: ("birthDate",),
}


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
    """One file: the place of each column, and its records."""

    name: str
    columns: Mapping[str, int] = field(default_factory=dict)
    records: tuple[Record, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Record]:
        """The records by `sourcedId`; of two of one the first."""
        return {one.said("sourcedId"): one for one in reversed(self.records)}

    def ref(self, record: Record, column: str) -> str:
        """The cell of a record's column."""
        return reference(record.row, self.columns.get(column, 1))

    def mark(self, record: Record, column: str, zh: str, en: str) -> Mark:
        """A fault, said with file, row and column."""
        return Mark(self.name, self.ref(record, column), "must", _at(self.name, record.row, column, zh, en))


@dataclass(frozen=True)
class Package:
    """The files that the manifest announces and that are read here; `marks` are the faults found so far."""

    name: str
    tables: Mapping[str, Table]
    marks: tuple[Mark, ...]

    def table(self, name: str) -> Table:
        """A file; empty where the package has none."""
        return self.tables.get(name) or Table(name)

    def has(self, *names: str) -> bool:
        """Whether the package has all of some files."""
        return all(name in self.tables for name in names)

    def district(self, org: Record) -> Record | None:
        """The district over an organisation; None where there is none, or it is its own ancestor."""
        seen: set[str] = set()
        here: Record | None = org
        while here is not None and here.said("type") != "district" and here.said("sourcedId") not in seen:
            seen.add(here.said("sourcedId"))
            here = self.table(ORGS).by_id.get(here.said("parentSourcedId"))
        return here if here is not None and here.said("type") == "district" else None


def package(workbook: Workbook) -> Package:
    """What was read of a package. Raises `Refused` for what is none, or is of another version."""
    name = workbook.path.name
    sheets = {sheet.name: sheet for sheet in workbook.sheets}
    if MANIFEST not in sheets:
        raise Refused(
            f"「{name}」里没有 manifest.csv，不是 OneRoster 的 CSV 压缩包。请从原系统重新导出。",
            f"“{name}” has no manifest.csv: it is no OneRoster package. Export it again.",
        )
    manifest = _table(sheets[MANIFEST])
    _check_version(name, manifest)
    marks = list(_announced(manifest, sheets))
    bulk = {f"{key.said('propertyName')[5:]}.csv" for key in manifest.records if key.said("value") == "bulk"}
    tables = {file: _table(sheets[file]) for file in _COLUMNS if file in bulk and file in sheets}
    found = Package(name, tables, ())
    for table in tables.values():
        marks += [*_columns(table), *_identities(table), *_dangling(found, table), *_days(table)]
    return Package(name, tables, tuple(marks))


def _table(sheet: Sheet) -> Table:
    rows = dict(sheet.rows())
    heading = {place: str(cell.value).strip() for place, cell in rows.pop(1, {}).items()}
    records = tuple(
        Record(
            sheet.name,
            number,
            {heading[place]: str(cell.value).strip() for place, cell in cells.items() if place in heading},
        )
        for number, cells in rows.items()
    )
    return Table(sheet.name, {column: place for place, column in heading.items()}, records)


def _check_version(name: str, manifest: Table) -> None:
    told = {one.said("propertyName"): one.said("value") for one in manifest.records}
    if told.get("oneroster.version") != VERSION:
        found = told.get("oneroster.version") or "—"
        raise Refused(
            f"「{name}」写明的版本是 OneRoster {found}，这里读 {VERSION}。请在原系统选 {VERSION} 重新导出。",
            f"“{name}” is of OneRoster {found}: {VERSION} is read here. Export it as {VERSION}.",
        )


def _announced(manifest: Table, sheets: Mapping[str, Sheet]) -> Iterator[Mark]:
    """Files that the manifest announces and the package lacks, or that hold changes alone."""
    for one in manifest.records:
        key, value = one.said("propertyName"), one.said("value")
        if not key.startswith("file.") or value == "absent":
            continue
        file = f"{key[5:]}.csv"
        if value == "delta" and file in _COLUMNS:
            yield manifest.mark(
                one, "value", f"{file} 是增量（delta），请导出全量（bulk）", f"{file} is a delta: export bulk"
            )
        elif value in ("bulk", "delta") and file not in sheets:
            yield manifest.mark(
                one,
                "value",
                f"写着有 {file}，压缩包里没有。请把它放进去，或改为 absent",
                f"{file} is announced and not in the package: put it there, or say absent",
            )
        elif value not in ("bulk", "delta"):
            yield manifest.mark(
                one,
                "value",
                f"应为 absent、bulk 或 delta，现为「{value}」",
                f"“{value}”: absent, bulk or delta",
            )


def _columns(table: Table) -> Iterator[Mark]:
    for column in _COLUMNS[table.name]:
        if column not in table.columns:
            yield Mark(
                table.name, "A1", "must", _at(table.name, 1, column, "缺这一列，请补上", "add this column")
            )


def _identities(table: Table) -> Iterator[Mark]:
    """Lines without a `sourcedId`, or with that of an earlier one."""
    seen: dict[str, int] = {}
    for one in table.records:
        identity = one.said("sourcedId")
        if not identity:
            yield table.mark(one, "sourcedId", "没有填", "is empty")
        elif seen.setdefault(identity, one.row) != one.row:
            zh = f"与第 {seen[identity]} 行相同，请删去一行"
            yield table.mark(one, "sourcedId", zh, f"is that of row {seen[identity]}: delete one")
        if one.said("status") not in ("", "active"):
            zh = f"全量文件里不应有「{one.said('status')}」的行，请删去"
            yield table.mark(one, "status", zh, f"no row of a bulk file is “{one.said('status')}”: delete it")


def _dangling(found: Package, table: Table) -> Iterator[Mark]:
    """References to what no file has."""
    for (file, column), target in _REFERENCES.items():
        if file != table.name or column not in table.columns or not found.has(target):
            continue
        known = found.table(target).by_id
        for one in table.records:
            said = [part.strip() for part in one.said(column).split(",") if part.strip()]
            if not said and column in _MUST and column != "sourcedId":
                yield table.mark(one, column, "没有填", "is empty")
            for part in said:
                if part not in known:
                    yield table.mark(
                        one,
                        column,
                        f"{target} 里没有「{part}」。请补上那一行，或改正这里",
                        f"{target} has no “{part}”: add it there, or correct it here",
                    )


def _days(table: Table) -> Iterator[Mark]:
    for column in _DAYS.get(table.name, ()):
        for one in table.records:
            if (said := one.said(column)) and day(said) is None:
                zh = f"应为日期，如 2025-09-01，现为「{said}」"
                yield table.mark(one, column, zh, f"a date such as 2025-09-01 is wanted, “{said}” found")


def day(text: str) -> date | None:
    """A day as ISO 8601 writes it; None for any other text, and where there is none."""
    try:
        return date.fromisoformat(text) if len(text) == len("2025-09-01") else None
    except ValueError:
        return None


def _at(file: str, row: int, column: str, zh: str, en: str) -> Text:
    return Text(f"{file} 第 {row} 行「{column}」：{zh}", f"{file} row {row}, “{column}”: {en}")
