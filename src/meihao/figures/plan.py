"""The plan: which formulas a standard asks of which rows, under the policies in force on a day.

Made once, read by every engine. It names the version of each policy it rests on, so that a figure
can say under which rule it was computed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from meihao.base.divisions import NATION
from meihao.base.stages import Stage
from meihao.base.text import Refused, Text
from meihao.policy.expressions import Arithmetic, Case, Expression, Literal_, Not
from meihao.policy.kinds import (
    Block,
    Clause,
    Element,
    Fact,
    Form,
    Indicator,
    Limit,
    Measure,
    PrintedTable,
    Refinement,
    Standard,
    Total,
)
from meihao.policy.rulebook import Rulebook
from meihao.policy.strictness import looser, looser_limits

DECLARATIONS = "cn/evaluation/declaration"  # the fact that holds what a person declares


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

    def threshold(self, stage: Stage) -> Fraction | None:
        """What a unit must have at least, in the indicator's unit; None where nothing is asked of one."""
        assert self.indicator.judged_in is not None
        limits = self.indicator.judged_in.at_least
        return None if limits is None else limits[stage]

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


@dataclass(frozen=True, slots=True)
class Sum:
    """A total with the fact it is taken over; `owner` is the clause or the table that asks for it."""

    owner: str
    name: str
    fact: str
    total: Total


@dataclass(frozen=True, eq=False)
class Plan:
    """A standard with everything it needs, resolved for one place and day; each plan is its own.

    `facts` are all facts it reads, the one with its units (`fact`) among them; `tables` are the official
    tables that print it.
    """

    standard: Standard
    fact: Fact
    items: tuple[Item, ...]
    clauses: tuple[Clause, ...]
    refinements: tuple[Refinement, ...]
    facts: dict[str, Fact]
    forms: tuple[Form, ...]
    tables: tuple[Form, ...]
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

    @property
    def unit_block(self) -> str | None:
        """The block that judges units, where there is one."""
        blocks = self.standard.blocks.items()
        return next((name for name, block in blocks if block.judges_units), None)

    def clauses_of(self, block: str) -> tuple[Clause, ...]:
        """The clauses of one block, by their number."""
        found = [clause for clause in self.clauses if clause.block == block]
        return tuple(sorted(found, key=lambda clause: clause.no))

    def clause(self, clause_id: str) -> Clause | None:
        """A clause by its short name."""
        return next((clause for clause in self.clauses if clause.id == clause_id), None)

    def sums(self) -> list[Sum]:
        """Every total that a clause or a table asks for."""
        asked = [(clause.id, clause.fact, clause.totals) for clause in self.clauses]
        asked += [(form.name, form.fact, _table(form).totals) for form in self.tables]
        return [
            Sum(owner, name, total.fact or fact or self.fact.key, total)
            for owner, fact, totals in asked
            for name, total in totals.items()
        ]

    def local_limits(self, clause: str, test: str) -> list[tuple[Refinement, Limit]]:
        """What the places below the nation ask of a test beside the standard's own limit."""
        asked = [(policy, policy.limits.get(clause, {}).get(test)) for policy in self.refinements]
        return [(policy, limit) for policy, limit in asked if limit is not None]

    def carrier(self, column: str, fact: str | None = None) -> Form | None:
        """The form a column is reported in."""
        wanted = fact or self.fact.key
        spec = self.facts[wanted].columns.get(column)
        source = (spec.given_by if spec else None) or wanted
        return next((f for f in self.forms if f.fact == source and column in f.by_column), None)

    def item(self, item_id: str) -> Item:
        """An item by its short name. Raises `Refused` for an unknown one."""
        for item in self.items:
            if item.id == item_id:
                return item
        names = "、".join(item.id for item in self.items)
        raise Refused(f"没有指标「{item_id}」，有：{names}。", f"no item “{item_id}”; there are: {names}.")

    def titled(self, column: str, fact: str | None = None) -> Text:
        """How a column is called in print."""
        return self.facts[fact or self.fact.key].titled(column)


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
    clauses = tuple(c for c in rulebook.all(Clause, on, place) if c.standard == standard)
    refinements = tuple(r for r in rulebook.all(Refinement, on, place) if r.refines == standard)
    tables = tuple(form for form in rulebook.all(Form, on, place) if _prints(form, standard))
    facts = _facts(rulebook, on, place, rule, clauses, tables)
    forms = tuple(f for f in rulebook.all(Form, on, place) if f.fact in facts and f.layout != "table")
    versions = {source.policy.version: source.digest}
    plan = Plan(rule, fact, items, clauses, refinements, facts, forms, tables, on, place, versions)
    for block_id, block in rule.blocks.items():
        _complete(plan, block_id, block)
    for refinement in refinements:
        for _, text in looser_limits(refinement, {clause.id: clause for clause in clauses}):
            raise Refused(text.zh, text.en)
    plan.versions.update(_versions(rulebook, plan))
    return plan


