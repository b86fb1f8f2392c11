"""Writes the projection of what an event concerns into the tables: in its transaction, and no row more.

Rows that already say what they should are left alone; the others go first, so that a code may pass from
one unit to another within one event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from meihao.records.registry import events
from meihao.records.registry.events import LIFE, Change, Part, Relate
from meihao.records.registry.models import Code, Event, Organisation, Particulars, Relation
from meihao.records.registry.projection import Happened, Pair, Span, full, project, relation


def rewrite(changes: Sequence[Change], organisations: Mapping[str, Organisation]) -> None:
    """Writes the rows of the units and pairs that these changes name; the event is stored already."""
    touched = [
        organisations[key]
        for key in dict.fromkeys(c.unit for c in changes if not isinstance(c, Relate | Part))
    ]
    histories = {unit.pk: _history(unit) for unit in touched}
    _rewrite_units(touched, histories)
    pairs = {(c.link, c.upper, c.lower) for c in changes if isinstance(c, Relate | Part)}
    ended = [organisations[c.unit] for c in changes if isinstance(c, LIFE)]
    pairs |= {pair for unit in ended for pair in _pairs(str(unit.key), histories[unit.pk])}
    _rewrite_pairs(pairs)


def _history(unit: Organisation) -> list[Happened]:
    return _read(Event._plain.filter(organisations=unit))


def _read(found: Any) -> list[Happened]:
    rows = found.order_by("on", "pk").values_list("on", "changes")
    return [Happened(on, events.read(changes)) for on, changes in rows]


def _pairs(unit: str, history: Iterable[Happened]) -> set[Pair]:
    return {
        (change.link, change.upper, change.lower)
        for event in history
        for change in event.changes
        if isinstance(change, Relate | Part) and unit in (change.upper, change.lower)
    }


def _rewrite_units(units: Sequence[Organisation], histories: Mapping[int, Sequence[Happened]]) -> None:
    particulars: list[Particulars] = []
    codes: list[Code] = []
    for unit in units:
        rows = project(str(unit.key), histories[unit.pk])
        particulars += [
            Particulars(organisation=unit, since=one.since, until=one.until, **full(one.value))
            for one in rows.particulars
        ]
        codes += [
            Code(organisation=unit, since=one.since, until=one.until, system=system, value=one.value)
            for system, spans in rows.codes.items()
            for one in spans
        ]
    _replace(Particulars._plain.filter(organisation__in=units), particulars)
    _replace(Code._plain.filter(organisation__in=units), codes)


def _rewrite_pairs(pairs: set[Pair]) -> None:
    if not pairs:
        return
    units = {str(one.key): one for one in _named(key for pair in pairs for key in pair[1:])}
    lives = _lives(units.values())
    uppers, lowers = [units[pair[1]] for pair in pairs], [units[pair[2]] for pair in pairs]
    naming = [Event._plain.filter(organisations__in=ends).values("pk") for ends in (uppers, lowers)]
    history = _read(Event._plain.filter(pk__in=naming[0]).filter(pk__in=naming[1]))
    wanted: list[Relation] = []
    for link, up, low in sorted(pairs):
        upper, lower = units[up], units[low]
        wanted += [
            Relation(kind=link, upper=upper, lower=lower, since=one.since, until=one.until, note=one.value)
            for one in relation((link, up, low), history, lives[upper.pk], lives[lower.pk])
        ]
    held = Relation._plain.filter(upper__in=uppers, lower__in=lowers)
    concerned = {(link, units[up].pk, units[low].pk) for link, up, low in pairs}
    _replace(held, wanted, lambda row: (row.kind, row.upper_id, row.lower_id) in concerned)


def _named(keys: Iterable[str]) -> list[Organisation]:
    return list(Organisation._plain.filter(key__in=set(keys)))


def _lives(units: Iterable[Organisation]) -> dict[int, list[Span[bool]]]:
    """When each unit lives: where it has particulars."""
    found: dict[int, list[Span[bool]]] = defaultdict(list)
    rows = Particulars._plain.filter(organisation__in=list(units)).order_by("since")
    for unit, since, until in rows.values_list("organisation_id", "since", "until"):
        found[unit].append(Span(since, until, True))
    return found


def _replace(held: Any, wanted: Sequence[Any], concerns: Any = lambda row: True) -> None:
    """Removes the rows that are not wanted, adds those that are not there."""
    missing = {_says(row): row for row in wanted}
    wrong = [row.pk for row in held if concerns(row) and missing.pop(_says(row), None) is None]
    if wrong:
        held.model._plain.filter(pk__in=wrong).delete()
    if missing:
        held.model._plain.bulk_create(missing.values())


def _says(row: Any) -> tuple[Any, ...]:
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    return tuple(getattr(row, field.attname) for field in fields)
