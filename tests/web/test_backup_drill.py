"""The drill: built through the platform's own actions, backed up, restored on an empty machine, compared."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

SECRET = "drill passphrase, long enough"

BUILD = """
from datetime import UTC, date, datetime
import django; django.setup()
from django.core.management import call_command
from django.utils import timezone
from meihao.records.accounts.acting import command
from meihao.records.library.actions import File, Particulars, Term, enter_document, repeal
from meihao.records.library.actions_clauses import add_clauses, enter_cited
call_command("migrate", verbosity=0)
by = command("drill", timezone.now())
enter_cited(by=by, on=by.day)
term = Term(date(2024, 1, 1), trial=True, trial_until=date(2026, 1, 1))
for n in range(5):
    text = f"第一条 虚构办法{n}。".encode() * (n + 1)
    made = enter_document(by=by, what=Particulars(f"虚构办法{n}"), term=term, file=File("a.txt", text))
    add_clauses(by=by, key=str(made.document.key), pasted=text.decode().split("。")[0])
repeal(by=by, key=str(made.document.key), on=date(2025, 1, 1), basis="drill")
call_command("backup", TO)
"""
RESTORE = """
import django; django.setup()
from django.core.management import call_command
call_command("restore", FROM)
from meihao.records.accounts import audit
from django.conf import settings
assert list(audit.verify([audit.head()])) == []
print("head", audit.head())
call_command("migrate", "--check", verbosity=0)
"""


def ran(script: str, home: Path, **names: str) -> str:
    given = "".join(f"{name} = {value!r}\n" for name, value in names.items())
    env = os.environ | {
        "MEIHAO_HOME": str(home),
        "MEIHAO_BACKUP_PASSPHRASE": SECRET,
        "DJANGO_SETTINGS_MODULE": "meihao.web.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", given + script], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tables(home: Path) -> dict[str, tuple[int, str]]:
    """Per table, how many rows and a checksum over them in the order of their rowid."""
    found = {}
    with closing(sqlite3.connect(home / "meihao.sqlite3")) as opened:
        named = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for (name,) in named:
            rows = opened.execute(f'SELECT * FROM "{name}" ORDER BY rowid').fetchall()
            found[name] = (len(rows), hashlib.sha256(repr(rows).encode()).hexdigest())
    return found


def files(home: Path) -> dict[str, bytes]:
    kept = (path for path in (home / "files").rglob("*") if path.is_file() and path.name[0] != ".")
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in kept}


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """The home that was backed up, the one restored from nothing, and what the restore said."""
    folder = tmp_path_factory.mktemp("drill")
    one, other, to = folder / "one", folder / "other", str(folder / "a.backup")
    ran(BUILD, one, TO=to)
    return one, other, ran(RESTORE, other, FROM=to)


def test_every_table_has_the_same_rows(homes: tuple[Path, Path, str]) -> None:
    one, other, _ = homes
    assert tables(one) == tables(other)
    counts = {name: count for name, (count, _) in tables(other).items()}
    assert counts["library_document"] > 20
    assert counts["accounts_auditentry"] == 13
    with closing(sqlite3.connect(other / "meihao.sqlite3")) as opened, opened:
        opened.execute("UPDATE library_document SET title = title || '。' WHERE id = 1")
    assert tables(one) != tables(other)  # control: one letter is seen


def test_every_file_is_there(homes: tuple[Path, Path, str]) -> None:
    one, other, _ = homes
    assert files(one) == files(other)
    assert len(files(other)) == 5


def test_the_trail_verifies_and_its_head_is_the_manifests(homes: tuple[Path, Path, str]) -> None:
    one, _, said = homes
    with closing(sqlite3.connect(one / "meihao.sqlite3")) as opened:
        head = " ".join(map(str, opened.execute("SELECT seq, hash FROM accounts_audithead").fetchone()))
    assert f"head {head}" in said
    assert f"审计链头 {head}" in said


def test_keys_are_each_installations_own(homes: tuple[Path, Path, str]) -> None:
    one, other, _ = homes
    assert (one / "keys/django").read_text() != (other / "keys/django").read_text()
