"""A OneRoster package as a list of institutions or of pupils: the same rows as those of a workbook.

Which columns fill which is said by the `mapping` policies of the form, in headings that name the files. What
this platform needs beyond the standard is said as such, at the file, the row and the column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from meihao.base.divisions import NATION
from meihao.base.text import Refused, Text
from meihao.documents.oneroster import lists, packages
from meihao.documents.oneroster.lists import Joined
from meihao.documents.oneroster.tables import (
    CLASSES,
    DELTA,
    ENROLLMENTS,
    MANIFEST,
    ORGS,
    READ,
    REQUIRED,
    SCHOOL,
    USERS,
    Package,
)
from meihao.documents.returns.intake import incoming
from meihao.documents.returns.layouts import Forms, Reading
from meihao.documents.secrecy import refuse_named
from meihao.documents.workbook import Mark, Reader
from meihao.policy.kinds import FieldSpec, Mapping_
from meihao.policy.rulebook import Rulebook
from meihao.records.registry.importing.reading import PUPIL_FORM, UNIT_FORM, Faulty, Handed, handed

SUFFIX = ".zip"
_HEAD = re.compile(r"\w+\.csv( [\w.]+)+")
_PUPILS = (USERS, CLASSES, ENROLLMENTS)
_WHOM = {PUPIL_FORM: Text("学生", "pupils"), UNIT_FORM: Text("学校", "schools")}
_NUMBERS = ("student_number", "id_number")


def handed_package(
    name: str, data: bytes, rulebook: Rulebook, on: date, place: str, reader: Reader, form: str
) -> Handed:
    """The rows of a package: those of the form asked for; without one, pupils where it has any, else schools.

    Raises `Refused` for what is no package, `Faulty` with every fault for one that lacks files or columns.
    """
    refuse_named(name)
    found = packages.package(reader.read_csvs(Path(name), data))
    key = form or (PUPIL_FORM if found.has(*_PUPILS) else UNIT_FORM)
    _check_files(found, (*_PUPILS, ORGS) if key == PUPIL_FORM else (ORGS,), key)
    forms = incoming(rulebook, on, place, into="registry")
    only = replace(forms, forms=tuple(one for one in forms.forms if one.key == key))
    wanted = _Wanted(found, key, _heads(rulebook, key, on, place), only)
    missing = list(wanted.columns())
    if not found.readable:
        raise Faulty([*found.marks, *missing])
    joined = _joined(found, key, list(wanted.heads), on)
    marks = [*found.marks, *missing, *joined.marks, *_strangers(found, key, place)]
    if missing or joined.empty:
        raise Faulty(marks)
    return wanted.handed(joined, marks)


def _check_files(found: Package, wanted: tuple[str, ...], form: str) -> None:
    """Raises `Faulty` where a file is not there that the list cannot be read without."""
    missing = [file for file in wanted if not found.has(file)]
    if not missing:
        return
    if not found.tables and not found.marks:
        raise Faulty([_no_change(found)])
    whom, told = _WHOM[form], {mark.ref for mark in found.marks if mark.sheet == MANIFEST}
    marks = (
        found.announced(
            file,
            f"缺 {file}。登记{whom.zh}要有 {'、'.join(wanted)}，请在原系统一并导出{_whole(found)}",
            f"{file} is missing. To register {whom.en} takes {', '.join(wanted)}: export them together",
        )
        for file in missing
    )
    raise Faulty([*found.marks, *(mark for mark in marks if mark.ref not in told)])


def _whole(found: Package) -> str:
    partial = any(table.mode == DELTA for table in found.tables.values())
    return "；增量（delta）缺文件时请改为导出全量（bulk）" if partial else ""


def _no_change(found: Package) -> Mark:
    return found.manifest.head(
        "",
        "没有写明一个名册文件（bulk 或 delta）。OneRoster 以此表示没有变动；要导入请重新导出",
        "announces no file of a roster, by which OneRoster says that nothing changed: export again",
    )


def _heads(rulebook: Rulebook, form: str, on: date, place: str) -> dict[str, str]:
    """The headings that a person confirmed, and the column of the form that each fills."""
    return {
        head: heading.column
        for mapping in rulebook.all(Mapping_, on, place)
        if mapping.form == form
        for head, heading in mapping.headers.items()
        if heading.column and heading.confirmed_by and heading.confirmed_on and _HEAD.fullmatch(head)
    }


def _joined(found: Package, form: str, heads: list[str], on: date) -> Joined:
    if form == PUPIL_FORM:
        return lists.pupils(found, heads, on)
    return lists.schools(found, heads)


def _strangers(found: Package, form: str, place: str) -> Iterator[Mark]:
    """Schools of a district that is another than the one whose list this is."""
    orgs = found.table(ORGS)
    for one in orgs.records if form == UNIT_FORM else ():
        district = found.district(one) if one.said("type") == SCHOOL else None
        code = district.said("identifier") if district is not None else ""
        if code and code != place and place != NATION:
            zh = f"这所学校属于区划 {code}，不是 {place}。请只交本区的学校，或改正上级"
            yield orgs.mark(one, "parentSourcedId", zh, f"the school is of {code}, not of {place}")


@dataclass(frozen=True)
class _Wanted:
    """What a form wants of a package; `heads` are the headings of its files by the column that each fills."""

    found: Package
    key: str
    heads: Mapping[str, str]
    forms: Forms

    def columns(self) -> Iterator[Mark]:
        """Files and columns that nothing can be registered without; those the standard requires are told."""
        (form,) = self.forms.forms
        for spec in form.fields:
            if spec.required and not self._has(spec.column):
                yield from self._missing(spec.label, (spec.column,))
        if self.key == PUPIL_FORM and not any(map(self._has, _NUMBERS)):
            yield from self._missing(self._numbers, _NUMBERS)

    def handed(self, joined: Joined, marks: list[Mark]) -> Handed:
        """A list read by its form, with what was found before."""
        sheet = self.forms.read(joined.sheet)
        if sheet is None:
            raise Refused(
                f"按列对照读不出「{self.found.name}」里的{_WHOM[self.key].zh}。请系统管理员核对这张表的列对照。",
                f"the mapping reads no list in “{self.found.name}”. Ask the administrator to check it.",
            )
        filled = {cell.ref for cell in joined.sheet.cells}
        for row in sheet.rows:
            self._explain(row, joined, filled)
        read = handed(sheet, self.forms, joined.places)
        return replace(read, marks=(*marks, *read.marks))

    @property
    def _numbers(self) -> str:
        (form,) = self.forms.forms
        return "或".join(form.by_column[column].label for column in _NUMBERS)

    def _has(self, column: str) -> bool:
        return any(lists.known(self.found, head) for head in self._filling(column))

    def _filling(self, *columns: str) -> list[str]:
        """The headings that fill some columns, those first that the package has."""
        heads = [head for column in columns for head, filled in self.heads.items() if filled == column]
        return sorted(heads, key=lambda head: not lists.known(self.found, head))

    def _missing(self, label: str, wanted: tuple[str, ...]) -> Iterator[Mark]:
        heads = self._filling(*wanted)
        zh, en = self._needed(label)
        if not heads:
            yield self.found.manifest.head(
                "", f"列对照里没有「{label}」。{zh}，请系统管理员补上", f"{en}: map it"
            )
            return
        file, *columns = heads[0].split(" ")
        named = " 或 ".join(head.partition(" ")[2] for head in heads)
        if not self.found.has(file):
            zh, en = (
                f"没有 {file}。{zh}（{named}），请在原系统一并导出",
                f"there is no {file}. {en} ({named}): add it",
            )
            yield self.found.announced(file, zh, en)
        elif not any(column in READ[file] for column in columns):  # what the standard requires has been told
            zh, en = f"没有 {named} 这一列。{zh}，请补上这一列", f"no column {named}. {en}: add it"
            yield self.found.table(file).head(columns[0], zh, en)

    def _needed(self, label: str) -> tuple[str, str]:
        """What is no demand of the standard's, but of ours."""
        whom = _WHOM[self.key]
        return (
            f"OneRoster 不要求，本平台登记{whom.zh}需要「{label}」",
            f"OneRoster does without; to register {whom.en} this platform needs “{label}”",
        )

    def _explain(self, row: Reading, joined: Joined, filled: set[str]) -> None:
        """Says of what is empty whose demand it is, in place of what the form says."""
        (form,) = self.forms.forms
        for spec in form.fields:
            ref = row.cells.get(spec.column, "")
            if spec.required and ref and ref not in filled:
                row.marks[:] = [mark for mark in row.marks if mark.ref != ref]
                row.mark(ref, self._empty(spec, ref, joined))
        numbers = [row.cells[column] for column in _NUMBERS if column in row.cells]
        if self.key == PUPIL_FORM and filled.isdisjoint(numbers):
            zh, en = self._needed(self._numbers)
            row.mark(numbers[0], Text(f"没有填。{zh}，请补上一个", f"is empty. {en}: give one"))

    def _empty(self, spec: FieldSpec, ref: str, joined: Joined) -> Text:
        file, *columns = self._filling(spec.column)[0].split(" ")
        zh, en = self._needed(spec.label)
        if joined.places[ref].file != file:
            return Text(
                f"在 {file} 里没有对应的行。{zh}，请补上那一行", f"{file} has no row of it. {en}: add it"
            )
        if any(column in REQUIRED[file] for column in columns):
            return Text("没有填，OneRoster 要求它，请补上", "is empty, and OneRoster requires it: fill it in")
        return Text(f"没有填。{zh}，请补上", f"is empty. {en}: fill it in")
