"""A list of institutions against the registry: who is new, what changed, who is not in the list.

A school is known by its 标识码. Only columns that the list has, and cells that are filled, say anything;
a school that the list leaves out is shown and left alone, since a list may be of a part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from meihao.base.text import Text
from meihao.documents.returns.layouts import Reading
from meihao.documents.workbook import Mark
from meihao.figures.interpreter import Value
from meihao.records.accounts.acting import Acting
from meihao.records.registry import actions, actions_relations
from meihao.records.registry.importing import queries
from meihao.records.registry.importing.queries import Listed
from meihao.records.registry.importing.reading import Handed, doubled
from meihao.records.registry.importing.steps import Case, Field, Plan, Step
from meihao.records.registry.models import CodeSystem, Link, Organisation, Ownership, Sponsor, Type

_CHOICES: Mapping[str, type[models.TextChoices]] = {
    "school_type": Type,
    "ownership": Ownership,
    "sponsor": Sponsor,
}
_COLUMNS = {"school_type": "type"}  # the particulars are named alike but for this
_TITLES = {
    "name": Text("名称", "name"),
    "type": Text("办学类型", "type"),
    "ownership": Text("办别", "ownership"),
    "sponsor": Text("举办者", "sponsor"),
    "inclusive": Text("普惠性", "inclusive"),
    "nursery": Text("托班", "nursery classes"),
    "urban_rural": Text("城乡分类", "urban or rural"),
    "town": Text("所在乡镇（街道）", "town"),
    "credit_code": Text("统一社会信用代码", "unified social credit code"),
}
_CHANGED = ("ownership", "sponsor", "inclusive", "nursery", "urban_rural")


@dataclass(frozen=True, slots=True)
class _Known:
    """A school as the registry has it on the day."""

    organisation: Organisation
    values: Mapping[str, object]


def units(case: Case, handed: Handed) -> Plan:
    """What a list of institutions would do. Raises `Faulty` with every cell that is wrong."""
    found = _Units(
        case,
        {one.code: _known(one) for one in queries.listed(case.by, case.authority, case.on) if one.code},
        queries.towns(case.by, case.authority, case.on),
    )
    handed.refuse([*doubled(handed), *found.strangers(handed.sheet.rows)])
    return found.plan(handed)


@dataclass(frozen=True, slots=True)
class _Units:
    """What a list is compared with: the authority's schools by code and towns by name, on one day."""

    case: Case
    known: Mapping[str, _Known]
    towns: Mapping[str, Organisation]

    def strangers(self, rows: list[Reading]) -> Iterator[Mark]:
        """The towns that are not registered, each at its cell."""
        for row in rows:
            town = row.values.get("town")
            if isinstance(town, str) and town and town not in self.towns:
                text = Text(
                    f"台账里没有「{town}」这个乡镇（街道）。请先登记它，或改正名称",
                    f"no town “{town}” is registered. Register it first, or correct its name",
                )
                yield Mark(row.sheet, row.cells.get("town", ""), "must", text)

    def plan(self, handed: Handed) -> Plan:
        """What the rows would do."""
        rows = handed.sheet.rows
        steps = [step for row in rows if (step := self._step(handed, row)) is not None]
        codes = {str(row.values["school_code"]) for row in rows}
        missing = [str(one.values["name"]) for code, one in self.known.items() if code not in codes]
        new = sum(step.what == "new" for step in steps)
        counts = {
            "new": new,
            "changed": len(steps) - new,
            "unchanged": len(rows) - len(steps),
            "missing": len(missing),
        }
        return Plan(tuple(steps), counts, tuple(missing))

    def _step(self, handed: Handed, row: Reading) -> Step | None:
        place, values = handed.place(row, "school_code"), _said(row)
        known = self.known.get(str(row.values["school_code"]))
        if known is None:
            code = str(row.values["school_code"])
            fields = tuple(_field(name, "", value) for name, value in values.items())
            name = str(values["name"])
            return Step(place, "new", name, fields, lambda by: self._found(by, code, values))
        differs = {name: value for name, value in values.items() if known.values.get(name) != value}
        if not differs:
            return None
        fields = tuple(_field(name, known.values.get(name), value) for name, value in differs.items())
        name = str(known.values["name"])
        return Step(place, "changed", name, fields, lambda by: self._change(by, known, differs))

    def _found(self, by: Acting, code: str, values: Mapping[str, Any]) -> None:
        given = {name: value for name, value in values.items() if name != "town"}
        case, town = self.case, self.towns.get(str(values.get("town", "")))
        actions.found_institution(
            by, under=case.authority, on=case.on, basis=case.basis, code=code, town=town, **given
        )

    def _change(self, by: Acting, known: _Known, differs: Mapping[str, Any]) -> None:
        on, basis = self.case.on, self.case.basis
        told: dict[str, Any] = {"organisation": known.organisation, "on": on, "basis": basis}
        if "type" in differs:
            actions.convert(by, type=differs["type"], **told)
        if "name" in differs:
            actions.rename(by, name=differs["name"], **told)
        if changed := {name: differs[name] for name in _CHANGED if name in differs}:
            actions.change(by, **told, **changed)
        if "credit_code" in differs:
            actions.give_code(by, system=CodeSystem.CREDIT, value=differs["credit_code"], **told)
        if "town" in differs:
            town = self.towns[differs["town"]]
            actions_relations.relate(
                by, link=Link.LOCATED, upper=town, lower=known.organisation, on=on, basis=basis
            )


def _said(row: Reading) -> dict[str, object]:
    """What a row says, by the names of the registry."""
    return {
        _COLUMNS.get(column, column): _value(column, value)
        for column, value in row.values.items()
        if column != "school_code" and value not in (None, "")
    }


def _known(one: Listed) -> _Known:
    """A school with all that a list could say of it."""
    held = {name: getattr(one.particulars, name) for name in ("name", "type", *_CHANGED)}
    return _Known(one.organisation, held | {"town": one.town, "credit_code": one.credit_code})


def _value(column: str, value: Value) -> object:
    """A cell's value as the registry writes it: the code of a choice, a truth, a text."""
    choices = _CHOICES.get(column)
    if choices is not None:
        return next(choice.value for choice in choices if choice.label == value)
    return value


def _field(name: str, was: object, will_be: object) -> Field:
    return Field(_TITLES[name], _shown(name, was), _shown(name, will_be))


def _shown(name: str, value: object) -> str:
    if value in (None, ""):
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    choices = {"type": Type, "ownership": Ownership, "sponsor": Sponsor}.get(name)
    return str(choices(value).label) if choices is not None else str(value)
