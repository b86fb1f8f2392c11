"""Pages of people; included by the registry's."""

from __future__ import annotations

from django.urls import path

from meihao.records.registry.people import views

urlpatterns = [
    path("organisations/<uuid:key>/people", views.people, name="people"),
    path("organisations/<uuid:key>/pupils", views.pupils, name="pupils"),
    path("organisations/<uuid:key>/staff", views.staff, name="staff"),
    path("organisations/<uuid:key>/places", views.places, name="places"),
    path("classes/<uuid:key>", views.class_group, name="class"),
    path("people/<uuid:key>", views.person, name="person"),
    path("people/<uuid:key>/reveal", views.reveal, name="person-reveal"),
]
