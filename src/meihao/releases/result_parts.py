"""What the result page is made of: finished parts, each number with the page of its figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from meihao.base.stages import Stage
from meihao.base.text import Text
from meihao.figures.plan import Item
from meihao.releases.grouping import GROUP, TOWN


@dataclass(frozen=True, slots=True)
class Asked:
    """What the matrix is narrowed by; empty narrows nothing."""

    stage: str = ""
    town: str = ""
    group: str = ""
    short: bool = False

    @classmethod
    def of(cls, get: Mapping[str, str]) -> Asked:
        """As an address says."""
        stage, town, group = (get.get(name, "") for name in ("stage", TOWN, GROUP))
        return cls(stage, town, group, bool(get.get("short")))

    @property
    def said(self) -> dict[str, str]:
        """As an address says it again."""
        given = {"stage": self.stage, TOWN: self.town, GROUP: self.group, "short": "1" if self.short else ""}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell: value, shape, word, the page of its figure; `loud` where it is no plain pass."""

    value: str
    shape: str
    word: Text
    href: str
    title: Text
    loud: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One unit that may be named."""

    code: str
    title: Text
    href: str
    pupils: Shown
    cells: tuple[Shown, ...]
    result: Shown
    met: str


@dataclass(frozen=True, slots=True)
class Group:
    """The units of one stage; `hidden` are those that may not be named."""

    title: Text
    line: Text
    pupils: Shown
    thresholds: tuple[Shown, ...]
    rows: tuple[Row, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One coefficient: drawn as a bar of `wide` percent."""

    title: Text
    number: Shown
    wide: str


@dataclass(frozen=True, slots=True)
class Bars:
    """The coefficients of one stage with their common limit, drawn at `at` percent."""

    title: Text
    limit: str
    at: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """One gap: amount, thing, whose, how, who mends it by when; `due` is empty where nobody has said."""

    shape: str
    amount: str
    unit: str
    thing: str
    href: str
    who: str
    who_href: str
    path: str
    notes: str
    owner: str
    due: str


@dataclass(frozen=True, slots=True)
class Test:
    """One test of a clause."""

    title: Text
    value: Shown
    limit: Text


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause with its tests."""

    number: int
    title: Text
    href: str
    result: Shown
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a standard that judges clauses."""

    title: Text
    result: Shown
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Page:
    """Everything the page shows."""

    finding: Text
    told: Text
    state: Shown
    reasons: Text
    decided: tuple[int, int]
    columns: tuple[Item, ...]
    groups: tuple[Group, ...]
    bars: tuple[Bars, ...]
    gaps: tuple[Missing, ...]
    more: tuple[Missing, ...]
    spares: tuple[Missing, ...]
    blocks: tuple[Block, ...]
    unit_title: Text | None
    rule: Text | None
    limits: Text | None
    legend: tuple[tuple[str, Text], ...]
    outside: tuple[Text, ...] = ()
    towns: tuple[str, ...] = field(default=())
    school_groups: tuple[str, ...] = field(default=())
    stages: tuple[Stage, ...] = ()
    short: int = 0
