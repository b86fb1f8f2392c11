"""The home of an installation exchanged for another in one moment, or not at all.

What comes lies ready in `.restore/new`. A journal is written, the files change places, and then one
rename of the database is the moment: before it everything is put back, after it everything has happened.
Whoever was killed between leaves a journal; `settle` at the next start puts back what had not happened.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from meihao.base.text import Refused

DATABASE, FILES = "meihao.sqlite3", "files"
_FOLDER, _LOCK, _JOURNAL = ".restore", ".restore.lock", "journal"


@contextmanager
def staging(home: Path) -> Iterator[Path]:
    """An empty folder in a home for what is to come; gone afterwards. Raises `Refused` if there is one."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("另一个恢复正在进行。", "Another restore is under way.") from None
        _settled(home)
        new = home / _FOLDER / "new"
        new.mkdir(parents=True, mode=0o700)
        try:
            yield new
        finally:
            _settled(home)


def swap(home: Path, database: str = DATABASE, moment: Callable[[], None] | None = None) -> None:
    """Puts what was staged in the place of database and files; what was there is gone when staging ends.

    `database` is the staged file whose leaving is the moment. `moment` takes it in where the database is
    no file of the home; if it raises, everything is put back.
    """
    folder = home / _FOLDER
    (folder / "old").mkdir()
    (folder / "new" / FILES).mkdir(exist_ok=True)
    had_files = (home / FILES).exists()
    _write(folder / _JOURNAL, json.dumps({"had_files": had_files, "database": database}))
    if had_files:
        (home / FILES).rename(folder / "old" / FILES)
    (folder / "new" / FILES).rename(home / FILES)
    _sync(home)
    if moment is not None:
        moment()
        (folder / "new" / database).unlink()
    else:
        (folder / "new" / database).replace(home / database)
    _sync(home)


def settle(home: Path) -> None:
    """Undoes a restore that was killed before its moment, and clears up after one that was killed later.

    Called at every start: costs one look where there is nothing to do. A restore under way is left alone,
    or waited for where it is in its last step.
    """
    folder = home / _FOLDER
    if not folder.exists():
        return
    with (home / _LOCK).open("a") as lock:
        wait = 0 if (folder / _JOURNAL).exists() else fcntl.LOCK_NB
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | wait)
        except BlockingIOError:
            return
        _settled(home)


def _settled(home: Path) -> None:
    folder = home / _FOLDER
    if (folder / _JOURNAL).exists():
        journal = json.loads((folder / _JOURNAL).read_text("utf-8"))
        if (folder / "new" / journal["database"]).exists():
            _put_back(home, journal["had_files"])
    if folder.exists():
        with suppress(FileNotFoundError):
            (folder / _JOURNAL).unlink()
        shutil.rmtree(folder, ignore_errors=True)


def _put_back(home: Path, had_files: bool) -> None:
    folder = home / _FOLDER
    taken = (folder / "old" / FILES).exists() or not had_files
    if taken and (home / FILES).exists():
        (home / FILES).rename(folder / "new" / FILES)
    if (folder / "old" / FILES).exists():
        (folder / "old" / FILES).rename(home / FILES)
    _sync(home)


def _write(path: Path, text: str) -> None:
    """Writes a file that is there whole or not at all."""
    partial = path.with_name(f".{path.name}")
    with partial.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
