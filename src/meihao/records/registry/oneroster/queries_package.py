"""What a CSV package holds: all rows of a list on a day, and beside them what our own import asks of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db.models import Q

from meihao.records.accounts.acting import Acting
from meihao.records.registry.models import (
    Code,
    CodeSystem,
    IdKind,
    Link,
    Particulars,
    Person,
    Relation,
    holds_on,
)
from meihao.records.registry.oneroster import lists
from meihao.records.registry.oneroster import queries_rows as rows
from meihao.records.registry.oneroster.lists import Kept
from meihao.records.registry.oneroster.queries_rows import Window
from meihao.records.registry.oneroster.shapes import Record, References
from meihao.records.registry.oneroster.vocabulary import ACTIVE, SEXES
from meihao.records.registry.queries import names


def active(by: Acting, kept: Kept, seen: Window, to: References) -> list[Record]:
    """What holds on the day: a bulk file has nothing else."""
    found = kept.rows(by, seen).filter(status=ACTIVE).order_by(kept.key).values(*kept.columns)
    return kept.written(by, seen, list(found), to)


def sexes(by: Acting, seen: Window) -> list[tuple[str, str]]:
    """The key and the sex of everybody there is on the day, in the words of the standard."""
    found = rows.people(by, seen).filter(status=ACTIVE).order_by("key").values_list("key", "sex")
    return [(str(key), SEXES[sex]) for key, sex in found]


def particulars(by: Acting, keys: Sequence[str], seen: Window) -> dict[str, Particulars]:
    """The particulars of units on the day, by key."""
    stood = Particulars.objects.scoped(Q(organisation__key__in=keys), by.name).filter(holds_on(seen.day))
    return {str(row.organisation.key): row for row in stood.select_related("organisation")}


def credit_codes(by: Acting, keys: Sequence[str], seen: Window) -> dict[str, str]:
    """The unified social credit codes of units, by key."""
    borne = Code.objects.scoped(Q(organisation__key__in=keys), by.name).filter(holds_on(seen.day))
    pairs = borne.filter(system=CodeSystem.CREDIT).values_list("organisation__key", "value")
    return {str(key): value for key, value in pairs}


def towns(by: Acting, keys: Sequence[str], seen: Window) -> dict[str, str]:
    """The names of the towns in which units lie, by key."""
    located = Relation.objects.scoped(Q(lower__key__in=keys), by.name).filter(holds_on(seen.day))
    pairs = list(located.filter(kind=Link.LOCATED).values_list("lower__key", "upper__key"))
    named = names({upper for _, upper in pairs}, seen.day)
    return {str(lower): named.get(str(upper), "") for lower, upper in pairs}


def numbers(by: Acting, seen: Window) -> Mapping[str, tuple[str, str, str]]:
    """Student number, identity number and its kind of those whose names are given, by key; opened."""
    if not seen.named_by:
        return {}
    found = lists.USERS.rows(by, replace(seen, only=seen.named_by)).filter(erased_on__isnull=True)
    return {str(person.key): _numbered(person) for person in found}


def _numbered(person: Person) -> tuple[str, str, str]:
    number, student = person.id_number, person.student_number
    return (
        student.opened() if student is not None else "",
        number.opened() if number is not None else "",
        IdKind(person.id_kind).label if person.id_kind else "",
    )
