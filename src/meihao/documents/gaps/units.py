"""Gaps of school-stages and of dispersions: amounts worked back from the standard, rounded up there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from meihao.base.exact import decimal_text, grouped, half_up
from meihao.base.text import Text
from meihao.documents.gaps.fields import wanted
from meihao.documents.gaps.model import Gap, Grade, Kind, Part, Quantity, Tasks, Who
from meihao.figures.plan import Item, Plan
from meihao.figures.result import (
    BlockResult,
    Cell,
    CellState,
    CompositeResult,
    DispersionResult,
    State,
    UnitResult,
)
from meihao.policy.kinds import Block

SCHOOLS_TOLD = 3  # of those that make a dispersion
SHARED = Text("全校需补，各学段分摊", "for the whole school, shared by its stages")
UNDEFINED = Text("均值为 0", "mean is 0")
_NOBODY = Text("分母为 0，无法计算", "the denominator is 0: cannot be computed")
_OVER, _OPEN = Text("超限", "over the limit"), Text("未决", "undecided")


def of_block(
    block: BlockResult, plan: Plan, relaxed: BlockResult | None = None, tasks: Tasks | None = None
) -> Iterator[Gap]:
    """The gaps of a block's units and dispersions: by item, then stage, then code."""
    rule, tasks = plan.standard.blocks[block.block], tasks or Tasks()
    for item in plan.of_block(block.block):
        for result in block.units:
            if item.id in result.counting:
                yield from _of_cell(result, item, rule, plan, relaxed, tasks)
        for found in block.dispersions:
            if found.item.id == item.id and found.state is State.FAILED:
                yield _over(found, block, rule, relaxed, tasks)
    for whole in block.composites:
        if whole.state is State.FAILED:
            yield _composite(whole, block, plan, tasks)


def level(item: Item, amount: Fraction) -> str:
    """An amount in print, with the decimals of the item."""
    return grouped(half_up(amount, item.indicator.places))


def percent(share: Fraction, places: int | None = None) -> str:
    """A share in per cent: exact as written in a policy, or rounded half up."""
    return f"{decimal_text(share * 100) if places is None else half_up(share * 100, places)}%"


def who_of(result: UnitResult) -> Who:
    """Whose a unit is."""
    unit = result.unit
    return Who(unit.key.campus, unit.name, unit.title, unit.stage)


# --- one item at one unit


def _of_cell(
    result: UnitResult, item: Item, rule: Block, plan: Plan, relaxed: BlockResult | None, tasks: Tasks
) -> Iterator[Gap]:
    cell = result.cells[item.id]
    if rule.unit_rule is not None and result.state is State.FAILED and cell.misses:
        grade = Grade.FAILED
    elif result.state is not State.FAILED and cell.state is CellState.SPARE:
        grade = Grade.SPARE
    elif cell.state is CellState.UNDECIDED:
        grade = Grade.OPEN
    else:
        return
    gap = _gap(result, cell, grade, relaxed, tasks)
    other = tuple(_other_ways(result, cell, rule)) if grade is Grade.FAILED and cell.shortfall else ()
    fields = wanted(plan, cell.figure.missing, None, who_of(result), item.id)
    yield replace(gap, ways=(*other, *gap.ways), fields=fields)


def spares_of(block: BlockResult) -> Iterator[Gap]:
    """What is between the floor and the threshold at units that do not fail for it, by unit."""
    for result in block.units:
        for cell in (result.cells[item] for item in result.counting):
            if result.state is not State.FAILED and cell.state is CellState.SPARE:
                yield _gap(result, cell, Grade.SPARE, None, Tasks())


def _gap(result: UnitResult, cell: Cell, grade: Grade, relaxed: BlockResult | None, tasks: Tasks) -> Gap:
    item = cell.figure.item
    indicator, short = item.indicator, cell.shortfall
    eased = _eased_cell(result, cell, relaxed)
    return Gap(
        kind=Kind.UNIT if short else Kind.FIELDS,
        grade=grade,
        block=item.block,
        code=item.id,
        short=indicator.short,
        title=indicator.title,
        address=f"{item.id}/{result.unit.key.campus}/{result.unit.stage}",
        reference=indicator.reference[0],
        task=tasks.task(item.id),
        state=cell.state.words,
        who=who_of(result),
        amount=_amount(cell),
        present=None if cell.figure.value is None else level(item, cell.figure.value),
        wanted=None if cell.threshold is None else level(item, cell.threshold),
        unit=indicator.unit,
        ways=tuple(_open(cell)) if short is None else (SHARED,) * short.shared,
        relaxed=_relaxed(eased) if eased else None,
        eased=eased is not None and eased.state is CellState.REACHED,
        shared=bool(short and short.shared),
        to_verify=indicator.to_verify,
    )


def _amount(cell: Cell) -> Quantity | None:
    if cell.shortfall is None:
        return None
    natural = cell.figure.item.indicator.shortfall
    return Quantity(Decimal(cell.shortfall.amount), natural.unit, natural.thing)


