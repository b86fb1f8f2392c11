"""What an upload is, and that nothing marked secret is kept."""

from __future__ import annotations

from pathlib import Path

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


def test_an_entity_is_never_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>'
    with pytest.raises(Refused, match="损坏"):
        sniffing._Text().read(bomb)
    sniffing._Text().read(b"<a>x</a>")


def test_without_the_tool_a_pdf_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Refused, match="poppler"):
        sniffing.refuse_secrets(pdf(BODY), "a.pdf", sniffing.PDF)
