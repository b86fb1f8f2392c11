"""Edits planted in the printed tables, each with the places where it must be found, and no others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.colors import Color

Found: TypeAlias = set[str]
Edit: TypeAlias = Callable[["Copy"], Found]
EDITS: dict[str, Edit] = {}

FIRST, SECOND, LAST = "2199000001", "2199000002", "2199000005"
ROOMS = f"r4/{FIRST}/primary"  # 4.14 in print


@dataclass(frozen=True)
class Copy:
    """The tables opened by somebody, and where each figure stands in them."""

    book: Workbook
    places: Mapping[str, str]

    def cell(self, address: str) -> Any:
        """The cell of a figure."""
        sheet, _, ref = self.places[address].partition("!")
        return self.book[sheet][ref]

    def saying(self, text: str, sheet: str) -> Any:
        """The first cell of a sheet that begins with a text."""
        cells = (cell for row in self.book[sheet].iter_rows() for cell in row)
        return next(cell for cell in cells if str(cell.value or "").startswith(text))

    @property
    def schools(self) -> Any:
        """The sheet of schools."""
        return self.cell(ROOMS).parent


def at(what: str, cell: Any, ref: str = "") -> str:
    return f"{what} {cell.parent.title}!{ref or cell.coordinate}"


def planted(edit: Edit) -> Edit:
    EDITS[edit.__name__] = edit
    return edit


def changes(name: str, address: str, change: Callable[[Any], object]) -> None:
    """An edit of one figure's cell."""

    def edit(tables: Copy) -> Found:
        cell = tables.cell(address)
        cell.value = change(cell.value)
        return {at("changed", cell)}

    EDITS[name] = edit


def rewords(name: str, sheet: str, start: str, old: str, new: str) -> None:
    """An edit of some words."""

    def edit(tables: Copy) -> Found:
        cell = tables.saying(start, sheet)
        assert old in cell.value, cell.value
        cell.value = cell.value.replace(old, new, 1)
        return {at("changed", cell)}

    EDITS[name] = edit


def looks(name: str, attribute: str, value: object, address: str = ROOMS) -> None:
    """An edit that changes what is seen and not what is there."""

    def edit(tables: Copy) -> Found:
        cell = tables.cell(address)
        setattr(cell, attribute, value)
        return {at("look", cell)}

    EDITS[name] = edit


