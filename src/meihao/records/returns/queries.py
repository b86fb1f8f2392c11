"""What may be seen of campaigns and returns: the only door to their rows.

An authority sees its campaigns and every return of the units in its scope; a unit sees its own returns and
the campaigns they belong to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from meihao.policy.kinds import Fact, FieldSpec, Form
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts.acting import Acting, Missing
from meihao.records.registry import access
from meihao.records.registry.models import Link, Particulars, Relation, holds_on
from meihao.records.registry.queries import Page
from meihao.records.registry.queries import names as names_of
from meihao.records.returns.models import (
    Campaign,
    CampaignState,
    Reminder,
    Return,
    ReturnState,
    Review,
    Submission,
)

READ, FILL = "returns.campaign.read", "returns.return.write"
EXPORT = "returns.campaign.export"
PER_PAGE = 50
_IN = (ReturnState.SUBMITTED, ReturnState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign in a list: whose it is by name, and how many returns in scope are in each state."""

    campaign: Campaign
    authority: str
    counts: Mapping[ReturnState, int]

    @property
    def total(self) -> int:
        """How many units in scope it asks."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A return in a list, with the name of its unit on the day of the data, and its last version."""

    filed: Return
    campaign: Campaign
    name: str
    town: str
    versions: int
    last_at: datetime | None
    reminders: int

    def overdue(self, day: date) -> bool:
        """Whether it is not in on a day after the deadline."""
        return self.filed.state not in _IN and day > self.campaign.due


@dataclass(frozen=True, slots=True)
class FilledForm:
    """The form of a return and the fact it fills, by the policies in force on the day of its data."""

    form: Form
    fact: Fact

    def field(self, column: str) -> FieldSpec:
        """The field of a column."""
        return self.form.by_column[column]


# --- campaigns


def campaigns(by: Acting, *, page: int = 1, per_page: int = PER_PAGE) -> Page[CampaignRow]:
    """The campaigns in scope, the last first."""
    found = _campaigns(by, READ)
    shown = list(found.order_by("-issued_at", "-pk")[(page - 1) * per_page : page * per_page])
    counts = _counts(by, [one.pk for one in shown])
    called = names_of({one.authority.key for one in shown}, by.day)
    rows = [
        CampaignRow(one, called.get(str(one.authority.key), ""), counts.get(one.pk, _none())) for one in shown
    ]
    return Page(rows, found.count())


def campaign(by: Acting, key: UUID | str, action: str = READ) -> Campaign:
    """One campaign. Raises `Missing`."""
    found = _campaigns(by, action).filter(key=key).first()
    if found is None:
        raise Missing
    return found


def _campaigns(by: Acting, action: str) -> QuerySet[Campaign]:
    """Those of authorities in scope; of the others, those that ask a unit in scope."""
    scope = access.scope(by, action)
    within = scope.within("authority")
    if within is not None and action == READ:
        asked = Return.objects.scoped(scope.within(), by.name).values("campaign")
        within |= Q(pk__in=asked)
    return Campaign.objects.scoped(within, by.name).select_related("authority")


def progress(by: Acting, campaign: Campaign) -> dict[ReturnState, int]:
    """How many returns in scope are in each state; every state is named."""
    return _counts(by, [campaign.pk]).get(campaign.pk, _none())


def _none() -> dict[ReturnState, int]:
    return dict.fromkeys(ReturnState, 0)


def _counts(by: Acting, campaigns: Sequence[int]) -> dict[int, dict[ReturnState, int]]:
    rows = Return.objects.scoped(access.scope(by, READ).within(), by.name).filter(campaign__in=campaigns)
    found: dict[int, dict[ReturnState, int]] = {}
    for pk, state, number in rows.values_list("campaign", "state").annotate(number=Count("pk")).order_by():
        found.setdefault(pk, _none())[ReturnState(state)] = number
    return found


# --- returns


def returns_of(
    by: Acting,
    campaign: Campaign,
    *,
    states: Sequence[str] = (),
    search: str = "",
    page: int = 1,
    per_page: int | None = PER_PAGE,
) -> Page[ReturnRow]:
    """The returns of a campaign in scope, by code; all on one page where `per_page` is None."""
    found = _returns(by, READ).filter(campaign=campaign)
    if states:
        found = found.filter(state__in=states)
    if wanted := search.strip():
        called = Particulars.objects.scoped(holds_on(campaign.on), "a filter of a scoped list")
        named = called.filter(Q(name__contains=wanted) | Q(pinyin__contains=wanted.lower()))
        found = found.filter(Q(code__startswith=wanted) | Q(organisation__in=named.values("organisation")))
    ordered = found.order_by("code")
    shown = ordered if per_page is None else ordered[(page - 1) * per_page : page * per_page]
    return Page(_rows(list(shown)), found.count())


