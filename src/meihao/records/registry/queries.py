"""What may be seen of organisations: the only door to their rows.

Each query takes who is asking; a unit out of their scope is as if it were not (`Missing`). The unit at
the other end of a relation is named, also where it is out of scope, and not opened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from meihao.base.stages import Stage
from meihao.records.accounts.acting import Acting, Missing
from meihao.records.registry import access
from meihao.records.registry.models import (
    Code,
    CodeSystem,
    Kind,
    Link,
    Organisation,
    Ownership,
    Particulars,
    Relation,
    Type,
    holds_on,
)

READ, WRITE = "registry.organisation.read", "registry.organisation.write"
PER_PAGE = 50
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """One page of rows, and how many there are on all."""

    rows: list[R]
    total: int


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One unit in a list: as it is on the day asked for."""

    key: UUID
    kind: Kind
    code: str
    name: str
    type: str
    ownership: str
    inclusive: bool | None
    town: str
    since: date


class Unit(NamedTuple):
    """A unit to choose: its key and its name."""

    key: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed by; an empty tuple narrows nothing. Towns, groups, `keys` are keys of units."""

    kinds: Sequence[str] = (Kind.INSTITUTION,)
    types: Sequence[str] = ()
    ownerships: Sequence[str] = ()
    towns: Sequence[str] = field(default=())
    groups: Sequence[str] = ()
    search: str = ""
    keys: Sequence[str] = ()


_ALL = Asked()


def organisations(
    by: Acting,
    as_of: date,
    asked: Asked = _ALL,
    *,
    page: int = 1,
    per_page: int | None = PER_PAGE,
    action: str = READ,
) -> Page[OrganisationRow]:
    """The units in scope that there are on a day, by code; all on one page where `per_page` is None."""
    found = _narrowed(_particulars(by, as_of, action), as_of, asked)
    total = found.count()
    ordered = with_code(found, as_of).order_by(F("code").asc(nulls_last=True), "name", "organisation")
    shown = ordered if per_page is None else ordered[(page - 1) * per_page : page * per_page]
    rows = list(shown.select_related("organisation"))
    towns = _towns([row.organisation_id for row in rows], as_of)
    return Page([_row(row, towns.get(row.organisation_id, "")) for row in rows], total)


def exported(by: Acting, as_of: date, asked: Asked = _ALL) -> Page[OrganisationRow]:
    """As `organisations`, all on one page, of the units whose list the person may carry away."""
    action = "registry.organisation.export"
    return organisations(by, as_of, asked, per_page=None, action=action)


def _particulars(by: Acting, as_of: date, action: str) -> QuerySet[Particulars]:
    within = access.scope(by, action).within("organisation")
    return Particulars.objects.scoped(within, by.name).filter(holds_on(as_of))


def _narrowed(found: QuerySet[Particulars], as_of: date, asked: Asked) -> QuerySet[Particulars]:
    if asked.kinds:
        found = found.filter(organisation__kind__in=asked.kinds)
    if asked.keys:
        found = found.filter(organisation__key__in=asked.keys)
    if asked.types:
        found = found.filter(type__in=asked.types)
    if asked.ownerships:
        found = found.filter(ownership__in=asked.ownerships)
    if asked.towns:
        found = found.filter(organisation__in=_below(asked.towns, (Link.LOCATED,), as_of))
    if asked.groups:
        found = found.filter(organisation__in=_below(asked.groups, (Link.MEMBER, Link.LEAD), as_of))
    return found.filter(_searched(asked.search, as_of)) if asked.search else found


def _below(uppers: Sequence[str], links: Sequence[Link], as_of: date) -> QuerySet[Relation, int]:
    rows = Relation.objects.scoped(holds_on(as_of), "a filter of a scoped list")
    return rows.filter(kind__in=links, upper__key__in=uppers).values_list("lower", flat=True)


def _searched(text: str, as_of: date) -> Q:
    """By name, short name, pinyin (in full or by initials), or the beginning of a code."""
    wanted = text.strip()
    bearing = Code.objects.scoped(holds_on(as_of), "a filter of a scoped list").filter(
        value__startswith=wanted.upper()
    )
    named = Q(name__contains=wanted) | Q(short_name__contains=wanted)
    spelt = Q(pinyin__contains=wanted.lower().replace(" ", "")) if wanted.isascii() else Q()
    return named | spelt | Q(organisation__in=bearing.values("organisation"))


def with_code(found: QuerySet[Particulars], as_of: date) -> QuerySet[Particulars]:
    """Each with the institution or division code that its unit bears on a day, as `code`."""
    borne = Code.objects.scoped(holds_on(as_of), "a column of a scoped list")
    of_unit = borne.filter(organisation=OuterRef("organisation"))

    def one(system: CodeSystem) -> Subquery:
        return Subquery(of_unit.filter(system=system).values("value")[:1])

    return found.annotate(code=Coalesce(one(CodeSystem.INSTITUTION), one(CodeSystem.DIVISION)))


def _towns(units: Sequence[int], as_of: date) -> dict[int, str]:
    rows = Relation.objects.scoped(holds_on(as_of), "a column of a scoped list")
    located = rows.filter(kind=Link.LOCATED, lower__in=units)
    name = Particulars.objects.scoped(holds_on(as_of), "the name of a town").filter(
        organisation=OuterRef("upper")
    )
    named = located.annotate(town=Subquery(name.values("name")[:1]))
    return dict(named.values_list("lower_id", "town"))


def _row(row: Particulars, town: str) -> OrganisationRow:
    return OrganisationRow(
        row.organisation.key,
        Kind(row.organisation.kind),
        getattr(row, "code", None) or "",
        row.name,
        row.type,
        row.ownership,
        row.inclusive,
        town,
        row.since,
    )


def unit(by: Acting, key: UUID | str, action: str = READ) -> Organisation:
    """The unit of a key to which the person may do this. Raises `Missing`."""
    within = access.scope(by, action).within("pk")
    found = Organisation.objects.scoped(within, by.name).filter(key=key).first()
    if found is None:
        raise Missing
    return found


def units(by: Acting, as_of: date, kinds: Iterable[Kind], action: str = READ) -> list[Unit]:
    """The units of some kinds to which the person may do this, that there are on a day, by code."""
    return [Unit(*row) for row in _units(by, as_of, kinds, action).values_list("organisation__key", "name")]


def units_by_kind(
    by: Acting, as_of: date, kinds: Iterable[Kind], action: str = READ
) -> dict[str, list[Unit]]:
    """The same, apart by kind, in one question: what is in scope is dear to find out."""
    apart: dict[str, list[Unit]] = defaultdict(list)
    rows = _units(by, as_of, kinds, action).values_list("organisation__kind", "organisation__key", "name")
    for kind, key, name in rows:
        apart[kind].append(Unit(key, name))
    return apart


def _units(by: Acting, as_of: date, kinds: Iterable[Kind], action: str) -> QuerySet[Particulars]:
    found = _particulars(by, as_of, action).filter(organisation__kind__in=list(kinds))
    return with_code(found, as_of).order_by(F("code").asc(nulls_last=True), "name", "organisation")


def names(keys: Iterable[UUID | str], as_of: date) -> dict[str, str]:
    """The names of units by key: on a day, or else the last before it, or the first after it."""
    rows = Particulars.objects.scoped(Q(organisation__key__in=set(keys)), "names of units beside a unit")
    nearest = Case(When(since__lte=as_of, then=0), default=1)
    found: dict[str, str] = {}
    for key, name, since in rows.order_by(nearest, "since").values_list("organisation__key", "name", "since"):
        if since <= as_of or str(key) not in found:
            found[str(key)] = name
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """One school as a count of a day needs it."""

    organisation: int
    key: UUID
    kind: Kind
    type: Type | None
    ownership: Ownership | None
    inclusive: bool | None
    stages: frozenset[Stage]


def as_of_snapshot(by: Acting, as_of: date) -> list[Standing]:
    """All schools, kindergartens and campuses in scope on a day, by their numbers: for counting."""
    rows = _particulars(by, as_of, READ).filter(organisation__kind__in=(Kind.INSTITUTION, Kind.CAMPUS))
    columns = ("organisation_id", "organisation__key", "organisation__kind", "type", "ownership", "inclusive")
    return [
        Standing(
            pk,
            key,
            Kind(kind),
            Type(type_) if type_ else None,
            Ownership(ownership) if ownership else None,
            inclusive,
            Type(type_).stages if type_ else frozenset(),
        )
        for pk, key, kind, type_, ownership, inclusive in rows.order_by("organisation").values_list(*columns)
    ]
