"""The control of the mutants: a reader that, where ours refuses, keeps what it has read so far."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from meihao.base.text import Refused
from meihao.documents.workbook import Limits, Reader, Workbook
from meihao.documents.workbook.content import Content
from meihao.documents.workbook.sandbox import _assembled


class Forgiving(Reader):
    """Reads in this process: what it is given has been made by ourselves."""

    def read(self, path: Path) -> Workbook:
        """The cells up to the first that cannot be read."""
        data = path.read_bytes()
        try:
            sheets, properties = _assembled(self._replies(Content(data, Limits())))
        except Refused as problem:
            raise Refused(f"「{path.name}」{problem.text.zh}", f"“{path.name}” {problem.text.en}") from None
        except Exception:
            raise Refused(
                f"「{path.name}」请重交。", f"“{path.name}” cannot be read, hand it in again."
            ) from None
        return Workbook(path, hashlib.sha256(data).hexdigest(), sheets, properties)

    def _replies(self, content: Content) -> list[dict[str, Any]]:
        replies: list[dict[str, Any]] = []
        for part in content.parts:
            replies.append({"sheet": part.name, "hidden": part.hidden})
            try:
                for portion in content.cells(part):
                    replies.append({"cells": portion})
            except Refused:
                continue
        return [*replies, {"done": content.properties}]
