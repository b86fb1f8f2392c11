"""The room as Django knows it."""

from importlib import import_module

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Who, where and when."""

    name = "meihao.records.registry"
    label = "registry"
    verbose_name = "基础台账"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers what this room tells, as a source of figures, and the lookup of scopes."""
        import_module("meihao.records.registry.among")
        import_module("meihao.records.registry.facts")
