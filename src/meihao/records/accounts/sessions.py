"""Sessions: one row each, that the person sees and can end, and that ends by itself.

So long without a request, and so long at most: `limits.yaml`. What ends a session (a suspension, an office
given or taken, a new password, 「退出所有设备」) is asked at every request and so holds from the next one on.
A session without its row is void.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from meihao.base.text import Text
from meihao.records.accounts import actions_own, limits
from meihao.records.accounts.acting import visitor
from meihao.records.accounts.actions_own import ends_at
from meihao.records.accounts.entrance import second_factor
from meihao.records.accounts.models import SignIn, User
from meihao.ui.language import said

if TYPE_CHECKING:
    from meihao.records.accounts.acting import Acting

    class Request(HttpRequest):
        """A request that passed the guard."""

        user: User | AnonymousUser
        by: Acting
        sign_in: SignIn | None
else:
    Request = HttpRequest

_SEEN_EVERY = timedelta(minutes=1)  # a row is written once a minute, not at every request
MARK = "accounts.sign_in"
_DEVICE = 160

SESSION_PAGES = frozenset({"accounts:sign-out", "set_language", "health"})
"""What somebody who has yet to set a password or to enrol may still open."""


def begin(request: HttpRequest, user: User, **signal: Any) -> None:
    """Receives Django's signal that somebody has signed in, whichever way."""
    at = user.last_login
    assert at is not None  # Django has just set it
    by: Acting | None = getattr(request, "by", None)  # none where nobody asked a page: in commands, in tests
    row = actions_own.begun(
        user=user,
        at=at,
        address=by.address[:45] if by is not None else "",
        device=str(request.META.get("HTTP_USER_AGENT", ""))[:_DEVICE],
    )
    request.session[MARK] = row.pk


class Sessions:
    """Middleware, after the guard: ends what is over, and holds whoever has something to do first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        """Looks whether the session still holds."""
        request.sign_in = None
        if request.user.is_authenticated:
            row, at = current(request), request.by.at
            if row is None or row.ended_at is not None or ends_at(row) <= at:
                _over(request, row)
            else:
                request.sign_in = row
                if at - row.seen_at >= _SEEN_EVERY:
                    row.seen_at = at
                    SignIn.objects.filter(pk=row.pk).update(seen_at=at)
        return self._get_response(request)

    def process_view(
        self, request: Request, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponseRedirect | None:
        """Sends to the one page that has to come first: a password, then the second factor of an office."""
        if request.sign_in is None or request.resolver_match is None:
            return None
        first, route = held_at(request.sign_in.user), request.resolver_match.view_name
        return redirect(first) if first and route not in {first, *SESSION_PAGES} else None


def held_at(user: User) -> str:
    """The route that somebody has to go to before anything else opens; empty where there is none."""
    if user.must_change_password:
        return "accounts:password"
    return "accounts:factor" if user.office and second_factor(user) is None else ""


def current(request: HttpRequest) -> SignIn | None:
    """The row of this session."""
    key = request.session.get(MARK)
    found = SignIn.objects.filter(pk=key or 0).first()
    if found is None or found.user_id != request.user.pk:
        return None
    found.user = request.user
    return found


def warning(request: HttpRequest) -> dict[str, int]:
    """Context of every page: after how many seconds the session ends, and how long before to say so."""
    row = getattr(request, "sign_in", None)
    if row is None:
        return {}
    most = limits.LIMITS
    left = min(most.session_idle, row.began_at + most.session_absolute - request.by.at)  # type: ignore[attr-defined]
    warned = int(most.session_warning.total_seconds())
    return {"session_seconds": int(left.total_seconds()), "session_warning": warned}


def _over(request: Request, row: SignIn | None) -> None:
    by = request.by
    if row is not None and row.ended_at is None:
        SignIn.objects.filter(pk=row.pk).update(ended_at=by.at)
    logout(request)
    request.by = visitor(by.at, by.address)
    over = Text("登录已结束，请重新登录。", "Your session has ended. Sign in again.")
    messages.info(request, said(over))
