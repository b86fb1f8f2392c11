"""Pages of imports: hand a file in, look at what it would do, confirm or let it go."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from meihao.base.text import Refused, Text
from meihao.documents.workbook import Reader
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts.acting import Missing, NotPermitted
from meihao.records.registry.importing import actions, queries, tables
from meihao.records.registry.importing.forms import HandInForm
from meihao.records.registry.importing.reading import Faulty
from meihao.records.registry.models import BatchState, ImportBatch
from meihao.records.registry.request import Request
from meihao.ui.language import said
from meihao.ui.tables import asked


def imports(request: Request) -> HttpResponse:
    """The files handed in, and the form for another."""
    form = HandInForm(request.by, request.POST or None, request.FILES or None)
    shown: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            batch = _staged(request, form)
            return redirect("registry:import", batch.key)
        except Faulty as faulty:
            form.add_error("file", said(faulty.text))
            shown["faults"] = tables.faults(faulty)
        except (NotPermitted, Missing):
            raise
        except Refused as refused:
            form.add_error("file", said(refused.text))
    page = asked(request.GET).page
    shown["table"] = tables.batches(queries.batches(request.by, page=page), page)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "registry/imports/list.html", shown, status=status)


def one(request: Request, key: UUID) -> HttpResponse:
    """What a file would do; POST confirms it or lets it go."""
    batch = queries.batch(request.by, key)
    if request.method == "POST":
        return _settled(request, batch)
    if batch.state != BatchState.STAGED:
        settled = {"batch": batch, "headline": tables.headline(batch)}
        return render(request, "registry/imports/settled.html", settled)
    with Reader() as reader:
        found = actions.shown(request.by, batch, place=_place(batch), rulebook=Rulebook.load(), reader=reader)
    batch.counts = dict(found.plan.counts)  # as the registry is now; what was staged is kept
    shown = {
        "batch": batch,
        "found": found,
        "headline": tables.headline(batch),
        "counts": found.plan.counts,
        "difference": tables.difference(found),
        "refusals": tables.refusals(found) if found.refusals else None,
    }
    return render(request, "registry/imports/difference.html", shown)


def _staged(request: Request, form: HandInForm) -> ImportBatch:
    authority, on, file = form.authority, form.cleaned_data["on"], form.cleaned_data["file"]
    with Reader() as reader:
        return actions.stage(
            request.by,
            organisation=authority,
            data=file.read(),
            file_name=file.name,
            on=on,
            place=queries.place_of(authority, on),
            rulebook=Rulebook.load(),
            reader=reader,
            form=form.cleaned_data["form"],
        ).batch


def _settled(request: Request, batch: ImportBatch) -> HttpResponse:
    if request.POST.get("verb") == "discard":
        actions.discard(request.by, batch=batch)
        messages.success(request, said(Text("已放弃，台账没有变动。", "Discarded; nothing was changed.")))
        return redirect("registry:imports")
    with Reader() as reader:
        actions.apply(
            request.by,
            batch=batch,
            digest=request.POST.get("digest", ""),
            place=_place(batch),
            rulebook=Rulebook.load(),
            reader=reader,
        )
    messages.success(request, said(Text("已全部导入。", "All of it was imported.")))
    return redirect("registry:import", batch.key)


def _place(batch: ImportBatch) -> str:
    return queries.place_of(batch.organisation, batch.on)
