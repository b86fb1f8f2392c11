"""What the registry knows, as a source of figures: its institutions, and what its classes add up to.

A source is asked by figures for a place and a day and by nobody in particular: it reads everything of that
place. Who may see what comes of it is asked where it is shown. Nothing that tells a person apart is told:
classes count their pupils.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Q

from meihao.base.school_year import school_year_on
from meihao.base.stages import Stage
from meihao.documents.returns.intake import REGISTER
from meihao.figures.gathering import Asked, Told, source
from meihao.figures.interpreter import Row, Value
from meihao.figures.known import summed
from meihao.figures.snapshot import Origin
from meihao.policy.kinds import Calendar, Fact, Known
from meihao.policy.rulebook import Rulebook
from meihao.records.registry.models import (
    ClassGroup,
    Code,
    CodeSystem,
    Enrolment,
    Kind,
    Link,
    Organisation,
    Particulars,
    Relation,
    Type,
    holds_on,
)
from meihao.records.registry.models.people_kinds import class_worded, grade_worded
from meihao.records.registry.people.grades import stage_of

CLASSES = "cn/registry/class"
_CALENDAR = "cn/school-year"
_ALL = "a source of figures: everything of a place"
_FILE = "基础台账"


@dataclass(frozen=True, slots=True)
class RegisteredUnit:
    """A school, or a campus with a code of its own, as it is on a day."""

    pk: int
    code: str
    name: str
    type: str
    town: str
    group: str


@source("registry")
def told(asked: Asked) -> Iterator[Told]:
    """The register, the schools that should report, and what `known` policies add up of their classes."""
    units = [one for one in units_of(asked.place, asked.on) if asked.unit in (None, one.code)]
    for key, fact in asked.facts.items():
        if key == REGISTER:
            yield from (_registered(unit, fact) for unit in units)
        elif fact.registered_as:
            yield from (
                _named(unit, fact) for unit in units if typed_as(unit.type, fact) in fact.registered_as
            )
    yield from _known(asked, units)


def typed_as(type_: str, fact: Fact) -> str:
    """What a fact calls a type of institution (初级中学 is its 初中); nothing where it has no word for it."""
    label = str(Type(type_).label) if type_ else ""
    spec = fact.columns.get("school_type")
    if spec is None:
        return label
    called = spec.also.get(label, label)
    return called if called in spec.choices else ""


def _registered(unit: RegisteredUnit, fact: Fact) -> Told:
    said: dict[str, Value] = {
        "name": unit.name,
        "school_type": typed_as(unit.type, fact) or None,
        "town": unit.town or None,
        "school_group": unit.group or None,
    }
    return _row(unit.code, fact, said, fact.key, fact.title.zh)


def _named(unit: RegisteredUnit, fact: Fact) -> Told:
    said: dict[str, Value] = {fact.name_column: unit.name, "school_type": typed_as(unit.type, fact)}
    return _row(unit.code, fact, said, REGISTER, "学校名录")


def _row(code: str, fact: Fact, said: Mapping[str, Value], form: str, sheet: str) -> Told:
    """The columns that the fact has, each with where it stands: the registry, its list, whose row.

    The registry is no file: what stands for its hash is that of the row as it was told.
    """
    values: dict[str, Value] = {name: value for name, value in said.items() if name in fact.columns}
    values[fact.identity] = code
    digest = hashlib.sha256(repr(sorted(values.items())).encode()).hexdigest()
    origins = {
        name: Origin(_FILE, digest, sheet, f"{code}/{name}", form)
        for name, value in values.items()
        if value is not None
    }
    return Told(fact.key, code, values, origins)


# --- the units of a place


def units_of(place: str, on: date) -> list[RegisteredUnit]:
    """The schools that the authority of a division administers on a day, by code; campuses with their own."""
    held = holds_on(on)
    bearing = Code.objects.scoped(held, _ALL).filter(system=CodeSystem.DIVISION, value=place)
    authorities = Organisation.objects.scoped(None, _ALL).filter(kind=Kind.AUTHORITY, codes__in=bearing)
    schools = _below(authorities.values_list("pk", flat=True), Link.ADMINISTERS, on)
    pks = schools | _below(schools, Link.CAMPUS, on)
    codes = _codes(pks, on)
    towns, groups = _uppers(pks, (Link.LOCATED,), on), _uppers(pks, (Link.MEMBER, Link.LEAD), on)
    rows = Particulars.objects.scoped(held, _ALL).filter(
        organisation__in=pks, organisation__kind__in=(Kind.INSTITUTION, Kind.CAMPUS)
    )
    found = rows.values_list("organisation_id", "name", "type")
    return sorted(
        (
            RegisteredUnit(pk, codes[pk], name, type_, towns.get(pk, ""), groups.get(pk, ""))
            for pk, name, type_ in found
            if pk in codes
        ),
        key=lambda unit: unit.code,
    )


def _below(uppers: Iterable[int], link: Link, on: date) -> set[int]:
    rows = Relation.objects.scoped(holds_on(on), _ALL).filter(kind=link, upper__in=list(uppers))
    return set(rows.values_list("lower_id", flat=True))


def _codes(pks: Iterable[int], on: date) -> dict[int, str]:
    rows = Code.objects.scoped(holds_on(on), _ALL).filter(
        organisation__in=list(pks), system=CodeSystem.INSTITUTION
    )
    return dict(rows.values_list("organisation_id", "value"))


def _uppers(pks: Iterable[int], links: Iterable[Link], on: date) -> dict[int, str]:
    """The name of the unit above each; of several the first by name."""
    held = holds_on(on)
    rows = Relation.objects.scoped(held, _ALL).filter(lower__in=list(pks), kind__in=list(links))
    pairs = list(rows.values_list("lower_id", "upper_id"))
    named = Particulars.objects.scoped(held, _ALL).filter(organisation__in={upper for _, upper in pairs})
    names = dict(named.values_list("organisation_id", "name"))
    found: dict[int, str] = {}
    for name, lower in sorted((names[upper], lower) for lower, upper in pairs if upper in names):
        found.setdefault(lower, name)
    return found


# --- what classes add up to


def _known(asked: Asked, units: Iterable[RegisteredUnit]) -> Iterator[Told]:
    rulebook = Rulebook.load()
    policies = [one for one in rulebook.all(Known, asked.on, asked.place) if one.fact in asked.facts]
    if not policies:
        return
    calendar = rulebook.get(Calendar, _CALENDAR, asked.on, asked.place)
    year = school_year_on(asked.on, calendar.school_year_starts, calendar.census).first.year
    rows = list(class_rows({unit.pk: unit.code for unit in units}, year, asked.on))
    for policy in policies:
        if policy.source == CLASSES:
            fact = rulebook.get(Fact, CLASSES, asked.on, asked.place)
            for code, said in summed(policy, fact, rows).items():
                yield _row(code, asked.facts[policy.fact], said, CLASSES, fact.title.zh)


def class_rows(schools: Mapping[int, str], school_year: int, on: date) -> Iterator[Row]:
    """The classes of schools on a day as rows of `cn/registry/class`, and their pupils who are in none.

    A class of a campus without a code of its own is its school's. A school without a class has no rows.
    """
    owners = dict(schools) | _campuses(schools, on)
    held = holds_on(on)
    classes = list(
        ClassGroup.objects.scoped(held, _ALL)
        .filter(organisation__in=owners, school_year=school_year)
        .order_by("organisation", "grade", "number")
    )
    rows = Enrolment.objects.scoped(held, _ALL).filter(organisation__in=owners)
    pupils: dict[int, int] = dict(
        rows.filter(class_group__isnull=False).values_list("class_group").annotate(n=Count("pk")).order_by()
    )
    for group in classes:
        yield _class_row(
            owners[group.organisation_id],
            group.organisation_id,
            group.grade,
            group.number,
            pupils.get(group.pk),
        )
    known = {owners[group.organisation_id] for group in classes}
    outside = rows.filter(Q(class_group__isnull=True) | ~Q(class_group__in=[group.pk for group in classes]))
    counted = outside.values_list("organisation_id", "grade").annotate(n=Count("pk")).order_by()
    for unit, grade, number in counted:
        if owners[unit] in known:
            yield _class_row(owners[unit], unit, grade, None, number)


def _campuses(schools: Mapping[int, str], on: date) -> dict[int, str]:
    """Campuses without a code of their own, with the code of their school."""
    rows = Relation.objects.scoped(holds_on(on), _ALL).filter(kind=Link.CAMPUS, upper__in=list(schools))
    pairs = rows.values_list("lower_id", "upper_id")
    return {lower: schools[upper] for lower, upper in pairs if lower not in schools}


def _class_row(code: str, unit: int, grade: int, number: int | None, pupils: int | None) -> Row:
    stage: Stage = stage_of(grade)
    return {
        "class_code": f"{code}-{unit}-{grade}-{number or 0}",
        "class_name": class_worded(grade, number).zh,
        "school_code": code,
        "stage": stage.words.zh,
        "grade": grade_worded(grade).zh,
        "is_class": number is not None,
        "pupils": None if pupils is None else Fraction(pupils),
    }
