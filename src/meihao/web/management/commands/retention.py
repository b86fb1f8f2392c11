"""`manage.py retention report` and `retention apply --on DAY`: what is due, and its end."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from meihao.base.text import Refused
from meihao.records.accounts.acting import command
from meihao.web import retention


class Command(BaseCommand):
    """保存期限."""

    help = "保存期限：report 看哪些到期，apply 清除到期的。 What is kept how long; what is due; its end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and for which day."""
        parser.add_argument("what", choices=["report", "apply"])
        parser.add_argument(
            "--on", type=date.fromisoformat, help="哪一天（apply 必填） the day, as 2026-01-31"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Reports, or erases and says how much."""
        by = command("manage.py retention", timezone.now())
        if options["what"] == "apply" and options["on"] is None:
            raise CommandError("请用 --on 指明哪一天。 Say with --on which day.")
        try:
            if options["what"] == "apply":
                self._applied(retention.apply(by=by, on=options["on"]))
            else:
                self._reported(retention.report(by=by, on=options["on"] or by.day))
        except Refused as refused:
            raise CommandError(f"{refused.text.zh}\n{refused.text.en}") from None

    def _reported(self, lines: list[retention.Line]) -> None:
        for line in lines:
            kept = line.kept
            least = kept.at_least.words.zh if kept.at_least else "未定 not set"
            term = kept.erase_after.words.zh if kept.erase_after else "未定 not set"
            rows = "—" if line.rows is None else f"{line.rows} 条，到期 {line.due} 条"
            self.stdout.write(
                f"{line.key} {kept.title.zh}：{rows}；至少保存 {least}，清除期限 {term}"
                f"（{kept.reference.document}{kept.reference.clause}）"
            )

    def _applied(self, erased: dict[str, int]) -> None:
        for key, count in erased.items():
            self.stdout.write(f"{key}：已清除 {count} 条 {count} erased")
        if not erased:
            self.stdout.write("没有到期的。 Nothing was due.")
