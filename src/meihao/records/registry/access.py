"""The two doors of permission: may this person do this to that unit, and which units may they see.

Both read the permission matrix and the grants that hold today; a permission that was taken away is gone
at the next call. The relations of the units are those of today too: whoever asks about last year asks
with this year's rights.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from meihao.records.accounts.acting import Acting, Missing, NotPermitted
from meihao.records.accounts.matrix import MATRIX, PERSON
from meihao.records.accounts.matrix import Relation as Standing
from meihao.records.registry.models import Grant, Link, Organisation, Relation, holds_on

_BELOW = (Link.ADMINISTERS, Link.CAMPUS)  # what a unit is responsible for
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
    """Whether the person may do this to anything at all: what menus and pages ask."""
    action_ = MATRIX.actions[action]
    if MATRIX.public(action) or MATRIX.permits(by.office, action, "system"):
        return True
    if by.user is not None and by.user.is_active and MATRIX.permits(PERSON, action, "self"):
        return True
    return any(action_.relations(grant.role) for grant in grants_of(by))


def allowed(by: Acting, action: str, organisation: Organisation) -> bool:
    """Whether the person may do this to this unit."""
    return organisation in scope(by, action)


def require(by: Acting, action: str, organisation: Organisation) -> None:
    """Raises `NotPermitted` where nothing of the kind is permitted, `Missing` where not to this unit."""
    if not holds(by, action):
        raise NotPermitted(action)
    if not allowed(by, action, organisation):
        raise Missing


def grants_of(by: Acting) -> list[Grant]:
    """The grants that a person holds on the day on which they act."""
    if by.user is None or not by.user.is_active:
        return []
    found = Grant.objects.scoped(Q(user=by.user), "their own grants")
    return list(found.filter(holds_on(by.day)).order_by("pk"))


def _units(organisation: int, standing: Standing, by: Acting) -> set[int]:
    match standing:
        case "own":
            return {organisation, *_down({organisation}, (Link.CAMPUS,), by)}
        case "within":
            return {organisation, *_down({organisation}, _BELOW, by)}
        case "group":
            groups = _up({organisation}, _BESIDE, by)
            return {organisation, *groups, *_down(groups, _BESIDE, by)}
        case _:
            return set()


def _down(units: set[int], kinds: Iterable[str], by: Acting) -> set[int]:
    """All units below some, at any depth."""
    found: set[int] = set()
    while units := _linked("upper", "lower", units, kinds, by) - found:
        found |= units
    return found


def _up(units: set[int], kinds: Iterable[str], by: Acting) -> set[int]:
    return _linked("lower", "upper", units, kinds, by)


def _linked(from_: str, to: str, units: set[int], kinds: Iterable[str], by: Acting) -> set[int]:
    rows = Relation.objects.scoped(Q(**{f"{from_}__in": units}), "units of a grant")
    return set(rows.filter(holds_on(by.day), kind__in=list(kinds)).values_list(f"{to}_id", flat=True))
