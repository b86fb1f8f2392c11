"""A list of institutions against the registry: who is new, what changed, who is not in the list.

A school is known by its 标识码. Only columns that the list has, and cells that are filled, say anything;
a school that the list leaves out is shown and left alone, since a list may be of a part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models

from meihao.base.text import Refused, Text
from meihao.documents.returns.layouts import Reading
from meihao.figures.interpreter import Value
from meihao.records.accounts.acting import Acting
from meihao.records.registry import actions, actions_relations, queries
from meihao.records.registry.importing.reading import place_of
from meihao.records.registry.importing.steps import Field, Plan, Step
from meihao.records.registry.models import (
    Code,
    CodeSystem,
    Kind,
    Link,
    Organisation,
    Ownership,
    Particulars,
    Relation,
    Sponsor,
    Type,
    holds_on,
)

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


@dataclass(frozen=True, slots=True)
class Units:
    """What a list is compared with: the authority's schools and towns on one day."""

    authority: Organisation
    on: date
    basis: str
    known: Mapping[str, _Known]
    towns: Mapping[str, Organisation]

    @classmethod
    def of(cls, by: Acting, authority: Organisation, on: date, basis: str) -> Units:
        """The authority's units on a day; towns by their names."""
        ids = {row.organisation for row in queries.as_of_snapshot(by, on)}
        below = Relation._plain.filter(holds_on(on), kind=Link.ADMINISTERS, upper=authority)
        schools = set(below.filter(lower__in=ids).values_list("lower_id", flat=True))
        towns = Particulars._plain.filter(
            holds_on(on), organisation__kind=Kind.TOWN, organisation__in=below.values("lower")
        ).select_related("organisation")
        return cls(authority, on, basis, _known(schools, on), {row.name: row.organisation for row in towns})

    def plan(self, rows: list[Reading]) -> Plan:
        """What the rows would do. Raises `Refused` for a town that is not registered."""
        steps = [step for row in rows if (step := self._step(row)) is not None]
        listed = {str(row.values["school_code"]) for row in rows}
        missing = [str(one.values["name"]) for code, one in self.known.items() if code not in listed]
        return Plan(tuple(steps), len(rows) - len(steps), tuple(missing))

    def _step(self, row: Reading) -> Step | None:
        place, values = place_of(row, "school_code"), self._said(row)
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

    def _said(self, row: Reading) -> dict[str, object]:
        """What a row says, by the names of the registry."""
        said = {
            _COLUMNS.get(column, column): _value(column, value)
            for column, value in row.values.items()
            if column != "school_code" and value not in (None, "")
        }
        town = said.get("town")
        if town is not None and town not in self.towns:
            where = place_of(row, "town")
            raise Refused(
                f"{where}：台账里没有「{town}」这个乡镇（街道）。请先登记它，或改正名称。",
                f"{where}: no town “{town}” is registered. Register it first, or correct its name.",
            )
        return said

    def _found(self, by: Acting, code: str, values: Mapping[str, Any]) -> None:
        given = {name: value for name, value in values.items() if name != "town"}
        town = self.towns.get(str(values.get("town", "")))
        actions.found_institution(
            by, under=self.authority, on=self.on, basis=self.basis, code=code, town=town, **given
        )

    def _change(self, by: Acting, known: _Known, differs: Mapping[str, Any]) -> None:
        told: dict[str, Any] = {"organisation": known.organisation, "on": self.on, "basis": self.basis}
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
                by, link=Link.LOCATED, upper=town, lower=known.organisation, on=self.on, basis=self.basis
            )


def _known(schools: set[int], on: date) -> dict[str, _Known]:
    """The schools by their codes, with all that a list could say of them."""
    codes = {
        system: dict(
            Code._plain.filter(holds_on(on), organisation__in=schools, system=system).values_list(
                "organisation_id", "value"
            )
        )
        for system in (CodeSystem.INSTITUTION, CodeSystem.CREDIT)
    }
    located = Relation._plain.filter(holds_on(on), kind=Link.LOCATED, lower__in=schools)
    names = dict(
        Particulars._plain.filter(holds_on(on), organisation__kind=Kind.TOWN).values_list(
            "organisation_id", "name"
        )
    )
    towns = {lower: names.get(upper, "") for lower, upper in located.values_list("lower_id", "upper_id")}
    rows = Particulars._plain.filter(holds_on(on), organisation__in=schools).select_related("organisation")
    return {
        code: _Known(row.organisation, dict(_held(row, towns, codes[CodeSystem.CREDIT])))
        for row in rows
        if (code := codes[CodeSystem.INSTITUTION].get(row.organisation_id)) is not None
    }


def _held(
    row: Particulars, towns: Mapping[int, str], credit: Mapping[int, str]
) -> Iterator[tuple[str, object]]:
    for name in ("name", "type", *_CHANGED):
        yield name, getattr(row, name)
    yield "town", towns.get(row.organisation_id, "")
    yield "credit_code", credit.get(row.organisation_id, "")


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
