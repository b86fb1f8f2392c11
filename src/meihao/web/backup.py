"""Backup and restore: one sealed archive of everything but the keys, and the way back.

The archive holds a consistent copy of the database, the uploads, and a manifest with the head of the
trail. The keys of an installation are never in it: whoever has both has everything, so they are kept
apart. A restore reads and checks the whole archive beside the home before it touches anything.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

import meihao
from meihao.base.text import Refused
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting, require
from meihao.web import archive, swapping
from meihao.web.archive import Facts, Manifest

BACKUP, RESTORE = "web.backup", "web.restore"
PASSPHRASE, KEY_FILE = "MEIHAO_BACKUP_PASSPHRASE", "MEIHAO_BACKUP_KEY_FILE"
_LEAST = 16  # letters of a passphrase
_HEAD = "SELECT seq, hash FROM accounts_audithead WHERE id = 1"
_MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY app, name"


def passphrase(key_file: Path | None = None) -> bytes:
    """The passphrase, from a key file or the environment; never without one. Raises `Refused`."""
    named = key_file or (Path(said) if (said := os.environ.get(KEY_FILE)) else None)
    secret = _from_file(named) if named is not None else os.environ.get(PASSPHRASE, "").encode()
    if len(secret) < _LEAST:
        raise Refused(
            f"备份必须加密：请在环境变量 {PASSPHRASE} 或密钥文件（{KEY_FILE}）中给出至少 {_LEAST} 字的口令。",
            f"A backup is always encrypted: give a passphrase in {PASSPHRASE} or in a key file ({KEY_FILE}), "
            f"{_LEAST} characters at least.",
        )
    return secret


def _from_file(path: Path) -> bytes:
    path = path.expanduser().resolve()
    inside = [Path(meihao.__file__).parent, Path(settings.HOME).resolve(), Path.cwd().resolve()]
    if any(path.is_relative_to(folder) for folder in inside):
        raise Refused(
            f"密钥文件 {path} 在程序或数据目录里：会随数据一起丢失或泄露。请放到别处。",
            f"The key file {path} lies with the program or its data, and would be lost or leak with it. "
            "Keep it elsewhere.",
        )
    if not path.is_file():
        raise Refused(f"没有密钥文件 {path}。", f"There is no key file {path}.")
    if path.stat().st_mode & 0o077:
        raise Refused(
            f"密钥文件 {path} 别人也能读。请执行 chmod 600。", f"Others can read {path}: chmod 600 it."
        )
    return path.read_bytes().strip()


def backup(*, by: Acting, to: Path, secret: bytes) -> Manifest:
    """Writes an archive of this installation to a file. Raises `Refused`; leaves nothing half-written."""
    require(by, BACKUP)
    if not to.parent.is_dir():
        raise Refused(f"没有文件夹 {to.parent}。", f"There is no folder {to.parent}.")
    if to.resolve().is_relative_to(Path(settings.MEDIA_ROOT).resolve()):
        raise Refused("备份不能放在上传文件夹里。", "A backup cannot lie among the uploads.")
    with transaction.atomic():
        audit.record(by, BACKUP, detail={"to": to.name})
    with _copied() as (copy, facts):
        about = {"made_at": by.at.isoformat(), "version": version("meihao")}
        members = [(copy.name, copy)]
        return archive.pack(to, secret, _and_files(members), facts, about)


def _and_files(members: list[tuple[str, Path]]) -> Iterator[tuple[str, Path]]:
    # files after the database: a row's file is there before the row is
    yield from members
    yield from archive.members_under(Path(settings.MEDIA_ROOT))


@contextmanager
def _copied() -> Iterator[tuple[Path, Facts]]:
    """A consistent copy of the database while others go on writing, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=settings.HOME) as folder:
        copy = Path(folder) / archive.DATABASE[connection.vendor]
        facts = _sqlite_copy(copy) if connection.vendor == "sqlite" else _postgres_copy(copy)
        yield copy, facts


def _sqlite_copy(copy: Path) -> Facts:
    connection.ensure_connection()
    with closing(sqlite3.connect(copy)) as target:
        connection.connection.backup(target, pages=1024)
        target.execute("PRAGMA journal_mode=DELETE")
        return _facts(target.cursor(), "sqlite")


