"""The two doors of permission: may this person do this to that unit, and which units may they see.

Both read the permission matrix and the grants that hold today; a permission that was taken away is gone
at the next call. The relations of the units are those of today too: whoever asks about last year asks
with this year's rights. A closed unit stays where it stood last, and one that is yet to begin is already
where it will stand first, so that what is recorded can be looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from meihao.records.accounts.acting import Acting, Missing, NotPermitted
from meihao.records.accounts.matrix import MATRIX, PERSON
from meihao.records.accounts.matrix import Relation as Standing
from meihao.records.registry.models import Grant, Link, Organisation, Particulars, Relation, holds_on

_BELOW = (Link.ADMINISTERS, Link.CAMPUS)  # what a unit is responsible for; a town also for what lies in it
_BESIDE = (Link.MEMBER, Link.LEAD)


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
        return None if self.everything else Q(**{f"{path}__in": self.organisations})


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
    found = Grant.objects.scoped(Q(user=by.user), "their own grants")
    return list(found.filter(holds_on(by.day)).order_by("pk"))


def _units(organisation: int, standing: Standing, by: Acting) -> set[int]:
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
    rows = Relation.objects.scoped(Q(upper__in=units), "units of a grant").filter(kind__in=list(kinds))
    held = rows.filter(holds_on(by.day) | _ended_with_unit(by.day) | _begins_with_unit(by.day))
    return set(held.values_list("lower_id", flat=True))


def _up(units: set[int], kinds: Iterable[str], by: Acting) -> set[int]:
    rows = Relation.objects.scoped(Q(lower__in=units), "units of a grant").filter(kind__in=list(kinds))
    return set(rows.filter(holds_on(by.day)).values_list("upper_id", flat=True))


def _ended_with_unit(day: date) -> Q:
    """The relations in which a closed unit stood last: its history stays with whoever had it."""
    lives = _lives()
    later = lives.filter(Q(until__isnull=True) | Q(until__gt=OuterRef("until")), since__lte=day)
    return Q(until__lte=day) & Exists(lives.filter(until=OuterRef("until"))) & ~Exists(later)


def _begins_with_unit(day: date) -> Q:
    """The relations in which a unit will stand first that is yet to begin."""
    lives = _lives()
    earlier = lives.filter(since__lt=OuterRef("since"))
    return Q(since__gt=day) & Exists(lives.filter(since=OuterRef("since"))) & ~Exists(earlier)


def _lives() -> QuerySet[Particulars]:
    return Particulars.objects.scoped(Q(organisation=OuterRef("lower")), "whether a unit lives")
