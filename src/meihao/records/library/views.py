"""Pages of the library: the list, one document, trials that expire, and the forms of what changes."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from meihao.base.text import Refused, Text
from meihao.records.accounts.acting import Missing, NotPermitted
from meihao.records.library import actions, actions_clauses, forms, numbering, queries, tables
from meihao.records.library.models import Kind
from meihao.records.registry import access
from meihao.records.registry.request import Request, present
from meihao.ui.language import said
from meihao.ui.tables import asked


def documents(request: Request) -> HttpResponse:
    """制度文件."""
    wanted = asked(request.GET, tables.filters())
    narrowed = tables.wanted(wanted)
    total = queries.count(request.by, request.as_of, narrowed)
    rows = queries.listed(request.by, request.as_of, narrowed, wanted.window())
    may = present(request) and access.holds(request.by, queries.WRITE)
    enter = reverse("library:enter") if may else ""
    lapsed = queries.count(request.by, request.as_of, queries.Asked(states=[queries.State.LAPSED]))
    shown = {
        "table": tables.documents(rows, wanted, total, enter),
        "total": total,
        "narrowed": wanted.search or any(filter_.chosen for filter_ in wanted.filters),
        "lapsed": lapsed,
        "enter": enter,
    }
    return render(request, "library/documents.html", shown)


def expiring(request: Request) -> HttpResponse:
    """试行期满提醒."""
    wanted = asked(request.GET, [tables.within()])
    days = int(next(iter(wanted.chosen("days")), tables.DAYS[1]))
    rows = queries.expiring(request.by, request.as_of, days)
    shown = {"table": tables.expiring(rows, wanted, request.as_of), "days": days, "total": len(rows)}
    return render(request, "library/expiring.html", shown)


def document(request: Request, key: UUID) -> HttpResponse:
    """One document: versions, clauses, and who cites it."""
    card = queries.document(request.by, str(key), request.as_of, request.GET.get("version", ""))
    shown = {
        "card": card,
        "changeable": card.may_write and present(request),
        "kind": tables.KINDS[Kind(card.document.kind)],
        "shape": tables.SHAPES[card.state],
        "versions": tables.versions(card),
        "citations": tables.citations(card),
    }
    return render(request, "library/document.html", shown)


def file(request: Request, key: UUID) -> HttpResponseBase:
    """The text of a version as a download."""
    found = actions.hand_out(by=request.by, key=str(key))
    answer = FileResponse(
        BytesIO(found.data), as_attachment=True, filename=found.filename, content_type=found.media_type
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def enter(request: Request) -> HttpResponse:
    """A document comes in."""
    form = forms.EnterForm(request.by, request.as_of, request.POST or None, request.FILES or None)
    title, back = Text("录入文件", "Enter a document"), reverse("library:documents")

    def run() -> UUID:
        version = actions.enter_document(
            by=request.by, what=form.what(), term=form.term(), file=form.upload()
        )
        return version.document.key

    return _changed(request, form, title, run, back)


def issue(request: Request, key: UUID) -> HttpResponse:
    """The next version of a document."""
    form = forms.TermForm(request.POST or None, request.FILES or None)

    def run() -> UUID:
        actions.issue_version(by=request.by, key=str(key), term=form.term(), file=form.upload())
        return key

    return _of(request, key, form, Text("发布新版本", "Issue a new version"), run)


def extend(request: Request, key: UUID) -> HttpResponse:
    """A trial goes on."""
    form = forms.UntilForm(request.POST or None)

    def run() -> UUID:
        until, basis = form.cleaned_data["on"], form.cleaned_data["basis"]
        actions.extend_trial(by=request.by, key=str(key), until=until, basis=basis)
        return key

    return _of(request, key, form, Text("延长试行", "Extend the trial"), run)


def repeal(request: Request, key: UUID) -> HttpResponse:
    """A document ends."""
    form = forms.UntilForm(request.POST or None)

    def run() -> UUID:
        actions.repeal(by=request.by, key=str(key), **form.cleaned_data)
        return key

    return _of(request, key, form, Text("废止文件", "Repeal the document"), run)


def confirm(request: Request, key: UUID) -> HttpResponse:
    """A document was compared with its source."""
    form = forms.BasisForm(request.POST or None)

    def run() -> UUID:
        actions.confirm(by=request.by, key=str(key), **form.cleaned_data)
        return key

    return _of(request, key, form, Text("核对无误", "Mark as checked"), run)


def clauses(request: Request, key: UUID) -> HttpResponse:
    """Clauses out of a pasted text: first what was found, then, once confirmed, recorded."""
    form = forms.ClausesForm(request.POST or None)
    shown: dict[str, Any] = {"pasting": True}

    def run() -> UUID | None:
        pasted = form.cleaned_data["pasted"]
        if form.cleaned_data["confirmed"]:
            actions_clauses.add_clauses(by=request.by, key=str(key), pasted=pasted)
            return key
        reading = numbering.read(pasted)
        shown.update(reading=reading, preview=tables.preview(reading), confirmation=form.as_confirmation())
        return None

    return _of(request, key, form, Text("录入条款", "Enter clauses"), run, shown)


def _of(
    request: Request,
    key: UUID,
    form: django_forms.Form,
    title: Text,
    run: Callable[[], UUID | None],
    shown: dict[str, Any] | None = None,
) -> HttpResponse:
    card = queries.document(request.by, str(key), request.as_of)
    if not card.may_write:
        raise NotPermitted(queries.WRITE)
    more = shown if shown is not None else {}
    more["card"] = card
    return _changed(request, form, title, run, reverse("library:document", args=[key]), more)


def _changed(
    request: Request,
    form: django_forms.Form,
    title: Text,
    run: Callable[[], UUID | None],
    back: str,
    shown: dict[str, Any] | None = None,
) -> HttpResponse:
    """The form; what was refused at its top; or the document as it is now."""
    more = shown if shown is not None else {}
    if form.is_valid():
        try:
            key = run()
            if key is not None:
                messages.success(request, said(Text("已保存。", "Saved.")))
                return redirect("library:document", key)
        except (NotPermitted, Missing):
            raise
        except Refused as refused:
            form.add_error(None, said(refused.text))
    status = 422 if form.is_bound and form.errors else 200
    return render(
        request, "library/change.html", more | {"form": form, "title": title, "back": back}, status=status
    )