def _other_ways(result: UnitResult, cell: Cell, rule: Block) -> Iterator[Text]:
    """How else it can be mended: to the floor only, or by another item of the same unit."""
    assert cell.shortfall is not None
    if cell.shortfall.to_floor not in (None, cell.shortfall.amount):
        to, floor = grouped(Decimal(cell.shortfall.to_floor or 0)), percent(rule.of_units.floor)
        yield Text(f"补 {to} 即到 {floor} 线", f"{to} would reach the {floor} line")
    missed = [other for item in result.counting if (other := result.cells[item]).misses]
    allowed = rule.of_units.of - rule.of_units.at_least
    sunk = [other for other in missed if other.sinks]
    if not sunk and len(missed) > allowed:
        needed = len(missed) - allowed
        yield Text(
            f"本校段 {len(missed)} 项余项，补足 {needed} 项即可", f"mend {needed} of its {len(missed)} items"
        )
    if sunk and not cell.sinks and len(missed) - len(sunk) <= allowed:
        floor = percent(rule.of_units.floor)
        yield Text(
            f"低于 {floor} 线的项补足后，本项可作余项",
            f"may stay as it is once the items below {floor} are met",
        )


def _open(cell: Cell) -> Iterator[Text]:
    """A value that is not known may be known to miss; a value over nobody never will be known."""
    item, high = cell.figure.item, cell.figure.high
    if cell.misses:
        best, least = level(item, high or Fraction(0)), level(item, cell.wanted)
        yield Text(f"未报，至多 {best}，标准 {least}", f"not reported; at most {best}, standard {least}")
    if not cell.figure.missing:
        yield _NOBODY


def _eased_cell(result: UnitResult, cell: Cell, relaxed: BlockResult | None) -> Cell | None:
    """The cell with the relaxation; None where that changes nothing there."""
    other = relaxed.unit(result.unit.key) if relaxed else None
    if other is None or cell.figure.item.indicator.relaxed is None:
        return None
    eased = other.cells[cell.figure.item.id]
    return None if eased.figure.value == cell.figure.value else eased


def _relaxed(eased: Cell) -> Text:
    value = "…" if eased.figure.value is None else level(eased.figure.item, eased.figure.value)
    said = eased.state.words
    return Text(f"计入放宽后 {value}，{said.zh}", f"with the relaxation {value}, {said.en}")


# --- dispersions


def _over(
    found: DispersionResult, block: BlockResult, rule: Block, relaxed: BlockResult | None, tasks: Tasks
) -> Gap:
    indicator, places = found.item.indicator, rule.dispersion.places if rule.dispersion else 3
    parts = tuple(_parts(found, block))
    undefined = found.squared is None and not found.unknown
    other = relaxed.dispersion(found.item.id, found.stage) if relaxed else None
    stage = found.stage.words
    return Gap(
        kind=Kind.DISPERSION,
        grade=Grade.FAILED,
        block=found.item.block,
        code=found.item.id,
        short=Text(
            f"{stage.zh}{indicator.short.zh}差异系数", f"dispersion of {indicator.short.en}, {stage.en}"
        ),
        title=indicator.title,
        address=f"cv/{found.item.id}/{found.stage}",
        reference=indicator.reference[0],
        task=tasks.task(found.item.id),
        state=_OVER,
        present=None if found.squared is None else found.sums.cv_rounded(places),
        wanted=f"{half_up(found.limit or Fraction(0), places):f}",
        ways=(UNDEFINED if undefined else _made_by(found, parts),),
        parts=parts,
        relaxed=_relaxed_dispersion(found, other, places),
        eased=other is not None and other.state is State.REACHED,
        to_verify=indicator.to_verify,
    )


def _parts(found: DispersionResult, block: BlockResult) -> Iterator[Part]:
    """Who makes the variance, most first."""
    for part in sorted(found.contributions, key=lambda part: (-part.share, part.unit.campus)):
        result = block.unit(part.unit)
        if result is not None and part.share:
            yield Part(who_of(result), present=level(found.item, part.value), share=part.share)


def _made_by(found: DispersionResult, parts: tuple[Part, ...]) -> Text:
    told = min(SCHOOLS_TOLD, len(parts))
    whole = percent(sum((part.share or Fraction(0) for part in parts[:told]), Fraction(0)), 1)
    missing = len(found.unknown)
    zh, en = (f"；另 {missing} 个校段未报", f"; {missing} not reported") if missing else ("", "")
    return Text(
        f"差异的 {whole} 来自 {told} 个校段{zh}", f"{whole} of it comes from {told} school-stages{en}"
    )


def _relaxed_dispersion(found: DispersionResult, other: DispersionResult | None, places: int) -> Text | None:
    if other is None or other.squared is None or other.squared == found.squared:
        return None
    value = other.sums.cv_rounded(places)
    said = {State.REACHED: Text("在限内", "within"), State.FAILED: _OVER, State.UNDECIDED: _OPEN}[other.state]
    return Text(f"计入放宽后 {value}，{said.zh}", f"with the relaxation {value}, {said.en}")


def _composite(whole: CompositeResult, block: BlockResult, plan: Plan, tasks: Tasks) -> Gap:
    stage, rule = whole.stage.words, plan.standard.blocks[block.block]
    places = rule.composite.places if rule.composite else 3
    title = Text(f"{stage.zh}综合差异系数", f"mean dispersion, {stage.en}")
    return Gap(
        kind=Kind.DISPERSION,
        grade=Grade.FAILED,
        block=block.block,
        code=block.block,
        short=title,
        title=title,
        address="",
        reference=plan.standard.reference[0],
        task=tasks.task(block.block),
        state=_OVER,
        present=whole.printed,
        wanted=f"{half_up(whole.limit, places):f}",
        to_verify=plan.standard.to_verify,
    )
