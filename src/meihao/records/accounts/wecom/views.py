"""How WeCom tells who somebody is.

Its web sign-in is OAuth 2 but for two things: the page is given the corporation and the agent, and the
code is changed not for a token of the person's but, with a token of the corporation's, for their user
id (developer.work.weixin.qq.com, 「构造企业微信登录链接」 and 「获取用户登录身份」).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from django.http import HttpRequest


class Client(OAuth2Client):  # type: ignore[misc]
    """The first two steps."""

    def get_redirect_url(self, authorization_url: str, scope: Any, extra_params: dict[str, str]) -> str:
        """The page with the code to scan."""
        asked = {
            "login_type": "CorpApp",
            "appid": self.consumer_key,
            "redirect_uri": self.callback_url,
            "state": self.state,
            **extra_params,
        }
        return f"{authorization_url}?{urlencode(asked)}"

    def get_access_token(self, code: str, pkce_code_verifier: str | None = None) -> dict[str, Any]:
        """The corporation's token; the person's code goes with it."""
        said = answer(self.access_token_url, corpid=self.consumer_key, corpsecret=self.consumer_secret)
        return {"access_token": said["access_token"], "code": code}


class Adapter(OAuth2Adapter):  # type: ignore[misc]
    """The last step: the code for a user id."""

    provider_id = "wecom"
    access_token_url = "https://qyapi.weixin.qq.com/cgi-bin/gettoken"
    authorize_url = "https://login.work.weixin.qq.com/wwlogin/sso/login"
    profile_url = "https://qyapi.weixin.qq.com/cgi-bin/auth/getuserinfo"
    client_class = Client

    def complete_login(
        self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Who it is; somebody from outside the corporation has no user id."""
        said = answer(self.profile_url, access_token=token.token, code=kwargs["response"]["code"])
        if not said.get("userid"):
            raise OAuth2Error("not a member of the corporation")
        return self.get_provider().sociallogin_from_response(request, said)


def answer(url: str, **params: str) -> dict[str, Any]:
    """What WeCom answers; its errors come with status 200. Raises `OAuth2Error`."""
    with get_adapter().get_requests_session() as session:
        response = session.get(url, params=params)
        response.raise_for_status()
        said: dict[str, Any] = response.json()
    if said.get("errcode"):
        raise OAuth2Error(f"WeCom answered {said['errcode']}")
    return said
