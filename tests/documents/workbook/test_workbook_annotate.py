"""The copy handed back: the user's own workbook, its problems shown, nothing of theirs lost."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Border, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from bench.trust.hostile import packing
from meihao.base.text import Refused, Text
from meihao.documents.workbook import Mark, Reader

SHORT = Mark("数据", "B2", "must", Text("人数不能为负", "a number of pupils cannot be negative"))
ODD = Mark("数据", "B3", "explain", Text("比上年多一倍", "twice as many as last year"))
WHOLE = Mark("", "", "must", Text("缺少表二", "form two is missing"))


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


@pytest.fixture
def source(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "数据"
    for row in (["学校", "人数"], ["一小", -3], ["二小", 900], ["合计", "=SUM(B2:B3)"]):
        sheet.append(row)
    sheet["B2"].fill = PatternFill("solid", fgColor="FFDDEEFF")
    sheet["B2"].border = Border(left=Side(style="thick", color="FF00FF00"))
    sheet["B2"].number_format = "0.00"
    sheet["B2"].comment = Comment("填学年初数", "教育局")
    sheet.merge_cells("A6:C7")
    path = tmp_path / "表一.xlsx"
    book.save(path)
    return path


def copy_of(reader: Reader, source: Path, marks: list[Mark], lang: str = "zh") -> Path:
    target = source.with_name(f"{source.stem}-问题.xlsx")
    reader.annotate(source, target, marks, "zh" if lang == "zh" else "en")
    return target


def sheet_of(path: Path, name: str = "数据") -> Worksheet:
    sheet = openpyxl.load_workbook(path)[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def note(sheet: Worksheet, ref: str) -> tuple[str, str] | None:
    comment = sheet[ref].comment
    return (comment.text, comment.author) if comment else None


def look(sheet: Worksheet, ref: str) -> tuple[str, str]:
    return repr(sheet[ref].fill), repr(sheet[ref].border)


def listed(path: Path, title: str = "问题清单") -> list[tuple[object, ...]]:
    rows = sheet_of(path, title).iter_rows(min_row=1, max_col=5, values_only=True)
    return [tuple(value or "" for value in row) for row in rows]


def test_marked_cells_are_coloured_and_noted(reader: Reader, source: Path) -> None:
    sheet = sheet_of(copy_of(reader, source, [ODD, SHORT]))
    assert (sheet["B2"].fill.fgColor.rgb, sheet["B3"].fill.fgColor.rgb) == ("FFFFF1F0", "FFFFF7E6")
    for ref, line in (("B2", "FFCF1F2E"), ("B3", "FFB26A00")):
        border = sheet[ref].border
        for side in (border.left, border.right, border.top, border.bottom):
            assert (side.style, side.color.rgb) == ("thin", line)
    assert note(sheet, "B3") == ("比上年多一倍", "美好教育")
    assert note(sheet, "B2") == ("填学年初数\n\n—— 美好教育 ——\n人数不能为负", "教育局")
    assert sheet["B2"].number_format == "0.00"
    assert sheet["B4"].value == "=SUM(B2:B3)"
    assert note(sheet, "B4") is None


def test_several_marks_at_one_cell_are_lines_of_one_note(reader: Reader, source: Path) -> None:
    second = Mark("数据", "B3", "must", Text("不是整数", "not whole"))
    sheet = sheet_of(copy_of(reader, source, [ODD, second]))
    assert note(sheet, "B3") == ("比上年多一倍\n不是整数", "美好教育")
    assert sheet["B3"].fill.fgColor.rgb == "FFFFF1F0"  # the graver of the two


def test_the_list_stands_last_the_gravest_first(reader: Reader, source: Path) -> None:
    target = copy_of(reader, source, [ODD, SHORT, WHOLE])
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["数据", "问题清单"]
    assert listed(target) == [
        ("序号", "严重程度", "工作表", "单元格", "问题"),
        (1, "必须改正", "", "", "缺少表二"),
        (2, "必须改正", "数据", "B2", "人数不能为负"),
        (3, "请改正或说明", "数据", "B3", "比上年多一倍"),
    ]
    sheet = book["问题清单"]
    assert sheet.freeze_panes == "A2"
    assert sheet["D3"].hyperlink.location == "'数据'!B2"
    assert sheet["D2"].hyperlink is None
    assert sheet["E3"].alignment.wrap_text
    assert sheet.column_dimensions["F"].hidden
    assert [sheet.column_dimensions[letter].width > 5 for letter in "ABCDE"] == [True] * 5


def test_in_english(reader: Reader, source: Path) -> None:
    target = copy_of(reader, source, [ODD, SHORT], "en")
    assert listed(target, "Problems") == [
        ("No.", "Severity", "Sheet", "Cell", "Problem"),
        (1, "Must mend", "数据", "B2", "a number of pupils cannot be negative"),
        (2, "Mend or explain", "数据", "B3", "twice as many as last year"),
    ]
    assert note(sheet_of(target), "B3") == ("twice as many as last year", "美好教育")


def test_the_copy_is_read_like_the_original(reader: Reader, source: Path) -> None:
    target = copy_of(reader, source, [SHORT, ODD, WHOLE])
    assert reader.read(target).sheets == reader.read(source).sheets


def test_mended_problems_disappear_and_the_old_look_comes_back(reader: Reader, source: Path) -> None:
    first = copy_of(reader, source, [SHORT, ODD])
    book = openpyxl.load_workbook(first)
    book["数据"]["B2"].value = 3
    book.save(first)
    second = copy_of(reader, first, [ODD])
    sheet, original = sheet_of(second), sheet_of(source)
    assert sheet["B2"].value == 3
    assert look(sheet, "B2") == look(original, "B2")
    assert note(sheet, "B2") == ("填学年初数", "教育局")
    assert note(sheet, "B3") == ("比上年多一倍", "美好教育")
    assert len(listed(second)) == 2
    third = copy_of(reader, second, [])
    assert len(listed(third)) == 1
    for ref in ("A1", "B2", "B3", "B4"):
        assert look(sheet_of(third), ref) == look(original, ref)
    assert note(sheet_of(third), "B3") is None


def test_annotating_again_changes_nothing(reader: Reader, source: Path) -> None:
    first = copy_of(reader, source, [SHORT, ODD])
    before = [note(sheet_of(first), ref) for ref in ("B2", "B3")]
    reader.annotate(first, first, [SHORT, ODD], "zh")
    assert [note(sheet_of(first), ref) for ref in ("B2", "B3")] == before
    assert len(listed(first)) == 3
    assert sheet_of(copy_of(reader, first, []))["B2"].fill.fgColor.rgb == "FFDDEEFF"


def test_colours_go_even_if_rows_moved_or_the_list_was_deleted(reader: Reader, source: Path) -> None:
    first = copy_of(reader, source, [SHORT, ODD])
    book = openpyxl.load_workbook(first)
    book["数据"].insert_rows(1)
    book.remove(book["问题清单"])
    book.save(first)
    sheet = sheet_of(copy_of(reader, first, []))
    fills = {cell.fill.fgColor.rgb for row in sheet.iter_rows() for cell in row}
    assert not fills & {"FFFFF1F0", "FFFFF7E6"}


def test_a_sheet_of_the_user_with_the_same_title_stays(reader: Reader, source: Path) -> None:
    book = openpyxl.load_workbook(source)
    book.create_sheet("问题清单")["A1"] = "自己的"
    book.save(source)
    first = copy_of(reader, source, [SHORT])
    second = copy_of(reader, first, [SHORT])
    assert openpyxl.load_workbook(second).sheetnames == ["数据", "问题清单", "问题清单1"]
    assert sheet_of(second, "问题清单")["A1"].value == "自己的"
    assert [sheet.name for sheet in reader.read(second).sheets] == ["数据", "问题清单"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "a\x00\x0bb"])
def test_text_never_becomes_a_formula(reader: Reader, source: Path, text: str) -> None:
    target = copy_of(
        reader, source, [Mark("数据", "B3", "must", Text(text, text)), Mark(text, "A1", "must", ODD.text)]
    )
    sheet = sheet_of(target, "问题清单")
    assert {cell.data_type for row in sheet.iter_rows(min_row=2, min_col=2) for cell in row} <= {"s", "n"}
    shown = text.replace("\x00", "").replace("\x0b", "")
    assert sheet["E3"].value == shown
    assert sheet["E3"].quotePrefix is (shown[0] in "=+-@")
    with ZipFile(target) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet2.xml")


def test_a_formula_like_text_of_the_user_stays_text(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(packing.cell('r="A1" t="inlineStr"', "<is><t>=1+1</t></is>"))
    copy = reader.read(copy_of(reader, path, [])).sheets[0].cells[0]
    assert (copy.kind, copy.value) == ("text", "=1+1")


def test_marks_at_odd_places(reader: Reader, source: Path) -> None:
    marks = [
        Mark("数据", "C7", "must", Text("合并", "merged")),
        Mark("数据", "ZZ900", "must", Text("远处", "far")),
        Mark("没有这张表", "A1", "must", Text("缺表", "no sheet")),
        Mark("数据", "", "explain", Text("整张表", "the whole sheet")),
    ]
    target = copy_of(reader, source, marks)
    sheet = sheet_of(target)
    assert note(sheet, "A6") == ("合并", "美好教育")
    assert note(sheet, "ZZ900") == ("远处", "美好教育")
    assert [row[3] for row in listed(target)[1:]] == ["A1", "C7", "ZZ900", ""]
    assert sheet_of(target, "问题清单")["D2"].hyperlink is None
    assert sheet_of(copy_of(reader, target, []))["A6"].fill.fill_type is None


def test_a_title_with_a_quote_is_linked(reader: Reader, source: Path) -> None:
    book = openpyxl.load_workbook(source)
    book["数据"].title = "O'Brien"
    book.save(source)
    target = copy_of(reader, source, [Mark("O'Brien", "B2", "must", SHORT.text)])
    assert sheet_of(target, "问题清单")["D2"].hyperlink.location == "'O''Brien'!B2"


def test_a_mark_must_name_a_cell() -> None:
    with pytest.raises(ValueError, match="not a cell"):
        Mark("数据", "B2:B3", "must", SHORT.text)


def test_macros_are_kept_and_annotated_again(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "宏.xlsm"
    content = packing.parts() | {"xl/vbaProject.bin": b"macros"}
    types = content[packing.TYPES]
    assert isinstance(types, str)
    kind = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    content[packing.TYPES] = types.replace(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", kind
    )
    path.write_bytes(packing.packed(content))
    first, second = tmp_path / "一.xlsm", tmp_path / "二.xlsm"
    reader.annotate(path, first, [Mark("数据", "A1", "must", SHORT.text)], "zh")
    reader.annotate(first, second, [], "zh")
    for copy in (first, second):
        with ZipFile(copy) as archive:
            names = set(archive.namelist())
            assert archive.read("xl/vbaProject.bin") == b"macros"
            for name in names:
                if name.startswith("xl/worksheets/_rels/"):
                    drawn = b"vmlDrawing" in archive.read(name)
                    assert drawn == any(part.endswith(".vml") for part in names)
        assert reader.read(copy).sheets[0].cells


def test_the_target_is_whole_or_not_there(reader: Reader, source: Path, tmp_path: Path) -> None:
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    with pytest.raises(Refused, match=r"「问题\.xlsx」无法写入"):
        reader.annotate(source, tmp_path / "没有" / "问题.xlsx", [SHORT], "zh")
    (tmp_path / "目录.xlsx").mkdir()
    with pytest.raises(Refused, match=r"「目录\.xlsx」无法写入"):
        reader.annotate(source, tmp_path / "目录.xlsx", [SHORT], "zh")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["目录.xlsx", "表一.xlsx"]
    assert hashlib.sha256(source.read_bytes()).hexdigest() == digest
