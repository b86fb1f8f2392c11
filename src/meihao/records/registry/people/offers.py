"""What the pages of people offer to write: links, where it is permitted and the day looked at is the present.

A form that is sent carries its own day; that no past day offers one is for whoever reads the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from meihao.base.text import Text
from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.registry.models import ClassGroup, Kind, Organisation
from meihao.records.registry.people import (
    actions,
    actions_classes,
    actions_places,
    forms_classes,
    forms_places,
    forms_pupils,
    forms_staff,
    queries_open,
)
from meihao.records.registry.people.form_parts import SentForm
from meihao.records.registry.people.grades import leaving
from meihao.records.registry.people.queries_open import Held
from meihao.records.registry.queries import units
from meihao.records.registry.request import Request, present


def _named(*kinds: type[SentForm[Any]]) -> dict[str, type[SentForm[Any]]]:
    return {kind.what: kind for kind in kinds}


OF_UNIT = _named(forms_pupils.Admission, forms_staff.Appointment)
OF_PERSON = _named(
    forms_pupils.Transfer, forms_pupils.Leaving, forms_staff.PostEnd, forms_staff.EmploymentEnd
)
OF_CLASS = _named(forms_classes.Promotion, forms_classes.Graduation, forms_classes.Closing)
OF_PLACES = _named(forms_places.Approved, forms_places.Seats, forms_places.Ground)


class Offer(NamedTuple):
    """A link to a form."""

    address: str
    title: Text


def of_unit(request: Request, unit: Organisation) -> list[Offer]:
    """What can be written of the people of a unit; pupils and classes where it teaches any grade."""
    by = request.by
    if not present(request):
        return []
    people, classes = (access.allowed(by, action, unit) for action in (actions.WRITE, actions_classes.WRITE))
    if not (people or classes):
        return []
    grades = queries_open.grades(by, unit, actions.WRITE if people else actions_classes.WRITE)
    found = [_people(unit, forms_pupils.Admission)] if people and grades else []
    if classes and grades:
        found.append(Offer(reverse("registry:class-open", args=[unit.key]), forms_classes.Opening.title))
    return [*found, _people(unit, forms_staff.Appointment)] if people else found


def of_class(request: Request, of: ClassGroup) -> list[Offer]:
    """What can be written of a class that has not ended: a pupil comes, it goes up or graduates, it ends."""
    if not present(request) or of.until is not None:
        return []
    found = []
    if access.allowed(request.by, actions.WRITE, of.organisation):
        admission = _people(of.organisation, forms_pupils.Admission)
        found.append(Offer(f"{admission.address}?{urlencode({'place': of.key})}", admission.title))
    if access.allowed(request.by, actions_classes.WRITE, of.organisation):
        found += _offers("registry:class-record", of.key, _next(request.by, of))
    return found


def _next(by: Acting, of: ClassGroup) -> list[type[SentForm[Any]]]:
    leaves = leaving(of.grade)
    grades = queries_open.grades(by, of.organisation, actions_classes.WRITE)
    goes_on = not leaves or (of.grade == 6 and 7 in grades)  # a nine-year school takes its own
    found: list[type[SentForm[Any]]] = [forms_classes.Promotion] if goes_on else []
    return [*found, *([forms_classes.Graduation] if leaves else []), forms_classes.Closing]


def of_person(request: Request, held: Held | None) -> list[Offer]:
    """What can be written of a person by what they hold; nothing where it is not for this person to write."""
    if held is None or not present(request):
        return []
    kinds: list[type[SentForm[Any]]] = []
    if held.enrolment is not None:
        schools = units(request.by, request.by.day, (Kind.INSTITUTION, Kind.CAMPUS), actions.WRITE)
        kinds += [forms_pupils.Transfer] if len(schools) > 1 else []
        kinds.append(forms_pupils.Leaving)
    kinds += [forms_staff.PostEnd] if held.open_posts else []
    kinds += [forms_staff.EmploymentEnd] if held.employment is not None else []
    return _offers("registry:person-record", held.key, kinds)


def of_places(request: Request, unit: Organisation) -> list[Offer]:
    """What can be written of what a unit is given; places where it teaches any grade."""
    if not (present(request) and access.allowed(request.by, actions_places.WRITE, unit)):
        return []
    graded = bool(queries_open.grades(request.by, unit, actions_places.WRITE))
    kinds = [kind for kind in OF_PLACES.values() if graded or kind is not forms_places.Seats]
    return _offers("registry:place-set", unit.key, kinds)


def _people(unit: Organisation, kind: type[SentForm[Any]]) -> Offer:
    return _offers("registry:people-record", unit.key, [kind])[0]


def _offers(route: str, key: object, kinds: Iterable[type[SentForm[Any]]]) -> list[Offer]:
    return [Offer(reverse(route, args=[key, kind.what]), kind.title) for kind in kinds]
