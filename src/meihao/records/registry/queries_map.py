"""Where the schools in scope lie on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.registry.models import Kind, Site, holds_on
from meihao.records.registry.queries import READ, Asked, OrganisationRow, organisations

KINDS = (Kind.INSTITUTION, Kind.CAMPUS)
_Degrees = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True, slots=True)
class Lying:
    """A school, and the degrees north and east of its first site; None where they are not recorded."""

    school: OrganisationRow
    latitude: Decimal | None
    longitude: Decimal | None


def lying(by: Acting, as_of: date) -> list[Lying]:
    """The schools, kindergartens and campuses in scope that there are on a day, by code."""
    schools = organisations(by, as_of, Asked(kinds=KINDS), per_page=None).rows
    degrees = _degrees(by, as_of)
    return [Lying(school, *degrees.get(str(school.key), (None, None))) for school in schools]


def _degrees(by: Acting, as_of: date) -> Mapping[str, _Degrees]:
    rows = Site.objects.scoped(access.scope(by, READ).within("organisation"), by.name)
    placed = rows.filter(holds_on(as_of), latitude__isnull=False).order_by("-name")
    return {
        str(key): (north, east)
        for key, north, east in placed.values_list("organisation__key", "latitude", "longitude")
    }
