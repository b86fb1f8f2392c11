"""Pages of figures: the standards, a result, an indicator, a unit, 政策推演; and taking a snapshot."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from meihao.base.text import Refused, Text
from meihao.figures.plan import Plan
from meihao.records.accounts.acting import Missing
from meihao.records.registry import access
from meihao.records.registry.request import Request, present
from meihao.releases import (
    evaluating,
    item_page,
    overview,
    queries,
    result_page,
    result_parts,
    sheets,
    shown,
    supposing,
    taking,
    unit_page,
)
from meihao.releases.links import Links
from meihao.releases.queries import AT, DATA, ON, Looked
from meihao.ui.language import lang, said


def shared(request: Request, looked: Looked, plan: Plan | None = None) -> dict[str, Any]:
    """What every one of these pages is given: the data looked at, and the addresses that stay with it."""
    found: dict[str, Any] = {"looked": looked, "overview": reverse("figures:standards") + looked.suffix}
    if plan is not None:
        links = Links.of(plan.standard.key, looked.asked)
        found |= {"plan": plan, "standard": plan.standard, "links": links, "result_href": links.result()}
    return found


def looked_at(request: Request, standard: str) -> tuple[Looked, Plan]:
    """The data an address asks for and the plan of a standard on it. Raises `Missing`."""
    looked = queries.look(request.by, request.as_of, request.GET.dict())
    return looked, evaluating.plan_of(looked.snapshot, standard)


def standards(request: Request) -> HttpResponse:
    """指标与监测."""
    looked = queries.look(request.by, request.as_of, request.GET.dict())
    lines = overview.lines(looked)
    may = present(request) and access.allowed(request.by, queries.WRITE, looked.place.organisation)
    choices = queries.choices(request.by, looked, request.as_of)
    page = {
        "lines": lines,
        "choices": choices,
        "snapshots": [(row, shown.REASON_WORDS[row.reason]) for row in choices.snapshots],
        "reached": sum(line.shape == "green" for line in lines),
        "failed": sum(line.shape == "red" for line in lines),
        "take": reverse("figures:take") if may else "",
    }
    return render(request, "figures/standards.html", shared(request, looked) | page)


@require_POST
def take(request: Request) -> HttpResponse:
    """A snapshot of the day looked at, on demand."""
    asked = {name: request.POST.get(name, "") for name in (AT, ON)} | {DATA: queries.WORKING}
    looked = queries.look(request.by, request.as_of, asked)
    row = taking.take(by=request.by, authority=looked.place.organisation, on=looked.on)
    told = Text(f"已取快照 {row.logical_hash[:12]}。", f"Snapshot {row.logical_hash[:12]} was taken.")
    messages.success(request, said(told))
    return redirect(f"{reverse('figures:standards')}?{AT}={looked.place.code}&{DATA}={row.key}")


def result(request: Request, standard: str) -> HttpResponse:
    """The result of one standard."""
    looked, plan = looked_at(request, standard)
    asked = result_parts.Asked.of(request.GET.dict())
    context = shared(request, looked, plan)
    evaluation = evaluating.evaluation(looked.snapshot, standard)
    page = result_page.page(evaluation, looked.seen, context["links"], asked, lang())
    context |= {
        "page": page,
        "asked": asked,
        "kept": looked.asked,
        "tables": sheets.names(plan) if looked.seen.whole else [],
        "chips": list(_chips(context["links"], asked, page)),
    }
    return render(request, "figures/result.html", context)


def _chips(links: Links, asked: result_parts.Asked, page: result_parts.Page) -> list[tuple[Text, str, bool]]:
    """The filters that are one press: all, what falls short, each stage."""
    rest = {name: value for name, value in asked.said.items() if name not in ("stage", "short")}
    found = [(Text("全部学段", "All stages"), links.result(**rest), not asked.stage and not asked.short)]
    for stage in page.stages if len(page.stages) > 1 else ():
        found.append((stage.words, links.result(**rest, stage=str(stage)), asked.stage == str(stage)))
    text = Text(f"只看未达与未决 {page.short}", f"Not reached or open: {page.short}")
    found.append((text, links.result(**rest, short="1"), asked.short))
    return found


def item(request: Request, standard: str, item: str) -> HttpResponse:
    """One indicator."""
    looked, plan = looked_at(request, standard)
    wanted = next((one for one in plan.items if one.id == item), None)
    if wanted is None:
        raise Missing
    context = shared(request, looked, plan)
    evaluation = evaluating.evaluation(looked.snapshot, standard)
    before = list(earlier(request, looked, standard))
    page = item_page.page(evaluation, wanted, looked.seen, context["links"], before, request.GET.dict())
    return render(request, "figures/item.html", context | {"page": page, "item": wanted})


def earlier(request: Request, looked: Looked, standard: str) -> list[item_page.Before]:
    """The standard on the snapshots of other days of data; those that cannot be computed now are left out."""
    found = []
    for row in queries.over_the_years(request.by, looked):
        try:
            evaluation = evaluating.evaluation(taking.opened(row), standard)
        except (Refused, Missing):
            continue
        asked = ((AT, looked.place.code), (DATA, str(row.key)))
        found.append(item_page.Before(str(row.on), evaluation, Links.of(standard, asked)))
    return found


def unit(request: Request, standard: str, campus: str) -> HttpResponse:
    """One school."""
    looked, plan = looked_at(request, standard)
    looked.seen.require(campus)
    context = shared(request, looked, plan)
    evaluation = evaluating.evaluation(looked.snapshot, standard)
    page = unit_page.page(evaluation, campus, looked.seen, context["links"], lang())
    organisation = queries.organisation_of(request.by, campus)
    card = reverse("registry:organisation", args=[organisation]) if organisation else ""
    return render(request, "figures/unit.html", context | {"page": page, "card": card})


def what_if(request: Request, standard: str) -> HttpResponse:
    """政策推演: other limits, the same rows; nothing is saved."""
    looked, plan = looked_at(request, standard)
    fields = supposing.fields(plan, request.GET.dict())
    context = shared(request, looked, plan) | {"fields": fields, "kept": looked.asked}
    status = 200
    try:
        found = supposing.supposed(looked.snapshot, plan, fields)
        turned = [turn for turn in found.turns if supposing.may_be_named(turn, looked.seen)]
        hidden = len(found.turns) - len(turned)
        context |= {"found": found, "sides": supposing.sides(found), "turns": turned, "hidden": hidden}
    except Refused as refused:
        context["refused"], status = refused.text, 422
    return render(request, "figures/what_if.html", context, status=status)
