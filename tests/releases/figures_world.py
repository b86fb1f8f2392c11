"""The invented district as a source of figures, its units in the registry, and people who look at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from django.test import Client

from meihao.demo.district import District, invent
from meihao.demo.institutions import Institution, institutions
from meihao.demo.names import DISTRICT, DIVISION
from meihao.figures.gathering import Asked, Told
from meihao.figures.interpreter import Row
from meihao.figures.snapshot import Origin
from meihao.records.accounts.acting import Acting, command
from meihao.records.accounts.models import User
from meihao.records.registry.models import (
    Code,
    CodeSystem,
    Grant,
    Kind,
    Link,
    Organisation,
    Particulars,
    Relation,
)
from meihao.releases import rules

AT = datetime(2025, 10, 20, 2, tzinfo=UTC)
ON = date(2025, 9, 1)
STANDARD = "cn/compulsory-balance"
SINCE = date(2015, 9, 1)


@cache
def invented() -> District:
    """The rows of the demonstration."""
    return invent(rules.rulebook(), ON)


def rows(district: District) -> dict[str, Sequence[Row]]:
    """The rows of each fact, as the workbooks of the demonstration hold them."""
    return {
        "cn/institution/register": district.register,
        "cn/compulsory/campus": district.schools,
        "cn/compulsory/district": [district.district],
        "cn/evaluation/declaration": district.declared,
        "cn/evaluation/assignment": district.assigned,
    }


@dataclass
class DemoSource:
    """What the source of the tests tells on the day of the data; `changed` replaces values by cell.

    `only`: the schools that there are; all without it.
    """

    changed: dict[tuple[str, str, str], object]
    only: frozenset[str] = frozenset()

    def __call__(self, asked: Asked) -> Iterator[Told]:
        if asked.place != DIVISION or asked.on.year not in (2024, 2025):
            return
        for key, found in rows(invented()).items():
            fact = asked.facts.get(key)
            for row in found if fact is not None else ():
                assert fact is not None
                identity = str(row[fact.identity])
                if self.only and fact.identity == "school_code" and identity not in self.only:
                    continue
                values = {name: value for name, value in row.items() if name in fact.columns}
                for (of, who, column), value in self.changed.items():
                    if (of, who) == (key, identity):
                        values[column] = value  # type: ignore[assignment]
                origins = {name: _origin(key, identity, name) for name in values}
                yield Told(key, identity, values, origins)


def _origin(fact: str, identity: str, column: str) -> Origin:
    return Origin(f"{identity}.xlsx", "0" * 64, fact, column, fact)


def compulsory() -> list[Institution]:
    """The schools of the district that the standard judges, in order of code."""
    return sorted((one for one in institutions() if one.compulsory), key=lambda one: one.code)


@dataclass
class World:
    """The bureau, its towns and schools by code, and a person for each role."""

    bureau: Organisation
    towns: dict[str, Organisation]
    schools: dict[str, Organisation]

    def person(self, role: str, unit: Organisation) -> Acting:
        """Somebody who holds a role at a unit."""
        user = User.objects.create(username=f"{role}-{unit.pk}", name=f"虚构{role}", opened_at=AT)
        Grant._plain.create(user=user, role=role, organisation=unit, since=SINCE, given_by="测试")
        return Acting(user, AT)

    def client(self, role: str, unit: Organisation) -> Client:
        """Their browser."""
        client, by = Client(), self.person(role, unit)
        assert by.user is not None
        client.force_login(by.user)
        return client


def unit(kind: Kind, name: str) -> Organisation:
    """A unit with a name."""
    made = Organisation._plain.create(kind=kind)
    Particulars._plain.create(organisation=made, name=name, since=SINCE)
    return made


def build() -> World:
    """The registry of the district, written straight into its tables: it is not what is tried here."""
    bureau = unit(Kind.AUTHORITY, f"{DISTRICT}教育局")
    Code._plain.create(organisation=bureau, system=CodeSystem.DIVISION, value=DIVISION, since=SINCE)
    towns: dict[str, Organisation] = {}
    schools: dict[str, Organisation] = {}
    for one in institutions():
        town = towns.setdefault(one.town.name, unit(Kind.TOWN, one.town.name))
        school = schools[one.code] = unit(Kind.INSTITUTION, one.name)
        Code._plain.create(organisation=school, system=CodeSystem.INSTITUTION, value=one.code, since=SINCE)
        for kind, upper in ((Link.ADMINISTERS, bureau), (Link.LOCATED, town)):
            Relation._plain.create(kind=kind, upper=upper, lower=school, since=SINCE)
    for town in towns.values():
        Relation._plain.create(kind=Link.ADMINISTERS, upper=bureau, lower=town, since=SINCE)
    return World(bureau, towns, schools)


def console() -> Acting:
    """The operator's command."""
    return command("test", AT)


def told(changed: Mapping[tuple[str, str, str], object] | None = None) -> DemoSource:
    """The source, with some values other than invented."""
    return DemoSource(dict(changed or {}))
