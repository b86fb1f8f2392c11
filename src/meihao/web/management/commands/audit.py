"""`manage.py audit head [--to FILE]` and `manage.py audit verify [--anchor FILE]`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from meihao.records.accounts import audit, carrying
from meihao.records.accounts.acting import command


class Command(BaseCommand):
    """The trail: its head, to be kept where this machine's keepers cannot write; and whether it is whole."""

    help = "审计链：导出链头，核验全链。Audit trail: export its head, verify the whole chain."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Two verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        head = verbs.add_parser("head", help="print the line to keep elsewhere")
        head.add_argument("--to", type=Path, help="append the line to this file")
        verify = verbs.add_parser("verify", help="walk the whole trail; exits 1 where it was tampered with")
        verify.add_argument("--anchor", type=Path, action="append", default=[], help="a file of such lines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Does one of the two."""
        if options["verb"] == "head":
            self._head(options["to"])
        else:
            self._verify(options["anchor"])

    def _head(self, to: Path | None) -> None:
        line = carrying.head(command("audit head", timezone.now())).decode().strip()
        if to is not None:
            with to.open("a", encoding="ascii") as kept:
                kept.write(f"{line}\n")
        self.stdout.write(line)

    def _verify(self, anchors: list[Path]) -> None:
        heads = [head for anchor in anchors for head in _heads(anchor)]
        breaches = 0
        for breach in audit.verify(heads):
            breaches += 1
            self.stdout.write(f"{breach.seq}  {breach.text.zh}  {breach.text.en}")
        if breaches:
            raise CommandError(f"审计链有 {breaches} 处被改动。{breaches} breaches of the trail.")
        found = audit.head()
        self.stdout.write(f"审计链完整，共 {found.seq} 条。The trail is whole: {found.seq} entries.")


def _heads(path: Path) -> list[audit.Head]:
    """The heads in a file of lines. Raises `CommandError` with file and line."""
    found = []
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: 读不出来 cannot be read ({error})") from None
    for number, line in enumerate(lines, 1):
        try:
            found += [audit.Head.read(line)] if line.strip() else []
        except ValueError:
            raise CommandError(f"{path}:{number}: 不是链头 not a head") from None
    return found
