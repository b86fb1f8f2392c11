"""What a reconciliation comes to: one line a school and measure, and what is odd about the sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Literal, TypeAlias

from meihao.base.divisions import is_unassigned
from meihao.base.text import Text
from meihao.documents.reconciling.plan import Plan
from meihao.documents.reconciling.taking import Exports


class Outcome(StrEnum):
    """What the sides of a line come to; the worst first."""

    DIFFERS = "differs"
    ONE_SIDED = "one_sided"
    EQUAL = "equal"

    @property
    def words(self) -> Text:
        """The outcome in print."""
        return _OUTCOMES[self]


_OUTCOMES = {
    Outcome.DIFFERS: Text("不一致", "differs"),
    Outcome.ONE_SIDED: Text("缺一方", "one side missing"),
    Outcome.EQUAL: Text("一致", "equal"),
}

FindingKind: TypeAlias = Literal[
    "duplicate", "zeros", "name", "same_name", "spaces", "unassigned", "unread", "file", "personal", "column"
]


@dataclass(frozen=True, slots=True)
class Part:
    """Where rows were counted: workbook (name and hash), sheet, and how many of its rows."""

    file: str
    sha256: str
    sheet: str
    rows: int


@dataclass(frozen=True, slots=True)
class Amount:
    """What one source says of one school: a number with its origins, or why there is none.

    `missing` are the columns that would have to be known.
    """

    number: Fraction | None
    parts: tuple[Part, ...] = ()
    why: Text | None = None
    missing: frozenset[str] = frozenset()
    absent: bool = False


@dataclass(frozen=True, slots=True)
class School:
    """A school as the sources name it; `sources` are those in which it stands."""

    code: str
    name: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One measure of one school, source by source."""

    school: School
    measure: str
    amounts: Mapping[str, Amount]
    outcome: Outcome
    spread: Fraction | None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd that a person should know, told and not mended."""

    kind: FindingKind
    source: str | None
    text: Text


@dataclass(frozen=True)
class Reconciled:
    """The whole comparison.

    `provided` are the sources that could be counted; `partial` the schools that not all of them
    know; `outside` how many schools no source places in scope; `uncompared` the measures for which
    fewer than two sides had anything to say.
    """

    plan: Plan
    exports: Exports
    provided: tuple[str, ...]
    returns_on: str | None
    lines: tuple[Line, ...]
    partial: tuple[School, ...]
    outside: int
    uncompared: tuple[str, ...]
    findings: tuple[Finding, ...]

    def count(self, outcome: Outcome) -> int:
        """How many lines came to an outcome."""
        return sum(line.outcome is outcome for line in self.lines)

    @property
    def equal(self) -> bool:
        """Whether every line is equal and every school stands in every source."""
        return self.count(Outcome.EQUAL) == len(self.lines) and not self.partial

    @property
    def invented(self) -> bool:
        """Whether it is demonstration data, under a code that no province has."""
        return is_unassigned(self.plan.place)
