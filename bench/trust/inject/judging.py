"""Whether what was typed is inert in an answer: no new element, no header, no formula, no crash."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from zipfile import ZipFile

from openpyxl import load_workbook

from bench.trust.inject.dictionary import MARK

_ADDRESSES = {"href", "src", "action", "formaction", "hx-get", "hx-post"}
_RAW = {"script", "style"}
_FORMULA = re.compile(r"^[\t\r\n\0 ]*[=+\-@＝＋－＠|%]")
_NUMBER = re.compile(r"^-?[0-9.,]+%?$")
_ZIP = b"PK\x03\x04"


class _Inert(HTMLParser):
    """Reads a page as a browser would, and writes down what is alive of what was typed."""

    def __init__(self) -> None:
        super().__init__()
        self.alive: list[str] = []
        self._raw = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._raw = tag if tag in _RAW else ""
        if MARK in tag:
            self.alive.append(f"an element <{tag}>")
        for name, value in attrs:
            if MARK in name:
                self.alive.append(f"an attribute {name} of <{tag}>")
            if name.startswith("on") or name == "style":
                self.alive.append(f"<{tag} {name}={value!r}>")
            said = "".join((value or "").split()).lower()
            if name in _ADDRESSES and said.startswith(("javascript:", "data:", "vbscript:", "file:")):
                self.alive.append(f"an address {name}={value!r}")

    def handle_data(self, data: str) -> None:
        if self._raw == "style" and MARK in data:
            self.alive.append("a style")
        if self._raw == "script" and MARK in data and "<" in data:
            self.alive.append("a script with markup in it")
        if f"{MARK}49" in data:
            self.alive.append("a template that was reckoned")

    def handle_decl(self, decl: str) -> None:
        if MARK in decl:
            self.alive.append("a declaration")


def alive(body: bytes, headers: dict[str, str]) -> Iterator[str]:
    """What of the mark is alive in a response."""
    for name, value in headers.items():
        if MARK in name.lower() or "\r" in value or "\n" in value:
            yield f"a header {name}"
    kind = headers.get("Content-Type", "")
    if body.startswith(_ZIP):
        yield from _archive(body)
    elif kind.startswith("text/html"):
        page = _Inert()
        page.feed(body.decode("utf-8", errors="replace"))
        page.close()
        yield from page.alive
    elif kind.startswith("text/csv"):
        yield from _csv(body)


def _archive(body: bytes) -> Iterator[str]:
    with ZipFile(io.BytesIO(body)) as archive:
        names = archive.namelist()
        for name in names:
            said = archive.read(name).decode("utf-8", errors="replace")
            if name.endswith(".xml") and (f"<{MARK}" in said or "<!ENTITY" in said):
                yield f"markup in {name}"
            if name.startswith("xl/worksheets/") and re.search(r"<f[ >/]", said):
                yield f"a formula in {name}"
            if name.startswith("word/") and "<w:instrText" in said and MARK in said:
                yield f"a field in {name}"
    if "xl/workbook.xml" in names:
        for sheet in load_workbook(io.BytesIO(body)).worksheets:
            for row in sheet.iter_rows():
                yield from (f"a formula at {cell.coordinate}" for cell in row if cell.data_type == "f")


def _csv(body: bytes) -> Iterator[str]:
    text = body.decode("utf-8-sig", errors="replace")
    for row in csv.reader(io.StringIO(text)):
        yield from (f"a formula {cell!r}" for cell in row if _FORMULA.match(cell) and not _NUMBER.match(cell))
