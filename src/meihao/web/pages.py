"""Pages that are no room's: refused, not permitted, not there, out of order."""

from __future__ import annotations

import logging
import secrets
import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import get_language

from meihao.base.text import Refused, Text
from meihao.records.accounts.acting import NotPermitted
from meihao.ui.language import said
from meihao.web import api, unavailable

_log = logging.getLogger(__name__)


def no_permission(request: HttpRequest, refused: NotPermitted) -> HttpResponse:
    """403: which role is needed, and whom to ask."""
    return _page(request, 403, Text("这一页要另外的权限", "This page takes another permission"), refused.text)


def refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    """422: what was wrong, where, and how to mend it; a view that has a form says it there instead."""
    return _page(request, 422, Text("这一步没有做成", "This was not done"), refused.text)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 where Django itself refuses."""
    says = Text(
        "这个请求不被接受。请从工作台重新进入。", "This request is not accepted. Start at the workbench."
    )
    return _page(request, 403, Text("请求不被接受", "Not accepted"), says)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such page, or out of scope; the two are not told apart."""
    if api.spoken(request):
        return api.not_found(request)
    says = Text(
        "地址可能不完整，或者这一页不在您的范围内。请核对地址，或从工作台进入。",
        "The address may be incomplete, or the page is not in your scope. Check it, or go to the workbench.",
    )
    return _page(request, 404, Text("没有这个页面", "There is no such page"), says)


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the token of a form is missing or old. Nothing was changed."""
    says = Text(
        "页面打开得太久，或者登录已经变了。没有保存。请退回上一页，刷新后再提交；要紧的内容请先复制下来。",
        "The page was open for too long, or the sign-in has changed. Nothing was saved. Go back, reload and "
        "send again; copy first what you would not like to lose.",
    )
    return _page(request, 403, Text("没有保存成功", "It was not saved"), says)


def broken(request: HttpRequest) -> HttpResponse:
    """500: with a short number that stands in the log too; 503 where the database is away.

    It asks neither database nor session.
    """
    if unavailable.lost(sys.exc_info()[1]):
        return unavailable.unavailable(request)
    number = secrets.token_hex(2).upper()
    _log.error("fault %s at %s %s", number, request.method, request.path, exc_info=sys.exc_info())
    if api.spoken(request):
        return api.broken(request)
    shown = {
        "number": number,
        "LANGUAGE_CODE": get_language(),
        "csp_nonce": getattr(request, "csp_nonce", ""),
    }
    return HttpResponse(get_template("web/broken.html").render(shown), status=500)


def _page(request: HttpRequest, status: int, heading: Text, says: Text) -> HttpResponse:
    shown = {"heading": said(heading), "says": said(says), "status": status}
    return render(request, "web/refusal.html", shown, status=status)
