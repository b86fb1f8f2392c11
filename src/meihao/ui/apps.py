"""The components as Django knows them."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, tags and static files of the components."""

    name = "meihao.ui"
    label = "ui"
    verbose_name = "界面部件"
