"""The places of a sheet that are to be filled: under a heading, beside a caption, in a table, in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from meihao.documents.filling.grid import Grid
from meihao.documents.filling.places import Meanings, Place, Roster
from meihao.documents.filling.sentences import gaps_of, has_gaps
from meihao.documents.filling.tables import Found, answers, table
from meihao.documents.filling.vocabulary import Vocabulary

_NUMERIC = re.compile(r"[\d,.]+%?")
_FEWEST = 2  # one caption that happens to be known makes no form


def places(grid: Grid, words: Vocabulary, meanings: Meanings, roster: Roster) -> list[Place]:
    """Every place of a sheet that is to be filled, row by row; none where it is no form."""
    found = list(_under_headings(grid, words, meanings))
    if not found:
        headed: Found | None = table(grid, words, meanings, roster)
        found = headed.places if headed else []
        found += _beside_captions(grid, words, meanings, roster, headed.top if headed else grid.last + 1)
    return [*found, *gaps_of(grid)]


# --- one field a row, under a heading such as 填报项目 and 填报值


@dataclass
class _Section:
    """A heading row, its rows, and the columns of one run of labels and values."""

    titles: tuple[str, ...]
    rows: list[int]
    first: int
    label: int
    value: int
    unit: int | None
    skip: set[int]
    carried: dict[int, str] = field(default_factory=dict)
    subtitle: str = ""


def _under_headings(grid: Grid, words: Vocabulary, meanings: Meanings) -> Iterator[Place]:
    headings = [(row, heads) for row in grid.rows if (heads := _heading(grid, row, words))]
    for number, (row, heads) in enumerate(headings):
        until = headings[number + 1][0] if number + 1 < len(headings) else grid.last + 1
        rows = [r for r in grid.rows if row < r < until]
        for section in _sections(_titles(grid, row, headings[0][0]), rows, heads):
            for r in rows:
                yield from _row(grid, words, meanings, section, r)


def _heading(grid: Grid, row: int, words: Vocabulary) -> dict[int, str]:
    """The purpose of each column of a heading row; empty where it holds no label and value."""
    purposes = ("label", "value", "unit", "skip")
    texts = {column: words.head(grid.text(row, column)) for column in grid.columns(row)}
    heads = {
        column: purpose
        for column, text in texts.items()
        for purpose in purposes
        if text and text in words.heads(purpose)
    }
    return heads if {"label", "value"} <= set(heads.values()) else {}


def _titles(grid: Grid, heading: int, first: int) -> tuple[str, ...]:
    """The words above the first heading, and a line alone above this one."""
    before = [row for row in grid.rows if row < heading]
    line = grid.in_row(before[-1]) if before and heading > first else ()
    return (grid.name, *grid.above(first), *(line if len(line) == 1 else ()))


def _sections(titles: tuple[str, ...], rows: list[int], heads: dict[int, str]) -> Iterator[_Section]:
    """A heading may stand twice side by side: each value goes with the label before it."""
    first, label, unit = 1, None, None
    columns = sorted(heads)
    skip = {column for column, purpose in heads.items() if purpose == "skip"}
    for place, column in enumerate(columns):
        if heads[column] == "label":
            label = column
        elif heads[column] == "unit":
            unit = column
        elif heads[column] == "value" and label is not None:
            after = columns[place + 1] if place + 1 < len(columns) else None
            beside = unit or (after if after and heads[after] == "unit" else None)
            yield _Section(titles, rows, first, label, column, beside, skip)
            first, label, unit = column + 1, None, None


def _row(grid: Grid, words: Vocabulary, meanings: Meanings, section: _Section, row: int) -> Iterator[Place]:
    outer = _outer(grid, section, row)
    label = grid.text(row, section.label)
    if not label or not grid.begins(row, section.label) or words.is_note(label):
        return
    if grid.area(row, section.label).right >= section.value:
        section.subtitle, section.carried = label, {}
        return
    if words.opens(label):
        # what follows a head that is not understood may be meant of that only
        section.subtitle = "" if meanings.knows((label,)) else label
    if not grid.begins(row, section.value) or has_gaps(grid.text(row, section.value)):
        return
    beside = [section.unit] if section.unit else []
    own = {section.label, section.value, *beside}
    aside = tuple(
        t for c in grid.columns(row) if c > section.label and c not in own and (t := grid.text(row, c))
    )
    above = (section.subtitle,) if section.subtitle not in ("", label) else ()
    ref = grid.ref(row, section.value)
    yield Place(
        grid.name,
        ref,
        (*above, *outer, label),
        section.titles,
        grid.text(row, section.unit) or None if section.unit else None,
        grid.at(row, section.value),
        ref in grid.formulas,
        aside,
    )


def _outer(grid: Grid, section: _Section, row: int) -> list[str]:
    """The groups a row stands in: what is written left of its label, here or last above."""
    for column in range(section.first, section.label):
        text = grid.text(row, column)
        if text and column not in section.skip and grid.area(row, column).right < section.label:
            section.carried[column] = text
            for further in [c for c in section.carried if c > column and not grid.text(row, c)]:
                del section.carried[further]
    return [section.carried[column] for column in sorted(section.carried)]


# --- a caption with the cell to fill right of it, without any heading


@dataclass(frozen=True)
class _Pair:
    row: int
    column: int
    value: int
    label: str
    unit: str | None
    known: bool


def _beside_captions(
    grid: Grid, words: Vocabulary, meanings: Meanings, roster: Roster, until: int
) -> list[Place]:
    pairs = [
        pair
        for row in grid.rows
        if row < until
        for column in grid.columns(row)
        if (pair := _pair(grid, words, meanings, row, column))
    ]
    known = [pair for pair in pairs if pair.known]
    if len(known) < _FEWEST:
        return []
    columns, first = {pair.column for pair in known}, _first_row(pairs, known)
    values = {(pair.row, pair.value) for pair in known if _is_answer(grid, meanings, roster, pair)}
    titles = (grid.name, *grid.above(first))
    listed = [pair for pair in pairs if pair.column in columns and pair.row >= first]
    heads = _opened(words, listed)
    return [
        _beside(grid, pair, values, titles, heads[pair])
        for pair in listed
        if not _under_head(grid, words, pair, values | {(other.row, other.column) for other in known})
    ]


def _opened(words: Vocabulary, pairs: Sequence[_Pair]) -> dict[_Pair, str]:
    """The head that each caption stands under, by column: the last one above it that is not understood."""
    last: dict[int, str] = {}
    found: dict[_Pair, str] = {}
    for pair in pairs:
        if words.opens(pair.label):
            last[pair.column] = "" if pair.known else pair.label
        found[pair] = last.get(pair.column, "")
    return found


def _under_head(grid: Grid, words: Vocabulary, pair: _Pair, parts: set[tuple[int, int]]) -> bool:
    """Whether the cell beside a caption stands under a head of its own, as 2023年 in a table of years.

    `parts` are the captions and values that are known to be just that.
    """
    for row in range(pair.row - 1, 0, -1):
        cell = grid.at(row, pair.value)
        if cell is None or (row, grid.area(row, pair.value).left) in parts:
            continue
        text, area = grid.text(row, pair.value), grid.area(row, pair.value)
        title = area.left <= pair.column or words.head(text) in words.heads("value")
        return not title and not words.is_unit(text)
    return False


def _pair(grid: Grid, words: Vocabulary, meanings: Meanings, row: int, column: int) -> _Pair | None:
    label = grid.text(row, column)
    if not label or not grid.begins(row, column) or has_gaps(label):
        return None
    if words.is_unit(label) or words.is_note(label):
        return None
    value, unit = grid.area(row, column).right + 1, None
    if words.is_unit(grid.text(row, value)):
        unit, value = grid.text(row, value), grid.area(row, value).right + 1
    if not grid.begins(row, value):
        return None
    known = meanings.knows((label,))
    if grid.at(row, value) is not None and not (known and _answers(grid, meanings, row, value, label)):
        return None
    after = grid.text(row, grid.area(row, value).right + 1)
    return _Pair(row, column, value, label, unit or (after if words.is_unit(after) else None), known)


def _answers(grid: Grid, meanings: Meanings, row: int, value: int, label: str) -> bool:
    """Whether a person's answer stands beside a caption, and not the next caption or an explanation."""
    text = grid.text(row, value)
    if not text or _NUMERIC.fullmatch(text):
        return True
    return meanings.wants_words((label,)) and not meanings.knows((text,)) and not has_gaps(text)


