"""`manage.py openapi`: writes the description of the API, or says whether it is what the code makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from meihao.web import api

PLACE = Path("docs/reference/openapi.json")


class Command(BaseCommand):
    """接口说明写进 docs/reference/openapi.json."""

    help = "Writes docs/reference/openapi.json below the folder it is run in; --check only compares."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where it is, and whether it is only looked at."""
        parser.add_argument("--to", type=Path, default=PLACE)
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Writes it; with `--check`, exits with an error where the file is another."""
        place: Path = options["to"]
        made = api.description()
        if not options["check"]:
            place.write_text(made, encoding="utf-8")
            self.stdout.write(f"{place}: {len(made)}")
        elif not place.exists() or place.read_text(encoding="utf-8") != made:
            raise CommandError(
                f"{place} 与代码不符，请运行 manage.py openapi 并审阅改动。 "
                f"{place} is not what the code makes: run manage.py openapi and review the change."
            )
