"""Files that are small and cost much: to unpack, to parse, to hold; and files that reach outside."""

from __future__ import annotations

from functools import cache, partial

from bench.trust.hostile.cases import Builder, Case, refused
from bench.trust.hostile.packing import (
    BOOK,
    BOOK_RELS,
    CORE,
    GOOD_ROWS,
    MAIN,
    OFFICE,
    RELS,
    SHEET,
    STYLES,
    TYPES,
    XML,
    cell,
    packed,
    padded,
    parts,
    pointing,
    replaced,
    sheet,
    strings,
    styled,
    swapped,
    workbook,
)


def far_cell() -> bytes:
    return workbook(GOOD_ROWS + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


@cache
def bomb(megabytes: int = 210) -> bytes:
    """A sheet that is almost nothing packed and hundreds of megabytes unpacked."""
    return workbook(sheet=sheet().encode() + b" " * (megabytes << 20))


@cache
def bomb_in_a_picture(megabytes: int = 210) -> bytes:
    """The same in a part that no reader of cells has to unpack."""
    return workbook(**{"xl/media/image1.png": bytes(megabytes << 20)})


def many_bombs() -> bytes:
    """Fifty parts, each of which alone would be let through."""
    return workbook(**{f"xl/media/image{n}.png": bytes(5 << 20) for n in range(50)})


def lying_size() -> bytes:
    """A bomb whose directory claims a small sheet: both size fields are rewritten."""
    data = bytearray(bomb(30))
    true = len(sheet().encode()) + (30 << 20)
    lie = (1000).to_bytes(4, "little")
    place = data.find(true.to_bytes(4, "little"))
    assert place > 0
    while place > 0:
        data[place : place + 4] = lie
        place = data.find(true.to_bytes(4, "little"))
    return bytes(data)


def many_cells(count: int = 1_100_000) -> bytes:
    """More cells than any school has, in a few kilobytes and below the size a ratio is looked at."""
    return workbook("<row>" + "<c/>" * count + "</row>")


def many_rows_of_one_text(rows: int = 2_000) -> bytes:
    """One long shared text, pointed at from every cell: the result would be thousands of times it."""
    long = strings(f"<si><t>{'长' * 32_000}</t></si>")
    return workbook('<row><c t="s"><v>0</v></c></row>' * rows, strings=long)


def many_texts(count: int) -> bytes:
    return padded(strings=strings("".join(f"<si><t>{number:08}</t></si>" for number in range(count))))


@cache
def heavy_texts(count: int = 2_000) -> bytes:
    """Texts as long as a cell can hold, each with a character that makes the whole wide in memory."""
    return padded(strings=strings("".join(f"<si><t>𠮷{n:06}{'a' * 32_760}</t></si>" for n in range(count))))


def laughs(levels: int = 9, root: str | None = None) -> str:
    """Entities of entities: a kilobyte of XML that stands for gigabytes of text."""
    entities = '<!ENTITY l0 "哈">' + "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels + 1)
    )
    cell = f'<c r="A1" t="inlineStr"><is><t>&l{levels};</t></is></c>'
    body = root or sheet(f'<row r="1">{cell}</row>')
    return body.replace(XML, f"{XML}<!DOCTYPE worksheet [{entities}]>")


def declared(declaration: str) -> str:
    """A sheet whose only text is an entity, declared in some way."""
    body = sheet('<row><c t="inlineStr"><is><t>&x;</t></is></c></row>')
    return body.replace(XML, f"{XML}<!DOCTYPE worksheet {declaration}>")


def repeated_entity(length: int = 30_000, times: int = 30_000) -> str:
    """One long entity many times over, which a limit on nesting does not see."""
    entity = f'<!DOCTYPE worksheet [<!ENTITY x "{"长" * length}">]>'
    return sheet(f'<row><c t="inlineStr"><is><t>{"&x;" * times}</t></is></c></row>').replace(
        XML, XML + entity
    )


def wide_doctype() -> bytes:
    return laughs(3).replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")


def hidden_doctype() -> str:
    """A document type after a megabyte of comment, where a look at the beginning stops."""
    return laughs(3).replace("<!DOCTYPE", "<!--" + " " * (1 << 20) + "--><!DOCTYPE")


