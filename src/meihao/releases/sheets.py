"""The official tables on the web: the very cells of the workbook, each figure with its address.

The workbook is written by `documents.tables` and read back, so that page and download cannot differ.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from meihao.base.divisions import is_unassigned
from meihao.documents.tables import PrintedCell, write_tables
from meihao.figures.plan import Plan
from meihao.figures.result import Evaluation
from meihao.releases import rules
from meihao.releases.evaluating import key_of
from meihao.releases.memory import Memory

WORKBOOK = "申报表I-VI.xlsx"
_KEPT = 6


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, the figure it prints, how many columns and rows it spans."""

    text: str
    address: str = ""
    columns: int = 1
    rows: int = 1
    head: bool = False
    number: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, its title line, its rows, and the lines under the table."""

    name: str
    title: str
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Tables:
    """The workbook as bytes, and each of its sheets."""

    data: bytes
    sheets: tuple[Sheet, ...]
    printed: tuple[PrintedCell, ...]


_tables = Memory[Tables](_KEPT)


def tables(evaluation: Evaluation) -> Tables:
    """All official tables of an evaluation, written once while they are used."""
    return _tables.get(key_of(evaluation.snapshot, evaluation.plan), lambda: _written(evaluation))


def names(plan: Plan) -> list[str]:
    """The names of the official tables of a standard, in their order."""
    return [form.table.sheet for form in plan.tables if form.table is not None]


def _written(evaluation: Evaluation) -> Tables:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / WORKBOOK
        invented = is_unassigned(evaluation.plan.place)
        printed = tuple(write_tables(evaluation, rules.rulebook(), path, invented))
        book = load_workbook(path)
        data = path.read_bytes()
    found = tuple(_sheet(sheet, printed) for sheet in book.worksheets)
    return Tables(data, found, printed)


def _sheet(sheet: Worksheet, printed: tuple[PrintedCell, ...]) -> Sheet:
    at = {cell.ref: cell for cell in printed if cell.sheet == sheet.title}
    spans, covered = _merged(sheet)
    rows, notes = [], list[str]()
    widest = sheet.max_column
    for line in sheet.iter_rows(min_row=2):
        cells = [_cell(cell, at, spans) for cell in line if cell.coordinate not in covered]
        if _is_note(line, at, spans, widest):
            notes += [cell.text for cell in cells if cell.text]
        else:
            rows.append(tuple(cells))
    return Sheet(sheet.title, str(sheet["A1"].value or ""), tuple(rows), tuple(notes))


def _merged(sheet: Worksheet) -> tuple[dict[str, tuple[int, int]], set[str]]:
    """How far merged cells reach, by their first cell; and the cells they cover."""
    spans: dict[str, tuple[int, int]] = {}
    covered: set[str] = set()
    for merged in sheet.merged_cells.ranges:
        bounds: Any = range_boundaries(str(merged))
        left, top, right, bottom = bounds
        refs = [
            sheet.cell(row, column).coordinate
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        ]
        spans[refs[0]] = (right - left + 1, bottom - top + 1)
        covered |= set(refs[1:])
    return spans, covered


def _is_note(
    line: tuple[Any, ...], at: dict[str, PrintedCell], spans: dict[str, tuple[int, int]], widest: int
) -> bool:
    """A line of words under the table: nothing but its first cell, or that over the whole width."""
    first, *others = line
    if any(cell.coordinate in at for cell in line):
        return False
    whole = spans.get(first.coordinate, (1, 1))[0] == widest
    return bool(first.value) and (whole or (widest > 2 and all(cell.value is None for cell in others)))


def _cell(cell: Any, at: dict[str, PrintedCell], spans: dict[str, tuple[int, int]]) -> Cell:
    found = at.get(cell.coordinate)
    columns, rows = spans.get(cell.coordinate, (1, 1))
    text = found.text if found is not None else "" if cell.value is None else str(cell.value)
    bold = bool(cell.font and cell.font.bold)
    return Cell(
        text, found.address if found else "", columns, rows, bold, cell.data_type == "n" and bool(text)
    )
