"""Pages of the dashboards."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from meihao.records.accounts.limits import LIMITS
from meihao.ui.language import lang
from meihao.web.dashboards import leader, school
from meihao.web.guard import Request


def leaders(request: Request) -> HttpResponse:
    """局长一屏."""
    screen = leader.screen(request.by, request.as_of, request.GET)
    shown = {
        "screen": screen,
        "shown": screen.gaps[: leader.GAPS_SHOWN],
        "map": leader.where(request.by, request.as_of, screen),
    }
    return render(request, "web/dashboards/leader.html", shown)


def wall(request: Request) -> HttpResponse:
    """大屏: the same figures in the dark, 16:9, or 32:9 with `?wide=1`."""
    shown = {
        "screen": leader.screen(request.by, request.as_of, request.GET),
        "wide": request.GET.get("wide") == "1",
        "refresh": int(LIMITS.wall_refresh.total_seconds()),
    }
    return render(request, "web/dashboards/wall.html", shown)


def own_school(request: Request) -> HttpResponse:
    """本校指标: the page of a principal."""
    page = school.page(request.by, request.as_of, request.GET, lang())
    return render(request, "web/dashboards/school.html", {"page": page})
