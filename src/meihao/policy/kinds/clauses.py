"""`clause` and `refinement`: what a standard asks of the district as a whole, and where a place asks more.

A clause adds up rows into *totals* and puts them to *tests*: a ratio of totals against a limit, or a
finding that a person declares with evidence. One file is one numbered clause of a standard.
"""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import Field, model_validator

from meihao.policy.kinds.base import Formula, GivenValue, Model, Number, Policy, Reference, Words

Source = Literal["computed", "national", "declared"]
StateName = Literal["reached", "basic", "failed", "undecided", "not_set"]
PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")


class Total(Model):
    """A sum over the rows of a fact: one number of the district.

    `where` says which rows count (all without it); `fact` is the clause's own unless it is named.
    """

    title: Words
    unit: str
    value: Formula
    where: Formula | None = None
    fact: str | None = None
    places: int = Field(default=0, ge=0, le=4)


class Limit(Model):
    """What a value must be: exactly one of the four. 以上 includes the number, 低于 does not."""

    at_least: Number | None = None
    at_most: Number | None = None
    below: Number | None = None
    more_than: Number | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(value is not None for value in (self.at_least, self.at_most, self.below, self.more_than)) != 1:
            raise ValueError("exactly one of at_least, at_most, below, more_than is wanted")
        return self


class Lack(Model):
    """What a row that falls short lacks, in natural units, rounded up: `value` ÷ `divide_by`."""

    unit: Words
    thing: Words
    value: Formula
    divide_by: Number = Field(default=1, validate_default=True)
    places: int = Field(default=0, ge=0, le=4)


class RelaxedTest(Model):
    """Other totals for the result with relaxation. `window` null: its first day is not given."""

    title: Words
    numerator: str
    denominator: str | None = None
    window: str | None
    reference: Reference


class Declared(Model):
    """A finding that a person answers with yes or no; `expects` is the answer that reaches."""

    expects: bool


class ClauseTest(Model):
    """One thing that must hold: numerator ÷ denominator × scale against `must`, or a declared finding.

    Without a denominator the numerator itself is the value. `must: null` is a limit that the source
    does not give; `basic` is a lower grade the source names (基本合格). `part`: the numerator counts
    some of what the denominator counts, so that rows where it is less are those that fall short.
    `vacuous`: it holds where there is nobody to judge. `counts: false` shows a value beside the others.
    `national` values are given by the state and only repeated here.
    """

    id: str
    title: Words
    numerator: str | None = None
    denominator: str | None = None
    scale: int = 1
    unit: Words | None = None
    places: int = Field(default=0, ge=0, le=4)
    formula: Words | None = None
    must: Limit | None = None
    basic: Limit | None = None
    part: bool = False
    vacuous: bool = False
    counts: bool = True
    lack: Lack | None = None
    relaxed: RelaxedTest | None = None
    national: bool = False
    declared: Declared | None = None
    note: str | None = None

    @property
    def source(self) -> Source:
        """Who says so."""
        if self.declared is not None:
            return "declared"
        return "national" if self.national else "computed"

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        computed = (self.numerator, self.unit, self.formula)
        if self.declared is not None:
            if any(computed) or self.must or self.basic or self.relaxed or self.part:
                raise ValueError("a declared test has no numerator, unit, formula or limit")
        elif None in computed:
            raise ValueError("numerator, unit and formula are wanted (or `declared`)")
        if self.part and self.denominator is None:
            raise ValueError("`part` needs a denominator")
        if self.lack is not None and not self.part:
            raise ValueError("`lack` needs `part`: it is told of the rows that fall short")
        return self


class ClauseExample(Model):
    """Worked rows, by fact, and what they come to; only what is written is compared."""

    says: Words
    rows: dict[str, tuple[dict[str, GivenValue], ...]] = Field(default_factory=dict)
    declared: dict[str, bool] = Field(default_factory=dict)
    totals: dict[str, str | None] = Field(default_factory=dict)
    values: dict[str, str | None] = Field(default_factory=dict)
    states: dict[str, StateName] = Field(default_factory=dict)
    relaxed: dict[str, StateName] = Field(default_factory=dict)
    state: StateName | None = None


class Clause(Policy):
    """One numbered clause of a standard, reached when each of its tests is.

    `finding` is the sentence the official form prints for it, with `{names}` of totals and tests (or
    of columns of a fact of one row) in the blanks; `evidence` are the documents the source asks to be
    kept for it.
    """

    kind: Literal["clause"]
    id: str
    standard: str
    block: str
    no: int
    short: Words
    fact: str | None = None
    totals: dict[str, Total] = Field(default_factory=dict)
    tests: tuple[ClauseTest, ...] = Field(min_length=1)
    finding: str | None = None
    evidence: tuple[str, ...] = ()
    examples: tuple[ClauseExample, ...] = ()

    def test(self, test_id: str) -> ClauseTest | None:
        """A test by its id."""
        return next((test for test in self.tests if test.id == test_id), None)

    @property
    def blanks(self) -> list[str]:
        """The names in the blanks of its sentence, in order."""
        return PLACEHOLDER.findall(self.finding or "")

    @model_validator(mode="after")
    def _names(self) -> Self:
        tests = [test.id for test in self.tests]
        if len({*tests, *self.totals}) != len(tests) + len(self.totals):
            raise ValueError("totals and tests share a name")
        for test in self.tests:
            used = [test.numerator, test.denominator]
            used += [test.relaxed.numerator, test.relaxed.denominator] if test.relaxed else []
            for name in used:
                if name is not None and name not in self.totals:
                    raise ValueError(f"test {test.id}: no such total: {name}")
        return self


class Refinement(Policy):
    """Where a place asks more than the standard above it: limits by clause and test, never looser.

    Both results are shown, the standard's own and the place's.
    """

    kind: Literal["refinement"]
    refines: str
    limits: dict[str, dict[str, Limit]] = Field(min_length=1)
