"""The room as Django knows it."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """Snapshots, figures one can open, and what leaves."""

    name = "meihao.releases"
    label = "releases"
    verbose_name = "快照与发布"
    default_auto_field = "django.db.models.BigAutoField"
