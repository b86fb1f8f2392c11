"""Pages of people: counts by class, lists by pseudonym, one person, and who that is for a stated purpose."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from meihao.base.text import Refused, Text
from meihao.records.accounts.acting import Missing, NotPermitted
from meihao.records.registry import access
from meihao.records.registry.models import Organisation
from meihao.records.registry.people import (
    offers,
    queries,
    queries_open,
    queries_person,
    tables,
    tables_person,
)
from meihao.records.registry.people.forms import PurposeForm
from meihao.records.registry.people.queries import COUNT, READ
from meihao.records.registry.queries import names, unit
from meihao.records.registry.request import Request
from meihao.ui.language import said
from meihao.ui.tables import asked

FOLDER = "registry/people"


def people(request: Request, key: UUID) -> HttpResponse:
    """How many pupils and staff there are at a unit."""
    of = unit(request.by, key, COUNT)
    found = queries.headcounts(request.by, of, request.as_of)
    shown = _shown(request, of) | {
        "table": tables.headcounts(found, access.allowed(request.by, READ, of)),
        "heads": tables.heads(
            queries.pupil_count(request.by, of, request.as_of),
            queries.staff_count(request.by, of, request.as_of),
        ),
        "offers": offers.of_unit(request, of),
    }
    return render(request, f"{FOLDER}/people.html", shown)


def pupils(request: Request, key: UUID) -> HttpResponse:
    """The pupils of a unit by pseudonym."""
    of, page = unit(request.by, key, READ), asked(request.GET).page
    found = queries.pupils(request.by, of, request.as_of, page=page)
    title = Text(f"学生 {found.total} 人", f"{found.total} pupils")
    return _list(request, of, title, tables.pupils(found, page))


def staff(request: Request, key: UUID) -> HttpResponse:
    """The staff of a unit by pseudonym."""
    of, page = unit(request.by, key, READ), asked(request.GET).page
    found = queries.staff(request.by, of, request.as_of, page=page)
    title = Text(f"教职工岗位 {found.total} 个", f"{found.total} posts of staff")
    return _list(request, of, title, tables.staff(found, page))


def class_group(request: Request, key: UUID) -> HttpResponse:
    """One class: its pupils by pseudonym."""
    of, page = queries.class_group(request.by, key), asked(request.GET).page
    found = queries.pupils(request.by, of.organisation, request.as_of, class_group=of, page=page)
    zh, en = tables.of_class(of)
    title = Text(f"{zh}学生 {found.total} 人", f"{found.total} pupils in {en}")
    shown = {"offers": offers.of_class(request, of), "lasts": tables.lasts(of)}
    return _list(request, of.organisation, title, tables.pupils(found, page, of_class=True), shown)


def places(request: Request, key: UUID) -> HttpResponse:
    """What a unit is given: establishment, places, sites."""
    of = unit(request.by, key, COUNT)
    found = queries.given(request.by, of, request.as_of)
    shown = _shown(request, of) | {"places": tables.places(found), "sites": tables.sites(found)}
    shown["offers"] = offers.of_places(request, of)
    return render(request, f"{FOLDER}/places.html", shown)


def person(request: Request, key: UUID) -> HttpResponse:
    """One person by pseudonym, and the form that asks for the purpose."""
    return _card(request, key, PurposeForm())


@never_cache
def reveal(request: Request, key: UUID) -> HttpResponse:
    """Name and numbers, for the purpose that was given; by POST alone, kept by no browser; else the card."""
    if request.method != "POST":
        return redirect("registry:person", key)
    form = PurposeForm(request.POST)
    if not form.is_valid():
        return _card(request, key, form, status=422)
    try:
        by = replace(request.by, purpose=form.cleaned_data["purpose"])
        revealed = queries_person.reveal(by, key)
    except (NotPermitted, Missing):
        raise
    except Refused as refused:
        form.add_error("purpose", said(refused.text))
        return _card(request, key, form, status=422)
    return _card(request, key, None, revealed=revealed)


def _card(
    request: Request,
    key: UUID,
    form: PurposeForm | None,
    *,
    revealed: queries_person.Revealed | None = None,
    status: int = 200,
) -> HttpResponse:
    card = queries_person.person(request.by, key, request.as_of)
    shown: dict[str, Any] = {
        "card": card,
        "stays": tables_person.stays(card),
        "facts": tables_person.facts(card),
        "form": form if card.revealable else None,
        "action": reverse("registry:person-reveal", args=[key]),
        "revealed": tables_person.revealed(revealed) if revealed is not None else None,
        "offers": offers.of_person(request, _held(request, key)),
    }
    return render(request, f"{FOLDER}/person.html", shown, status=status)


def _held(request: Request, key: UUID) -> queries_open.Held | None:
    """What a person holds, for whoever may write it; None for whoever only reads."""
    try:
        return queries_open.held(request.by, key)
    except Missing:
        return None


def _list(
    request: Request, of: Organisation, title: Text, table: Any, more: dict[str, Any] | None = None
) -> HttpResponse:
    shown = _shown(request, of) | {"title": title, "table": table} | (more or {})
    return render(request, f"{FOLDER}/list.html", shown)


def _shown(request: Request, of: Organisation) -> dict[str, Any]:
    """What every page of a unit shows around itself."""
    return {
        "key": of.key,
        "name": names([of.key], request.as_of).get(str(of.key), ""),
        "readable": access.allowed(request.by, READ, of),
    }
