"""Every route of the platform; each name stands in `records/permissions.yaml`, or the page stays shut."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from meihao.web import views

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in", views.sign_in, name="sign-in"),
    path("health", views.health, name="health"),
    path("language", set_language, name="set_language"),
    path("help/components", views.components, name="components"),
]
_ = include
