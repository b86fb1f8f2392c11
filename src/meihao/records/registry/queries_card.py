"""One unit with all that holds of it on a day, and all that happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from meihao.base.text import Text
from meihao.records.accounts.acting import Acting
from meihao.records.registry import access, events, wording
from meihao.records.registry.models import (
    Code,
    CodeSystem,
    Event,
    EventKind,
    Kind,
    Link,
    Organisation,
    Particulars,
    Relation,
    holds_on,
    title,
)
from meihao.records.registry.queries import READ, WRITE, names, unit


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that holds of a unit: what it is called, what it is, since when."""

    title: Text
    value: Text
    since: date


@dataclass(frozen=True, slots=True)
class Beside:
    """A unit in relation to this one; `open` where the person may look at it."""

    title: Text
    link: Link
    above: bool
    key: UUID
    name: str
    note: str
    since: date
    open: bool


@dataclass(frozen=True, slots=True)
class Past:
    """Something that happened to a unit."""

    on: date
    title: Text
    basis: str
    lines: list[Text]
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Card:
    """A unit on a day. `facts` is empty where it was not founded yet, or closed; `name` is its nearest."""

    organisation: Organisation
    name: str
    kind: Text
    facts: list[Fact]
    relations: list[Beside]
    history: list[Past]
    writable: bool


def organisation(by: Acting, key: UUID | str, as_of: date) -> Card:
    """The card of a unit in scope, as of a day. Raises `Missing`."""
    found = unit(by, key)
    history = _events(found)
    beside = _relations(found, as_of)
    ends = [end.key for row in beside for end in (row.upper, row.lower)]
    keys: list[UUID | str] = [*_concerned(history), *ends, found.key]
    named = names(keys, as_of)
    scope = access.scope(by, READ)
    return Card(
        found,
        named.get(str(found.key), ""),
        title(Kind(found.kind)),
        [*_particulars(found, as_of), *_codes(found, as_of)],
        [_beside(row, found, named, scope) for row in beside],
        [_past(event, str(found.key), named) for event in history],
        access.allowed(by, WRITE, found),
    )


def _events(of: Organisation) -> list[Event]:
    return list(Event.objects.scoped(Q(organisations=of), "the history of a unit").order_by("-on", "-pk"))


def _concerned(history: list[Event]) -> list[str]:
    return [key for event in history for key in events.units(events.read(event.changes))]


def _particulars(of: Organisation, as_of: date) -> list[Fact]:
    """What a unit is on a day: each thing since it last was something else."""
    upto = Particulars.objects.scoped(Q(organisation=of), "the card of a unit").filter(since__lte=as_of)
    rows = list(upto.order_by("-since"))
    if not rows or (rows[0].until is not None and rows[0].until <= as_of):
        return []
    return [
        Fact(said, wording.value(name, getattr(rows[0], name)), _since(rows, name))
        for name, said in wording.FIELD.items()
        if getattr(rows[0], name) not in (None, "")
    ]


def _since(rows: list[Particulars], name: str) -> date:
    """The first day of the unbroken stretch, up to the first row, over which a field is what it is."""
    since, value = rows[0].since, getattr(rows[0], name)
    for row in rows[1:]:
        if row.until != since or getattr(row, name) != value:
            break
        since = row.since
    return since


def _codes(of: Organisation, as_of: date) -> list[Fact]:
    rows = Code.objects.scoped(Q(organisation=of), "the card of a unit").filter(holds_on(as_of))
    return [
        Fact(title(CodeSystem(row.system)), Text(row.value, row.value), row.since)
        for row in rows.order_by("system")
    ]


def _relations(of: Organisation, as_of: date) -> list[Relation]:
    rows = Relation.objects.scoped(Q(upper=of) | Q(lower=of), "the card of a unit")
    holding = rows.filter(holds_on(as_of)).select_related("upper", "lower")
    return list(holding.order_by("kind", "since", "pk"))


def _beside(row: Relation, of: Organisation, named: dict[str, str], scope: access.Scope) -> Beside:
    above = row.upper_id == of.pk
    other = row.lower if above else row.upper
    link, name = Link(row.kind), named.get(str(other.key), "")
    said = wording.stands(link, above=above)
    return Beside(said, link, above, other.key, name, row.note, row.since, other in scope)


def _past(event: Event, key: str, named: dict[str, str]) -> Past:
    lines = [line for change in events.read(event.changes) for line in wording.lines(change, key, named)]
    said = title(EventKind(event.kind))
    return Past(event.on, said, event.basis, lines, event.recorded_at, event.recorded_by)
