"""A workbook is read as Excel shows it."""

from __future__ import annotations

import datetime
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.trust.hostile import packing
from meihao.documents.workbook import Cell, Reader, Sheet, position, reference

clock = datetime.datetime.fromisoformat  # Excel knows no time zones


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("read")


def one(reader: Reader, folder: Path, attributes: str, inside: str) -> Cell | None:
    path = folder / "one.xlsx"
    path.write_bytes(packing.cell(f'r="A1" {attributes}', inside))
    return reader.read(path).sheets[0].at(1, 1)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("0.30000000000000004", "0.3"),
        ("2.5", "2.5"),
        ("12.0", "12"),
        ("1E3", "1000"),
        ("1.2E+2", "120"),
        ("-0", "0"),
        ("0.0", "0"),
        ("1E-7", "1E-7"),
        ("4.1E+17", "410000000000000000"),
        ("123456789012345678", "123456789012345678"),
        ("1.23456789012345678", "1.23456789012346"),
        ("0.1000000000000005", "0.100000000000001"),
        ("100.00", "100"),
        (" 7 ", "7"),
    ],
)
def test_numbers_are_what_excel_shows(reader: Reader, folder: Path, stored: str, shown: str) -> None:
    cell = one(reader, folder, "", f"<v>{stored}</v>")
    assert cell
    assert (cell.kind, str(cell.value)) == ("number", shown)


@pytest.mark.parametrize(
    ("attributes", "inside", "kind", "value"),
    [
        ("", "<f>SUM(B1:B2)</f><v>12</v>", "number", Decimal(12)),
        ('t="str"', "<f>B1</f><v>一小</v>", "text", "一小"),
        ('t="b"', "<f>B1</f><v>0</v>", "bool", False),
        ('t="e"', "<f>B1</f><v>#REF!</v>", "error", "#REF!"),
        ("", "<f>SUM(B1:B2)</f>", "formula", "=SUM(B1:B2)"),
        ("", "<f>SUM(B1:B2)</f><v></v>", "formula", "=SUM(B1:B2)"),
        ('t="e"', "<v>#DIV/0!</v>", "error", "#DIV/0!"),
        ('t="b"', "<v>1</v>", "bool", True),
        ('t="d"', "<v>2024-09-01</v>", "date", datetime.date(2024, 9, 1)),
        ('t="d"', "<v>2024-09-01T08:30:00Z</v>", "date", clock("2024-09-01T08:30")),
        ('t="d"', "<v>08:30:00</v>", "text", "08:30:00"),
        ('t="inlineStr"', "<is><t> 一 小 </t></is>", "text", " 一 小 "),
        ('t="inlineStr"', "<is><t>a_x000D_\nb_x005F_c</t></is>", "text", "a\nb_c"),
        (
            't="inlineStr"',
            '<is><r><t>北</t></r><r><rPr/><t>京</t></r><rPh sb="0" eb="1"><t>ほ</t></rPh></is>',
            "text",
            "北京",
        ),
    ],
)
def test_what_a_cell_holds(
    reader: Reader, folder: Path, attributes: str, inside: str, kind: str, value: object
) -> None:
    cell = one(reader, folder, attributes, inside)
    assert cell
    assert (cell.kind, cell.value) == (kind, value)
    assert type(cell.value) is type(value)


@pytest.mark.parametrize(
    ("attributes", "inside"),
    [
        ("", ""),
        ('s="0"', ""),
        ("", "<v></v>"),
        ('t="str"', '<f>IF(B1,1,"")</f><v></v>'),
        ('t="inlineStr"', "<is><t>  </t></is>"),
        ('t="inlineStr"', "<is/>"),
    ],
)
def test_what_is_no_cell(reader: Reader, folder: Path, attributes: str, inside: str) -> None:
    assert one(reader, folder, attributes, inside) is None