def _prints(form: Form, standard: str) -> bool:
    """Whether a form is one of a standard's own tables, which lie in a folder of its name."""
    subject = form.key.split("/", 1)[1]
    return form.layout == "table" and subject.startswith(standard.split("/", 1)[1] + "/")


def _table(form: Form) -> PrintedTable:
    if form.table is None:
        raise Refused(f"「{form.key}」没有写 table。", f"“{form.key}” has no table.")
    return form.table


def _facts(
    rulebook: Rulebook,
    on: date,
    place: str,
    rule: Standard,
    clauses: Iterable[Clause],
    tables: Iterable[Form],
) -> dict[str, Fact]:
    """The facts a standard reads: its own first, then those of clauses and tables, and the declarations."""
    keys = [rule.fact]
    for clause in clauses:
        keys += [clause.fact] if clause.fact else []
        keys += [total.fact for total in clause.totals.values() if total.fact]
        keys += [DECLARATIONS] if any(test.declared for test in clause.tests) else []
    own = rulebook.get(Fact, rule.fact, on, place)
    keys += [column.given_by for column in own.columns.values() if column.given_by]
    for form in tables:
        keys += [form.fact, *(total.fact for total in _table(form).totals.values() if total.fact)]
    return {key: rulebook.get(Fact, key, on, place) for key in dict.fromkeys(keys)}


def _resolved(rulebook: Rulebook, indicator: Indicator, on: date, place: str) -> Item:
    def measure(named: str | Measure) -> Measure:
        return rulebook.get(Element, named, on, place) if isinstance(named, str) else named

    return Item(indicator, measure(indicator.numerator), measure(indicator.denominator))


def _complete(plan: Plan, block_id: str, block: Block) -> None:
    """A block that says 「6 of 7」 needs exactly seven items that count."""
    counting = [item.id for item in plan.of_block(block_id) if item.counts]
    if block.unit_rule is None:
        return
    if len(counting) != block.unit_rule.of:
        names = "、".join(counting)
        raise Refused(
            f"「{plan.standard.key}」的 {block_id} 应有 {block.unit_rule.of} 项计入的指标，"
            f"{plan.on} 有 {len(counting)} 项：{names}。另列的指标请写 counts: false。",
            f"{block_id} of “{plan.standard.key}” needs {block.unit_rule.of} counting items and has "
            f"{len(counting)} on {plan.on}: {names}. Write counts: false for an item shown beside.",
        )


def _versions(rulebook: Rulebook, plan: Plan) -> dict[str, str]:
    keys = {*plan.facts, *(form.key for form in (*plan.forms, *plan.tables))}
    keys |= {policy.key for policy in (*plan.clauses, *plan.refinements)}
    for item in plan.items:
        keys |= {item.indicator.key} | {m.key for m in item.measures() if isinstance(m, Element)}
    sources = [rulebook.source(key, plan.on, plan.place) for key in sorted(keys)]
    return {source.policy.version: source.digest for source in sources}
