"""Pages of the whole platform."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from meihao.web.guard import Request


def home(request: Request) -> HttpResponse:
    """工作台: what waits for this person."""
    return render(request, "web/home.html")


def components(request: Request) -> HttpResponse:
    """部件一览: every component with its states."""
    return render(request, "web/components.html")


def health(request: Request) -> HttpResponse:
    """Whether the platform answers and its database does."""
    return HttpResponse("ok", content_type="text/plain")


def sign_in(request: Request) -> HttpResponse:
    """登录."""
    return render(request, "web/home.html")
