"""One printed sheet: cells set in the form's own type, with a note of which figure stands where.

The look is that of official forms: black hairlines, SimSun 9 pt, no fills; A4 across, fitted to the
width of the paper, the heading repeated on every page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Any, Literal, TypeAlias
from unicodedata import east_asian_width

from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

Shown: TypeAlias = Decimal | str
_FACE = "SimSun"
_SIDE = Side(style="thin", color="FF000000")
_SIDES = ("left", "right", "top", "bottom")
_UNWRITABLE = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")
_LEADING, _PADDING = 12.5, 5.0  # points: a line of 9 pt type, and the air above and below
_HIGHEST = 409.0  # points: no row of a workbook can be higher
_PER_UNIT = 1.1  # half-width characters of 9 pt type in one unit of a column's width (11 pt)
_EXACT_DIGITS = 15  # what a number in a workbook can carry; longer ones are written as text


@dataclass(frozen=True)
class PrintedCell:
    """Where a figure stands in print: the file's name, sheet and cell, the figure's address, its text."""

    workbook: str
    sheet: str
    ref: str
    address: str
    text: str


@dataclass(frozen=True)
class Look:
    """How a cell is set: `size` in points, `sides` the lines around it."""

    across: Literal["left", "center", "right"] = "center"
    bold: bool = False
    size: int = 9
    sides: tuple[str, ...] = _SIDES
    wrapped: bool = True


BODY, HEAD = Look(), Look(bold=True)
LEFT, RIGHT = Look("left"), Look("right", wrapped=False)
NOTE = Look("left", sides=())
OVERHANGING = Look("left", sides=(), wrapped=False)
TITLE = Look("left", size=14, sides=(), wrapped=False)


class Page:
    """A sheet being filled; `widths` are its columns', in half-width characters.

    `heading` is the last row of the heading: kept in sight on screen, repeated on every page.
    """

    def __init__(self, sheet: Worksheet, workbook: str, widths: Sequence[float], heading: int) -> None:
        self.printed: list[PrintedCell] = []
        self._sheet, self._workbook, self._widths = sheet, workbook, widths
        self._heading = heading
        self._lines: dict[int, int] = {}
        for number, width in enumerate(widths, 1):
            sheet.column_dimensions[get_column_letter(number)].width = width

    def put(self, row: int, column: int, shown: Shown, look: Look = BODY) -> str:
        """A number with its decimals, or words that stay words even where they begin like a formula.

        Returns what is printed.
        """
        printed = writable(shown) if isinstance(shown, str) else f"{shown:f}"
        if isinstance(shown, Decimal) and len(shown.as_tuple().digits) <= _EXACT_DIGITS:
            self._set_number(row, column, shown, look)
        else:
            self._set_text(row, column, printed, look)
        self._grow(row, printed, self._widths[column - 1], look)
        return printed

    def figure(self, row: int, column: int, address: str, shown: Shown, look: Look = BODY) -> None:
        """A figure, put there and noted down with its address; a word stands where it has no value."""
        printed = self.put(row, column, shown, look)
        ref = f"{get_column_letter(column)}{row}"
        self.printed.append(PrintedCell(self._workbook, self._sheet.title, ref, address, printed))

    def across(self, row: int, text: str, look: Look) -> None:
        """Words over the whole width, in one merged cell."""
        self._set_text(row, 1, writable(text), look)
        self._sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(self._widths))
        self._grow(row, text, sum(self._widths), look)

    def merge(self, ref: str) -> None:
        """Joins cells, where the form does."""
        self._sheet.merge_cells(ref)

    def blend(self, ref: str) -> None:
        """Takes away the lines inside a range: cells that belong together, but are not joined in the form."""
        bounds: Any = range_boundaries(ref)
        left, top, right, bottom = bounds
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                edges = (column == left, column == right, row == top, row == bottom)
                cell: Any = self._sheet.cell(row, column)
                cell.border = _border([side for side, edge in zip(_SIDES, edges, strict=True) if edge])

    def finish(self, header: str, invented: bool, footer: str) -> None:
        """Row heights and the print set-up, after the last cell."""
        for row, lines in self._lines.items():
            self._sheet.row_dimensions[row].height = min(lines * _LEADING + _PADDING, _HIGHEST)
        sheet: Any = self._sheet
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.print_title_rows = f"1:{self._heading}"
        sheet.freeze_panes = f"A{self._heading + 1}"
        _margins(sheet)
        sheet.oddHeader.left.text = header
        sheet.oddHeader.right.text = "虚构" if invented else None
        sheet.oddFooter.left.text = footer
        sheet.oddFooter.right.text = "第 &P 页　共 &N 页"

    def _cell(self, row: int, column: int, look: Look) -> Any:
        cell: Any = self._sheet.cell(row, column)
        cell.font = Font(name=_FACE, size=look.size, bold=look.bold)
        indent = int(look.across in look.sides)  # off the line beside it; the middle needs none
        cell.alignment = Alignment(look.across, "center", wrap_text=look.wrapped, indent=indent)
        cell.border = _border(look.sides)
        return cell

    def _set_text(self, row: int, column: int, text: str, look: Look) -> None:
        cell = self._cell(row, column, look)
        cell.value = text or None
        if text:
            cell.data_type = "s"
            cell.number_format = "@"
            cell.quotePrefix = text[0] in "=+-@"  # stays text also after it has been edited in Excel

    def _set_number(self, row: int, column: int, number: Decimal, look: Look) -> None:
        cell = self._cell(row, column, look)
        cell.value = number
        places = -int(number.as_tuple().exponent)
        cell.number_format = f"0.{'0' * places}" if places else "0"

    def _grow(self, row: int, text: str, width: float, look: Look) -> None:
        """Keeps the row as high as its fullest cell."""
        lines = ceil(_measure(text) / (width * _PER_UNIT)) if look.wrapped else 1
        self._lines[row] = max(self._lines.get(row, 1), lines, ceil(look.size / 9))


def _border(sides: Iterable[str]) -> Border:
    lines: Any = dict.fromkeys(sides, _SIDE)
    return Border(**lines)


def writable(text: str) -> str:
    """Text on one line, without the characters that a workbook cannot hold."""
    return _UNWRITABLE.sub(" ", text)


def _measure(text: str) -> int:
    """The width of a text in half-width characters; one more, since a line seldom fills up."""
    return 1 + sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in text)


def _margins(sheet: Any) -> None:
    """Inches: narrow at the sides, with room for header and footer."""
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top = margins.bottom = 0.7
    margins.header = margins.footer = 0.35
    sheet.print_options.horizontalCentered = True