def laughing(part: str, root: str) -> bytes:
    """The small workbook with a document type in one part."""
    content = parts()
    body = content.get(part, f"{XML}<{root}/>")
    assert isinstance(body, str)
    if part == STYLES:
        content = pointing(content, STYLES, "", "styles", f"{OFFICE}.styles+xml")
    return packed(content | {part: laughs(3, body)})


def many_sheets(count: int) -> bytes:
    more = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(2, count + 1))
    return replaced(BOOK, "</sheets>", more + "</sheets>")


def deep(levels: int = 200_000) -> bytes:
    return workbook(book=f'{XML}<workbook xmlns="{MAIN}">' + "<a>" * levels + "</a>" * levels + "</workbook>")


def many_relations(count: int = 300_000) -> bytes:
    links = "".join(f'<Relationship Id="r{n}" Type="{RELS}/x" Target="{n}"/>' for n in range(count))
    return replaced(BOOK_RELS, "</Relationships>", links + "</Relationships>")


def many_names(count: int = 200_000) -> bytes:
    names = "".join(f'<definedName name="n{n}">A1</definedName>' for n in range(count))
    return replaced(BOOK, "</sheets>", f"</sheets><definedNames>{names}</definedNames>")


def many_types(count: int = 200_000) -> bytes:
    types = "".join(f'<Override PartName="/{n}" ContentType="a/b"/>' for n in range(count))
    return replaced(TYPES, "</Types>", types + "</Types>")


def many_formats(count: int = 1_000_000) -> bytes:
    return styled("<numFmts>" + '<numFmt numFmtId="200" formatCode="0.0"/>' * count + "</numFmts>")


def endless(before: str, length: int = 40 << 20) -> bytes:
    """A tag or a comment that goes on and on: a parser fed in pieces begins it anew with every piece."""
    return padded(sheet=sheet().encode().replace(b"<sheetData>", before.encode() + b"a" * length, 1))


# every part that a reader might hand to a parser, with its root
_ROOTS = {
    TYPES: "Types",
    "_rels/.rels": "Relationships",
    BOOK: "workbook",
    BOOK_RELS: "Relationships",
    "xl/sharedStrings.xml": "sst",
    STYLES: "styleSheet",
    SHEET: "worksheet",
    "xl/worksheets/_rels/sheet1.xml.rels": "Relationships",
    "xl/theme/theme1.xml": "theme",
    CORE: "coreProperties",
    "docProps/app.xml": "Properties",
    "docProps/custom.xml": "Properties",
    "xl/comments1.xml": "comments",
    "xl/drawings/drawing1.xml": "wsDr",
    "xl/drawings/vmlDrawing1.vml": "xml",
    "xl/externalLinks/externalLink1.xml": "externalLink",
    "xl/calcChain.xml": "calcChain",
    "xl/connections.xml": "connections",
    "xl/pivotCache/pivotCacheDefinition1.xml": "pivotCacheDefinition",
    "customXml/item1.xml": "item",
    "xl/media/image1.svg": "svg",
}
_ENDLESS = 40 << 20

