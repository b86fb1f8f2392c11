"""How units end, go on, and become one: see `actions` for what all actions share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from meihao.base.text import Refused
from meihao.records.accounts.acting import Acting
from meihao.records.registry.actions import founded
from meihao.records.registry.events import Change, Close, Give, Part, Relate, Reopen, Retire, Value
from meihao.records.registry.models import (
    Code,
    CodeSystem,
    EventKind,
    Kind,
    Link,
    Organisation,
    Relation,
    holds_on,
)
from meihao.records.registry.particulars import checked_code, joins
from meihao.records.registry.recording import Draft, action, standing


@action
def close(
    by: Acting,
    *,
    organisation: Organisation,
    on: date,
    basis: str,
    successor: Organisation | None = None,
    key: UUID | None = None,
) -> Draft:
    """A unit ends. Its campuses and the units that it administers go elsewhere first."""
    below = Relation._plain.filter(holds_on(on), upper=organisation, kind__in=(Link.CAMPUS, Link.ADMINISTERS))
    if count := below.count():
        raise Refused(
            f"这个单位在 {on} 还有 {count} 个校区或主管的单位。请先撤销它们，或改由别的单位主管。",
            f"on {on} the unit still has {count} campuses or units under it. Close or move them first.",
        )
    if successor == organisation:
        raise Refused(
            "承继单位不能是被撤销的单位自己。请另选一个，或留空。",
            "a unit that is closed does not take over from itself: choose another, or none.",
        )
    unit = str(organisation.key)
    changes: list[Change] = [Close(unit)]
    if successor is not None:
        changes.append(Relate(Link.SUCCESSOR, str(successor.key), unit))
    return Draft(EventKind.CLOSED, on, basis, unit, changes, key)


@action
def reopen(by: Acting, *, organisation: Organisation, on: date, basis: str, key: UUID | None = None) -> Draft:
    """A closed unit goes on with what it was, bore and stood in."""
    unit = str(organisation.key)
    changes: list[Change] = [Reopen(unit), *(Retire(unit, system) for system in _passed_on(organisation))]
    return Draft(EventKind.REOPENED, on, basis, unit, changes, key)


def _passed_on(organisation: Organisation) -> list[str]:
    """The systems of which another unit has its code since, by a merger."""
    borne = Code._plain.filter(organisation=organisation)
    return [
        row.system
        for row in borne
        if Code._plain.filter(system=row.system, value=row.value).exclude(organisation=organisation).exists()
    ]


@action
def merge(
    by: Acting,
    *,
    members: Sequence[Organisation],
    into: Organisation,
    on: date,
    basis: str,
    code: str = "",
    key: UUID | None = None,
) -> Draft:
    """Schools are merged into one of them; it keeps its code, or goes on with `code`, one of the others'."""
    going = [member for member in members if member != into]
    _several(going)
    changes = _ended(going, str(into.key), on)
    if code:
        changes.append(_taken(str(into.key), code, standing(into, on).type))
    return Draft(EventKind.MERGED, on, basis, str(into.key), changes, key)


@action
def merge_into_new(
    by: Acting,
    *,
    members: Sequence[Organisation],
    name: str,
    type: str,
    under: Organisation,
    on: date,
    basis: str,
    ownership: str = "",
    sponsor: str = "",
    short_name: str = "",
    code: str = "",
    town: Organisation | None = None,
    key: UUID | None = None,
) -> Draft:
    """Schools are merged into a new one, which bears a new code or one of theirs."""
    _several(members[1:])
    given: dict[str, Value] = {
        "name": name,
        "short_name": short_name,
        "type": type,
        "ownership": ownership,
        "sponsor": sponsor,
    }
    begun = founded(unit := str(uuid4()), Kind.INSTITUTION, given, under)
    changes = [*begun, *_ended(members, unit, on)]
    if code:
        changes.append(_taken(unit, code, type))
    if town is not None:
        joins(Link.LOCATED, Kind(town.kind), Kind.INSTITUTION)
        changes.append(Relate(Link.LOCATED, str(town.key), unit))
    return Draft(EventKind.MERGED, on, basis, unit, changes, key)


def _several(going: Sequence[Organisation]) -> None:
    if not going:
        raise Refused(
            "合并至少要有两所学校。请再选一所。", "a merger takes two schools at least: choose another."
        )


def _ended(going: Sequence[Organisation], successor: str, on: date) -> list[Change]:
    """The units end, their campuses go to the successor."""
    changes: list[Change] = []
    rows = Relation._plain.filter(holds_on(on), upper__in=going, kind=Link.CAMPUS)
    for row in rows.select_related("upper", "lower").order_by("pk"):
        changes.append(Part(Link.CAMPUS, str(row.upper.key), str(row.lower.key)))
        changes.append(Relate(Link.CAMPUS, successor, str(row.lower.key), row.note))
    for member in going:
        changes += [Close(str(member.key)), Relate(Link.SUCCESSOR, successor, str(member.key))]
    return changes


def _taken(unit: str, code: str, type_: str) -> Give:
    return Give(unit, CodeSystem.INSTITUTION, checked_code(CodeSystem.INSTITUTION, code, type_))
