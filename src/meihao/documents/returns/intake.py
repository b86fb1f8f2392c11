"""From the files a district has to what is taken, what goes back and what is missing.

A file is taken whole or not at all: one cell that must be mended sends the whole file back, and
nothing of it is in the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeAlias

from meihao.base.divisions import NATION, is_code
from meihao.base.text import Refused, Text
from meihao.documents.returns.assembling import REGISTER, assembled
from meihao.documents.returns.checks import check_row
from meihao.documents.returns.headers import Headers
from meihao.documents.returns.layouts import Forms, SheetReading, identity_of
from meihao.documents.returns.received import Intake, Receipt, UnknownHeader
from meihao.documents.workbook import Mark, Reader
from meihao.policy.kinds import Fact, Form, Mapping_
from meihao.policy.rulebook import Rulebook

EXCEL = (".xlsx", ".xlsm", ".xls", ".csv", ".et")
DISTRICT = "cn/compulsory/district"
Progress: TypeAlias = Callable[[int, int, str], None]

__all__ = ["DISTRICT", "REGISTER", "Intake", "Progress", "Receipt", "UnknownHeader", "files_under", "take_in"]


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
) -> Intake:
    """Reads and checks every workbook at a path. Raises `Refused` only where there is nothing to read.

    Without a `place`, the district return's own code says under whose rules the rest is read.
    """
    paths, skipped = files_under(path, exclude)
    opened = []
    for number, file in enumerate(paths, 1):
        name = file.name if path.is_file() else file.relative_to(path).as_posix()
        opened.append(_opened(file, name, reader))
        if progress:
            progress(number, len(paths), name)
    intake = _interpreted(opened, rulebook, on, place or NATION, tuple(skipped))
    here = place or _place(intake)
    return intake if here == intake.place else _interpreted(opened, rulebook, on, here, tuple(skipped))


def _opened(path: Path, name: str, reader: Reader) -> Receipt:
    try:
        return Receipt(path, name, reader.read(path))
    except Refused as refusal:
        return Receipt(path, name, refusal=refusal.text)


def _interpreted(
    opened: list[Receipt], rulebook: Rulebook, on: date, place: str, skipped: tuple[str, ...]
) -> Intake:
    forms = incoming(rulebook, on, place)
    receipts = [replace(receipt, sheets=[], marks=[]) for receipt in opened]
    for receipt in receipts:
        _recognise(receipt, forms)
    return assembled(receipts, forms, skipped, place)


def _place(intake: Intake) -> str:
    codes = list(intake.tables[DISTRICT].rows) if DISTRICT in intake.tables else []
    return codes[0] if len(codes) == 1 and is_code(codes[0]) else NATION


def incoming(rulebook: Rulebook, on: date, place: str) -> Forms:
    """The forms that may come in on a day, with their facts and the headers confirmed for them."""
    forms = tuple(form for form in rulebook.all(Form, on, place) if form.layout != "table")
    facts = {form.fact: rulebook.get(Fact, form.fact, on, place) for form in forms}
    return Forms(forms, facts, Headers(rulebook.all(Mapping_, on, place)), on)


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
    fact = forms.facts[sheet.form.fact]
    for reading in sheet.rows:
        if sheet.form.completes is None:
            for member in forms.family(sheet.form):
                check_row(reading, member, fact, sheet.present)
        if identity_of(reading, fact) is None and not reading.refused:
            text = Text(
                f"缺「{fact.titled(fact.identity).zh}」", f"{fact.titled(fact.identity).en} is missing"
            )
            reading.mark("", text)
    if not sheet.rows:
        text = Text("表里没有一行数据", "there is no row of data")
        sheet.marks.append(Mark("", "", "must", text))