def mine(by: Acting) -> list[ReturnRow]:
    """The returns this person may fill in, of campaigns that are not closed: the nearest deadline first."""
    found = _returns(by, FILL).filter(campaign__state=CampaignState.ISSUED)
    return _rows(list(found.order_by("campaign__due", "campaign__title", "code")))


def one(by: Acting, key: UUID | str, action: str = READ) -> Return:
    """One return with its campaign and unit. Raises `Missing`."""
    found = _returns(by, action).filter(key=key).first()
    if found is None:
        raise Missing
    return found


def row_of(by: Acting, filed: Return) -> ReturnRow:
    """One return as a list shows it."""
    return _rows([one(by, filed.key)])[0]


def _returns(by: Acting, action: str) -> QuerySet[Return]:
    within = access.scope(by, action).within()
    return Return.objects.scoped(within, by.name).select_related("campaign__authority", "organisation")


def _rows(shown: Sequence[Return]) -> list[ReturnRow]:
    """Rows of returns in scope: four questions, however many they are."""
    keys = [filed.pk for filed in shown]
    handed: dict[int, tuple[int, datetime]] = {}
    submissions = Submission.objects.scoped(Q(of__in=keys), "versions of returns in scope")
    numbers = submissions.values_list("of").annotate(number=Max("number"), last=Max("at")).order_by()
    for pk, number, last in numbers:
        handed[pk] = (number, last)
    reminded = Reminder.objects.scoped(Q(of__in=keys), "reminders of returns in scope")
    told: dict[int, int] = dict(reminded.values_list("of").annotate(number=Count("pk")).order_by())
    called = _called(shown)
    return [
        ReturnRow(
            filed,
            filed.campaign,
            *called.get((filed.organisation_id, filed.campaign.on), ("", "")),
            handed[filed.pk][0] if filed.pk in handed else 0,
            handed[filed.pk][1] if filed.pk in handed else None,
            told.get(filed.pk, 0),
        )
        for filed in shown
    ]


def _called(shown: Iterable[Return]) -> dict[tuple[int, date], tuple[str, str]]:
    """The name and town of units on the days of their data; one question a day."""
    days: dict[date, set[int]] = {}
    for filed in shown:
        days.setdefault(filed.campaign.on, set()).add(filed.organisation_id)
    found: dict[tuple[int, date], tuple[str, str]] = {}
    for day, units in days.items():
        held = holds_on(day)
        located = Relation.objects.scoped(held, "the town of a unit in scope").filter(
            kind=Link.LOCATED, lower=OuterRef(OuterRef("organisation"))
        )
        towns = Particulars.objects.scoped(held, "the name of a town").filter(
            organisation__in=located.values("upper")
        )
        rows = Particulars.objects.scoped(Q(organisation__in=units), "names of units in scope").filter(held)
        named = rows.annotate(town=Subquery(towns.values("name")[:1]))
        for unit, name, town in named.values_list("organisation_id", "name", "town"):
            found[unit, day] = (name, town or "")
    return found


def form_of(campaign: Campaign, rulebook: Rulebook) -> FilledForm:
    """The form of a campaign, as of the day of its data."""
    form = rulebook.get(Form, campaign.form, campaign.on, campaign.place)
    return FilledForm(form, rulebook.get(Fact, campaign.fact, campaign.on, campaign.place))


# --- what was handed in, and said of it


def versions(by: Acting, filed: Return) -> list[tuple[Submission, list[Review]]]:
    """What was handed in, the last first, each with what was decided about it, in order."""
    within = access.scope(by, READ).within("of__organisation")
    found = list(Submission.objects.scoped(within, by.name).filter(of=filed).order_by("-number"))
    reviews: dict[int, list[Review]] = {one.pk: [] for one in found}
    decided = Review.objects.scoped(Q(submission__in=reviews), "reviews of versions in scope")
    for review in decided.order_by("pk"):
        reviews[review.submission_id].append(review)
    return [(one, reviews[one.pk]) for one in found]


def last(by: Acting, filed: Return) -> Submission | None:
    """The last version of a return; None where nothing was handed in."""
    within = access.scope(by, READ).within("of__organisation")
    return Submission.objects.scoped(within, by.name).filter(of=filed).order_by("-number").first()


def reminders(by: Acting, filed: Return) -> list[Reminder]:
    """When the unit was reminded, the last first."""
    within = access.scope(by, READ).within("of__organisation")
    return list(Reminder.objects.scoped(within, by.name).filter(of=filed).order_by("-pk"))
