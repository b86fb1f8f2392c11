"""Who reported a value, when, in which version: from the cell it was read from to the return it stands in.

Told to whoever may read that return; for everybody else the cell alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.returns.models import Submission
from meihao.records.returns.queries import READ


@dataclass(frozen=True, slots=True)
class Reported:
    """One version of a return: who handed it in, when, its number, the return's key and the task's title."""

    who: str
    at: datetime
    number: int
    key: UUID
    title: str


def reported(by: Acting, digests: Iterable[str]) -> dict[str, Reported]:
    """The versions behind cells, by the hash that the cells name; those in the person's scope only.

    Where several versions have the same content, the earliest: it said so first.
    """
    wanted = set(digests)
    within = access.scope(by, READ).within("of__organisation")
    rows = Submission.objects.scoped(within, f"{by.name} opens a figure")
    rows = rows.filter(Q(digest__in=wanted) | Q(file_sha256__in=wanted)).select_related("of__campaign")
    found: dict[str, Reported] = {}
    for row in rows.order_by("at", "pk"):
        told = Reported(row.by, row.at, row.number, row.of.key, row.of.campaign.title)
        for digest in (row.digest, row.file_sha256):
            if digest in wanted:
                found.setdefault(digest, told)
    return found
