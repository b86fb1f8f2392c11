"""Pages of the administrators: accounts, and one account."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from meihao.base.text import Refused, Text
from meihao.records.accounts import actions, entrance, queries
from meihao.records.accounts.forms import AccountForm, OfficeForm, ReasonForm
from meihao.records.accounts.matrix import MATRIX
from meihao.records.accounts.models import User
from meihao.records.accounts.sessions import Request
from meihao.records.accounts.tables import COLUMNS, FILTERS, accounts_table
from meihao.records.accounts.words import OFFICES
from meihao.ui.language import said
from meihao.ui.tables import asked

MAY = {
    "open": "accounts.account.open",
    "change": "accounts.account.change",
    "suspend": "accounts.account.suspend",
    "unlock": "accounts.account.unlock",
    "link": "accounts.link.issue",
    "office": "accounts.office.write",
    "reset": "accounts.factor.reset",
    "trail": "accounts.trail.read",
}


def listing(request: Request) -> HttpResponse:
    """账号."""
    wanted = asked(request.GET, FILTERS, COLUMNS)
    found = queries.accounts(
        request.by, search=wanted.search, offices=wanted.chosen("office"), states=wanted.chosen("state")
    )
    total = found.count()
    table = accounts_table(list(found[wanted.window()]), total, wanted)
    return render(request, "accounts/list.html", {"table": table, "total": total, "may": _may(request)})


def account(request: Request, key: UUID) -> HttpResponse:
    """One account."""
    user = queries.account(request.by, key)
    shown = {
        "account": user,
        "office": OFFICES[user.office],
        "locked": entrance.locked_until(user, request.by.at),
        "enrolled": entrance.second_factor(user),
        "sign_ins": queries.sign_ins(request.by, user),
        "may": _may(request),
        "own": user.pk == request.user.pk,
    }
    return render(request, "accounts/account.html", shown)


def open_(request: Request) -> HttpResponse:
    """开通账号."""
    form = AccountForm(request.POST or None)
    if form.is_valid():
        try:
            user = actions.open_account(by=request.by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, said(refused.text))
        else:
            return redirect("accounts:account", user.key)
    title, button = Text("开通账号", "Open an account"), Text("开通账号", "Open the account")
    return _form(request, form, title, button, reverse("accounts:list"))


def change(request: Request, key: UUID) -> HttpResponse:
    """改账号的信息."""
    user = queries.account(request.by, key)
    form = AccountForm(request.POST) if request.method == "POST" else AccountForm.of(user)
    title, button = Text(f"改「{user.name}」的账号信息", f"Particulars of {user.name}"), Text("保存", "Save")
    if form.is_valid():
        try:
            actions.change_particulars(by=request.by, user=user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, said(refused.text))
        else:
            return redirect("accounts:account", key)
    return _form(request, form, title, button, _page(user))


def suspend(request: Request, key: UUID) -> HttpResponse:
    """停用账号."""
    user = queries.account(request.by, key)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            actions.suspend(by=request.by, user=user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, said(refused.text))
        else:
            return redirect("accounts:account", key)
    title = Text(f"停用「{user.name}」的账号", f"Suspend the account of {user.name}")
    return _form(request, form, title, Text("停用这个账号", "Suspend the account"), _page(user))


def office(request: Request, key: UUID) -> HttpResponse:
    """任免管理岗位."""
    user = queries.account(request.by, key)
    form = OfficeForm(request.POST) if request.method == "POST" else OfficeForm({"office": user.office})
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_office(by=request.by, user=user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, said(refused.text))
        else:
            return redirect("accounts:account", key)
    title = Text(f"「{user.name}」的管理岗位", f"Office of {user.name}")
    return _form(request, form, title, Text("保存岗位", "Save the office"), _page(user))


@require_POST
def resume(request: Request, key: UUID) -> HttpResponse:
    """恢复账号."""
    user = queries.account(request.by, key)
    return _tried(request, user, lambda: actions.resume(by=request.by, user=user))


@require_POST
def unlock(request: Request, key: UUID) -> HttpResponse:
    """解锁."""
    user = queries.account(request.by, key)
    return _tried(request, user, lambda: actions.unlock(by=request.by, user=user))


@require_POST
def reset_factor(request: Request, key: UUID) -> HttpResponse:
    """重置动态口令."""
    user = queries.account(request.by, key)
    return _tried(request, user, lambda: actions.reset_mfa(by=request.by, user=user))


@never_cache
@require_POST
def issue_link(request: Request, key: UUID) -> HttpResponse:
    """发一次性登录链接; it is on this page and nowhere else."""
    user = queries.account(request.by, key)
    try:
        token = actions.issue_link(by=request.by, user=user)
    except Refused as refused:
        messages.error(request, said(refused.text))
        return redirect("accounts:account", key)
    address = request.build_absolute_uri(reverse("accounts:link", args=[token]))
    shown = {"account": user, "address": address, "expires": actions.link_ends(request.by)}
    return render(request, "accounts/issued.html", shown)


def _tried(request: Request, user: User, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        messages.error(request, said(refused.text))
    return redirect("accounts:account", user.key)


def _may(request: Request) -> dict[str, bool]:
    return {name: MATRIX.permits(request.by.office, action, "system") for name, action in MAY.items()}


def _page(user: User) -> str:
    return reverse("accounts:account", args=[user.key])


def _form(request: Request, form: Form, title: Text, button: Text, cancel: str) -> HttpResponse:
    shown = {"form": form, "heading": title, "button": button, "cancel": cancel}
    return render(request, "accounts/form.html", shown)
