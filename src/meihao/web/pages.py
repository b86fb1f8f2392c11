"""Pages that are no room's: refused, not permitted, not there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from meihao.base.text import Lang, Refused
from meihao.records.accounts.acting import NotPermitted


def lang() -> Lang:
    """The language of this request, as `Text.said` takes it."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def no_permission(request: HttpRequest, refused: NotPermitted) -> HttpResponse:
    """403: which role is needed, and whom to ask."""
    return render(request, "web/no_permission.html", {"says": refused.text.said(lang())}, status=403)


def refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    """422: what was wrong, where, and how to mend it; a view that has a form says it there instead."""
    return render(request, "web/refusal.html", {"says": refused.text.said(lang())}, status=422)
