"""Pages before somebody is signed in: password, code, one-time link, providers."""

from __future__ import annotations

from datetime import datetime

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from requests import RequestException

from meihao.base.text import Refused
from meihao.records.accounts import actions_own, entrance, limits
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.forms import CodeForm, SignInForm
from meihao.records.accounts.models import User
from meihao.records.accounts.offered import offered, one
from meihao.records.accounts.sessions import Request
from meihao.ui.language import said

BACKEND = "django.contrib.auth.backends.ModelBackend"
CONNECT, LOGIN = "connect", "login"
PENDING = "accounts.pending"


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: Request) -> HttpResponse:
    """登录."""
    if request.user.is_authenticated:
        return redirect(_next(request))
    form = SignInForm(request.POST or None)
    if form.is_valid():
        try:
            user = entrance.try_password(by=request.by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, said(refused.text))
        else:
            return _first_half(request, user, _next(request))
    return _entrance(request, form)


@never_cache
@sensitive_post_parameters("code")
def code(request: Request) -> HttpResponse:
    """动态口令."""
    pending = _pending(request)
    if pending is None:
        return redirect("sign-in")
    user, following = pending
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            entrance.try_code(by=request.by, user=user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, said(refused.text))
        else:
            return _let_in(request, user, following)
    return render(request, "accounts/code.html", {"form": form, "name": user.name})


@never_cache
def link(request: Request, token: str) -> HttpResponse:
    """A one-time link: looking at it (as a mail program does) spends nothing, the button does."""
    if request.method != "POST":
        return render(request, "accounts/link.html")
    try:
        user = entrance.use_link(by=request.by, token=token)
    except Refused as refused:
        return not_let_in(request, refused)
    return _first_half(request, user, settings.LOGIN_REDIRECT_URL)


@require_POST
def provider(request: Request, provider_id: str) -> HttpResponse:
    """Off to a provider: to sign in there, or, signed in here, to tie who one is there."""
    process = CONNECT if request.user.is_authenticated else LOGIN
    offering = get_adapter(request).get_provider(request, one(provider_id).key)
    try:
        answer: HttpResponse = offering.redirect(request, process, next_url=_next(request))
    except RequestException:
        return not_let_in(request, unreachable())
    return answer


@never_cache
def back(request: Request, provider_id: str) -> HttpResponse:
    """Back from a provider."""
    offering = get_adapter(request).get_provider(request, one(provider_id).key)
    view = OAuth2CallbackView.adapter_view(offering.get_oauth2_adapter(request))
    answer: HttpResponse = view(request)
    return answer


def came_from(request: Request, provider_id: str, uid: str, connect: bool) -> HttpResponse:
    """Somebody whom a provider knows: lets in whose account it is tied to, or ties it."""
    try:
        if connect:
            actions_own.tie(by=request.by, provider=provider_id, uid=uid)
            return redirect("accounts:me")
        user = entrance.whose(by=request.by, provider=provider_id, uid=uid)
    except Refused as refused:
        return not_let_in(request, refused)
    return _first_half(request, user, settings.LOGIN_REDIRECT_URL)


def not_let_in(request: Request, refused: Refused) -> HttpResponse:
    """Says why, where whoever it is can go on."""
    if request.user.is_authenticated:
        messages.error(request, said(refused.text))
        return redirect("accounts:me")
    return _entrance(request, SignInForm(), said(refused.text), status=403)


def unreachable() -> Refused:
    """The provider did not answer."""
    return Refused(
        "那边的登录服务没有应答，请稍后再试，或用账号和密码登录。",
        "The provider does not answer. Try again later, or use your account and password.",
    )


def _entrance(request: Request, form: BaseForm, problem: str = "", status: int = 200) -> HttpResponse:
    shown = {"form": form, "problem": problem, "offered": offered(), "next": request.GET.get("next", "")}
    return render(request, "accounts/sign_in.html", shown, status=status)


def _first_half(request: Request, user: User, following: str) -> HttpResponse:
    """A password, a link or a provider was right: the code next, where there is a second factor."""
    if entrance.second_factor(user) is None:
        return _let_in(request, user, following)
    if request.user.is_authenticated:
        request.session.flush()
    request.session.cycle_key()
    request.session[PENDING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "at": request.by.at.isoformat(),
        "next": following,
    }
    return redirect("accounts:code")


def _pending(request: Request) -> tuple[User, str] | None:
    """Who has given the first half, within the last minutes, and where they were going."""
    kept = request.session.get(PENDING)
    if not kept or request.by.at - datetime.fromisoformat(kept["at"]) > limits.LIMITS.code_pending:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != kept["hash"]:
        return None
    return user, str(kept["next"])


def _let_in(request: Request, user: User, following: str) -> HttpResponse:
    request.session.pop(PENDING, None)
    login(request, user, backend=BACKEND)
    request.by = Acting(user, request.by.at, request.by.address)
    actions_own.signed_in(by=request.by)
    answer = redirect(following)
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        user.language,
        max_age=365 * 86_400,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer


def _next(request: Request) -> str:
    """Where to go afterwards: only to a page of this installation, by its path from the root."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if asked.startswith("/") and safe else str(settings.LOGIN_REDIRECT_URL)
