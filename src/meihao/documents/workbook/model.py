"""What a workbook is once it has been read: plain cells, and the marks a check puts on them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from meihao.base.text import Text

Kind: TypeAlias = Literal["text", "number", "bool", "date", "error", "formula"]
Value: TypeAlias = str | bool | Decimal | datetime.date | datetime.datetime
Severity: TypeAlias = Literal["must", "explain"]

_REF = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
PROBLEM_SHEET = Text("问题清单", "Problems")  # title of the sheet that lists the marks in a copy
PROBLEM_MARKER = ("F1", "meihao:problems")  # a cell of that sheet: its title could be the user's own
NOTES_SHEET = Text("带出说明", "Filled from")  # title of the sheet that says where each filled value is from
NOTES_MARKER = ("J1", "meihao:filled")  # a cell of that sheet
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # XFD1048576, the last cell a sheet can have


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one workbook may take: of memory, of time, and of cells."""

    memory_mb: int = 768
    cpu_s: int = 30
    wall_s: float = 45
    file_mb: int = 50
    unpacked_mb: int = 200
    ratio: int = 200  # looked at only above 10 MB unpacked: small files compress well honestly
    rows: int = 200_000
    columns: int = 2_000
    cells: int = 1_000_000  # counted in two seconds
    sheets: int = 64
    texts: int = 500_000  # different texts that cells point at
    elements: int = 2_000_000  # besides cells and their values: merged ranges, rules, runs of rich text
    parts: int = 10_000  # parts of the package
    # what is built in memory before the first cell: styles, names, relations; Excel has 64 000 styles
    frame_elements: int = 150_000
    frame_mb: int = 32
    # one long shared text can be pointed at by every cell, so cells alone do not bound the result
    characters: int = 50_000_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that is not empty.

    An error value such as `#REF!` is kept as its text. A formula whose result was never saved is
    kept as the text of the formula; any other formula is the value it was saved with.
    """

    ref: str
    row: int
    column: int
    value: Value
    kind: Kind


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet: its cells row by row, each row from left to right."""

    name: str
    hidden: bool
    cells: tuple[Cell, ...]
    _places: dict[tuple[int, int], Cell] = field(
        default_factory=dict, init=False, repr=False, compare=False, hash=False
    )

    def at(self, row: int, column: int) -> Cell | None:
        """The cell at a 1-based row and column, or nothing where the sheet is empty."""
        if not self._places:
            self._places.update(((cell.row, cell.column), cell) for cell in self.cells)
        return self._places.get((row, column))

    def rows(self) -> Iterator[tuple[int, dict[int, Cell]]]:
        """Each row that has cells: its number, and its cells by column."""
        for row, cells in groupby(self.cells, key=lambda cell: cell.row):
            yield row, {cell.column: cell for cell in cells}


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook as read: `sha256` is of the very bytes the cells came from."""

    path: Path
    sha256: str
    sheets: tuple[Sheet, ...]
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Mark:
    """One problem to show to the person who filled the workbook in.

    An empty `ref` concerns the whole sheet or file: it is listed, and no cell is coloured.
    """

    sheet: str
    ref: str
    severity: Severity
    text: Text

    def __post_init__(self) -> None:
        if self.ref and position(self.ref) is None:
            raise ValueError(f"not a cell: {self.ref!r}")


class Filling(NamedTuple):
    """One cell to fill: a number by its digits, a text, or a sentence with its blanks filled in.

    `was` is what a sentence reads before; every other cell must be empty.
    """

    sheet: str
    ref: str
    kind: Literal["number", "text"]
    text: str
    was: str | None = None


class Note(NamedTuple):
    """One line of the sheet that says where filled values are from: its look, and its cells."""

    look: Literal["title", "head", "row"]
    cells: tuple[str, ...]


def position(ref: str) -> tuple[int, int] | None:
    """The 1-based row and column of a reference such as `E12`; nothing if it names no cell."""
    match = _REF.fullmatch(ref)
    if not match:
        return None
    row, column = int(match[2]), _column_number(match[1])
    return (row, column) if row <= LAST_ROW and column <= LAST_COLUMN else None


def reference(row: int, column: int) -> str:
    """The reference of a 1-based row and column: `reference(12, 5)` is `E12`."""
    return f"{_column_letters(column)}{row}"


@lru_cache(maxsize=LAST_COLUMN)
def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


@lru_cache(maxsize=LAST_COLUMN)
def _column_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
