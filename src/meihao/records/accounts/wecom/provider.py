"""The provider, as allauth's registry finds it."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider

from meihao.records.accounts.wecom.views import Adapter


class WeComProvider(OAuth2Provider):  # type: ignore[misc]
    """企业微信. Nothing but the user id is taken."""

    id = "wecom"
    name = "WeCom"
    account_class = ProviderAccount
    oauth2_adapter_class = Adapter

    def get_auth_params(self) -> dict[str, str]:
        """The agent, which WeCom wants beside the corporation."""
        return {"agentid": self.app.settings["agent"]}

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The person's id in the corporation."""
        return str(data["userid"])


provider_classes = [WeComProvider]
