"""The seal of a workbook: its imprint kept inside the file, and a short code of each sheet in print.

A seal guards against slips: whoever changes a cell and does not know of it breaks it. It is no proof
against forgery, since anyone can seal anew; that proof is to compute the tables again.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any
from zipfile import ZipFile

from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook import Workbook
from openpyxl.writer.excel import ExcelWriter

from meihao.base.text import Refused
from meihao.documents.sealing.imprint import Imprint, Place, SheetImprint, Shown, imprint
from meihao.documents.workbook.appearance import seen_sheets
from meihao.documents.workbook.content import Content
from meihao.documents.workbook.model import Limits, reference

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is taken for another: no 0 O, 1 I L
CODE = re.compile(f"[{LETTERS}]{{4}}-?[{LETTERS}]{{4}}")
LABEL = "核验码"
_LENGTH = 8
_PRINTED = re.compile(rf"　*{LABEL} \S+")
_PROPERTY = re.compile(r"meihao-seal-(\d+)")
_CHUNK = 240  # characters: Excel shows and edits properties of up to 255
_MOST = 1 << 26  # bytes of an opened seal
_VERSION = 1


def check_code(cells: Mapping[Place, Shown]) -> str:
    """Eight letters that stand for what the cells say, and where."""
    said = [[reference(*place), *cells[place].content] for place in sorted(cells)]
    told = json.dumps(said, ensure_ascii=True, separators=(",", ":"))
    number = int.from_bytes(hashlib.sha256(told.encode("ascii")).digest(), "big")
    letters = ""
    for _ in range(_LENGTH):
        number, rest = divmod(number, len(LETTERS))
        letters += LETTERS[rest]
    return f"{letters[:4]}-{letters[4:]}"


def seal(workbook: Workbook) -> dict[str, str]:
    """Prints each sheet's code in its footer and puts the imprint into the workbook; to be saved next.

    Returns the code of each sheet. A workbook that was sealed before is sealed anew.
    """
    book: Any = workbook  # the published types do not know custom properties
    properties = book.custom_doc_props
    properties.props = [kept for kept in properties if not _PROPERTY.fullmatch(kept.name)]
    codes = {sheet.name: check_code(sheet.cells) for sheet in imprint_of(_packed(workbook))}
    for sheet in workbook.worksheets:
        _print(sheet, codes[sheet.title])
    for number, chunk in enumerate(_chunks(imprint_of(_packed(workbook))), 1):
        properties.append(StringProperty(name=f"meihao-seal-{number:04}", value=chunk))
    return codes


def imprint_of(data: bytes) -> Imprint:
    """The imprint of a workbook of our own; a stranger's is seen through the reader."""
    return imprint(seen_sheets(Content(data, Limits())))


def _packed(workbook: Workbook) -> bytes:
    buffer = io.BytesIO()
    ExcelWriter(workbook, ZipFile(buffer, "w")).save()
    return buffer.getvalue()


def _print(sheet: Any, code: str) -> None:
    settings = sheet.HeaderFooter
    even, first = settings.differentOddEven, settings.differentFirst
    footers = (sheet.oddFooter, *[sheet.evenFooter] * bool(even), *[sheet.firstFooter] * bool(first))
    for footer in footers:
        others = _PRINTED.sub("", footer.center.text or "")
        footer.center.text = "　".join(filter(None, (others, f"{LABEL} {code}")))


def _chunks(sheets: Imprint) -> Iterator[str]:
    told = json.dumps(
        [_VERSION, [_told(sheet) for sheet in sheets]], ensure_ascii=False, separators=(",", ":")
    )
    packed = base64.b64encode(zlib.compress(told.encode("utf-8"), 9)).decode("ascii")
    return (packed[start : start + _CHUNK] for start in range(0, len(packed), _CHUNK))


def _told(sheet: SheetImprint) -> list[object]:
    cells = [
        [*place, shown.kind, shown.text, shown.look, *shown.marks] for place, shown in sheet.cells.items()
    ]
    lines = [sorted(sheet.hidden_rows), sorted(sheet.hidden_columns)]
    return [
        sheet.name,
        sheet.hidden,
        cells,
        sorted(sheet.merged),
        *lines,
        dict(sheet.margins),
        sorted(sheet.covers),
    ]


def unsealed(properties: Mapping[str, str]) -> Imprint | None:
    """The imprint that a workbook carries; nothing where it carries none. `Refused` where it is damaged."""
    found = {int(match[1]): text for name, text in properties.items() if (match := _PROPERTY.fullmatch(name))}
    if not found:
        return None
    try:
        return tuple(_opened("".join(found[number] for number in sorted(found))))
    except (ValueError, TypeError, AttributeError, ArithmeticError, RecursionError, zlib.error):
        raise Refused(
            "文件里的封印已损坏，无法只凭文件核验。请用 --out 指明测算结果所在的文件夹。",
            "the seal in the file is damaged, so the file alone cannot tell. "
            "Name the folder of the evaluation with --out.",
        ) from None


def _opened(packed: str) -> Iterator[SheetImprint]:
    opener = zlib.decompressobj()
    told = opener.decompress(base64.b64decode(packed, validate=True), _MOST)
    if not opener.eof:
        raise ValueError
    version, sheets = json.loads(told)
    if version != _VERSION:
        raise ValueError
    for name, hidden, cells, merged, rows, columns, margins, covers in sheets:
        yield SheetImprint(
            str(name),
            hidden is True,
            {(int(row), int(column)): _shown(*shown) for row, column, *shown in cells},
            frozenset(_four(*map(int, bounds)) for bounds in merged),
            frozenset(map(int, rows)),
            frozenset(map(int, columns)),
            {str(key): str(words) for key, words in margins.items()},
            frozenset(map(str, covers)),
        )


def _shown(kind: object, text: object, look: object, *marks: object) -> Shown:
    return Shown(str(kind), str(text), str(look), tuple(map(str, marks)))


def _four(top: int, left: int, bottom: int, right: int) -> tuple[int, int, int, int]:
    return top, left, bottom, right
