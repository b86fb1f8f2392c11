"""From the files of a OneRoster package to one list: of schools, or of pupils in their classes.

A list is a sheet like any other, whose headings say where its values are from: `orgs.csv identifier`, or
`users.csv familyName givenName` for texts put together. Which headings are wanted, and which column of a form
each fills, is a `mapping` policy; the form reads the sheet as it reads a workbook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from meihao.documents.oneroster.tables import (
    CLASSES,
    DEMOGRAPHICS,
    ENROLLMENTS,
    HOMEROOM,
    ORGS,
    ROLES,
    SCHOOL,
    STUDENT,
    USERS,
    Package,
    Record,
    day,
)
from meihao.documents.workbook import Cell, Mark, Sheet, reference

Beside = Mapping[str, Record]  # the records that make one row, by file


class Place(NamedTuple):
    """Where a value of a list stands: file, cell, row and column.

    Where a file has no record for a row of the list, it is that of the row's own `sourcedId`.
    """

    file: str
    ref: str
    row: int
    column: str


@dataclass(frozen=True)
class Joined:
    """A list; `places` says of each of its cells which file and cell it is from."""

    sheet: Sheet
    places: Mapping[str, Place]
    marks: tuple[Mark, ...]

    @property
    def empty(self) -> bool:
        """Whether the list has no row."""
        return not self.places


def schools(found: Package, heads: Sequence[str]) -> Joined:
    """The organisations of type school, row by row as in `orgs.csv`."""
    table = found.table(ORGS)
    rows = [{ORGS: one} for one in table.records if one.said("type") == SCHOOL]
    zh, en = (
        "没有一行是学校（school），没有可以登记的机构",
        "no row is a school to register",
    )
    return _joined(found, ORGS, heads, rows, [] if rows else [table.head("type", zh, en)])


def pupils(found: Package, heads: Sequence[str], on: date) -> Joined:
    """The students of homerooms on a day, row by row as in `users.csv`; each is in one homeroom."""
    if not any(one.said("classType") == HOMEROOM for one in found.table(CLASSES).records):
        return _joined(found, USERS, heads, [], [_no_homeroom(found)])
    marks: list[Mark] = []
    seats: dict[str, Record] = {}
    for one in _seated(found, on):
        marks += _elsewhere(found, one)
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
    if not rows and not marks:
        marks.append(_nobody(found, on))
    return _joined(found, USERS, heads, rows, marks)


def _no_homeroom(found: Package) -> Mark:
    return found.table(CLASSES).head(
        "classType",
        "没有一个行政班（homeroom）。OneRoster 允许只有 scheduled（走班、课程班），本平台登记学生需要行政班。"
        "请在原系统把行政班一并导出",
        "there is no homeroom. OneRoster does without; to register pupils this platform needs their "
        "homerooms: export them as well",
    )


def _nobody(found: Package, on: date) -> Mark:
    return found.table(ENROLLMENTS).head(
        "role",
        f"{on} 没有一名学生（student）在行政班里。请核对 role、beginDate、endDate（不含当日）和生效日期",
        f"no student is in a homeroom on {on}: check role, beginDate, endDate (exclusive) and the day",
    )


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


def _elsewhere(found: Package, seat: Record) -> Iterator[Mark]:
    """A seat at another school than that of its class."""
    group = found.table(CLASSES).by_id[seat.said("classSourcedId")]
    here, there = seat.said("schoolSourcedId"), group.said("schoolSourcedId")
    if here and there and here != there:
        zh = f"这个班在 classes.csv 第 {group.row} 行属于「{there}」，这里写的是「{here}」。请改成一致"
        en = f"row {group.row} of classes.csv has the class at “{there}”, this row at “{here}”: mend one"
        yield found.table(ENROLLMENTS).mark(seat, "schoolSourcedId", zh, en)


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
    headings = [head for head in heads if known(found, head)]
    cells = [Cell(reference(1, place), 1, place, head, "text") for place, head in enumerate(headings, 1)]
    places: dict[str, Place] = {}
    for beside in rows:
        number = beside[main].row
        for place, head in enumerate(headings, 1):
            file, *columns = head.split(" ")
            record, ref = beside.get(file), reference(number, place)
            places[ref] = _place(found, record, columns[0]) or Place(
                main, found.table(main).ref(beside[main], "sourcedId"), number, "sourcedId"
            )
            text = "".join(record.said(column) for column in columns) if record is not None else ""
            if text:
                cells.append(Cell(ref, number, place, text, "text"))
    return Joined(Sheet(main, False, tuple(cells)), places, tuple(marks))


def _place(found: Package, record: Record | None, column: str) -> Place | None:
    if record is None:
        return None
    return Place(record.file, found.table(record.file).ref(record, column), record.row, column)


def known(found: Package, head: str) -> bool:
    """Whether the package has the file and all the columns that a heading names."""
    file, *columns = head.split(" ")
    return found.has(file) and all(column in found.table(file).columns for column in columns)
