"""The room as Django knows it."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.module_loading import import_string


class AccountsConfig(AppConfig):
    """People who sign in, and the audit trail."""

    name = "meihao.records.accounts"
    label = "accounts"
    verbose_name = "账号与审计"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A session gets its row where Django signs somebody in, whichever way."""
        begin = import_string("meihao.records.accounts.sessions.begin")
        user_logged_in.connect(begin, dispatch_uid="accounts.sessions.begin")
