"""What is short, as the sheet tells it: worst first, fields not reported by school.

The gaps are those of `documents/gaps`. Who mends a gap and by when is for the bureau to set.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from meihao.base.exact import grouped
from meihao.base.text import Lang, Text
from meihao.documents.gaps import Gap as Short
from meihao.documents.gaps import Grade, Kind, Wanted
from meihao.documents.gaps import words as told
from meihao.documents.gaps.model import amount_unit
from meihao.documents.gaps.units import SCHOOLS_TOLD, level, of_block, percent, spares_of
from meihao.documents.readiness import words
from meihao.documents.readiness.svg import clean
from meihao.figures.engines import UnitKey
from meihao.figures.plan import Plan
from meihao.figures.result import BlockResult, Cell, CellState, DispersionResult
from meihao.policy.kinds import Block

__all__ = ["Gap", "gaps", "level", "spares"]

FIELDS_TOLD = 4  # of those missing at a school, on the sheet; the table names all


@dataclass(frozen=True)
class Gap:
    """One thing short: amount, unit and thing; whose; how it is made up.

    `notes` are short enough for the sheet, `detail` is complete; `parts` are names with their shares.
    """

    state: CellState
    amount: str
    unit: str
    thing: str
    who: str
    notes: tuple[str, ...]
    detail: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    all_parts: tuple[tuple[str, str], ...] = ()


def gaps(block: BlockResult, rule: Block, plan: Plan, lang: Lang) -> list[Gap]:
    """Everything that keeps units from reaching, dispersions from their limits, or results open."""
    found = list(of_block(block, plan))
    failed = [gap for gap in found if gap.grade is Grade.FAILED]
    cells = [(gap, _cell(gap, block)) for gap in failed if gap.who is not None]
    cells.sort(key=lambda pair: _badness(pair[1]))
    over = [gap for gap in failed if gap.kind is Kind.DISPERSION]
    worst = {f"cv/{one.item.id}/{one.stage}": _excess(one) for one in block.dispersions}
    over.sort(key=lambda gap: -worst.get(gap.address, Fraction(0)))
    open_, order = [gap for gap in found if gap.grade is Grade.OPEN], [one.unit.key for one in block.units]
    return [
        *(_short(gap, cell, lang) for gap, cell in cells),
        *(_over(gap, lang) for gap in over),
        *_open_schools(sorted(open_, key=lambda gap: order.index(_key(gap))), lang),
    ]


def spares(block: BlockResult, lang: Lang) -> list[Gap]:
    """Items between the floor and the threshold of units that do not fail for it; by code."""
    return [_spare(gap, lang) for gap in spares_of(block)]


def _excess(found: DispersionResult) -> Fraction:
    return (found.sums.cv_squared or Fraction(0)) / (found.limit or 1) ** 2


def _key(gap: Short) -> UnitKey:
    assert gap.who is not None
    assert gap.who.stage is not None
    return UnitKey(gap.who.code, gap.who.stage)


def _cell(gap: Short, block: BlockResult) -> Cell:
    result = block.unit(_key(gap))
    assert result is not None
    return result.cells[gap.code]


def _badness(cell: Cell) -> tuple[bool, Fraction]:
    """Below the floor comes first, then the least part of the threshold."""
    value = cell.figure.value if cell.figure.value is not None else cell.figure.high
    return not cell.sinks, (value or Fraction(0)) / cell.wanted


def _who(gap: Short, lang: Lang) -> str:
    return clean(gap.who.title.said(lang)) if gap.who else ""


def _short(gap: Short, cell: Cell, lang: Lang) -> Gap:
    who = _who(gap, lang)
    if gap.amount is None:
        why = [way.said(lang) for way in gap.ways[:1]]
        notes = (*why, *_missing(gap.fields, lang, FIELDS_TOLD))
        detail = (*why, *_missing(gap.fields, lang))
        return Gap(CellState.UNDECIDED, "…", "", gap.short.said(lang), who, notes, detail)
    parts = [gap.path(lang), *(way.said(lang) for way in gap.ways)]
    notes = (("；" if lang == "zh" else "; ").join(parts),)
    return _amount(gap, cell.state, notes, lang)


def _amount(gap: Short, state: CellState, notes: tuple[str, ...], lang: Lang) -> Gap:
    assert gap.amount is not None
    amount = grouped(gap.amount.number)
    unit = amount_unit(gap.amount.unit, amount, lang)
    return Gap(state, amount, unit, gap.amount.thing.said(lang), _who(gap, lang), notes, notes)


def _over(gap: Short, lang: Lang) -> Gap:
    parts = tuple(
        (clean(part.who.title.said(lang)), percent(part.share or Fraction(0), 1)) for part in gap.parts
    )
    notes = tuple(way.said(lang) for way in gap.ways)
    amount, unit = gap.present or "…", f"→ {gap.wanted}"
    thing = gap.short.said(lang)
    return Gap(CellState.BELOW, amount, unit, thing, "", notes, notes, parts[:SCHOOLS_TOLD], parts)


def _open_schools(found: list[Short], lang: Lang) -> Iterable[Gap]:
    """Cells that are not known, by school."""
    schools: dict[str, list[Short]] = {}
    for gap in found:
        assert gap.who is not None
        schools.setdefault(gap.who.code, []).append(gap)
    for cells in schools.values():
        fields = [field for gap in cells for field in gap.fields]
        unit = Text("格", "cells" if len(cells) > 1 else "cell")
        yield Gap(
            CellState.UNDECIDED,
            str(len(cells)),
            unit.said(lang),
            Text("未决", "open").said(lang),
            clean(cells[0].who.name) if cells[0].who else "",
            _missing(fields, lang, FIELDS_TOLD),
            _missing(fields, lang),
        )


def _missing(fields: Iterable[Wanted], lang: Lang, most: int | None = None) -> tuple[str, ...]:
    """The fields to be filled, by form; with `most`, the number of those left out is said."""
    return tuple(told.fields(fields, lang, most)) or (words.NOTHING_UNDER.said(lang),)


def _spare(gap: Short, lang: Lang) -> Gap:
    short = gap.short
    notes = [
        Text(
            f"{short.zh}　{gap.present}，标准 {gap.wanted}",
            f"{short.en} {gap.present}, standard {gap.wanted}",
        )
    ]
    return _amount(gap, CellState.SPARE, tuple(note.said(lang) for note in (*notes, *gap.ways)), lang)
