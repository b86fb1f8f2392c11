"""From amounts to a result: cells, units, dispersions, and three-valued states with reasons.

*Fails* when it must fail whatever is missing; *undecided* while a missing input could turn it;
*reached* only when nothing needed is missing. The result that counts is the one without
relaxation; the one with it stands beside (`docs/reference/result.md`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from meihao.base.exact import half_up
from meihao.base.stages import SchoolType, Stage
from meihao.base.text import Text
from meihao.figures.clauses import Amount, ClauseResult, Clauses, ClauseState
from meihao.figures.engines import Summed, UnitKey
from meihao.figures.interpreter import Row
from meihao.figures.plan import Basis, Item, Plan
from meihao.figures.snapshot import Snapshot
from meihao.methods.dispersion import Sums


class State(StrEnum):
    """What a unit, a dispersion, a block or a standard comes to."""

    REACHED = "reached"
    FAILED = "failed"
    UNDECIDED = "undecided"

    @property
    def words(self) -> Text:
        """In words."""
        return _STATE_TITLES[self]


class CellState(StrEnum):
    """One item at one unit: reached, at least the floor (余项), below it, shown only, or not known."""

    REACHED = "reached"
    SPARE = "spare"
    BELOW = "below"
    SHOWN = "shown"
    UNDECIDED = "undecided"

    @property
    def words(self) -> Text:
        """In words."""
        return _CELL_TITLES[self]


_STATE_TITLES = {
    State.REACHED: Text("达标", "reached"),
    State.FAILED: Text("未达标", "not reached"),
    State.UNDECIDED: Text("未决", "undecided"),
}
_CELL_TITLES = {
    CellState.REACHED: Text("达标", "met"),
    CellState.SPARE: Text("余项", "≥ 85 %"),
    CellState.BELOW: Text("不足", "short"),
    CellState.SHOWN: Text("列示", "shown"),
    CellState.UNDECIDED: Text("未决", "open"),
}


@dataclass(frozen=True)
class Unit:
    """A campus-stage."""

    key: UnitKey
    name: str
    school_type: str | None
    row: Row

    @property
    def stage(self) -> Stage:
        """Its stage."""
        return self.key.stage

    @property
    def title(self) -> Text:
        """The name in print: a school of several stages is named with its part."""
        kinds = SchoolType(self.school_type).stages if self.school_type in list(SchoolType) else ()
        if len(kinds) <= 1:
            return Text(self.name, self.name)
        return Text(f"{self.name}（{self.stage.part.zh}）", f"{self.name} ({self.stage.part.en})")


@dataclass(frozen=True)
class Figure:
    """(indicator, unit, day) → value, numerator, denominator; unknown where a column is missing.

    `low` and `high` bound an unknown value; `missing` names the columns to be filled.
    """

    item: Item
    unit: UnitKey
    basis: Basis
    numerator: Fraction | None
    denominator: Fraction | None
    low: Fraction | None
    high: Fraction | None
    missing: tuple[str, ...]

    @property
    def value(self) -> Fraction | None:
        """numerator ÷ denominator × scale, exact."""
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator * self.item.indicator.scale

    @property
    def printed(self) -> str | None:
        """The value in print, half up."""
        value = self.value
        return None if value is None else f"{half_up(value, self.item.indicator.places):f}"


@dataclass(frozen=True, slots=True)
class Pooled:
    """One indicator over several units: numerators and denominators each added up, exact."""

    numerator: Fraction
    denominator: Fraction
    value: Fraction


def pooled(figures: Iterable[Figure]) -> Pooled | None:
    """Units of one indicator taken together, as elements add up; None where one is open, or none is there."""
    found = list(figures)
    if not found or any(figure.value is None for figure in found):
        return None
    over = sum((figure.numerator or Fraction(0) for figure in found), Fraction(0))
    under = sum((figure.denominator or Fraction(0) for figure in found), Fraction(0))
    return Pooled(over, under, over / under * found[0].item.indicator.scale)


@dataclass(frozen=True)
class Shortfall:
    """What is missing at one cell, in the indicator's natural unit, rounded up.

    `amount` is what the school must add to reach the threshold, `to_floor` to reach the floor; where
    premises are shared, both are for the whole school, of which this stage gets its share.
    """

    amount: str
    to_floor: str | None
    shared: bool


@dataclass(frozen=True)
class Cell:
    """One item at one unit, judged; only shown where the standard asks nothing of a single unit."""

    figure: Figure
    threshold: Fraction | None
    floor: Fraction | None
    shortfall: Shortfall | None

    @property
    def state(self) -> CellState:
        """Against the threshold and the floor, on the unrounded value."""
        value = self.figure.value
        if value is None:
            return CellState.UNDECIDED
        if self.threshold is None or self.floor is None:
            return CellState.SHOWN
        if value >= self.threshold:
            return CellState.REACHED
        return CellState.SPARE if value >= self.floor else CellState.BELOW

    @property
    def misses(self) -> bool:
        """Whether it misses the threshold for certain, its upper bound included."""
        return self._below(self.threshold)

    @property
    def sinks(self) -> bool:
        """Whether it is below the floor for certain."""
        return self._below(self.floor)

    @property
    def wanted(self) -> Fraction:
        """The threshold of a cell that is judged by one."""
        assert self.threshold is not None
        return self.threshold

    def _below(self, level: Fraction | None) -> bool:
        best = self.figure.value if self.figure.value is not None else self.figure.high
        return level is not None and best is not None and best < level


@dataclass(frozen=True)
class UnitResult:
    """One unit with its cells; `counting` are those the rule counts, the others stand beside."""

    unit: Unit
    pupils: Fraction | None
    cells: Mapping[str, Cell]
    counting: tuple[str, ...]
    state: State
    reasons: tuple[Text, ...]

    @property
    def met(self) -> int:
        """How many counting items reach their threshold."""
        return sum(self.cells[item].state is CellState.REACHED for item in self.counting)


@dataclass(frozen=True)
class Contribution:
    """One unit's part in the variance of an indicator: value and share of the whole."""

    unit: UnitKey
    value: Fraction
    pupils: Fraction
    share: Fraction


