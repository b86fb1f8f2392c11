"""The room as Django knows it."""

from importlib import import_module

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    """What is asked of schools, and what they hand in."""

    name = "meihao.records.returns"
    label = "returns"
    verbose_name = "报表"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers what this room tells, as a source of figures."""
        import_module("meihao.records.returns.facts")
