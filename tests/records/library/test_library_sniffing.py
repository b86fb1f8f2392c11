"""What an upload is, and that nothing marked secret is kept."""

from __future__ import annotations

import io
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from meihao.base.text import Refused
from meihao.records.library import sniffing
from meihao.records.library.actions import File, enter_document
from meihao.records.library.models import Version
from tests.records.library.conftest import TRIAL, Cast
from tests.records.library.files import pdf, word

BODY = "第一条 为加强专职督学管理，制定本办法。"


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("办法.docx", word(BODY), sniffing.DOCX),
        ("办法.PDF", pdf(BODY), sniffing.PDF),
        ("办法.txt", BODY.encode(), sniffing.TXT),
        ("办法.txt", BODY.encode("gb18030"), sniffing.TXT),
        ("办法.txt", BODY.encode("utf-16"), sniffing.TXT),
    ],
)
def test_a_file_is_what_its_bytes_are(name: str, data: bytes, kind: str) -> None:
    assert sniffing.media_type(data, name) == kind
    assert "".join(BODY.split()) in "".join(sniffing.beginning(data, kind).split())
    sniffing.refuse_secrets(data, name, kind)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.pdf", word(BODY), "文件名与内容不符"),
        ("a.docx", pdf(BODY), "文件名与内容不符"),
        ("a.txt", b"", "空的"),
        ("a.exe", b"MZ\x00\x01\x02" * 9, "须为 PDF"),
        ("a.docx", b"PK\x03\x04 cut short", "损坏"),
        ("a.html", b"<script>", "扩展名"),
    ],
)
def test_anything_else_is_refused_in_words(name: str, data: bytes, says: str) -> None:
    with pytest.raises(Refused, match=says):
        sniffing.media_type(data, name)


SECRET = [
    ("办法.docx", word("机密★10年", BODY)),
    ("办法.docx", word(BODY, header="秘 密 ★ 长期")),
    ("办法.txt", f"绝密　★\n{BODY}".encode("gb18030")),
    ("办法.pdf", pdf("秘密★1年 办法")),
    ("秘密★办法.txt", BODY.encode()),
    ("【机密】办法.txt", BODY.encode()),
    ("(秘密)办法.txt", BODY.encode()),
]


@pytest.mark.parametrize(("name", "data"), SECRET)
def test_what_is_marked_is_refused_and_not_kept(cast: Cast, uploads: Path, name: str, data: bytes) -> None:
    with pytest.raises(Refused, match="非涉密系统"):
        enter_document(by=cast.officer, what=cast.what(), term=TRIAL, file=File(name, data))
    assert not [path for path in uploads.rglob("*") if path.is_file() and path.stat().st_size]
    assert not Version._plain.exists()


@pytest.mark.parametrize("text", ["依照保守国家秘密法制定", "商业秘密", "秘密举报箱"])
def test_the_word_alone_is_no_mark(text: str) -> None:
    for name, data in ((f"{text}.txt", text.encode()), (f"{text}.docx", word(text)), ("a.pdf", pdf(text))):
        sniffing.refuse_secrets(data, name, sniffing.media_type(data, name))


def packed(*parts: tuple[str, bytes]) -> bytes:
    """A Word document of parts as they are given."""
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return stream.getvalue()


PLAIN = b"<a>\xe7\xac\xac</a>"  # 第
BLANKS = b"<a>" + b" " * (60 << 20) + b"</a>"


@pytest.mark.parametrize(
    "parts",
    [
        [("word/document.xml", b'<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>')],
        [("word/document.xml", '<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>'.encode("utf-16"))],
        [("word/document.xml", PLAIN), ("word/header1.xml", b"<!DOCTYPE a><a/>")],
        [("word/document.xml", PLAIN), ("../../evil", b"x")],
        [("word/document.xml", b"<a>cut short")],
        [("word/document.xml", b"<a " + b"x" * (5 << 20))],
        [("word/document.xml", PLAIN), *((f"word/header{n}.xml", BLANKS) for n in range(4))],
    ],
    ids=["entity", "entity in UTF-16", "in a header", "path", "cut", "endless tag", "bomb"],
)
def test_a_package_that_is_not_sound_is_refused(parts: list[tuple[str, bytes]]) -> None:
    data = packed(*parts)
    with pytest.raises(Refused, match="损坏"):
        sniffing.refuse_secrets(data, "a.docx", sniffing.media_type(data, "a.docx"))


def test_a_part_that_was_changed_is_refused() -> None:
    data = packed(("word/document.xml", b"<a>" + bytes(BODY, "utf-8") * 9 + b"</a>"))
    start = data.index(b"document.xml") + len(b"document.xml")
    for at in (start + 2, start + 9):
        with pytest.raises(Refused, match="损坏"):
            sniffing.beginning(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :], sniffing.DOCX)


def test_a_sound_package_is_taken() -> None:
    """The control."""
    data = packed(("word/document.xml", PLAIN), ("word/header1.xml", PLAIN))
    assert sniffing.beginning(data, sniffing.media_type(data, "a.docx")) == "第第"


def test_only_the_beginning_is_looked_at() -> None:
    long = "字" * 300_000
    data = packed(("word/document.xml", f"<a>{long}</a>".encode()), ("word/header1.xml", PLAIN))
    assert sniffing.beginning(data, sniffing.DOCX) == "字" * 20_000 + "第"


def test_without_the_tool_a_pdf_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Refused, match="poppler"):
        sniffing.refuse_secrets(pdf(BODY), "a.pdf", sniffing.PDF)
