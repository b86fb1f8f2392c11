"""The load that returns are to each school in one year: 报表负担."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from meihao.policy.rulebook import Rulebook
from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.registry.models import Organisation
from meihao.records.registry.queries import names
from meihao.records.returns.models import Outcome, Return, Review, Submission
from meihao.records.returns.prefilling import as_cells
from meihao.records.returns.queries import form_of

LOAD = "returns.load.read"


@dataclass(frozen=True, slots=True)
class Load:
    """What was asked of one unit: forms, fields, how many the registry filled, how many were typed.

    A field that the registry filled and somebody changed was typed.
    """

    organisation: UUID
    name: str
    forms: int
    asked: int
    prefilled: int
    typed: int
    submissions: int
    returned: int


def load(by: Acting, year: int, rulebook: Rulebook, organisation: Organisation | None = None) -> list[Load]:
    """For each unit in scope, or for one, what returns of a year's data asked of it; nobody is ranked."""
    rows = Return.objects.scoped(access.scope(by, LOAD).within(), by.name).filter(campaign__on__year=year)
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    found = list(rows.select_related("campaign", "organisation"))
    asked = _asked(found, rulebook)
    versions = _numbers(Submission.objects.scoped(Q(of__in=found), "versions of returns in scope"), "of")
    back = Review.objects.scoped(Q(submission__of__in=found), "reviews of returns in scope")
    sent_back = _numbers(back.filter(outcome=Outcome.RETURNED), "submission__of")
    called = names({filed.organisation.key for filed in found}, by.day)
    units: dict[UUID, list[tuple[int, ...]]] = defaultdict(list)
    for filed in found:
        numbers = (versions.get(filed.pk, 0), sent_back.get(filed.pk, 0))
        units[filed.organisation.key].append((1, *_cells(filed, asked[filed.campaign_id]), *numbers))
    loads = [
        Load(key, called.get(str(key), ""), *map(sum, zip(*rows_, strict=True)))
        for key, rows_ in units.items()
    ]
    return sorted(loads, key=lambda one: one.name)


def _asked(found: Sequence[Return], rulebook: Rulebook) -> dict[int, int]:
    """How many fields the form of each campaign has."""
    campaigns = {filed.campaign_id: filed.campaign for filed in found}
    return {pk: len(form_of(one, rulebook).form.fields) for pk, one in campaigns.items()}


def _cells(filed: Return, fields_: int) -> tuple[int, int, int]:
    """Fields asked, of which the registry filled, and typed: each row of a list asks them all."""
    typed, prefilled = as_cells(filed.draft), filed.prefilled
    changed = sum(prefilled.get(name) != text for name, text in typed.items())
    return fields_ * max(1, len(filed.draft)), len(prefilled), changed


def _numbers(rows: QuerySet[Submission] | QuerySet[Review], path: str) -> Mapping[int, int]:
    """How many rows there are of each return."""
    counted: dict[int, int] = dict(rows.values_list(path).annotate(number=Count("pk")).order_by())
    return counted
