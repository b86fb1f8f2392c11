"""Cell by cell: what is known of a return from elsewhere, what changed, what is wrong, what differs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from meihao.base.text import Text
from meihao.documents.returns.intake import incoming
from meihao.figures.gathering import Address, Disagreement, Gathered
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.registry.importing.queries import place_of
from meihao.records.registry.models import Organisation
from meihao.records.returns.cases import canonical_draft, case_of, faults_of
from meihao.records.returns.checking import Fault
from meihao.records.returns.gathering import decided, told
from meihao.records.returns.models import (
    Campaign,
    CampaignState,
    Held,
    Return,
    ReturnState,
    SnapshotRequest,
    Submission,
)
from meihao.records.returns.prefilling import as_cells, rows_known
from meihao.records.returns.queries import READ, form_of, last, one

SNAPSHOT = "returns.snapshot.write"


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that changed since the last version; an empty text: there was, or is, nothing."""

    cell: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DisagreementRow:
    """One cell of which sources differ, in words: whose row, which column; `held` is the last decision."""

    disagreement: Disagreement
    name: str
    title: Text
    held: Held | None


def checked(by: Acting, filed: Return, rulebook: Rulebook) -> list[Fault]:
    """What is wrong with the draft, or must be explained, by row and in the order of the form."""
    return faults_of(one(by, filed.key), rulebook)


def differences_since_last(by: Acting, filed: Return, rulebook: Rulebook) -> list[Difference]:
    """Where the draft differs from the last version, in the order of the form; none where there is none.

    A cell that cannot be read is shown as it was typed.
    """
    standing, before = one(by, filed.key), last(by, filed)
    if before is None:
        return []
    case = case_of(standing, rulebook)
    taken = as_cells(canonical_draft(standing, case))
    after = as_cells(standing.draft) | taken
    said = as_cells(before.rows)
    places = {spec.column: place for place, spec in enumerate(case.form.fields)}
    cells = [name for name in {*after, *said} if after.get(name, "") != said.get(name, "")]
    ordered = sorted(cells, key=lambda name: _place(name, places))
    return [Difference(name, said.get(name, ""), after.get(name, "")) for name in ordered]


def _place(cell: str, places: dict[str, int]) -> tuple[int, int]:
    row, _, column = cell.partition("/")
    return int(row), places.get(column, len(places))


def last_year(by: Acting, filed: Return) -> dict[str, str]:
    """By cell, what the unit's accepted return of the same form said of a day of the year before."""
    campaign = filed.campaign
    within = access.scope(by, READ).within("of__organisation")
    rows = Submission.objects.scoped(within, by.name).filter(
        of__organisation=filed.organisation_id,
        of__state=ReturnState.ACCEPTED,
        of__campaign__form=campaign.form,
        of__campaign__on__year=campaign.on.year - 1,
    )
    found = rows.order_by("-of__campaign__on", "-number").first()
    return as_cells(found.rows) if found is not None else {}


def known(by: Acting, filed: Return, rulebook: Rulebook) -> dict[str, str]:
    """By cell, what the registry knows now."""
    standing = one(by, filed.key)
    filled, campaign = form_of(standing.campaign, rulebook), standing.campaign
    rows = rows_known(filled.form, filled.fact, campaign.place, campaign.on, [standing.code])
    return as_cells(rows[standing.code])


def gathered_of(by: Acting, authority: Organisation, on: date, rulebook: Rulebook) -> Gathered:
    """What all sources say of an authority's place on a day, with what was decided where they differ."""
    access.require(by, READ, authority)
    place = place_of(authority, on)
    return told(authority, place, on, incoming(rulebook, on, place).facts)


def disagreements(by: Acting, authority: Organisation, on: date, rulebook: Rulebook) -> list[DisagreementRow]:
    """Every cell of which sources differ, the undecided first."""
    found, held_rows = gathered_of(by, authority, on, rulebook), decided(authority, on)
    rows = []
    for differing in found.disagreements:
        fact, identity, column = differing.at
        table = found.tables[fact]
        name = table.rows[identity].get(table.fact.name_column)
        rows.append(
            DisagreementRow(
                differing, str(name or identity), table.fact.titled(column), held_rows.get(differing.at)
            )
        )
    return sorted(rows, key=lambda row: not row.disagreement.open)


def held(by: Acting, authority: Organisation, on: date) -> dict[Address, str]:
    """The decisions that count on a day, as `gathered` takes them."""
    access.require(by, READ, authority)
    return {at: row.source for at, row in decided(authority, on).items()}


def days(authority: Organisation) -> dict[date, bool]:
    """The days of data of an authority's campaigns, and whether one of a day is still not locked.

    For figures of a place that somebody may look at: no row of a campaign is told.
    """
    rows = Campaign.objects.scoped(Q(authority=authority), "the days of data of a place that is looked at")
    found: dict[date, bool] = {}
    for on, state in rows.values_list("on", "state").distinct().order_by():
        found[on] = found.get(on, False) or state != CampaignState.LOCKED
    return found


def requests(by: Acting, *, done: bool = False) -> list[SnapshotRequest]:
    """The snapshots asked for in scope and not made yet (or, `done`, those made), the oldest first."""
    rows = SnapshotRequest.objects.scoped(access.scope(by, SNAPSHOT).within("authority"), by.name)
    found = rows.filter(done_at__isnull=not done).select_related("authority")
    return list(found.order_by("asked_at", "pk"))
