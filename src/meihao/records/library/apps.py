"""The room as Django knows it."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """Issued documents in force."""

    name = "meihao.records.library"
    label = "library"
    verbose_name = "制度文件库"
    default_auto_field = "django.db.models.BigAutoField"
