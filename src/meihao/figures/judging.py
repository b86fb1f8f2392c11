"""Judging: engines' amounts become cells, units and dispersions, each with a state and its reasons.

The rules are the standard's (`unit_rule`, `dispersion`); what is missing is bounded, so that a
certain failure is told at once and nothing is called reached by silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from meihao.base.exact import ceil_to, half_up
from meihao.base.stages import Stage
from meihao.base.text import Text
from meihao.figures.clauses import ClauseResult, Clauses, ClauseState
from meihao.figures.engines import Engine, Measured, UnitKey
from meihao.figures.interpreter import Interpreter, Row
from meihao.figures.plan import Basis, Formula, Item, Plan
from meihao.figures.result import (
    BlockResult,
    Cell,
    CellState,
    CompositeResult,
    Contribution,
    DispersionResult,
    Evaluation,
    Figure,
    Shortfall,
    State,
    Unit,
    UnitResult,
    clauses_state,
)
from meihao.figures.snapshot import Snapshot
from meihao.methods.dispersion import (
    Sums,
    contributions,
    least_cv_squared,
    mean_root_rounded,
    mean_root_within,
    sums_of,
    unweighted_cv_squared,
)
from meihao.policy.kinds import Block


def evaluate(snapshot: Snapshot, plan: Plan, engine: Engine) -> Evaluation:
    """Every block of the plan's standard, on both bases."""
    measured, sums = engine.measure(snapshot, plan), engine.total(snapshot, plan)
    clauses = Clauses(snapshot, plan, sums)
    blocks = {
        (name, basis): _block(name, block, basis, measured, clauses, snapshot, plan)
        for name, block in plan.standard.blocks.items()
        for basis in Basis
    }
    return Evaluation(plan, snapshot, engine.name, blocks, sums)


def _block(
    name: str,
    block: Block,
    basis: Basis,
    measured: Measured,
    clauses: Clauses,
    snapshot: Snapshot,
    plan: Plan,
) -> BlockResult:
    rows = snapshot.table(plan.fact).rows if block.judges_units else {}
    units = {key: _unit(key, rows[key.campus], plan) for key in _ordered(measured, plan)} if rows else {}
    inside = {key: unit for key, unit in units.items() if measured[key].in_scope is not False}
    results = tuple(_unit_result(unit, name, block, basis, measured, plan) for unit in inside.values())
    dispersions = tuple(_dispersions(name, block, results, plan, bool(snapshot.pending)))
    composites = tuple(_composites(block, dispersions))
    outside = tuple(unit for key, unit in units.items() if key not in inside)
    answered = clauses.results(name, basis)
    parts = _Parts(block, results, dispersions, composites, answered, len(snapshot.pending))
    state, reasons = parts.state(), parts.reasons()
    return BlockResult(name, basis, results, outside, dispersions, composites, answered, state, reasons)


def _ordered(measured: Measured, plan: Plan) -> list[UnitKey]:
    """By stage, then by code: never by value."""
    return sorted(measured, key=lambda key: (plan.stages.index(key.stage), key.campus))


def _unit(key: UnitKey, row: Row, plan: Plan) -> Unit:
    name, kind = row.get(plan.fact.name_column), row.get("school_type")
    return Unit(key, str(name or key.campus), kind if isinstance(kind, str) else None, row)


def _unit_result(
    unit: Unit, block_name: str, block: Block, basis: Basis, measured: Measured, plan: Plan
) -> UnitResult:
    items = plan.of_block(block_name)
    reader = Interpreter(plan.fact, unit.row)
    cells = {item.id: _cell(item, unit, basis, measured, block, reader) for item in items}
    counting = tuple(item.id for item in items if item.counts)
    state, reasons = _judged([cells[item] for item in counting], block, plan)
    pupils = next((cell.figure.denominator for cell in cells.values()), None)
    return UnitResult(unit, pupils, cells, counting, state, reasons)


def _cell(
    item: Item, unit: Unit, basis: Basis, measured: Measured, block: Block, reader: Interpreter
) -> Cell:
    amounts = measured[unit.key].amounts
    over, under = amounts.get((item.id, basis)) or amounts[item.id, Basis.STRICT]
    figure = _figure(item, unit.key, basis, over, under, reader)
    threshold = item.threshold(unit.stage)
    if threshold is None:
        return Cell(figure, None, None, None)
    floor = threshold * (block.unit_rule.floor if block.unit_rule else 1)
    return Cell(figure, threshold, floor, _shortfall(figure, threshold, floor, reader))


def _figure(
    item: Item, key: UnitKey, basis: Basis, over: Fraction | None, under: Fraction | None, reader: Interpreter
) -> Figure:
    if over is not None and under:
        return Figure(item, key, basis, over, under, None, None, ())
    formula = item.formula(key.stage, basis)
    low, high = _bounds(formula, item.indicator.scale, reader)
    missing = (*reader.missing(formula.denominator), *reader.missing(formula.numerator))
    return Figure(item, key, basis, over, under, low, high, tuple(dict.fromkeys(missing)))


