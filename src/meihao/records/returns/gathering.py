"""What all sources say of a place on a day, with what was decided where they differ; for this room only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Q

from meihao.figures.gathering import Address, Asked, Gathered, gathered
from meihao.policy.kinds import Fact
from meihao.records.registry.models import Organisation
from meihao.records.returns.models import Held


def decided(authority: Organisation, on: date) -> dict[Address, Held]:
    """By cell, the decision that counts: the latest."""
    rows = Held.objects.scoped(Q(authority=authority, on=on), "what was decided where sources differ")
    return {(one.fact, one.identity, one.column): one for one in rows.order_by("pk")}


def told(
    authority: Organisation, place: str, on: date, facts: Mapping[str, Fact], unit: str | None = None
) -> Gathered:
    """The tables of some facts, and every cell of which sources differ; of one unit where a code is given."""
    held = {at: one.source for at, one in decided(authority, on).items()}
    return gathered(Asked(place, on, facts, unit), held)
