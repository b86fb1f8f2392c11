"""Comparing two sheets: what is told is true, complete, and as little as can be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import count
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meihao.documents.sealing import Place, SheetImprint, Shown
from meihao.documents.verifying import Difference, What, differences
from meihao.documents.verifying.alignment import aligned
from meihao.documents.workbook import position

Grid: TypeAlias = dict[Place, Shown]

CELLS = st.dictionaries(
    st.tuples(st.integers(1, 5), st.integers(1, 4)),
    st.builds(Shown, st.just("number"), st.sampled_from("123"), st.sampled_from(("", "0"))),
    max_size=16,
)


def sheet(cells: Mapping[Place, Shown], name: str = "表", hidden: bool = False) -> SheetImprint:
    nothing: frozenset[int] = frozenset()
    return SheetImprint(name, hidden, cells, frozenset(), nothing, nothing, {}, frozenset())


def compared(was: Grid, present: Grid) -> list[Difference]:
    return differences((sheet(was),), (sheet(present),))


def numbers(found: Iterable[Difference], what: What) -> tuple[int, list[int]]:
    """The axis and the numbers of whole lines told."""
    refs = [difference.ref.split(":")[0] for difference in found if difference.what is what]
    columns = [ref for ref in refs if ref.isalpha()]
    lines = [position(f"{ref}1") if ref.isalpha() else (int(ref), 0) for ref in refs]
    return int(bool(columns)), sorted(line[int(bool(columns))] for line in lines if line)


def rebuilt(was: Grid, found: list[Difference]) -> Grid:
    """The copy, made from the original and from nothing but what was told."""
    taken_axis, taken = numbers(found, What.LINE_REMOVED)
    put_axis, put = numbers(found, What.LINE_ADDED)
    axis = taken_axis or put_axis
    free = (line for line in count(1) if line not in put)
    last = max((place[axis] for place in was), default=0)
    moved = dict(zip((line for line in range(1, last + 1) if line not in taken), free, strict=False))
    present: Grid = {}
    for place, shown in was.items():
        if place[axis] not in taken:
            to = moved[place[axis]]
            present[(to, place[1]) if axis == 0 else (place[0], to)] = shown
    for difference in found:
        at = position(difference.ref)
        if at is None:
            continue
        if difference.present is not None:
            present[at] = difference.present
        elif (position(difference.origin.partition("!")[2]) or at)[axis] not in taken:
            del present[at]
    return present


@given(CELLS, CELLS)
def test_what_is_told_is_enough_to_make_the_copy(was: Grid, present: Grid) -> None:
    found = compared(was, present)
    assert rebuilt(was, found) == present
    assert (not found) == (was == present)


@given(CELLS, CELLS)
def test_never_more_is_told_than_cell_by_cell(was: Grid, present: Grid) -> None:
    cells = sum(was.get(at) != present.get(at) for at in was.keys() | present.keys())
    assert aligned(was, present).cost <= cells
    assert len(compared(was, present)) == aligned(was, present).cost


@given(CELLS, st.integers(1, 5), st.sampled_from((0, 1)))
def test_one_line_taken_out_is_told_as_one_line(was: Grid, line: int, axis: int) -> None:
    present = {}
    for place, shown in was.items():
        if place[axis] != line:
            to = place[axis] - (place[axis] > line)
            present[(to, place[1]) if axis == 0 else (place[0], to)] = shown
    gone = [place for place in was if place[axis] == line]
    assert len(compared(was, present)) <= len(gone) + 1


def grid(rows: int, columns: int = 3) -> Grid:
    return {
        (row, column): Shown("number", str(row * 100 + column))
        for row in range(1, rows + 1)
        for column in range(1, columns + 1)
    }


def without(cells: Grid, row: int) -> Grid:
    return {(r - (r > row), c): shown for (r, c), shown in cells.items() if r != row}


def test_a_row_taken_out_of_many_is_one_row() -> None:
    was = grid(500)
    present = without(was, 3)
    present[400, 2] = Shown("number", "7")
    found = compared(was, present)
    told = [(difference.what, difference.ref, difference.origin) for difference in found]
    assert told == [
        (What.LINE_REMOVED, "3:3", ""),
        *((What.REMOVED, f"{column}3", f"表!{column}3") for column in "ABC"),
        (What.CHANGED, "B400", "表!B401"),
    ]


def test_beyond_what_can_be_compared_in_time_cells_are_told_as_they_stand() -> None:
    was = grid(2000)
    present = without(was, 3)
    present[1990, 2] = Shown("number", "7")
    found = compared(was, present)
    assert len(found) == 3 * (2000 - 2)
    assert rebuilt(was, found) == present


@pytest.mark.parametrize(
    ("present", "told"),
    [
        ([("甲", 5), ("乙", 6)], []),
        ([("乙", 6), ("甲", 5)], ["order 甲"]),
        ([("丙", 5), ("乙", 6)], ["sheet_renamed 丙"]),
        ([("乙", 6)], ["sheet_removed 甲"]),
        ([("甲", 5), ("乙", 6), ("丙", 5)], ["sheet_added 丙"]),
        ([("丁", 6), ("丙", 5)], ["order 丙", "sheet_renamed 丁", "sheet_renamed 丙"]),
        ([("丙", 9)], ["sheet_added 丙", "sheet_removed 甲", "sheet_removed 乙"]),
    ],
)
def test_sheets_are_told_by_name_and_place(present: list[tuple[str, int]], told: list[str]) -> None:
    def book(sheets: list[tuple[str, int]]) -> tuple[SheetImprint, ...]:
        return tuple(sheet({(number, 1): Shown("text", "甲")}, name) for name, number in sheets)

    found = differences(book([("甲", 5), ("乙", 6)]), book(present))
    assert sorted(f"{one.what} {one.sheet}" for one in found) == sorted(told)


def test_joined_cells_move_with_their_rows() -> None:
    was, present = grid(9), without(grid(9), 4)
    before = {(2, 1, 3, 1), (4, 1, 5, 1), (4, 2, 4, 3), (6, 2, 8, 2)}
    after = {(2, 1, 3, 1), (5, 2, 7, 2)}
    one, other = (replaced(cells, joined) for cells, joined in ((was, before), (present, after)))
    assert not [d for d in differences((one,), (other,)) if re.search("merged", d.what)]
    parted = replaced(present, {(2, 1, 3, 1)})
    (found,) = (d for d in differences((one,), (parted,)) if re.search("merged", d.what))
    assert (found.what, found.ref) == (What.UNMERGED, "B5:B7")


def replaced(cells: Grid, merged: set[tuple[int, int, int, int]]) -> SheetImprint:
    nothing: frozenset[int] = frozenset()
    return SheetImprint("表", False, cells, frozenset(merged), nothing, nothing, {}, frozenset())
