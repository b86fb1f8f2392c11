"""What an uploaded file is, by its bytes, and whether it bears a mark of secrecy (密级).

The name a file comes with says nothing about what it is. A file that is marked 绝密, 机密 or 秘密 with the
star of the marking rules has no place in a system that is not for state secrets: it is refused and not
kept. A scanned page carries no text to look at; the page for uploads says so.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from xml.parsers import expat
from zipfile import ZipFile

from meihao.base.secrecy import squeezed
from meihao.base.text import Refused
from meihao.documents import secrecy
from meihao.documents.workbook.container import MB, check_token, chunks, package
from meihao.documents.workbook.model import Limits
from meihao.records.accounts.limits import LIMITS

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF, TXT = "application/pdf", "text/plain"
SUFFIX = {DOCX: ".docx", PDF: ".pdf", TXT: ".txt"}
MOST_MB = LIMITS.document_size
_PACKAGE = Limits()  # of a Word document as of a workbook
_LETTERS = 20_000  # how much of the text is looked at: a mark stands on the first page
_SECONDS = 10
_LOOKED_AT = re.compile(r"word/(document|header\d*)\.xml")


def media_type(data: bytes, name: str) -> str:
    """What the file is: PDF, Word or plain text. Raises `Refused` for anything else, or one too big."""
    if not data:
        raise Refused("所选文件是空的（0 字节）。", "The file is empty (0 bytes).")
    if len(data) > MOST_MB * MB:
        raise Refused(f"所选文件须小于 {MOST_MB} MB。", f"The file must be smaller than {MOST_MB} MB.")
    if data.startswith(b"%PDF-"):
        found = PDF
    elif data.startswith(b"PK\x03\x04") and "word/document.xml" in _package(data).namelist():
        found = DOCX
    elif _decoded(data) is not None:
        found = TXT
    else:
        raise _no_kind()
    if Path(name).suffix.lower() != SUFFIX[found]:
        raise Refused(
            f"文件名与内容不符：内容是 {SUFFIX[found]}。请改正扩展名后再传。",
            f"The name does not fit the content, which is {SUFFIX[found]}. Correct the name and try again.",
        )
    return found


def refuse_secrets(data: bytes, name: str, kind: str) -> None:
    """Raises `Refused` where the file's name or the beginning of its text bears a mark of secrecy."""
    grade = secrecy.named(squeezed(name)) or secrecy.starred(beginning(data, kind))
    if grade is not None:
        raise Refused(
            f"这份文件标有密级「{grade}」：本系统是非涉密系统，没有保存。请立即按保密规定处理该文件。",
            f"This file is marked {grade}. This is no system for state secrets: it was not kept. "
            "Handle the file by the rules of secrecy at once.",
        )


def beginning(data: bytes, kind: str) -> str:
    """The first text of a file of one of the three types, as far as it carries text."""
    match kind:
        case "application/pdf":
            return _of_pdf(data)
        case "text/plain":
            return (_decoded(data) or "")[:_LETTERS]
        case _:
            return _of_word(data)


def _no_kind() -> Refused:
    return Refused(
        "所选文件须为 PDF、Word（.docx）或纯文本（.txt）。旧版 .doc 请在 WPS 或 Word 中另存为 .docx。",
        "The file must be PDF, Word (.docx) or plain text (.txt). Save an old .doc as .docx.",
    )


def _damaged() -> Refused:
    return Refused(
        "文件已损坏或没有传完。请重新导出后再传。", "The file is damaged or incomplete. Export it again."
    )


def _package(data: bytes) -> ZipFile:
    """The package of a Word document, its names and sizes checked as those of a workbook are."""
    try:
        return package(data, _PACKAGE)
    except Refused:
        raise _damaged() from None


def _decoded(data: bytes) -> str | None:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if re.search(r"[\x00-\x08\x0e-\x1f]", text) else text
    return None


def _of_word(data: bytes) -> str:
    archive = _package(data)
    looked_at = [name for name in archive.namelist() if _LOOKED_AT.fullmatch(name)]
    try:
        return "".join(_letters(chunks(archive, name)) for name in looked_at)
    except (Refused, RuntimeError):  # a part that is locked raises the second
        raise _damaged() from None


def _letters(pieces: Iterable[bytes]) -> str:
    """The first letters of a part; no document type, so no entity unfolds. Raises `Refused`."""
    found: list[str] = []
    parser, fed = expat.ParserCreate(), 0

    def no_type(*_: object) -> None:
        raise _damaged()

    parser.CharacterDataHandler = found.append
    parser.StartDoctypeDeclHandler = no_type
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            fed += len(piece)
            check_token(parser, fed)
            if sum(map(len, found)) > _LETTERS:
                return "".join(found)[:_LETTERS]
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise _damaged() from None
    return "".join(found)


def _of_pdf(data: bytes) -> str:
    tool = shutil.which("pdftotext")
    if tool is None:
        raise Refused(
            "服务器没有装 pdftotext（poppler-utils），无法核对 PDF 的密级标志。请联系管理员，或改传 .docx。",
            "The server has no pdftotext (poppler-utils), so a PDF cannot be looked at for marks of secrecy. "
            "Ask the system administrator, or upload a .docx.",
        )
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        command = [tool, "-q", "-l", "2", "-enc", "UTF-8", file.name, "-"]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise _damaged() from None
    if done.returncode:
        raise _damaged()
    return done.stdout.decode(errors="replace")[:_LETTERS]
