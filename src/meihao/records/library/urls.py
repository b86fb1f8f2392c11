"""Pages of the library; each name stands in the permission matrix."""

from __future__ import annotations

from django.urls import path

from meihao.records.library import views

app_name = "library"
urlpatterns = [
    path("", views.documents, name="documents"),
    path("expiring", views.expiring, name="expiring"),
    path("enter", views.enter, name="enter"),
    path("files/<uuid:key>", views.file, name="file"),
    path("<uuid:key>", views.document, name="document"),
    path("<uuid:key>/issue", views.issue, name="issue"),
    path("<uuid:key>/extend", views.extend, name="extend"),
    path("<uuid:key>/repeal", views.repeal, name="repeal"),
    path("<uuid:key>/confirm", views.confirm, name="confirm"),
    path("<uuid:key>/clauses", views.clauses, name="clauses"),
]
