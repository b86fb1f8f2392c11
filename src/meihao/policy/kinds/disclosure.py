"""`disclosure`: what an audience may be shown of figures about people, and how the rest is told.

The rules are run by `meihao.methods.disclosure`; a policy only says the numbers. What is not given is null,
and nothing is published to an audience whose numbers are null.
"""

from __future__ import annotations

from typing import Literal, Self, TypeAlias

from pydantic import Field, model_validator

from meihao.methods.disclosure_rules import Band, Dominance, Rule, Shares
from meihao.policy.kinds.base import Model, Number, Policy, Words

Audience: TypeAlias = Literal["operator", "school", "bureau", "government", "public"]


class CountRule(Model):
    """Counts of people below `threshold` are hidden, 0 too where `zeros` disclose.

    What remains possible for a hidden one must be `width` wide, and `share` of its value.
    """

    threshold: int = Field(ge=0)
    zeros: bool
    width: int = Field(ge=1)
    share: Number

    @property
    def rule(self) -> Rule:
        """As the method takes it."""
        return Rule(self.threshold, self.zeros, self.width, self.share)


class Sensitive(Model):
    """Topics that count as personal whatever their numbers, and their own stricter rule."""

    topics: tuple[str, ...]
    counts: CountRule


class BandRule(Model):
    """Up to how many people (null: any more) which edges hold; null edges: none is given."""

    up_to: int | None
    low: int | None
    high: int | None
    coarse: bool


class ShareRule(Model):
    """Shares of fewer than `least` people are hidden, others told by the first band that fits."""

    least: int
    bands: tuple[BandRule, ...]

    @property
    def rule(self) -> Shares:
        """As the method takes it."""
        return Shares(
            self.least, tuple(Band(band.up_to, band.low, band.high, band.coarse) for band in self.bands)
        )


class AmountRule(Model):
    """A sum of money is hidden where its `most` largest payers or payees make up `share` of it."""

    most: int = Field(ge=1)
    share: Number

    @property
    def rule(self) -> Dominance:
        """As the method takes it."""
        return Dominance(self.most, self.share)


class Least(Model):
    """The fewest people behind something that may be shown."""

    least: int = Field(ge=1)


class CountExample(Model):
    """A small table worked out: its cells and sums, and every cell that is not shown."""

    says: Words
    cells: dict[str, int]
    sums: dict[str, tuple[str, ...]]
    sensitive: bool = False
    hidden: tuple[str, ...]


class ShareExample(Model):
    """A share worked out; `told` is `12.5`, `0–20`, or null where it is hidden."""

    says: Words
    numerator: int
    denominator: int
    told: str | None


class Disclosure(Policy):
    """What one audience may be shown.

    `within_scope`: its readers have their own rights to each record, and nothing is suppressed for them.
    `people` and `money` are the units (人, 元) by which a measure is of people or of money; `open` are the
    elements shown whatever their size, school by school; whatever else is told by town and district.
    """

    kind: Literal["disclosure"]
    audience: Audience
    within_scope: bool
    people: tuple[str, ...]
    money: tuple[str, ...]
    open: tuple[str, ...]
    counts: CountRule | None
    sensitive: Sensitive | None
    shares: ShareRule | None
    means: Least | None
    amounts: AmountRule | None
    answers: Least | None
    rows: Least | None
    examples: tuple[CountExample | ShareExample, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.within_scope and self.counts is not None:
            raise ValueError("nothing is suppressed within a reader's own scope: `counts` must be null")
        if self.counts is not None and not self.examples:
            raise ValueError("a rule wants a worked example")
        return self
