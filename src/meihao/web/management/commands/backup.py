"""`manage.py backup TO`: one sealed archive of database and uploads, without the keys."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from meihao.base.text import Refused
from meihao.records.accounts.acting import command
from meihao.web import archive, backup


class Command(BaseCommand):
    """备份."""

    help = "备份数据库和上传文件，加密成一个文件，不含密钥。 One encrypted file, without keys."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and where the passphrase is."""
        parser.add_argument("to", type=Path, help="要写的文件，不能已存在 the file to write")
        parser.add_argument("--key-file", type=Path, help="口令文件 a file with the passphrase")

    def handle(self, *args: Any, **options: Any) -> None:
        """Writes the archive and says what is in it."""
        try:
            secret = backup.passphrase(options["key_file"])
            manifest = backup.backup(
                by=command("manage.py backup", timezone.now()), to=options["to"], secret=secret
            )
        except Refused as refused:
            raise CommandError(f"{refused.text.zh}\n{refused.text.en}") from None
        said = archive.told(manifest)
        self.stdout.write(
            f"{options['to']}：{said['members']} 个文件，{said['bytes']} 字节，审计链头 {said['head']}\n"
            f"{options['to']}: {said['members']} files, {said['bytes']} bytes"
        )
