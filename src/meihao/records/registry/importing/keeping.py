"""The file of a staged batch, sealed on the disk until the batch is settled: it may hold children's data."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from meihao.base.text import Refused
from meihao.records.accounts import sealing
from meihao.records.accounts.acting import Acting
from meihao.records.registry.importing import queries
from meihao.records.registry.models import ImportBatch

PURPOSE = "registry.import.file"


def kept(batch: ImportBatch) -> Path:
    """Where the file of a staged batch lies, under our name."""
    return _folder() / f"{batch.key}.sealed"


def keep(by: Acting, batch: ImportBatch, data: bytes) -> None:
    """Seals a file and keeps it; what settled batches left behind is removed."""
    _sweep(by)
    path = kept(batch)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(sealing.seal(data, PURPOSE))


def opened(batch: ImportBatch) -> bytes:
    """The file as it was handed in. Raises `Refused` where it is no longer there."""
    try:
        return sealing.opened(kept(batch).read_bytes(), PURPOSE)
    except FileNotFoundError:
        raise Refused(
            "留存的文件已不在。请放弃这一份，重新提交文件。",
            "the file that was kept is gone. Discard this one and hand the file in again.",
        ) from None


def let_go(batch: ImportBatch) -> None:
    """Removes the file of a settled batch."""
    kept(batch).unlink(missing_ok=True)


def _sweep(by: Acting) -> None:
    """A power cut between settling a batch and removing its file leaves the file: it goes here."""
    lying = {path.stem: path for path in _folder().glob("*.sealed")}
    for key in queries.settled(by, lying):
        lying[str(key)].unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"
