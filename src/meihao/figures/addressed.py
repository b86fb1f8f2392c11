"""The figure at an address in its parts: value, fraction, limit and state, as boards and cards show it.

`trace` tells the same figure in words, down to the cells; both read the one evaluation. Addresses are those
of `trace`. Beside those of single figures two count over the whole standard: `count/overall`, the units that
reach, and `within`, the dispersions within their limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from meihao.base.exact import half_up, sqrt_half_up
from meihao.base.stages import Stage
from meihao.base.text import Refused, Text
from meihao.figures.clauses import Answer, ClauseState
from meihao.figures.engines import UnitKey
from meihao.figures.plan import Basis
from meihao.figures.result import BlockResult, Cell, CellState, DispersionResult, Evaluation, State
from meihao.policy.kinds import Limit


class Standing(StrEnum):
    """Where a figure stands against what is asked of it; `shown`: nothing is asked, or nothing is set."""

    REACHED = "reached"
    SPARE = "spare"
    FAILED = "failed"
    UNDECIDED = "undecided"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Asked:
    """A limit: the value and on which side of it one must be (≥, ≤, ＜, ＞)."""

    sign: str
    value: Fraction
    places: int

    @property
    def printed(self) -> str:
        """The value as printed."""
        return f"{half_up(self.value, self.places):f}"

    def gap(self, value: Fraction) -> Fraction:
        """How far a value is from it, in the figure's unit; 0 where it holds."""
        short = self.value - value if self.sign in "≥＞" else value - self.value
        return max(short, Fraction(0))


@dataclass(frozen=True, slots=True)
class Addressed:
    """One figure: its value (None: unknown), the fraction it is of, what is asked, where it stands.

    `number` is the value as printed, for drawing; a count over all (`whole`) is printed with its
    denominator, since the two are one figure; `open` of those it counts are undecided.
    """

    address: str
    title: Text
    unit: Text
    value: Fraction | None
    printed: str | None
    numerator: Fraction | None
    denominator: Fraction | None
    counted: Text
    asked: Asked | None
    standing: Standing
    whole: bool = False
    open: int = 0

    @property
    def number(self) -> Decimal | None:
        """The printed value as a number."""
        return None if self.printed is None else Decimal(self.printed)


_OF_STATE = {
    State.REACHED: Standing.REACHED,
    State.FAILED: Standing.FAILED,
    State.UNDECIDED: Standing.UNDECIDED,
}
_OF_CELL = {
    CellState.REACHED: Standing.REACHED,
    CellState.SPARE: Standing.SPARE,
    CellState.BELOW: Standing.FAILED,
    CellState.SHOWN: Standing.SHOWN,
    CellState.UNDECIDED: Standing.UNDECIDED,
}
_OF_CLAUSE = {
    ClauseState.REACHED: Standing.REACHED,
    ClauseState.BASIC: Standing.SPARE,
    ClauseState.FAILED: Standing.FAILED,
    ClauseState.UNDECIDED: Standing.UNDECIDED,
    ClauseState.NOT_SET: Standing.SHOWN,
}
_SIGNS = {"at_least": "≥", "at_most": "≤", "below": "＜", "more_than": "＞"}
_NONE = Text("", "")


def addressed(evaluation: Evaluation, address: str) -> Addressed:
    """The figure at an address. Raises `Refused` where there is none, or it is no number."""
    kind, *rest = address.strip("/").split("/")
    try:
        match kind, rest:
            case "test", [clause, test]:
                return _test(evaluation, address, clause, test, Basis.STRICT)
            case "test", [clause, test, basis]:
                return _test(evaluation, address, clause, test, Basis(basis))
            case "cv", [item, stage]:
                return _dispersion(evaluation, address, item, Stage(stage))
            case "count", [item, *stages]:
                return _passing(evaluation, address, item, [Stage(stage) for stage in stages])
            case "within", stages:
                return _within(evaluation, address, [Stage(stage) for stage in stages])
            case item, [campus, stage]:
                return _cell(evaluation, address, item, UnitKey(campus, Stage(stage)), Basis.STRICT)
            case item, [campus, stage, basis]:
                return _cell(evaluation, address, item, UnitKey(campus, Stage(stage)), Basis(basis))
    except (ValueError, KeyError):
        pass
    raise Refused(f"没有「{address}」这个数。", f"there is no figure “{address}”.")


def _cell(evaluation: Evaluation, address: str, item_id: str, key: UnitKey, basis: Basis) -> Addressed:
    item = evaluation.plan.item(item_id)
    result = evaluation.block(item.block, basis).unit(key)
    if result is None:
        raise KeyError(key)
    cell: Cell = result.cells[item_id]
    figure, indicator = cell.figure, item.indicator
    asked = None if cell.threshold is None else Asked("≥", cell.threshold, indicator.places)
    return Addressed(
        address,
        Text(
            f"{indicator.title.zh} · {result.unit.title.zh}", f"{indicator.title.en} · {result.unit.title.en}"
        ),
        indicator.unit,
        figure.value,
        figure.printed,
        figure.numerator,
        figure.denominator,
        _both(item.denominator.unit),
        asked,
        _OF_CELL[cell.state],
    )


