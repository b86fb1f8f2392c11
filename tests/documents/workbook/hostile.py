"""Workbooks made by hand to break a reader, each with the words it must be refused with."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import cache
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET = "xl/worksheets/sheet1.xml"
TYPES = "[Content_Types].xml"
STRINGS = "xl/sharedStrings.xml"
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

GOOD_ROWS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>学校</t></is></c><c r="B1"><v>12</v></c></row>'
    '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="b"><v>1</v></c></row>'
)


def sheet(rows: str = GOOD_ROWS) -> str:
    return f'{XML}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def parts(rows: str = GOOD_ROWS) -> dict[str, str | bytes]:
    """The parts of a small, sound workbook."""
    override = f'<Override PartName="/xl/%s" ContentType="{_OFFICE}.%s+xml"/>'
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
        "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets>'
        '<sheet name="数据" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{RELS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{RELS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        STRINGS: f'{XML}<sst xmlns="{MAIN}"><si><t>第一小学</t></si></sst>',
        SHEET: sheet(rows),
    }


def packed(content: Mapping[str, str | bytes], level: int = 6, method: int = ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", method, compresslevel=level) as archive:
        for name, body in content.items():
            archive.writestr(name, body)
    return out.getvalue()


def workbook(rows: str = GOOD_ROWS, **changed: str | bytes) -> bytes:
    return packed(parts(rows) | {_SHORT.get(name, name): body for name, body in changed.items()})


_SHORT = {"strings": STRINGS, "sheet": SHEET, "book": "xl/workbook.xml", "types": TYPES}


def without(name: str) -> bytes:
    return packed({key: body for key, body in parts().items() if key != name})


def replaced(part: str, old: str, new: str) -> bytes:
    content = parts()
    body = content[part]
    assert isinstance(body, str)
    assert old in body
    content[part] = body.replace(old, new)
    return packed(content)


def far_cell() -> bytes:
    return workbook(GOOD_ROWS + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


@cache
def bomb(megabytes: int = 210) -> bytes:
    """A sheet that is almost nothing packed and hundreds of megabytes unpacked."""
    return workbook(sheet=sheet().encode() + b" " * (megabytes << 20))


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


@cache
def many_cells(count: int = 2_100_000) -> bytes:
    """More cells than any school has, in a few kilobytes and below the size a ratio is looked at."""
    return workbook("<row>" + "<c/>" * count + "</row>")


def many_rows_of_one_text(rows: int = 2_000) -> bytes:
    """One long shared text, pointed at from every cell: the result would be thousands of times it."""
    strings = f'{XML}<sst xmlns="{MAIN}"><si><t>{"长" * 32_000}</t></si></sst>'
    return workbook('<row><c t="s"><v>0</v></c></row>' * rows, strings=strings)


def many_texts(count: int) -> bytes:
    body = "".join(f"<si><t>{number:08}</t></si>" for number in range(count))
    return workbook(strings=f'{XML}<sst xmlns="{MAIN}">{body}</sst>')


def laughs(levels: int = 9) -> str:
    """Entities of entities: a kilobyte of XML that stands for gigabytes of text."""
    entities = '<!ENTITY l0 "哈">' + "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels + 1)
    )
    cell = f'<c r="A1" t="inlineStr"><is><t>&l{levels};</t></is></c>'
    rows = f'<row r="1">{cell}</row>'
    return sheet(rows).replace(XML, f"{XML}<!DOCTYPE worksheet [{entities}]>")


def outside() -> str:
    """An entity that would read a file of the machine."""
    return sheet('<row><c t="inlineStr"><is><t>&x;</t></is></c></row>').replace(
        XML, f'{XML}<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    )


def wide_doctype() -> bytes:
    return laughs(3).replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")


def hidden_doctype() -> str:
    """A document type after a megabyte of comment, where a look at the beginning stops."""
    return laughs(3).replace("<!DOCTYPE", "<!--" + " " * (1 << 20) + "--><!DOCTYPE")


def doubled_part() -> bytes:
    """Two parts under one name: readers differ in which of them they take."""
    data = workbook(**{"xl/worksheets/sheetX.xml": sheet("<row/>")})
    return data.replace(b"xl/worksheets/sheetX.xml", b"xl/worksheets/sheet1.xml")


def ole(inside: str = "Workbook") -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + inside.encode("utf-16-le") + bytes(512)


def damaged_part() -> bytes:
    """One byte of a packed sheet is wrong."""
    data = bytearray(workbook("".join(f"<row><c><v>{n * n}</v></c></row>" for n in range(3000))))
    place = data.find(SHEET.encode()) + 400
    data[place] ^= 0xFF
    return bytes(data)


def deep(levels: int = 200_000) -> bytes:
    return workbook(book=f'{XML}<workbook xmlns="{MAIN}">' + "<a>" * levels + "</a>" * levels + "</workbook>")


def same_sheet_twice() -> bytes:
    again = '<sheet name="数据" sheetId="2" r:id="rId1"/></sheets>'
    return replaced("xl/workbook.xml", "</sheets>", again)


def many_sheets(count: int = 65) -> bytes:
    more = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(2, count + 1))
    return replaced("xl/workbook.xml", "</sheets>", more + "</sheets>")


def cell(attributes: str, inside: str) -> bytes:
    return workbook(f'<row r="1"><c {attributes}>{inside}</c></row>')


def good() -> bytes:
    return workbook()


Case = tuple[Callable[[], bytes], str]

# name -> what makes it, and words that its refusal must hold
CASES: dict[str, Case] = {
    # not an Excel workbook at all
    "empty": (lambda: b"", "空文件"),
    "csv": (lambda: "学校,人数\n一小,12\n".encode(), "逗号分隔"),
    "csv in gb18030": (lambda: "学校,人数\n一小,12\n".encode("gb18030"), "逗号分隔"),
    "csv with a byte order mark": (lambda: "学校,人数\n".encode("utf-16"), "逗号分隔"),
    "tab separated": (lambda: "学校\t人数\n一小\t12\n".encode(), "制表符"),
    "plain text": (lambda: "你好".encode(), "纯文本"),
    "web page": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
    "xml spreadsheet": (lambda: b'<?xml version="1.0"?><Workbook/>', "XML"),
    "pdf": (lambda: b"%PDF-1.7\n", "PDF"),
    "noise": (lambda: bytes(range(256)) * 8, "不是任何版本的 Excel"),
    "old xls": (ole, "旧版"),
    "password": (lambda: ole("EncryptedPackage"), "密码"),
    "docx": (lambda: packed({TYPES: "<Types/>", "word/document.xml": "<w/>"}), "Word"),
    "pptx": (lambda: packed({TYPES: "<Types/>", "ppt/presentation.xml": "<p/>"}), "PowerPoint"),
    "xlsb": (lambda: packed({TYPES: "<Types/>", "xl/workbook.bin": b"\x00"}), "xlsb"),
    "ods": (lambda: packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "OpenDocument"),
    "plain zip": (lambda: packed({"学校.txt": "你好"}), "压缩包"),
    "no workbook part": (lambda: packed({TYPES: f'<Types xmlns="{PACKAGE}/content-types"/>'}), "没有工作簿"),
    "strict": (lambda: replaced(SHEET, MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"), "Strict"),
    # a package that is broken or against the format
    "truncated": (lambda: good()[: len(good()) // 2], "不完整"),
    "only the magic": (lambda: b"PK\x03\x04", "不完整"),
    "damaged part": (damaged_part, "不完整"),
    "lying size": (lying_size, "不完整"),
    "path traversal": (lambda: workbook(**{"../../etc/cron.d/x": "x"}), "越界"),
    "absolute path": (lambda: workbook(**{"/etc/x": "x"}), "越界"),
    "backslash path": (lambda: workbook(**{"..\\x": "x"}), "越界"),
    "doubled part": (doubled_part, "重名"),
    "doubled part in capitals": (lambda: workbook(**{SHEET.upper(): "<a/>"}), "重名"),
    "unusual packing": (lambda: packed(parts(), method=ZIP_LZMA), "压缩方式"),
    "missing sheet": (lambda: without(SHEET), "缺少工作表"),
    "missing texts": (lambda: without(STRINGS), "A2 的文字缺失"),
    "missing relations": (lambda: without("xl/_rels/workbook.xml.rels"), "结构不符合"),
    "no sheets": (lambda: workbook(book=f'{XML}<workbook xmlns="{MAIN}"/>'), "没有任何工作表"),
    "broken sheet": (lambda: workbook(sheet=sheet()[:-20]), "XML"),
    "broken book": (lambda: workbook(book=XML + "<workbook"), "XML"),
    "not xml": (lambda: workbook(sheet="学校"), "XML"),
    "deep nesting": (deep, ""),
    "same sheet twice": (same_sheet_twice, "重复"),
    "very long sheet name": (lambda: replaced("xl/workbook.xml", "数据", "长" * 300), "过长"),
    "index out of range": (lambda: cell('r="A1" t="s"', "<v>7</v>"), "A1 的文字缺失"),
    "bad number": (lambda: cell('r="A1"', "<v>１２</v>"), "A1 的数字"),
    "not a number": (lambda: cell('r="A1"', "<v>NaN</v>"), "A1 的数字"),
    "huge number": (lambda: cell('r="A1"', "<v>1E9999</v>"), "A1 的数字"),
    "huge exponent": (lambda: cell('r="A1"', "<v>1E999999999</v>"), "A1 的数字"),
    "bad type": (lambda: cell('r="A1" t="q"', "<v>1</v>"), "A1 的类型"),
    "bad date": (lambda: cell('r="A1" t="d"', "<v>2024-13-01</v>"), "A1 的日期"),
    "bad reference": (lambda: cell('r="XFE1"', "<v>1</v>"), "位置错误"),
    "wrong row": (lambda: cell('r="A2"', "<v>1</v>"), "位置错误"),
    "cell twice": (lambda: workbook('<row><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'), "重复"),
    "row twice": (lambda: workbook('<row r="2"/><row r="2"/>'), "行号"),
    "more rows than a sheet has": (lambda: workbook("<row/>" * 1_048_577), "行号"),
    # attacks on the reader
    "far cell": (far_cell, "XFD1048576"),
    "far row": (lambda: workbook('<row r="200001"><c><v>1</v></c></row>'), "A200001"),
    "bomb": (bomb, "展开后"),
    "ratio": (lambda: bomb(30), "倍"),
    "laughs": (lambda: workbook(sheet=laughs()), "DOCTYPE"),
    "outside entity": (lambda: workbook(sheet=outside()), "DOCTYPE"),
    "utf-16 doctype": (lambda: workbook(sheet=wide_doctype()), "DOCTYPE"),
    "doctype behind a comment": (lambda: workbook(sheet=hidden_doctype()), "DOCTYPE"),
    "doctype in properties": (lambda: workbook(**{"docProps/core.xml": laughs(3)}), "DOCTYPE"),
    "doctype under another name": (lambda: workbook(**{"xl/worksheets/sheet2.bin": laughs(3)}), "DOCTYPE"),
    "many cells": (many_cells, "单元格超过"),
    "one text everywhere": (many_rows_of_one_text, "文字总量"),
    "long text": (
        lambda: cell('r="A1" t="inlineStr"', f"<is><t>{'长' * 32_768}</t></is>"),
        "A1 处的文字超过",
    ),
    "many sheets": (many_sheets, "工作表超过"),
}
