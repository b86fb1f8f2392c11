"""What may be issued, to whom: forms that come in on a day, authorities, and the units each form is for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from meihao.documents.returns.intake import incoming
from meihao.policy.kinds import Fact, Form
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.registry.facts import typed_as
from meihao.records.registry.importing.queries import listed, place_of
from meihao.records.registry.models import Code, CodeSystem, Kind, Organisation, Particulars, holds_on
from meihao.records.returns.checking import own_column

WRITE = "returns.campaign.write"


@dataclass(frozen=True, slots=True)
class Addressee:
    """A unit that a form may be asked of; `code` is what figures know it by on the day, empty for none."""

    organisation: Organisation
    name: str
    code: str
    town: str


def issuable(authority: Organisation, on: date, rulebook: Rulebook) -> list[Form]:
    """The forms an authority may ask for on a day."""
    return list(incoming(rulebook, on, place_of(authority, on)).forms)


def authorities(by: Acting) -> list[tuple[Organisation, str]]:
    """The authorities for which this person may issue campaigns, with their names of today."""
    within = access.scope(by, WRITE).within()
    rows = Particulars.objects.scoped(within, by.name).filter(holds_on(by.day))
    found = rows.filter(organisation__kind=Kind.AUTHORITY).select_related("organisation").order_by("name")
    return [(row.organisation, row.name) for row in found]


def audience(by: Acting, authority: Organisation, form: str, on: date, rulebook: Rulebook) -> list[Addressee]:
    """The units a form may be asked of, by code.

    Schools and campuses where each row is about one or lies within one, by the types the fact names; else the
    authority itself.
    """
    place = place_of(authority, on)
    policy = rulebook.get(Form, form, on, place)
    fact = rulebook.get(Fact, policy.fact, on, place)
    if not asks_schools(fact):
        return [_itself(authority, on)]
    found = [
        Addressee(one.organisation, one.particulars.name, one.code, one.town)
        for one in listed(by, authority, on, WRITE, campuses=True)
        if not fact.registered_as or typed_as(one.particulars.type, fact) in fact.registered_as
    ]
    return sorted(found, key=lambda one: (not one.code, one.code, one.name))


def asks_schools(fact: Fact) -> bool:
    """Whether schools fill it in, and not the authority itself."""
    return own_column(fact) is not None and fact.identity != "division_code"


def _itself(authority: Organisation, on: date) -> Addressee:
    rows = Particulars.objects.scoped(holds_on(on), "the name of an authority in scope")
    named = rows.filter(organisation=authority).first()
    return Addressee(authority, named.name if named else "", code_of(authority, on), "")


def code_of(organisation: Organisation, on: date) -> str:
    """The code figures know a unit by on a day; empty for none."""
    return codes_of([organisation], on).get(organisation.pk, "")


def codes_of(organisations: Iterable[Organisation], on: date) -> dict[int, str]:
    """The codes figures know units by on a day: a school's own, an authority's division."""
    kinds = {one.pk: one.kind for one in organisations}
    borne = Code.objects.scoped(holds_on(on), "the codes of units that are asked").filter(
        organisation__in=kinds, system__in=(CodeSystem.DIVISION, CodeSystem.INSTITUTION)
    )
    return {
        pk: value
        for pk, system, value in borne.values_list("organisation_id", "system", "value")
        if (system == CodeSystem.DIVISION) == (kinds[pk] == Kind.AUTHORITY)
    }
