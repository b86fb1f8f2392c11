"""Every route of the platform; each name stands in `records/permissions.yaml`, or the page stays shut."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from meihao.records.accounts.views_entrance import sign_in
from meihao.web import api, views
from meihao.web.dashboards import views as dashboards
from meihao.web.search import search

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in", sign_in, name="sign-in"),
    path("", include("meihao.records.accounts.urls")),
    path("", include("meihao.records.accounts.urls_back")),
    path("leader", dashboards.leaders, name="leader"),
    path("wall", dashboards.wall, name="wall"),
    path("school", dashboards.own_school, name="own-school"),
    path("search", search, name="search"),
    path("health", views.health, name="health"),
    path("language", set_language, name="set_language"),
    path("help/components", views.components, name="components"),
    path("registry/", include("meihao.records.registry.urls")),
    path("library/", include("meihao.records.library.urls")),
    path("returns/", include("meihao.records.returns.urls")),
    path("figures/", include("meihao.releases.urls")),
    *api.urlpatterns(),
    path("", include("meihao.releases.urls_published")),
]

handler403 = "meihao.web.pages.forbidden"
handler404 = "meihao.web.pages.not_found"
handler500 = "meihao.web.pages.broken"
