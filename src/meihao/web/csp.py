"""What a page may load and run: files of the platform itself, and scripts that bear this page's nonce."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "Content-Security-Policy"
_SIGN_IN_AT = {
    "wecom": ("https://login.work.weixin.qq.com", "https://open.weixin.qq.com"),
    "dingtalk": ("https://login.dingtalk.com",),
}


class ContentSecurity:
    """Middleware: `request.csp_nonce`, and the header on every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Draws the nonce, and says afterwards what the page may do."""
        nonce = secrets.token_urlsafe(16)
        request.csp_nonce = nonce  # type: ignore[attr-defined]
        answer = self._get_response(request)
        answer.headers.setdefault(HEADER, policy(nonce, providers(settings.SOCIALACCOUNT_PROVIDERS)))
        return answer


def policy(nonce: str, form_hosts: tuple[str, ...] = ()) -> str:
    """The policy of one page. `form_hosts`: where a form may lead on to, the providers of sign-in."""
    own = "'self'"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce}'",
            f"style-src {own}",
            f"img-src {own} data:",
            f"font-src {own}",
            f"connect-src {own}",
            f"manifest-src {own}",
            " ".join(("form-action", own, *form_hosts)),
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "object-src 'none'",
        )
    )


def providers(offered: dict[str, dict[str, object]]) -> tuple[str, ...]:
    """The hosts of the providers that the installation offers: browsers check where a form is sent on to."""
    found: list[str] = []
    for kind, said in offered.items():
        found += _SIGN_IN_AT.get(kind, ())
        apps = said.get("APPS")
        for app in apps if isinstance(apps, list) else []:
            server = urlsplit(str(app.get("settings", {}).get("server_url", "")))
            if server.scheme and server.netloc:
                found.append(f"{server.scheme}://{server.netloc}")
    return tuple(found)