def test_an_empty_formatted_cell_far_away_is_no_content(reader: Reader, folder: Path) -> None:
    path = folder / "far.xlsx"
    path.write_bytes(packing.workbook(packing.GOOD_ROWS + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'))
    assert len(reader.read(path).sheets[0].cells) == 4


def test_the_longest_text_of_excel_is_read(reader: Reader, folder: Path) -> None:
    cell = one(reader, folder, 't="inlineStr"', f"<is><t>{'长' * 32_767}</t></is>")
    assert cell
    assert cell.value == "长" * 32_767


def saved(folder: Path, rows: list[list[Any]], **settings: Any) -> Path:
    book = openpyxl.Workbook()
    for name, value in settings.items():
        setattr(book, name, value)
    for row in rows:
        book.worksheets[0].append(row)
    path = folder / "saved.xlsx"
    book.save(path)
    return path


def test_dates_times_and_the_epoch_of_1904(reader: Reader, folder: Path) -> None:
    day, noon = datetime.date(2024, 2, 29), clock("2024-02-29T12:30:01")
    row = [day, noon, datetime.time(8, 30), datetime.timedelta(hours=26, minutes=5)]
    for epoch in (clock("1899-12-30"), clock("1904-01-01")):
        sheet = reader.read(saved(folder, [row], epoch=epoch)).sheets[0]
        assert [cell.value for cell in sheet.cells] == [day, noon, "08:30:00", "26:05:00"]


def test_a_number_that_no_calendar_holds_stays_a_number(reader: Reader, folder: Path) -> None:
    path = folder / "dates.xlsx"
    book = openpyxl.Workbook()
    for ref, value in (("A1", -5), ("A2", 99_999_999)):
        book.worksheets[0][ref] = value
        book.worksheets[0][ref].number_format = "yyyy-mm-dd"
    book.save(path)
    assert [(cell.kind, cell.value) for cell in reader.read(path).sheets[0].cells] == [
        ("date", datetime.date(1899, 12, 25)),
        ("number", Decimal(99_999_999)),
    ]


def test_sheets_properties_and_the_digest(reader: Reader, folder: Path) -> None:
    path = folder / "书.xlsx"
    book = openpyxl.Workbook()
    book.worksheets[0].title = "O'Brien & 🏫 <数据>"
    book.create_sheet("隐藏").sheet_state = "veryHidden"
    book.create_chartsheet("图")
    book.properties.title, book.properties.keywords = "表一", "meihao:1"
    book.save(path)
    read = reader.read(path)
    assert [(sheet.name, sheet.hidden) for sheet in read.sheets] == [
        ("O'Brien & 🏫 <数据>", False),
        ("隐藏", True),
    ]
    assert read.properties == {"title": "表一", "keywords": "meihao:1"}
    assert read.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read.path == path


def test_a_link_to_a_file_is_read(reader: Reader, folder: Path) -> None:
    (folder / "real.xlsx").write_bytes(packing.good())
    (folder / "link.xlsx").symlink_to("real.xlsx")
    assert len(reader.read(folder / "link.xlsx").sheets[0].cells) == 4


def test_rows_and_places_of_a_sheet() -> None:
    cells = tuple(
        Cell(reference(row, column), row, column, Decimal(row), "number")
        for row, column in ((2, 1), (2, 28), (5, 3))
    )
    sheet = Sheet("数据", False, cells)
    assert sheet.at(2, 28) is cells[1]
    assert sheet.at(1, 1) is None
    assert list(sheet.rows()) == [(2, {1: cells[0], 28: cells[1]}), (5, {3: cells[2]})]
    assert sheet == Sheet("数据", False, cells)


@given(st.integers(1, 1_048_576), st.integers(1, 16_384))
def test_references_and_positions_are_inverse(row: int, column: int) -> None:
    assert position(reference(row, column)) == (row, column)


def test_what_is_no_reference() -> None:
    for ref in ("", "A", "1", "A0", "a1", "A1:B2", "XFE1", "A1048577", "Ａ1", "A1\n"):
        assert position(ref) is None


TEXT = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff_"),
    min_size=1,
    max_size=20,
).filter(lambda text: text.strip() and not text.startswith("=") and not text.startswith("#"))
VALUE = st.one_of(
    st.none(),
    TEXT,
    st.booleans(),
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.decimals(-(10**9), 10**9, places=5, allow_nan=False),
    st.dates(datetime.date(1900, 3, 1), datetime.date(9999, 12, 31)),
    st.datetimes(clock("1900-03-01"), clock("2999-12-31")).map(
        lambda moment: moment.replace(microsecond=0, second=1)
    ),
)


@given(rows=st.lists(st.lists(VALUE, max_size=6), max_size=6))
def test_any_table_comes_back_equal(reader: Reader, folder: Path, rows: list[list[Any]]) -> None:
    sheet = reader.read(saved(folder, rows)).sheets[0]
    expected = {
        (at, column): value
        for at, row in enumerate(rows, 1)
        for column, value in enumerate(row, 1)
        if value is not None
    }
    found = {(cell.row, cell.column): cell.value for cell in sheet.cells}
    assert found == expected
    assert list(found) == sorted(found)
    for place, value in expected.items():
        assert isinstance(found[place], bool) is isinstance(value, bool)


STRANGER = """
import sys
from pathlib import Path
from meihao.documents.workbook import Reader
with Reader() as reader:
    print(len(reader.read(Path(sys.argv[1])).sheets[0].cells))
"""


def test_the_folder_of_the_user_decides_nothing(folder: Path) -> None:
    """A module that lies beside the workbooks is not the one the child loads."""
    place = folder / "beside"
    place.mkdir()
    for name in ("openpyxl", "json", "meihao"):
        (place / f"{name}.py").write_text("raise SystemExit(3)")
    (folder / "real.xlsx").write_bytes(packing.good())
    done = subprocess.run(
        [sys.executable, "-P", "-c", STRANGER, str(folder / "real.xlsx")],
        cwd=place,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": os.pathsep.join(os.path.abspath(item) for item in sys.path)},
    )
    assert done.stdout == "4\n"
