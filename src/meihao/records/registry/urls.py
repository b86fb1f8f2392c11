"""Pages of the registry: organisations and grants."""

from __future__ import annotations

from django.urls import include, path

from meihao.records.registry import views, views_grants
from meihao.records.registry.importing import views as imports
from meihao.records.registry.oneroster import views as roster

app_name = "registry"
urlpatterns = [
    path("organisations", views.organisations, name="organisations"),
    path("organisations/export", views.export, name="export"),
    path("organisations/map", views.where, name="map"),
    path("organisations/found/<slug:what>", views.found, name="found"),
    path("organisations/<uuid:key>", views.organisation, name="organisation"),
    path("organisations/<uuid:key>/record/<slug:what>", views.record, name="record"),
    path("roster", roster.roster, name="roster"),
    path("oneroster.zip", roster.archive, name="oneroster"),
    path("imports", imports.imports, name="imports"),
    path("imports/<uuid:key>", imports.one, name="import"),
    path("", include("meihao.records.registry.people.urls")),
    path("grants", views_grants.grants, name="grants"),
    path("grants/give", views_grants.give, name="grant-give"),
    path("grants/<int:number>/end", views_grants.end, name="grant-end"),
]
