"""A whole workbook, from the bytes of its file: openpyxl for its frame, `cells` for its sheets."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zipfile import ZipFile, ZipInfo

from openpyxl.packaging.relationship import Relationship
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.xml.constants import SHARED_STRINGS

from meihao.base.text import Refused
from meihao.documents.workbook.cells import Budget, Found, shared_texts, sheet_cells
from meihao.documents.workbook.container import (
    MB,
    broken,
    chunks,
    not_workbook,
    open_checked,
    root_of,
    too_big,
)
from meihao.documents.workbook.model import Limits
from meihao.documents.workbook.values import Formats

_LONGEST_NAME = 255
_WITHOUT_DATA = ("/chartsheet", "/dialogsheet", "/xlMacrosheet", "/xlIntlMacrosheet")
_LONGEST_PROPERTY = 4_096
PROPERTIES = ("title", "subject", "keywords", "description", "category")


@dataclass(frozen=True, slots=True)
class Part:
    """One worksheet before its cells are read."""

    name: str
    hidden: bool
    path: str


class Content:
    """The frame of a checked workbook; its sheets are read one after another, as a stream."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.archive = open_checked(data, limits)
        self._budget = Budget(limits)
        self.frame = reader = _frame(data, limits)
        self._formats = _formats(reader)
        self.properties = _properties(reader)
        self.parts = list(_parts(reader, self.archive))
        _check_parts(self.parts, limits)
        self._texts = _texts(reader, self.archive, limits)

    def cells(self, part: Part) -> Iterator[list[Found]]:
        """The cells of one sheet, in portions."""
        try:
            yield from sheet_cells(chunks(self.archive, part.path), self._texts, self._formats, self._budget)
        except Refused as problem:
            raise _in_sheet(part.name, problem) from None


def _in_sheet(name: str, problem: Refused) -> Refused:
    return Refused(f"的工作表「{name}」{problem.text.zh}", f"(sheet “{name}”) {problem.text.en}")


class _FrameArchive(ZipFile):
    """Hands openpyxl the parts it builds objects from, and stops before they fill the memory."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        super().__init__(io.BytesIO(data))
        self._limits = limits
        self._elements = self._bytes = 0

    def read(self, name: str | ZipInfo, pwd: bytes | None = None) -> bytes:
        limits, entry = self._limits, name if isinstance(name, ZipInfo) else self.getinfo(name)
        self._bytes += entry.file_size
        if self._bytes > limits.frame_mb * MB:
            raise _bloated(f"{limits.frame_mb} MB", f"{limits.frame_mb} MB")
        part = super().read(name, pwd)
        self._elements += part.count(b"<") - part.count(b"</")
        if self._elements > limits.frame_elements:
            raise _bloated(f"{limits.frame_elements} 项", f"{limits.frame_elements} items")
        return part


def _bloated(zh: str, en: str) -> Refused:
    return Refused(
        f"的样式、名称定义等附加内容过多（超过 {zh}）。请将数据复制、选择性粘贴为数值到新的工作簿，再交。",
        f"holds too many styles, defined names and the like (more than {en}). "
        "Copy the data, paste it as values into a new workbook and hand that in.",
    )


def _frame(data: bytes, limits: Limits) -> ExcelReader:
    # links to other workbooks are neither read nor followed
    reader = ExcelReader(io.BytesIO(data), read_only=True, keep_links=False)
    reader.archive = _FrameArchive(data, limits)
    reader.read_manifest()
    try:
        reader.read_workbook()
    except OSError:
        raise not_workbook("压缩包内没有工作簿", "there is no workbook in the package") from None
    reader.read_properties()
    apply_stylesheet(reader.archive, reader.wb)
    return reader


def _formats(reader: ExcelReader) -> Formats:
    # openpyxl keeps these under private names, for its own reader of cells
    book: Any = reader.wb
    return Formats(book.epoch, frozenset(book._date_formats), frozenset(book._timedelta_formats))


def _properties(reader: ExcelReader) -> dict[str, str]:
    stored = {name: getattr(reader.wb.properties, name) for name in PROPERTIES}
    return {name: str(value)[:_LONGEST_PROPERTY] for name, value in stored.items() if value}


def _parts(reader: ExcelReader, archive: ZipFile) -> Iterator[Part]:
    """The sheets that hold cells. One that is neither read nor known to hold none sends the file back:
    no sheet may vanish without a word."""
    parser: Any = reader.parser
    present = set(archive.namelist())
    for sheet in parser.sheets:
        if sheet.id == "" and sheet.state == "veryHidden":
            continue  # so old programs list the modules of their macros
        relation: Relationship | None = parser.rels[sheet.id] if sheet.id else None
        if relation is None or relation.target not in present:
            raise broken("缺少工作表的内容", "the content of a sheet is missing")
        kind, path = str(relation.Type), str(relation.target)
        if kind.endswith("/worksheet"):
            yield Part(str(sheet.name), sheet.state != "visible", path)
        elif not kind.endswith(_WITHOUT_DATA) or root_of(archive, path).endswith(" worksheet"):
            raise broken("工作表的种类不明", "what kind of sheet one of its sheets is cannot be told")


def _check_parts(parts: list[Part], limits: Limits) -> None:
    if not parts:
        raise broken("没有任何工作表", "it has no worksheet")
    if len(parts) > limits.sheets:
        raise too_big(f"工作表超过 {limits.sheets} 张", f"it has more than {limits.sheets} sheets")
    if len({part.path for part in parts}) < len(parts):
        raise broken("几张工作表共用同一内容", "sheets share one content")
    names = {part.name.casefold() for part in parts}
    if len(names) < len(parts) or any(len(name) > _LONGEST_NAME for name in names):
        raise broken("工作表的名称重复或过长", "names of sheets are repeated or too long")


def _texts(reader: ExcelReader, archive: ZipFile, limits: Limits) -> list[str]:
    package: Any = reader.package
    entry = package.find(SHARED_STRINGS)
    name = entry.PartName[1:] if entry else ""
    # a missing table is refused at the first cell that needs it, where the cell can be named
    return shared_texts(chunks(archive, name), limits) if name in archive.namelist() else []
