"""What can happen to organisations. Each action drafts one event; `recording.action` records it.

Here units begin and change; `actions_relations` and `actions_endings` have the others.

All take `by` first, then keywords: `on` is the day from which it holds, `basis` the document it rests on,
`key` the number of the form, so that a form sent twice is recorded once. All return `Recorded`, and
raise `Refused` for what a person can get wrong, `NotPermitted` and `Missing` where it is not theirs.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from meihao.base.text import Refused
from meihao.records.accounts.acting import Acting
from meihao.records.registry.events import Change, Found, Give, Relate, Set, Value
from meihao.records.registry.models import (
    Code,
    CodeSystem,
    EventKind,
    Kind,
    Link,
    Organisation,
    Type,
    holds_on,
)
from meihao.records.registry.particulars import checked, checked_code, joins
from meihao.records.registry.recording import Draft, action, standing


@action
def found_institution(
    by: Acting,
    *,
    name: str,
    type: str,
    under: Organisation,
    on: date,
    basis: str,
    ownership: str = "",
    sponsor: str = "",
    short_name: str = "",
    inclusive: bool | None = None,
    nursery: bool | None = None,
    urban_rural: str = "",
    code: str = "",
    credit_code: str = "",
    town: Organisation | None = None,
    key: UUID | None = None,
) -> Draft:
    """A school or kindergarten begins under an authority, in a town, with its codes if it has them yet."""
    given: dict[str, Value] = {
        "name": name,
        "short_name": short_name,
        "type": type,
        "ownership": ownership,
        "sponsor": sponsor,
        "inclusive": inclusive,
        "nursery": nursery,
        "urban_rural": urban_rural,
    }
    changes = founded(unit := str(uuid4()), Kind.INSTITUTION, given, under)
    if code:
        changes.append(Give(unit, CodeSystem.INSTITUTION, checked_code(CodeSystem.INSTITUTION, code, type)))
    if credit_code:
        changes.append(Give(unit, CodeSystem.CREDIT, checked_code(CodeSystem.CREDIT, credit_code)))
    if town is not None:
        joins(Link.LOCATED, Kind(town.kind), Kind.INSTITUTION)
        changes.append(Relate(Link.LOCATED, str(town.key), unit))
    return Draft(EventKind.FOUNDED, on, basis, unit, changes, key)


@action
def found_unit(
    by: Acting,
    *,
    kind: str,
    name: str,
    under: Organisation | None,
    on: date,
    basis: str,
    short_name: str = "",
    type: str = "",
    ownership: str = "",
    division_code: str = "",
    key: UUID | None = None,
) -> Draft:
    """A unit that is no school begins: a town, a group, a section …; the first authority is under nobody."""
    if kind in {Kind.INSTITUTION, Kind.CAMPUS}:
        raise Refused(
            "学校、校区各有自己的登记表。请从「设立学校」或「新设校区」登记。",
            "a school and a campus have forms of their own: found a school, or open a campus.",
        )
    given: dict[str, Value] = {
        "name": name,
        "short_name": short_name,
        "type": type,
        "ownership": ownership,
    }
    changes = founded(unit := str(uuid4()), Kind(kind), given, under)
    if division_code:
        changes.append(Give(unit, CodeSystem.DIVISION, checked_code(CodeSystem.DIVISION, division_code)))
    return Draft(EventKind.FOUNDED, on, basis, unit, changes, key)


def founded(
    unit: str, kind: Kind, given: dict[str, Value], under: Organisation | None, link: Link = Link.ADMINISTERS
) -> list[Change]:
    """The changes by which a unit begins, under a unit or nobody."""
    values = {name: value for name, value in given.items() if value not in ("", None) or name == "type"}
    changes: list[Change] = [
        Found(unit, kind),
        Set(unit, checked({"name": "", **values}, kind, str(given.get("type")))),
    ]
    if under is not None:
        joins(link, Kind(under.kind), kind)
        changes.append(Relate(link, str(under.key), unit))
    return changes


@action
def rename(
    by: Acting,
    *,
    organisation: Organisation,
    name: str,
    on: date,
    basis: str,
    short_name: str = "",
    key: UUID | None = None,
) -> Draft:
    """A unit has another name and keeps its codes."""
    values = checked({"name": name, "short_name": short_name}, Kind(organisation.kind), "")
    return _set(EventKind.RENAMED, organisation, values, on, basis, key)


@action
def change(
    by: Acting,
    /,
    *,
    organisation: Organisation,
    on: date,
    basis: str,
    key: UUID | None = None,
    **values: Value,
) -> Draft:
    """Ownership, sponsor, inclusive, nursery or urban_rural are others; those not among `values` stay."""
    strange = values.keys() - {"ownership", "sponsor", "inclusive", "nursery", "urban_rural"}
    if strange or not values:
        raise Refused(
            "请至少改一项：办别、举办者、普惠性、托班、城乡分类。",
            "change one at least of ownership, sponsor, inclusive, nursery, urban or rural.",
        )
    found = checked(values, Kind(organisation.kind), standing(organisation, on).type)
    return _set(EventKind.CHANGED, organisation, found, on, basis, key)


def _set(
    kind: EventKind,
    organisation: Organisation,
    values: dict[str, Value],
    on: date,
    basis: str,
    key: UUID | None,
) -> Draft:
    present = standing(organisation, on)
    if all(getattr(present, name) == value for name, value in values.items()):
        raise Refused(
            f"「{present.name}」在 {on} 已经是这样，没有要登记的变更。请核对所填内容。",
            f"“{present.name}” is so already on {on}; there is nothing to record. Check what you wrote.",
        )
    unit = str(organisation.key)
    return Draft(kind, on, basis, unit, [Set(unit, values)], key)


@action
def convert(
    by: Acting,
    *,
    organisation: Organisation,
    type: str,
    on: date,
    basis: str,
    code: str = "",
    key: UUID | None = None,
) -> Draft:
    """A school becomes one of another type; to another class it is given a new code, else keeps its own."""
    present, unit = standing(organisation, on), str(organisation.key)
    values = checked({"type": type}, Kind(organisation.kind), type)
    if present.type == type:
        raise Refused(
            f"「{present.name}」在 {on} 已经是这个办学类型。请核对。",
            f"“{present.name}” is of this type already on {on}. Check it.",
        )
    changes: list[Change] = [Set(unit, {**values, **_only_kindergarten(present.type)})]
    held = _code(organisation, CodeSystem.INSTITUTION, on)
    same = bool(held) and held[:2] == Type(type).code_class
    if same and code:
        raise Refused(
            f"学校类别没有变，标识码仍为 {held}，不换发。请去掉新标识码。",
            f"the class of school stays, and so does the code {held}. Leave the new code out.",
        )
    if held and not same and not code:
        raise Refused(
            f"学校类别变了，原标识码 {held} 停用，要换发新的标识码。请填写新标识码。",
            f"the class of school changes: the code {held} is retired. Write the new code.",
        )
    if code:
        changes.append(Give(unit, CodeSystem.INSTITUTION, checked_code(CodeSystem.INSTITUTION, code, type)))
    return Draft(EventKind.CONVERTED, on, basis, unit, changes, key)


def _only_kindergarten(before: str) -> dict[str, Value]:
    return {"inclusive": None, "nursery": None} if before == Type.KINDERGARTEN else {}


def _code(organisation: Organisation, system: CodeSystem, on: date) -> str:
    held = Code._plain.filter(holds_on(on), organisation=organisation, system=system).first()
    return held.value if held is not None else ""


@action
def give_code(
    by: Acting,
    *,
    organisation: Organisation,
    system: str,
    value: str,
    on: date,
    basis: str,
    key: UUID | None = None,
) -> Draft:
    """A unit is given a code, in the place of the one of the same system that it bore."""
    if system not in CodeSystem.values:
        raise Refused("请选择代码种类。", "choose a system of codes.")
    type_ = standing(organisation, on).type if organisation.kind == Kind.INSTITUTION else ""
    code, unit = checked_code(system, value, type_), str(organisation.key)
    if _code(organisation, CodeSystem(system), on) == code:
        raise Refused(f"这个单位在 {on} 已经使用代码 {code}。", f"the unit bears {code} already on {on}.")
    return Draft(EventKind.CHANGED, on, basis, unit, [Give(unit, system, code)], key)


@action
def open_campus(
    by: Acting,
    *,
    organisation: Organisation,
    name: str,
    on: date,
    basis: str,
    short_name: str = "",
    type: str = "",
    urban_rural: str = "",
    town: Organisation | None = None,
    key: UUID | None = None,
) -> Draft:
    """A school opens a campus, of its own type if no other is given."""
    given: dict[str, Value] = {
        "name": name,
        "short_name": short_name,
        "type": type or standing(organisation, on).type,
        "urban_rural": urban_rural,
    }
    changes = founded(unit := str(uuid4()), Kind.CAMPUS, given, organisation, Link.CAMPUS)
    if town is not None:
        joins(Link.LOCATED, Kind(town.kind), Kind.CAMPUS)
        changes.append(Relate(Link.LOCATED, str(town.key), unit))
    return Draft(EventKind.CAMPUS, on, basis, str(organisation.key), changes, key)
