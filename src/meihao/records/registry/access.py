"""The two doors of permission: may this person do this to that unit, and which units may they see.

Both read the permission matrix and the grants that hold today; a permission that was taken away is gone
at the next call, or, while a page is only read (`one_reading`), at the next page. The relations of the
units are those of today too: whoever asks about last year asks with this year's rights. A closed unit
stays where it stood last, and one that is yet to begin is already where it will stand first, so that what
is recorded can be looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, TypeVar

from django.db.models import Q

from meihao.records.accounts.acting import Acting, Missing, NotPermitted
from meihao.records.accounts.matrix import MATRIX, PERSON
from meihao.records.accounts.matrix import Relation as Standing
from meihao.records.registry.models import Grant, Link, Organisation, Particulars, Relation, holds_on

T = TypeVar("T")
_BELOW = (Link.ADMINISTERS, Link.CAMPUS)  # what a unit is responsible for; a town also for what lies in it
_BESIDE = (Link.MEMBER, Link.LEAD)
Span: TypeAlias = tuple[date, date | None]
"""From a day up to another, which no longer belongs to it; None: still."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The units that somebody may do something to; `everything` for an action of the whole installation."""

    organisations: frozenset[int]
    everything: bool = False

    def __contains__(self, organisation: object) -> bool:
        known = isinstance(organisation, Organisation) and organisation.pk in self.organisations
        return self.everything or known

    def within(self, path: str = "organisation") -> Q | None:
        """As a condition on rows that reach their unit by `path`; None where everything is in scope."""
        return None if self.everything else Q(**{f"{path}__among": self.organisations})


_READ: ContextVar[dict[object, Any] | None] = ContextVar("read", default=None)


@contextmanager
def one_reading() -> Iterator[None]:
    """While a page is read, who holds what and which units that are is asked once: the page asks it often.

    For what changes nothing: a grant that is given meanwhile counts from the next page on.
    """
    token = _READ.set({})
    try:
        yield
    finally:
        _READ.reset(token)


def _once(key: object, ask: Callable[[], T]) -> T:
    """What was read of this already, or is read now."""
    known = _READ.get()
    if known is None:
        return ask()
    if key not in known:
        known[key] = ask()
    found: T = known[key]
    return found


def scope(by: Acting, action: str) -> Scope:
    """The units to which this person may do this, by their grants of today. Empty where there is none."""
    if MATRIX.permits(by.office, action, "system"):
        return Scope(frozenset(), everything=True)
    found: set[int] = set()
    for grant in grants_of(by):
        for standing in MATRIX.actions[action].relations(grant.role):
            found |= _units(grant.organisation_id, standing, by)
    return Scope(frozenset(found))


def holds(by: Acting, action: str) -> bool:
    """Whether the person may do this to anything at all: what guards and pages ask."""
    return _of_anybody(by, action) or any(
        MATRIX.actions[action].relations(grant.role) for grant in grants_of(by)
    )


def held(by: Acting) -> frozenset[str]:
    """Every action that the person holds for anything at all: what menus ask, in one reading."""
    roles = {grant.role for grant in grants_of(by)}
    return frozenset(
        key
        for key, action in MATRIX.actions.items()
        if _of_anybody(by, key) or any(action.relations(role) for role in roles)
    )


def _of_anybody(by: Acting, action: str) -> bool:
    """Whether it is held without a grant: by everybody, by an office, by whoever has signed in."""
    if MATRIX.public(action) or MATRIX.permits(by.office, action, "system"):
        return True
    return by.user is not None and by.user.is_active and MATRIX.permits(PERSON, action, "self")


def allowed(by: Acting, action: str, organisation: Organisation) -> bool:
    """Whether the person may do this to this unit."""
    return organisation in scope(by, action)


def require(by: Acting, action: str, *organisations: Organisation) -> None:
    """Raises `NotPermitted` where nothing of the kind is permitted, `Missing` where not to each unit."""
    if not holds(by, action):
        raise NotPermitted(action)
    reach = scope(by, action)
    if any(organisation not in reach for organisation in organisations):
        raise Missing


def grants_of(by: Acting) -> list[Grant]:
    """The grants that a person holds on the day on which they act; none for whoever holds an office."""
    if by.user is None or not by.user.is_active or by.user.office:
        return []
    found = Grant.objects.scoped(Q(user=by.user), "their own grants").select_related("organisation")
    return _once(("grants", by.user.pk, by.day), lambda: list(found.filter(holds_on(by.day)).order_by("pk")))


def _units(organisation: int, standing: Standing, by: Acting) -> set[int]:
    return _once((organisation, standing, by.day), lambda: _reached(organisation, standing, by))


def _reached(organisation: int, standing: Standing, by: Acting) -> set[int]:
    match standing:
        case "own":
            return {organisation, *_down({organisation}, (Link.CAMPUS,), by)}
        case "within":
            top = {organisation, *_lower({organisation}, (Link.LOCATED,), by)}
            return top | _down(top, _BELOW, by)
        case "group":
            groups = _up({organisation}, _BESIDE, by)
            return {organisation, *groups, *_down(groups, _BESIDE, by)}
        case _:
            return set()


def _down(units: set[int], kinds: Iterable[str], by: Acting) -> set[int]:
    """All units below some, at any depth; those that are closed or yet to begin among them."""
    found: set[int] = set()
    while units := _lower(units, kinds, by) - found:
        found |= units
    return found


def _lower(units: set[int], kinds: Iterable[str], by: Acting) -> set[int]:
    """The units next below some, today; the closed and those to come where they stand last or first."""
    rows = Relation.objects.scoped(Q(upper__among=units), "units of a grant").filter(kind__in=list(kinds))
    found: set[int] = set()
    away: dict[int, list[Span]] = defaultdict(list)
    for lower, since, until in rows.values_list("lower_id", "since", "until"):
        if since <= by.day and (until is None or by.day < until):
            found.add(lower)
        else:
            away[lower].append((since, until))
    lives = _lives(away.keys() - found)
    return found | {
        unit for unit, life in lives.items() if any(_at_an_end(span, life, by.day) for span in away[unit])
    }


def _up(units: set[int], kinds: Iterable[str], by: Acting) -> set[int]:
    rows = Relation.objects.scoped(Q(lower__among=units), "units of a grant").filter(kind__in=list(kinds))
    return set(rows.filter(holds_on(by.day)).values_list("upper_id", flat=True))


def _lives(units: Iterable[int]) -> dict[int, list[Span]]:
    """When units were there, as far as it is on record; one question, and none where there are no units."""
    wanted, found = list(units), defaultdict[int, list[Span]](list)
    if wanted:
        rows = Particulars.objects.scoped(Q(organisation__among=wanted), "whether a unit lives")
        for unit, since, until in rows.values_list("organisation_id", "since", "until"):
            found[unit].append((since, until))
    return found


def _at_an_end(held: Span, life: list[Span], day: date) -> bool:
    """Whether a closed unit stood last in a relation, or one that is yet to begin will stand first in it."""
    since, until = held
    if until is not None and until <= day:
        later = any((end is None or end > until) and begin <= day for begin, end in life)
        return not later and any(end == until for _, end in life)
    return any(begin == since for begin, _ in life) and not any(begin < since for begin, _ in life)
