"""Takes the snapshots that are asked for, one after the other; one that fails does not hold up the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from meihao.base.text import Refused
from meihao.records.accounts.acting import Acting
from meihao.records.registry.models import Organisation
from meihao.records.returns import actions_review, queries_cells
from meihao.releases import models, queries, taking


@dataclass(frozen=True)
class Done:
    """One snapshot that was asked for, and what came of it."""

    what: str
    found: models.Snapshot | Refused


def run(*, by: Acting, nightly: bool, on: date | None) -> Iterator[Done]:
    """Every request that is open; at night one of each authority, of `on` or the day counted last.

    A request is done in the same transaction as its snapshot's record: it is taken once.
    """
    for request in queries_cells.requests(by):
        what = f"{request.authority.key} {request.reason}"
        try:
            with transaction.atomic():
                reason = models.Reason(request.reason)
                row = taking.take(by=by, authority=request.authority, on=request.on, reason=reason)
                actions_review.done(by=by, request=request)
            yield Done(what, row)
        except Refused as refused:
            yield Done(what, refused)
    for place in queries.places(by, by.day) if nightly else ():
        day = on or queries.census(by.day, place.code)
        yield Done(f"{place.code} nightly", _nightly(by, place.organisation, day))


def _nightly(by: Acting, authority: Organisation, on: date) -> models.Snapshot | Refused:
    try:
        return taking.take(by=by, authority=authority, on=on, reason=models.Reason.NIGHTLY)
    except Refused as refused:
        return refused