_CASES: dict[str, tuple[Builder, str]] = {
    # to unpack
    "bomb": (bomb, "展开后"),
    "bomb in a picture": (bomb_in_a_picture, "展开后"),
    "fifty small bombs": (many_bombs, "展开后"),
    "ratio": (lambda: bomb(30), "倍"),
    "lying size": (lying_size, "不完整"),
    # to walk through
    "far cell": (far_cell, "XFD1048576"),
    "far row": (lambda: workbook('<row r="200001"><c><v>1</v></c></row>'), "A200001"),
    "far column": (lambda: workbook('<row r="1"><c r="BXY1"><v>1</v></c></row>'), "BXY1"),
    "far cell without a reference": (
        lambda: workbook("<row>" + "<c/>" * 2_000 + "<c><v>1</v></c></row>"),
        "BXY1",
    ),
    "many cells": (many_cells, "单元格超过"),
    "more rows than a sheet has": (lambda: workbook("<row/>" * 1_048_577), "行号"),
    "many merged ranges": (
        lambda: padded(
            sheet=sheet().replace("</sheetData>", "</sheetData>" + '<mergeCell ref="A1:B2"/>' * 2_100_000)
        ),
        "附加内容超过",
    ),
    # to hold
    "one text everywhere": (many_rows_of_one_text, "文字总量"),
    "heavy texts": (heavy_texts, "文字总量"),
    "many texts": (lambda: many_texts(600_000), "文本超过"),
    "long text": (
        lambda: cell('r="A1" t="inlineStr"', f"<is><t>{'长' * 32_768}</t></is>"),
        "A1 处的文字超过",
    ),
    "long shared text": (
        lambda: padded(strings=strings(f"<si><t>{'长' * 4_000_000}</t></si>")),
        "A2 处的文字超过",
    ),
    "deep nesting": (deep, "附加内容过多"),
    "one sheet too many": (lambda: many_sheets(65), "工作表超过"),
    "ten thousand sheets": (lambda: many_sheets(10_000), "工作表超过"),
    "many styles": (
        lambda: styled("<cellXfs>" + '<xf numFmtId="0"/>' * 1_000_000 + "</cellXfs>"),
        "附加内容过多|倍",
    ),
    "a million formats": (many_formats, "附加内容过多|倍"),
    "a million differential styles": (
        lambda: styled("<dxfs>" + "<dxf/>" * 1_000_000 + "</dxfs>"),
        "附加内容过多",
    ),
    "many relations": (many_relations, "附加内容过多"),
    "many names": (many_names, "附加内容过多"),
    "many types": (many_types, "附加内容过多"),
    "endless title": (
        lambda: padded(**{CORE: f"{XML}<a>".encode() + b"a" * _ENDLESS + b"</a>"}),
        "附加内容过多",
    ),
    "endless comment in the book": (
        lambda: padded(book=swapped(parts()[BOOK], "<sheets>", f"<!--{'a' * _ENDLESS}--><sheets>")),
        "附加内容过多",
    ),
    "endless attribute": (lambda: endless('<a b="'), "过长的标签"),
    "endless comment": (lambda: endless("<!--"), "过长的标签"),
    "endless name": (lambda: endless("<a"), "过长的标签"),
    "endless comment before the sheet": (
        lambda: padded(
            sheet=sheet().encode().replace(b"<worksheet", b"<!--" + b"a" * _ENDLESS + b"--><worksheet")
        ),
        "过长的标签",
    ),
    # document types
    "laughs": (lambda: workbook(sheet=laughs()), "DOCTYPE"),
    "few laughs": (lambda: workbook(sheet=laughs(4)), "DOCTYPE"),
    "one entity many times": (lambda: padded(sheet=repeated_entity()), "DOCTYPE"),
    "entity of a file": (
        lambda: workbook(sheet=declared('[<!ENTITY x SYSTEM "file:///etc/passwd">]')),
        "DOCTYPE",
    ),
    "entity of an address": (
        lambda: workbook(sheet=declared('[<!ENTITY x SYSTEM "http://127.0.0.1/x">]')),
        "DOCTYPE",
    ),
    "entity by public name": (
        lambda: workbook(sheet=declared('[<!ENTITY x PUBLIC "-//X" "x.dtd">]')),
        "DOCTYPE",
    ),
    "parameter entity": (
        lambda: workbook(sheet=declared('[<!ENTITY % p SYSTEM "file:///etc/hosts"> %p; <!ENTITY x "1">]')),
        "DOCTYPE",
    ),
    "outside definition": (
        lambda: workbook(sheet=declared('SYSTEM "file:///etc/hosts"').replace("&x;", "x")),
        "DOCTYPE",
    ),
    "empty document type": (
        lambda: workbook(sheet=sheet().replace(XML, f"{XML}<!DOCTYPE worksheet>")),
        "DOCTYPE",
    ),
    "utf-16 document type": (lambda: workbook(sheet=wide_doctype()), "DOCTYPE"),
    "document type behind a comment": (lambda: workbook(sheet=hidden_doctype()), "DOCTYPE"),
    "document type under another name": (
        lambda: workbook(**{"xl/worksheets/sheet2.bin": laughs(3)}),
        "DOCTYPE",
    ),
}

CASES: list[Case] = [
    *refused("attacks", _CASES),
    *refused(
        "document type in",
        {name: (partial(laughing, name, root), "DOCTYPE") for name, root in _ROOTS.items()},
    ),
]
