"""The page on which rosters are carried away as a OneRoster package, and the package."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from meihao.base.text import Refused
from meihao.records.registry.oneroster import package
from meihao.records.registry.people.forms import PurposeForm
from meihao.records.registry.request import Request
from meihao.ui.language import said


def roster(request: Request) -> HttpResponse:
    """导出 OneRoster 名册."""
    return _page(request, PurposeForm())


@never_cache
def archive(request: Request) -> HttpResponse:
    """The package by pseudonym; by POST with a purpose, with names and numbers."""
    if request.method != "POST":
        return _sent(request, package.exported(request.by, request.as_of))
    form = PurposeForm(request.POST)
    if form.is_valid():
        try:
            data = package.exported(request.by, request.as_of, form.cleaned_data["purpose"])
        except Refused as refused:
            form.add_error("purpose", said(refused.text))
        else:
            return _sent(request, data)
    return _page(request, form, 422)


def _page(request: Request, form: PurposeForm, status: int = 200) -> HttpResponse:
    return render(request, "registry/roster.html", {"form": form, "as_of": request.as_of}, status=status)


def _sent(request: Request, data: bytes) -> HttpResponse:
    answer = HttpResponse(data, content_type="application/zip")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'oneroster_{request.as_of}.zip')}"
    return answer
