"""The room as Django knows it."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in, and the audit trail."""

    name = "meihao.records.accounts"
    label = "accounts"
    verbose_name = "账号与审计"
    default_auto_field = "django.db.models.BigAutoField"