def _bounds(formula: Formula, scale: int, reader: Interpreter) -> tuple[Fraction | None, Fraction | None]:
    over, under = reader.bounds(formula.numerator), reader.bounds(formula.denominator)
    low = over.low * scale / under.high if over.low is not None and under.high else None
    high = over.high * scale / under.low if over.high is not None and under.low else None
    return low, high


def _shortfall(figure: Figure, threshold: Fraction, floor: Fraction, reader: Interpreter) -> Shortfall | None:
    if figure.value is None or figure.value >= threshold:
        return None
    natural, share = figure.item.indicator.shortfall, _share(figure, reader)

    def told(level: Fraction) -> str:
        assert figure.numerator is not None
        assert figure.denominator is not None
        short = level * figure.denominator / figure.item.indicator.scale - figure.numerator
        return f"{ceil_to(short / share / natural.divide_by, natural.places):f}"

    return Shortfall(told(threshold), told(floor) if figure.value < floor else None, share != 1)


def _share(figure: Figure, reader: Interpreter) -> Fraction:
    shares = figure.item.numerator.share
    share = reader.number(shares[figure.unit.stage]) if shares else None
    return share or Fraction(1)


def _judged(cells: list[Cell], block: Block, plan: Plan) -> tuple[State, tuple[Text, ...]]:
    """The rule 「至少 6 项达标，余项不低于 85 %」, three-valued, with its reasons."""
    if block.unit_rule is None:
        return _shown(cells, plan)
    allowed = block.unit_rule.of - block.unit_rule.at_least
    sunk, missed = [c for c in cells if c.sinks], [c for c in cells if c.misses]
    open_ = [c for c in cells if c.state is CellState.UNDECIDED]
    if sunk or len(missed) > allowed:
        return State.FAILED, tuple(_why_missed(c) for c in (sunk if len(missed) <= allowed else missed))
    if open_:
        return State.UNDECIDED, tuple(_why_open(c, plan) for c in open_)
    return State.REACHED, tuple(_why_missed(c) for c in missed)


def _shown(cells: list[Cell], plan: Plan) -> tuple[State, tuple[Text, ...]]:
    """Where no rule judges a unit, it is undecided only while something of it is missing."""
    open_ = [cell for cell in cells if cell.state is CellState.UNDECIDED]
    return State.UNDECIDED if open_ else State.REACHED, tuple(_why_open(c, plan) for c in open_)


def _why_missed(cell: Cell) -> Text:
    item = cell.figure.item
    value = cell.figure.printed
    bound = half_up(cell.figure.high, item.indicator.places) if cell.figure.high is not None else None
    zh, en = (value, value) if value is not None else (f"至多 {bound}", f"at most {bound}")
    limit = f"{half_up(cell.wanted, item.indicator.places):f}"
    below = Text("，低于 85 %", ", below 85 %") if cell.sinks else Text("，不低于 85 %", ", not below 85 %")
    return Text(
        f"{item.indicator.short.zh} {zh}，标准 {limit}{below.zh}",
        f"{item.indicator.short.en} {en}, standard {limit}{below.en}",
    )


def _why_open(cell: Cell, plan: Plan) -> Text:
    zh, en = [], []
    for column in cell.figure.missing:
        form, title = plan.carrier(column), plan.titled(column)
        zh.append(f"「{title.zh}」" + (f"（{form.title.zh}）" if form else ""))
        en.append(f"“{title.en}”" + (f" ({form.title.en})" if form else ""))
    short = cell.figure.item.indicator.short
    return Text(f"{short.zh}：缺{'、'.join(zh)}", f"{short.en}: {', '.join(en)} missing")


def _dispersions(
    name: str, block: Block, results: tuple[UnitResult, ...], plan: Plan, pending: bool
) -> Iterable[DispersionResult]:
    if block.dispersion is None:
        return
    for stage in plan.stages:
        limit = block.dispersion.at_most.get(stage) if block.dispersion.at_most else None
        inside = [result for result in results if result.unit.stage is stage]
        if (limit is None and block.composite is None) or not inside:
            continue
        for item in plan.of_block(name):
            if item.counts:
                yield _dispersion(item, stage, inside, limit, pending)


