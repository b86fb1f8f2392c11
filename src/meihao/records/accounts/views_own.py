"""Pages about oneself: my account, password, authenticator, recovery codes, sessions."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from meihao.base.text import Refused, Text
from meihao.records.accounts import actions_own, codes, entrance, queries
from meihao.records.accounts.actions_own import own
from meihao.records.accounts.forms import CodeForm, EnrolForm, NewPasswordForm, PasswordForm
from meihao.records.accounts.models.entrance import SECRET
from meihao.records.accounts.offered import offered
from meihao.records.accounts.sealing import Sealed
from meihao.records.accounts.sessions import MARK, Request
from meihao.records.accounts.words import OFFICES
from meihao.ui.language import said

ENROLLING = "accounts.enrolling"


@never_cache
def me(request: Request) -> HttpResponse:
    """我的账号."""
    found = queries.own_account(request.by)
    tied = [(provider, found.identities.get(provider.key)) for provider in offered()]
    shown = {
        "own": found,
        "office": OFFICES[found.user.office],
        "tied": tied,
        "languages": settings.LANGUAGES,
        "here": request.session.get(MARK),
    }
    return render(request, "accounts/me.html", shown)


@never_cache
@sensitive_post_parameters()
def password(request: Request) -> HttpResponse:
    """改密码, or the first one after a link."""
    first = own(request.by).must_change_password
    form = (NewPasswordForm if first else PasswordForm)(request.POST or None)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            user = actions_own.change_password(
                by=request.by,
                old=typed.get("old", ""),
                new=typed["new"],
                keep=request.session.get(MARK),
            )
        except Refused as refused:
            form.add_error(None, said(refused.text))
        else:
            update_session_auth_hash(request, user)
            return _done(request, Text("密码已改，其他设备已退出。", "Changed. Other sessions have ended."))
    return render(request, "accounts/password.html", {"form": form, "first": first})


@never_cache
@sensitive_post_parameters("code")
def factor(request: Request) -> HttpResponse:
    """绑定动态口令: the picture, then the first code; the recovery codes are the answer."""
    user = own(request.by)
    if entrance.second_factor(user) is not None:
        return redirect("accounts:me")
    secret = _enrolling(request)
    form = EnrolForm(request.POST or None)
    if form.is_valid():
        try:
            fresh = actions_own.enrol(by=request.by, secret=secret, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, said(refused.text))
        else:
            request.session.pop(ENROLLING)
            request.session.cycle_key()
            return render(request, "accounts/fresh_codes.html", {"codes": fresh})
    address = codes.otpauth(secret, user.username)
    shown = {
        "form": form,
        "picture": mark_safe(codes.picture(address)),  # drawn here; its text is percent-encoded
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "address": address,
        "forced": bool(user.office),
    }
    return render(request, "accounts/factor.html", shown)


def _enrolling(request: Request) -> str:
    """The secret that is being tied: sealed in the session, which is a row of the database too."""
    kept = request.session.get(ENROLLING)
    if kept is None:
        kept = request.session[ENROLLING] = Sealed.of(codes.new_secret(), SECRET).blob.hex()
    return Sealed(bytes.fromhex(kept), SECRET).opened()


@never_cache
@sensitive_post_parameters("code")
def recovery(request: Request) -> HttpResponse:
    """换备用码, against a code."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            entrance.try_code(by=request.by, user=own(request.by), **form.cleaned_data)
            fresh = actions_own.renew_codes(by=request.by)
        except Refused as refused:
            form.add_error(None, said(refused.text))
        else:
            return render(request, "accounts/fresh_codes.html", {"codes": fresh})
    return render(request, "accounts/recovery.html", {"form": form})


@require_POST
def sign_out(request: Request) -> HttpResponse:
    """退出."""
    actions_own.signed_out(by=request.by, sign_in=request.session.get(MARK, 0))
    logout(request)
    return redirect("sign-in")


@require_POST
def end(request: Request) -> HttpResponse:
    """退出其他设备: one, or all but this."""
    one = request.POST.get("sign_in", "")
    actions_own.end_own(
        by=request.by,
        sign_in=int(one) if one.isdecimal() and len(one) < 16 else None,
        keep=request.session.get(MARK),
    )
    return _done(request, Text("已退出。", "Ended."))


@require_POST
def language(request: Request) -> HttpResponse:
    """语言, now and at the next sign-in."""
    chosen = actions_own.choose_language(by=request.by, language=request.POST.get("language", ""))
    answer = redirect("accounts:me")
    answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=365 * 86_400, samesite="Lax")
    return answer


@require_POST
def untie(request: Request, provider_id: str) -> HttpResponse:
    """解除绑定."""
    actions_own.untie(by=request.by, provider=provider_id)
    return _done(request, Text("已解除绑定。", "Untied."))


def _done(request: Request, words: Text) -> HttpResponse:
    messages.success(request, said(words))
    return redirect("accounts:me")
