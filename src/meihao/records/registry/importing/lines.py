"""The rows of a list of pupils, each held to what can be known of it alone: every wrong cell at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from meihao.base import codes
from meihao.base.text import Refused, Text
from meihao.documents.returns.layouts import Reading
from meihao.documents.workbook import Mark
from meihao.records.registry.importing.queries import Listed
from meihao.records.registry.importing.reading import Handed
from meihao.records.registry.models import IdKind, SexCode, Type
from meihao.records.registry.models.people_kinds import grade_worded
from meihao.records.registry.people.grades import taught
from meihao.records.registry.people.identity import Checked, Identity, checked

_GRADES = {grade_worded(grade).zh: grade for grade in taught(Type.SPECIAL)}
_PARTS = (
    ("name", ("name",)),
    ("id_number", ("id_kind", "id_number")),
    ("sex", ("sex",)),
    ("student_number", ("student_number",)),
)
_MOST_NUMBER = 32_767  # what the column of a class's number holds
_OWN = re.compile("^(身份证号|学籍号|学校（机构）标识码|姓名|性别|证件号)")
_ROW = re.compile(r"\d+$")


class Line(NamedTuple):
    """One pupil of the list: the row, who it is, at which school, in which grade and class."""

    row: Reading
    who: Checked
    school: Listed
    grade: int
    number: int


@dataclass(frozen=True)
class Lines:
    """A list being read; `schools` are those that may be named in it, by code."""

    handed: Handed
    schools: Mapping[str, Listed]

    def read(self) -> tuple[list[Line], list[Mark]]:
        """The rows in order, and what is wrong with the others."""
        lines: list[Line] = []
        marks: list[Mark] = []
        for row in self.handed.sheet.rows:
            found = self._line(row)
            if isinstance(found, Line):
                lines.append(found)
            else:
                marks += found
        return lines, [*marks, *self._doubled(lines)]

    def mark(self, row: Reading, column: str, text: Text) -> Mark:
        """A fault at a cell; `text` goes on after the name of the column."""
        return Mark(row.sheet, row.cells.get(column, ""), "must", self.worded(row, column, text))

    def worded(self, row: Reading, column: str, text: Text) -> Text:
        """What is said of a cell: 第 37 行「身份证号」只有 17 位，应为 18 位."""
        label, number = self.handed.label(column), row_number(row)
        zh, en = text.zh.rstrip("。"), text.en.rstrip(".")
        return Text(f"第 {number} 行「{label}」{zh}", f"row {number}, “{label}”: {en}")

    def _line(self, row: Reading) -> Line | list[Mark]:
        marks: list[Mark] = []
        wrong = {column for column, ref in row.cells.items() if ref in {mark.ref for mark in row.marks}}
        who = self._who(row, wrong, marks)
        school = self._school(row, marks)
        grade = _GRADES.get(str(row.values.get("grade", "")))
        number = row.values.get("class_number")
        if school is not None and grade is not None and grade not in self._taught(school):
            marks.append(self.mark(row, "grade", _not_taught(school, grade)))
        if number is not None and not 1 <= int(number) <= _MOST_NUMBER:
            marks.append(self.mark(row, "class_number", Text("从 1 起，请核对", "begins with 1: check it")))
        if who is None or school is None or grade is None or number is None or marks or wrong:
            return marks
        return Line(row, who, school, grade, int(number))

    def _who(self, row: Reading, wrong: set[str], marks: list[Mark]) -> Checked | None:
        asked = _identity(row)
        if not wrong:
            try:
                who = checked(asked)
            except Refused:
                pass  # which of its cells is at fault is asked below
            else:
                if who.id_blind is None and who.student_blind is None:
                    marks.append(self._numberless(row))
                return who
        marks += [self.mark(row, at, _after(text)) for at, text in _blamed(asked) if at not in wrong]
        return None

    def _numberless(self, row: Reading) -> Mark:
        column = "id_number" if "id_number" in row.cells else "student_number"
        other = "学籍号" if column == "id_number" else "身份证号"
        text = Text(
            f"和{other}至少填一个，同名的人才分得清",
            "give it or the other number, so that people of one name are told apart",
        )
        return self.mark(row, column, text)

    def _school(self, row: Reading, marks: list[Mark]) -> Listed | None:
        code = row.values.get("school_code")
        if not isinstance(code, str):
            return None
        if code not in self._found:
            self._found[code] = _school(code, self.schools)
        found = self._found[code]
        if isinstance(found, Listed):
            return found
        marks.append(self.mark(row, "school_code", found))
        return None

    @cached_property
    def _found(self) -> dict[str, Listed | Text]:
        return {}

    def _taught(self, school: Listed) -> frozenset[int]:
        return taught(school.particulars.type)

    def _doubled(self, lines: list[Line]) -> Iterator[Mark]:
        seen: dict[tuple[str, str], str] = {}
        for line in lines:
            for column, kind, blind in (
                ("id_number", line.who.who.id_kind, line.who.id_blind),
                ("student_number", "student", line.who.student_blind),
            ):
                if blind is None:
                    continue
                first = seen.setdefault((kind, blind), row_number(line.row))
                if first != row_number(line.row):
                    text = Text(f"与第 {first} 行相同，请删去一行或改正", f"is that of row {first}: mend one")
                    yield self.mark(line.row, column, text)
                    break


def row_number(row: Reading) -> str:
    """The number of a row in its sheet."""
    found = _ROW.search(next(iter(row.cells.values()), ""))
    return found[0] if found else ""


def _identity(row: Reading) -> Identity:
    said = {
        column: str(row.values.get(column) or "") for column in ("name", "sex", "id_number", "student_number")
    }
    kind = str(row.values.get("id_kind") or IdKind.RESIDENT.label)
    return Identity(
        said["name"],
        sex=next((choice.value for choice in SexCode if choice.label == said["sex"]), ""),
        id_kind=next(choice.value for choice in IdKind if choice.label == kind) if said["id_number"] else "",
        id_number=said["id_number"],
        student_number=said["student_number"],
    )


def _blamed(asked: Identity) -> Iterator[tuple[str, Text]]:
    """Which cells are at fault, each judged beside those that are in order."""
    known = Identity("某")
    for column, parts in _PARTS:
        tried = replace(known, **{part: getattr(asked, part) for part in parts})
        try:
            checked(tried)
        except Refused as refused:
            yield column, refused.text
        else:
            known = tried


def _after(text: Text) -> Text:
    """A refusal put after the name of a column: it does not name it again, or is set apart."""
    bare = _OWN.sub("", text.zh)
    return Text(bare if bare != text.zh else f"：{bare}", text.en)


def _school(code: str, schools: Mapping[str, Listed]) -> Listed | Text:
    if code in schools:
        return schools[code]
    try:
        codes.institution_code(code)
    except Refused as refused:
        return _after(refused.text)
    return Text(
        f"：台账里没有「{code}」这所学校，或者它不归这个教育行政部门。请先登记学校，或改正标识码",
        f"no school “{code}” is registered under this authority. Register it first, or correct the code",
    )


def _not_taught(school: Listed, grade: int) -> Text:
    zh, en = grade_worded(grade)
    name = school.particulars.name
    return Text(
        f"：「{name}」不设{zh}，请核对年级和学校",
        f"“{name}” does not teach {en}: check the grade and the school",
    )
