"""What a workbook says and shows, in one spelling: the same for every program that saved it unchanged.

Fonts, lines, widths and heights do not count, unless they make something disappear.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from meihao.documents.sealing.formats import of_number, of_text
from meihao.documents.workbook.appearance import SeenCell, SeenSheet

Place: TypeAlias = tuple[int, int]
Imprint: TypeAlias = "tuple[SheetImprint, ...]"

_BOOLEANS = {"TRUE()": "TRUE", "FALSE()": "FALSE"}  # how LibreOffice writes a truth value to a workbook
_MARGIN_CODE = re.compile(
    r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|K\d\d[+-]\d{3}|\d{1,3}|[BIUESXYHO]|([LCR])|(&|.))', re.DOTALL
)
_OTHER_PAGES = {"even": "differentOddEven", "first": "differentFirst"}
_SIDES = {"L": "left", "C": "center", "R": "right"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell with content: `text` in its one spelling; `look` is a number format that is not the plain one.

    `marks` are looks that mislead: `ink` that cannot be read, `fill` that repeats what is there.
    """

    kind: str
    text: str
    look: str = ""
    marks: tuple[str, ...] = ()

    @property
    def content(self) -> tuple[str, str]:
        """What it says, whatever it looks like."""
        return self.kind, self.text


@dataclass(frozen=True, slots=True)
class SheetImprint:
    """One sheet: cells by row and column; `merged` as first row, first column, last row, last column."""

    name: str
    hidden: bool
    cells: Mapping[Place, Shown]
    merged: frozenset[tuple[int, int, int, int]]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    margins: Mapping[str, str]
    covers: frozenset[str]


def imprint(sheets: Iterable[SeenSheet]) -> Imprint:
    """The imprint of a workbook from what was seen of it."""
    return tuple(_sheet(sheet) for sheet in sheets)


def _sheet(seen: SeenSheet) -> SheetImprint:
    found = ((cell["row"], cell["column"], _shown(cell)) for cell in seen["cells"])
    cells = {(row, column): shown for row, column, shown in found if shown is not None}
    return SheetImprint(
        seen["name"],
        seen["hidden"],
        cells,
        frozenset(_bounds(*joined) for joined in seen["merged"]),
        _within(seen["rows"], {row for row, _ in cells}),
        _within(seen["columns"], {column for _, column in cells}),
        dict(_margins(seen["margins"])),
        frozenset(seen["covers"]),
    )


def _shown(cell: SeenCell) -> Shown | None:
    kind, text = _content(cell)
    if not text and kind == "text":
        return None
    look = of_number(cell["format"]) if kind in ("number", "date", "formula") else of_text(cell["format"])
    return Shown(kind, text, look, tuple(cell["marks"]))


def _content(cell: SeenCell) -> tuple[str, str]:
    kind, value, formula = cell["kind"], cell["value"], cell["formula"]
    if formula is not None:
        truth = _BOOLEANS.get(formula.upper())
        return ("bool", truth) if truth else ("formula", f"={formula}")
    if kind == "number":
        return kind, _shortest(Decimal(str(value)))
    if kind == "bool":
        return kind, str(value).upper()
    return kind, plain_text(str(value))


def _shortest(number: Decimal) -> str:
    """Every digit that counts and no other, without an exponent."""
    told = f"{number:f}"
    return told.rstrip("0").rstrip(".") if "." in told else told


def plain_text(text: str) -> str:
    """Composed characters, one kind of line end, no blanks behind."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").rstrip()


def _bounds(top: int, left: int, bottom: int, right: int) -> tuple[int, int, int, int]:
    return top, left, bottom, right


def _within(spans: list[list[int]], used: set[int]) -> frozenset[int]:
    """The hidden lines that hold something; hiding empty ones changes nothing."""
    lines = sorted(used)
    return frozenset(
        line for first, last in spans for line in lines[bisect_left(lines, first) : bisect_right(lines, last)]
    )


def _margins(raw: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The words around the printed page, and the area that is printed where not all is."""
    for page in ("odd", *(page for page, used in _OTHER_PAGES.items() if used in raw)):
        for kind in ("Header", "Footer"):
            for side, words in _sides(raw.get(page + kind, "")).items():
                yield f"{page}{kind}.{side}", words
    if "area" in raw:
        yield "area", raw["area"].replace("$", "").replace("'", "")


def _sides(coded: str) -> dict[str, str]:
    """Left, centre and right of a header or footer, without fonts, sizes and colours."""
    sides: dict[str, str] = {}
    side, start = "center", 0
    for match in _MARGIN_CODE.finditer(coded):
        turn, other = match.groups()
        sides[side] = sides.get(side, "") + coded[start : match.start()] + (f"&{other}" if other else "")
        start = match.end()
        side = _SIDES[turn] if turn else side
    sides[side] = sides.get(side, "") + coded[start:]
    return {name: told for name, words in sides.items() if (told := plain_text(words))}