@dataclass(frozen=True)
class DispersionResult:
    """One coefficient of variation against its limit, over the units whose values are known.

    Without a limit of its own it is part of a composite, and its state says only whether it is known.
    """

    item: Item
    stage: Stage
    sums: Sums
    unknown: tuple[UnitKey, ...]
    limit: Fraction | None
    state: State
    contributions: tuple[Contribution, ...]
    unweighted_squared: Fraction | None

    @property
    def squared(self) -> Fraction | None:
        """CV², exact; None while a unit is unknown or where the mean is 0."""
        return None if self.unknown else self.sums.cv_squared


@dataclass(frozen=True)
class CompositeResult:
    """The mean of all coefficients of a stage against its limit; `printed` is None while one is open."""

    stage: Stage
    squares: tuple[Fraction | None, ...]
    limit: Fraction
    state: State
    printed: str | None


@dataclass(frozen=True)
class BlockResult:
    """One block on one basis."""

    block: str
    basis: Basis
    units: tuple[UnitResult, ...]
    out_of_scope: tuple[Unit, ...]
    dispersions: tuple[DispersionResult, ...]
    composites: tuple[CompositeResult, ...]
    clauses: tuple[ClauseResult, ...]
    state: State
    reasons: tuple[Text, ...]

    def clause(self, clause: str) -> ClauseResult | None:
        """The result of one clause."""
        return next((result for result in self.clauses if result.clause.id == clause), None)

    @property
    def local(self) -> State | None:
        """What the block's clauses come to where a place asks more of them; None where none does."""
        states = [(result.local, result.state) for result in self.clauses]
        if all(local is None for local, _ in states):
            return None
        return (
            State.FAILED
            if self.state is State.FAILED
            else clauses_state(local or own for local, own in states)
        )

    def of_stage(self, stage: Stage) -> list[UnitResult]:
        """The units of one stage, by code."""
        return [result for result in self.units if result.unit.stage is stage]

    def unit(self, key: UnitKey) -> UnitResult | None:
        """The result of one unit, None where it is out of scope or absent."""
        return next((result for result in self.units if result.unit.key == key), None)

    def cell_counts(self, item: str, stage: Stage) -> dict[CellState, int]:
        """How many units of a stage stand where on one item."""
        states = [result.cells[item].state for result in self.of_stage(stage)]
        shown = [state for state in CellState if state is not CellState.SHOWN or state in states]
        return {state: states.count(state) for state in shown}

    def item_state(self, item: str) -> CellState | State:
        """One item over the whole block.

        Failed with a unit below the floor for certain or a dispersion over its limit; undecided while
        either is open; spare where some unit has only the floor; reached where every unit meets it.
        """
        cells = [result.cells[item] for result in self.units]
        dispersions = {found.state for found in self.dispersions if found.item.id == item}
        if any(cell.sinks for cell in cells) or State.FAILED in dispersions:
            return State.FAILED
        states = {cell.state for cell in cells}
        if CellState.UNDECIDED in states or State.UNDECIDED in dispersions:
            return State.UNDECIDED
        beside = next((state for state in (CellState.SPARE, CellState.SHOWN) if state in states), None)
        return beside or State.REACHED

    def dispersion(self, item: str, stage: Stage) -> DispersionResult | None:
        """One coefficient, by item and stage."""
        found = (d for d in self.dispersions if d.item.id == item and d.stage is stage)
        return next(found, None)


