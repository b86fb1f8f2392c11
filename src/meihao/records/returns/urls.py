"""Pages of campaigns and returns."""

from __future__ import annotations

from django.urls import path

from meihao.records.returns import views, views_campaign, views_deciding, views_filling

app_name = "returns"
urlpatterns = [
    path("", views.tasks, name="tasks"),
    path("load", views.load, name="load"),
    path("new", views_campaign.new, name="new"),
    path("c/<uuid:key>", views.campaign, name="campaign"),
    path("c/<uuid:key>/values", views.values, name="values"),
    path("c/<uuid:key>/remind", views_campaign.remind, name="remind"),
    path("c/<uuid:key>/close", views_campaign.close, name="close"),
    path("c/<uuid:key>/lock", views_campaign.lock, name="lock"),
    path("r/<uuid:key>", views_filling.one, name="return"),
    path("r/<uuid:key>/save", views_filling.save, name="save"),
    path("r/<uuid:key>/blank", views_filling.blank, name="blank"),
    path("r/<uuid:key>/upload", views_filling.upload, name="upload"),
    path("r/<uuid:key>/submit", views_filling.submit, name="submit"),
    path("r/<uuid:key>/review", views_deciding.review, name="review"),
    path("r/<uuid:key>/versions", views.versions, name="versions"),
    path("differences", views_deciding.differences, name="differences"),
]
