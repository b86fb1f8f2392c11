"""Pages of grants, for the security administrator."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from meihao.base.text import Refused, Text
from meihao.records.accounts.acting import Missing, NotPermitted
from meihao.records.accounts.matrix import MATRIX
from meihao.records.registry import access, actions_grants, queries, queries_grants, tables
from meihao.records.registry.forms import EndForm, GrantForm
from meihao.records.registry.models import Kind
from meihao.records.registry.request import Request, present
from meihao.ui.language import said
from meihao.ui.tables import asked


def grants(request: Request) -> HttpResponse:
    """授权清单."""
    wanted = asked(request.GET)
    found = queries_grants.grants(request.by, request.as_of, search=wanted.search, page=wanted.page)
    may = present(request) and access.holds(request.by, actions_grants.WRITE)
    shown = {"table": tables.grants(found, wanted, may), "total": found.total, "may": may}
    return render(request, "registry/grants.html", shown)


def give(request: Request) -> HttpResponse:
    """授权."""
    roles = [role for role in MATRIX.roles.values() if role.held_at and "system" not in role.held_at]
    kinds = {Kind(place) for role in roles for place in role.held_at}
    units = queries.units(request.by, request.by.day, kinds, actions_grants.WRITE)
    form = GrantForm(request.by.day, roles, units, request.POST or None)
    if form.is_valid():
        try:
            actions_grants.give_grant(
                request.by,
                user=queries_grants.account(request.by, form.cleaned_data["username"]),
                role=form.cleaned_data["role"],
                organisation=queries.unit(
                    request.by, form.cleaned_data["organisation"], actions_grants.WRITE
                ),
                on=form.cleaned_data["on"],
            )
        except (NotPermitted, Missing):
            raise
        except Refused as refused:
            form.add_error(None, said(refused.text))
        else:
            messages.success(request, said(Text("已授权。", "The grant is given.")))
            return redirect("registry:grants")
    shown = {"form": form, "title": Text("授权", "Give a grant"), "button": Text("授权", "Give the grant")}
    return render(request, "registry/grant.html", shown, status=422 if form.errors else 200)


def end(request: Request, number: int) -> HttpResponse:
    """结束授权."""
    grant = queries_grants.grant(request.by, number)
    form = EndForm(request.POST or None, initial={"on": request.by.day})
    if form.is_valid():
        try:
            actions_grants.end_grant(request.by, grant=grant, on=form.cleaned_data["on"])
        except (NotPermitted, Missing):
            raise
        except Refused as refused:
            form.add_error(None, said(refused.text))
        else:
            messages.success(request, said(Text("授权已结束。", "The grant has ended.")))
            return redirect("registry:grants")
    role = MATRIX.roles[grant.role].title
    title = Text(
        f"结束{grant.user.name}的「{role.zh}」授权", f"End the grant of {grant.user.name}: {role.en}"
    )
    shown = {"form": form, "title": title, "button": Text("结束授权", "End the grant")}
    return render(request, "registry/grant.html", shown, status=422 if form.errors else 200)
