"""Odd workbooks that are valid: they are taken, and hold just what was written in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from bench.trust.hostile.attacks import many_rows_of_one_text
from bench.trust.hostile.cases import Builder, Case, Cells, taken
from bench.trust.hostile.frames import core
from bench.trust.hostile.packing import (
    BOOK,
    BOOK_RELS,
    CORE,
    GOOD,
    GOOD_ROWS,
    MAIN,
    OFFICE,
    RELS,
    SHEET,
    TYPES,
    XML,
    Body,
    cell,
    good,
    noise,
    packed,
    parts,
    pointing,
    replaced,
    sheet,
    styled,
    with_part,
    workbook,
)

_BIN = "application/octet-stream"
_OUTSIDE = '<Relationships><a TargetMode="External"/></Relationships>'
_DAYS = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'


def one(value: object) -> Cells:
    """A sheet with only A1 filled."""
    return {"数据": {"A1": value}}


def text(inside: str, value: str) -> tuple[Builder, Cells]:
    return lambda: cell('r="A1" t="inlineStr"', f"<is>{inside}</is>"), one(value)


def plain(text_: str, value: str) -> tuple[Builder, Cells]:
    return text(f'<t xml:space="preserve">{text_}</t>', value)


def number(written: str, value: str) -> tuple[Builder, Cells]:
    return lambda: cell('r="A1"', f"<v>{written}</v>"), one(Decimal(value))


def day(written: str, value: object) -> tuple[Builder, Cells]:
    return lambda: styled(_DAYS, f'<row r="1"><c r="A1" s="1"><v>{written}</v></c></row>'), one(value)


def formula(inside: str, value: object, attributes: str = "") -> tuple[Builder, Cells]:
    return lambda: cell(f'r="A1"{attributes}', inside), one(value)


def encoded(encoding: str, said: str) -> Builder:
    return lambda: workbook(sheet=sheet().replace("UTF-8", said).encode(encoding))


def prefixed() -> bytes:
    """Every element of the sheet under a prefix, as some programs write it."""
    body = sheet().replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')
    for name in ("worksheet", "sheetData", "row", "c", "v", "is", "t"):
        body = body.replace(f"<{name} ", f"<x:{name} ").replace(f"<{name}>", f"<x:{name}>")
        body = body.replace(f"</{name}>", f"</x:{name}>")
    return workbook(sheet=body)


def after_sheet(more: str) -> Builder:
    return lambda: workbook(sheet=sheet().replace("</sheetData>", f"</sheetData>{more}"))


def beside(extra: Mapping[str, Body]) -> Builder:
    return lambda: packed(parts() | dict(extra))


def epoch_1904() -> bytes:
    content = pointing(
        parts('<row r="1"><c r="A1" s="1"><v>1</v></c></row>'),
        "xl/styles.xml",
        f'{XML}<styleSheet xmlns="{MAIN}">{_DAYS}</styleSheet>',
        "styles",
        f"{OFFICE}.styles+xml",
    )
    book = str(content[BOOK]).replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    return packed(content | {BOOK: book})


def chart_sheet() -> bytes:
    """A chart on a sheet of its own holds no cells."""
    content = parts() | {"xl/chartsheets/sheet1.xml": f'{XML}<chartsheet xmlns="{MAIN}"/>'}
    more = (
        f'<Relationship Id="rId3" Type="{RELS}/chartsheet" Target="chartsheets/sheet1.xml"/></Relationships>'
    )
    content[BOOK_RELS] = str(content[BOOK_RELS]).replace("</Relationships>", more)
    again = '<sheet name="图" sheetId="2" r:id="rId3"/></sheets>'
    return packed(content | {BOOK: str(content[BOOK]).replace("</sheets>", again)})


def with_comment(data: bytes) -> bytes:
    """A package with a note of its own behind its directory."""
    note = b"note"
    return data[:-2] + len(note).to_bytes(2, "little") + note


_LINK = f'{XML}<externalLink xmlns="{MAIN}" xmlns:r="{RELS}"><externalBook r:id="rId1"/></externalLink>'

_CASES: dict[str, tuple[Builder, Cells]] = {
    "sound": (good, GOOD),
    # programs and links inside, which are neither run nor followed
    "macros": (lambda: with_part("xl/vbaProject.bin", noise(4096), "vbaProject", _BIN), GOOD),
    "control": (beside({"xl/activeX/activeX1.bin": noise(64)}), GOOD),
    "embedded program": (beside({"xl/embeddings/oleObject1.bin": b"MZ" + noise(64)}), GOOD),
    "embedded package": (beside({"xl/embeddings/a.zip": packed({"b.xlsx": good()})}), GOOD),
    "outside workbook": (
        lambda: with_part(
            "xl/externalLinks/externalLink1.xml", _LINK, "externalLink", f"{OFFICE}.externalLink+xml"
        ),
        GOOD,
    ),
    "outside data": (beside({"xl/connections.xml": f'{XML}<connections xmlns="{MAIN}"/>'}), GOOD),
    "outside picture": (
        beside({"xl/drawings/_rels/drawing1.xml.rels": _OUTSIDE}),
        GOOD,
    ),
    "signature": (beside({"_xmlsignatures/sig1.xml": "<Signature/>"}), GOOD),
    "inclusion": (
        after_sheet('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'),
        GOOD,
    ),
    "style of the web": (
        lambda: workbook(
            sheet=sheet().replace(XML, f'{XML}<?xml-stylesheet href="http://127.0.0.1/x.xsl"?>')
        ),
        GOOD,
    ),
    # formulas: the saved result counts, and nothing is worked out
    "formula": formula("<f>1+1</f><v>2</v>", Decimal(2)),
    "formula without a result": formula("<f>1+1</f>", "=1+1"),
    "formula of a command": formula("<f>cmd|' /C calc'!A0</f>", "=cmd|' /C calc'!A0"),
    "formula to the web": (
        *formula('<f>WEBSERVICE("http://127.0.0.1")</f><v>#BLOCKED!</v>', "#BLOCKED!", ' t="e"'),
    ),
    "formula of a text": formula('<f>HYPERLINK("x")</f><v>x</v>', "x", ' t="str"'),
    "formula around itself": formula("<f>A1</f><v>0</v>", Decimal(0)),
    "text like a command": plain("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    "text like a full-width formula": plain("＝1+1", "＝1+1"),
    # texts
    "runs of text": text("<r><t>第一</t></r><r><rPr><b/></rPr><t>小学</t></r>", "第一小学"),
    "sounds left out": text("<t>小学</t><rPh sb='0' eb='1'><t>xx</t></rPh>", "小学"),
    "longest text": plain("长" * 32_767, "长" * 32_767),
    "character beyond the plane": plain("𠮷家小学", "𠮷家小学"),
    "text from right to left": plain("\u202e学小", "\u202e学小"),
    "text of no width": plain("一\u200b小", "一\u200b小"),
    "characters of nobody": plain("\ue000", "\ue000"),
    "line breaks": plain("一\r\n小&#13;学", "一\n小\r学"),
    "escaped line break": plain("一_x000D_小", "一\n小"),
    "escaped underscore": plain("_x005F_x000D_", "_x000D_"),
    "entities of xml": plain("&lt;&amp;&gt;&quot;&#x4E00;", '<&>"一'),
    "marked section": plain('<![CDATA[<c r="A1"/>]]>', '<c r="A1"/>'),
    "only spaces": (
        lambda: workbook('<row r="1"><c t="inlineStr"><is><t>   </t></is></c><c><v>1</v></c></row>'),
        {"数据": {"B1": Decimal(1)}},
    ),
    "one text for many": (
        lambda: many_rows_of_one_text(1_500),
        {"数据": {f"A{n}": "长" * 32_000 for n in range(1, 1_501)}},
    ),
    # numbers and days
    "binary remainder": number("0.30000000000000004", "0.3"),
    "long whole number": number("110101199001011234", "110101199001011234"),
    "negative number": number("-12.5", "-12.5"),
    "smallest number": number("4.9406564584124654E-324", "4.94065645841247E-324"),
    "greatest number": number("1.7976931348623157E308", "1.79769313486232E308"),
    "spaces around a number": number(" 12 ", "12"),
    "day": day("45950", date(2025, 10, 20)),
    "day with a time": day("45950.5", datetime.fromisoformat("2025-10-20T12:00")),
    "day before the first": day("-1", date(1899, 12, 29)),
    "day after the last": day("99999999", Decimal(99999999)),
    "day without end": day("1E300", Decimal("1E300")),
    "days from 1904": (epoch_1904, one(date(1904, 1, 2))),
    "style that is missing": (lambda: cell('r="A1" s="999"', "<v>1</v>"), one(Decimal(1))),
    "error value": (lambda: cell('r="A1" t="e"', "<v>#REF!</v>"), one("#REF!")),
    # how it is written
    "utf-16": (encoded("utf-16", "UTF-16"), GOOD),
    "utf-8 with a mark": (encoded("utf-8-sig", "UTF-8"), GOOD),
    "latin": (
        lambda: workbook(
            sheet=sheet('<row><c t="inlineStr"><is><t>é</t></is></c></row>')
            .replace("UTF-8", "ISO-8859-1")
            .encode("latin-1")
        ),
        one("é"),
    ),
    "xml of another version": (lambda: workbook(sheet=sheet().replace('"1.0"', '"9.9"')), GOOD),
    "no declaration": (lambda: workbook(sheet=sheet().replace(XML, "")), GOOD),
    "prefixes": (prefixed, GOOD),
    "no references": (
        lambda: workbook("<row><c/><c><v>1</v></c></row><row><c><v>2</v></c></row>"),
        {"数据": {"B1": Decimal(1), "A2": Decimal(2)}},
    ),
    "not packed": (lambda: packed(parts(), method=0), GOOD),
    "comment behind the package": (lambda: with_comment(good()), GOOD),
    "bytes behind the package": (lambda: good() + bytes(64), GOOD),
    "parts in another order": (lambda: packed(dict(reversed(parts().items()))), GOOD),
    "absolute targets": (lambda: replaced(BOOK_RELS, 'Target="', 'Target="/xl/'), GOOD),
    "no types of parts": (
        lambda: replaced(
            TYPES,
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{OFFICE}.worksheet+xml"/>',
            "",
        ),
        GOOD,
    ),
    # what stands around the cells
    "hidden sheet": (lambda: replaced(BOOK, "sheetId=", 'state="hidden" sheetId='), GOOD),
    "very hidden sheet": (lambda: replaced(BOOK, "sheetId=", 'state="veryHidden" sheetId='), GOOD),
    "sheet of charts": (chart_sheet, GOOD),
    "odd name of a sheet": (lambda: replaced(BOOK, "数据", "'../=1*?&lt;"), {"'../=1*?<": GOOD["数据"]}),
    "everything merged": (after_sheet('<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), GOOD),
    "ranges that overlap": (
        after_sheet('<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="B2:C3"/></mergeCells>'),
        GOOD,
    ),
    "absurd rule": (
        after_sheet('<dataValidations><dataValidation sqref="A1:XFD1048576 Z" type="q"/></dataValidations>'),
        GOOD,
    ),
    "absurd extent": (
        lambda: workbook(sheet=sheet().replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')),
        GOOD,
    ),
    "absurd column": (
        lambda: workbook(
            sheet=sheet().replace(
                "<sheetData>", '<cols><col min="1" max="99999999" width="1e99"/></cols><sheetData>'
            )
        ),
        GOOD,
    ),
    "long title": (lambda: workbook(**{CORE: core(f"<dc:title>{'长' * 100_000}</dc:title>")}), GOOD),
    "five thousand parts": (beside({f"x/{n}": b"" for n in range(5_000)}), GOOD),
    "empty far cell": (lambda: workbook(GOOD_ROWS + '<row r="1048576"><c r="XFD1048576"/></row>'), GOOD),
    "sixty-four sheets": (
        lambda: packed(_many_sheets(64)),
        {f"s{n}": GOOD["数据"] for n in range(64)},
    ),
}


def _many_sheets(count: int) -> dict[str, Body]:
    content = parts()
    names = "".join(f'<sheet name="s{n}" sheetId="{n + 1}" r:id="w{n}"/>' for n in range(count))
    links = "".join(
        f'<Relationship Id="w{n}" Type="{RELS}/worksheet" Target="worksheets/w{n}.xml"/>'
        for n in range(count)
    )
    content[BOOK] = f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets>{names}</sheets></workbook>'
    content[BOOK_RELS] = str(content[BOOK_RELS]).replace("</Relationships>", links + "</Relationships>")
    return content | {f"xl/worksheets/w{n}.xml": content[SHEET] for n in range(count)}


CASES: list[Case] = taken("odd", _CASES)
