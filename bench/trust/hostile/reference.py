"""The second truth for what a workbook holds: openpyxl's public reader, in a limited child of its own.

The names of the sheets are read from the frame directly, because openpyxl passes over a sheet whose
relation is odd without a word.
"""

from __future__ import annotations

import datetime
import io
import json
import os
import resource
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator
from decimal import Context, Decimal
from pathlib import Path
from types import FrameType
from typing import Any, Self
from xml.etree import ElementTree
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook

Found = dict[str, dict[str, str]]  # sheet → reference → value as `said` puts it

_MB, _SECONDS = 1024, 30
_SHOWN = Context(prec=15)


class Reference:
    """Asks a child process what a workbook holds; starts another one if it dies."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def cells(self, path: Path) -> Found | None:
        """What the workbook holds; None where the reference cannot read it."""
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env={**os.environ, "OPENPYXL_LXML": "False"},  # one parser, whatever is installed
            )
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(f"{path}\n")
        self._child.stdin.flush()
        line = self._child.stdout.readline()
        found: Found | None = json.loads(line) if line else None
        return found


def said(value: object) -> str:
    """A value as both readers can say it: its kind and itself."""
    if isinstance(value, bool):
        return f"bool {value}"
    if isinstance(value, int):
        return f"number {value}"
    if isinstance(value, float):
        return _number(_SHOWN.create_decimal(repr(value)))
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return f"day {(value.date() if midnight else value).isoformat()}"
    if isinstance(value, datetime.date):
        return f"day {value.isoformat()}"
    if isinstance(value, datetime.timedelta):
        return f"text {_clock(value)}"
    return f"text {value}"


def _number(value: Decimal) -> str:
    whole = value == value.to_integral_value() and value.adjusted() < 40
    return f"number {int(value)}" if whole else f"number {value.normalize(_SHOWN)}"


def _clock(value: datetime.timedelta) -> str:
    seconds = round(abs(value).total_seconds())
    sign = "-" if value < datetime.timedelta() else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


# --- in the child


def _read(path: Path) -> Found:
    with ZipFile(io.BytesIO(path.read_bytes())) as archive:
        parts = {name: _bare(archive.read(name)) for name in archive.namelist()}
    names = _sheet_names(parts)
    results = _loaded(parts, data_only=True)
    found = {name: dict(_cells(results[name])) for name in results.sheetnames if name in names}
    assert list(found) == names, "a sheet has vanished"
    if any(b"<f" in body or b":f" in body for body in parts.values()):
        # a formula whose result was never saved is what it says
        formulas = _loaded(parts, data_only=False)
        for name in found:
            found[name] = dict(_cells(formulas[name])) | found[name]
    return found


def _bare(part: bytes) -> bytes:
    """A sheet without what stands around its cells: openpyxl stops at a wrong rule, which says nothing."""
    if b"sheetData" not in part and b"s\0h\0e\0e\0t\0D" not in part:
        return part
    root = ElementTree.fromstring(part)
    for child in list(root):
        if not child.tag.endswith("}sheetData"):
            root.remove(child)
    bare: bytes = ElementTree.tostring(root, "utf-8")  # in ASCII, a Chinese name of an attribute is no name
    return bare


def _loaded(parts: dict[str, bytes], data_only: bool) -> Workbook:
    """Packed anew: openpyxl is asked what the parts say, not what it makes of a damaged package."""
    package = io.BytesIO()
    with ZipFile(package, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return load_workbook(package, read_only=True, data_only=data_only)


def _sheet_names(parts: dict[str, bytes]) -> list[str]:
    """The sheets that hold cells, as the frame lists them."""
    types = ElementTree.fromstring(parts["[Content_Types].xml"])
    book = next(
        part.attrib["PartName"][1:]
        for part in types.iter()
        if part.attrib.get("ContentType", "").endswith(("sheet.main+xml", "sheet.macroEnabled.main+xml"))
    )
    listed = ElementTree.fromstring(parts[book]).iter()
    return [element.attrib["name"] for element in listed if element.tag.rpartition("}")[2] == "sheet"]


def _cells(sheet: Any) -> Iterator[tuple[str, str]]:
    sheet.reset_dimensions()
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None and str(cell.value).strip():
                yield cell.coordinate, said(cell.value)


def _late(number: int, frame: FrameType | None) -> None:
    raise TimeoutError


def main() -> None:
    """Answers one path a line with one line of JSON, null where the file cannot be read."""
    resource.setrlimit(resource.RLIMIT_AS, (_MB << 20, _MB << 20))
    signal.signal(signal.SIGALRM, _late)
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        signal.alarm(_SECONDS)
        try:
            answer = json.dumps(_read(Path(line.rstrip("\n"))))
        except MemoryError:
            os._exit(1)
        except Exception:
            answer = "null"
        signal.alarm(0)
        print(answer, flush=True)


if __name__ == "__main__":
    main()
