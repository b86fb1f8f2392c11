"""Where snapshots lie: under the uploads, each folder by the hash of its rows, written once and never over.

A folder is whole or not there: it is written beside its place and renamed into it. The rows of a folder are
read back and their hash compared before anything names it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from meihao.base.text import Refused
from meihao.figures.snapshot import Snapshot, read
from meihao.policy.kinds import Fact


def folder() -> Path:
    """Where the snapshots lie."""
    return Path(settings.MEDIA_ROOT) / "snapshots"


def keep(snapshot: Snapshot, facts: Mapping[str, Fact]) -> None:
    """Writes a snapshot unless it is there already. Raises `Refused` where something else is."""
    place = folder() / snapshot.logical_hash
    if not place.exists():
        folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = Path(tempfile.mkdtemp(dir=folder(), prefix=".writing-"))
        try:
            snapshot.write(beside)
            _moved(beside, place)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    opened(snapshot.logical_hash, facts)


def _moved(beside: Path, place: Path) -> None:
    """Another process may have put the same rows there meanwhile: theirs stand."""
    try:
        beside.rename(place)
    except OSError:
        if not place.is_dir():
            raise


def opened(logical_hash: str, facts: Mapping[str, Fact]) -> Snapshot:
    """The rows of a hash, read back. Raises `Refused` where they are gone or are not those of the hash."""
    found = read(folder() / logical_hash, facts)
    if found.logical_hash != logical_hash:
        raise Refused(
            f"快照 {logical_hash[:12]} 的内容与哈希不符，没有使用。请联系系统管理员从备份恢复。",
            f"The rows of snapshot {logical_hash[:12]} are not those of its hash: it was not used. "
            "Ask the system administrator to restore it from a backup.",
        )
    return found