def _dispersion(
    item: Item, stage: Stage, inside: list[UnitResult], limit: Fraction | None, pending: bool
) -> DispersionResult:
    figures = [result.cells[item.id].figure for result in inside]
    known = [f for f in figures if f.value is not None]
    unknown = tuple(f.unit for f in figures if f.value is None)
    pairs = [(f.numerator or Fraction(0), f.denominator or Fraction(1)) for f in known]
    sums = sums_of(pairs)
    shares = contributions(pairs)
    parts = tuple(
        Contribution(f.unit, f.value or Fraction(0), f.denominator or Fraction(0), share)
        for f, share in zip(known, shares, strict=True)
    )
    open_ = [f.denominator for f in figures if f.value is None]
    state = _dispersion_state(sums, [*open_, *([None] if pending else [])], limit)
    return DispersionResult(item, stage, sums, unknown, limit, state, parts, unweighted_cv_squared(pairs))


def _dispersion_state(sums: Sums, unknown: list[Fraction | None], limit: Fraction | None) -> State:
    """`unknown` are the pupils of the units still to come, None where not even they are known."""
    if limit is None:
        return State.UNDECIDED if unknown or not sums.total else State.REACHED
    if not unknown:
        return State.REACHED if sums.within(limit) else State.FAILED
    if None in unknown:
        return State.UNDECIDED
    least = least_cv_squared(sums, sum((p for p in unknown if p), Fraction(0)))
    return State.FAILED if least is not None and least > limit**2 else State.UNDECIDED


def _composites(block: Block, dispersions: tuple[DispersionResult, ...]) -> Iterable[CompositeResult]:
    """The mean coefficient of each stage; one that is open is 0 at least."""
    for stage, limit in block.composite.at_most.items() if block.composite else ():
        found = [one for one in dispersions if one.stage is stage]
        if not found or block.composite is None:
            continue
        known = [one.squared if one.state is State.REACHED else None for one in found]
        squares = [square for square in known if square is not None]
        least = squares + [Fraction(0)] * (len(known) - len(squares))
        within, whole = mean_root_within(least, limit), len(squares) == len(known)
        state = State.FAILED if not within else State.REACHED if whole else State.UNDECIDED
        printed = mean_root_rounded(squares, block.composite.places) if whole else None
        yield CompositeResult(stage, tuple(known), limit, state, printed)


@dataclass(frozen=True)
class _Parts:
    """What a block's state is made of."""

    block: Block
    units: tuple[UnitResult, ...]
    dispersions: tuple[DispersionResult, ...]
    composites: tuple[CompositeResult, ...]
    clauses: tuple[ClauseResult, ...]
    pending: int

    def state(self) -> State:
        """Failed with one failed part, reached with every part reached and nothing still to come."""
        states = {unit.state for unit in self.units} | {found.state for found in self.dispersions}
        states |= {found.state for found in self.composites}
        if self.clauses:
            states.add(clauses_state(result.state for result in self.clauses))
        if State.FAILED in states:
            return State.FAILED
        awaited = self.pending and self.block.judges_units
        return State.REACHED if states == {State.REACHED} and not awaited else State.UNDECIDED

    def reasons(self) -> tuple[Text, ...]:
        """How many of what stand where."""
        told = [*self._units(), *self._clauses()]
        return tuple(reason for reason in told if reason is not None)

    def _units(self) -> Iterator[Text | None]:
        if not self.block.judges_units:
            return
        states = [unit.state for unit in self.units]
        found = [one.state for one in self.dispersions if one.limit is not None]
        mean = [one.state for one in self.composites]
        yield _counted(states.count(State.FAILED), "未达标 {} 个校段", "{} school-stage{} not reached")
        yield _counted(found.count(State.FAILED), "差异系数超限 {} 项", "{} dispersion{} over the limit")
        yield _counted(
            mean.count(State.FAILED), "综合差异系数超限 {} 项", "{} mean dispersion{} over the limit"
        )
        yield _counted(states.count(State.UNDECIDED), "未决 {} 个校段", "{} school-stage{} undecided")
        yield _counted(found.count(State.UNDECIDED), "差异系数未决 {} 项", "{} dispersion{} undecided")
        yield _counted(
            mean.count(State.UNDECIDED), "综合差异系数未决 {} 项", "{} mean dispersion{} undecided"
        )
        yield _counted(
            self.pending, "{} 份文件未收或退回，其中的学校无从计入", "{} file{} not taken, schools unknown"
        )
        if not self.units:
            yield Text("没有计入范围的学校", "no school in scope")

    def _clauses(self) -> Iterator[Text | None]:
        states = [result.state for result in self.clauses]
        yield _counted(states.count(ClauseState.FAILED), "未达标 {} 项", "{} clause{} not reached")
        yield _counted(states.count(ClauseState.BASIC), "基本合格 {} 项", "{} clause{} basic")
        yield _counted(states.count(ClauseState.UNDECIDED), "未决 {} 项", "{} clause{} undecided")
        yield _counted(
            states.count(ClauseState.NOT_SET), "限值未规定 {} 项", "{} clause{} without a limit set"
        )


def _counted(count: int, zh: str, en: str) -> Text | None:
    return Text(zh.format(count), en.format(count, "s" * (count != 1))) if count else None