def _test(evaluation: Evaluation, address: str, clause_id: str, test_id: str, basis: Basis) -> Addressed:
    clause = evaluation.plan.clause(clause_id)
    result = evaluation.block(clause.block, basis).clause(clause_id) if clause else None
    answer: Answer | None = result.answer(test_id) if result else None
    if answer is None or answer.test.declared is not None:
        raise KeyError(address)
    test, over, under = answer.test, answer.numerator, answer.denominator
    return Addressed(
        address,
        test.title,
        test.unit or _NONE,
        answer.value,
        answer.printed,
        over.value if over else None,
        under.value if under else None,
        _both(under.sum.total.unit) if under else _NONE,
        _limit(test.must, test.places),
        _OF_CLAUSE[answer.state],
    )


def _limit(must: Limit | None, places: int) -> Asked | None:
    if must is None:
        return None
    name, sign = next((name, sign) for name, sign in _SIGNS.items() if getattr(must, name) is not None)
    return Asked(sign, getattr(must, name), places)


def _dispersion(evaluation: Evaluation, address: str, item_id: str, stage: Stage) -> Addressed:
    item = evaluation.plan.item(item_id)
    found = evaluation.block(item.block).dispersion(item_id, stage)
    rule = evaluation.plan.standard.blocks[item.block].dispersion
    if found is None or rule is None:
        raise KeyError(address)
    printed = None if found.squared is None else f"{sqrt_half_up(found.squared, rule.places):f}"
    title = Text(
        f"{stage.words.zh}差异系数 · {item.indicator.short.zh}",
        f"dispersion, {stage.words.en} · {item.indicator.short.en}",
    )
    asked = None if found.limit is None else Asked("≤", found.limit, rule.places)
    # the root is irrational: its value is what is printed, its state was judged on the exact square
    value = None if printed is None else Fraction(printed)
    return Addressed(address, title, _NONE, value, printed, None, None, _NONE, asked, _OF_STATE[found.state])


def _passing(evaluation: Evaluation, address: str, item: str, stages: list[Stage]) -> Addressed:
    block = _judging(evaluation, item)
    units = [one for one in block.units if not stages or one.unit.stage in stages]
    states = [_OF_STATE[one.state] if item == "overall" else _OF_CELL[one.cells[item].state] for one in units]
    of = stages[0].words if stages else _NONE
    what = Text("校段", "school-stages") if item == "overall" else evaluation.plan.item(item).indicator.short
    title = Text(f"{of.zh}{what.zh}达标", f"{of.en} {what.en} that reach".strip())
    return _counted(address, title, states, Text("个", "school-stages"))


def _within(evaluation: Evaluation, address: str, stages: list[Stage]) -> Addressed:
    found = [one for one in limited(_judging(evaluation, "overall")) if not stages or one.stage in stages]
    of = stages[0].words if stages else _NONE
    title = Text(f"{of.zh}差异系数在限内", f"{of.en} dispersions within their limits".strip())
    return _counted(address, title, [_OF_STATE[one.state] for one in found], Text("项", "dispersions"))


def limited(block: BlockResult) -> list[DispersionResult]:
    """The dispersions of a block that have a limit of their own."""
    return [one for one in block.dispersions if one.limit is not None]


def _judging(evaluation: Evaluation, item: str) -> BlockResult:
    name = evaluation.plan.unit_block if item == "overall" else evaluation.plan.item(item).block
    if name is None:
        raise KeyError(item)
    return evaluation.block(name)


def _counted(address: str, title: Text, states: list[Standing], unit: Text) -> Addressed:
    """How many of all stand well; all of them are asked for."""
    if not states:
        raise KeyError(address)
    good, all_ = Fraction(states.count(Standing.REACHED)), Fraction(len(states))
    worst = next((s for s in (Standing.FAILED, Standing.UNDECIDED) if s in states), Standing.REACHED)
    if Standing.SPARE in states and worst is Standing.REACHED:
        worst = Standing.SPARE
    asked = Asked("≥", all_, 0)
    open_ = states.count(Standing.UNDECIDED)
    return Addressed(
        address, title, unit, good, str(good), good, all_, unit, asked, worst, whole=True, open=open_
    )


def _both(unit: str) -> Text:
    return Text(unit, "" if unit in ("人", "名") else unit)


def change(after: Fraction | None, before: Fraction | None, printed: str) -> Decimal | None:
    """How much more a figure is than another time, from the unrounded values, to the decimals it prints."""
    if after is None or before is None:
        return None
    return half_up(after - before, len(printed.partition(".")[2]))


def addresses(evaluation: Evaluation) -> list[str]:
    """The address of every figure of a standard: cells by unit, dispersions, tests that are numbers."""
    found = []
    for name in evaluation.plan.standard.blocks:
        block = evaluation.block(name)
        found += [
            f"{item}/{one.unit.key.campus}/{one.unit.stage}" for one in block.units for item in one.cells
        ]
        found += [f"cv/{one.item.id}/{one.stage}" for one in block.dispersions]
        for clause in block.clauses:
            tests = [answer.test for answer in clause.answers if answer.test.declared is None]
            found += [f"test/{clause.clause.id}/{test.id}" for test in tests]
    return found
