"""From the files a district has to what is taken, what goes back and what is missing.

A file is taken whole or not at all: one cell that must be mended sends the whole file back, and
nothing of it is in the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias

from meihao.base.divisions import NATION, is_code
from meihao.base.text import Refused, Text
from meihao.documents.returns.assembling import REGISTER, assembled
from meihao.documents.returns.checks import check_row
from meihao.documents.returns.headers import Headers
from meihao.documents.returns.layouts import MOST_FAULTS, Forms, Reading, SheetReading, identity_of
from meihao.documents.returns.received import Intake, Receipt, UnknownHeader
from meihao.documents.workbook import Mark, Reader
from meihao.figures.clauses import declaration_code
from meihao.figures.plan import DECLARATIONS
from meihao.figures.snapshot import Table
from meihao.policy.kinds import Clause, Fact, Form, Mapping_
from meihao.policy.rulebook import Rulebook

EXCEL = (".xlsx", ".xlsm", ".xls", ".csv", ".et")
UNITS = "cn/compulsory/campus"  # what is asked about where nobody says
_DISTRICT_CODE = "division_code"  # the identity of a fact that holds one row a district
_AND_MORE = Text(
    f"这张表要改的已有 {MOST_FAULTS} 处，其余的行没有再查，请先改好这些",
    f"{MOST_FAULTS} faults are listed and the other rows were not checked: mend these first",
)
Progress: TypeAlias = Callable[[int, int, str], None]

__all__ = [
    "REGISTER",
    "UNITS",
    "Intake",
    "Progress",
    "Receipt",
    "UnknownHeader",
    "districts",
    "files_under",
    "take_in",
]


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
    place: str | None,
    reader: Reader,
    progress: Progress | None = None,
    exclude: Path | None = None,
    units: str = UNITS,
) -> Intake:
    """Reads and checks every workbook at a path. Raises `Refused` only where there is nothing to read.

    Without a `place`, the district return's own code says under whose rules the rest is read. `units` is
    the fact asked about: its schools are missed where they are registered and did not report.
    """
    paths, skipped = files_under(path, exclude)
    opened = []
    for number, file in enumerate(paths, 1):
        name = file.name if path.is_file() else file.relative_to(path).as_posix()
        opened.append(_opened(file, name, reader))
        if progress:
            progress(number, len(paths), name)
    told = (tuple(skipped), units)
    intake = _interpreted(opened, rulebook, on, place or NATION, *told)
    here = place or _place(intake)
    return intake if here == intake.place else _interpreted(opened, rulebook, on, here, *told)


def _opened(path: Path, name: str, reader: Reader) -> Receipt:
    try:
        return Receipt(path, name, reader.read(path))
    except Refused as refusal:
        return Receipt(path, name, refusal=refusal.text)


def _interpreted(
    opened: list[Receipt], rulebook: Rulebook, on: date, place: str, skipped: tuple[str, ...], units: str
) -> Intake:
    forms = incoming(rulebook, on, place)
    receipts = [replace(receipt, sheets=[], marks=[]) for receipt in opened]
    for receipt in receipts:
        _recognise(receipt, forms)
    return assembled(receipts, forms, skipped, place, units)


def _place(intake: Intake) -> str:
    codes = {code for table in districts(intake) for code in table.rows}
    return codes.pop() if len(codes) == 1 and all(map(is_code, codes)) else NATION


def districts(intake: Intake) -> list[Table]:
    """The tables that hold one row a district."""
    return [table for table in intake.tables.values() if table.fact.identity == _DISTRICT_CODE]


def incoming(
    rulebook: Rulebook, on: date, place: str, into: Literal["figures", "registry"] = "figures"
) -> Forms:
    """The forms that may come in on a day, with their facts and the headers confirmed for them."""
    every = rulebook.all(Form, on, place)
    forms = tuple(form for form in every if form.layout != "table" and form.into == into)
    facts = {form.fact: rulebook.get(Fact, form.fact, on, place) for form in forms}
    matters = {
        declaration_code(clause, test)
        for clause in rulebook.all(Clause, on, place)
        for test in clause.tests
        if test.declared is not None
    }
    return Forms(forms, facts, Headers(rulebook.all(Mapping_, on, place)), on, frozenset(matters))


def _recognise(receipt: Receipt, forms: Forms) -> None:
    """Reads the sheets of an opened workbook as the forms they are, and checks them."""
    if receipt.workbook is None:
        return
    readings = [forms.read(sheet) for sheet in receipt.workbook.sheets]
    receipt.sheets = [reading for reading in readings if reading is not None]
    if not receipt.sheets:
        name = receipt.path.name
        receipt.refusal = Text(
            f"「{name}」里没有认出任何填报表：没有「填报项目」「填报值」两列，也没有官方项目名称的表头。",
            f"no form was recognised in “{name}”: neither the columns 填报项目 and 填报值, nor "
            "official field names as headers.",
        )
    for sheet in receipt.sheets:
        _check_sheet(sheet, forms)
        receipt.marks += sheet.marks
        receipt.marks += [mark for row in sheet.rows for mark in row.marks]


def _check_sheet(sheet: SheetReading, forms: Forms) -> None:
    faults = sum(reading.faults for reading in sheet.rows)
    for reading in sheet.rows:
        if faults >= MOST_FAULTS:
            sheet.marks.append(Mark("", "", "must", _AND_MORE))
            break
        before = reading.faults
        _check_reading(reading, sheet, forms)
        faults += reading.faults - before
    if not sheet.rows:
        text = Text("表里没有一行数据", "there is no row of data")
        sheet.marks.append(Mark("", "", "must", text))


def _check_reading(reading: Reading, sheet: SheetReading, forms: Forms) -> None:
    fact = forms.facts[sheet.form.fact]
    if sheet.form.completes is None:
        for member in forms.family(sheet.form):
            check_row(reading, member, fact, sheet.present)
    if identity_of(reading, fact) is None and not reading.faults:
        title = fact.titled(fact.identity)
        reading.mark("", Text(f"缺「{title.zh}」", f"{title.en} is missing"))
    if fact.key == DECLARATIONS:
        _check_matter(reading, fact, forms)


def _check_matter(reading: Reading, fact: Fact, forms: Forms) -> None:
    """A finding on a matter that no standard in force asks about is nobody's."""
    code = reading.values.get(fact.identity)
    if isinstance(code, str) and code not in forms.matters:
        text = Text(
            f"没有「{code}」这个认定事项，请用空白表中的编号",
            f"there is no matter “{code}”: use the blank's codes",
        )
        reading.mark(reading.cells[fact.identity], text)