# --- numbers
changes("a digit changed", ROOMS, lambda old: 4.17)
changes("two digits swapped", f"r6/{FIRST}/primary", lambda old: 2949.75)
changes("rounded", ROOMS, lambda old: 4.1)
changes("a digit lost", f"pupils/{FIRST}/primary", lambda old: old // 10)
changes("a digit doubled", f"pupils/{FIRST}/primary", lambda old: old * 10 + 9)
changes("the sign", ROOMS, lambda old: -old)
changes("the point moved", ROOMS, lambda old: old * 10)
changes("less than is printed", ROOMS, lambda old: Decimal("4.140000001"))
changes("zero for a number", ROOMS, lambda old: 0)
changes("a number as text", ROOMS, str)
changes("digits of full width", ROOMS, lambda old: "４.14")
changes("a formula for a number", ROOMS, lambda old: "=2.07*2")
changes("a formula that adds", f"pupils/{FIRST}/primary", lambda old: f"={old}+1")
changes("a date for a count", f"column/primary_classes/{FIRST}", lambda old: date(2025, 1, 2))
changes("one more school reaches", "count/r4/primary", lambda old: old + 1)
changes("a share for a dash", "share/r2/primary", lambda old: 100)
changes("a dispersion pushed under its limit", "cv/r5/primary", lambda old: Decimal("0.499"))
changes("a mean", "mean/r5/primary", lambda old: old + 1)
changes("a number for 未决", "cv/r2/primary", lambda old: 0.3)
changes("the sponsor's code", f"column/sponsor/{FIRST}", lambda old: 10)


@planted
def a_number_emptied(tables: Copy) -> Found:
    cell = tables.cell(ROOMS)
    cell.value = None
    return {at("removed", cell)}


@planted
def blanks_for_a_number(tables: Copy) -> Found:
    cell = tables.cell(ROOMS)
    cell.value = "  "
    return {at("removed", cell)}


@planted
def a_number_where_there_was_none(tables: Copy) -> Found:
    cell = tables.schools.cell(4, 18, 1)
    return {at("added", cell)}


# --- words
NAME = f"column/name/{FIRST}"
SCHOOLS, STAGES, REMARKS = "表2-2", "表3", "说明"
changes("a zero-width blank in a name", NAME, lambda old: f"{old[:2]}\u200b{old[2:]}")
changes("a character that looks alike", NAME, lambda old: old.replace("砚", "研", 1))
changes("a blank before a name", NAME, lambda old: f" {old}")
changes("another school's name", NAME, lambda old: old[:-2] + "中学")
rewords("brackets of half width", SCHOOLS, "澄砚区竹毫学校（初中部）", "（初中部）", "(初中部)")
rewords("a caption", SCHOOLS, "每百名学生拥有县级及以上", "县级", "市级")
rewords("a blank of a caption", SCHOOLS, "表Ⅱ-2", "  ", " ")
rewords("the number of a table", STAGES, "表Ⅲ", "Ⅲ", "III")
rewords("self-evaluation told as recognition", REMARKS, "自评", "自评测算结果（非国家认定）", "国家认定结果")


@planted
def a_number_in_a_footnote(tables: Copy) -> Found:
    cell = tables.saying("注", SCHOOLS)
    cell.value = re.sub(r"\d+(?=所)", lambda number: str(int(number[0]) + 1), cell.value, count=1)
    return {at("changed", cell)}


@planted
def a_remark_cut_short(tables: Copy) -> Found:
    cell = next(cell for cell in tables.schools["O"] if "；" in str(cell.value))
    cell.value = cell.value.rpartition("；")[0]
    return {at("changed", cell)}


@planted
def a_letter_of_another_alphabet(tables: Copy) -> Found:
    label = tables.saying("数据快照", REMARKS)
    cell = label.parent.cell(label.row, label.column + 1)
    cell.value = re.sub("[ace]", lambda latin: {"a": "а", "c": "с", "e": "е"}[latin[0]], cell.value, count=1)
    return {at("changed", cell)}


@planted
def not_reached_told_as_reached(tables: Copy) -> Found:
    cell = next(cell for cell in tables.schools["N"] if cell.value == "否")
    cell.value = "是"
    return {at("changed", cell)}


@planted
def a_footnote_taken_away(tables: Copy) -> Found:
    cell = tables.saying("注", STAGES)
    cell.value = None
    return {at("removed", cell)}


# --- cells, rows and columns that are elsewhere
@planted
def two_values_swapped(tables: Copy) -> Found:
    one, other = tables.cell(f"r5/{FIRST}/primary"), tables.cell(f"r5/{SECOND}/primary")
    one.value, other.value = other.value, one.value
    return {at("changed", one), at("changed", other)}


@planted
def a_cell_moved(tables: Copy) -> Found:
    old = tables.cell(ROOMS)
    new = tables.schools.cell(old.row, 18)
    old.value, new.value = None, old.value
    return {at("removed", old), at("added", new)}


@planted
def two_rows_swapped(tables: Copy) -> Found:
    sheet = tables.schools
    pairs = list(zip(sheet[4], sheet[5], strict=True))
    for one, other in pairs:
        one.value, other.value = other.value, one.value
    return {at("changed", cell) for pair in pairs for cell in pair if pair[0].value != pair[1].value}


@planted
def a_school_taken_out(tables: Copy) -> Found:
    sheet = tables.schools
    found = {at("removed", cell) for cell in sheet[7] if cell.value is not None}
    assert len(found) == 15
    shifted(sheet, lambda: sheet.delete_rows(7), 7, -1)
    return {at("line_removed", sheet["A7"], "7:7"), *found}


@planted
def a_school_put_in(tables: Copy) -> Found:
    sheet = tables.schools
    shifted(sheet, lambda: sheet.insert_rows(9), 9, 1)
    for column, cell in enumerate(sheet[10], 1):
        sheet.cell(9, column, cell.value).number_format = cell.number_format
    sheet["B9"].value = "澄砚区无有小学"
    added = {at("added", cell) for cell in sheet[9] if cell.value is not None}
    return {at("line_added", sheet["A9"], "9:9"), *added}


@planted
def an_empty_row_put_in(tables: Copy) -> Found:
    sheet = tables.schools
    shifted(sheet, lambda: sheet.insert_rows(4), 4, 1)
    return {at("line_added", sheet["A4"], "4:4")}


@planted
def a_school_taken_out_and_another_changed(tables: Copy) -> Found:
    sheet = tables.schools
    found = a_school_taken_out(tables)
    sheet["J9"].value = 9.99
    return {*found, at("changed", sheet["J9"])}


@planted
def a_column_taken_out(tables: Copy) -> Found:
    sheet = tables.book[STAGES]
    found = {at("removed", cell) for cell in sheet["D"] if cell.value is not None}
    sheet.delete_cols(4)
    return {at("line_removed", sheet["D4"], "D:D"), *found}


def shifted(sheet: Any, change: Callable[[], None], start: int, by: int) -> None:
    """Rows put in or out as Excel does it: what is joined below moves along."""
    below = [joined for joined in list(sheet.merged_cells.ranges) if joined.min_row >= start]
    for joined in below:
        sheet.unmerge_cells(joined.coord)
    change()
    for joined in below:
        joined.shift(row_shift=by)
        sheet.merge_cells(joined.coord)


# --- what is joined, hidden, or seen otherwise
looks("a format of fewer decimals", "number_format", "0.0")
looks("a format that is a number of its own", "number_format", '"4.55"')
looks("a format that shows nothing", "number_format", ";;;")
looks("a format that shows thousands", "number_format", "0.00,")
looks("a format in white", "number_format", "[White]0.00")
looks("a format for words", "number_format", '0;0;0;"别的学校"', NAME)
looks("white ink", "font", Font(color="FFFFFFFF"))
looks("white by theme", "font", Font(color=Color(theme=0)))
looks("black on black", "fill", PatternFill("solid", fgColor="FF000000"))
looks("type of one point", "font", Font(size=1))
looks("the same again and again", "alignment", Alignment(horizontal="fill"))


@planted
def two_cells_joined(tables: Copy) -> Found:
    sheet = tables.schools
    sheet.merge_cells("E4:F4")
    return {at("merged", sheet["E4"], "E4:F4"), at("removed", sheet["F4"])}


@planted
def a_joined_heading_parted(tables: Copy) -> Found:
    sheet = tables.schools
    sheet.unmerge_cells("A1:O1")
    return {at("unmerged", sheet["A1"], "A1:O1")}


@planted
def a_school_hidden(tables: Copy) -> Found:
    sheet = tables.schools
    sheet.row_dimensions[6].hidden = True
    return {at("hidden", sheet["A6"], "6:6")}


@planted
def a_school_squeezed(tables: Copy) -> Found:
    sheet = tables.schools
    sheet.row_dimensions[6].height = 0.5
    return {at("hidden", sheet["A6"], "6:6")}


@planted
def an_indicator_hidden(tables: Copy) -> Found:
    sheet = tables.book[STAGES]
    sheet.column_dimensions["G"].hidden = True
    return {at("hidden", sheet["G4"], "G:G")}


@planted
def zeros_not_shown(tables: Copy) -> Found:
    sheet = tables.schools
    sheet.sheet_view.showZeros = False
    return {at("covered", sheet["A1"], "sheetView")}


@planted
def a_note_laid_over(tables: Copy) -> Found:
    cell = tables.cell(ROOMS)
    cell.comment = Comment("4.55", "某")
    return {at("covered", cell, "legacyDrawing")}


@planted
def a_format_under_a_condition(tables: Copy) -> Found:
    sheet = tables.schools
    less_than: Any = CellIsRule
    rule = less_than(operator="lessThan", formula=["4.5"], font=Font(color="FFFFFFFF"))
    sheet.conditional_formatting.add("J4:J30", rule)
    return {at("covered", sheet["J4"], "conditionalFormatting")}


# --- sheets and pages
@planted
def a_sheet_renamed(tables: Copy) -> Found:
    sheet = tables.book[STAGES]
    sheet.title = "表3（上报）"
    return {f"sheet_renamed {sheet.title}!"}


@planted
def a_sheet_taken_out(tables: Copy) -> Found:
    sheet = tables.book[REMARKS]
    tables.book.remove(sheet)
    return {f"sheet_removed {REMARKS}!"}


@planted
def a_sheet_put_in(tables: Copy) -> Found:
    tables.book.create_sheet("补充说明")["A1"] = "全部达标"
    return {"sheet_added 补充说明!"}


@planted
def a_chart_put_in(tables: Copy) -> Found:
    tables.book.create_chartsheet("图")
    return {"sheet_added 图!"}


@planted
def sheets_in_another_order(tables: Copy) -> Found:
    first = tables.book.worksheets[0]
    tables.book.move_sheet(first, 1)
    return {f"order {first.title}!"}


@planted
def a_sheet_hidden(tables: Copy) -> Found:
    tables.book[REMARKS].sheet_state = "hidden"
    return {f"hidden {REMARKS}!"}


def prints(name: str, part: str, change: Callable[[Any], object]) -> None:
    """An edit of what is printed around the sheet of schools."""

    def edit(tables: Copy) -> Found:
        change(tables.schools)
        return {at("margin", tables.schools["A1"], part)}

    EDITS[name] = edit


prints(
    "the page header changed", "oddHeader.left", lambda s: setattr(s.oddHeader.left, "text", "国家认定结果")
)
prints(
    "the check code changed", "oddFooter.center", lambda s: setattr(s.oddFooter.center, "text", "2222-2222")
)
prints("only a part printed", "area", lambda s: setattr(s, "print_area", "A1:O20"))


@planted
def a_first_page_of_its_own(tables: Copy) -> Found:
    sheet: Any = tables.schools
    sheet.HeaderFooter.differentFirst = True
    sheet.firstFooter.left.text = "正式"
    return {at("margin", sheet["A1"], "firstFooter.left")}
