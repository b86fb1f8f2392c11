"""`manage.py keys list`, `manage.py keys rotate`, `manage.py keys reseal`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from meihao.records.accounts import keys, resealing
from meihao.records.accounts.acting import command
from meihao.records.accounts.sealing import SealError, sealed_fields


class Command(BaseCommand):
    """The key ring of sealed fields."""

    help = "密钥环：列出、换发、重新密封。The key ring: list, rotate, seal again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Three verbs."""
        parser.add_argument("verb", choices=("list", "rotate", "reseal"))

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Does one of the three. A ring or a value that cannot be used ends it with its name."""
        try:
            {"list": self._list, "rotate": self._rotate, "reseal": self._reseal}[verb]()
        except (keys.KeyRingError, SealError) as error:
            raise CommandError(str(error)) from None

    def _list(self) -> None:
        ring = keys.ring()
        for key in sorted(ring.keys.values(), key=lambda key: key.number):
            mark = "  密封中 seals" if key == ring.current else ""
            self.stdout.write(f"{key.number}  {key.id.hex()}{mark}")

    def _rotate(self) -> None:
        key = resealing.rotate(by=command("keys rotate", timezone.now()))
        self.stdout.write(f"新密钥 new key {key.number} {key.id.hex()}")

    def _reseal(self) -> None:
        by = command("keys reseal", timezone.now())
        for model in apps.get_models():
            if sealed_fields(model):
                done = sum(resealing.reseal(model, by=by))
                self.stdout.write(f"{model._meta.label_lower}: {done}")
