"""`manage.py open_account --office security-admin --name 林虚 lin`: the first account, and its way in."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from meihao.base.text import Refused
from meihao.records.accounts import actions
from meihao.records.accounts.acting import command
from meihao.records.accounts.models import Office
from meihao.web.links import printed


class Command(BaseCommand):
    """Opens an account and prints a one-time link; there is no default password."""

    help = "开通账号并给出一次性登录链接。Opens an account and prints a one-time sign-in link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The account."""
        parser.add_argument("username")
        parser.add_argument("--at", default="", help="where people reach it, as https://edu.example")
        parser.add_argument("--name", help="the person's name; without it, the account's")
        parser.add_argument("--office", choices=[office for office in Office.values if office], default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Both in one transaction: no account without a way in."""
        by = command("open_account", timezone.now())
        try:
            with transaction.atomic():
                user = actions.open_account(
                    by=by,
                    username=options["username"],
                    name=options["name"] or options["username"],
                    office=options["office"],
                )
                token = actions.issue_link(by=by, user=user)
        except Refused as refused:
            raise CommandError(f"{refused.text.zh} {refused.text.en}") from None
        self.stdout.write(printed(user.username, token, options["at"]))
