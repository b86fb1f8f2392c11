"""Pages of the whole platform."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime

from meihao.base.text import Text
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.matrix import MATRIX
from meihao.records.registry import access, queries
from meihao.records.registry.models import Kind, Organisation
from meihao.web import specimens, unavailable
from meihao.web.dashboards.tasks import tasks
from meihao.web.guard import Request

PEOPLE, LEADER, SCHOOL = "registry.person.count", "web.leader", "web.school"


def home(request: Request) -> HttpResponse:
    """工作台: who one is here, and what one may open."""
    shown = {
        "greeting": _greeting(request),
        "roles": _roles(request),
        "units": _units(request),
        "tasks": tasks(request.by),
        "leads": access.holds(request.by, LEADER),
        "schools": access.holds(request.by, SCHOOL),
    }
    return render(request, "web/home.html", shown)


def _greeting(request: Request) -> Text:
    hour, name = localtime(request.by.at).hour, request.by.name
    if hour < 12:
        return Text(f"{name}，上午好", f"Good morning, {name}")
    return (
        Text(f"{name}，下午好", f"Good afternoon, {name}")
        if hour < 18
        else Text(f"{name}，晚上好", f"Good evening, {name}")
    )


def _roles(request: Request) -> list[tuple[Text, str]]:
    """The roles this person holds today, each with the name of the unit; an office has no unit."""
    office = [(MATRIX.roles[request.by.office].title, "")] if request.by.office in MATRIX.roles else []
    grants = access.grants_of(request.by)
    names = queries.names([grant.organisation.key for grant in grants], request.by.day)
    held = [(MATRIX.roles[grant.role].title, names.get(str(grant.organisation.key), "")) for grant in grants]
    return office + held


def _units(request: Request) -> list[tuple[str, str, Text, str]]:
    """The units of this person's grants that they may look at: name, page, what else, and where that is."""
    by = request.by
    held = {grant.organisation.key: grant.organisation for grant in access.grants_of(by)}
    named = queries.names(held, by.day)
    return [
        (named.get(str(key), ""), reverse("registry:organisation", args=[key]), *_further(by, unit))
        for key, unit in held.items()
        if access.allowed(by, queries.READ, unit)
    ]


def _further(by: Acting, unit: Organisation) -> tuple[Text, str]:
    """A school's people; of whoever has units below, the list of them."""
    if unit.kind not in (Kind.INSTITUTION, Kind.CAMPUS):
        return Text("学校名单", "the schools"), reverse("registry:organisations")
    if access.allowed(by, PEOPLE, unit):
        return Text("学生和教职工", "pupils and staff"), reverse("registry:people", args=[unit.key])
    return Text("登记事项、关系、变更历史", "particulars, relations, history"), ""


def components(request: Request) -> HttpResponse:
    """部件一览: every component with its states."""
    return render(request, "web/components.html", specimens.shown(request))


def health(request: Request) -> HttpResponse:
    """Whether the platform answers and its database does; 503 where that does not."""
    unavailable.ask()
    return HttpResponse("ok", content_type="text/plain")
