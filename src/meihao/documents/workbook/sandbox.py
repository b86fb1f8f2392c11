"""The reader: hands a workbook's bytes to a child process, and takes plain cells back.

Whatever a file does to the child, the parent lives, says what is wrong with the file, and can read
the next one.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

from meihao.base.text import Lang, Refused
from meihao.documents.workbook.appearance import SeenSheet
from meihao.documents.workbook.model import (
    NOTES_MARKER,
    NOTES_SHEET,
    PROBLEM_MARKER,
    PROBLEM_SHEET,
    Cell,
    Filling,
    Kind,
    Limits,
    Mark,
    Note,
    Sheet,
    Value,
    Workbook,
    reference,
)
from meihao.documents.workbook.process import Child

_DEFAULT = Limits()
_MB = 1 << 20


class Reader:
    """Reads and annotates untrusted workbooks in one child process, started when first needed.

    The child serves many files; after one that killed it, the next file gets a new one.
    """

    def __init__(self, limits: Limits = _DEFAULT) -> None:
        self._limits = limits
        self._child: Child | None = None
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The number of the child process, if there is one."""
        return self._child.pid if self._child else None

    def close(self) -> None:
        """Stop the child; the reader may be used again, and then starts another."""
        if self._child:
            self._child.stop()
            self._child = None

    def read(self, path: Path) -> Workbook:
        """The cells of a workbook; `Refused` if it cannot or must not be read.

        The list of problems that `annotate` adds is left out: it is not the user's.
        """
        with self._named(path):
            data = _bytes(path, self._limits)
        return self.read_bytes(path, data)

    def read_bytes(self, path: Path, data: bytes) -> Workbook:
        """As `read`, of bytes that lie nowhere: the path is only what they are called."""
        with self._named(path):
            _within(data, self._limits)
            with self._ready() as child:
                sheets, properties = _assembled(child.ask({"task": "read"}, data))
        return Workbook(path, hashlib.sha256(data).hexdigest(), sheets, properties)

    def read_csvs(self, path: Path, data: bytes) -> Workbook:
        """The CSV files of a package, each as a sheet of texts; of bytes as `read_bytes`."""
        with self._named(path):
            _within(data, self._limits)
            with self._ready() as child:
                sheets, _ = _assembled(child.ask({"task": "csvs"}, data))
        return Workbook(path, hashlib.sha256(data).hexdigest(), sheets, {})

    def see(self, path: Path) -> tuple[list[SeenSheet], dict[str, str]]:
        """What a reader of the workbook sees, sheet by sheet, and its own properties; refuses as `read`."""
        with self._named(path):
            data = _bytes(path, self._limits)
            with self._ready() as child:
                *sheets, end = child.ask({"task": "see"}, data)
        return [reply["seen"] for reply in sheets], end["done"]

    def annotate(self, source: Path, target: Path, marks: Sequence[Mark], lang: Lang) -> None:
        """Write a copy of `source` to `target` with the marks shown in it, whole or not at all.

        Marks of an earlier check are taken away. Formulas are kept, and their results are worked
        out again when the copy is opened in Excel.
        """
        listed = [(mark.sheet, mark.ref, mark.severity, mark.text) for mark in marks]
        with self._named(source):
            data = _bytes(source, self._limits)
            with self._ready() as child:
                request = {"task": "annotate", "marks": listed, "lang": lang}
                (reply,) = child.ask(request, data)
        with self._named(target):
            _write_whole(target, reply["copy"])

    def shape(self, path: Path) -> dict[str, dict[str, list[str]]]:
        """By sheet what `read` does not tell: `merged` ranges, and cells that hold `formulas`."""
        with self._named(path):
            data = _bytes(path, self._limits)
            with self._ready() as child:
                (reply,) = child.ask({"task": "shape"}, data)
        found: dict[str, dict[str, list[str]]] = reply["shape"]
        return found

    def fill(
        self, source: Workbook, target: Path, cells: Sequence[Filling], notes: Sequence[Note], lang: Lang
    ) -> None:
        """Write a copy of a workbook as it was read, with empty cells filled in, whole or not at all."""
        with self._named(source.path):
            data = _bytes(source.path, self._limits)
            if hashlib.sha256(data).hexdigest() != source.sha256:
                raise Refused(
                    "在读取之后又被改动。请重新运行。", "was changed after it was read. Run it again."
                )
            request = {"task": "fill", "cells": cells, "notes": notes, "title": NOTES_SHEET.said(lang)}
            with self._ready() as child:
                (reply,) = child.ask(request, data)
        with self._named(target):
            _write_whole(target, reply["copy"])

    @contextmanager
    def _named(self, path: Path) -> Iterator[None]:
        """Put the file's name before whatever is said about it."""
        try:
            yield
        except Refused as problem:
            zh, en = problem.text
            raise Refused(f"「{path.name}」{zh}", f"“{path.name}” {en}") from None

    @contextmanager
    def _ready(self) -> Iterator[Child]:
        with self._lock:
            if not (self._child and self._child.usable()):
                self.close()
                self._child = Child(self._limits)
            child = self._child
            try:
                yield child
            finally:
                if not child.idle:
                    self.close()


