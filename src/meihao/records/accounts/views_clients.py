"""Pages of connected systems: the list, one, issuing, renewing, shutting out."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from meihao.base.text import Refused, Text
from meihao.records.accounts import actions_clients, queries_clients
from meihao.records.accounts.forms import ReasonForm
from meihao.records.accounts.forms_clients import ClientForm
from meihao.records.accounts.matrix import MATRIX
from meihao.records.accounts.models import Client
from meihao.records.accounts.scopes import SCOPES, split
from meihao.records.accounts.sessions import Request
from meihao.records.accounts.tables_clients import COLUMNS, clients_table, state
from meihao.ui.language import said
from meihao.ui.tables import asked


def listing(request: Request) -> HttpResponse:
    """对接系统."""
    wanted = asked(request.GET, (), COLUMNS)
    found = queries_clients.clients(request.by, search=wanted.search)
    total = found.count()
    table = clients_table(list(found[wanted.window()]), total, wanted, request.by.at)
    return render(request, "accounts/clients.html", {"table": table, "total": total, "may": _may(request)})


def one(request: Request, key: UUID) -> HttpResponse:
    """One connected system."""
    found = queries_clients.client(request.by, key)
    mark, word = state(found, request.by.at)
    shown = {
        "client": found,
        "mark": mark,
        "word": word,
        "scopes": [(key, text) for key, text in SCOPES.items() if key in split(found.scopes)],
        "may": _may(request),
    }
    return render(request, "accounts/client.html", shown)


@never_cache
def issue(request: Request) -> HttpResponse:
    """登记对接系统; its secret is on the next page and nowhere else."""
    form = ClientForm(request.POST or None)
    if form.is_valid():
        try:
            found, secret = actions_clients.issue(by=request.by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, said(refused.text))
        else:
            return _secret(request, found, secret)
    title = Text("登记对接系统", "Connect a system")
    return _form(request, form, title, Text("登记并生成密钥", "Issue a secret"), reverse("accounts:clients"))


@never_cache
@require_POST
def renew(request: Request, key: UUID) -> HttpResponse:
    """换密钥."""
    found = queries_clients.client(request.by, key)
    secret = actions_clients.renew(by=request.by, client=found)
    return _secret(request, queries_clients.client(request.by, key), secret)


def suspend(request: Request, key: UUID) -> HttpResponse:
    """停用对接系统."""
    found = queries_clients.client(request.by, key)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            actions_clients.suspend(by=request.by, client=found, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, said(refused.text))
        else:
            return redirect("accounts:client", key)
    title = Text(f"停用「{found.user.name}」", f"Suspend {found.user.name}")
    return _form(
        request, form, title, Text("停用这个系统", "Suspend it"), reverse("accounts:client", args=[key])
    )


@require_POST
def resume(request: Request, key: UUID) -> HttpResponse:
    """恢复对接系统."""
    found = queries_clients.client(request.by, key)
    try:
        actions_clients.resume(by=request.by, client=found)
    except Refused as refused:
        messages.error(request, said(refused.text))
    return redirect("accounts:client", key)


def _secret(request: Request, client: Client, secret: str) -> HttpResponse:
    token = request.build_absolute_uri(reverse("api:token"))
    return render(
        request, "accounts/client_secret.html", {"client": client, "secret": secret, "address": token}
    )


def _may(request: Request) -> dict[str, bool]:
    actions = {"write": actions_clients.WRITE, "suspend": actions_clients.SUSPEND}
    return {name: MATRIX.permits(request.by.office, action, "system") for name, action in actions.items()}


def _form(request: Request, form: Form, title: Text, button: Text, cancel: str) -> HttpResponse:
    shown = {"form": form, "heading": title, "button": button, "cancel": cancel}
    return render(request, "accounts/client_form.html", shown, status=422 if form.errors else 200)
