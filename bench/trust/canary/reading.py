"""Whatever a response holds, opened: text, workbooks, documents, archives; and the marks in it."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

MARK = re.compile(
    r"KNRY-[0-9A-F]{8}"  # what we wrote into names and texts
    r"|[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}"  # keys
    r"|(?<![0-9A-Z-])G?[0-9]{17}[0-9X](?![0-9A-Z])"  # identity and student numbers
    r"|(?<![0-9A-Z-])[0-9]{10}(?![0-9A-Z])"  # codes of institutions
)
_ZIP = b"PK\x03\x04"
_DEEPEST = 3


def texts(body: bytes, depth: int = 0) -> Iterator[str]:
    """Every text in a body; of an archive, each of its parts with its name."""
    if body.startswith(_ZIP) and depth < _DEEPEST:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for info in archive.infolist():
                yield info.filename
                yield from texts(archive.read(info), depth + 1)
        return
    said = body.decode("utf-8", errors="replace")
    yield said
    if "&#" in said or "&amp;" in said:
        yield html.unescape(said)
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield body.decode("utf-16", errors="replace")


def marks(*said: str) -> set[str]:
    """The marks in some texts, in capitals."""
    return {found for text in said for found in MARK.findall(text.upper())}


def opened(body: bytes, headers: dict[str, str]) -> set[str]:
    """The marks in a response: its body in every form, and its headers."""
    lines = [unquote(value) for value in headers.values()]
    return marks(*texts(body), *lines)
