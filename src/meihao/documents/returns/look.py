"""How a return looks, and what Excel lets into its cells: ink, hairlines, one accent, no filled blocks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from typing import Any, Literal
from unicodedata import east_asian_width

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from meihao.policy.kinds import ColumnSpec

_FACE, _SIZE = "Microsoft YaHei", 10
_INK, _GREY, _ACCENT = "1A2026", "66707A", "0F5C63"
_HAIR = Side(style="thin", color="E4E7E8")
_BOX = Side(style="thin", color="8A949B")
_MARK = Side(style="medium", color=_ACCENT)
_RULE = Side(style="medium", color=_INK)
_WIDTHS = {
    **{"no": 7, "category": 22, "label": 46, "unit": 16, "value": 24, "required": 11, "note": 40},
    **{"text": 34, "code": 18, "choice": 18},
}
_OTHER_WIDTH = 14
_LINE_HEIGHT = 16  # points
_CENTRED = frozenset({"no", "unit", "required"})
_YEARS = (1800, 2100)


def dress_head(sheet: Worksheet, columns: int, must: Collection[int] = ()) -> None:
    """The heading row over its ink rule; the headings of columns that must be filled in the accent."""
    for place in range(1, columns + 1):
        cell = sheet.cell(1, place)
        cell.font = Font(name=_FACE, size=_SIZE, bold=True, color=_ACCENT if place in must else _INK)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = Border(bottom=_RULE)
    sheet.freeze_panes = "A2"


class FieldLooks:
    """The looks of a sheet with one field a row; each is built once and copied, as building one is slow."""

    def __init__(self) -> None:
        self._looks: dict[tuple[str, bool, str], object] = {}

    def give(self, cells: Mapping[str, Cell | MergedCell], number_format: str, must: bool) -> None:
        """Dresses one field's row: by part of the form, and by whether the field must be filled."""
        for part, cell in cells.items():
            key = (part, must, number_format if part == "value" else "General")
            if key not in self._looks:
                _dress(cell, *key)
                self._looks[key] = _look_of(cell)
            _set_look(cell, self._looks[key])


# openpyxl has no public name for a cell's whole look; copies, since a cell may still change its own


def _look_of(cell: Any) -> object:
    return copy(cell._style)


def _set_look(cell: Any, look: object) -> None:
    cell._style = copy(look)


def _dress(cell: Cell | MergedCell, part: str, must: bool, number_format: str) -> None:
    """A hairline below; a frame around the cell to fill, with the accent where it must be filled."""
    accented = must and part == "required"
    colour = _ACCENT if accented else _GREY if part in ("no", "unit", "note") else _INK
    cell.font = Font(name=_FACE, size=_SIZE, bold=accented, color=colour)
    across = "center" if part in _CENTRED else "right" if part == "value" else "left"
    cell.alignment = Alignment(horizontal=across, vertical="center", wrap_text=True)
    cell.border = Border(bottom=_HAIR)
    if part == "value":
        cell.border = Border(left=_MARK if must else _BOX, right=_BOX, top=_BOX, bottom=_BOX)
        cell.number_format, cell.protection = number_format, Protection(locked=False)


def heighten(sheet: Worksheet, row: int, cells: Mapping[str, Cell | MergedCell]) -> None:
    """Makes a row as high as its longest wrapped text: not every program does that by itself."""
    lines = max(_lines(str(cell.value or ""), _WIDTHS[part]) for part, cell in cells.items())
    sheet.row_dimensions[row].height = _LINE_HEIGHT * lines


def _lines(text: str, width: int) -> int:
    across = sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in text)
    return max(1, -(-across // (width - 1)))


def dress_note(sheet: Worksheet) -> None:
    """The sheet of notes: the banner first, in bold."""
    for number, (cell,) in enumerate(sheet.iter_rows(max_col=1), 1):
        cell.font = Font(name=_FACE, size=_SIZE, bold=number == 1, color=_INK)
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    sheet.column_dimensions["A"].width = 80


def set_page(sheet: Worksheet, parts: Sequence[str]) -> None:
    """Widths in characters, by part of the form or type of column; one page wide, headings repeated."""
    for place, part in enumerate(parts, 1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(part, _OTHER_WIDTH)
    sheet.print_title_rows = "1:1"
    sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = sheet.PAPERSIZE_A4, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.sheet_view.showGridLines = False


class Limits:
    """What Excel accepts in the cells of a sheet; cells of one kind share one rule."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._rules: dict[tuple[str, str | None, tuple[str, ...]], DataValidation] = {}

    def add(self, cells: str, column: ColumnSpec, yesno: tuple[str, str]) -> None:
        """Limits a cell or a range to what its column can hold; text and codes are not limited."""
        key = (column.type, column.unit, column.choices)
        if key not in self._rules:
            rule = _rule(column, yesno)
            if rule is None:
                return
            self._rules[key] = rule
            self._sheet.add_data_validation(rule)
        self._rules[key].add(cells)


def _rule(column: ColumnSpec, yesno: tuple[str, str]) -> DataValidation | None:
    if column.type in ("choice", "yesno"):
        return _list(column.choices or yesno)
    if column.type == "year":
        low, high = _YEARS
        says = f"请填年份：{low}—{high} 之间的四位数字，如 1998，不带「年」字和月日。"
        return _limited("whole", "不是年份", says, "between", str(low), str(high))
    unit = f"，单位为{column.unit}" if column.unit else ""
    if column.type == "count":
        says = f"请填不小于 0 的整数{unit}，只写数字，不带单位；没有就填 0。"
        return _limited("whole", "不是整数", says, "greaterThanOrEqual", "0")
    if column.type == "decimal":
        says = f"请填不小于 0 的数{unit}，只写数字，不带单位；没有就填 0。"
        return _limited("decimal", "不是数", says, "greaterThanOrEqual", "0")
    return None


def _list(choices: Sequence[str]) -> DataValidation:
    says = f"请从下拉列表中选一项：{'、'.join(choices)}。"
    return _limited("list", "不在选项中", says, None, f'"{",".join(choices)}"')


def _limited(
    kind: Literal["whole", "decimal", "list"],
    title: str,
    says: str,
    operator: Literal["between", "greaterThanOrEqual"] | None,
    low: str,
    high: str | None = None,
) -> DataValidation:
    rule = DataValidation(type=kind, operator=operator, formula1=low, formula2=high, allow_blank=True)
    rule.showErrorMessage, rule.errorTitle, rule.error = True, title, says
    return rule
