"""How an event comes into the registry: asked once, permitted, possible on its day, written whole.

An action of `actions` is a plain function that drafts the event; `action` records what it drafted. All
happens in one transaction: the event, the rows projected from it, the entry of the trail.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.db import IntegrityError, transaction

from meihao.base.text import Refused
from meihao.records.accounts import acting, audit
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.limits import LIMITS
from meihao.records.registry import access, events
from meihao.records.registry.events import Change, Close, Found, Give, Reopen
from meihao.records.registry.models import Code, Event, EventKind, Organisation, Particulars, holds_on
from meihao.records.registry.rewriting import rewrite

WRITE = "registry.organisation.write"
AHEAD = LIMITS.days_ahead  # how far ahead an event is recorded

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Draft:
    """An event that is to be recorded; `about` is the key of the unit that it is mainly about."""

    kind: EventKind
    on: date
    basis: str
    about: str
    changes: list[Change]
    key: UUID | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event in the registry; `again` where it stood there already and nothing was changed."""

    event: Event
    organisation: Organisation
    again: bool = False


def action(draft: Callable[Concatenate[Acting, P], Draft]) -> Callable[Concatenate[Acting, P], Recorded]:
    """Records what a function drafts.

    The same `key` with the same wish changes nothing and gives the event that stands. Raises `Refused`
    where the key was used for another wish, or the event is not possible on its day; `NotPermitted`,
    `Missing` where the person may not record it for one of the units it names.
    """

    @wraps(draft)
    def run(by: Acting, *args: P.args, **kwargs: P.kwargs) -> Recorded:
        key, asked = kwargs.get("key"), _asked(draft.__name__, kwargs)
        assert key is None or isinstance(key, UUID)
        try:
            with transaction.atomic():
                access.require(by, WRITE, *_named(kwargs.values()))
                return _again(by, key, asked) or _record(by, draft(by, *args, **kwargs), asked)
        except IntegrityError:  # another writer came first with the same key
            if found := _again(by, key, asked):
                return found
            raise

    return cast(Callable[Concatenate[Acting, P], Recorded], run)


def _named(values: Iterable[object]) -> Iterable[Organisation]:
    for value in values:
        if isinstance(value, Organisation):
            yield value
        elif isinstance(value, list | tuple):
            yield from _named(value)


