"""The guard before every page: no route opens that the permission matrix does not name.

It decides by the route alone whether the person holds the action behind it; which records they then see
is the business of the room's queries. It also takes the one look at the clock that a request has.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from meihao.base.text import Refused
from meihao.records.accounts.acting import Acting, Missing, NotPermitted, visitor
from meihao.records.accounts.matrix import MATRIX, Action
from meihao.records.accounts.tokens import bearing
from meihao.records.registry import access
from meihao.web import api
from meihao.web.pages import no_permission, refusal

if TYPE_CHECKING:
    from meihao.records.accounts.models import User

    class Request(HttpRequest):
        """A request that passed the guard: a person, or a visitor of a public page, and the day looked at.

        `tasks` is how many the workbench has counted.
        """

        user: User | AnonymousUser
        by: Acting
        as_of: date
        scopes: frozenset[str]
        tasks: int
else:
    Request = HttpRequest

AS_OF = "as_of"
_READING = ("GET", "HEAD")


class UnnamedRouteError(RuntimeError):
    """A route that the permission matrix does not name: a defect of ours, and it stays shut."""


class Guard:
    """Middleware: who asks, may they, and for which day."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        """Takes the moment and the day, and goes on."""
        at, address = timezone.now(), _address(request)
        with access.one_reading() if request.method in _READING else nullcontext():
            return self._answered(request, at, address)

    def _answered(self, request: Request, at: datetime, address: str) -> HttpResponse:
        if api.spoken(request):
            _borne(request, at, address)
            return self._get_response(request)
        user = request.user
        if user.is_authenticated and user.service:  # to such an account nobody signs in
            request.user = user = AnonymousUser()
        request.by = Acting(user, at, address) if user.is_authenticated else visitor(at, address)
        request.as_of = _as_of(request)
        return self._get_response(request)

    def process_view(
        self, request: Request, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Shuts the page where the matrix does not open it."""
        match = request.resolver_match
        action = MATRIX.by_route.get(match.view_name) if match is not None else None
        if action is None:
            raise UnnamedRouteError(match.view_name if match is not None else request.path)
        if MATRIX.public(action.key):
            return None
        if api.spoken(request):
            return _shut(request, action)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not access.holds(request.by, action.key):
            return no_permission(request, NotPermitted(action.key))
        return None

    def process_exception(self, request: Request, exception: Exception) -> HttpResponse | None:
        """Out of scope is a page that is not there; not permitted is told; a refusal is worded."""
        match exception:
            case Missing():
                raise Http404
            case NotPermitted():
                return no_permission(request, exception)
            case Refused():
                return refusal(request, exception)
        return None


def _borne(request: Request, at: datetime, address: str) -> None:
    """Whoever comes to the API comes by a token: a session counts for nothing there."""
    request.user = AnonymousUser()
    borne = bearing(request.headers.get("Authorization", ""), at, address)
    request.by, request.scopes, request.as_of = borne.by, borne.scopes, borne.by.day


def _shut(request: Request, action: Action) -> HttpResponse | None:
    """As for a page, in the words of the API."""
    if request.by.user is None:
        return api.unauthorised(request)
    if not access.holds(request.by, action.key):
        return api.refusal(request, 403, NotPermitted(action.key).text)
    return None


def _address(request: Request) -> str:
    """Where a request comes from; behind a proxy what that wrote last: anybody can write before it."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.HTTPS:
        return address
    said = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    try:
        return str(ip_address(said))
    except ValueError:
        return address


def _as_of(request: Request) -> date:
    """The day that lists are shown for: `?as_of=2024-09-01`, kept for the session; today without one."""
    asked = request.GET.get(AS_OF)
    if asked is not None:
        request.session[AS_OF] = asked
    kept = request.session.get(AS_OF) or ""
    try:
        return date.fromisoformat(str(kept))
    except ValueError:
        request.session.pop(AS_OF, None)
        return request.by.day
