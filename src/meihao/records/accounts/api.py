"""What every room's `api.py` builds on: who comes, what is answered where it goes wrong, and what is new.

An operation is a route of the permission matrix like any page. Its `auth` says which scopes open it; the
guard has by then seen whose token it is and asked the matrix. Sessions and cookies count for nothing here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags, quote_etag
from ninja import Schema
from ninja.security.base import AuthBase

from meihao.base.text import Refused, Text

if TYPE_CHECKING:
    from meihao.records.accounts.acting import Acting

    class Request(HttpRequest):
        """A request with a token, after the guard."""

        by: Acting
        scopes: frozenset[str]
else:
    Request = HttpRequest

WORDS = {400: "invalid", 401: "unauthorised", 403: "forbidden", 404: "unknown", 422: "refused", 429: "busy"}


class Words(Schema):
    """A sentence in both languages."""

    zh: str
    en: str


class Problem(Schema):
    """What was wrong: the status again, one word, and how to mend it."""

    status: int
    code: str
    message: Words


DECLARED: Mapping[int, type[Schema]] = dict.fromkeys((401, 403, 404, 422), Problem)
"""The errors that every operation declares."""


class OutOfScope(Refused):
    """The token was not asked for with the scope that this takes."""

    def __init__(self, wanted: tuple[str, ...]) -> None:
        said = " / ".join(wanted)
        super().__init__(
            f"令牌没有这个范围：{said}。请带着它重新要一个令牌。",
            f"The token lacks the scope: {said}. Ask for a token with it.",
        )


class Bearer(AuthBase):
    """A bearer token with one of some scopes; without any, whichever token."""

    openapi_type = "http"

    def __init__(self, *scopes: str) -> None:
        self.scopes = scopes
        self.openapi_scheme = "bearer"
        super().__init__()

    def __call__(self, request: HttpRequest) -> Any:
        """Whoever comes; None where nobody does. Raises `OutOfScope`."""
        by: Acting = request.by  # type: ignore[attr-defined]
        if by.user is None:
            return None
        if self.scopes and not request.scopes & set(self.scopes):  # type: ignore[attr-defined]
            raise OutOfScope(self.scopes)
        return by


def opened_by(*scopes: str) -> dict[str, Any]:
    """How an operation says which scopes open it: to whoever comes, and in the description."""
    return {"auth": Bearer(*scopes), "openapi_extra": {"x-scopes": list(scopes)}}


def problem(status: int, text: Text) -> dict[str, Any]:
    """The body of an error."""
    return {"status": status, "code": WORDS.get(status, "error"), "message": {"zh": text.zh, "en": text.en}}


def fresh(request: HttpRequest, body: bytes, headers: Mapping[str, str] | None = None) -> HttpResponseBase:
    """200 with an entity tag, or 304 where whoever asks has just that (RFC 9110, 13.1.2)."""
    said = dict(headers or {})
    digest = hashlib.sha256(body + repr(sorted(said.items())).encode()).hexdigest()
    tag = quote_etag(digest[:32])
    known = parse_etags(request.headers.get("If-None-Match", ""))
    same = "*" in known or any(one.removeprefix("W/") == tag for one in known)
    answer: HttpResponse = HttpResponseNotModified() if same else HttpResponse(body)
    if not same:
        answer["Content-Type"] = "application/json; charset=utf-8"
    for name, value in (said | {"ETag": tag, "Cache-Control": "private, no-cache"}).items():
        answer[name] = value
    return answer
