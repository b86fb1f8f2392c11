"""Where providers send people back to, under the names by which allauth asks for them."""

from __future__ import annotations

from django.urls import path

from meihao.records.accounts import views_entrance

urlpatterns = [
    path("sign-in/back/dingtalk", views_entrance.back, {"provider_id": "dingtalk"}, name="dingtalk_callback"),
    path("sign-in/back/wecom", views_entrance.back, {"provider_id": "wecom"}, name="wecom_callback"),
    path("sign-in/back/<slug:provider_id>", views_entrance.back, name="openid_connect_callback"),
]
