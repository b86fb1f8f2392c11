"""The API: the operations of the rooms under one roof, and what is answered where one does not come through.

Each room has its operations in its own `api.py` and is named in `ROOMS`. The reviewed description is
`docs/reference/openapi.json`, which `manage.py openapi` writes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, include, path
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, ValidationError

from meihao.base.text import Refused, Text
from meihao.records.accounts import api_tokens
from meihao.records.accounts.acting import Missing, NotPermitted
from meihao.records.accounts.api import OutOfScope, problem
from meihao.records.accounts.entrance import Locked
from meihao.records.registry import api as registry
from meihao.records.registry.oneroster import answers
from meihao.records.registry.oneroster import api as oneroster
from meihao.releases import api as releases

PREFIXES = ("/api/", "/ims/", "/oauth/")
NAMESPACE = "api"
VERSION = "1.0"
ROOMS: tuple[tuple[str, Router], ...] = (
    ("/oauth", api_tokens.router),
    ("/api/v1", api_tokens.own),
    ("/api/v1", registry.router),
    ("/api/v1", releases.router),
    (oneroster.PREFIX, oneroster.router),
)

_NOBODY = Text("请带上有效的令牌。令牌由 /oauth/token 发给。", "Send a good token; /oauth/token gives one.")
_NOT_THERE = Text("没有这个地址，或者它不在您的范围内。", "No such thing, or it is not in your scope.")
_BROKEN = Text("平台出错，已经记下。请稍后再试。", "Something broke here and is noted. Try again later.")

api = NinjaAPI(
    title="Meihao 美好教育",
    version=VERSION,
    description="区域教育数据平台的接口。The interface of a district's education data platform.",
    urls_namespace=NAMESPACE,
    openapi_url=None,
    docs_url=None,
)
for prefix, router in ROOMS:
    api.add_router(prefix, router)


def spoken(request: HttpRequest) -> bool:
    """Whether a request is one to the API, by its address."""
    return request.path.startswith(PREFIXES)


def refusal(request: HttpRequest, status: int, text: Text) -> HttpResponse:
    """An error in the words of whoever is asked: OneRoster's own, or ours."""
    ims = request.path.startswith("/ims/")
    body = answers.status(status, text) if ims else problem(status, text)
    answer = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def unauthorised(request: HttpRequest) -> HttpResponse:
    """401: no token, or one that is over."""
    return refusal(request, 401, _NOBODY)


def not_found(request: HttpRequest) -> HttpResponse:
    """404: no such thing, or out of scope; the two are not told apart."""
    return refusal(request, 404, _NOT_THERE)


def broken(request: HttpRequest) -> HttpResponse:
    """500: what broke stands in the log."""
    return refusal(request, 500, _BROKEN)


def description() -> str:
    """The reviewed description, as `docs/reference/openapi.json` has it."""
    schema: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=""))
    schema["components"]["securitySchemes"] = {
        "OAuth2": {
            "type": "oauth2",
            "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": api_tokens.described()}},
        }
    }
    for operations in schema["paths"].values():
        for operation in operations.values():
            if "security" in operation:
                operation["security"] = [{"OAuth2": [scope]} for scope in operation.pop("x-scopes", [])] or [
                    {"OAuth2": []}
                ]
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _handled(kind: type[Exception], answer: Callable[[HttpRequest, Any], HttpResponse]) -> None:
    api.add_exception_handler(kind, answer)


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return refusal(request, 422, error.text)


def _locked(request: HttpRequest, error: Locked) -> HttpResponse:
    answer = refusal(request, 429, error.text)
    answer["Retry-After"] = str(error.seconds)
    return answer


def _misread(request: HttpRequest, error: ValidationError) -> HttpResponse:
    where = ", ".join(".".join(str(part) for part in one["loc"]) for one in error.errors)
    return refusal(request, 422, Text(f"这些参数读不懂：{where}。", f"Not understood: {where}."))


_handled(AuthenticationError, lambda request, _: unauthorised(request))
_handled(OutOfScope, lambda request, error: refusal(request, 403, error.text))
_handled(NotPermitted, lambda request, error: refusal(request, 403, error.text))
_handled(Missing, lambda request, _: not_found(request))
_handled(Http404, lambda request, _: not_found(request))
_handled(Locked, _locked)
_handled(answers.BadQuery, lambda request, error: answers.bad(error))
_handled(ValidationError, _misread)
_handled(Refused, _refused)


def urlpatterns() -> list[URLPattern | URLResolver]:
    """The routes of every operation; ninja's own page, which would list them, is left out."""
    patterns, app, namespace = api.urls
    kept = [one for one in patterns if getattr(one, "name", "") != "api-root"]
    return [path("", include((kept, app), namespace=namespace))]
