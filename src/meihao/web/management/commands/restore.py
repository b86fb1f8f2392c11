"""`manage.py restore FROM [--into HOME]`: the way back from a backup, whole or not at all."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from meihao.base.text import Refused
from meihao.records.accounts.acting import command
from meihao.web import archive, backup


class Command(BaseCommand):
    """恢复."""

    help = "恢复：先核对整个备份，再一次换上；不成则原样不动。Restore a backup, whole or not at all."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """From where, into which home, and where the passphrase is."""
        parser.add_argument("source", type=Path, help="备份文件 the backup")
        parser.add_argument(
            "--into", type=Path, help="恢复到的数据目录，默认 MEIHAO_HOME the home to restore into"
        )
        parser.add_argument("--key-file", type=Path, help="口令文件 a file with the passphrase")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restores and says how far the trail had come."""
        into = options["into"] or Path(settings.HOME)
        try:
            manifest = backup.restore(
                by=command("manage.py restore", timezone.now()),
                source=options["source"],
                secret=backup.passphrase(options["key_file"]),
                into=into,
            )
        except Refused as refused:
            raise CommandError(f"{refused.text.zh}\n{refused.text.en}") from None
        said = archive.told(manifest)
        self.stdout.write(
            f"已恢复 {manifest.made_at} 的备份：{said['members']} 个文件，审计链头 {said['head']}。\n"
            f"请执行 migrate，再启动。 Restored into {into}; run migrate, then start."
        )
