"""Pages of releases, and the ones that anybody may open; each name stands in the permission matrix."""

from __future__ import annotations

from django.urls import path

from meihao.releases import views_published as views

app_name = "releases"
urlpatterns = [
    path("figures/releases/", views.releases, name="list"),
    path("figures/releases/draft", views.draft, name="draft"),
    path("figures/releases/<uuid:key>", views.release, name="release"),
    path("figures/releases/<uuid:key>/check", views.check, name="check"),
    path("figures/releases/<uuid:key>/publish", views.publish, name="publish"),
    path("figures/releases/<uuid:key>/amend", views.amend, name="amend"),
    path("figures/releases/<uuid:key>/withdraw", views.withdraw, name="withdraw"),
    path("figures/releases/<uuid:key>/discard", views.discard, name="discard"),
    path("public/", views.public, name="public"),
    path("public/<uuid:key>", views.public_release, name="public-release"),
]
