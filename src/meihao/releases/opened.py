"""One figure opened: value, fraction, what is asked, the rows it is made of, the rules it stands on.

Everything here is worked out from one evaluation; the same figure of an evaluation by the plain engine must
be equal in every part (`==`), which is what 复算一致 says. Addresses are those of `figures.trace`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from meihao.base.text import Text
from meihao.figures.addressed import Asked, Standing
from meihao.figures.plan import Plan
from meihao.figures.snapshot import Origin
from meihao.figures.steps import clause_of, version_of
from meihao.policy.kinds import Policy, Reference

NONE = Text("", "")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One reported value a figure rests on; `address` is its own, where it has one."""

    title: Text
    value: Text
    address: str = ""
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Numerator or denominator: amount, how it is made up, and the reported values below it."""

    title: Text
    value: str
    unit: str
    words: Text
    leaves: tuple[Leaf, ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A printed value with the figure it is; no address: it is no figure of its own."""

    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One unit, test or item of a figure that is made of several."""

    code: str
    title: Text
    numbers: tuple[Number, ...]
    standing: Standing | None = None
    word: Text = NONE
    address: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """What is asked of the figure, by whom, and where it stands."""

    who: Text
    words: Text
    standing: Standing
    word: Text


@dataclass(frozen=True)
class Opened:
    """One figure. `exact` are its unrounded numbers; `heads` name the numbers of `lines`; `hidden` counts the
    units that may not be named."""

    address: str
    title: Text
    value: str
    unit: Text
    standing: Standing | None
    word: Text
    exact: tuple[Fraction | str | None, ...]
    formula: Text = NONE
    scale: int = 1
    numerator: Part | None = None
    denominator: Part | None = None
    limits: tuple[Limit, ...] = ()
    heads: tuple[Text, ...] = ()
    lines: tuple[Line, ...] = ()
    hidden: int = 0
    missing: Text = NONE
    clauses: tuple[str, ...] = ()
    policies: tuple[Text, ...] = ()
    owner: str = ""
    asked: Asked | None = None

    @property
    def number(self) -> Fraction | None:
        """The first unrounded number."""
        first = self.exact[0] if self.exact else None
        return first if isinstance(first, Fraction) else None


def clauses_of(references: tuple[Reference, ...]) -> tuple[str, ...]:
    """Where rules stand, in print."""
    return tuple(clause_of(reference).value.zh for reference in references)


def policies_of(plan: Plan, *policies: Policy) -> tuple[Text, ...]:
    """Under which versions a figure was computed, each once."""
    return tuple(dict.fromkeys(version_of(policy, plan).value for policy in policies))
