"""Pages of organisations: the list, one of them, and the forms of what happens to them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from meihao.base.text import Refused, Text
from meihao.records.accounts.acting import Missing, NotPermitted
from meihao.records.registry import access, forms, queries, queries_card, queries_map, tables, tables_map
from meihao.records.registry.exporting import workbook
from meihao.records.registry.form_parts import EventForm
from meihao.records.registry.forms import Recording
from meihao.records.registry.models import Organisation
from meihao.records.registry.preview import preview
from meihao.records.registry.recording import Recorded
from meihao.records.registry.request import Request, present
from meihao.ui.language import said
from meihao.ui.tables import asked

EXPORT, IMPORT = "registry.organisation.export", "registry.import"
ROSTER = "registry.roster.export"


def organisations(request: Request) -> HttpResponse:
    """学校与人员：机构名单."""
    wanted = asked(request.GET, tables.filters(request.by, request.as_of))
    narrowed = tables.wanted(wanted)
    found = queries.organisations(request.by, request.as_of, narrowed, page=wanted.page)
    export = f"{reverse('registry:export')}?{request.GET.urlencode()}"
    if not access.holds(request.by, EXPORT):
        export = ""
    shown = {
        "table": tables.organisations(found, wanted, request.as_of, export),
        "total": found.total,
        "schools": set(narrowed.kinds) == {"institution"},
        "foundings": _foundings(request),
        "roster": access.holds(request.by, ROSTER),
    }
    return render(request, "registry/organisations.html", shown)


def _foundings(request: Request) -> list[tuple[str, Text]]:
    if not (present(request) and access.holds(request.by, queries.WRITE)):
        return []
    found = [(reverse("registry:found", args=[what]), one.title) for what, one in forms.FOUNDINGS.items()]
    if access.holds(request.by, IMPORT):
        found.append((reverse("registry:imports"), Text("批量导入", "Import lists")))
    return found


def export(request: Request) -> HttpResponse:
    """What the list shows, on all its pages, as a workbook."""
    wanted = asked(request.GET, tables.filters(request.by, request.as_of))
    narrowed = tables.wanted(wanted)
    found = queries.exported(request.by, request.as_of, narrowed)
    table = tables.organisations(found, wanted, request.as_of)
    return workbook(table, Text("机构名单", "Organisations"), request.by, request.as_of, EXPORT)


def where(request: Request) -> HttpResponse:
    """学校分布：the schools on plain ground."""
    found = queries_map.lying(request.by, request.as_of)
    shown = {"map": tables_map.lying(found), "towns": tables_map.by_town(found)}
    return render(request, "registry/map.html", shown)


def organisation(request: Request, key: UUID) -> HttpResponse:
    """One unit: what it is on the day, its relations, its history."""
    card = queries_card.organisation(request.by, key, request.as_of)
    shown = {
        "card": card,
        "facts": tables.facts(card),
        "relations": tables.relations(card),
        "recent": tables.recent(card),
        "older": tables.older(card),
        "recordings": _recordings(card) if card.writable and present(request) else [],
        "people": access.allowed(request.by, "registry.person.count", card.organisation),
    }
    return render(request, "registry/organisation.html", shown)


def _recordings(card: queries_card.Card) -> list[tuple[str, Text]]:
    possible = forms.recordings(card.organisation.kind)
    key = card.organisation.key
    return [(reverse("registry:record", args=[key, what]), one.title) for what, one in possible.items()]


def found(request: Request, what: str) -> HttpResponse:
    """A unit begins."""
    if what not in forms.FOUNDINGS:
        raise Missing
    return _recorded(request, forms.FOUNDINGS[what], None, reverse("registry:organisations"))


def record(request: Request, key: UUID, what: str) -> HttpResponse:
    """Something happens to a unit."""
    unit = queries.unit(request.by, key, queries.WRITE)
    possible = forms.recordings(unit.kind)
    if what not in possible:
        raise Missing
    return _recorded(request, possible[what], unit, reverse("registry:organisation", args=[key]))


def _recorded(request: Request, recording: Recording, about: Organisation | None, back: str) -> HttpResponse:
    """The form; what it would change; and, once confirmed, the event."""
    form = recording.form(request.by, about, request.POST or None)
    shown = {"title": recording.title, "form": form, "back": back, "name": _name(request, about)}
    if form.is_valid():
        try:
            if form.cleaned_data["confirmed"]:
                return _done(request, recording.run(form))
            changes = preview(lambda: recording.run(form))
            shown["differences"] = tables.differences(changes, form.cleaned_data["on"])
            shown["confirmation"] = form.as_confirmation()
        except (NotPermitted, Missing):
            raise
        except Refused as refused:
            form.add_error(None, said(refused.text))
    return render(request, "registry/record.html", shown, status=_status(form))


def _status(form: EventForm) -> int:
    return 422 if form.is_bound and form.errors else 200


def _name(request: Request, about: Organisation | None) -> str:
    if about is None:
        return ""
    return queries.names([about.key], request.by.day).get(str(about.key), "")


def _done(request: Request, recorded: Recorded) -> HttpResponse:
    event = recorded.event
    says = Text(f"已登记，{event.on} 起生效。", f"Recorded; effective from {event.on}.")
    if recorded.again:
        says = Text("已提交过，未重复写入。", "Sent before; nothing was written again.")
    messages.success(request, said(says))
    return redirect("registry:organisation", recorded.organisation.key)
