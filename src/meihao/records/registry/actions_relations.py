"""How units come to stand to each other, and cease to: see `actions` for what all actions share."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from meihao.base.text import Refused
from meihao.records.accounts.acting import Acting
from meihao.records.registry.events import Change, Part, Relate
from meihao.records.registry.models import EventKind, Kind, Link, Organisation, Relation, holds_on
from meihao.records.registry.particulars import ONE_UPPER, joins
from meihao.records.registry.recording import Draft, action


@action
def relate(
    by: Acting,
    *,
    link: str,
    upper: Organisation,
    lower: Organisation,
    on: date,
    basis: str,
    note: str = "",
    key: UUID | None = None,
) -> Draft:
    """One unit stands to another from a day on. Of authority, school and town a unit has one at a time."""
    kind = _link(link)
    joins(kind, Kind(upper.kind), Kind(lower.kind))
    if upper == lower:
        raise Refused(
            "一个单位不能与自己建立关系。请核对所选单位。", "a unit stands in no relation to itself."
        )
    held = list(Relation._plain.filter(holds_on(on), kind=kind, lower=lower).select_related("upper"))
    if any(row.upper_id == upper.pk and row.note == note for row in held):
        raise Refused(
            f"这两个单位在 {on} 已有这个关系。请核对。", f"the units stand so to each other already on {on}."
        )
    low, changes = str(lower.key), list[Change]()
    if kind in ONE_UPPER:
        changes += [Part(kind, str(row.upper.key), low) for row in held if row.upper_id != upper.pk]
    changes.append(Relate(kind, str(upper.key), low, note))
    return Draft(EventKind.RELATED, on, basis, low, changes, key)


@action
def part(
    by: Acting,
    *,
    link: str,
    upper: Organisation,
    lower: Organisation,
    on: date,
    basis: str,
    key: UUID | None = None,
) -> Draft:
    """One unit stands to another no longer from a day on."""
    kind = _link(link)
    if not Relation._plain.filter(holds_on(on), kind=kind, upper=upper, lower=lower).exists():
        raise Refused(
            f"这两个单位在 {on} 没有这个关系，无从解除。请核对日期。",
            f"the units do not stand so to each other on {on}; there is nothing to end. Check the day.",
        )
    changes: list[Change] = [Part(kind, str(upper.key), str(lower.key))]
    return Draft(EventKind.PARTED, on, basis, str(lower.key), changes, key)


def _link(link: str) -> Link:
    if link not in Link.values:
        raise Refused("请选择关系。", "choose a relation.")
    return Link(link)
