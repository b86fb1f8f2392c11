"""A workbook as a stream of cells that pass by: what the taker does not note down is gone.

`Reader.read` gives a whole workbook. For rows about persons that is too much: here the child's
replies are handed on portion by portion and dropped, so that no table of persons ever exists.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

from meihao.documents.workbook import Kind, Reader
from meihao.documents.workbook.sandbox import _bytes

Found: TypeAlias = tuple[int, int, Kind, str | bool]  # row, column, kind, value as the child writes it


class Taker(Protocol):
    """What sees the cells of a workbook pass."""

    def sheet(self, name: str) -> None:
        """A sheet begins."""

    def cells(self, found: Sequence[Found]) -> None:
        """The next cells of the sheet, row by row and from left to right."""

    def done(self) -> None:
        """The last cell has passed."""


class PassingReader(Reader):
    """A reader that can also let a workbook pass without keeping it."""

    def let_pass(self, path: Path, taker: Taker) -> str:
        """Shows every cell to `taker`; gives the hash of the file. `Refused` as `read` does."""
        with self._named(path):
            data = _bytes(path, self._limits)
            with self._ready() as child:
                for reply in child.ask({"task": "read"}, data):
                    if "sheet" in reply:
                        taker.sheet(str(reply["sheet"]))
                    elif "cells" in reply:
                        taker.cells(reply["cells"])
            taker.done()
        return hashlib.sha256(data).hexdigest()
