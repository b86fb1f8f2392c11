"""What is short, worst first: cells that miss, dispersions over their limit, fields not reported.

Amounts come from the result (worked back from the standard and rounded up there). Who mends it and
by when is for the bureau to set, so the sheet says that it is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from meihao.base.exact import grouped, half_up
from meihao.base.text import Lang, Text
from meihao.documents.readiness import words
from meihao.documents.readiness.svg import clean
from meihao.figures.plan import Item, Plan
from meihao.figures.result import BlockResult, Cell, CellState, DispersionResult, State, UnitResult
from meihao.policy.kinds import Block

FIELDS_TOLD = 4  # of those missing at a school, on the sheet; the table names all
SCHOOLS_TOLD = 3  # of those that make a dispersion


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


def level(item: Item, amount: Fraction) -> str:
    """An amount in print, with the decimals of the item."""
    return grouped(half_up(amount, item.indicator.places))


def gaps(block: BlockResult, rule: Block, plan: Plan, lang: Lang) -> list[Gap]:
    """Everything that keeps units from reaching, dispersions from their limits, or results open."""
    return [
        *_short_cells(block, rule, plan, lang),
        *(_over(found, block, rule, lang) for found in _worst(block)),
        *_open_schools(block, plan, lang),
    ]


def spares(block: BlockResult, lang: Lang) -> list[Gap]:
    """Items between the floor and the threshold of units that do not fail for it; by code."""
    return [
        _spare(result, cell, lang)
        for result in block.units
        if result.state is not State.FAILED
        for cell in _counting(result)
        if cell.state is CellState.SPARE
    ]


def _counting(result: UnitResult) -> list[Cell]:
    return [result.cells[item] for item in result.counting]


def _short_cells(block: BlockResult, rule: Block, plan: Plan, lang: Lang) -> list[Gap]:
    failed = [result for result in block.units if result.state is State.FAILED]
    short = [(result, cell) for result in failed for cell in _counting(result) if cell.misses]
    short.sort(key=lambda pair: _badness(pair[1]))
    return [_short(result, cell, rule, plan, lang) for result, cell in short]


def _badness(cell: Cell) -> tuple[bool, Fraction]:
    """Below the floor comes first, then the least part of the threshold."""
    value = cell.figure.value if cell.figure.value is not None else cell.figure.high
    return not cell.sinks, (value or Fraction(0)) / cell.threshold


def _short(result: UnitResult, cell: Cell, rule: Block, plan: Plan, lang: Lang) -> Gap:
    indicator, who = cell.figure.item.indicator, clean(result.unit.title.said(lang))
    natural = indicator.shortfall
    if cell.shortfall is None:
        notes = (_at_most(cell).said(lang), *_missing([cell], plan, lang, FIELDS_TOLD))
        detail = (notes[0], *_missing([cell], plan, lang))
        return Gap(CellState.UNDECIDED, "…", "", indicator.short.said(lang), who, notes, detail)
    amount = grouped(Decimal(cell.shortfall.amount))
    ways = (_from_to(cell), *_ways(result, cell, rule))
    notes = (_run_on([way.said(lang) for way in ways], lang),)
    unit = words.amount_unit(natural.unit, amount, lang)
    return Gap(cell.state, amount, unit, natural.thing.said(lang), who, notes, notes)


def _run_on(notes: list[str], lang: Lang) -> str:
    return ("；" if lang == "zh" else "; ").join(notes)


def _from_to(cell: Cell) -> Text:
    item, value = cell.figure.item, cell.figure.value
    assert value is not None
    path = f"{level(item, value)} → {level(item, cell.threshold)}"
    return Text(f"{path} {item.indicator.unit.zh}", f"{path} {item.indicator.unit.en}")


def _at_most(cell: Cell) -> Text:
    item = cell.figure.item
    high, wanted = level(item, cell.figure.high or Fraction(0)), level(item, cell.threshold)
    return Text(f"未报，至多 {high}，标准 {wanted}", f"not reported; at most {high}, standard {wanted}")


def _ways(result: UnitResult, cell: Cell, rule: Block) -> Iterator[Text]:
    """How else it can be mended: to the floor only, or by another item of the same unit."""
    assert cell.shortfall is not None
    if cell.shortfall.to_floor not in (None, cell.shortfall.amount):
        to, floor = grouped(Decimal(cell.shortfall.to_floor or 0)), words.percent(rule.unit_rule.floor)
        yield Text(f"补 {to} 即到 {floor} 线", f"{to} would reach the {floor} line")
    missed = [other for other in _counting(result) if other.misses]
    needed = len(missed) - (rule.unit_rule.of - rule.unit_rule.at_least)
    if needed > 0 and not any(other.sinks for other in missed):
        yield Text(
            f"本校段 {len(missed)} 项余项，补足 {needed} 项即可", f"mend {needed} of its {len(missed)} items"
        )
    if cell.shortfall.shared:
        yield words.SHARED


def _worst(block: BlockResult) -> list[DispersionResult]:
    over = [found for found in block.dispersions if found.state is State.FAILED]
    return sorted(over, key=lambda found: -((found.sums.cv_squared or Fraction(0)) / found.limit**2))


def _over(found: DispersionResult, block: BlockResult, rule: Block, lang: Lang) -> Gap:
    places = rule.dispersion.places if rule.dispersion else 3
    value = found.sums.cv_rounded(places) if found.squared is not None else None
    unit = f"→ {half_up(found.limit, places):f}"
    thing = words.gap_thing(found.item.indicator.short, found.stage).said(lang)
    parts = tuple(_parts(found, block, lang))
    note = words.UNDEFINED if found.squared is None and not found.unknown else _made_by(found, parts)
    notes = (note.said(lang),)
    return Gap(CellState.BELOW, value or "…", unit, thing, "", notes, notes, parts[:SCHOOLS_TOLD], parts)


def _parts(found: DispersionResult, block: BlockResult, lang: Lang) -> Iterator[tuple[str, str]]:
    """Who makes the variance, most first."""
    ordered = sorted(found.contributions, key=lambda part: (-part.share, part.unit.campus))
    for part in ordered:
        result = block.unit(part.unit)
        if result is not None and part.share:
            yield clean(result.unit.title.said(lang)), words.percent(part.share, 1)


def _made_by(found: DispersionResult, parts: tuple[tuple[str, str], ...]) -> Text:
    told = min(SCHOOLS_TOLD, len(parts))
    shares = sorted((part.share for part in found.contributions), reverse=True)[:told]
    whole = words.percent(sum(shares, Fraction(0)), 1)
    missing = len(found.unknown)
    zh, en = (f"；另 {missing} 个校段未报", f"; {missing} not reported") if missing else ("", "")
    return Text(
        f"差异的 {whole} 来自 {told} 个校段{zh}", f"{whole} of it comes from {told} school-stages{en}"
    )


def _open_schools(block: BlockResult, plan: Plan, lang: Lang) -> Iterator[Gap]:
    """Cells that are not known, by school."""
    schools: dict[str, list[Cell]] = {}
    names: dict[str, str] = {}
    for result in block.units:
        failed = result.state is State.FAILED
        for cell in _counting(result):
            if cell.state is CellState.UNDECIDED and not (failed and cell.misses):
                schools.setdefault(result.unit.key.campus, []).append(cell)
                names[result.unit.key.campus] = clean(result.unit.name)
    for campus, cells in schools.items():
        notes, detail = _missing(cells, plan, lang, FIELDS_TOLD), _missing(cells, plan, lang)
        thing, unit = Text("未决", "open"), Text("格", "cells" if len(cells) > 1 else "cell")
        yield Gap(
            CellState.UNDECIDED,
            str(len(cells)),
            unit.said(lang),
            thing.said(lang),
            names[campus],
            notes,
            detail,
        )


def _missing(cells: list[Cell], plan: Plan, lang: Lang, most: int | None = None) -> tuple[str, ...]:
    """The fields to be filled, by form; with `most`, the number of those left out is said."""
    columns = dict.fromkeys(column for cell in cells for column in cell.figure.missing)
    if not columns:
        return (words.NOTHING_UNDER.said(lang),)
    forms: dict[str, list[str]] = {}
    for column in columns:
        form = plan.carrier(column)
        forms.setdefault(form.title.said(lang) if form else "", []).append(plan.titled(column).said(lang))
    return tuple(_form_line(form, fields, lang, most) for form, fields in forms.items())


def _form_line(form: str, fields: list[str], lang: Lang, most: int | None) -> str:
    told = words.listed([words.quoted(field, lang) for field in fields[:most]], lang)
    if most is not None and len(fields) > most:
        told += Text(f"等 {len(fields)} 项", f" and {len(fields) - most} more").said(lang)
    where = f"{form}：" if lang == "zh" else f"{form}: "
    return f"{where if form else ''}{told}"


def _spare(result: UnitResult, cell: Cell, lang: Lang) -> Gap:
    item, natural = cell.figure.item, cell.figure.item.indicator.shortfall
    assert cell.shortfall is not None
    assert cell.figure.value is not None
    value, wanted = level(item, cell.figure.value), level(item, cell.threshold)
    short = item.indicator.short
    notes = [Text(f"{short.zh}　{value}，标准 {wanted}", f"{short.en} {value}, standard {wanted}")]
    notes += [words.SHARED] if cell.shortfall.shared else []
    told = tuple(note.said(lang) for note in notes)
    who = clean(result.unit.title.said(lang))
    amount = grouped(Decimal(cell.shortfall.amount))
    unit = words.amount_unit(natural.unit, amount, lang)
    return Gap(cell.state, amount, unit, natural.thing.said(lang), who, told, told)
