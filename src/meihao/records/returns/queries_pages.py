"""What only the pages ask: the sheet of a campaign's values, the order of the load, the days that differ."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import F, Max

from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.registry.models import Organisation
from meihao.records.registry.queries import names
from meihao.records.returns.models import Campaign, Return, Submission
from meihao.records.returns.queries import READ, ReturnRow, returns_of
from meihao.records.returns.queries_load import LOAD

HOLD = "returns.held.write"


def values(by: Acting, campaign: Campaign) -> list[tuple[ReturnRow, Submission | None]]:
    """Each return of a campaign in scope with its last version, by code."""
    rows = returns_of(by, campaign, per_page=None).rows
    within = access.scope(by, READ).within("of__organisation")
    handed = Submission.objects.scoped(within, by.name).filter(of__campaign=campaign)
    newest = handed.annotate(newest=Max("of__submissions__number")).filter(number=F("newest"))
    last = {one.of_id: one for one in newest}
    return [(row, last.get(row.filed.pk)) for row in rows]


def codes(by: Acting, year: int) -> dict[UUID, str]:
    """The code that each unit in scope bore in its returns of a year."""
    within = access.scope(by, LOAD).within()
    rows = Return.objects.scoped(within, by.name).filter(campaign__on__year=year)
    return dict(rows.order_by("campaign__on").values_list("organisation__key", "code"))


def years(by: Acting) -> list[int]:
    """The years of whose data returns were asked, the last first."""
    within = access.scope(by, LOAD).within()
    found = Return.objects.scoped(within, by.name).dates("campaign__on", "year", order="DESC")
    return [one.year for one in found]


def days(by: Acting) -> list[tuple[Organisation, str, date]]:
    """The authorities, with names, and days for which this person decides between sources, the last first."""
    within = access.scope(by, HOLD).within("authority")
    rows = Campaign.objects.scoped(within, by.name).select_related("authority").order_by("-on", "pk")
    found = list({(one.authority.pk, one.on): one for one in rows}.values())
    called = names({one.authority.key for one in found}, by.day)
    return [(one.authority, called.get(str(one.authority.key), ""), one.on) for one in found]
