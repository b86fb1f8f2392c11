"""Files that are no Excel workbook at all, whatever their name says."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sqlite3
import struct
import tarfile
import zlib

from bench.trust.hostile.cases import Builder, Case, refused, written
from bench.trust.hostile.packing import PACKAGE, TYPES, XML, good, noise, packed, replaced

_CSV = "学校,人数\n一小,12\n"
_SCRIPT = "<script>alert(1)</script>"
_HTML = '<html><head><meta charset="gb2312"></head><table><tr><td>一小</td></tr></table></html>'
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def ole(inside: str = "Workbook") -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + inside.encode("utf-16-le") + bytes(512)


def png() -> bytes:
    """A picture of one pixel."""
    header, pixel = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0), zlib.compress(b"\0\0")
    chunks = ((b"IHDR", header), (b"IDAT", pixel), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo("学校A.xlsx")
        entry.size = len(good())
        archive.addfile(entry, io.BytesIO(good()))
    return out.getvalue()


def database() -> bytes:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE school (name)")
        return bytes(connection.serialize())


def svg(inside: str = "", before: str = "") -> bytes:
    return f'{XML}{before}<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'.encode()


def mail() -> bytes:
    """A web page saved as one file, as Excel can save one."""
    return b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"\n\n--x\n\n<html/>\n--x--\n'


def _own(name: str, suffix: str, words: str, body: bytes) -> Case:
    """A file under its own suffix: a refusal must not hang on the name."""
    return Case("strangers", name, written(lambda: body, f"学校A.{suffix}"), tuple(words.split("|")))


_NAMED_XLSX: dict[str, tuple[Builder, str]] = {
    "empty": (lambda: b"", "空文件"),
    "csv": (lambda: _CSV.encode(), "逗号分隔"),
    "csv in gb18030": (lambda: _CSV.encode("gb18030"), "逗号分隔"),
    "csv with a byte order mark": (lambda: _CSV.encode("utf-16"), "逗号分隔"),
    "csv in utf-8 with a byte order mark": (lambda: _CSV.encode("utf-8-sig"), "逗号分隔"),
    "csv in utf-16 without a mark": (lambda: _CSV.encode("utf-16-le"), "不是任何版本的 Excel"),
    "csv in utf-32": (lambda: _CSV.encode("utf-32"), "不是任何版本的 Excel"),
    "csv in big5": (lambda: "學校,人數\n".encode("big5"), "逗号分隔"),
    "csv with zero bytes": (lambda: b"a,b\0\n\0" * 200, "不是任何版本的 Excel"),
    "csv of one endless line": (lambda: "一小,".encode() * 2_000_000, "逗号分隔"),
    "csv with formulas": (lambda: b"=cmd|' /C calc'!A0,@SUM(A1)\n+1,-1\n", "逗号分隔"),
    "tab separated": (lambda: "学校\t人数\n一小\t12\n".encode(), "制表符"),
    "plain text": (lambda: "你好".encode(), "纯文本"),
    "white space": (lambda: b" \r\n\t" * 1000, "纯文本"),
    "only a byte order mark": (lambda: b"\xef\xbb\xbf", "纯文本"),
    "json": (lambda: b'{"a": {"b": 1}}', "纯文本"),
    "rtf": (lambda: rb"{\rtf1\ansi hello}", "纯文本"),
    "mail of a web page": (mail, "纯文本"),
    "web page": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
    "web page in gb18030": (lambda: _HTML.encode("gb18030"), "网页"),
    "web page with a script": (lambda: f"<table>{_SCRIPT}</table>".encode(), "网页"),
    "xml spreadsheet": (lambda: b'<?xml version="1.0"?><Workbook/>', "XML"),
    "xml of laughs": (lambda: svg("&a;", '<!DOCTYPE svg [<!ENTITY a "aaaa">]>'), "XML"),
    "zero bytes": (lambda: bytes(1 << 20), "不是任何版本的 Excel"),
    "noise": (lambda: bytes(range(256)) * 8, "不是任何版本的 Excel"),
    "a megabyte of noise": (lambda: noise(1 << 20), "不是任何版本的 Excel"),
    "old xls": (ole, "旧版"),
    "old word": (lambda: ole("WordDocument"), "旧版"),
    "password": (lambda: ole("EncryptedPackage"), "密码"),
    "docx": (lambda: packed({TYPES: "<Types/>", "word/document.xml": "<w/>"}), "Word"),
    "pptx": (lambda: packed({TYPES: "<Types/>", "ppt/presentation.xml": "<p/>"}), "PowerPoint"),
    "xlsb": (lambda: packed({TYPES: "<Types/>", "xl/workbook.bin": b"\x00"}), "xlsb"),
    "ods": (lambda: packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "OpenDocument"),
    "plain zip": (lambda: packed({"学校.txt": "你好"}), "压缩包"),
    "zip of workbooks": (lambda: packed({"一小.xlsx": good(), "二小.xlsx": good()}), "压缩包"),
    "zip in zip in zip": (lambda: packed({"a.zip": packed({"b.zip": packed({"c": "c"})})}), "压缩包"),
    "java archive": (lambda: packed({"META-INF/MANIFEST.MF": "Main-Class: X\n"}), "压缩包"),
    "no workbook part": (lambda: packed({TYPES: f'<Types xmlns="{PACKAGE}/content-types"/>'}), "没有工作簿"),
    "strict": (
        lambda: replaced(
            "xl/worksheets/sheet1.xml",
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            _STRICT,
        ),
        "Strict",
    ),
    "program": (lambda: b"MZ\x90\0\3\0\0\0" + noise(1 << 16), "不是任何版本的 Excel"),
    "program of linux": (lambda: b"\x7fELF\2\1\1\0" + noise(1 << 16), "不是任何版本的 Excel"),
    "program before a workbook": (lambda: b"MZ\x90\0" + bytes(60) + good(), "不是任何版本的 Excel"),
    "gzip of a workbook": (lambda: gzip.compress(good(), mtime=0), "不是任何版本的 Excel"),
    "bzip2 of a workbook": (lambda: bz2.compress(good()), "不是任何版本的 Excel"),
    "xz of a workbook": (lambda: lzma.compress(good()), "不是任何版本的 Excel"),
    "database": (database, "不是任何版本的 Excel"),
}

CASES: list[Case] = [
    *refused("strangers", _NAMED_XLSX),
    _own("pdf named pdf", "pdf", "PDF", b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript>>>>endobj\n"),
    _own("pdf named xlsx", "xlsx", "PDF", b"%PDF-1.7\n"),
    _own("png named png", "png", "不是任何版本的 Excel", png()),
    _own("png named xlsx", "xlsx", "不是任何版本的 Excel", png()),
    _own("svg named svg", "svg", "XML", svg(_SCRIPT)),
    _own("svg named xlsx", "xlsx", "XML", svg(_SCRIPT)),
    _own("jpeg", "jpg", "不是任何版本的 Excel", b"\xff\xd8\xff\xe0\0\x10JFIF\0" + noise(4096)),
    _own(
        "gif with a script", "gif", "不是任何版本的 Excel|纯文本", b"GIF89a\1\0\1\0\0\0\0;" + _SCRIPT.encode()
    ),
    _own("csv named csv", "csv", "逗号分隔", _CSV.encode("gb18030")),
    _own("xls that is a web page", "xls", "网页", _HTML.encode("gb18030")),
    _own("docx named docx", "docx", "Word", packed({TYPES: "<Types/>", "word/document.xml": "<w/>"})),
    _own("zip named zip", "zip", "压缩包", packed({"一小.xlsx": good()})),
    _own("tar of a workbook", "tar", "不是任何版本的 Excel", tar()),
]
