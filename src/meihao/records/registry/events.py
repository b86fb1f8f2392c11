"""What an event changes: a few primitive changes, each about one unit or one pair of units.

A change is a small value that reads from and writes to one object of `Event.changes` (JSON). Units are
named by their keys, so that the list can be read without the database. What the changes of all events
come to on each day is `projection`'s matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, TypeAlias

FIELDS = (
    "name",
    "short_name",
    "type",
    "ownership",
    "sponsor",
    "inclusive",
    "nursery",
    "urban_rural",
)
"""The particulars of a unit, as `Particulars` has them."""

Value: TypeAlias = str | bool | None


@dataclass(frozen=True, slots=True)
class Found:
    """A unit begins, of a kind for good."""

    do: ClassVar[str] = "found"
    unit: str
    kind: str


@dataclass(frozen=True, slots=True)
class Set:
    """Some particulars are from now on these; those not given stay as they are."""

    do: ClassVar[str] = "set"
    unit: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Give:
    """A unit bears a code from now on, in the place of any other of the same system."""

    do: ClassVar[str] = "give"
    unit: str
    system: str
    value: str


@dataclass(frozen=True, slots=True)
class Retire:
    """A unit bears no code of a system any longer."""

    do: ClassVar[str] = "retire"
    unit: str
    system: str


@dataclass(frozen=True, slots=True)
class Relate:
    """One unit stands to another from now on; said again, the note is from now on this."""

    do: ClassVar[str] = "relate"
    link: str
    upper: str
    lower: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One unit stands to another no longer."""

    do: ClassVar[str] = "part"
    link: str
    upper: str
    lower: str


@dataclass(frozen=True, slots=True)
class Close:
    """A unit ends: it has no particulars, bears no code and stands in no relation but of succession."""

    do: ClassVar[str] = "close"
    unit: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """A closed unit goes on: what it was, bore and stood in holds again, unless changed meanwhile."""

    do: ClassVar[str] = "reopen"
    unit: str


Change: TypeAlias = Found | Set | Give | Retire | Relate | Part | Close | Reopen
_KINDS: dict[str, type[Change]] = {
    kind.do: kind for kind in (Found, Set, Give, Retire, Relate, Part, Close, Reopen)
}
LIFE = (Found, Close, Reopen)


def written(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """The changes as `Event.changes` keeps them."""
    return [{"do": change.do, **asdict(change)} for change in changes]


def read(rows: Iterable[Mapping[str, Any]]) -> list[Change]:
    """The changes of an event. `KeyError`, `TypeError`: rows that `written` did not write."""
    return [
        kind(**{field.name: row[field.name] for field in fields(kind) if field.name in row})
        for row in rows
        for kind in (_KINDS[row["do"]],)
    ]


def units(changes: Iterable[Change]) -> Iterator[str]:
    """The keys of all units that the changes name, each once, in their order."""
    named: dict[str, None] = {}
    for change in changes:
        keys = (change.upper, change.lower) if isinstance(change, Relate | Part) else (change.unit,)
        named |= dict.fromkeys(keys)
    yield from named
