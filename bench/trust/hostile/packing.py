"""A small, sound workbook in its parts, to be changed and packed: what most of the corpus is made of."""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from random import Random
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET = "xl/worksheets/sheet1.xml"
TYPES = "[Content_Types].xml"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
BOOK = "xl/workbook.xml"
BOOK_RELS = "xl/_rels/workbook.xml.rels"
CORE = "docProps/core.xml"
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

GOOD_ROWS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>学校</t></is></c><c r="B1"><v>12</v></c></row>'
    '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="b"><v>1</v></c></row>'
)
# what those rows hold
GOOD: Mapping[str, Mapping[str, object]] = {
    "数据": {"A1": "学校", "B1": Decimal(12), "A2": "第一小学", "B2": True}
}
Body = str | bytes
Parts = dict[str, Body]

_SHORT = {"strings": STRINGS, "sheet": SHEET, "book": BOOK, "types": TYPES, "styles": STYLES}
_DATE = (1980, 1, 1, 0, 0, 0)  # the first day a zip file can write: the same bytes at any time


def sheet(rows: str = GOOD_ROWS) -> str:
    return f'{XML}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def parts(rows: str = GOOD_ROWS) -> Parts:
    """The parts of a small, sound workbook."""
    override = f'<Override PartName="/xl/%s" ContentType="{OFFICE}.%s+xml"/>'
    return {
        TYPES: f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + override % ("workbook.xml", "sheet.main")
        + override % ("worksheets/sheet1.xml", "worksheet")
        + override % ("sharedStrings.xml", "sharedStrings")
        + "</Types>",
        "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        BOOK: f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets>'
        '<sheet name="数据" sheetId="1" r:id="rId1"/></sheets></workbook>',
        BOOK_RELS: f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{RELS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{RELS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        STRINGS: strings("<si><t>第一小学</t></si>"),
        SHEET: sheet(rows),
    }


def strings(items: str) -> str:
    return f'{XML}<sst xmlns="{MAIN}">{items}</sst>'


def stylesheet(inside: str) -> str:
    return f'{XML}<styleSheet xmlns="{MAIN}">{inside}</styleSheet>'


def packed(content: Mapping[str, Body], level: int = 6, method: int = ZIP_DEFLATED) -> bytes:
    """A package of parts, the same bytes whenever it is packed."""
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name, body in content.items():
            archive.writestr(ZipInfo(name, _DATE), body, method, level)
    return out.getvalue()


def workbook(rows: str = GOOD_ROWS, /, **changed: Body) -> bytes:
    """The small workbook with other rows, or with parts put in place of its own or beside them."""
    return packed(parts(rows) | {_SHORT.get(name, name): body for name, body in changed.items()})


def without(name: str) -> bytes:
    return packed({key: body for key, body in parts().items() if key != name})


def replaced(part: str, old: str, new: str) -> bytes:
    content = parts()
    content[part] = swapped(content[part], old, new)
    return packed(content)


def swapped(body: Body, old: str, new: str) -> str:
    assert isinstance(body, str)
    assert old in body
    return body.replace(old, new)


def cell(attributes: str, inside: str) -> bytes:
    return workbook(f'<row r="1"><c {attributes}>{inside}</c></row>')


def with_part(name: str, body: Body, kind: str, content_type: str) -> bytes:
    """The small workbook with one more part that the workbook points at."""
    return packed(pointing(parts(), name, body, kind, content_type))


def pointing(content: Parts, name: str, body: Body, kind: str, content_type: str) -> Parts:
    """The parts with one more, registered and pointed at by the workbook."""
    override = f'<Override PartName="/{name}" ContentType="{content_type}"/></Types>'
    link = f'<Relationship Id="rId{len(content)}x" Type="{RELS}/{kind}" Target="/{name}"/></Relationships>'
    return content | {
        name: body,
        TYPES: swapped(content[TYPES], "</Types>", override),
        BOOK_RELS: swapped(content[BOOK_RELS], "</Relationships>", link),
    }


def styled(inside: str, rows: str = GOOD_ROWS) -> bytes:
    """The small workbook with a table of styles."""
    kind, body = f"{OFFICE}.styles+xml", stylesheet(inside)
    return packed(pointing(parts(rows), STYLES, body, "styles", kind))


def padded(rows: str = GOOD_ROWS, /, **changed: Body) -> bytes:
    """A workbook with a megabyte of noise, so that the ratio of unpacked to packed says nothing."""
    return workbook(rows, **{"xl/media/noise.bin": noise(1 << 20), **changed})


@cache
def noise(count: int) -> bytes:
    return Random(1).randbytes(count)


def good() -> bytes:
    return workbook()
