"""The invented lists that are imported: a roll of last year, and this year's roll of everybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from meihao.base.codes import identity_check

HEADS = ("学籍号", "姓名", "身份证号", "性别", "学校标识码", "年级", "班号")
GRADES = ("一年级", "二年级", "三年级", "四年级", "五年级", "六年级")
LAST_YEAR, THIS_YEAR = date(2024, 9, 1), date(2025, 9, 1)
SCHOOLS = 20
CLASS = 40  # pupils
KNOWN = 4  # one in four is of last year, and moves up


def codes() -> list[str]:
    """The codes of the invented schools."""
    return [f"2199{number:06d}" for number in range(1, SCHOOLS + 1)]


def roll(rows: int) -> Iterator[list[object]]:
    """This year's roll, as many rows; every school, grade and class in turn."""
    for number in range(rows):
        school, place = number % SCHOOLS, number // SCHOOLS
        grade, group = place % len(GRADES), place // len(GRADES) // CLASS
        yield _row(number, school, grade, group)


def last_year(rows: int) -> Iterator[list[object]]:
    """Those of this year's roll who were there a year ago, a grade lower."""
    for number, row in enumerate(roll(rows)):
        grade = GRADES.index(str(row[5]))
        if number // SCHOOLS % KNOWN == 0 and grade:
            yield [*row[:5], GRADES[grade - 1], row[6]]


def _row(number: int, school: int, grade: int, group: int) -> list[object]:
    body = (
        f"990106{2018 - grade}{number // 1000 % 12 + 1:02d}{number // 12000 % 28 + 1:02d}{number % 1000:03d}"
    )
    identity = body + identity_check(body)
    sex = "男" if number % 2 else "女"
    return [f"G{identity}", f"虚构{number}", identity, sex, codes()[school], GRADES[grade], group + 1]


def written(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """A workbook of one list."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("学生登记表")
    for row in (HEADS, *rows):
        sheet.append(list(row))
    book.save(path)
    return path
