"""Workbooks saved so that the same content is the same bytes, and no half-written file is ever seen."""

from __future__ import annotations

import io
import os
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl.workbook import Workbook
from openpyxl.writer.excel import ExcelWriter

_SAVED = datetime(2000, 1, 1)  # noqa: DTZ001  (the format wants a bare time; it stands for no moment)
_ENTRY_DATE = (1980, 1, 1, 0, 0, 0)  # the first day a zip file can write


def save_deterministic(workbook: Workbook, path: Path) -> None:
    """Writes the workbook through a neighbouring file, so that `path` is the old or the new one, whole."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(_repacked(_packed(workbook)))
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _packed(workbook: Workbook) -> bytes:
    workbook.properties.created = workbook.properties.modified = _SAVED
    buffer = io.BytesIO()
    # Workbook.save would write the present time into `modified`; its writer does not
    ExcelWriter(workbook, ZipFile(buffer, "w")).save()
    return buffer.getvalue()


def _repacked(packed: bytes) -> bytes:
    """The same entries in the same order, each with a fixed date and no trace of the machine."""
    buffer = io.BytesIO()
    with ZipFile(io.BytesIO(packed)) as source, ZipFile(buffer, "w") as target:
        for name in source.namelist():
            entry = ZipInfo(name, _ENTRY_DATE)
            entry.create_system, entry.compress_type = 3, ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return buffer.getvalue()
