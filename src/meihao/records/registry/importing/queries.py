"""What may be seen of files handed in, and what a file is compared with: within the scope of who asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from meihao.base.divisions import NATION
from meihao.records.accounts.acting import Acting, Missing
from meihao.records.registry import access
from meihao.records.registry.models import (
    BatchState,
    ClassGroup,
    Code,
    CodeSystem,
    Enrolment,
    ImportBatch,
    Kind,
    Link,
    Organisation,
    Particulars,
    Relation,
    holds_on,
)
from meihao.records.registry.queries import READ, Page

IMPORT = "registry.import"
_AT_ONCE = 5000  # values in one question


def batches(by: Acting, *, page: int = 1, per_page: int = 50) -> Page[ImportBatch]:
    """The files in scope, the last first."""
    found = ImportBatch.objects.scoped(access.scope(by, IMPORT).within(), by.name).order_by("-pk")
    rows = found.select_related("organisation")[(page - 1) * per_page : page * per_page]
    return Page(list(rows), found.count())


def batch(by: Acting, key: UUID) -> ImportBatch:
    """One file, as it stands now. Raises `Missing`."""
    within = access.scope(by, IMPORT).within()
    found = ImportBatch.objects.scoped(within, by.name).filter(key=key).select_related("organisation").first()
    if found is None:
        raise Missing
    return found


def applied(by: Acting, organisation: Organisation, form: str, on: date, sha256: str) -> ImportBatch | None:
    """The very same file, applied for the same authority and day; None where it was not."""
    rows = ImportBatch.objects.scoped(access.scope(by, IMPORT).within(), by.name)
    same = rows.filter(organisation=organisation, form=form, on=on, sha256=sha256)
    return same.filter(state=BatchState.APPLIED).first()


def settled(by: Acting, keys: Iterable[str]) -> list[UUID]:
    """Those of some files in scope that were applied or discarded."""
    rows = ImportBatch.objects.scoped(access.scope(by, IMPORT).within(), by.name).filter(key__in=list(keys))
    return list(rows.exclude(state=BatchState.STAGED).values_list("key", flat=True))


def place_of(authority: Organisation, on: date) -> str:
    """The division code under whose rules an authority's lists are read; the nation's where it bears none."""
    borne = Code.objects.scoped(holds_on(on), "the division of an authority")
    code = borne.filter(organisation=authority, system=CodeSystem.DIVISION).first()
    return code.value if code is not None else NATION


# --- the units of an authority


@dataclass(frozen=True, slots=True)
class Listed:
    """A unit of an authority on a day: its particulars, its codes and its town ("" for none)."""

    organisation: Organisation
    particulars: Particulars
    code: str
    credit_code: str
    town: str


def listed(
    by: Acting, authority: Organisation, on: date, action: str = READ, *, campuses: bool = False
) -> list[Listed]:
    """The schools that an authority administers on a day, in scope; their campuses too where asked for."""
    units = _below(by, {authority.pk}, Link.ADMINISTERS, on)
    if campuses:
        units |= _below(by, units, Link.CAMPUS, on)
    within = access.scope(by, action).within("organisation")
    rows = Particulars.objects.scoped(within, by.name).filter(holds_on(on), organisation__in=units)
    schools = rows.filter(organisation__kind__in=(Kind.INSTITUTION, Kind.CAMPUS)).select_related(
        "organisation"
    )
    codes, located = _codes(units, on), _located(units, on)
    return [
        Listed(
            row.organisation,
            row,
            codes.get((row.organisation_id, CodeSystem.INSTITUTION), ""),
            codes.get((row.organisation_id, CodeSystem.CREDIT), ""),
            located.get(row.organisation_id, ""),
        )
        for row in schools.order_by("organisation")
    ]


def towns(by: Acting, authority: Organisation, on: date) -> dict[str, Organisation]:
    """The towns of an authority on a day, by their names."""
    units = _below(by, {authority.pk}, Link.ADMINISTERS, on)
    within = access.scope(by, READ).within("organisation")
    rows = Particulars.objects.scoped(within, by.name).filter(holds_on(on), organisation__in=units)
    found = rows.filter(organisation__kind=Kind.TOWN).select_related("organisation")
    return {row.name: row.organisation for row in found}


def _below(by: Acting, units: Collection[int], link: Link, on: date) -> set[int]:
    rows = Relation.objects.scoped(Q(upper__in=units), f"the units of an authority, for {by.name}")
    return set(rows.filter(holds_on(on), kind=link).values_list("lower_id", flat=True))


def _codes(units: Collection[int], on: date) -> Mapping[tuple[int, str], str]:
    rows = Code.objects.scoped(Q(organisation__in=units), "a column of a scoped list").filter(holds_on(on))
    return {
        (unit, system): value for unit, system, value in rows.values_list("organisation", "system", "value")
    }


def _located(units: Collection[int], on: date) -> Mapping[int, str]:
    rows = Relation.objects.scoped(Q(lower__in=units), "a column of a scoped list")
    pairs = list(rows.filter(holds_on(on), kind=Link.LOCATED).values_list("lower_id", "upper_id"))
    uppers = {upper for _, upper in pairs}
    named = Particulars.objects.scoped(Q(organisation__in=uppers), "the names of towns").filter(holds_on(on))
    names = dict(named.values_list("organisation_id", "name"))
    return {lower: names.get(upper, "") for lower, upper in pairs}


# --- the pupils of schools


@dataclass(frozen=True, slots=True)
class Held:
    """A class and the numbers of the enrolments that are in it."""

    group: ClassGroup
    enrolments: frozenset[int]


def classes(by: Acting, schools: Collection[int], school_year: int, action: str) -> list[ClassGroup]:
    """The classes of schools in one school year, in scope; those that have ended too."""
    within = access.scope(by, action).within("organisation")
    rows = ClassGroup.objects.scoped(within, by.name)
    return list(rows.filter(organisation__in=schools, school_year=school_year))


def earlier_classes(
    by: Acting, schools: Collection[int], school_year: int, on: date, action: str
) -> list[Held]:
    """The open classes of schools from before a school year, in scope, with who is in them from a day on."""
    within = access.scope(by, action).within("organisation")
    rows = ClassGroup.objects.scoped(within, by.name).filter(organisation__in=schools, until__isnull=True)
    earlier = list(rows.filter(school_year__lt=school_year, since__lt=on))
    seats = Enrolment.objects.scoped(within, by.name).filter(class_group__in=[one.pk for one in earlier])
    inside: dict[int, set[int]] = defaultdict(set)
    here = seats.filter(Q(until__isnull=True) | Q(until__gt=on))
    for group, row in here.values_list("class_group_id", "pk"):
        if group is not None:
            inside[group].add(row)
    return [Held(one, frozenset(inside[one.pk])) for one in earlier]


def enrolled(by: Acting, schools: Collection[int], on: date, action: str) -> Iterator[tuple[int, int]]:
    """Who is enrolled at schools on a day, in scope: school and person, by their numbers."""
    within = access.scope(by, action).within("organisation")
    rows = Enrolment.objects.scoped(within, by.name).filter(holds_on(on), organisation__in=schools)
    return rows.values_list("organisation_id", "person_id").iterator()


def enrolments(by: Acting, people: Sequence[int]) -> Iterator[Enrolment]:
    """Every enrolment of some people, wherever, the earliest first: whoever enrols them must know of them."""
    for some in _parts(people):
        rows = Enrolment.objects.scoped(Q(person__in=some), f"who of a list is enrolled, for {by.name}")
        yield from rows.select_related("organisation", "class_group").order_by("since")


def _parts(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[start : start + _AT_ONCE] for start in range(0, len(numbers), _AT_ONCE))
