"""From a file to typed rows: by the reader and the `form` policies that returns are read by.

A list that names no form, a cell that cannot be taken, a row twice: the whole file goes back, every
fault at its cell. Nothing is read into the registry here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from meihao.base.text import Refused, Text
from meihao.documents.returns.intake import incoming
from meihao.documents.returns.layouts import Forms, Reading, SheetReading, identity_of
from meihao.documents.workbook import Mark, Reader, Workbook
from meihao.policy.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that was read: its form, its rows, and the headers that nobody knows."""

    workbook: Workbook
    sheet: SheetReading
    unknown: tuple[str, ...]

    @property
    def form(self) -> str:
        """The key of the form that it is."""
        return self.sheet.form.key


class Faulty(Refused):
    """A file that goes back whole; `marks` are its faults, each at its cell."""

    def __init__(self, workbook: Workbook, marks: list[Mark]) -> None:
        first = marks[0]
        where = f"{first.sheet} {first.ref}".strip()
        super().__init__(
            f"文件里有 {len(marks)} 处要改正，没有导入任何一行。第一处在 {where}：{first.text.zh}",
            f"{len(marks)} faults in the file; no row was taken. The first, at {where}: {first.text.en}",
        )
        self.workbook, self.marks = workbook, marks


def handed_in(path: Path, rulebook: Rulebook, on: date, place: str, reader: Reader) -> Handed:
    """The rows of a file. Raises `Refused` for a file that is none of the forms, `Faulty` with its cells."""
    forms = incoming(rulebook, on, place, into="registry")
    workbook = reader.read(path)
    sheets = [sheet for one in workbook.sheets if (sheet := forms.read(one)) is not None]
    if len(sheets) != 1:
        wanted = [form.title for form in forms.forms]
        raise Refused(
            f"文件里应有且只有一张登记表（{'、'.join(t.zh for t in wanted)}），认出了 {len(sheets)} 张。"
            "请用空白表的表头，一个文件一张表。",
            f"one list is wanted ({', '.join(t.en for t in wanted)}), {len(sheets)} were recognised. "
            "Use the headings of the blank, one list a file.",
        )
    (sheet,) = sheets
    marks = [*sheet.marks, *_marks(sheet, forms)]
    must = [mark for mark in marks if mark.severity == "must"]
    if must:
        raise Faulty(workbook, must)
    return Handed(workbook, sheet, tuple(header for _, header in sheet.unknown))


def _marks(sheet: SheetReading, forms: Forms) -> Iterator[Mark]:
    """The faults of the rows, and the rows that stand twice."""
    fact = forms.facts[sheet.form.fact]
    seen: dict[str, str] = {}
    for row in sheet.rows:
        yield from row.marks
        identity = identity_of(row, fact)
        if identity is None:
            continue
        ref = row.cells.get(fact.identity, "")
        if identity in seen:
            text = Text(
                f"与 {seen[identity]} 重复，请删去一行", f"stands at {seen[identity]} already: delete one"
            )
            yield Mark(row.sheet, ref, "must", text)
        seen.setdefault(identity, ref)
    if not sheet.rows:
        yield Mark("", "", "must", Text("表里没有一行数据", "there is no row of data"))


def place_of(row: Reading, column: str) -> str:
    """Where a value of a row stands: sheet and cell."""
    return f"{row.sheet}!{row.cells.get(column, '')}"
