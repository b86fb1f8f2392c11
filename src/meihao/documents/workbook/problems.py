"""The list of problems at the end of an annotated workbook: written, recognised, taken away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from functools import partial
from math import ceil
from typing import Any, NamedTuple

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from meihao.base.text import Lang, Text
from meihao.documents.workbook.model import PROBLEM_MARKER, PROBLEM_SHEET, Mark, Severity

SEVERITIES: Mapping[Severity, Text] = {
    "must": Text("必须改正", "Must mend"),
    "explain": Text("请改正或说明", "Mend or explain"),
}
_HEADERS = (
    Text("序号", "No."),
    Text("严重程度", "Severity"),
    Text("工作表", "Sheet"),
    Text("单元格", "Cell"),
    Text("问题", "Problem"),
)
_WIDTHS = {"A": 7, "B": 16, "C": 22, "D": 10, "E": 90}
_LINE = 15  # points
_SHEET, _CELL, _LOOK = 3, 4, 6  # columns; the last one is hidden
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Look(NamedTuple):
    """The fill and border that a cell had before it was marked."""

    fill: PatternFill
    border: Border


Looks = dict[tuple[str, str], Look]


def style_key(cell: Any) -> bytes:
    """What two cells that look alike have in common."""
    # openpyxl has no public name for a cell's whole style
    return cell._style.tobytes() if cell._style else b""


class Styles:
    """Dresses cells; each style is built once and copied, because openpyxl is slow to build one."""

    def __init__(self) -> None:
        self._built: dict[tuple[object, ...], object] = {}

    def give(self, cell: Any, key: tuple[object, ...], dress: Callable[[Any], None]) -> None:
        """Dress a cell as every cell that looked alike has been dressed under this key."""
        key = (*key, style_key(cell))
        if key not in self._built:
            dress(cell)
            self._built[key] = copy(cell._style)
        cell._style = copy(self._built[key])


def writable(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return _UNWRITABLE.sub("", text)


def look_of(cell: Any) -> Look:
    """The fill and border of a cell, detached from it."""
    return Look(copy(cell.fill), copy(cell.border))


def is_list(sheet: Worksheet) -> bool:
    """Whether a sheet is a list that we wrote: its title alone could be the user's own."""
    ref, text = PROBLEM_MARKER
    return sheet.title.startswith(PROBLEM_SHEET) and sheet[ref].value == text


def kept_looks(sheet: Worksheet) -> Iterator[tuple[str, str, Look]]:
    """The sheet, the cell and the former look of every coloured cell in a list we wrote."""
    for row in range(2, sheet.max_row + 1):
        name, ref = sheet.cell(row, _SHEET).value, sheet.cell(row, _CELL).value
        if name and ref:
            yield str(name), str(ref), look_of(sheet.cell(row, _LOOK))


def write_list(book: Workbook, marks: Sequence[Mark], looks: Looks, lang: Lang) -> None:
    """Add the list as the last sheet of the workbook."""
    sheet, styles = book.create_sheet(PROBLEM_SHEET.said(lang)), Styles()
    for column, header in enumerate(_HEADERS, 1):
        _write(sheet, 1, column, header.said(lang), styles).font = Font(bold=True)
    _write(sheet, 1, _LOOK, PROBLEM_MARKER[1], styles)
    for row, mark in enumerate(marks, 2):
        _write_row(sheet, row, mark, lang, styles)
        look = looks.get((mark.sheet, mark.ref))
        if look:
            _link(sheet.cell(row, _CELL), mark, styles)
            styles.give(sheet.cell(row, _LOOK), ("look", id(look)), partial(_wear, look))
    _lay_out(sheet)


def _wear(look: Look, cell: Any) -> None:
    cell.fill, cell.border = look


def _write_row(sheet: Worksheet, row: int, mark: Mark, lang: Lang, styles: Styles) -> None:
    styles.give(sheet.cell(row, 1, row - 1), ("number",), _on_top)
    severity = SEVERITIES[mark.severity].said(lang)
    for column, text in enumerate((severity, mark.sheet, mark.ref, mark.text.said(lang)), 2):
        _write(sheet, row, column, text, styles)
    # told outright: a program that opens the copy need not work out how high wrapped text is
    sheet.row_dimensions[row].height = _LINE * _lines(mark.text.said(lang), _WIDTHS["E"])


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column; a Chinese character is as wide as two others."""
    wide = sum(2 if ord(character) > 0x2E7F else 1 for character in text)
    return max(1, ceil(wide / width))


def _write(sheet: Worksheet, row: int, column: int, text: str, styles: Styles) -> Cell:
    cell: Any = sheet.cell(row, column)
    cell.value = writable(text) or None
    # text that begins like a formula stays text, also after it has been edited in Excel
    like_formula = text[:1] in ("=", "+", "-", "@")
    if text:
        cell.data_type = "s"
    styles.give(cell, ("text", like_formula), _quoted if like_formula else _wrapped)
    written: Cell = cell
    return written


def _on_top(cell: Any) -> None:
    cell.alignment = Alignment(vertical="top")


def _wrapped(cell: Any) -> None:
    cell.alignment = Alignment(vertical="top", wrap_text=True)


def _quoted(cell: Any) -> None:
    cell.quotePrefix = True
    _wrapped(cell)


def _link(cell: Any, mark: Mark, styles: Styles) -> None:
    name = mark.sheet.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!{mark.ref}")
    styles.give(cell, ("link",), _underlined)


def _underlined(cell: Any) -> None:
    cell.font = Font(color="FF0563C1", underline="single")


def _lay_out(sheet: Worksheet) -> None:
    for letter, width in _WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    sheet.column_dimensions["F"].hidden = True
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
