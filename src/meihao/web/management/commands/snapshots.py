"""`manage.py snapshots [--nightly]`: takes the snapshots asked for; one of each authority at night."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from meihao.base.text import Refused
from meihao.records.accounts.acting import command
from meihao.releases import working_off


class Command(BaseCommand):
    """快照。"""

    help = (
        "取快照：处理锁定和按需的申请；--nightly 另为各教育局各取一份。 Takes snapshots that were asked for."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether each authority gets one too, and of which day of data."""
        parser.add_argument("--nightly", action="store_true")
        parser.add_argument(
            "--on", type=date.fromisoformat, help="哪一天的数据 the day of data, as 2025-09-01"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Takes them, says each, and fails in the end where one could not be taken."""
        by, refused = command("manage.py snapshots", timezone.now()), 0
        for done in working_off.run(by=by, nightly=options["nightly"], on=options["on"]):
            if isinstance(done.found, Refused):
                refused += 1
                self.stderr.write(f"{done.what}：{done.found.text.zh}\n{done.found.text.en}")
            else:
                self.stdout.write(f"{done.what}：{done.found.on} {done.found.logical_hash[:12]}")
        if refused:
            raise CommandError(f"{refused} 份快照没有取成。 {refused} snapshots were not taken.")
