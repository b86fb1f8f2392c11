"""From a file to typed rows: by the reader and the `form` policies that returns are read by.

A list that names no form is refused. Whatever is wrong with its cells is noted at each of them; the planner
of the form adds what it finds, and the whole file goes back with all of it. Nothing is read into the
registry here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

from meihao.base.text import Refused, Text
from meihao.documents.oneroster.lists import Place
from meihao.documents.oneroster.tables import at
from meihao.documents.returns.intake import incoming
from meihao.documents.returns.layouts import Forms, Reading, SheetReading
from meihao.documents.secrecy import refuse_marked
from meihao.documents.workbook import Mark, Reader
from meihao.policy.kinds import Fact
from meihao.policy.rulebook import Rulebook

UNIT_FORM, PUPIL_FORM = "cn/registry/unit-form", "cn/registry/pupil-form"
_ROW = re.compile(r"^第 \d+ 行"), re.compile(r"^row \d+, ")  # of the list; a mark that is placed has its own


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that was read: its form, its rows, the headers that nobody knows, and what is wrong so far.

    `places` says where a cell of the rows stands in truth, where they were put together from several files.
    """

    sheet: SheetReading
    fact: Fact
    unknown: tuple[str, ...]
    marks: tuple[Mark, ...]
    places: Mapping[str, Place] = field(default_factory=dict)

    @property
    def form(self) -> str:
        """The key of the form that it is."""
        return self.sheet.form.key

    def label(self, column: str) -> str:
        """What the form calls a column."""
        return self.sheet.form.by_column[column].label

    def refuse(self, more: Iterable[Mark]) -> None:
        """Raises `Faulty` where something is wrong, here or by what the planner found."""
        marks = [*self.marks, *map(self.placed, more)]
        if marks:
            raise Faulty(marks)

    def place(self, row: Reading, column: str) -> str:
        """Where a value of a row stands: sheet or file, and cell."""
        ref = row.cells.get(column, "")
        sheet, ref, *_ = self.places.get(ref, (row.sheet, ref))
        return f"{sheet}!{ref}"

    def placed(self, mark: Mark) -> Mark:
        """A mark at the file and cell where its value stands, said with file, row and column."""
        if mark.ref not in self.places:
            return mark
        file, ref, row, column = self.places[mark.ref]
        zh, en = _ROW[0].sub("", mark.text.zh), _ROW[1].sub("", mark.text.en)
        return Mark(file, ref, mark.severity, at(file, row, column, zh, en))


class Faulty(Refused):
    """A file that goes back whole; `marks` are its faults, each at its cell."""

    def __init__(self, marks: list[Mark]) -> None:
        first = marks[0]
        where = f"{first.sheet} {first.ref}".strip()
        placed = bool(first.sheet) and first.text.zh.startswith(first.sheet)  # it says where it is itself
        zh, en = ("：", ": ") if placed else (f"在 {where}：", f", at {where}: ")
        super().__init__(
            f"文件里有 {len(marks)} 处要改正，没有导入任何一行。第一处{zh}{first.text.zh}",
            f"{len(marks)} faults in the file; no row was taken. The first{en}{first.text.en}",
        )
        self.marks = marks


def handed_in(name: str, data: bytes, rulebook: Rulebook, on: date, place: str, reader: Reader) -> Handed:
    """The rows of a file, called by its name. Raises `Refused` for a file that is none of the forms."""
    forms = incoming(rulebook, on, place, into="registry")
    workbook = reader.read_bytes(Path(name), data)
    refuse_marked(workbook)
    sheets = [sheet for one in workbook.sheets if (sheet := forms.read(one)) is not None]
    if len(sheets) != 1:
        wanted = [form.title for form in forms.forms]
        raise Refused(
            f"文件里应有且只有一张登记表（{'、'.join(t.zh for t in wanted)}），认出了 {len(sheets)} 张。"
            "请用空白表的表头，一个文件一张表。",
            f"one list is wanted ({', '.join(t.en for t in wanted)}), {len(sheets)} were recognised. "
            "Use the headings of the blank, one list a file.",
        )
    return handed(sheets[0], forms)


def handed(
    sheet: SheetReading,
    forms: Forms,
    places: Mapping[str, Place] = MappingProxyType({}),
) -> Handed:
    """A sheet that was read, with everything that is wrong with its headings and cells."""
    fact, unknown = forms.facts[sheet.form.fact], tuple(header for _, header in sheet.unknown)
    marks = [*sheet.marks, *_without(sheet), *(mark for row in sheet.rows for mark in row.marks)]
    found = Handed(sheet, fact, unknown, (), places)
    return replace(found, marks=tuple(found.placed(mark) for mark in marks if mark.severity == "must"))


def _without(sheet: SheetReading) -> Iterator[Mark]:
    """Columns that the form requires and the sheet has not; a sheet without a row."""
    for spec in sheet.form.fields:
        if spec.required and spec.column not in sheet.present:
            text = Text(f"缺「{spec.label}」这一列，请补上", f"the column “{spec.label}” is missing: add it")
            yield Mark("", "", "must", text)
    if not sheet.rows:
        yield Mark("", "", "must", Text("表里没有一行数据", "there is no row of data"))


def doubled(handed: Handed) -> Iterator[Mark]:
    """The rows whose identity stands in an earlier row already."""
    column = handed.fact.identity
    seen: dict[str, str] = {}
    for row in handed.sheet.rows:
        identity, ref = row.values.get(column), row.cells.get(column, "")
        if not isinstance(identity, str):
            continue
        if identity in seen:
            text = Text(
                f"与 {seen[identity]} 重复，请删去一行", f"stands at {seen[identity]} already: delete one"
            )
            yield Mark(row.sheet, ref, "must", text)
        seen.setdefault(identity, ref)
