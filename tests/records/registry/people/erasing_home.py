"""A home with a pupil who left, on a disk of its own; run as a program, one step each, in a process that is
killed at its end: so the database's log stays as it was written, as after a power cut.

Steps: `build` (prints what to look for), `erase KEY` (without clearing the file), `carry` (writes what the
exports give beside the database).
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from meihao.records.accounts.models import AuditEntry  # noqa: E402
from meihao.records.accounts.sealing import HEAD, Sealed  # noqa: E402
from meihao.records.registry.models import Organisation, Person  # noqa: E402
from meihao.records.registry.people import actions, actions_erase  # noqa: E402
from meihao.records.registry.people.bulk import PupilRow, enrol_many  # noqa: E402
from meihao.records.registry.people.identity import Identity  # noqa: E402
from tests.records.registry.district import DAY, District, console, holder  # noqa: E402
from tests.records.registry.people.school import AUTUMN, identity_number, pupil, who  # noqa: E402

NAME, NUMBER = "金丝雀", identity_number(71)
SEALED = ("name", "id_number", "student_number")


def build() -> None:
    """A school with sixty pupils, one of whom is looked for and has left."""
    call_command("migrate", verbosity=0)
    first = District().first
    mark = Identity(NAME, id_kind="resident", id_number=NUMBER, student_number=f"G{NUMBER}")
    someone = pupil(first, identity=mark)
    enrol_many(by=console(), organisation=first, rows=[PupilRow(who(), 3) for _ in range(60)], on=AUTUMN)
    actions.leave(by=console(), person=someone, on=date(2025, 7, 1), left_by="withdrawn")
    found = Person._plain.get(pk=someone.pk)
    sys.stdout.write(json.dumps({"key": str(found.key), "needles": needles(found)}))


def needles(person: Person) -> dict[str, str]:
    """What must be gone, each as hexadecimal bytes: texts in three encodings, ciphertexts, fingerprints."""
    found = {f"{text} {code}": text.encode(code).hex() for text in (NAME, NUMBER) for code in CODES}
    for field in SEALED:
        sealed = getattr(person, field)
        assert isinstance(sealed, Sealed)
        found |= {f"{field} ciphertext": sealed.blob[HEAD:].hex()}
        found |= {f"{field} blind": getattr(person, f"{field}_blind").encode().hex()}
    return found


CODES = ("utf-8", "utf-16-le", "utf-16-be")


def erase(key: str) -> None:
    """Erases and does nothing about the file, which does not zero what is freed either."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete=OFF")
    person = Person._plain.get(key=key)
    actions_erase.erase(by=console(), person=person, on=DAY, basis="监护人申请（虚构）")


def carry() -> None:
    """What can be carried away: the list of organisations unpacked, and the trail in words."""
    settings.ALLOWED_HOSTS = ["testserver"]
    by = holder("section-officer", Organisation._plain.get(kind="authority"))
    assert by.user is not None
    client = Client()
    client.force_login(by.user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/registry/organisations/export")
    to = Path(settings.HOME) / "carried"
    to.mkdir()
    with ZipFile(io.BytesIO(answer.content)) as book:
        book.extractall(to)
    (to / "trail.txt").write_text("".join(entry.body for entry in AuditEntry.objects.all()), "utf-8")


if __name__ == "__main__":
    steps: dict[str, Callable[..., None]] = {"build": build, "erase": erase, "carry": carry}
    steps[sys.argv[1]](*sys.argv[2:])
    sys.stdout.flush()
    os._exit(0)
