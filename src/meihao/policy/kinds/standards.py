"""`standard`: rules over indicators that come to a result, with worked districts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from meihao.policy.kinds.base import Confidence, Formula, GivenValue, Model, Number, Policy, StageName, Words


class UnitRule(Model):
    """A unit reaches when at least `at_least` of `of` items do and none is below `floor` × its threshold."""

    at_least: int
    of: int
    floor: Number


class DispersionRule(Model):
    """The greatest coefficient for each stage, weighted by the denominator of each indicator.

    `at_most` null: coefficients are shown, and judged only by the block's `composite`.
    """

    at_most: dict[StageName, Number] | None
    places: int
    mean_places: int
    confidence: Confidence
    note: str


class CompositeRule(Model):
    """The greatest mean of all coefficients of a stage (2012: 综合差异系数)."""

    at_most: dict[StageName, Number]
    places: int
    note: str


class Block(Model):
    """A part of a standard with a result of its own.

    Units are judged by `unit_rule` (without it they are only shown), dispersions each against its
    limit or all together by their mean, and every clause of the block must be reached.
    """

    title: Words
    unit_rule: UnitRule | None = None
    dispersion: DispersionRule | None = None
    composite: CompositeRule | None = None  # 「综合」 of table III: not given by any source seen

    @property
    def of_units(self) -> UnitRule:
        """Its rule for units, for readers that ask only where there is one."""
        assert self.unit_rule is not None
        return self.unit_rule

    @property
    def judges_units(self) -> bool:
        """Whether indicators are judged at units in it."""
        return self.unit_rule is not None or self.dispersion is not None


class Expected(Model):
    """What an example of a standard must come to; only what is written is compared."""

    values: dict[str, dict[StageName, dict[str, str | None]]] = Field(default_factory=dict)
    units: dict[str, dict[StageName, Literal["reached", "failed", "undecided", "out_of_scope"]]] = Field(
        default_factory=dict
    )
    dispersions: dict[StageName, dict[str, str | None]] = Field(default_factory=dict)
    dispersion_states: dict[StageName, dict[str, Literal["within", "over", "undecided"]]] = Field(
        default_factory=dict
    )
    means: dict[StageName, dict[str, str]] = Field(default_factory=dict)
    composites: dict[StageName, str | None] = Field(default_factory=dict)
    result: Literal["reached", "failed", "undecided"] | None = None


class StandardExample(Model):
    """A worked district: rows of the fact, and what they come to."""

    id: str
    says: Words
    columns: tuple[str, ...] = ()
    common: dict[str, GivenValue] = Field(default_factory=dict)
    rows: tuple[tuple[GivenValue, ...], ...] = ()
    expect: Expected


class Standard(Policy):
    """Rules over indicators that come to a result with reasons."""

    kind: Literal["standard"]
    short: Words
    fact: str
    in_scope: Formula
    out_of_scope: Words
    caution: Words
    blocks: dict[str, Block]
    not_built: Words | None = None
    examples: tuple[StandardExample, ...]
