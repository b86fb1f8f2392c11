"""`manage.py erase PERSON --basis …`, `erase --clear`, `erase --list`, `erase --again FILE`."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from meihao.base.text import Refused
from meihao.records.accounts import residue
from meihao.records.accounts.acting import Acting, command
from meihao.records.registry.people import actions_erase


class Command(BaseCommand):
    """按规定删除."""

    help = (
        "按规定删除一个人，并清除数据库文件里的残留；--list 列出已删除的，--again 在恢复备份后重新删除。 "
        "Erases a person and what the file still holds; --list and --again are for restored backups."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who and why, or one of the three others."""
        parser.add_argument("person", nargs="?", type=UUID, help="人员编号，全长 the key, whole")
        parser.add_argument("--basis", default="", help="依据，不写姓名和号码 on what basis; no name in it")
        parser.add_argument(
            "--on", type=date.fromisoformat, help="删除日期，如 2026-01-31 the day of erasure"
        )
        others = parser.add_mutually_exclusive_group()
        others.add_argument("--clear", action="store_true", help="只清除残留 clear the residue alone")
        others.add_argument("--list", action="store_true", help="列出已删除的 list those who were erased")
        others.add_argument("--again", type=Path, help="按 --list 的文件重新删除 erase those of a list again")

    def handle(self, *args: Any, **options: Any) -> None:
        """Does one of the four; what was erased is cleared from the file too."""
        by = command("manage.py erase", timezone.now())
        try:
            if options["list"]:
                for line in actions_erase.erased(by=by):
                    self.stdout.write(str(line))
                return
            self._erase(by, options)
            residue.clear()
        except Refused as refused:
            raise CommandError(f"{refused.text.zh}\n{refused.text.en}") from None
        self.stdout.write("数据库文件里的残留已清除。 What the database file still held is gone.")

    def _erase(self, by: Acting, options: dict[str, Any]) -> None:
        if options["again"] is not None:
            self._again(actions_erase.erase_again(by=by, lines=_lines(options["again"])))
        elif options["person"] is not None:
            person = actions_erase.person_to_erase(by, options["person"])
            actions_erase.erase(by=by, person=person, on=options["on"] or by.day, basis=options["basis"])
            self.stdout.write(f"{person.short} 已删除。 {person.short} is erased.")
        elif not options["clear"]:
            raise CommandError(
                "请给出人员编号，或 --clear、--list、--again。 Say whom, or one of the options."
            )

    def _again(self, again: actions_erase.Again) -> None:
        self.stdout.write(f"重新删除 {again.done} 人。 {again.done} erased again.")
        for key, why in again.left:
            self.stderr.write(f"{key}：{why.zh} {why.en}")


def _lines(path: Path) -> list[actions_erase.Erased]:
    """The lines of a list. Raises `CommandError` with file and line."""
    found = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: 读不出来 cannot be read ({error})") from None
    for number, line in enumerate(lines, 1):
        try:
            found += [actions_erase.Erased.read(line)] if line.strip() else []
        except ValueError:
            raise CommandError(f"{path}:{number}: 不是删除清单的一行 not a line of such a list") from None
    return found