def _asked(name: str, wanted: Mapping[str, object]) -> str:
    said = json.dumps([name, wanted], default=_said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def _said(value: object) -> str:
    return str(value.key) if isinstance(value, Organisation) else str(value)


def _again(by: Acting, key: UUID | None, asked: str) -> Recorded | None:
    event = Event._plain.filter(key=key).first() if key is not None else None
    if event is None:
        return None
    organisation = Organisation._plain.get(key=event.about)
    access.require(by, WRITE, organisation)
    if event.asked != asked:
        raise Refused(
            "这次提交的编号已经用于另一项变更；没有写入。请重新打开表单再填。",
            "this form was already used for another change; nothing was written. Open the form again.",
        )
    return Recorded(event, organisation, again=True)


def _record(by: Acting, draft: Draft, asked: str) -> Recorded:
    units = _units(draft)
    new = {change.unit for change in draft.changes if isinstance(change, Found)}
    present = [unit for key, unit in units.items() if key not in new]
    access.require(by, WRITE, *present)
    if not present:
        acting.require(by, WRITE)  # the first authority of an installation is under nobody
    _check(by, draft, present)
    event = _written(by, draft, asked, units.values())
    rewrite(draft.changes, units)
    audit.record(
        by,
        WRITE,
        subject=f"event:{event.key}",
        organisation=draft.about,
        detail={"kind": event.kind, "on": event.on, "basis": event.basis, "changes": event.changes},
    )
    return Recorded(event, units[draft.about])


def _units(draft: Draft) -> dict[str, Organisation]:
    """The units that the changes name, locked against other writers; new ones are made."""
    for change in draft.changes:
        if isinstance(change, Found):
            Organisation._plain.create(key=UUID(change.unit), kind=change.kind)
    keys = list(events.units(draft.changes))
    found = Organisation._plain.select_for_update().filter(key__in=keys).order_by("pk")
    return {str(unit.key): unit for unit in found}


def _written(by: Acting, draft: Draft, asked: str, units: Iterable[Organisation]) -> Event:
    given: dict[str, Any] = {} if draft.key is None else {"key": draft.key}
    event = Event._plain.create(
        kind=draft.kind,
        on=draft.on,
        basis=draft.basis,
        about=draft.about,
        changes=events.written(draft.changes),
        asked=asked,
        recorded_at=by.at,
        recorded_by=by.name,
        **given,
    )
    event.organisations.add(*units)
    return event


# --- what cannot be on a day


def _check(by: Acting, draft: Draft, present: list[Organisation]) -> None:
    if draft.on > by.day + AHEAD:
        raise Refused(
            f"生效日期 {draft.on} 太远，最多登记到 {by.day + AHEAD}。请核对年份。",
            f"the day {draft.on} is too far ahead: record up to {by.day + AHEAD}. Check the year.",
        )
    reopened = {change.unit for change in draft.changes if isinstance(change, Reopen)}
    closed = {change.unit for change in draft.changes if isinstance(change, Close)}
    for unit in present:
        if str(unit.key) in reopened:
            _check_closed(unit, draft.on)
        else:
            standing(unit, draft.on)
        if str(unit.key) in closed:
            _check_end(unit, draft.on)
    for change in draft.changes:
        if isinstance(change, Give):
            _check_free(change, closed if draft.kind == EventKind.MERGED else set())


def standing(unit: Organisation, on: date) -> Particulars:
    """What a unit is on a day. Raises `Refused` where it is not founded yet, or closed."""
    rows = list(Particulars._plain.filter(organisation=unit).order_by("since"))
    if found := next(
        (row for row in rows if row.since <= on and (row.until is None or on < row.until)), None
    ):
        return found
    name = rows[-1].name if rows else str(unit.key)
    if not rows or on < rows[0].since:
        since = rows[0].since if rows else "—"
        raise Refused(
            f"「{name}」于 {since} 设立，变更日期 {on} 早于设立之日。请核对日期。",
            f"“{name}” was founded on {since}; {on} is before that. Check the day.",
        )
    ended = max(row.until for row in rows if row.until is not None and row.until <= on)
    raise Refused(
        f"「{name}」已于 {ended} 撤销，不能再登记 {on} 的变更。请核对日期，或先登记恢复。",
        f"“{name}” was closed on {ended}: nothing can happen to it on {on}. Check the day, or reopen it.",
    )


def _check_closed(unit: Organisation, on: date) -> None:
    rows = Particulars._plain.filter(organisation=unit)
    if not rows.filter(until__lte=on).exists() or rows.filter(holds_on(on)).exists():
        raise Refused(
            f"这个单位在 {on} 并未撤销，不需要恢复。请核对日期。",
            f"this unit is not closed on {on} and need not be reopened. Check the day.",
        )


def _check_end(unit: Organisation, on: date) -> None:
    later = Event._plain.filter(organisations=unit, on__gt=on).order_by("on").first()
    if later is not None:
        raise Refused(
            f"这个单位在 {later.on} 还有一项变更，不能在 {on} 撤销。请核对日期。",
            f"something else happens to this unit on {later.on}: it cannot be closed on {on}. Check the day.",
        )


def _check_free(change: Give, ended: set[str]) -> None:
    """A code belongs to one unit for good; only in a merger may it pass from one that ends."""
    borne = Code._plain.filter(system=change.system, value=change.value)
    others = borne.exclude(organisation__key=change.unit).select_related("organisation")
    if any(str(row.organisation.key) not in ended for row in others):
        raise Refused(
            f"代码 {change.value} 已由另一个单位使用或用过，停用的代码不再分配。请核对代码。",
            f"the code {change.value} is or was another unit's, and no code is given twice. Check the code.",
        )
