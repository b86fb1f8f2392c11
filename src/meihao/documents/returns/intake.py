"""From the files a district has to rows with the cell each value came from.

A file is taken whole or not at all: one cell that must be mended sends the whole file back, and
nothing of it is in the rows. Two files that speak of the same school are both sent back, because
nobody but the bureau can say which one holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias

from meihao.base.stages import SchoolType, Stage
from meihao.base.text import Refused, Text
from meihao.documents.returns.checks import broken, told, wanting
from meihao.documents.returns.headers import Headers, suggestions
from meihao.documents.returns.layouts import Forms, Reading, SheetReading, labels
from meihao.documents.workbook import Mark, Reader, Workbook
from meihao.figures.interpreter import Row, Value
from meihao.figures.snapshot import Origin, Table
from meihao.policy.kinds import Fact, Form, Mapping_
from meihao.policy.rulebook import Rulebook

EXCEL = (".xlsx", ".xlsm", ".xls", ".csv", ".et")
REGISTER = "cn/institution/register"
DISTRICT = "cn/compulsory/district"
Outcome: TypeAlias = Literal["taken", "sent_back", "refused"]
Progress: TypeAlias = Callable[[int, int, str], None]


@dataclass
class Receipt:
    """What became of one file: taken, sent back with marks, or refused as a file."""

    path: Path
    name: str
    workbook: Workbook | None = None
    sheets: list[SheetReading] = field(default_factory=list)
    refusal: Text | None = None
    marks: list[Mark] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        """Taken whole or not at all."""
        if self.refusal is not None:
            return "refused"
        return "sent_back" if self.must else "taken"

    @property
    def must(self) -> list[Mark]:
        """What must be mended."""
        return [mark for mark in self.marks if mark.severity == "must"]

    @property
    def explain(self) -> list[Mark]:
        """What is to be mended or explained."""
        return [mark for mark in self.marks if mark.severity == "explain"]


@dataclass(frozen=True, slots=True)
class UnknownHeader:
    """A header that was not read, with the field names most like it."""

    file: str
    sheet: str
    header: str
    form: str
    likely: tuple[str, ...]


@dataclass(frozen=True)
class Intake:
    """All that was handed in: receipts, the rows taken, what is missing and what was not understood."""

    receipts: tuple[Receipt, ...]
    tables: Mapping[str, Table]
    unreported: tuple[str, ...]
    unknown: tuple[UnknownHeader, ...]
    skipped: tuple[str, ...]

    def count(self, outcome: Outcome) -> int:
        """How many files came to an outcome."""
        return sum(receipt.outcome == outcome for receipt in self.receipts)

    @property
    def explanations(self) -> int:
        """How many cells wait for an explanation, in files that were taken."""
        return sum(len(r.explain) for r in self.receipts if r.outcome == "taken")


@dataclass(frozen=True)
class _Line:
    """One row on its way into a table."""

    receipt: Receipt
    form: Form
    reading: Reading
    identity: str


def files_under(path: Path, exclude: Path | None = None) -> tuple[list[Path], list[str]]:
    """The workbooks at a path (a file or a folder) outside `exclude`, and the files that are none."""
    if path.is_file():
        return [path], []
    if not path.is_dir():
        raise Refused(f"没有这个文件或文件夹：{path}", f"no such file or folder: {path}")
    every = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith(("~$", ".")))
    if exclude is not None:
        every = [p for p in every if exclude.resolve() not in p.resolve().parents]
    found = [p for p in every if p.suffix.lower() in EXCEL]
    if not found:
        raise Refused(f"{path} 里没有 Excel 工作簿。", f"there is no Excel workbook in {path}.")
    return found, [str(p.relative_to(path)) for p in every if p.suffix.lower() not in EXCEL]


def take_in(
    path: Path,
    rulebook: Rulebook,
    on: date,
    place: str,
    reader: Reader,
    progress: Progress | None = None,
    exclude: Path | None = None,
) -> Intake:
    """Reads and checks every workbook at a path. Raises `Refused` only where there is nothing to read."""
    paths, skipped = files_under(path, exclude)
    forms = incoming(rulebook, on, place)
    receipts = []
    for number, file in enumerate(paths, 1):
        name = file.name if path.is_file() else file.relative_to(path).as_posix()
        receipts.append(_receipt(file, name, forms, reader))
        if progress:
            progress(number, len(paths), name)
    return _assembled(receipts, forms, tuple(skipped))


def incoming(rulebook: Rulebook, on: date, place: str) -> Forms:
    """The forms that may come in on a day, with their facts and the headers confirmed for them."""
    forms = tuple(form for form in rulebook.all(Form, on, place) if form.layout != "table")
    facts = {form.fact: rulebook.get(Fact, form.fact, on, place) for form in forms}
    return Forms(forms, facts, Headers(rulebook.all(Mapping_, on, place)), on)


def _receipt(path: Path, name: str, forms: Forms, reader: Reader) -> Receipt:
    receipt = Receipt(path, name)
    try:
        receipt.workbook = reader.read(path)
        readings = [forms.read(sheet) for sheet in receipt.workbook.sheets]
        receipt.sheets = [reading for reading in readings if reading is not None]
        if not receipt.sheets:
            raise Refused(
                f"「{path.name}」里没有认出任何填报表：没有「填报项目」「填报值」两列，也没有官方项目名称的表头。",
                f"no form was recognised in “{path.name}”: neither the columns 填报项目 and 填报值, nor "
                "official field names as headers.",
            )
    except Refused as refusal:
        receipt.refusal = refusal.text
        return receipt
    for sheet in receipt.sheets:
        _check_sheet(sheet, forms)
        receipt.marks += sheet.marks
        receipt.marks += [mark for row in sheet.rows for mark in row.marks]
    return receipt


def _check_sheet(sheet: SheetReading, forms: Forms) -> None:
    fact = forms.facts[sheet.form.fact]
    for reading in sheet.rows:
        if sheet.form.completes is None:
            for member in forms.family(sheet.form):
                _check_row(reading, member, fact, sheet.present)
        if _identity(reading, fact) is None and not reading.refused:
            text = Text(
                f"缺「{fact.titled(fact.identity).zh}」", f"{fact.titled(fact.identity).en} is missing"
            )
            reading.mark("", text)
    if not sheet.rows:
        text = Text("表里没有一行数据", "there is no row of data")
        sheet.marks.append(Mark("", "", "must", text))


def _check_row(reading: Reading, form: Form, fact: Fact, present: Iterable[str]) -> None:
    for missing in wanting(form, fact, reading.values, present):
        if missing.column in reading.cells:
            text = Text(f"「{missing.label}」必填，未填", f"“{missing.label}” must be filled")
            reading.mark(reading.cells[missing.column], text)
    for check in broken(form, fact, reading.values):
        for column in check.marks:
            text = told(check, fact, reading.values)
            reading.mark(reading.cells.get(column, ""), text, must=check.severity == "must")


def _identity(reading: Reading, fact: Fact) -> str | None:
    """The code of a row; the name stands in where a collated sheet has no column of codes."""
    for column in (fact.identity, fact.name_column):
        value = reading.values.get(column)
        if isinstance(value, str) and value:
            return value
        if column in reading.cells:
            return None
    return None


def _assembled(receipts: list[Receipt], forms: Forms, skipped: tuple[str, ...]) -> Intake:
    _refuse_doubles(receipts, forms)
    _check_completing(receipts, forms)
    tables = {key: _table(fact, _lines(receipts, forms, key), forms) for key, fact in forms.facts.items()}
    unreported = _add_unreported(tables)
    filled = {key: table for key, table in tables.items() if table.rows}
    return Intake(tuple(receipts), filled, unreported, tuple(_unknown(receipts, forms)), skipped)


def _lines(receipts: Sequence[Receipt], forms: Forms, fact: str) -> list[_Line]:
    """The rows of one fact from files that are taken, base forms before those that complete them."""
    lines = [
        _Line(receipt, sheet.form, reading, identity)
        for receipt in receipts
        if receipt.outcome == "taken"
        for sheet in receipt.sheets
        if sheet.form.fact == fact
        for reading in sheet.rows
        if (identity := _identity(reading, forms.facts[fact])) is not None
    ]
    return sorted(lines, key=lambda line: line.form.completes is not None)


def _refuse_doubles(receipts: list[Receipt], forms: Forms) -> None:
    """The same school in the same form twice: both files go back."""
    for fact in forms.facts.values():
        seen: dict[tuple[str, str], list[_Line]] = {}
        for line in _lines(receipts, forms, fact.key):
            seen.setdefault((line.form.key, line.identity), []).append(line)
        for (_, identity), lines in seen.items():
            for line in lines if len(lines) > 1 else ():
                others = "、".join(sorted({o.receipt.name for o in lines if o is not line}))
                ref = line.reading.cells.get(fact.identity, "")
                text = Text(f"「{identity}」在 {others} 里也有一行", f"“{identity}” also stands in {others}")
                line.receipt.marks.append(Mark(line.reading.sheet, ref, "must", text))


def _check_completing(receipts: list[Receipt], forms: Forms) -> None:
    """Forms that complete another are checked against the row they complete."""
    for fact in forms.facts.values():
        lines = _lines(receipts, forms, fact.key)
        base = {line.identity: line.reading.values for line in lines if line.form.completes is None}
        for line in lines:
            if line.form.completes is not None:
                _check_against(line, base.get(line.identity), fact)


def _check_against(line: _Line, base: Row | None, fact: Fact) -> None:
    reading, name = line.reading, fact.name_column
    if base is None:
        text = Text(
            f"「{line.identity}」没有可用的主表，本表暂不计入", f"no usable main return for “{line.identity}”"
        )
        line.receipt.marks.append(Mark(reading.sheet, reading.cells.get(fact.identity, ""), "explain", text))
        return
    if base.get(name) != reading.values.get(name):
        text = Text(f"校名与主表「{base.get(name)}」不一致", f"the main return says “{base.get(name)}”")
        line.receipt.marks.append(Mark(reading.sheet, reading.cells.get(name, ""), "explain", text))
    for column, value in reading.values.items():
        if column != name and column in base and base[column] != value:
            title, ref = fact.titled(column), reading.cells[column]
            text = Text(f"「{title.zh}」与主表不一致", f"“{title.en}” differs from the main return")
            line.receipt.marks.append(Mark(reading.sheet, ref, "must", text))
    merged = Reading(reading.sheet, {**base, **reading.values}, reading.cells)
    _check_row(merged, line.form, fact, reading.cells)
    line.receipt.marks += merged.marks


def _table(fact: Fact, lines: list[_Line], forms: Forms) -> Table:
    rows: dict[str, dict[str, Value]] = {}
    origins: dict[tuple[str, str], Origin] = {}
    for line in lines:
        if line.form.completes is not None and line.identity not in rows:
            continue
        row = rows.setdefault(line.identity, {fact.identity: line.identity})
        for column, value in line.reading.values.items():
            if column not in row or column == fact.identity:
                row[column] = value
                origins[line.identity, column] = _origin(line, column, forms)
    return Table(fact, dict(rows), origins)


def _origin(line: _Line, column: str, forms: Forms) -> Origin:
    workbook = line.receipt.workbook
    assert workbook is not None
    form = next(f for f in forms.family(line.form) if column in f.by_column)
    cell = line.reading.cells[column]
    return Origin(line.receipt.name, workbook.sha256, line.reading.sheet, cell, form.key)


def _add_unreported(tables: dict[str, Table]) -> tuple[str, ...]:
    """Schools of the register that teach the compulsory stages and handed in nothing usable.

    They enter as rows without values, so that every figure that needs them is undecided.
    """
    register, campus = tables.get(REGISTER), tables.get("cn/compulsory/campus")
    if register is None or campus is None:
        return ()
    absent = []
    for code, row in sorted(register.rows.items()):
        kind = SchoolType(str(row["school_type"]))
        if code not in campus.rows and {Stage.PRIMARY, Stage.JUNIOR} & set(kind.stages):
            campus.rows[code] = {column: row[column] for column in ("school_code", "name", "school_type")}
            absent.append(code)
    return tuple(absent)


def _unknown(receipts: Iterable[Receipt], forms: Forms) -> Iterator[UnknownHeader]:
    for receipt in receipts:
        for sheet in receipt.sheets:
            known = labels(forms.family(sheet.form))
            for name, header in sheet.unknown:
                likely = tuple(suggestions(header, known))
                yield UnknownHeader(receipt.name, name, header, sheet.form.key, likely)
