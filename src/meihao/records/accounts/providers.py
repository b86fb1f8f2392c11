"""The end of a sign-in elsewhere, as allauth hands it over: an account it is tied to, or a refusal.

allauth does the protocol (state, PKCE, token, identity) and nothing else: before it would look for an
account, open one or write anything down, this takes over.
"""

from __future__ import annotations

from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest

from meihao.base.text import Refused
from meihao.records.accounts.sessions import Request
from meihao.records.accounts.views_entrance import CONNECT, came_from, not_let_in

REFUSED = Refused(
    "没有从那边登录成功，请再试一次，或用账号和密码登录。",
    "Signing in over there did not succeed. Try again, or use your account and password.",
)


class NoSignup(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody opens an account for themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        return False


class Elsewhere(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Takes over from allauth where the identity is known."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """No."""
        return False

    def pre_social_login(self, request: Request, sociallogin: SocialLogin) -> NoReturn:
        """Lets in, ties, or refuses."""
        account, connect = sociallogin.account, sociallogin.state.get("process") == CONNECT
        raise ImmediateHttpResponse(came_from(request, account.provider, account.uid, connect))

    def on_authentication_error(self, request: Request, provider: Any, *args: Any, **kwargs: Any) -> NoReturn:
        """One refusal for whatever went wrong, a cancelled try included."""
        raise ImmediateHttpResponse(not_let_in(request, REFUSED))