def _bytes(path: Path, limits: Limits) -> bytes:
    try:
        # asked before opening: a pipe would make the opening wait for ever
        if not stat.S_ISREG(path.stat().st_mode):
            raise Refused("不是文件。请选择一个 .xlsx 文件。", "is not a file. Choose an .xlsx file.")
        with path.open("rb") as stream:
            data = stream.read(limits.file_mb * _MB + 1)
    except (OSError, ValueError) as problem:
        raise _unreadable(problem) from None
    return _within(data, limits)


def _within(data: bytes, limits: Limits) -> bytes:
    if len(data) > limits.file_mb * _MB:
        raise Refused(
            f"超过 {limits.file_mb} MB。请删除图片和数据之外的空行、空列，另存为 .xlsx 再交。",
            f"is larger than {limits.file_mb} MB. Delete pictures and the empty rows and columns "
            "beyond the data, and save it as .xlsx.",
        )
    return data


def _unreadable(problem: OSError | ValueError) -> Refused:
    if isinstance(problem, FileNotFoundError):
        return Refused("不存在。请检查文件名和文件夹。", "does not exist. Check its name and folder.")
    if isinstance(problem, PermissionError):
        return Refused(
            "没有读取权限。请检查文件的权限，或将它复制到自己的文件夹。",
            "may not be read. Check its permissions, or copy it to a folder of your own.",
        )
    return Refused(
        "无法打开。请检查文件名，或将它复制到本机再试。",
        "cannot be opened. Check its name, or copy it to this computer and try again.",
    )


def _write_whole(target: Path, data: bytes) -> None:
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        try:
            part.write_bytes(data)
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)
    except OSError:
        raise Refused(
            "无法写入。请关闭已打开的同名文件，并检查文件夹的权限和剩余空间。",
            "cannot be written. Close it if it is open, and check the folder's permissions and space.",
        ) from None


def _assembled(replies: Iterable[dict[str, Any]]) -> tuple[tuple[Sheet, ...], dict[str, str]]:
    heads: list[tuple[str, bool, list[Cell]]] = []
    properties: dict[str, str] = {}
    for reply in replies:
        if "sheet" in reply:
            heads.append((reply["sheet"], reply["hidden"], []))
        elif "cells" in reply:
            heads[-1][2].extend(_cell(*found) for found in reply["cells"])
        else:
            properties = reply["done"]
    sheets = (Sheet(name, hidden, tuple(cells)) for name, hidden, cells in heads)
    return tuple(sheet for sheet in sheets if not _is_list(sheet)), properties


def _is_list(sheet: Sheet) -> bool:
    """Whether a sheet is one that we added to a copy: the list of problems, or what was filled in."""
    first = {cell.ref: cell.value for cell in sheet.cells if cell.row == 1}
    ours = ((PROBLEM_SHEET, PROBLEM_MARKER), (NOTES_SHEET, NOTES_MARKER))
    return any(sheet.name.startswith(title) and first.get(ref) == text for title, (ref, text) in ours)


def _cell(row: int, column: int, kind: Kind, value: str | bool) -> Cell:
    return Cell(reference(row, column), row, column, _value(kind, value), kind)


def _value(kind: Kind, value: str | bool) -> Value:
    if isinstance(value, bool):
        return value
    if kind == "number":
        return Decimal(value)
    if kind == "date":
        # a time of day is written after a "T"; without one it is a day
        parse = datetime.datetime.fromisoformat if "T" in value else datetime.date.fromisoformat
        return parse(value)
    return value
