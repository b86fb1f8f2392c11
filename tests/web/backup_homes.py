"""Small homes to back up and restore, and what is in them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from meihao.records.accounts.acting import command
from meihao.web import archive, backup, swapping
from meihao.web.archive import Facts

AT = datetime(2025, 10, 20, 1, tzinfo=UTC)
BY = command("test", AT)
SECRET = "很长的一句口令，备份用".encode()
HEAD = "7 " + "a" * 64
ABOUT = {"made_at": AT.isoformat(), "version": "0"}

State = dict[str, bytes]


def database(path: Path, rows: int, head: str = HEAD) -> None:
    seq, digest = head.split()
    with closing(sqlite3.connect(path)) as made, made:
        made.execute("CREATE TABLE accounts_audithead (id, seq, hash)")
        made.execute("INSERT INTO accounts_audithead VALUES (1, ?, ?)", (int(seq), digest))
        made.execute("CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app, name)")
        made.execute("CREATE TABLE schools (name)")
        made.executemany("INSERT INTO schools VALUES (?)", [(f"虚构小学{n}",) for n in range(rows)])


def home_of(folder: Path, rows: int, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True)
    database(folder / swapping.DATABASE, rows)
    for name, data in files.items():
        (folder / "files" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "files" / name).write_bytes(data)
    (folder / "keys").mkdir()
    (folder / "keys" / "django").write_text("stays")
    return folder


def state(home: Path) -> State:
    """Everything in a home but what begins with a point."""
    found = {}
    for path in sorted(home.rglob("*")):
        inside = path.relative_to(home)
        if path.is_file() and not any(part.startswith(".") for part in inside.parts):
            found[inside.as_posix()] = path.read_bytes()
    return found


def packed(to: Path, home: Path) -> archive.Manifest:
    members = [(swapping.DATABASE, home / swapping.DATABASE), *archive.members_under(home / "files")]
    return archive.pack(to, SECRET, members, Facts("sqlite", [], HEAD), ABOUT)


OLD = {"library/ab/abcd": b"other content", "library/zz/gone": b"only here"}


def restored(source: Path, target: Path, secret: bytes = SECRET) -> archive.Manifest:
    return backup.restore(by=BY, source=source, secret=secret, into=target)
