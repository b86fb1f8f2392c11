"""Workbooks whose frame is wrong: parts that are missing, relations that lead nowhere, broken XML."""

from __future__ import annotations

from bench.trust.hostile.cases import Builder, Case, refused
from bench.trust.hostile.packing import (
    BOOK,
    BOOK_RELS,
    CORE,
    MAIN,
    PACKAGE,
    RELS,
    SHEET,
    STRINGS,
    TYPES,
    XML,
    packed,
    parts,
    replaced,
    sheet,
    strings,
    styled,
    without,
    workbook,
)

_SHEETS = '<sheet name="数据" sheetId="1" r:id="rId1"/>'
_NO_RELATIONS = f'{XML}<Relationships xmlns="{PACKAGE}/relationships"/>'


def same_sheet_twice() -> bytes:
    return replaced(BOOK, "</sheets>", '<sheet name="数据" sheetId="2" r:id="rId1"/></sheets>')


def core(inside: str) -> str:
    spaces = (
        f'xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/"'
    )
    return f"{XML}<cp:coreProperties {spaces}>{inside}</cp:coreProperties>"


def second_sheet_without(relation: str) -> bytes:
    """Two sheets, and the second one's relation is gone or leads elsewhere: it must not just vanish."""
    content = parts() | {"xl/worksheets/sheet2.xml": sheet()}
    body, links = str(content[BOOK]), str(content[BOOK_RELS])
    content[BOOK] = body.replace("</sheets>", f'<sheet name="二" sheetId="2"{relation}/></sheets>')
    more = f'<Relationship Id="rId7" Type="{RELS}/oddity" Target="worksheets/sheet2.xml"/></Relationships>'
    content[BOOK_RELS] = links.replace("</Relationships>", more)
    return packed(content)


