"""Sentences with blanks in them: 「完成 360 学时培训的教师＿＿人，全县教师＿＿人」."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from meihao.documents.filling.grid import Grid
from meihao.documents.filling.places import Place
from meihao.documents.returns.headers import key_of

_GAP = re.compile(r"＿+|_{2,}")
_PLACEHOLDER = re.compile(r"\{[a-z0-9_]+\}")


def has_gaps(text: str) -> bool:
    """Whether a text has blanks to be filled in."""
    return _GAP.search(text) is not None


def key_of_sentence(text: str) -> str:
    """A sentence without what varies in writing, each of its blanks one stroke."""
    return re.sub("_+", "_", key_of(text))


def key_of_finding(finding: str) -> str:
    """The same for a sentence of a policy, whose blanks are {names}."""
    return key_of_sentence(_PLACEHOLDER.sub("__", finding))


def gaps_of(grid: Grid) -> Iterator[Place]:
    """One place for each blank of each sentence of a sheet."""
    for cell in grid.cells():
        if cell.kind == "text" and cell.ref not in grid.formulas:
            text = str(cell.value)
            for number, _ in enumerate(_GAP.finditer(text)):
                titles = (grid.name, *(grid.in_row(grid.rows[0]) if cell.row > grid.rows[0] else ()))
                yield Place(grid.name, cell.ref, (text,), titles, given=cell, gap=number)


def filled_in(text: str, values: Mapping[int, str]) -> str:
    """A sentence with some of its blanks filled in; the others stay as they are."""
    numbers = iter(range(len(_GAP.findall(text))))

    def said(match: re.Match[str]) -> str:
        return values.get(next(numbers), match[0])

    return _GAP.sub(said, text)
