"""The plan: which formulas a standard asks of which rows, under the policies in force on a day.

Made once, read by every engine. It names the version of each policy it rests on, so that a figure
can say under which rule it was computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from meihao.base.divisions import NATION
from meihao.base.stages import Stage
from meihao.base.text import Refused, Text
from meihao.policy.expressions import Arithmetic, Case, Expression, Literal_, Not
from meihao.policy.kinds import Block, Element, Fact, Form, Indicator, Measure, Standard
from meihao.policy.rulebook import Rulebook
from meihao.policy.strictness import looser


class Basis(StrEnum):
    """Without relaxation (the result that counts), and with it (shown beside)."""

    STRICT = "strict"
    RELAXED = "relaxed"


@dataclass(frozen=True, slots=True)
class Formula:
    """One indicator at one stage on one basis, as two expressions over a row of the fact."""

    item: str
    stage: Stage
    basis: Basis
    numerator: Expression
    denominator: Expression


@dataclass(frozen=True)
class Item:
    """One indicator with its measures resolved, as one standard judges it."""

    indicator: Indicator
    numerator: Measure
    denominator: Measure

    @property
    def id(self) -> str:
        """Short name, r1."""
        return self.indicator.id

    @property
    def counts(self) -> bool:
        """Whether it is part of the block's rule, or only shown beside it."""
        assert self.indicator.judged_in is not None
        return self.indicator.judged_in.counts

    @property
    def block(self) -> str:
        """The block of the standard it is judged in."""
        assert self.indicator.judged_in is not None
        return self.indicator.judged_in.block

    def threshold(self, stage: Stage) -> Fraction:
        """What a unit must have at least, in the indicator's unit."""
        assert self.indicator.judged_in is not None
        return self.indicator.judged_in.at_least[stage]

    def formula(self, stage: Stage, basis: Basis) -> Formula:
        """The expressions at one stage; relaxed without a relaxation is strict."""
        strict = amount(self.numerator, stage)
        over, relaxed = strict, self.indicator.relaxed
        if basis is Basis.RELAXED and relaxed is not None:
            more = Arithmetic("+", strict, amount(relaxed.adds, stage))
            over = Case(((relaxed.when, more), (Not(relaxed.when), strict)), Literal_(None))
        return Formula(self.id, stage, basis, over, amount(self.denominator, stage))

    def measures(self) -> tuple[Measure, ...]:
        """All measures it reads."""
        relaxed = self.indicator.relaxed
        return (self.numerator, self.denominator, *((relaxed.adds,) if relaxed else ()))


def amount(measure: Measure, stage: Stage) -> Expression:
    """A measure at one stage: its value, times the stage's share where it is held in common."""
    value: Expression = measure.value[stage]
    return Arithmetic("*", value, measure.share[stage]) if measure.share else value


@dataclass(frozen=True)
class Plan:
    """A standard with everything it needs, resolved for one place and day."""

    standard: Standard
    fact: Fact
    items: tuple[Item, ...]
    forms: tuple[Form, ...]
    on: date
    place: str
    versions: dict[str, str]

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages the fact's rows are units of, in the order of the fact."""
        return tuple(self.fact.units)

    def of_block(self, block: str) -> tuple[Item, ...]:
        """The items of one block: those that count, then those beside."""
        items = [item for item in self.items if item.block == block]
        return tuple(sorted(items, key=lambda item: (not item.counts, item.id)))

    def formulas(self) -> list[Formula]:
        """Every formula to be computed."""
        return [
            item.formula(stage, basis)
            for item in self.items
            for stage in self.stages
            for basis in Basis
            if basis is Basis.STRICT or item.indicator.relaxed is not None
        ]

    def carrier(self, column: str) -> Form | None:
        """The form a column is reported in."""
        return next((form for form in self.forms if column in form.by_column), None)

    def item(self, item_id: str) -> Item:
        """An item by its short name. Raises `Refused` for an unknown one."""
        for item in self.items:
            if item.id == item_id:
                return item
        names = "、".join(item.id for item in self.items)
        raise Refused(f"没有指标「{item_id}」，有：{names}。", f"no item “{item_id}”; there are: {names}.")

    def titled(self, column: str) -> Text:
        """How a column is called in print."""
        return self.fact.titled(column)


def make_plan(rulebook: Rulebook, standard: str, on: date, place: str = NATION) -> Plan:
    """Resolves a standard for a place and a day. Raises `Refused` where a rule is missing."""
    source = rulebook.source(standard, on, place)
    rule = rulebook.get(Standard, standard, on, place)
    fact = rulebook.get(Fact, rule.fact, on, place)
    judged = [
        i for i in rulebook.all(Indicator, on, place) if i.judged_in and i.judged_in.standard == standard
    ]
    for indicator in judged:
        for _, text in looser(indicator, rulebook, on):
            raise Refused(text.zh, text.en)
    items = tuple(_resolved(rulebook, indicator, on, place) for indicator in judged)
    forms = tuple(f for f in rulebook.all(Form, on, place) if f.fact == rule.fact and f.layout != "table")
    plan = Plan(rule, fact, items, forms, on, place, {source.policy.version: source.digest})
    for block_id, block in rule.blocks.items():
        _complete(plan, block_id, block)
    plan.versions.update(_versions(rulebook, plan))
    return plan


def _resolved(rulebook: Rulebook, indicator: Indicator, on: date, place: str) -> Item:
    def measure(named: str | Measure) -> Measure:
        return rulebook.get(Element, named, on, place) if isinstance(named, str) else named

    return Item(indicator, measure(indicator.numerator), measure(indicator.denominator))


def _complete(plan: Plan, block_id: str, block: Block) -> None:
    """A block that says 「6 of 7」 needs exactly seven items that count."""
    counting = [item.id for item in plan.of_block(block_id) if item.counts]
    if len(counting) != block.unit_rule.of:
        names = "、".join(counting)
        raise Refused(
            f"「{plan.standard.key}」的 {block_id} 应有 {block.unit_rule.of} 项计入的指标，"
            f"{plan.on} 有 {len(counting)} 项：{names}。另列的指标请写 counts: false。",
            f"{block_id} of “{plan.standard.key}” needs {block.unit_rule.of} counting items and has "
            f"{len(counting)} on {plan.on}: {names}. Write counts: false for an item shown beside.",
        )


def _versions(rulebook: Rulebook, plan: Plan) -> dict[str, str]:
    keys = {plan.fact.key, *(form.key for form in plan.forms)}
    for item in plan.items:
        keys |= {item.indicator.key} | {m.key for m in item.measures() if isinstance(m, Element)}
    sources = [rulebook.source(key, plan.on, plan.place) for key in sorted(keys)]
    return {source.policy.version: source.digest for source in sources}