def _is_answer(grid: Grid, meanings: Meanings, roster: Roster, pair: _Pair) -> bool:
    """Whether what stands in a pair's cell is certainly no caption: nothing, a number, a known answer."""
    text = grid.text(pair.row, pair.value)
    return not text or _NUMERIC.fullmatch(text) is not None or answers(meanings, roster, (pair.label,), text)


def _first_row(pairs: Sequence[_Pair], known: Sequence[_Pair]) -> int:
    """Where the form begins: the first known caption, and unknown ones that stand straight above it."""
    first = min(pair.row for pair in known)
    columns = {pair.column for pair in known if pair.row == first}
    rows = {pair.row for pair in pairs if pair.column in columns}
    while first - 1 in rows:
        first -= 1
    return first


def _beside(
    grid: Grid, pair: _Pair, values: set[tuple[int, int]], titles: tuple[str, ...], head: str
) -> Place:
    outer: list[str] = []
    column = pair.column - 1
    while column >= 1 and (text := grid.text(pair.row, column)):
        column = grid.area(pair.row, column).left
        if (pair.row, column) in values:
            break
        outer.insert(0, text)
        column -= 1
    ref = grid.ref(pair.row, pair.value)
    given = grid.at(pair.row, pair.value)
    path = (*((head,) if head not in ("", pair.label) else ()), *outer, pair.label)
    return Place(grid.name, ref, path, titles, pair.unit, given, ref in grid.formulas)
