"""Two imprints of a workbook compared: each cell, line, sheet and margin that is not what it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from meihao.documents.sealing import Imprint, Place, SheetImprint, Shown
from meihao.documents.verifying.alignment import Alignment, aligned
from meihao.documents.workbook import reference


class What(StrEnum):
    """What happened to a place."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    LOOK = "look"
    LINE_ADDED = "line_added"
    LINE_REMOVED = "line_removed"
    MERGED = "merged"
    UNMERGED = "unmerged"
    HIDDEN = "hidden"
    UNHIDDEN = "unhidden"
    MARGIN = "margin"
    COVERED = "covered"
    UNCOVERED = "uncovered"
    SHEET_ADDED = "sheet_added"
    SHEET_REMOVED = "sheet_removed"
    SHEET_RENAMED = "sheet_renamed"
    ORDER = "order"


@dataclass(frozen=True)
class Difference:
    """One place that is not what it was.

    `ref` is where it is now, or was if it is gone: a cell, a line `7:7` or `C:C`, a range, or the margin
    or cover concerned. `origin` is the cell that it was, with its sheet; `address` the figure printed there.
    """

    what: What
    sheet: str
    ref: str = ""
    was: Shown | None = None
    present: Shown | None = None
    origin: str = ""
    address: str | None = None


def differences(was: Imprint, present: Imprint) -> list[Difference]:
    """Everything by which a copy says or shows something else than its original."""
    pairs = _paired(was, present)
    gone = [Difference(What.SHEET_REMOVED, sheet.name) for sheet in was if sheet.name not in pairs]
    known = {sheet.name for sheet in pairs.values()}
    new = [Difference(What.SHEET_ADDED, sheet.name) for sheet in present if sheet.name not in known]
    inside = [found for sheet in was if sheet.name in pairs for found in _of_sheet(sheet, pairs[sheet.name])]
    return [*gone, *new, *_order(was, present, pairs), *inside]


def _paired(was: Imprint, present: Imprint) -> dict[str, SheetImprint]:
    """Each sheet's copy, by the sheet's name: that of the same name, or one renamed that holds most of it."""
    by_name = {sheet.name: sheet for sheet in present}
    pairs = {sheet.name: by_name.pop(sheet.name) for sheet in was if sheet.name in by_name}
    for sheet in (sheet for sheet in was if sheet.name not in pairs):
        likest = max(by_name.values(), key=partial(_alike, sheet), default=None)
        if likest and 2 * _alike(sheet, likest) > len(sheet.cells):
            pairs[sheet.name] = by_name.pop(likest.name)
    return pairs


def _alike(sheet: SheetImprint, other: SheetImprint) -> int:
    return sum(other.cells.get(place) == shown for place, shown in sheet.cells.items())


def _order(was: Imprint, present: Imprint, pairs: dict[str, SheetImprint]) -> Iterator[Difference]:
    kept = {sheet.name for sheet in pairs.values()}
    before = [pairs[sheet.name].name for sheet in was if sheet.name in pairs]
    after = [sheet.name for sheet in present if sheet.name in kept]
    moved = next((old for old, new in zip(before, after, strict=True) if old != new), None)
    if moved is not None:
        yield Difference(What.ORDER, moved, was=_words("、".join(before)), present=_words("、".join(after)))


def _words(text: str) -> Shown:
    return Shown("", text)


def _of_sheet(was: SheetImprint, present: SheetImprint) -> Iterator[Difference]:
    if was.name != present.name:
        yield Difference(What.SHEET_RENAMED, present.name, was=_words(was.name), present=_words(present.name))
    if was.hidden != present.hidden:
        yield Difference(What.HIDDEN if present.hidden else What.UNHIDDEN, present.name)
    lines = aligned(was.cells, present.cells)
    yield from (Difference(What.LINE_REMOVED, present.name, _line(lines.axis, line)) for line in lines.taken)
    yield from (Difference(What.LINE_ADDED, present.name, _line(lines.axis, line)) for line in lines.put)
    yield from _cells(was, present, lines)
    yield from _merged(was, present, lines)
    yield from _hidden(0, was.hidden_rows, present.hidden_rows, present.name, lines)
    yield from _hidden(1, was.hidden_columns, present.hidden_columns, present.name, lines)
    yield from _around(was, present)


def _line(axis: int, number: int) -> str:
    name = reference(1, number)[:-1] if axis else str(number)
    return f"{name}:{name}"


def _cells(was: SheetImprint, present: SheetImprint, lines: Alignment) -> list[Difference]:
    """Cell by cell, in the order in which they are read."""
    found: list[tuple[Place, Difference]] = []
    met = set()
    for place, old in was.cells.items():
        to = lines.moved(place)
        new = present.cells.get(to) if to else None
        if to and new:
            met.add(to)
        what = _what(old, new)
        if what:
            at = to or place
            origin = f"{was.name}!{reference(*place)}"
            found.append((at, Difference(what, present.name, reference(*at), old, new, origin)))
    for place in present.cells.keys() - met:
        added = Difference(What.ADDED, present.name, reference(*place), None, present.cells[place])
        found.append((place, added))
    return [difference for _, difference in sorted(found, key=lambda pair: pair[0])]


def _what(old: Shown, new: Shown | None) -> What | None:
    if new is None:
        return What.REMOVED
    if old.content != new.content:
        return What.CHANGED
    return None if old == new else What.LOOK


def _merged(was: SheetImprint, present: SheetImprint, lines: Alignment) -> Iterator[Difference]:
    """Ranges that were joined or parted; one that only moved or grew with its lines is what it was."""
    before = {moved for bounds in was.merged if (moved := _moved_range(bounds, lines))}
    yield from (
        Difference(What.MERGED, present.name, _range(bounds)) for bounds in sorted(present.merged - before)
    )
    yield from (
        Difference(What.UNMERGED, present.name, _range(bounds)) for bounds in sorted(before - present.merged)
    )


def _moved_range(bounds: tuple[int, int, int, int], lines: Alignment) -> tuple[int, int, int, int] | None:
    """Where a joined range is now, less the lines taken out of it; nothing where one cell is left."""
    top, left, bottom, right = bounds
    first, last = lines.span(*((top, bottom) if lines.axis == 0 else (left, right)))
    moved = (first, left, last, right) if lines.axis == 0 else (top, first, bottom, last)
    return moved if first <= last and moved[:2] != moved[2:] else None


def _range(bounds: tuple[int, int, int, int]) -> str:
    return f"{reference(*bounds[:2])}:{reference(*bounds[2:])}"


def _hidden(
    axis: int, was: frozenset[int], present: frozenset[int], sheet: str, lines: Alignment
) -> Iterator[Difference]:
    moved = (lines.line(number) if axis == lines.axis else number for number in was)
    before = {number for number in moved if number is not None}
    yield from (Difference(What.HIDDEN, sheet, _line(axis, line)) for line in sorted(present - before))
    yield from (Difference(What.UNHIDDEN, sheet, _line(axis, line)) for line in sorted(before - present))


def _around(was: SheetImprint, present: SheetImprint) -> Iterator[Difference]:
    for name in sorted(was.margins.keys() | present.margins.keys()):
        old, new = was.margins.get(name), present.margins.get(name)
        if old != new:
            yield Difference(What.MARGIN, present.name, name, _words(old or ""), _words(new or ""))
    yield from (Difference(What.COVERED, present.name, name) for name in sorted(present.covers - was.covers))
    yield from (
        Difference(What.UNCOVERED, present.name, name) for name in sorted(was.covers - present.covers)
    )
