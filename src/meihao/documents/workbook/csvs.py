"""A package of CSV files (RFC 4180, UTF-8, as OneRoster asks), read in the child within the same limits.

Refusals here are the rest of a sentence: the reader puts the file's name before them.
"""

from __future__ import annotations

import csv
import io
import struct
import zlib
from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from meihao.base.text import Refused
from meihao.documents.workbook.cells import Found
from meihao.documents.workbook.model import Limits

_MB = 1 << 20
_RATIO_FROM = 10 * _MB
_ENTRY = b"PK\x01\x02"  # what each line of the directory begins with
_PORTION = 2_000  # cells sent at once
_DAMAGED = (BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, struct.error)
_AGAIN_ZH, _AGAIN_EN = "请从原系统重新导出 CSV 压缩包。", "Export the package of CSV files again."


class Package:
    """The CSV files at the top of an archive, in the order of their names."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        if not data.startswith(b"PK\x03\x04"):
            raise _refused("不是 ZIP 压缩包", "is not a ZIP archive")
        if data.count(_ENTRY) > limits.sheets:  # before the directory is built in memory
            raise _refused(f"里的文件超过 {limits.sheets} 个", f"has more than {limits.sheets} files")
        try:
            self._archive = ZipFile(io.BytesIO(data))
        except _DAMAGED:
            raise _cut() from None
        parts = self._archive.infolist()
        _check_size(parts, len(data), limits)
        self._parts = {part.filename: _checked(part) for part in parts if _wanted(part)}
        if not self._parts and any(part.filename.lower().endswith(".csv") for part in parts):
            raise _refused(
                "把 CSV 文件放在文件夹里，OneRoster 要求放在压缩包的最上层",
                "has its CSV files in a folder: OneRoster demands them at the top of the archive",
            )
        if not self._parts or len(self._parts) < sum(map(_wanted, parts)):
            raise _refused("里没有 CSV 文件，或者有重名的文件", "has no CSV file, or two of one name")
        self._limits, self._cells, self._characters = limits, 0, 0

    @property
    def names(self) -> list[str]:
        """The names of the files."""
        return sorted(self._parts)

    def cells(self, name: str) -> Iterator[list[Found]]:
        """The cells of one file that are not empty, in portions."""
        line = 0
        try:
            with self._archive.open(self._parts[name]) as stream:
                text = io.TextIOWrapper(stream, "utf-8-sig", newline="")
                reader = csv.reader(text, strict=True)
                try:
                    yield from self._portions(reader)
                finally:
                    line = reader.line_num
        except UnicodeDecodeError:
            row = self._undecoded(name)
            raise _in(
                name,
                f"不是 UTF-8 编码（第 {row} 行起）；用 Excel 改过的，请另存为「CSV UTF-8」",
                f"is not in UTF-8 from line {row} on; what Excel changed is saved as “CSV UTF-8”",
            ) from None
        except csv.Error:
            raise _in(
                name,
                f"第 {line} 行的引号或换行不合 CSV 的写法",
                f"has quotes or line ends at line {line} that no CSV has",
            ) from None
        except _DAMAGED:
            raise _cut() from None

    def _undecoded(self, name: str) -> int:
        """The line at which a file stops being UTF-8."""
        data = self._archive.read(self._parts[name])
        try:
            data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            return data.count(b"\n", 0, error.start) + 1
        return 1

    def _portions(self, rows: Iterator[list[str]]) -> Iterator[list[Found]]:
        portion: list[Found] = []
        for number, row in enumerate(rows, 1):
            if number > self._limits.rows or len(row) > self._limits.columns:
                raise _refused("里的表行数或列数太多", "has a table of too many rows or columns")
            for column, value in enumerate(row, 1):
                if value and not value.isspace():
                    self._count(value)
                    portion.append((number, column, "text", value))
            if len(portion) >= _PORTION:
                yield portion
                portion = []
        yield portion

    def _count(self, value: str) -> None:
        self._cells += 1
        self._characters += len(value)
        if self._cells > self._limits.cells or self._characters > self._limits.characters:
            most = self._limits.cells
            raise Refused(
                f"内容太多，上限 {most} 格。请按学校分成几个压缩包，或不导出用不到的文件和选课记录。",
                f"holds too much: {most} cells are allowed. Make a package of fewer schools, or leave out "
                "files and enrolments in courses.",
            )


def _wanted(part: ZipInfo) -> bool:
    """Whether it is a CSV file at the top of the archive: what lies in folders is nothing of ours."""
    return part.filename.lower().endswith(".csv") and "/" not in part.filename and "\\" not in part.filename


def _checked(part: ZipInfo) -> ZipInfo:
    if part.flag_bits & 1:
        raise _refused("加了密码", "is locked with a password")
    if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise _refused("的压缩方式不是通用的 ZIP", "is not packed as a ZIP archive usually is")
    return part


def _check_size(parts: list[ZipInfo], packed: int, limits: Limits) -> None:
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked_mb * _MB:
        raise _refused(
            f"展开后有 {unpacked // _MB} MB，上限 {limits.unpacked_mb} MB",
            f"unpacks to {unpacked // _MB} MB, and {limits.unpacked_mb} MB are allowed",
        )
    if unpacked > _RATIO_FROM and unpacked > limits.ratio * packed:
        raise _refused(
            f"展开后超过文件的 {limits.ratio} 倍", f"unpacks to more than {limits.ratio} times its size"
        )


def _refused(zh: str, en: str) -> Refused:
    return Refused(f"{zh}。{_AGAIN_ZH}", f"{en}. {_AGAIN_EN}")


def _in(name: str, zh: str, en: str) -> Refused:
    return _refused(f"里的 {name[:80]} {zh}", f"holds {name[:80]}, which {en}")


def _cut() -> Refused:
    return _refused("不完整：文件没有传完或已被截断", "is incomplete: it was cut short on its way")
