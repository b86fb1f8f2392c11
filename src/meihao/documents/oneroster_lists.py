"""From the files of a OneRoster package to one list: of schools, or of pupils in their classes.

A list is a sheet like any other, whose headings say where its values are from: `orgs.csv identifier`, or
`users.csv familyName givenName` for texts put together. Which headings are wanted, and which column of a form
each fills, is a `mapping` policy; the form reads the sheet as it reads a workbook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from meihao.documents.oneroster import (
    CLASSES,
    DEMOGRAPHICS,
    ENROLLMENTS,
    ORGS,
    ROLES,
    USERS,
    Package,
    Record,
    day,
)
from meihao.documents.workbook import Cell, Mark, Sheet, reference

STUDENT, HOMEROOM, SCHOOL = "student", "homeroom", "school"
Beside = Mapping[str, Record]  # the records that make one row, by file


@dataclass(frozen=True)
class Joined:
    """A list; `places` says of each of its cells which file and cell it is from."""

    sheet: Sheet
    places: Mapping[str, tuple[str, str]]
    marks: tuple[Mark, ...]


def schools(found: Package, heads: Sequence[str]) -> Joined:
    """The organisations of type school, row by row as in `orgs.csv`."""
    rows = [{ORGS: one} for one in found.table(ORGS).records if one.said("type") == SCHOOL]
    return _joined(found, ORGS, heads, rows, [])


def pupils(found: Package, heads: Sequence[str], on: date) -> Joined:
    """The students of homerooms on a day, row by row as in `users.csv`; each is in one homeroom."""
    marks: list[Mark] = []
    seats: dict[str, Record] = {}
    for one in _seated(found, on):
        first = seats.setdefault(one.said("userSourcedId"), one)
        if first is not one:
            zh, en = (
                f"与第 {first.row} 行是同一名学生，一天只能在一个行政班",
                f"row {first.row} seats the same student",
            )
            marks.append(found.table(ENROLLMENTS).mark(one, "userSourcedId", zh, en))
    students = {
        one.said("userSourcedId") for one in found.table(ROLES).records if one.said("role") == STUDENT
    }
    rows: list[Beside] = []
    for user in found.table(USERS).records:
        seat = seats.get(user.said("sourcedId"))
        if seat is not None:
            rows.append(_beside(found, user, seat))
        elif user.said("sourcedId") in students:
            zh = f"是学生，{on} 不在任何行政班（classType 为 homeroom 的班）。请补上 enrollments.csv 的一行"
            en = f"a student who is in no homeroom on {on}: add the row in enrollments.csv"
            marks.append(found.table(USERS).mark(user, "sourcedId", zh, en))
    return _joined(found, USERS, heads, rows, marks)


def _seated(found: Package, on: date) -> Iterator[Record]:
    """The enrolments of students in homerooms that hold on a day; an end is the first day no longer."""
    classes = found.table(CLASSES).by_id
    for one in found.table(ENROLLMENTS).records:
        group = classes.get(one.said("classSourcedId"))
        begins, ends = day(one.said("beginDate")), day(one.said("endDate"))
        holds = (begins is None or begins <= on) and (ends is None or on < ends)
        if (
            one.said("role") == STUDENT
            and group is not None
            and group.said("classType") == HOMEROOM
            and holds
        ):
            yield one


def _beside(found: Package, user: Record, seat: Record) -> Beside:
    """All that is known of a student who has a seat."""
    others = {
        ENROLLMENTS: seat,
        CLASSES: found.table(CLASSES).by_id.get(seat.said("classSourcedId")),
        ORGS: found.table(ORGS).by_id.get(seat.said("schoolSourcedId")),
        DEMOGRAPHICS: found.table(DEMOGRAPHICS).by_id.get(user.said("sourcedId")),
    }
    return {USERS: user} | {file: record for file, record in others.items() if record is not None}


def _joined(
    found: Package, main: str, heads: Sequence[str], rows: Sequence[Beside], marks: Sequence[Mark]
) -> Joined:
    known = [head for head in heads if _known(found, head)]
    cells = [Cell(reference(1, place), 1, place, head, "text") for place, head in enumerate(known, 1)]
    places: dict[str, tuple[str, str]] = {}
    for beside in rows:
        number = beside[main].row
        for place, head in enumerate(known, 1):
            file, *columns = head.split(" ")
            record, ref = beside.get(file), reference(number, place)
            places[ref] = (file, found.table(file).ref(record or beside[main], columns[0]))
            text = "".join(record.said(column) for column in columns) if record is not None else ""
            if text:
                cells.append(Cell(ref, number, place, text, "text"))
    return Joined(Sheet(main, False, tuple(cells)), places, tuple(marks))


def _known(found: Package, head: str) -> bool:
    """Whether the package has the file and all the columns that a heading names."""
    file, *columns = head.split(" ")
    return found.has(file) and all(column in found.table(file).columns for column in columns)
