"""`indicator`: numerator over denominator, what is short, what may be relaxed, where it is judged."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field

from meihao.policy.kinds.base import Formula, GivenValue, Model, Number, Policy, Reference, StageName, Words
from meihao.policy.kinds.facts import Measure


class Judgement(Model):
    """Which block of which standard an indicator is judged in, against what.

    `at_least` null: the standard asks nothing of one unit; the value is shown there and judged only
    by the block's dispersions. `counts: false` shows and judges it beside the block's rule without
    changing the rule's result.
    """

    standard: str
    block: str
    at_least: dict[StageName, Number] | None
    counts: bool = True


class Relaxed(Model):
    """What may be added where a condition holds. `window` null: its first day is not given."""

    title: Words
    when: Formula
    adds: Measure
    window: str | None
    reference: Reference


class Shortfall(Model):
    """The natural unit of what is missing, and the decimals it is told in (rounded up)."""

    unit: Words
    thing: Words
    places: int = Field(ge=0, le=4)
    divide_by: Number = Fraction(1)


class IndicatorExample(Model):
    """A worked example: one row, one stage, the exact amounts and the printed value."""

    says: Words
    given: dict[str, GivenValue]
    stage: StageName
    basis: Literal["strict", "relaxed"] = "strict"
    numerator: str | None
    denominator: str | None
    prints: str | None


class Indicator(Policy):
    """Numerator over denominator, times `scale`; each an element's key or a measure written in place."""

    kind: Literal["indicator"]
    id: str
    short: Words
    unit: Words
    numerator: str | Measure
    denominator: str | Measure
    scale: int = 1
    places: int = Field(ge=0, le=4)
    formula: Words
    shortfall: Shortfall
    relaxed: Relaxed | None = None
    judged_in: Judgement | None = None
    examples: tuple[IndicatorExample, ...] = Field(min_length=1)
