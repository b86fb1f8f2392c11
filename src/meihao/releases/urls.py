"""Pages of figures; each name stands in the permission matrix. A standard's key holds a slash."""

from __future__ import annotations

from django.urls import path

from meihao.releases import views, views_figure, views_tables

app_name = "figures"
urlpatterns = [
    path("", views.standards, name="standards"),
    path("take", views.take, name="take"),
    path("s/<path:standard>/i/<str:item>", views.item, name="item"),
    path("s/<path:standard>/u/<str:campus>", views.unit, name="unit"),
    path("s/<path:standard>/f/<path:address>", views_figure.figure, name="figure"),
    path("s/<path:standard>/card/<path:address>", views_figure.card, name="card"),
    path("s/<path:standard>/tables/<str:sheet>", views_tables.table, name="table"),
    path("s/<path:standard>/workbook", views_tables.workbook, name="workbook"),
    path("s/<path:standard>/what-if", views.what_if, name="what-if"),
    path("s/<path:standard>/", views.result, name="result"),
]
