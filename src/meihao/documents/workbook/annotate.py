"""The user's own workbook with its problems shown in it: notes, colours, and a list at the end.

What an earlier check left is taken away first, so that a mended problem disappears. Each coloured
cell's own look is kept in a hidden column of the list, and is given back from there.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Border, PatternFill, Side
from openpyxl.workbook import Workbook
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.worksheet import Worksheet

from meihao.base.text import Lang
from meihao.documents.workbook.model import Mark, Severity, position
from meihao.documents.workbook.problems import (
    Look,
    Looks,
    Styles,
    is_list,
    kept_looks,
    look_of,
    style_key,
    writable,
    write_list,
)

AUTHOR = "美好教育"
_HEADING = f"—— {AUTHOR} ——"
_APPENDED = re.compile(rf"\n*{_HEADING}.*", re.DOTALL)
_FILLS: Mapping[Severity, str] = {"must": "FFF1F0", "explain": "FFF7E6"}
_LINES: Mapping[Severity, str] = {"must": "CF1F2E", "explain": "B26A00"}
_LONGEST_NOTE = 32_000
_PLAIN = Look(PatternFill(), Border())


def annotated(data: bytes, marks: Sequence[Mark], lang: Lang) -> bytes:
    """The bytes of the workbook with the marks shown in it."""
    book = load_workbook(io.BytesIO(data), keep_vba=_has_macros(data), rich_text=True)
    _clean(book)
    looks = _mark_cells(book, marks, lang)
    write_list(book, _in_order(book, marks), looks, lang)
    # openpyxl keeps formulas but not their results: let Excel work them out when it opens the copy
    book.calculation = book.calculation or CalcProperties()
    book.calculation.fullCalcOnLoad = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _has_macros(data: bytes) -> bool:
    with ZipFile(io.BytesIO(data)) as archive:
        return "xl/vbaProject.bin" in archive.namelist()


def _clean(book: Workbook) -> None:
    for old in [sheet for sheet in book.worksheets if is_list(sheet)]:
        for name, ref, look in kept_looks(old):
            if name in book.sheetnames and position(ref):
                cell = _target(book[name], ref)
                if _is_coloured(cell):
                    _dress(cell, look)
        book.remove(old)
    for sheet in book.worksheets:
        for cell in _existing(sheet):
            _clean_cell(cell)
        _forget_drawing(sheet)


def _existing(sheet: Worksheet) -> Iterator[Any]:
    # the public ways to walk a sheet create a cell for every gap in it
    inside: Any = sheet
    return (cell for cell in list(inside._cells.values()) if not isinstance(cell, MergedCell))


def _clean_cell(cell: Any) -> None:
    if _is_coloured(cell):
        # a row was inserted above, or the list is gone: the former look is not known any more
        _dress(cell, _PLAIN)
    if cell.comment:
        cell.comment = _without_ours(cell.comment)


def _is_coloured(cell: Any) -> bool:
    fill = cell.fill
    return fill.fill_type == "solid" and str(fill.fgColor.rgb)[-6:].upper() in _FILLS.values()


def _dress(cell: Any, look: Look) -> None:
    cell.fill, cell.border = look


def _without_ours(comment: Comment) -> Comment | None:
    if comment.author == AUTHOR:
        return None
    theirs = _APPENDED.sub("", comment.text)
    return Comment(theirs, comment.author) if theirs else None


def _forget_drawing(sheet: Worksheet) -> None:
    # in a workbook with macros openpyxl still points at the old drawing of the notes, which it does
    # not copy once the last note is gone
    holder: Any = sheet
    if "commentsDrawing" in (holder.legacy_drawing or ""):
        holder.legacy_drawing = None


def _target(sheet: Worksheet, ref: str) -> Any:
    """The cell to colour; in a merged range only the first cell can carry a note."""
    cell = sheet[ref]
    if isinstance(cell, MergedCell):
        for merged in sheet.merged_cells.ranges:
            if ref in merged:
                return sheet.cell(merged.min_row, merged.min_col)
    return cell


def _mark_cells(book: Workbook, marks: Sequence[Mark], lang: Lang) -> Looks:
    """Colour and note every marked cell; returns how each looked before."""
    looks: Looks = {}
    alike: dict[bytes, Look] = {}  # thousands of marked cells share a few looks
    by_cell: dict[tuple[str, str], list[Mark]] = {}
    for mark in marks:
        if mark.ref and mark.sheet in (sheet.title for sheet in book.worksheets):
            cell = _target(book[mark.sheet], mark.ref)
            place = (mark.sheet, str(cell.coordinate))
            if place not in by_cell:
                style = style_key(cell)
                alike[style] = alike.get(style) or look_of(cell)
                looks[place] = alike[style]
            looks[mark.sheet, mark.ref] = looks[place]
            by_cell.setdefault(place, []).append(mark)
    styles = Styles()
    for (name, ref), here in by_cell.items():
        _mark_cell(book[name][ref], here, lang, styles)
    return looks


def _mark_cell(cell: Any, marks: Sequence[Mark], lang: Lang, styles: Styles) -> None:
    severity: Severity = "must" if any(mark.severity == "must" for mark in marks) else "explain"
    styles.give(cell, (severity,), _MARKED[severity])
    cell.comment = _note(cell.comment, writable("\n".join(mark.text.said(lang) for mark in marks)))


def _marked_as(severity: Severity) -> Callable[[Any], None]:
    side = Side(style="thin", color=f"FF{_LINES[severity]}")
    border = Border(left=side, right=side, top=side, bottom=side)
    return lambda cell: _dress(cell, Look(PatternFill("solid", fgColor=f"FF{_FILLS[severity]}"), border))


_MARKED: Mapping[Severity, Callable[[Any], None]] = {
    "must": _marked_as("must"),
    "explain": _marked_as("explain"),
}


def _note(theirs: Comment | None, text: str) -> Comment:
    whole = f"{theirs.text}\n\n{_HEADING}\n{text}" if theirs else text
    lines = sum(1 + len(line) // 22 for line in whole.splitlines())
    author = theirs.author if theirs else AUTHOR
    return Comment(whole[:_LONGEST_NOTE], author, height=min(400, 20 + 18 * lines), width=320)


def _in_order(book: Workbook, marks: Sequence[Mark]) -> list[Mark]:
    order = {name: index for index, name in enumerate(book.sheetnames)}

    def key(mark: Mark) -> tuple[bool, int, tuple[int, int]]:
        return mark.severity != "must", order.get(mark.sheet, -1), position(mark.ref) or (0, 0)

    return sorted(marks, key=key)
