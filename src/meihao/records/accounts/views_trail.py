"""Pages of the trail: the list, one entry, the head as a line to keep elsewhere."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from meihao.records.accounts import carrying, queries, words
from meihao.records.accounts.queries import Wanted
from meihao.records.accounts.sessions import Request
from meihao.records.accounts.tables import local, trail_table
from meihao.ui.tables import asked

FIELDS = ("person", "action", "organisation", "subject", "day")


def trail(request: Request) -> HttpResponse:
    """审计记录."""
    typed = {name: request.GET.get(name, "").replace("\0", "").strip()[:96] for name in FIELDS}
    wanted = Wanted(**{**typed, "day": _day(typed["day"])})  # type: ignore[arg-type]
    found, page = queries.trail(request.by, wanted), asked(request.GET)
    total, entries = found.count(), list(found[page.window()])
    named = queries.named(request.by, entries)
    table = trail_table(entries, named, total, page.page, any(typed.values()))
    shown = {"table": table, "total": total, "typed": typed, "actions": words.actions()}
    return render(request, "accounts/trail.html", shown)


def entry(request: Request, seq: int) -> HttpResponse:
    """One entry with everything that was hashed."""
    found = queries.entry(request.by, seq)
    body: dict[str, Any] = json.loads(found.body)
    shown = {
        "entry": found,
        "at": local(found),
        "action": words.action(found.action),
        "who": words.who(found),
        "about": queries.named(request.by, [found]).get(found.subject, ""),
        "address": body.get("address", ""),
        "purpose": body.get("purpose", ""),
        "detail": json.dumps(body.get("detail", {}), ensure_ascii=False, indent=2),
    }
    return render(request, "accounts/entry.html", shown)


def head(request: Request) -> HttpResponse:
    """The head as one line of text."""
    answer = HttpResponse(carrying.head(request.by), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="audit-head-{request.by.day}.txt"'
    return answer


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
