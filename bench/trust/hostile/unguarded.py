"""The control: our own reader with every limit off, in a process of its own that may be lost.

Around it stands a cage (address space, processor time, clock), so that the machine survives.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from unittest.mock import patch

from meihao.base.text import Refused
from meihao.documents.workbook import Limits, Workbook, container
from meihao.documents.workbook import cells as streamed
from meihao.documents.workbook.content import Content

_CAGE_MB, _CAGE_S = 1024, 8


class Lost(Exception):  # noqa: N818  (it is what is counted)
    """The process did not come back with an answer."""


class Unguarded:
    """A reader without limits, a new process for each file."""

    pid: int | None = None

    def read(self, path: Path) -> Workbook:
        """Reads in the cage; the cells themselves are not brought back."""
        command = [sys.executable, "-m", __name__, str(path)]
        try:
            done = subprocess.run(
                command, capture_output=True, timeout=_CAGE_S * 2, preexec_fn=_cage, text=True
            )
        except subprocess.TimeoutExpired:
            raise Lost("out of time") from None
        if done.returncode:
            raise Lost(f"exit {done.returncode}: {done.stderr.strip()[-100:]}")
        answer = json.loads(done.stdout)
        if "refused" in answer:
            zh, en = answer["refused"]
            raise Refused(f"「{path.name}」{zh}", f"“{path.name}” {en}")
        return Workbook(path, "", (), {})


def _cage() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_CAGE_MB << 20, _CAGE_MB << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (_CAGE_S, _CAGE_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _unseen(*_: object) -> None:
    """What stands in for a check."""


def _read(path: Path) -> dict[str, object]:
    off = Limits(**{one.name: 1 << 60 for one in fields(Limits)})
    with (
        patch.object(container._Prolog, "_doctype", _unseen),
        patch.object(container, "check_token", _unseen),
        patch.object(streamed, "check_token", _unseen),
    ):
        content = Content(path.read_bytes(), off)
        try:
            return {"cells": sum(len(portion) for part in content.parts for portion in content.cells(part))}
        except Refused as problem:
            return {"refused": list(problem.text)}


if __name__ == "__main__":
    try:
        print(json.dumps(_read(Path(sys.argv[1]))))
    except Refused as problem:
        print(json.dumps({"refused": list(problem.text)}))
