"""Every route of the platform; each name stands in `records/permissions.yaml`, or the page stays shut."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from meihao.records.accounts.views_entrance import sign_in
from meihao.web import views
from meihao.web.search import search

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in", sign_in, name="sign-in"),
    path("", include("meihao.records.accounts.urls")),
    path("", include("meihao.records.accounts.urls_back")),
    path("search", search, name="search"),
    path("health", views.health, name="health"),
    path("language", set_language, name="set_language"),
    path("help/components", views.components, name="components"),
    path("registry/", include("meihao.records.registry.urls")),
    path("library/", include("meihao.records.library.urls")),
]

handler403 = "meihao.web.pages.forbidden"
handler404 = "meihao.web.pages.not_found"
handler500 = "meihao.web.pages.broken"
