"""A person's own blank with some of its empty cells filled in, and a sheet at the end that says whence.

Only the cells named are written, and only where nothing stands: what a person wrote stays, whatever
the parent asks for.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.worksheet import Worksheet

from meihao.base.text import Refused
from meihao.documents.workbook.model import NOTES_MARKER, NOTES_SHEET, Filling, Note, position
from meihao.documents.workbook.problems import writable

_QUOTED = "FFEDF2F7"  # the tint of a value that the system has put in


def shape(data: bytes) -> dict[str, dict[str, list[str]]]:
    """What reading cells does not tell of each sheet: merged ranges, and cells that hold a formula."""
    book = load_workbook(io.BytesIO(data))
    return {
        sheet.title: {
            "merged": [str(area) for area in sheet.merged_cells.ranges],
            "formulas": [str(cell.coordinate) for cell in _existing(sheet) if cell.data_type == "f"],
        }
        for sheet in book.worksheets
    }


def filled(data: bytes, cells: Sequence[Filling], notes: Sequence[Note], title: str) -> bytes:
    """The bytes of the workbook with the cells filled and the notes at its end."""
    book = load_workbook(io.BytesIO(data), keep_vba=_has_macros(data), rich_text=True)
    for old in [sheet for sheet in book.worksheets if _is_notes(sheet)]:
        book.remove(old)
    for cell in cells:
        _fill(book, cell)
    _write_notes(book.create_sheet(title), notes)
    # formulas of the blank may rest on what was filled in: let Excel work them out when it opens it
    book.calculation = book.calculation or CalcProperties()
    book.calculation.fullCalcOnLoad = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _is_notes(sheet: Worksheet) -> bool:
    ref, marker = NOTES_MARKER
    return sheet.title.startswith(NOTES_SHEET) and sheet[ref].value == marker


def _existing(sheet: Worksheet) -> Iterator[Any]:
    # the public ways to walk a sheet create a cell for every gap in it
    inside: Any = sheet
    return (cell for cell in list(inside._cells.values()) if not isinstance(cell, MergedCell))


def _has_macros(data: bytes) -> bool:
    with ZipFile(io.BytesIO(data)) as archive:
        return "xl/vbaProject.bin" in archive.namelist()


def _fill(book: Workbook, filling: Filling) -> None:
    if filling.sheet not in book.sheetnames or position(filling.ref) is None:
        raise _changed(filling)
    cell: Any = book[filling.sheet][filling.ref]
    if isinstance(cell, MergedCell) or _shown(cell.value) != _shown(filling.was):
        raise _changed(filling)
    if filling.kind == "number":
        # written as its digits: a binary float would round a long decimal
        cell.value, cell.data_type = filling.text, "n"
    else:
        _write_text(cell, filling.text)
    cell.fill = PatternFill("solid", fgColor=_QUOTED)


def _shown(value: object) -> str:
    return "".join(str(value or "").split())


def _changed(filling: Filling) -> Refused:
    return Refused(
        f"的 {filling.sheet}!{filling.ref} 已有内容，不能带出。请重新运行一次。",
        f"has something in {filling.sheet}!{filling.ref}, which is not overwritten. Run it again.",
    )


def _write_text(cell: Any, text: str) -> None:
    """Text that begins like a formula stays text, also after it has been edited in Excel."""
    cell.value, cell.data_type = writable(text), "s"
    cell.quotePrefix = text[:1] in "=+-@"


def _write_notes(sheet: Worksheet, notes: Sequence[Note]) -> None:
    for row, note in enumerate(notes, 1):
        for column, text in enumerate(note.cells, 1):
            if text:
                _write_note(sheet.cell(row, column), text, note.look)
    ref, marker = NOTES_MARKER
    sheet[ref] = marker
    widths = (7, 16, 9, 44, 26, 10, 60, 44)
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.column_dimensions["J"].hidden = True
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0


def _write_note(cell: Any, text: str, look: str) -> None:
    _write_text(cell, text)
    cell.font = Font(bold=look != "row", size=12 if look == "title" else 10)
    cell.alignment = Alignment(vertical="top", wrap_text=look != "title")