_CASES: dict[str, tuple[Builder, str]] = {
    # missing
    "missing types": (lambda: without(TYPES), "压缩包"),
    "missing book": (lambda: without(BOOK), "结构不符合"),
    "missing sheet": (lambda: without(SHEET), "缺少工作表"),
    "missing texts": (lambda: without(STRINGS), "A2 的文字缺失"),
    "missing relations": (lambda: without(BOOK_RELS), "结构不符合"),
    "empty relations": (lambda: workbook(**{BOOK_RELS: _NO_RELATIONS}), "结构不符合"),
    "no sheets": (lambda: workbook(book=f'{XML}<workbook xmlns="{MAIN}"/>'), "没有任何工作表"),
    "empty list of sheets": (lambda: replaced(BOOK, _SHEETS, ""), "没有任何工作表"),
    "book of zero bytes": (lambda: workbook(book=b""), "XML|结构不符合"),
    "sheet of zero bytes": (lambda: workbook(sheet=b""), "XML"),
    # relations
    "dangling relation": (lambda: replaced(BOOK, "rId1", "rId77"), "结构不符合"),
    "relation to nothing": (lambda: replaced(BOOK_RELS, "sheet1.xml", "sheet8.xml"), "缺少工作表"),
    "relation to itself": (
        lambda: replaced(BOOK_RELS, "worksheets/sheet1.xml", "workbook.xml"),
        "不是工作表",
    ),
    "relation to the relations": (
        lambda: replaced(BOOK_RELS, "worksheets/sheet1.xml", "_rels/workbook.xml.rels"),
        "不是工作表",
    ),
    "relation to a picture": (
        lambda: packed(
            parts()
            | {
                "xl/a.png": b"\x89PNG",
                BOOK_RELS: str(parts()[BOOK_RELS]).replace("worksheets/sheet1.xml", "a.png"),
            }
        ),
        "XML",
    ),
    "relation out of the package": (
        lambda: replaced(BOOK_RELS, "worksheets/sheet1.xml", "../../../etc/passwd"),
        "缺少工作表|结构不符合",
    ),
    "relation to an address": (
        lambda: replaced(
            BOOK_RELS,
            'Target="worksheets/sheet1.xml"',
            'Target="http://127.0.0.1/s.xml" TargetMode="External"',
        ),
        "缺少工作表|结构不符合",
    ),
    "relation of no kind": (lambda: replaced(BOOK_RELS, f"{RELS}/worksheet", "x"), "种类不明"),
    "sheet without relation": (lambda: second_sheet_without(""), "缺少工作表"),
    "sheet with an odd relation": (lambda: second_sheet_without(' r:id="rId7"'), "种类不明"),
    "sheet called a chart": (
        lambda: replaced(BOOK_RELS, f"{RELS}/worksheet", f"{RELS}/chartsheet"),
        "种类不明",
    ),
    "same sheet twice": (same_sheet_twice, "共用同一内容"),
    "same name in other letters": (
        lambda: replaced(
            BOOK,
            _SHEETS,
            '<sheet name="a" sheetId="1" r:id="rId1"/><sheet name="A" sheetId="2" r:id="rId2"/>',
        ),
        "重复|种类不明",
    ),
    "one part behind two names": (
        lambda: replaced(BOOK, "</sheets>", '<sheet name="二" sheetId="2" r:id="rId1"/></sheets>'),
        "共用同一内容",
    ),
    "very long sheet name": (lambda: replaced(BOOK, "数据", "长" * 300), "过长"),
    "sheet without a name": (lambda: replaced(BOOK, 'name="数据" ', ""), "结构不符合"),
    "sheet in a state unheard of": (
        lambda: replaced(BOOK, "sheetId=", 'state="gone" sheetId='),
        "结构不符合",
    ),
    "texts that are a sheet": (lambda: workbook(strings=sheet()), "A2 的文字缺失"),
    "sheet that is texts": (lambda: workbook(sheet=strings("<si><t>一小</t></si>")), "不是工作表"),
    "sheet that is a row": (lambda: workbook(sheet=f'{XML}<row xmlns="{MAIN}" r="1"/>'), "行号"),
    # broken xml
    "broken types": (lambda: replaced(TYPES, "</Types>", ""), "XML"),
    "broken book": (lambda: workbook(book=XML + "<workbook"), "XML"),
    "broken relations": (lambda: replaced(BOOK_RELS, "</Relationships>", "<"), "XML"),
    "broken texts": (lambda: workbook(strings=strings("")[:-4]), "XML"),
    "broken sheet": (lambda: workbook(sheet=sheet()[:-20]), "XML"),
    "broken styles": (lambda: styled("<cellXfs><xf></cellXfs>"), "XML"),
    "broken properties": (lambda: workbook(**{CORE: core("<dc:title>")}), "XML"),
    "not xml": (lambda: workbook(sheet="学校"), "XML"),
    "two roots": (lambda: workbook(sheet=sheet() + "<worksheet/>"), "XML"),
    "text after the root": (lambda: workbook(sheet=sheet() + "学校"), "XML"),
    "zero bytes in a sheet": (lambda: workbook(sheet=sheet().replace("12", "1\x002")), "XML"),
    "zero reference": (lambda: workbook(sheet=sheet().replace("学校", "&#0;")), "XML"),
    "control character": (lambda: workbook(sheet=sheet().replace("学校", "\x07")), "XML"),
    "lone surrogate by reference": (lambda: workbook(sheet=sheet().replace("学校", "&#xD800;")), "XML"),
    "lone surrogate in bytes": (
        lambda: workbook(sheet=sheet().encode().replace("学校".encode(), b"\xed\xa0\x80")),
        "XML",
    ),
    "broken utf-8": (lambda: workbook(sheet=sheet().encode().replace("学校".encode(), b"\xff\xfe")), "XML"),
    "gb18030 called utf-8": (
        lambda: workbook(sheet=sheet().replace("学校", "美好").encode("gb18030")),
        "XML",
    ),
    "gb18030 called so": (
        lambda: workbook(sheet=sheet().replace("UTF-8", "GB18030").encode("gb18030")),
        "XML|结构不符合",
    ),
    "utf-7": (lambda: workbook(sheet=sheet().replace("UTF-8", "UTF-7").encode("utf-7")), "XML|结构不符合"),
    "encoding unheard of": (lambda: workbook(sheet=sheet().replace("UTF-8", "x-none")), "XML|结构不符合"),
    "utf-32": (lambda: workbook(sheet=sheet().encode("utf-32")), "XML"),
    "utf-16 called utf-8": (lambda: workbook(sheet=sheet().encode("utf-16-be")), "XML"),
    "no character": (lambda: workbook(sheet=sheet().replace("学校", "\ufffe")), "XML"),
    "entity nobody declared": (lambda: workbook(sheet=sheet().replace("学校", "&x;")), "XML"),
    "attribute twice": (lambda: workbook('<row r="1" r="1"/>'), "XML"),
    "prefix nobody declared": (lambda: workbook('<x:row r="1"/>'), "XML"),
    # values that the format does not know
    "wrong day in the properties": (
        lambda: workbook(**{CORE: core("<dcterms:created>yesterday</dcterms:created>")}),
        "结构不符合",
    ),
    "style that is no number": (lambda: styled('<cellXfs><xf numFmtId="x"/></cellXfs>'), "结构不符合"),
    "colour that is none": (lambda: styled('<fonts><font><color rgb="red"/></font></fonts>'), "结构不符合"),
}

CASES: list[Case] = refused("frames", _CASES)
