"""Pages of people; included by the registry's."""

from __future__ import annotations

from django.urls import path

from meihao.records.registry.people import views, views_erase, views_write

urlpatterns = [
    path("organisations/<uuid:key>/people", views.people, name="people"),
    path("organisations/<uuid:key>/pupils", views.pupils, name="pupils"),
    path("organisations/<uuid:key>/staff", views.staff, name="staff"),
    path("organisations/<uuid:key>/places", views.places, name="places"),
    path("classes/<uuid:key>", views.class_group, name="class"),
    path("people/<uuid:key>", views.person, name="person"),
    path("people/<uuid:key>/reveal", views.reveal, name="person-reveal"),
    path("people/<uuid:key>/erase", views_erase.erase, name="person-erase"),
    path(
        "organisations/<uuid:key>/people/record/<slug:what>", views_write.people_record, name="people-record"
    ),
    path("organisations/<uuid:key>/places/<slug:what>", views_write.place_set, name="place-set"),
    path("organisations/<uuid:key>/classes/open", views_write.class_open, name="class-open"),
    path("classes/<uuid:key>/record/<slug:what>", views_write.class_record, name="class-record"),
    path("people/<uuid:key>/record/<slug:what>", views_write.person_record, name="person-record"),
]
