"""One sheet as a person sees it: what stands where, with merged cells read as the one cell they are."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from meihao.documents.workbook import Cell, Sheet, position, reference

Spot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Area:
    """The cells from one corner to the other, both within."""

    top: int
    left: int
    bottom: int
    right: int


class Grid:
    """A sheet's cells, its merged areas and its formulas."""

    def __init__(self, sheet: Sheet, shape: Mapping[str, Iterable[str]]) -> None:
        self.name = sheet.name
        self._sheet = sheet
        self._merged = [area for text in shape.get("merged", ()) if (area := _area(text))]
        self.formulas = frozenset(shape.get("formulas", ()))

    @cached_property
    def rows(self) -> list[int]:
        """The rows in which anything stands, in order."""
        return sorted({cell.row for cell in self._sheet.cells})

    def cells(self) -> tuple[Cell, ...]:
        """Everything that stands on the sheet, row by row."""
        return self._sheet.cells

    def columns(self, row: int) -> list[int]:
        """The columns of a row in which anything stands, merged areas by their first, in order."""
        return sorted({c.column for c in self._by_row.get(row, ())} | self._covered.get(row, set()))

    @cached_property
    def _by_row(self) -> dict[int, list[Cell]]:
        found: dict[int, list[Cell]] = {}
        for cell in self._sheet.cells:
            found.setdefault(cell.row, []).append(cell)
        return found

    @cached_property
    def _covered(self) -> dict[int, set[int]]:
        """By row, the first columns of merged areas that begin above it and reach into it."""
        found: dict[int, set[int]] = {}
        for area in self._merged:
            if self._sheet.at(area.top, area.left) is not None:
                for row in range(area.top + 1, min(area.bottom, self.last) + 1):
                    found.setdefault(row, set()).add(area.left)
        return found

    @cached_property
    def last(self) -> int:
        """The last row in which anything stands."""
        return self.rows[-1] if self.rows else 0

    def area(self, row: int, column: int) -> Area:
        """The merged area a cell lies in, or the cell itself."""
        for area in self._merged:
            if area.top <= row <= area.bottom and area.left <= column <= area.right:
                return area
        return Area(row, column, row, column)

    def at(self, row: int, column: int) -> Cell | None:
        """What a person sees at a place: the cell, or the one that its merged area shows."""
        area = self.area(row, column)
        return self._sheet.at(area.top, area.left)

    def text(self, row: int, column: int) -> str:
        """The words at a place; nothing where there is a number, a date or no cell."""
        cell = self.at(row, column)
        return str(cell.value).strip() if cell is not None and cell.kind == "text" else ""

    def begins(self, row: int, column: int) -> bool:
        """Whether a place is the first cell of its merged area, or lies in none."""
        area = self.area(row, column)
        return (area.top, area.left) == (row, column)

    def ref(self, row: int, column: int) -> str:
        """The reference of the cell that holds what is seen at a place."""
        area = self.area(row, column)
        return reference(area.top, area.left)

    def free(self, row: int, column: int) -> bool:
        """Whether nothing stands at a place, not even a formula that shows nothing."""
        return self.at(row, column) is None and self.ref(row, column) not in self.formulas

    def in_row(self, row: int) -> tuple[str, ...]:
        """All words in a row, each merged area's once."""
        return tuple(text for column in self.columns(row) if (text := self.text(row, column)))

    def above(self, row: int) -> tuple[str, ...]:
        """All words above a row: the titles of what begins there."""
        return tuple(str(c.value).strip() for c in self._sheet.cells if c.row < row and c.kind == "text")


def _area(text: str) -> Area | None:
    first, _, last = text.partition(":")
    start, end = position(first), position(last or first)
    return Area(*start, *end) if start and end else None


def shown(cell: Cell) -> str:
    """A cell's value as a person reads it."""
    if isinstance(cell.value, Decimal):
        return f"{cell.value:f}"
    if isinstance(cell.value, bool):
        return "是" if cell.value else "否"
    if isinstance(cell.value, datetime.date):
        return cell.value.isoformat()
    return str(cell.value).strip()
