"""Checks on the bytes of a file before any of its content is interpreted.

Refusals here and in `cells` are the rest of a sentence: the reader puts the file's name before them.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from meihao.base.text import Refused
from meihao.documents.workbook.model import Limits

CHUNK = 1 << 16
MB = 1 << 20
_RATIO_FROM = 10 * MB
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY = b"PK\x01\x02"  # what each line of the directory begins with
_LONGEST_TOKEN = 4 * MB
_BAD_NAME = re.compile(r"^/|^[A-Za-z]:|\\|(^|/)\.\.(/|$)|[\x00-\x1f]")
_STRICT = "http://purl.oclc.org/ooxml/"

_SAVE_ZH = "请在 Excel 或 WPS 中打开后另存为 .xlsx 再交。"
_SAVE_EN = "Open it in Excel or WPS and save it as .xlsx before handing it in."


def open_checked(data: bytes, limits: Limits) -> ZipFile:
    """The archive of a workbook, after every part was unpacked once and found sound."""
    _check_magic(data)
    archive = package(data, limits)
    parts = archive.infolist()
    _check_is_workbook({part.filename for part in parts})
    for part in parts:
        _check_part(archive, part)
    return archive


def package(data: bytes, limits: Limits) -> ZipFile:
    """The archive of an office document of any kind, by its directory alone: names, sizes, how many parts."""
    if data.count(_ENTRY) > limits.parts:  # before the directory is built in memory
        raise too_big(f"内部文件超过 {limits.parts} 个", f"it has more than {limits.parts} parts")
    try:
        archive = ZipFile(io.BytesIO(data))
    except (BadZipFile, ValueError, NotImplementedError):
        raise _damaged() from None
    parts = archive.infolist()
    _check_names(parts)
    _check_sizes(parts, len(data), limits)
    return archive


def not_workbook(zh: str, en: str) -> Refused:
    """Refusal of a file that is something else, said by what it is."""
    return Refused(f"不是 Excel 工作簿：{zh}。{_SAVE_ZH}", f"is not an Excel workbook: {en}. {_SAVE_EN}")


def broken(zh: str, en: str) -> Refused:
    """Refusal of a workbook whose inside is damaged or against the format."""
    return Refused(
        f"内容已损坏：{zh}。请在 Excel 或 WPS 中打开，确认数据完整后另存为 .xlsx 再交。",
        f"is damaged inside: {en}. Open it in Excel or WPS, see that the data is whole, "
        "and save it as .xlsx before handing it in.",
    )


def _damaged() -> Refused:
    return Refused(
        "不完整：文件没有传完或已被截断。请重新导出或重新上传。",
        "is incomplete: it was cut short on its way. Export it or upload it again.",
    )


def _check_magic(data: bytes) -> None:
    if not data:
        raise Refused(
            "是空文件（0 字节）。请确认数据已保存后再交。",
            "is empty (0 bytes). Make sure the data was saved before handing it in.",
        )
    if data.startswith(_OLE):
        raise _ole(data)
    if not data.startswith(b"PK\x03\x04"):
        raise not_workbook(*_looks_like(data[:4096]))


def _ole(data: bytes) -> Refused:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Refused(
            "加了打开密码，无法读取。请在 Excel 中取消密码，另存为 .xlsx 再交。",
            "is locked with a password. Remove the password in Excel and save it as .xlsx.",
        )
    return Refused(
        "是旧版 Excel 文件（.xls）或加了密码的文件。请在 Excel 或 WPS 中打开，取消密码，另存为 .xlsx 再交。",
        "is an old Excel file (.xls) or is locked with a password. "
        "Open it in Excel or WPS, remove any password and save it as .xlsx.",
    )


def _looks_like(head: bytes) -> tuple[str, str]:
    if head.startswith(b"%PDF"):
        return "内容是 PDF 文件", "its content is a PDF file"
    text = _as_text(head)
    if text is None:
        return "内容不是任何版本的 Excel 格式", "its content is in no Excel format"
    start = text.lstrip("\ufeff \t\r\n").lower()
    if start.startswith("<?xml") or start.startswith("<workbook"):
        return "内容是 XML 文件", "its content is an XML file"
    if start.startswith("<"):
        return "内容是网页（HTML）", "its content is a web page (HTML)"
    first = text.splitlines()[0] if text.strip() else ""
    if "," in first:
        return "内容是逗号分隔的文本（CSV）", "its content is comma-separated text (CSV)"
    if "\t" in first:
        return "内容是制表符分隔的文本", "its content is tab-separated text"
    return "内容是纯文本", "its content is plain text"


def _as_text(head: bytes) -> str | None:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if wide else ["utf-8", "gb18030"]:
        # the head may end inside a character: that alone does not make it binary
        text = head.decode(encoding, errors="ignore")
        if len(text.encode(encoding)) >= len(head) - 4 and not re.search(r"[\x00-\x08\x0e-\x1f]", text):
            return text
    return None


def _check_names(parts: list[ZipInfo]) -> None:
    seen: set[str] = set()
    for part in parts:
        name = part.filename
        if _BAD_NAME.search(name):
            raise broken("压缩包内有越界的路径", "a part's name leads outside the package")
        if name.casefold() in seen:
            raise broken(f"压缩包内有重名的部分（{name[:80]}）", f"two parts share one name ({name[:80]})")
        seen.add(name.casefold())


def _check_sizes(parts: list[ZipInfo], packed: int, limits: Limits) -> None:
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked_mb * MB:
        raise too_big(
            f"展开后有 {unpacked // MB} MB，上限 {limits.unpacked_mb} MB",
            f"it unpacks to {unpacked // MB} MB, and {limits.unpacked_mb} MB are allowed",
        )
    if unpacked > _RATIO_FROM and unpacked > limits.ratio * packed:
        times = unpacked // packed
        raise too_big(
            f"展开后是文件的 {times} 倍，上限 {limits.ratio} 倍",
            f"it unpacks to {times} times its size, and {limits.ratio} times are allowed",
        )


def too_big(zh: str, en: str) -> Refused:
    """Refusal of a workbook that goes beyond a limit, said by which one."""
    return Refused(
        f"过大：{zh}。请删除数据之外的空行、空列和图片，另存为 .xlsx 再交。",
        f"is too big: {en}. Delete the empty rows and columns beyond the data and any pictures, "
        "and save it as .xlsx.",
    )


def _check_is_workbook(names: set[str]) -> None:
    if "mimetype" in names:
        raise not_workbook("内容是 OpenDocument 文档", "its content is an OpenDocument file")
    if "xl/workbook.bin" in names:
        raise not_workbook("内容是二进制工作簿（.xlsb）", "its content is a binary workbook (.xlsb)")
    if any(name.startswith("word/") for name in names):
        raise not_workbook("内容是 Word 文档", "its content is a Word document")
    if any(name.startswith("ppt/") for name in names):
        raise not_workbook("内容是 PowerPoint 演示文稿", "its content is a PowerPoint presentation")
    if "[Content_Types].xml" not in names:
        raise not_workbook("内容是普通压缩包（ZIP）", "its content is an ordinary ZIP archive")


def _check_part(archive: ZipFile, part: ZipInfo) -> None:
    if part.flag_bits & 1:
        raise broken("压缩包加了密码", "the package is locked with a password")
    if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise broken("压缩方式不是 Excel 所用", "it is packed in a way that Excel never uses")
    prolog = _Prolog()
    for chunk in chunks(archive, part.filename):
        # the whole part is unpacked even so: that checks its true size and its checksum
        prolog.feed(chunk)
    if prolog.failed and part.filename.endswith((".xml", ".rels")):
        raise broken(f"{part.filename[:80]} 不是正确的 XML", f"{part.filename[:80]} is not well-formed XML")


def chunks(archive: ZipFile, name: str) -> Iterator[bytes]:
    """The unpacked bytes of one part, a piece at a time."""
    try:
        with archive.open(name) as stream:
            # a part that lies about its size is cut there and then fails its checksum
            while chunk := stream.read(CHUNK):
                yield chunk
    except (BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, struct.error):
        raise _damaged() from None


def root_of(archive: ZipFile, name: str) -> str:
    """The first element of a part, with its namespace before it."""
    prolog = _Prolog()
    for chunk in chunks(archive, name):
        prolog.feed(chunk)
        if prolog.root:
            break
    return prolog.root


def check_token(parser: expat.XMLParserType, fed: int) -> None:
    """Refuse a tag or comment that does not end: the parser begins it anew with every piece it is fed."""
    if fed - parser.CurrentByteIndex > _LONGEST_TOKEN:
        raise broken("XML 中有过长的标签或注释", "a tag or comment in its XML is too long")


class _Prolog:
    """Reads a part up to its first element with the parser that reads it later, so that a document
    type is seen whatever the encoding and however many comments stand before it."""

    def __init__(self) -> None:
        self.failed = False
        self.root = ""
        self._done = False
        self._fed = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._element

    def feed(self, chunk: bytes) -> None:
        if self._done:
            return
        try:
            self._parser.Parse(chunk, False)
        except expat.ExpatError:
            # what comes after the first element is for the parser of that part to judge
            self.failed = not self._done
            self._done = True
        self._fed += len(chunk)
        if not self._done:
            check_token(self._parser, self._fed)

    def _doctype(self, *_: object) -> None:
        raise broken("含有文档类型或实体声明（DOCTYPE）", "it declares a document type or entities (DOCTYPE)")

    def _element(self, name: str, _: object) -> None:
        self._done = True
        self.root = self.root or name  # the rest of its piece is parsed as well
        if name.startswith(_STRICT):
            raise not_workbook(
                "保存类型是“Strict Open XML 电子表格”，不是普通的 Excel 工作簿",
                "it was saved as “Strict Open XML Spreadsheet”, not as an ordinary workbook",
            )
