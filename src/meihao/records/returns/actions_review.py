"""What the authority decides: returns sent back or accepted, sources held, snapshots asked for.

Permission: `returns.review.write`, `returns.held.write`, `returns.snapshot.write` at the authority.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from meihao.base.text import Refused
from meihao.documents.returns.intake import incoming
from meihao.figures.gathering import Address
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.registry.importing.queries import place_of
from meihao.records.registry.models import Organisation
from meihao.records.returns.actions import refuse_unless
from meihao.records.returns.actions_filling import held, recorded
from meihao.records.returns.checking import explains
from meihao.records.returns.gathering import told
from meihao.records.returns.models import (
    Campaign,
    CampaignState,
    Held,
    Outcome,
    RequestReason,
    Return,
    ReturnState,
    Review,
    SnapshotRequest,
    Submission,
)
from meihao.records.returns.queries import form_of

REVIEW, HOLD, SNAPSHOT = "returns.review.write", "returns.held.write", "returns.snapshot.write"
_CELL = re.compile(r"(\d{1,6})/([a-z][a-z0-9_]*)")


def send_back(*, by: Acting, filed: Return, reason: str, cells: Sequence[str] = ()) -> Review:
    """Sends the last version back, with a reason and the cells it is about (`0/primary_pupils`).

    Raises `Refused` without a reason, for a cell that is not in the version, or where nothing is handed in.
    """
    access.require(by, REVIEW, filed.campaign.authority)
    wanted = _reasoned(reason, Review)
    with transaction.atomic():
        standing = held(filed)
        refuse_unless(standing.campaign, CampaignState.ISSUED)
        last = _to_review(standing, ReturnState.SUBMITTED, ReturnState.ACCEPTED)
        _check_cells(cells, last)
        return _reviewed(by, standing, last, Outcome.RETURNED, wanted, list(cells))


def accept(*, by: Acting, filed: Return, rulebook: Rulebook) -> Review:
    """Accepts the last version. Raises `Refused` while sources differ on one of its cells."""
    access.require(by, REVIEW, filed.campaign.authority)
    with transaction.atomic():
        standing = held(filed)
        refuse_unless(standing.campaign, CampaignState.ISSUED, CampaignState.CLOSED)
        last = _to_review(standing, ReturnState.SUBMITTED)
        _refuse_differing(standing, last, rulebook)
        return _reviewed(by, standing, last, Outcome.ACCEPTED, "", [])


def _to_review(standing: Return, *states: ReturnState) -> Submission:
    """The last version of a return that is to be decided about. Raises `Refused`."""
    last = Submission._plain.filter(of=standing).order_by("-number").first()
    if last is None or standing.state not in states:
        label = ReturnState(standing.state).label
        raise Refused(
            f"这份报表{label}，没有可审核的上报。",
            f"this return is {standing.state}: there is nothing to review.",
        )
    return last


def _reasoned(reason: str, model: type[Review] | type[Held]) -> str:
    """A reason that says something. Raises `Refused`."""
    wanted = reason.strip()
    longest = model._meta.get_field("reason").max_length or 0
    if not explains(wanted) or len(wanted) > longest:
        raise Refused(
            f"请写明原因，至少写清楚一句话，最多 {longest} 个字。",
            f"say why, in a sentence of {longest} characters at most.",
        )
    return wanted


def _check_cells(cells: Sequence[str], last: Submission) -> None:
    for one in cells:
        found = _CELL.fullmatch(one)
        if found is None or int(found[1]) >= len(last.rows):
            raise Refused(f"没有「{one}」这一格，请重新勾选。", f"there is no cell “{one}”: choose again.")


def _refuse_differing(standing: Return, last: Submission, rulebook: Rulebook) -> None:
    """Raises `Refused` where nobody has decided yet about a cell of a version that another source knows."""
    campaign, filled = standing.campaign, form_of(standing.campaign, rulebook)
    fact, asked = filled.fact, filled.form.by_column
    mine = {row.get(fact.identity) for row in last.rows}
    unit = standing.code if mine == {standing.code} else None
    found = told(campaign.authority, campaign.place, campaign.on, {fact.key: fact}, unit)
    open_ = [one for one in found.disagreements if one.open and one.at[1] in mine and one.at[2] in asked]
    if open_:
        titles = [fact.titled(one.at[2]) for one in open_]
        raise Refused(
            f"{len(open_)} 处与其他来源不一致，请先认定以哪个为准：{'、'.join(t.zh for t in titles)}。",
            f"sources differ at {len(open_)} cells; decide for one first: {', '.join(t.en for t in titles)}.",
        )


def _reviewed(
    by: Acting, standing: Return, last: Submission, outcome: Outcome, reason: str, cells: list[str]
) -> Review:
    review = Review._plain.create(
        submission=last, outcome=outcome, reason=reason, cells=cells, at=by.at, by=by.name
    )
    accepted = outcome == Outcome.ACCEPTED
    standing.state = ReturnState.ACCEPTED if accepted else ReturnState.RETURNED
    standing.save(update_fields=["state"])
    recorded(by, REVIEW, standing, {"what": outcome, "number": last.number, "reason": reason, "cells": cells})
    return review


def hold(
    *,
    by: Acting,
    authority: Organisation,
    on: date,
    cell: Address,
    source: str,
    reason: str,
    rulebook: Rulebook,
) -> Held:
    """Decides for one source at a cell of which sources differ. Raises `Refused`.

    A later decision takes the place of an earlier one, which stays; none is taken once a campaign of that
    fact and day is locked.
    """
    access.require(by, HOLD, authority)
    wanted, place = _reasoned(reason, Held), place_of(authority, on)
    facts = incoming(rulebook, on, place).facts
    fact, identity, column = cell
    with transaction.atomic():
        _refuse_locked(authority, on, fact)
        differing = told(authority, place, on, {fact: facts[fact]}).disagreements if fact in facts else ()
        found = next((one for one in differing if one.at == cell), None)
        if found is None or source not in found.said:
            raise Refused(
                "这一格各来源现在没有不一致，或没有这个来源，请刷新后再看。",
                "the sources do not differ at this cell now, or there is no such source: look again.",
            )
        row = Held._plain.create(
            authority=authority,
            on=on,
            fact=fact,
            identity=identity,
            column=column,
            source=source,
            reason=wanted,
            at=by.at,
            by=by.name,
        )
        _recorded(by, HOLD, authority, {"on": on, "cell": list(cell), "source": source, "reason": wanted})
    return row


def _refuse_locked(authority: Organisation, on: date, fact: str) -> None:
    of_day = Campaign._plain.select_for_update().filter(authority=authority, on=on, fact=fact)
    if any(one.state == CampaignState.LOCKED for one in of_day):
        raise Refused(
            f"{on} 的这类报表已锁定，不能再认定来源。",
            f"the returns of {on} are locked: sources can no longer be decided for.",
        )


def ask_snapshot(*, by: Acting, authority: Organisation, on: date) -> SnapshotRequest:
    """Asks for a snapshot of a day; one on demand that is open already is given, and nothing written."""
    access.require(by, SNAPSHOT, authority)
    with transaction.atomic():
        Organisation._plain.select_for_update().get(pk=authority.pk)
        wanted = {"authority": authority, "on": on, "reason": RequestReason.DEMAND}
        standing = SnapshotRequest._plain.filter(**wanted, done_at__isnull=True).first()
        if standing is not None:
            return standing
        request = SnapshotRequest._plain.create(**wanted, asked_at=by.at, asked_by=by.name)
        _recorded(by, SNAPSHOT, authority, {"what": "asked", "on": on, "request": request.key})
    return request


def done(*, by: Acting, request: SnapshotRequest) -> SnapshotRequest:
    """Marks a request as taken, in the transaction of whoever made the snapshot. Raises `Refused`."""
    access.require(by, SNAPSHOT, request.authority)
    with transaction.atomic():
        rows = SnapshotRequest._plain.select_for_update(of=("self",)).select_related("authority")
        standing = rows.get(pk=request.pk)
        if standing.done_at is not None:
            raise Refused("这个快照已经做过了。", "this snapshot was made already.")
        standing.done_at, standing.done_by = by.at, by.name
        standing.save(update_fields=["done_at", "done_by"])
        _recorded(by, SNAPSHOT, standing.authority, {"what": "done", "request": standing.key})
    return standing


def _recorded(by: Acting, action: str, authority: Organisation, detail: Mapping[str, object]) -> None:
    key = str(authority.key)
    audit.record(by, action, subject=f"organisation:{key}", organisation=key, detail=detail)