def clauses_state(states: Iterable[ClauseState]) -> State:
    """What several clauses come to: every one must be reached, and none may be open or not set."""
    found = set(states)
    if ClauseState.FAILED in found:
        return State.FAILED
    return State.REACHED if found <= {ClauseState.REACHED} else State.UNDECIDED


@dataclass(frozen=True)
class Evaluation:
    """A standard evaluated on a snapshot: each block without and with relaxation."""

    plan: Plan
    snapshot: Snapshot
    engine: str
    blocks: Mapping[tuple[str, Basis], BlockResult]
    sums: Mapping[tuple[str, str], Summed]

    def block(self, name: str, basis: Basis = Basis.STRICT) -> BlockResult:
        """A block's result; without relaxation unless asked."""
        return self.blocks[name, basis]

    @property
    def counts(self) -> dict[str, int]:
        """How many values and findings there are, by where they come from, and how many are undecided."""
        blocks = [self.block(name) for name in self.plan.standard.blocks]
        cells = [unit.cells[item] for block in blocks for unit in block.units for item in unit.counting]
        answers = [a for block in blocks for clause in block.clauses for a in clause.answers]
        open_ = sum(cell.state is CellState.UNDECIDED for cell in cells)
        decided = [a.test.source for a in answers if a.state is not ClauseState.UNDECIDED]
        return {
            "cells": len(cells) + len(answers),
            "computed": len(cells) - open_ + decided.count("computed"),
            "declared": decided.count("declared"),
            "national": decided.count("national"),
            "undecided": open_ + len(answers) - len(decided),
        }

    @property
    def whole(self) -> State:
        """The whole standard: failed with a failed block, reached with every block reached."""
        return self._whole([self.block(name).state for name in self.plan.standard.blocks])

    @property
    def local(self) -> State | None:
        """The whole standard where a place asks more of it; None where none does."""
        blocks = [self.block(name) for name in self.plan.standard.blocks]
        if all(block.local is None for block in blocks):
            return None
        return self._whole([block.local or block.state for block in blocks])

    def _whole(self, states: Sequence[State]) -> State:
        if State.FAILED in states:
            return State.FAILED
        built = self.plan.standard.not_built is None
        return State.REACHED if built and set(states) == {State.REACHED} else State.UNDECIDED

    @property
    def told(self) -> Text:
        """The whole and each block of it, in one sentence."""
        parts = [
            (block.title, self.block(name).state.words) for name, block in self.plan.standard.blocks.items()
        ]
        zh = "、".join(f"{title.zh}{state.zh}" for title, state in parts)
        en = ", ".join(f"{title.en} {state.en}" for title, state in parts)
        open_ = self.plan.standard.not_built or Text("", "")
        return Text(
            f"整体{self.whole.words.zh}：{zh}{'；' if open_.zh else ''}{open_.zh}",
            f"whole {self.whole.words.en}: {en}{'; ' if open_.en else ''}{open_.en}",
        )

    def total(self, owner: str, name: str) -> Amount:
        """A total of a clause or a table."""
        return Clauses(self.snapshot, self.plan, self.sums).amount(owner, name)
