"""Operations of this room: asking for a token (RFC 6749, 4.4), and whose token it is."""

from __future__ import annotations

import json

from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from ninja import Form, Router, Schema

from meihao.records.accounts import queries_clients, scopes, tokens
from meihao.records.accounts.api import DECLARED, Problem, Request, fresh, opened_by

router = Router(tags=["token"])
own = Router(tags=["own"])


class Given(Schema):
    """A token (RFC 6749, 5.1)."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


class Failure(Schema):
    """No token (RFC 6749, 5.2)."""

    error: str
    error_description: str


class Own(Schema):
    """The system that a token is of."""

    name: str
    client_id: str
    purpose: str
    scopes: list[str]
    expires_at: str


@router.post(
    "/token",
    response={200: Given, 400: Failure, 401: Failure, 422: Problem, 429: Problem},
    url_name="token",
    operation_id="token",
    summary="要令牌 Ask for a token",
)
def token(
    request: Request,
    grant_type: Form[str] = "",
    scope: Form[str] = "",
    client_id: Form[str] = "",
    client_secret: Form[str] = "",
) -> HttpResponse:
    """A token by client credentials, for some scopes or for all that the system has."""
    if grant_type != "client_credentials":
        return _failed(400, "unsupported_grant_type", "grant_type: client_credentials")
    try:
        name, secret = tokens.credentials(request.headers.get("Authorization", ""), client_id, client_secret)
        given = tokens.give(by=request.by, client_id=name, secret=secret, asked=scope)
    except tokens.OAuthRefused as refused:
        status = 401 if refused.error == "invalid_client" else 400
        return _failed(status, refused.error, f"{refused.text.zh} {refused.text.en}")
    body = {
        "access_token": given.token,
        "token_type": "Bearer",
        "expires_in": given.seconds,
        "scope": given.scopes,
    }
    return _unkept(JsonResponse(body))


@own.get(
    "/me",
    **opened_by(),
    response={200: Own, **DECLARED},
    url_name="me",
    operation_id="me",
    summary="这个令牌是谁的 Whose token this is",
)
def me(request: Request) -> HttpResponseBase:
    """The system that asks, and the scopes of its token."""
    client = queries_clients.own(request.by)
    said = {
        "name": client.user.name,
        "client_id": client.client_id,
        "purpose": client.purpose,
        "scopes": sorted(request.scopes),
        "expires_at": client.expires_at.isoformat(),
    }
    return fresh(request, json.dumps(said, ensure_ascii=False).encode())


def described() -> dict[str, str]:
    """Every scope and what it opens, for the description."""
    return {key: f"{text.zh} {text.en}" for key, text in scopes.SCOPES.items()}


def _failed(status: int, error: str, why: str) -> HttpResponse:
    answer = JsonResponse({"error": error, "error_description": why}, status=status)
    if status == 401:
        answer["WWW-Authenticate"] = 'Basic realm="Meihao"'
    return _unkept(answer)


def _unkept(answer: HttpResponse) -> HttpResponse:
    """RFC 6749, 5.1: nobody on the way keeps a token."""
    answer["Cache-Control"] = "no-store"
    answer["Pragma"] = "no-cache"
    return answer
