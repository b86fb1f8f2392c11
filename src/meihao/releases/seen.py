"""What of a place one person may see by name: all of it, or some schools.

A unit is known by the codes that its organisation bears or ever bore. Whoever does not see the whole place
sees the other units as values without a name, without a code and in the order of the values: nothing that
leads back to one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from meihao.documents.gaps import Gap, Kind
from meihao.figures.result import BlockResult, CellState, UnitResult
from meihao.records.accounts.acting import Missing

_OF_ALL = (Kind.DISPERSION, Kind.RATIO)


@dataclass(frozen=True, slots=True)
class Seen:
    """The schools somebody sees by name; `whole`: every unit of the place."""

    codes: frozenset[str]
    whole: bool

    def __contains__(self, code: object) -> bool:
        return self.whole or code in self.codes

    def require(self, code: str) -> None:
        """Raises `Missing` for a unit that is not seen by name: as if it were not there."""
        if code not in self:
            raise Missing

    def units(self, found: Iterable[UnitResult]) -> list[UnitResult]:
        """The units that may be named, in the order of their codes."""
        return [one for one in found if one.unit.key.campus in self]

    def others(self, block: BlockResult, item: str) -> list[tuple[str, str]]:
        """The units that may not be named, as (stage, printed value), in the order of the values."""
        cells = [one.cells[item] for one in block.units if one.unit.key.campus not in self]
        known = [cell.figure for cell in cells if cell.state is not CellState.UNDECIDED]
        ordered = sorted(known, key=lambda figure: (figure.unit.stage, figure.value or 0))
        return [(str(figure.unit.stage), figure.printed or "") for figure in ordered]

    def gaps(self, found: Iterable[Gap]) -> list[Gap]:
        """The gaps of units that may be named, and those of the place as a whole without any unit's part."""
        if self.whole:
            return list(found)
        own: list[Gap] = []
        for gap in found:
            if gap.who is not None and gap.who.code in self.codes:
                own.append(replace(gap, fields=tuple(f for f in gap.fields if self._may(f.who))))
            elif gap.who is None and gap.kind in _OF_ALL:
                own.append(replace(gap, parts=(), fields=(), ways=(), relaxed=None))
        return own

    def _may(self, who: object) -> bool:
        code = getattr(who, "code", None)
        return code is None or code in self.codes
