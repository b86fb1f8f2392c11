"""`manage.py link lin`: a one-time sign-in link for an account that is there."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from meihao.base.text import Refused
from meihao.records.accounts import actions
from meihao.records.accounts.acting import command
from meihao.records.accounts.models import User
from meihao.web.links import printed


class Command(BaseCommand):
    """Prints a one-time link for whoever cannot come in."""

    help = "给账号发一次性登录链接。Prints a one-time sign-in link for an account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The account."""
        parser.add_argument("username")
        parser.add_argument("--at", default="", help="where people reach it, as https://edu.example")

    def handle(self, *args: Any, **options: Any) -> None:
        """Issues it."""
        try:
            user = User.objects.get_by_natural_key(options["username"])
            token = actions.issue_link(by=command("link", timezone.now()), user=user)
        except User.DoesNotExist:
            raise CommandError(f"没有账号「{options['username']}」。There is no such account.") from None
        except Refused as refused:
            raise CommandError(f"{refused.text.zh} {refused.text.en}") from None
        self.stdout.write(printed(user.username, token, options["at"]))
