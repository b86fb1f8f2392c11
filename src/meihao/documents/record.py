"""When an evaluation was made, and when each file it read had last been changed.

Kept beside the result and outside the snapshot, whose bytes depend on the rows alone. It lets a later
comparison tell which values were changed after somebody could look at the result.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from meihao.documents.returns.received import Intake

RECORD = "record.json"


@dataclass(frozen=True)
class Record:
    """The moment of the evaluation, and the last change of each file by its name; ISO 8601, UTC."""

    at: str
    files: Mapping[str, str]


def record_of(intake: Intake, at: datetime) -> Record:
    """The record of an evaluation made at a moment."""
    files = {receipt.name: _changed(receipt.path) for receipt in intake.receipts}
    return Record(at.astimezone(UTC).isoformat(), {name: at_ for name, at_ in files.items() if at_})


def _changed(path: Path) -> str | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat()
    except OSError:
        return None


def write_record(record: Record, folder: Path) -> None:
    """Writes it beside the result."""
    text = json.dumps({"at": record.at, "files": dict(record.files)}, ensure_ascii=False, indent=2)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8")


def read_record(folder: Path) -> Record | None:
    """The record of a folder; None where there is none."""
    path = folder / RECORD
    if not path.is_file():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    return Record(str(data["at"]), {str(name): str(at) for name, at in data["files"].items()})
