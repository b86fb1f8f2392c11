"""`manage.py demo`: the invented district, an account and a link for each role, the address."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from meihao.demo.rolls import rolls
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts.acting import command
from meihao.records.registry.models import Organisation
from meihao.web.seeding.whole import seed

CENSUS = date(2025, 9, 1)  # whose classes are those of the demonstration's returns


class Command(BaseCommand):
    """Prepares the demonstration once; afterwards it only tells where it is."""

    help = "虚构区县：建库、登记、开账号，打印网址和各角色的一次性链接"

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the platform will answer."""
        parser.add_argument("--address", default="http://127.0.0.1:8000")

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrates, fills an empty registry, prints the links."""
        if not settings.DEMONSTRATION:
            self.stderr.write("演示数据只写入演示环境：请设 MEIHAO_DEMO=1 和单独的 MEIHAO_HOME。")
            raise SystemExit(2)
        call_command("migrate", verbosity=0)
        address = str(options["address"]).rstrip("/")
        if Organisation.objects.scoped(None, "manage.py demo").exists():
            self.stdout.write(f"\n平台 Platform  {address}")
            self.stdout.write("演示区县已在台账中；要重新发链接：manage.py link 账号")
            return
        by = command("manage.py demo", timezone.now())
        self.stdout.write("\n登记虚构区县：机构、学位、三个学年的班级和学籍 … filling the registry …")
        found = rolls(Rulebook.load(), CENSUS)
        with transaction.atomic():
            entrances = seed(by, found, self._progress, CENSUS)
        self.stdout.write(f"\n平台 Platform  {address}\n各角色的一次性链接 one-time links, one a role:")
        for role, _, token in entrances:
            self.stdout.write(f"  {role.title.zh} {role.title.en}\n    {address}/sign-in/link/{token}")

    def _progress(self, year: str, done: int, of: int) -> None:
        if done == of:
            self.stdout.write(f"  {year} 学年 school year　{of} 所学校")
