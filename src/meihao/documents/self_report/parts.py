"""What a report is made of before it is a file: headings, paragraphs, tables of words and figures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

_BLANK = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Quote:
    """A figure in the text, with the address it is found at in the evaluation."""

    text: str
    address: str


Piece: TypeAlias = str | Quote
Line: TypeAlias = tuple[Piece, ...]
Words: TypeAlias = str | Quote | Line
Across: TypeAlias = tuple[Literal["left", "center", "right"], ...]


@dataclass(frozen=True)
class Heading:
    """A heading; level 0 is the title."""

    level: int
    text: str


@dataclass(frozen=True)
class Para:
    """A paragraph; `lead` is set bold before it."""

    line: Line
    lead: Line = ()
    look: Literal["text", "centred", "note"] = "text"


@dataclass(frozen=True)
class Grid:
    """A table; `widths` in millimetres, `across` how each column stands."""

    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    widths: tuple[float, ...]
    across: Across


Part: TypeAlias = Heading | Para | Grid


def line(*words: Words) -> Line:
    """Words and figures in a row."""
    found: list[Piece] = []
    for one in words:
        found += one if isinstance(one, tuple) else [one]
    return tuple(piece for piece in found if piece != "")


def filled(template: str, **blanks: Words) -> Line:
    """A sentence with its {blanks} filled by figures, names or whole lines."""
    parts = _BLANK.split(template)
    return line(*(blanks[part] if place % 2 else part for place, part in enumerate(parts)))


def joined(lines: Iterable[Line], between: str = "；") -> Line:
    """Lines in a row, parted by a mark."""
    found: list[Words] = []
    for one in lines:
        if one:
            found += [between, one] if found else [one]
    return line(*found)


def text_of(words: Line) -> str:
    """A line as it reads."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in words)
