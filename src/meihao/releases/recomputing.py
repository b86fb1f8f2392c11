"""A published release worked out again from its folder: does it still say what was published?"""

from __future__ import annotations

from dataclasses import dataclass

from meihao.base.exact import half_up
from meihao.base.text import Refused, Text
from meihao.releases import gate, ledger
from meihao.releases.contents import Contents
from meihao.releases.models import Release, ReleaseCell


@dataclass(frozen=True, slots=True)
class Recomputed:
    """How many cells are as published, and which are not; `refused` says why it could not be worked out."""

    equal: int
    differing: tuple[str, ...]
    refused: Text | None = None

    @property
    def holds(self) -> bool:
        """Whether everything could be worked out and is as published."""
        return self.refused is None and not self.differing and self.equal > 0


def recomputed(release: Release, cells: list[ReleaseCell]) -> Recomputed:
    """Reads the folder anew and compares each cell; a hidden one is as published where there is a value."""
    try:
        found = ledger.read_again(release, ledger.policy_of(release))
    except Refused as refused:
        return Recomputed(0, (), refused.text)
    values = _printed(found)
    wrong = [cell for cell in cells if not _same(cell, values)]
    differing = tuple(f"{cell.table.name} {cell.line} {cell.column}" for cell in wrong)
    missing = tuple(" ".join(at) for at in sorted(values.keys() - {_at(cell) for cell in cells}))
    return Recomputed(len(cells) - len(wrong), (*differing, *missing))


def _at(cell: ReleaseCell) -> tuple[str, str, str]:
    return cell.table.name, cell.line, cell.column


def _printed(found: Contents) -> dict[tuple[str, str, str], str | None]:
    """Every value in print, None where there is none, nothing hidden."""
    return {
        (sheet.key, line, column): None
        if cell.value is None
        else f"{half_up(cell.value, sheet.places[column]):f}"
        for sheet in found.sheets
        for (line, column), cell in gate.bare(sheet, found).items()
    }


def _same(cell: ReleaseCell, values: dict[tuple[str, str, str], str | None]) -> bool:
    value = values.get(_at(cell))
    return value is not None if cell.symbol == gate.CONFIDENTIAL else value == cell.value
