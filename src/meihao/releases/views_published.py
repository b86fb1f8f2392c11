"""Pages of releases: the list, one release, drafting and publishing; and what anybody may read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from meihao.base.exact import half_up
from meihao.base.text import Refused, Text
from meihao.records.accounts.acting import Missing, NotPermitted
from meihao.records.registry import access
from meihao.records.registry.request import Request
from meihao.releases import publishing, queries_published, tables_published
from meihao.releases.contents import Contents
from meihao.releases.forms_published import AmendForm, DiscardForm, DraftForm, PublishForm, ReasonForm
from meihao.releases.gate import Gated, Shown
from meihao.releases.models import Audience
from meihao.releases.queries_published import Card, State
from meihao.ui.language import said
from meihao.ui.tables import Table, asked


def posted(request: Request) -> QueryDict | None:
    """What was sent, None where nothing was: a form without a box ticked is sent too."""
    return request.POST if request.method == "POST" else None


def releases(request: Request) -> HttpResponse:
    """数据发布."""
    wanted = asked(request.GET)
    rows, total = queries_published.listed(request.by, wanted.window())
    enter = reverse("releases:draft") if access.holds(request.by, publishing.DRAFT) else ""
    waiting = sum(row.state is State.DRAFT for row in rows)
    shown = {
        "table": tables_published.listing(rows, wanted, total, enter),
        "total": total,
        "waiting": waiting,
        "enter": enter,
    }
    return render(request, "figures/releases.html", shown)


def release(request: Request, key: UUID) -> HttpResponse:
    """One release: what it shows, or, for a draft, what it would show; its versions."""
    card = queries_published.release(request.by, key)
    return render(request, "figures/release.html", _shown(card, "releases:release") | _draft(card))


def _shown(card: Card, route: str) -> dict[str, Any]:
    tables = [tables_published.published(table, cells) for table, cells in card.tables]
    return {
        "card": card,
        "release": card.release,
        "audience": tables_published.AUDIENCES[Audience(card.release.audience)],
        "shape": tables_published.SHAPES[card.listed.state],
        "tables": tables,
        "legend": tables_published.legend([cell.symbol for cell in card.cells]),
        "versions": tables_published.versions(card.versions, route),
        "newer": next((one for one in card.versions if one.release.number > card.release.number), None),
    }


def _draft(card: Card) -> dict[str, Any]:
    """What a draft would show now, or why the gate keeps it in."""
    if card.listed.state is not State.DRAFT:
        return {}
    try:
        found, passed = publishing.preview(card.release)
    except Refused as refused:
        return {"kept_in": refused.text}
    told = [cell for cells in passed.cells.values() for cell in cells.values()]
    return {
        "tables": _previewed(found, passed),
        "legend": tables_published.legend([cell.symbol for cell in told]),
        "hidden": sum(cell.symbol == "c" for cell in told),
    }


def _previewed(found: Contents, passed: Gated) -> list[tuple[Table, Table | None]]:
    tables = []
    for sheet in found.sheets:
        cells, places = passed.cells[sheet.key], sheet.places

        def told(line: str, column: str, cells: Any = cells, places: Any = places) -> str:
            cell: Shown = cells[line, column]
            return cell.symbol if cell.value is None else f"{half_up(cell.value, places[column]):f}"

        lines = [[line.key, line.title, line.level, line.within] for line in sheet.lines]
        tables.append(tables_published.drawn(sheet.title, lines, list(publishing.columns(sheet)), told))
    return tables


def check(request: Request, key: UUID) -> HttpResponse:
    """A published release worked out again, and the whole ledger of its audience attacked."""
    card, found = queries_published.checked(request.by, key)
    return render(
        request, "figures/release_check.html", {"card": card, "release": card.release, "found": found}
    )


def draft(request: Request) -> HttpResponse:
    """A release is drafted."""
    rows = queries_published.snapshots(request.by)
    form = DraftForm(rows, queries_published.standards(rows), posted(request))

    def run() -> UUID:
        return publishing.draft(by=request.by, **form.cleaned_data).key

    title, back = Text("起草数据发布", "Draft a release"), reverse("releases:list")
    return _changed(request, form, title, run, back, {"none": not rows})


def amend(request: Request, key: UUID) -> HttpResponse:
    """The next version of a release is drafted."""
    card = queries_published.release(request.by, key)
    form = AmendForm(queries_published.snapshots(request.by), posted(request))

    def run() -> UUID:
        return publishing.amend(by=request.by, key=key, **form.cleaned_data).key

    return _of(request, card, form, Text("更正", "Put right"), run)


def publish(request: Request, key: UUID) -> HttpResponse:
    """A draft is published (签发)."""
    card = queries_published.release(request.by, key)
    form = PublishForm(posted(request))

    def run() -> UUID:
        return publishing.publish(by=request.by, key=key).key

    return _of(request, card, form, Text("签发", "Publish"), run)


def withdraw(request: Request, key: UUID) -> HttpResponse:
    """A release is withdrawn."""
    card = queries_published.release(request.by, key)
    form = ReasonForm(posted(request))

    def run() -> UUID:
        return publishing.withdraw(by=request.by, key=key, **form.cleaned_data).key

    return _of(request, card, form, Text("撤回", "Withdraw"), run)


def discard(request: Request, key: UUID) -> HttpResponse:
    """A draft is taken back."""
    card = queries_published.release(request.by, key)
    form = DiscardForm(posted(request))

    def run() -> None:
        publishing.discard(by=request.by, key=key)

    return _of(request, card, form, Text("删除草稿", "Discard the draft"), run)


def _of(
    request: Request, card: Card, form: forms.Form, title: Text, run: Callable[[], UUID | None]
) -> HttpResponse:
    back = reverse("releases:release", args=[card.release.key])
    return _changed(request, form, title, run, back, {"card": card, "release": card.release})


def _changed(
    request: Request,
    form: forms.Form,
    title: Text,
    run: Callable[[], UUID | None],
    back: str,
    shown: dict[str, Any],
) -> HttpResponse:
    """The form; what was refused at its top; or the release as it is now."""
    if form.is_bound and form.is_valid():
        try:
            key = run()
            messages.success(request, said(Text("已保存。", "Saved.")))
            return redirect("releases:release", key) if key is not None else redirect("releases:list")
        except (NotPermitted, Missing):
            raise
        except Refused as refused:
            form.add_error(None, said(refused.text))
    status = 422 if form.is_bound and form.errors else 200
    return render(
        request,
        "figures/release_change.html",
        shown | {"form": form, "title": title, "back": back},
        status=status,
    )


def public(request: Request) -> HttpResponse:
    """公开数据: what anybody may read."""
    wanted = asked(request.GET)
    rows, total = queries_published.public(request.by, wanted.window())
    table = tables_published.public(rows, wanted, total)
    return render(request, "figures/releases_public.html", {"table": table, "total": total})


def public_release(request: Request, key: UUID) -> HttpResponse:
    """One public release, also an earlier version."""
    card = queries_published.public_release(request.by, key)
    return render(request, "figures/release_public.html", _shown(card, "releases:public-release"))
