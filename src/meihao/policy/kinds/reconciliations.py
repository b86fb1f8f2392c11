"""`reconciliation`: which numbers of which sources must agree, school by school."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, Self

from pydantic import Field, model_validator

from meihao.policy.expressions import Literal_
from meihao.policy.kinds.base import Formula, Model, Number, Policy, Reference, Words


class ReconciledSource(Model):
    """Somebody's rows: the fact they are of, and what one row is.

    `form` is the export they are read from; null: the schools' own returns. `in_scope` says of which
    rows a school must have one to be compared at all.
    """

    title: Words
    short: Words
    fact: str
    form: str | None
    one_row_a: Literal["person", "school"]
    in_scope: Formula | None = None


class Side(Model):
    """How one source counts a measure: `value` added up over the rows that hold `where`.

    `distinct`: rows that agree in these columns count once, and `value` is not asked.
    """

    where: Formula | None = None
    value: Formula = Field(default=1, validate_default=True)
    distinct: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.distinct and self.value != Literal_(Fraction(1)):
            raise ValueError("`distinct` counts rows that differ; it has no `value`")
        return self


class ReconciledMeasure(Model):
    """One number that several sources give for the same school."""

    title: Words
    unit: str
    sides: dict[str, Side] = Field(min_length=2)
    note: Words | None = None


class NeverRead(Model):
    """Words in a header that mark a column about persons: never read, whoever confirmed it.

    A code longer than `longest_code` is taken for the number of a person, not of a school.
    """

    words: tuple[str, ...] = Field(min_length=1)
    longest_code: int = Field(ge=1)
    reference: Reference


class Reconciliation(Policy):
    """Measures compared between sources. None is preferred: where two disagree, both are listed.

    `tolerance` null: no source gives one, and numbers are equal or they differ.
    """

    kind: Literal["reconciliation"]
    caution: Words
    never_read: NeverRead
    tolerance: Number | None
    sources: dict[str, ReconciledSource] = Field(min_length=2)
    measures: dict[str, ReconciledMeasure] = Field(min_length=1)

    @model_validator(mode="after")
    def _sources_named(self) -> Self:
        for name, measure in self.measures.items():
            for source in measure.sides:
                if source not in self.sources:
                    raise ValueError(f"measure {name}: no such source: {source}")
        return self
