"""A campaign is issued, reminded of, closed, locked: each says first what it will do, and is sent once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date

from meihao.base.text import Refused, Text
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts.acting import Missing, NotPermitted
from meihao.records.accounts.submissions import Sent
from meihao.records.registry.models import Organisation
from meihao.records.registry.request import Request
from meihao.records.returns import actions, queries, queries_issuing, tables
from meihao.records.returns.actions import WRITE
from meihao.records.returns.forms import AskForm, IssueForm, OnceForm, ReminderForm
from meihao.records.returns.models import Campaign, ReturnState
from meihao.ui.language import said

_OUT = (ReturnState.ASSIGNED, ReturnState.DRAFT, ReturnState.RETURNED)


def new(request: Request) -> HttpResponse:
    """Which form of which day, then of whom and by when."""
    authorities = queries_issuing.authorities(request.by)
    if not authorities:
        raise Refused(
            "您的单位今天不在台账里，不能下发任务。请先在「学校与人员」登记它。",
            "your authority is not in the registry today: record it before you issue a campaign.",
        )
    asked = request.POST if request.method == "POST" else request.GET
    authority = _authority(authorities, asked.get("authority", ""))
    on = _day(asked.get("on", ""), request.by.day)
    offered = queries_issuing.issuable(authority, on, Rulebook.load())
    data = {**asked.dict(), "authority": str(authority.key)} if "form" in asked or "on" in asked else None
    ask = AskForm(authorities, offered, request.by, data)
    shown: dict[str, Any] = {"ask": ask}
    if ask.is_valid():
        shown["form"] = form = _issue_form(request, authority, on, ask.cleaned_data["form"])
        if form.is_valid():
            try:
                return _issued(request, form, authority, on)
            except (NotPermitted, Missing):
                raise
            except Refused as refused:
                form.add_error(None, said(refused.text))
        shown["title"] = next(one.title for one in offered if one.key == ask.cleaned_data["form"])
        shown["without"] = len(form.every) - len(form.found)
        return render(request, "returns/new.html", shown, status=422 if form.errors else 200)
    return render(request, "returns/new.html", shown)


def _authority(authorities: list[tuple[Organisation, str]], key: str) -> Organisation:
    return next((one for one, _ in authorities if str(one.key) == key), authorities[0][0])


def _day(said_: str, default: date) -> date:
    try:
        return parse_date(said_) or default
    except ValueError:
        return default


def _issue_form(request: Request, authority: Organisation, on: date, form: str) -> IssueForm:
    rulebook = Rulebook.load()
    found = queries_issuing.audience(request.by, authority, form, on, rulebook)
    policy = next(one for one in queries_issuing.issuable(authority, on, rulebook) if one.key == form)
    title = Text(f"{policy.title.zh}　{on}", f"{policy.title.en}, {on}")
    start = {"authority": authority.key, "on": on, "form": form, "title": said(title)}
    return IssueForm(found, request.POST or None, start)


def _issued(request: Request, form: IssueForm, authority: Organisation, on: date) -> HttpResponse:
    cleaned = form.cleaned_data

    def write() -> str:
        made = actions.issue(
            by=request.by,
            authority=authority,
            form=cleaned["form"],
            audience=form.chosen,
            title=cleaned["title"],
            on=on,
            due=cleaned["due"],
            rulebook=Rulebook.load(),
        )
        return f"campaign:{made.key}"

    sent = form.send(request.by, WRITE, str(authority.key), write)
    _say(
        request, sent, Text("已下发，台账里已有的数已带出。", "Issued; what the registry knows is filled in.")
    )
    return redirect("returns:campaign", sent.about.partition(":")[2])


def remind(request: Request, key: UUID) -> HttpResponse:
    """Reminds the units picked in the list, or all that are not in."""
    campaign = queries.campaign(request.by, key, WRITE)
    picked = set((request.GET if request.method == "GET" else request.POST).getlist("row"))
    rows = queries.returns_of(request.by, campaign, states=_OUT, per_page=None).rows
    told = [row for row in rows if str(row.filed.key) in picked] if picked else rows
    left = Text(
        f"请于 {campaign.due} 前上报「{campaign.title}」。",
        f"Please hand in “{campaign.title}” by {campaign.due}.",
    )
    listed = "verb" in request.POST  # the list of units asks; it is sent from the page that this shows
    form = ReminderForm(None if listed else request.POST or None, {"text": said(left)})
    if form.is_valid():

        def write() -> str:
            actions.remind(
                by=request.by,
                campaign=campaign,
                returns=[row.filed for row in told],
                text=form.cleaned_data["text"],
            )
            return f"campaign:{key}"

        n = len(told)
        says = Text(f"已催报 {n} 个单位。", f"{n} units were reminded.")
        done = _done(request, form, campaign, f"remind:{key}:{sorted(picked)}", write, says)
        if done is not None:
            return done
    shown = {"campaign": campaign, "form": form, "rows": told, "picked": bool(picked)}
    return render(request, "returns/remind.html", shown, status=422 if form.errors else 200)


def close(request: Request, key: UUID) -> HttpResponse:
    """Ends filling in; says first what is missing."""
    campaign = queries.campaign(request.by, key, WRITE)
    form = OnceForm(request.POST or None)
    if form.is_valid():
        confirmed = "confirm" in request.POST

        def write() -> str:
            actions.close(by=request.by, campaign=campaign, confirm=confirmed)
            return f"campaign:{key}"

        says = Text("已汇总，不再接收填报。", "Closed: nothing more is filled in.")
        done = _done(request, form, campaign, f"close:{key}:{confirmed}", write, says)
        if done is not None:
            return done
    return _ending(request, campaign, form, "close")


def lock(request: Request, key: UUID) -> HttpResponse:
    """Makes a closed campaign unchangeable; says first what that does."""
    campaign = queries.campaign(request.by, key, WRITE)
    form = OnceForm(request.POST or None)
    if form.is_valid():

        def write() -> str:
            actions.lock(by=request.by, campaign=campaign)
            return f"campaign:{key}"

        says = Text("已锁定，并已申请快照。", "Locked; a snapshot was asked for.")
        done = _done(request, form, campaign, f"lock:{key}", write, says)
        if done is not None:
            return done
    return _ending(request, campaign, form, "lock")


def _ending(request: Request, campaign: Campaign, form: OnceForm, what: str) -> HttpResponse:
    counts = queries.progress(request.by, campaign)
    shown = {
        "campaign": campaign,
        "form": form,
        "what": what,
        "counts": [(tables.STATES[state], number) for state, number in counts.items() if number],
        "outstanding": sum(counts.values()) - counts[ReturnState.ACCEPTED],
        "total": sum(counts.values()),
    }
    return render(request, "returns/ending.html", shown, status=422 if form.errors else 200)


def _done(
    request: Request,
    form: OnceForm,
    campaign: Campaign,
    about: str,
    write: Callable[[], str],
    says: Text,
) -> HttpResponse | None:
    """Does it once and leads back to the campaign; None where it was refused, which the form then says."""
    try:
        sent = form.send(request.by, WRITE, about, write)
    except (NotPermitted, Missing):
        raise
    except Refused as refused:
        form.add_error(None, said(refused.text))
        return None
    _say(request, sent, says)
    return redirect("returns:campaign", campaign.key)


def _say(request: Request, sent: Sent, says: Text) -> None:
    again = Text("已提交过，未重复写入。", "Sent before; nothing was written again.")
    messages.success(request, said(again if sent.again else says))
