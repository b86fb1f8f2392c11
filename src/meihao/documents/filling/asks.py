"""What a caption asks for: an amount over the rows of a fact, or an indicator at a stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from meihao.base.stages import SchoolType, Stage
from meihao.base.text import Text
from meihao.figures.plan import Item
from meihao.policy.expressions import Column, Expression
from meihao.policy.kinds import Fact, Means, Reference, Total

Audience: TypeAlias = Literal["school", "district"]
OF_SCHOOL, OF_DISTRICT = "school_code", "division_code"  # the identity of a fact says what a row is

YES_NO = ("是", "否")
YEAR = "年"  # forms print it as the unit of a year


@dataclass(frozen=True, eq=False)
class Amount:
    """An expression over one row (a school's, or the district's), or its sum over `every` row."""

    fact: Fact
    value: Expression
    title: Text
    unit: str | None
    numeric: bool
    every: bool = False
    where: Expression | None = None
    places: int | None = None
    rules: tuple[Reference, ...] = ()


@dataclass(frozen=True, eq=False)
class Ratio:
    """One sum over another, as a clause of the standard tests it."""

    over: Amount
    under: Amount
    scale: int
    title: Text
    unit: str
    places: int
    rules: tuple[Reference, ...]


@dataclass(frozen=True, eq=False)
class Rate:
    """An indicator at a stage: a school's own value, or the mean over all schools."""

    item: Item
    stage: Stage


Ask: TypeAlias = Amount | Ratio | Rate


def column(fact: Fact, name: str, every: bool = False) -> Amount:
    """A reported column, of one row or summed over every row."""
    spec = fact.columns[name]
    unit = YEAR if spec.type == "year" else spec.unit
    return Amount(fact, Column(name), spec.title, unit, spec.kind == "number", every)


def meant(means: Means, fact: Fact, title: str, rules: tuple[Reference, ...], every: bool) -> Amount:
    """What a policy of synonyms says a caption means."""
    numeric = every or means.unit is not None
    words = Text(title, title)
    return Amount(fact, means.value, words, means.unit, numeric, every, means.where, means.places, rules)


def total(asked: Total, fact: Fact, rules: tuple[Reference, ...]) -> Amount:
    """A total that a clause or a table of the standard asks for."""
    places = asked.places
    return Amount(fact, asked.value, asked.title, asked.unit, True, True, asked.where, places, rules)


def level_of(fact: Fact, unit: Fact) -> Audience | None:
    """Whose row a row of a fact is; the rows of `unit` are what is evaluated: schools, or kindergartens."""
    if fact.identity == OF_DISTRICT:
        return "district"
    return "school" if fact.identity in (unit.identity, OF_SCHOOL) else None


def speaks_of(fact: Fact, word: str, stage: Stage | None = None) -> bool:
    """Whether a fact is of nothing but what a title's word (or stage) confines a form to."""
    kinds = [SchoolType(kind).stages for kind in fact.registered_as]
    if stage is not None and kinds and all(stages == (stage,) for stages in kinds):
        return True
    return word in fact.title.zh or fact.registered_as == (word,)


def fact_of(ask: Ask, unit: Fact) -> Fact:
    """The fact whose rows answer."""
    match ask:
        case Amount(fact=fact):
            return fact
        case Ratio(over=over):
            return over.fact
        case Rate():
            return unit


def is_text(ask: Ask) -> bool:
    """Whether the answer is words: a name, a code, a choice, yes or no."""
    return isinstance(ask, Amount) and not ask.numeric
