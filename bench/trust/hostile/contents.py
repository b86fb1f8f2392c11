"""Sheets whose cells are against the format: of what they hold, nobody can say what is meant."""

from __future__ import annotations

from bench.trust.hostile.cases import Builder, Case, refused
from bench.trust.hostile.packing import MAIN, XML, cell, packed, parts, strings, swapped, workbook

_ONE = '<c r="A1"><v>1</v></c>'


def row(inside: str, attributes: str = ' r="1"') -> Builder:
    return lambda: workbook(f"<row{attributes}>{inside}</row>")


def number(text: str) -> tuple[Builder, str]:
    return lambda: cell('r="A1"', f"<v>{text}</v>"), "A1 的数字"


def second_sheet_broken() -> bytes:
    """The first sheet is sound: what is read of it must not be taken."""
    content = parts() | {"xl/worksheets/sheet2.xml": f'{XML}<worksheet xmlns="{MAIN}"><sheetData><row>'}
    content["xl/workbook.xml"] = swapped(
        content["xl/workbook.xml"], "</sheets>", '<sheet name="二" sheetId="2" r:id="rId3"/></sheets>'
    )
    rels = "xl/_rels/workbook.xml.rels"
    link = swapped(content[rels], "</Relationships>", "")
    again = link[link.rindex("<Relationship ") :]
    kind = again[again.index("Type=") : again.index("sharedStrings")] + "worksheet"
    content[rels] = f'{link}<Relationship Id="rId3" {kind}" Target="worksheets/sheet2.xml"/></Relationships>'
    return packed(content)


def last_row_broken(rows: int = 5_000) -> bytes:
    sound = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, rows))
    return workbook(f'{sound}<row r="{rows}"><c r="A{rows}"><v>1x</v></c></row>')


_CASES: dict[str, tuple[Builder, str]] = {
    # numbers
    "full-width number": number("１２"),
    "not a number": number("NaN"),
    "infinite": number("INF"),
    "number with words": number("12人"),
    "number in hexadecimal": number("0x1F"),
    "number with underscores": number("1_000"),
    "number with commas": number("1,000"),
    "two numbers": number("1 2"),
    "two signs": number("--1"),
    "only a sign": number("-"),
    "only a point": number("."),
    "only a space": number(" "),
    "huge number": number("1E9999"),
    "huge exponent": number("1E999999999"),
    "number of a thousand digits": number("9" * 1000),
    "fraction of a thousand digits": number("0." + "9" * 1000),
    "arabic digits": number("١٢"),
    # types
    "unknown type": (lambda: cell('r="A1" t="q"', "<v>1</v>"), "A1 的类型"),
    "truth of two": (lambda: cell('r="A1" t="b"', "<v>2</v>"), "A1 的类型"),
    "month thirteen": (lambda: cell('r="A1" t="d"', "<v>2024-13-01</v>"), "A1 的日期"),
    "day zero": (lambda: cell('r="A1" t="d"', "<v>2024-01-00</v>"), "A1 的日期"),
    "day in words": (lambda: cell('r="A1" t="d"', "<v>昨天</v>"), "A1 的日期"),
    "hour twenty-five": (lambda: cell('r="A1" t="d"', "<v>2024-01-01T25:00:00</v>"), "A1 的日期"),
    "negative style": (lambda: cell('r="A1" s="-1"', "<v>1</v>"), "A1 的样式"),
    "style in words": (lambda: cell('r="A1" s="first"', "<v>1</v>"), "A1 的样式"),
    "number in place of a text": (lambda: cell('r="A1" t="inlineStr"', "<v>1</v>"), "A1 的类型"),
    "text where a number is announced": (lambda: cell('r="A1"', "<is><t>1</t></is>"), "A1 的类型"),
    # texts
    "two texts in one place": (lambda: cell('r="A1" t="inlineStr"', "<is><t>a</t><t>b</t></is>"), "两段文字"),
    "two shared texts in one place": (
        lambda: workbook(strings=strings("<si><t>a</t><t>b</t></si>")),
        "两段文字",
    ),
    "text and a value": (
        lambda: cell('r="A1" t="inlineStr"', "<is><t>a</t></is><v>1</v>"),
        "两个值",
    ),
    "index out of range": (lambda: cell('r="A1" t="s"', "<v>7</v>"), "A1 的文字缺失"),
    "negative index": (lambda: cell('r="A1" t="s"', "<v>-1</v>"), "A1 的文字缺失"),
    "index of a fraction": (lambda: cell('r="A1" t="s"', "<v>0.0</v>"), "A1 的文字缺失"),
    "index in words": (lambda: cell('r="A1" t="s"', "<v>first</v>"), "A1 的文字缺失"),
    "index beyond counting": (lambda: cell('r="A1" t="s"', f"<v>{'9' * 30}</v>"), "A1 的文字缺失"),
    "index into no texts": (lambda: workbook(strings=strings("")), "A2 的文字缺失"),
    # places
    "column beyond the last": (row('<c r="XFE1"><v>1</v></c>'), "位置错误"),
    "row beyond the last": (row("", ' r="1048577"'), "行号"),
    "row zero": (row("", ' r="0"'), "行号"),
    "negative row": (row("", ' r="-1"'), "行号"),
    "row in words": (row("", ' r="first"'), "行号"),
    "row of a fraction": (row("", ' r="1.5"'), "行号"),
    "reference in small letters": (row('<c r="a1"><v>1</v></c>'), "位置错误"),
    "reference with dollars": (row('<c r="$A$1"><v>1</v></c>'), "位置错误"),
    "reference of a range": (row('<c r="A1:B1"><v>1</v></c>'), "位置错误"),
    "reference in rows and columns": (row('<c r="R1C1"><v>1</v></c>'), "位置错误"),
    "reference of column only": (row('<c r="A"><v>1</v></c>'), "位置错误"),
    "full-width reference": (row('<c r="Ａ1"><v>1</v></c>'), "位置错误"),
    "cell in a wrong row": (row('<c r="A2"><v>1</v></c>'), "位置错误"),
    "cell twice": (row(_ONE + '<c r="A1"><v>2</v></c>'), "重复"),
    "cells out of order": (row('<c r="B1"><v>1</v></c><c r="A1"><v>2</v></c>'), "重复"),
    "row twice": (lambda: workbook('<row r="2"/><row r="2"/>'), "行号"),
    "rows out of order": (lambda: workbook('<row r="2"/><row r="1"/>'), "行号"),
    # one inside the other
    "cell outside a row": (lambda: workbook('<c r="A1"><v>1</v></c>'), "位置错误"),
    "cell after its row": (lambda: workbook(f'<row r="1">{_ONE}</row><c r="B1"><v>1</v></c>'), "位置错误"),
    "cell inside a cell": (row('<c r="A1"><c r="B1"><v>2</v></c><v>1</v></c>'), "位置错误"),
    "row inside a row": (row('<row r="2"><c r="A2"><v>1</v></c></row>'), "行号"),
    "row inside a cell": (row('<c r="A1"><row r="2"/><v>1</v></c>'), "行号"),
    "two values": (row('<c r="A1"><v>1</v><v>2</v></c>'), "两个值"),
    "two formulas": (row('<c r="A1"><f>1</f><f>2</f><v>1</v></c>'), "两个值"),
    "value inside a value": (row('<c r="A1"><v>1<v>2</v></v></c>'), "两个值"),
    "second sheet broken": (second_sheet_broken, "XML"),
    "last row broken": (last_row_broken, "A5000 的数字"),
}

CASES: list[Case] = refused("contents", _CASES)
