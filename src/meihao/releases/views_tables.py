"""The official tables as pages, and as the workbook they are."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from meihao.records.accounts.acting import Missing
from meihao.records.registry import access
from meihao.records.registry.request import Request
from meihao.releases import actions, evaluating, queries, sheets
from meihao.releases.views import looked_at, shared

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table(request: Request, standard: str, sheet: str) -> HttpResponse:
    """One official table, cell by cell; for whoever sees the whole place."""
    looked, plan = looked_at(request, standard)
    if not looked.seen.whole:
        raise Missing
    found = sheets.tables(evaluating.evaluation(looked.snapshot, standard)).sheets
    shown = next((one for one in found if one.name == sheet), None)
    if shown is None:
        raise Missing
    context = shared(request, looked, plan)
    links, may = context["links"], access.allowed(request.by, queries.EXPORT, looked.place.organisation)
    context |= {
        "sheet": shown,
        "rows": [[(cell, links.figure(cell.address)) for cell in row] for row in shown.rows],
        "others": [(one.name, links.table(one.name), one.name == sheet) for one in found],
        "workbook": links.workbook() if may else "",
    }
    return render(request, "figures/table.html", context)


def workbook(request: Request, standard: str) -> HttpResponse:
    """All official tables as a workbook."""
    looked, _ = looked_at(request, standard)
    evaluation = evaluating.evaluation(looked.snapshot, standard)
    data = actions.export_tables(by=request.by, looked=looked, evaluation=evaluation)
    answer = HttpResponse(data, content_type=_TYPE)
    answer["Content-Disposition"] = content_disposition_header(True, sheets.WORKBOOK) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