def _postgres_copy(copy: Path) -> Facts:
    """The dump and the facts of one and the same snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        _ran("pg_dump", "-Fc", "--no-owner", "--no-acl", f"--snapshot={snapshot}", "-f", str(copy))
        return _facts(cursor, "postgresql")


def _facts(cursor: Any, database: str) -> Facts:
    cursor.execute(_MIGRATIONS)
    migrations = [list(row) for row in cursor.fetchall()]
    cursor.execute(_HEAD)
    seq, digest = cursor.fetchone() or (0, "")
    return Facts(database, migrations, str(audit.Head(seq, digest or "-")))


def restore(*, by: Acting, source: Path, secret: bytes, into: Path) -> Manifest:
    """Puts an archive in the place of a home's database and files, whole or not at all. Raises `Refused`.

    The platform must be stopped. `into` is a home; where the database is PostgreSQL, the configured one is
    replaced and `into` takes the files.
    """
    require(by, RESTORE)
    if not source.is_file():
        raise Refused(f"没有备份文件 {source}。", f"There is no backup {source}.")
    with swapping.staging(into) as new:
        manifest = archive.unpack(source, secret, new)
        _fits(manifest)
        if manifest.facts.database == "sqlite":
            _check_copy(new / swapping.DATABASE, manifest.facts)
            with _stopped(into / swapping.DATABASE):
                swapping.swap(into)
        else:
            dump = new / archive.DATABASE["postgresql"]
            script = _ran_to(new / "restore.sql", dump)
            swapping.swap(into, dump.name, lambda: _replayed(script))
    return manifest


def _fits(manifest: Manifest) -> None:
    if manifest.facts.database != connection.vendor:
        raise Refused(
            f"备份来自 {manifest.facts.database}，本机用的是 {connection.vendor}，不能直接恢复。",
            f"The backup is of {manifest.facts.database}, and this installation uses {connection.vendor}.",
        )
    known = set(MigrationLoader(None).disk_migrations)
    unknown = [f"{app}.{name}" for app, name in manifest.facts.migrations if (app, name) not in known]
    if unknown:
        raise Refused(
            f"备份是由更新的版本（{manifest.version}）做的，本机程序不认识 {unknown[0]}。请先升级程序。",
            f"The backup was made by a newer version ({manifest.version}): {unknown[0]} is not known here. "
            "Upgrade first.",
        )


def _check_copy(copy: Path, facts: Facts) -> None:
    try:
        with closing(sqlite3.connect(copy)) as opened:
            sound = opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            same = _facts(opened.cursor(), "sqlite") == facts
    except sqlite3.DatabaseError:
        sound = same = False
    if not (sound and same):
        raise Refused("备份里的数据库已损坏。没有恢复任何内容。", "The database in the backup is damaged.")


@contextmanager
def _stopped(database: Path) -> Iterator[None]:
    """Nobody has the database open, and nothing of it is left in its log. Raises `Refused`."""
    if not database.exists():
        yield
        return
    connection.close()
    try:
        with closing(sqlite3.connect(database, timeout=1, isolation_level=None)) as opened:
            opened.execute("PRAGMA locking_mode=EXCLUSIVE")
            opened.execute("BEGIN EXCLUSIVE")
            opened.execute("COMMIT")
            opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError:
        raise Refused(
            "数据库正在使用。请先停止服务再恢复。", "The database is in use. Stop the platform first."
        ) from None
    yield


def _ran(*command: str) -> None:
    given = connection.settings_dict
    names = {
        "PGDATABASE": "NAME",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGHOST": "HOST",
        "PGPORT": "PORT",
    }
    where = {name: str(given[key]) for name, key in names.items() if given.get(key)}
    try:
        subprocess.run(command, env=os.environ | where, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise Refused(f"没有安装 {command[0]}。", f"{command[0]} is not installed.") from None
    except subprocess.CalledProcessError as error:
        said = (error.stderr or "").strip().splitlines()[-1:] or [""]
        raise Refused(f"{command[0]} 没有完成：{said[0]}", f"{command[0]} failed: {said[0]}") from None


def _ran_to(script: Path, dump: Path) -> Path:
    _ran("pg_restore", "--no-owner", "--no-acl", "-f", str(script), str(dump))
    return script


def _replayed(script: Path) -> None:
    """Replaces the whole schema in one transaction: PostgreSQL's own all or nothing."""
    connection.close()
    emptied = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
    _ran("psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-c", emptied, "-f", str(script))
