"""What the rooms know of a district on a day, gathered into the tables of a snapshot.

A room's `facts.py` registers a source at start-up, as `admin.py` is discovered elsewhere: so figures asks
the rooms and knows none of them. Each value keeps the source it came from. Where two sources say different
things of one cell, the cell is open until a person has held one of them: none is silently preferred.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from meihao.figures.interpreter import Row, Value
from meihao.figures.snapshot import Origin, Table
from meihao.policy.kinds import Fact

Address: TypeAlias = tuple[str, str, str]
"""Fact, identity, column: one cell."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which facts are wanted, of which place (a division code) on which day.

    `unit`: only what concerns the unit of this code; a source may tell the rest too where that is easier.
    """

    place: str
    on: date
    facts: Mapping[str, Fact]
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What one source says of one row: its values, and where each was read."""

    fact: str
    identity: str
    values: Row
    origins: Mapping[str, Origin] = field(default_factory=dict)


Source: TypeAlias = Callable[[Asked], Iterable[Told]]
SOURCES: dict[str, Source] = {}
"""The sources of this installation by name (`registry`, `returns`), in the order they registered."""


def source(name: str) -> Callable[[Source], Source]:
    """Registers what a room tells under a name. Raises `ValueError` for a name that is taken."""

    def register(tells: Source) -> Source:
        if SOURCES.setdefault(name, tells) is not tells:
            raise ValueError(f"two sources are called {name}")
        return tells

    return register


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One cell of which two sources say different things; `held` is the source a person decided for."""

    at: Address
    said: Mapping[str, Value]
    held: str | None

    @property
    def open(self) -> bool:
        """Whether nobody has decided yet; then no figure rests on the cell."""
        return self.held not in self.said


@dataclass(frozen=True, slots=True)
class Gathered:
    """The tables by fact, and every cell of which sources disagreed."""

    tables: Mapping[str, Table]
    disagreements: tuple[Disagreement, ...]


def gathered(
    asked: Asked, held: Mapping[Address, str], sources: Mapping[str, Source] | None = None
) -> Gathered:
    """What all sources say, cell by cell. `held` says which source a person decided for where they differ."""
    said: dict[Address, dict[str, tuple[Value, Origin | None]]] = {}
    rows: dict[str, dict[str, dict[str, Value]]] = {key: {} for key in asked.facts}
    for name, tells in (SOURCES if sources is None else sources).items():
        for told in tells(asked):
            rows[told.fact].setdefault(told.identity, {asked.facts[told.fact].identity: told.identity})
            for column, value in told.values.items():
                if value is not None:
                    cell = said.setdefault((told.fact, told.identity, column), {})
                    cell[name] = (value, told.origins.get(column))
    disagreements = []
    origins: dict[str, dict[tuple[str, str], Origin]] = {key: {} for key in asked.facts}
    for at, cell in said.items():
        fact, identity, column = at
        chosen = _chosen(cell, held.get(at))
        if len({value for value, _ in cell.values()}) > 1:
            values = {name: value for name, (value, _) in cell.items()}
            disagreements.append(Disagreement(at, values, held.get(at)))
        if chosen is not None:
            rows[fact][identity][column], origin = chosen
            if origin is not None:
                origins[fact][identity, column] = origin
    tables = {key: Table(asked.facts[key], dict(found), origins[key]) for key, found in rows.items() if found}
    return Gathered(tables, tuple(sorted(disagreements, key=lambda one: one.at)))


def _chosen(
    cell: Mapping[str, tuple[Value, Origin | None]], held: str | None
) -> tuple[Value, Origin | None] | None:
    """The value a cell has: what all say, or what the source says that a person decided for."""
    if len({value for value, _ in cell.values()}) == 1:
        return next(iter(cell.values()))
    return cell.get(held) if held is not None else None
