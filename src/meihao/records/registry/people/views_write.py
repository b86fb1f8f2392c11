"""The forms that write people's rows: of a unit, of a class, of a person, of what a unit is given.

A form is sent once (`accounts.submissions`). What the action refuses stands at the form, and all that was
typed with it; after a success nothing of it is said again: the answer leads to the page by key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from meihao.base.text import Refused, Text
from meihao.records.accounts.acting import Missing, NotPermitted
from meihao.records.registry.models import Organisation
from meihao.records.registry.people import (
    actions,
    actions_classes,
    actions_places,
    offers,
    queries,
    queries_open,
    tables,
)
from meihao.records.registry.people.form_parts import SentForm
from meihao.records.registry.people.forms_classes import Opening
from meihao.records.registry.queries import names, unit
from meihao.records.registry.request import Request
from meihao.ui.language import said


class Step(NamedTuple):
    """A page above the form."""

    address: str
    name: str


@never_cache
@sensitive_post_parameters()
def people_record(request: Request, key: UUID, what: str) -> HttpResponse:
    """登记学生入学, 登记教职工."""
    of = unit(request.by, key, actions.WRITE)
    return _sent(request, _kind(offers.OF_UNIT, what), of, _of_unit(request, of))


def class_open(request: Request, key: UUID) -> HttpResponse:
    """开班."""
    of = unit(request.by, key, actions_classes.WRITE)
    return _sent(request, Opening, of, _of_unit(request, of))


def class_record(request: Request, key: UUID, what: str) -> HttpResponse:
    """升级, 毕业, 停班."""
    of = queries.class_group(request.by, key, actions_classes.WRITE)
    at = Step(reverse("registry:class", args=[key]), said(tables.of_class(of)))
    return _sent(request, _kind(offers.OF_CLASS, what), of, [*_of_unit(request, of.organisation), at])


def person_record(request: Request, key: UUID, what: str) -> HttpResponse:
    """转学, 离校, 结束岗位, 结束用工."""
    held = queries_open.held(request.by, key)
    at = Step(reverse("registry:person", args=[key]), held.person.short)
    return _sent(request, _kind(offers.OF_PERSON, what), held, [at])


def place_set(request: Request, key: UUID, what: str) -> HttpResponse:
    """登记编制, 登记学位, 登记校址."""
    of = unit(request.by, key, actions_places.WRITE)
    at = Step(
        reverse("registry:places", args=[key]), said(Text("编制、学位和校址", "Establishment, places, sites"))
    )
    return _sent(request, _kind(offers.OF_PLACES, what), of, [*_of_unit(request, of)[:1], at])


def _kind(possible: Mapping[str, type[SentForm[Any]]], what: str) -> type[SentForm[Any]]:
    if what not in possible:
        raise Missing
    return possible[what]


def _of_unit(request: Request, of: Organisation) -> list[Step]:
    name = names([of.key], request.by.day).get(str(of.key), "")
    people = Step(reverse("registry:people", args=[of.key]), said(Text("人员", "People")))
    return [Step(reverse("registry:organisation", args=[of.key]), name), people]


def _sent(request: Request, kind: type[SentForm[Any]], about: Any, above: list[Step]) -> HttpResponse:
    """The form, and once it is sent what it wrote."""
    form = kind(request.by, about, request.POST or None, _start(request))
    if form.is_valid():
        try:
            return _done(request, form)
        except (NotPermitted, Missing):
            raise
        except Refused as refused:
            form.add_error(None, said(refused.text))
    name = above[0].name if isinstance(about, Organisation) else above[-1].name
    shown = {"form": form, "above": above, "back": above[-1].address, "name": name}
    return render(request, "registry/people/record.html", shown, status=422 if form.errors else 200)


def _start(request: Request) -> dict[str, str]:
    place = request.GET.get("place")
    return {} if place is None else {"place": place}


def _done(request: Request, form: SentForm[Any]) -> HttpResponse:
    sent, on = form.send(), form.cleaned_data["on"]
    says = Text(f"已登记，{on} 起生效。", f"Recorded; effective from {on}.")
    if sent.again:
        says = Text("已提交过，未重复写入。", "Sent before; nothing was written again.")
    messages.success(request, said(says))
    return redirect(form.lands, sent.about.partition(":")[2])
