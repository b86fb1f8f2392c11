"""Headed tables: one row a school, or one row of numbers under one to four rows of heads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from meihao.base.text import Text
from meihao.documents.filling.grid import Grid, shown
from meihao.documents.filling.places import Meanings, Place, Roster
from meihao.documents.filling.sentences import has_gaps
from meihao.documents.filling.vocabulary import Vocabulary

_FEWEST = 2
_DEEPEST = 4  # rows of heads over one column
_CODE = re.compile(r"[Ll]?\d{1,3}|[甲乙丙丁]|\(\d{1,2}\)")  # L1, 甲: names of columns, no heads


@dataclass(frozen=True)
class Found:
    """A table that was understood: the row it begins at, and its places."""

    top: int
    places: list[Place]


@dataclass(frozen=True)
class _Heads:
    """The captions over each column of a table, outermost first, and the first row below them."""

    top: int
    body: int
    paths: Mapping[int, tuple[str, ...]]

    @property
    def left(self) -> int:
        return min(self.paths)

    @property
    def right(self) -> int:
        return max(self.paths)


def table(grid: Grid, words: Vocabulary, meanings: Meanings, roster: Roster) -> Found | None:
    """The first table of a sheet whose heads are understood."""
    for row in grid.rows:
        heads = _heads(grid, row)
        if heads is None:
            continue
        if _answered(grid, row, heads, meanings, roster):
            continue
        fields = {
            c: path for c, path in heads.paths.items() if words.head(path[-1]) not in words.heads("skip")
        }
        schools: dict[Literal["code", "name"], int] = {}
        for column, path in fields.items():
            if kind := meanings.names_school(path):
                schools.setdefault(kind, column)
        if schools:
            found = _list(grid, heads, fields, schools, meanings, roster)
        else:
            found = _row_of_numbers(grid, heads, fields, meanings)
        if found:
            return Found(row, found)
    return None


def answers(meanings: Meanings, roster: Roster, path: tuple[str, ...], text: str) -> bool:
    """Whether a text is certainly an answer to a caption: one of its choices, or a school that is known."""
    kind = meanings.names_school(path)
    if kind is None or not text:
        return meanings.offers(path, text)
    return isinstance(roster.find(text, "") if kind == "code" else roster.find("", text), str)


def _answered(grid: Grid, row: int, heads: _Heads, meanings: Meanings, roster: Roster) -> bool:
    """Whether answers stand beside the captions: then these are no heads of columns."""
    texts = ((path, grid.text(row, grid.area(row, column).right + 1)) for column, path in heads.paths.items())
    return any(text and answers(meanings, roster, path, text) for path, text in texts)


# --- heads


def _heads(grid: Grid, top: int) -> _Heads | None:
    if _is_title(grid, top):
        return None
    bottom = top
    while bottom - top < _DEEPEST and (below := _below(grid, bottom)) > bottom:
        bottom = below
    paths = {c: path for c in _span(grid, top, bottom) if (path := _path(grid, top, bottom, c))}
    whole = set(_span(grid, top, bottom))
    if len(paths) < _FEWEST or whole - set(paths):
        return None
    body = bottom + 1
    while body <= grid.last and _names_columns(grid, body):
        body += 1
    firsts = {c: path for c, path in paths.items() if grid.area(bottom, c).left == c}
    return _Heads(top, body, firsts)


def _is_title(grid: Grid, row: int) -> bool:
    """One text alone in its row names the whole form, unless it stands over some columns only."""
    columns = grid.columns(row)
    if len(columns) != 1:
        return False
    area = grid.area(row, columns[0])
    below = grid.columns(row + 1)
    return area.right == area.left or not below or area.left <= min(below)


def _below(grid: Grid, row: int) -> int:
    """The last row of heads that a row of heads calls for: under a group, or as deep as a merged head."""
    areas = [grid.area(row, column) for column in grid.columns(row)]
    deepest = max((area.bottom for area in areas), default=row)
    groups = [area for area in areas if area.right > area.left and area.bottom == row]
    under = any(grid.text(row + 1, column) for area in groups for column in range(area.left, area.right + 1))
    return max(deepest, row + 1 if under else row)


def _span(grid: Grid, top: int, bottom: int) -> range:
    columns = [
        column
        for row in range(top, bottom + 1)
        for first in grid.columns(row)
        if grid.text(row, first)
        for column in (first, grid.area(row, first).right)
    ]
    return range(min(columns), max(columns) + 1) if columns else range(0)


def _path(grid: Grid, top: int, bottom: int, column: int) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for row in range(top, bottom + 1):
        text = grid.text(row, column)
        if text:
            found[grid.ref(row, column)] = text
    return tuple(found.values())


def _names_columns(grid: Grid, row: int) -> bool:
    """A row such as L1, L2, L3 under the heads."""
    texts = [shown(cell) for column in grid.columns(row) if (cell := grid.at(row, column))]
    return len(texts) >= _FEWEST and all(_CODE.fullmatch(text) for text in texts)


# --- one row of numbers


def _row_of_numbers(
    grid: Grid, heads: _Heads, fields: Mapping[int, tuple[str, ...]], meanings: Meanings
) -> list[Place]:
    """The places of the one row under the heads; none where that row has a head of its own."""
    row = heads.body
    if sum(meanings.knows(path) for path in fields.values()) < _FEWEST:
        return []
    named = [column for column in range(1, heads.left + 1) if grid.text(row, column)]
    if named and not (named == [heads.left] and meanings.wants_words(heads.paths[heads.left])):
        return []
    if any(meanings.knows((grid.text(row, column),)) for column in fields):
        return []  # a row of captions, not of answers
    if not all(grid.begins(row, column) for column in fields):
        return []
    return [_place(grid, heads, row, column, path) for column, path in fields.items()]


def _place(
    grid: Grid,
    heads: _Heads,
    row: int,
    column: int,
    path: tuple[str, ...],
    school: str | None = None,
    trouble: Text | None = None,
) -> Place:
    ref, titles = grid.ref(row, column), (grid.name, *grid.above(heads.top))
    given = grid.at(row, column)
    formula = ref in grid.formulas
    return Place(grid.name, ref, path, titles, None, given, formula, (), school, trouble)


# --- one row a school


def _list(
    grid: Grid,
    heads: _Heads,
    fields: Mapping[int, tuple[str, ...]],
    schools: Mapping[Literal["code", "name"], int],
    meanings: Meanings,
    roster: Roster,
) -> list[Place]:
    others = [path for column, path in fields.items() if column not in schools.values()]
    if not any(meanings.knows(path) for path in others):
        return []
    below = [row for row in grid.rows if row >= heads.body]
    if any(c for row in below for c in grid.columns(row)):
        return [p for row in below for p in _school_row(grid, heads, row, fields, schools, roster)]
    if min(fields) not in schools.values():
        return []  # one row a school only where a school is what a row is about
    rows = enumerate(roster.codes(), heads.body)
    made = [(row, column, path, code) for row, code in rows for column, path in fields.items()]
    if not all(grid.begins(row, column) for row, column, _, _ in made):
        return []
    return [_place(grid, heads, row, column, path, code) for row, column, path, code in made]


def _school_row(
    grid: Grid,
    heads: _Heads,
    row: int,
    fields: Mapping[int, tuple[str, ...]],
    schools: Mapping[Literal["code", "name"], int],
    roster: Roster,
) -> Iterator[Place]:
    """The places of a row that names a school; none in a row that names nothing, or is a note."""
    told = {kind: _told(grid, row, column) for kind, column in schools.items()}
    spread = any(grid.area(row, column).right > column for column in schools.values())
    if not any(told.values()) or spread or any(map(has_gaps, told.values())):
        return
    found = roster.find(told.get("code", ""), told.get("name", ""))
    school, trouble = (found, None) if isinstance(found, str) else (None, found)
    for column, path in fields.items():
        named = column in schools.values() and grid.at(row, column) is not None
        if not named and grid.begins(row, column):
            yield _place(grid, heads, row, column, path, school, trouble)


def _told(grid: Grid, row: int, column: int) -> str:
    cell = grid.at(row, column)
    return shown(cell) if cell is not None else ""
