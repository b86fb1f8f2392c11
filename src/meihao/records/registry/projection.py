"""The dated rows of units, computed from their events; written again whenever an event comes in.

The fold is plain. A unit's state is carried through its events, ordered by day and then by the order of
recording; what holds at the end of each day is noted; equal neighbours are one row. So of two events of
one day only what the later leaves is seen, and an event of an earlier day falls into its place.

Codes and relations hold while they were given and the units live: closing ends them, reopening brings
them back, and neither depends on the order in which the units are looked at. A succession outlives its
units.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

from pypinyin import Style, lazy_pinyin

from meihao.records.registry.events import (
    FIELDS,
    Change,
    Close,
    Found,
    Give,
    Part,
    Relate,
    Reopen,
    Retire,
    Set,
    Value,
)
from meihao.records.registry.models import Link

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


class Happened(NamedTuple):
    """An event as the fold needs it: its day and its changes."""

    on: date
    changes: Sequence[Change]


class Span(NamedTuple, Generic[T]):
    """A value from a day until before another; open where `until` is None."""

    since: date
    until: date | None
    value: T


Pair = tuple[str, str, str]
"""Link, upper unit, lower unit."""


@dataclass(slots=True)
class Rows:
    """The rows of one unit: its particulars, as far as they were set, and its codes by system."""

    particulars: list[Span[dict[str, Value]]]
    codes: dict[str, list[Span[str]]]


@dataclass(slots=True)
class _State:
    alive: bool = False
    values: dict[str, Value] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    def apply(self, change: Change) -> None:
        match change:
            case Found() | Reopen():
                self.alive = True
            case Close():
                self.alive = False
            case Set():
                self.values = {**self.values, **change.values}
            case Give():
                self.codes = {**self.codes, change.system: change.value}
            case Retire():
                self.codes = {system: code for system, code in self.codes.items() if system != change.system}


def project(unit: str, events: Iterable[Happened]) -> Rows:
    """The rows of a unit from the events that name it, in the order of days and of recording."""
    state, days = _State(), dict[date, tuple[dict[str, Value] | None, dict[str, str]]]()
    for event in events:
        for change in event.changes:
            if not isinstance(change, Relate | Part) and change.unit == unit:
                state.apply(change)
        days[event.on] = (state.values, state.codes) if state.alive else (None, {})
    systems = sorted({system for _, borne in days.values() for system in borne})
    return Rows(
        spans({day: values for day, (values, _) in days.items()}),
        {system: spans({day: borne.get(system) for day, (_, borne) in days.items()}) for system in systems},
    )


def relation(pair: Pair, events: Iterable[Happened], *lives: Sequence[Span[Any]]) -> list[Span[str]]:
    """The spans of one relation with its notes, from the events that name both units and their lives."""
    days, note = dict[date, str | None](), None
    for event in events:
        for change in event.changes:
            if isinstance(change, Relate | Part) and (change.link, change.upper, change.lower) == pair:
                note = change.note if isinstance(change, Relate) else None
        days[event.on] = note
    if pair[0] == Link.SUCCESSOR:
        return spans(days)
    for life in lives:
        days = _while(days, spans(_days([Span(one.since, one.until, True) for one in life])))
    return spans(days)


def spans(days: Mapping[date, T | None]) -> list[Span[T]]:
    """Runs of equal values; a day without one (None) ends a run. The days are in order."""
    found: list[Span[T]] = []
    for day, value in days.items():
        if found and found[-1].until is None:
            if found[-1].value == value:
                continue
            found[-1] = found[-1]._replace(until=day)
        if value is not None:
            found.append(Span(day, None, value))
    return found


def _days(rows: Iterable[Span[T]]) -> dict[date, T | None]:
    """The opposite of `spans`."""
    days: dict[date, T | None] = {}
    for row in rows:
        days[row.since] = row.value
        if row.until is not None:
            days[row.until] = None
    return days


def _while(days: Mapping[date, T | None], life: Sequence[Span[bool]]) -> dict[date, T | None]:
    """The values, where a unit lives; None elsewhere."""
    bounds = {day for one in life for day in (one.since, one.until) if day is not None}
    held: dict[date, T | None] = {}
    for day in sorted({*days, *bounds}):
        lives = any(one.since <= day and (one.until is None or day < one.until) for one in life)
        before = [known for known in days if known <= day]
        held[day] = days[max(before)] if lives and before else None
    return held


def full(values: Mapping[str, Value]) -> dict[str, Value]:
    """Particulars with those that were never set, and the search aid: pinyin in full and by initials."""
    nothing: dict[str, Value] = {name: None if name in {"inclusive", "nursery"} else "" for name in FIELDS}
    found = nothing | {name: value for name, value in values.items() if name in FIELDS}
    names = [str(found[name]) for name in ("name", "short_name") if found[name]]
    return found | {"pinyin": " ".join(_pinyin(name) for name in names)}


def _pinyin(name: str) -> str:
    whole = "".join(lazy_pinyin(name)).replace(" ", "").lower()
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).replace(" ", "").lower()
    return f"{whole} {initials}"
