"""Files as they are kept: under the uploads, each by its SHA-256, written once and never over.

A file is there before the row that names it. Whoever keeps or sweeps holds one lock until the row stands,
so a sweep never takes a file whose row is about to come.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from meihao.base.text import Refused

_NAME = re.compile(r"[0-9a-f]{64}")


def folder() -> Path:
    """Where the files of the library lie."""
    return Path(settings.MEDIA_ROOT) / "library"


def path_of(sha256: str) -> Path:
    """Where a file of this hash lies."""
    return folder() / sha256[:2] / sha256


@contextmanager
def locked() -> Iterator[None]:
    """Alone among all processes that keep or sweep files."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder() / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def kept(data: bytes) -> Iterator[str]:
    """Keeps a file while its row is written: gives its SHA-256; a file newly kept goes if the row fails."""
    digest = hashlib.sha256(data).hexdigest()
    with locked():
        path = path_of(digest)
        new = not path.exists()
        if new:
            _write(path, data)
        try:
            yield digest
        except BaseException:
            if new:
                path.unlink(missing_ok=True)
            raise


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True, mode=0o700)
    partial = path.with_name(f".{path.name}")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def opened(sha256: str) -> bytes:
    """The content of a kept file. Raises `Refused` where it is gone or not what was kept."""
    path = path_of(sha256)
    data = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Refused(
            "这份文件与入库时不一致或已不在，没有下载。请联系系统管理员从备份恢复。",
            "This file is gone or is not what was kept: it was not handed out. "
            "Ask the system administrator to restore it from a backup.",
        )
    return data


def orphans(named: Collection[str]) -> list[Path]:
    """Kept files that no row names, and what an interrupted upload left; call it `locked`."""
    files = [path for path in folder().glob("[0-9a-f][0-9a-f]/*") if path.is_file()]
    return sorted(path for path in files if not (_NAME.fullmatch(path.name) and path.name in named))
