"""Pages to read: what I must fill in, campaigns with their progress, versions, the load."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from meihao.base.text import Text
from meihao.policy.rulebook import Rulebook
from meihao.records.registry import access
from meihao.records.registry.exporting import workbook
from meihao.records.registry.request import Request
from meihao.records.returns import queries, queries_load, queries_pages, steps, tables
from meihao.records.returns.actions import WRITE
from meihao.records.returns.actions_review import REVIEW
from meihao.records.returns.comparing import between
from meihao.records.returns.models import CampaignState, ReturnState
from meihao.ui.tables import asked

_OUT = (ReturnState.ASSIGNED, ReturnState.DRAFT, ReturnState.RETURNED)


def tasks(request: Request) -> HttpResponse:
    """What this person is to fill in, and the campaigns in scope."""
    page, may = asked(request.GET).page, access.held(request.by)
    mine = queries.mine(request.by) if queries.FILL in may else []
    found = queries.campaigns(request.by, page=page)
    issues = WRITE in may
    shown = {
        "fills": queries.FILL in may and (mine or not issues),
        "waiting": len(mine),
        "mine": tables.mine(mine, request.by.day),
        "campaigns": tables.campaigns(found, page, may_issue=issues),
        "total": found.total,
        "issues": issues,
        "differs": queries_pages.HOLD in may,
    }
    return render(request, "returns/tasks.html", shown)


def campaign(request: Request, key: UUID) -> HttpResponse:
    """The units of a campaign and how each stands."""
    found = queries.campaign(request.by, key)
    counts, wanted = queries.progress(request.by, found), asked(request.GET, [tables.STATE_FILTER])
    rows = queries.returns_of(
        request.by, found, states=wanted.chosen("state"), search=wanted.search, page=wanted.page
    )
    waiting, writes = sum(counts[state] for state in _OUT), access.allowed(request.by, WRITE, found.authority)
    open_ = found.state == CampaignState.ISSUED
    remind = f"{request.path}/remind" if writes and open_ and waiting else ""
    reviews = access.allowed(request.by, REVIEW, found.authority)
    shown = {
        "campaign": found,
        "steps": steps.of_campaign(found, waiting),
        "counts": [(tables.STATES[state], number) for state, number in counts.items()],
        "total": sum(counts.values()),
        "done": counts[ReturnState.ACCEPTED],
        "handed": counts[ReturnState.ACCEPTED] + counts[ReturnState.SUBMITTED],
        "waiting": waiting,
        "writes": writes,
        "exports": access.holds(request.by, queries.EXPORT),
        "remind": remind,
        "filled": queries.form_of(found, Rulebook.load()),
        "table": tables.returns(rows, wanted, request.by.day, remind=remind, review=reviews),
    }
    return render(request, "returns/campaign.html", shown)


def values(request: Request, key: UUID) -> HttpResponse:
    """Everything that was handed in, as a workbook."""
    found = queries.campaign(request.by, key)
    table = tables.values(queries_pages.values(request.by, found), queries.form_of(found, Rulebook.load()))
    return workbook(table, Text(found.title, found.title), request.by, found.on, queries.EXPORT)


def versions(request: Request, key: UUID) -> HttpResponse:
    """Each version of a return: when, by whom, how it was reviewed, what changed since the one before."""
    filed = queries.one(request.by, key)
    filled, found = queries.form_of(filed.campaign, Rulebook.load()), queries.versions(request.by, filed)
    earlier = [one for one, _ in found[1:]]
    listed = []
    for place, (one, reviews) in enumerate(found):
        before = earlier[place] if place < len(earlier) else None
        changed = tables.differences(between(before, one, filled.form), filled) if before else None
        listed.append((one, reviews, changed))
    shown = {"row": queries.row_of(request.by, filed), "filed": filed, "versions": listed, "filled": filled}
    return render(request, "returns/versions.html", shown)


def load(request: Request) -> HttpResponse:
    """What was asked of each unit in a year."""
    years = queries_pages.years(request.by)
    wanted = request.GET.get("year", "")
    year = int(wanted) if wanted in map(str, years) else next(iter(years), request.by.day.year)
    rows = queries_load.load(request.by, year, Rulebook.load())
    asked_, given = sum(one.asked for one in rows), sum(one.prefilled for one in rows)
    shown = {
        "table": tables.load(rows, queries_pages.codes(request.by, year), year),
        "year": year,
        "years": years,
        "asked": asked_,
        "given": given,
        "share": 100 * given // asked_ if asked_ else None,
        "schools": len(rows),
    }
    return render(request, "returns/load.html", shown)
