"""The seal: one spelling of what a workbook says, its code, and what strangers put in its place."""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty

from meihao.base.text import Refused
from meihao.documents.sealing import (
    CODE,
    Place,
    Shown,
    check_code,
    imprint,
    imprint_of,
    seal,
    unsealed,
)
from meihao.documents.sealing.formats import of_number, of_text
from meihao.documents.verifying import differences, verified
from meihao.documents.workbook import Reader
from meihao.documents.xlsx import save_deterministic
from tests.documents.office import converted

# --- the check code

TEXTS = st.text(st.sampled_from("aé１1 \u3000\n澄砚\u0301\u200b𠮷"), max_size=4)
CONTENTS = st.one_of(
    st.builds(lambda text: ("text", text), TEXTS),
    st.builds(lambda number: ("number", str(number)), st.integers(-3, 30)),
    st.builds(lambda number: ("formula", f"={number}"), st.integers(0, 3)),
)
PLACES = st.tuples(st.integers(1, 4), st.integers(1, 4))
SHEETS = st.dictionaries(PLACES, CONTENTS, max_size=8)


def shown(content: Mapping[Place, tuple[str, str]], look: str = "") -> dict[Place, Shown]:
    return {place: Shown(*said, look) for place, said in content.items()}


@given(SHEETS, SHEETS)
def test_the_code_changes_exactly_when_the_content_does(
    one: dict[Place, tuple[str, str]], other: dict[Place, tuple[str, str]]
) -> None:
    for left, right in ((one, other), (one, {**one, **other}), (one, dict(reversed(one.items())))):
        assert (check_code(shown(left)) == check_code(shown(right, "0.0"))) == (left == right)


@given(SHEETS, PLACES, CONTENTS)
def test_one_cell_changes_the_code(
    sheet: dict[Place, tuple[str, str]], place: Place, content: tuple[str, str]
) -> None:
    changed = {**sheet, place: content}
    assert (check_code(shown(sheet)) == check_code(shown(changed))) == (sheet.get(place) == content)


def test_a_code_is_eight_letters_that_nobody_confuses() -> None:
    codes = [check_code({(row, 1): Shown("number", str(row))}) for row in range(1, 500)]
    assert all(CODE.fullmatch(code) and len(code) == 9 for code in codes)
    assert len(set(codes)) == len(codes)
    assert not set("".join(codes)) & set("0O1IL")
    assert len(set("".join(codes))) == len("23456789ABCDEFGHJKMNPQRSTUVWXYZ-")


def test_the_code_of_a_sheet_worked_by_hand() -> None:
    """SHA-256 of the compact JSON list, as a number, written in 31 letters from its lowest place."""
    # printf '[["A1","text","a"],["B1","number","0.62"]]' | sha256sum
    # with bc: obase=31 ends 0 4 10 3 29 10 6 15, read backwards
    assert check_code({(1, 2): Shown("number", "0.62"), (1, 1): Shown("text", "a")}) == "H8CY-5C62"


# --- one spelling


def packed(*values: object, formats: str = "General") -> bytes:
    book, buffer = Workbook(), io.BytesIO()
    sheet: Any = book.worksheets[0]
    for row, value in enumerate(values, 1):
        sheet.cell(row, 1, value).number_format = formats
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0.62, Decimal("0.620")),
        (0.1 + 0.2, 0.3),
        (1e20, 10**20),
        (-0.0, 0),
        ("e\u0301cole", "école"),
        ("行\r\n行", "行\n行"),
        ("尾 \n ", "尾"),
        (None, " "),
    ],
)
def test_what_is_the_same_has_one_spelling(one: object, other: object) -> None:
    assert imprint_of(packed(one)) == imprint_of(packed(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0.62, 0.6200001),
        (0.62, "0.62"),
        ("５", "5"),
        ("甲", "甲\u200b"),
        ("甲", " 甲"),
        ("甲 乙", "甲  乙"),
        ("а", "a"),
        (True, 1),
        (True, "TRUE"),
        (3, "=1+2"),
        (date(2025, 10, 20), "2025-10-20"),
    ],
)
def test_what_is_not_the_same_has_not(one: object, other: object) -> None:
    assert differences(imprint_of(packed(one)), imprint_of(packed(other)))


# each pair as LibreOffice 7.4 was seen to write the first when it saved a workbook or an .ods again
SPELLINGS = [
    ("yyyy-mm-dd", "yyyy\\-mm\\-dd"),
    ('yyyy"年"m"月"d"日"', "yyyy\\年m\\月d\\日"),
    ('0.00"㎡"', "0.00\\㎡"),
    ("0.00_);(0.00)", "0.00\\ ;\\(0.00\\)"),
    ("0.00;[Red]-0.00", "0.00;[RED]\\-0.00"),
    ("¥#,##0.00", "\\¥#,##0.00"),
    (";;;", '"";"";"";""'),
    ("0.00_ ", "0.00\\ "),
    ("[Color10]0.00", "0.00"),
    ('[=1]"是";0', "[=1]\\是;0"),
]


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_formats_that_show_the_same_have_one_spelling(one: str, other: str) -> None:
    assert of_number(one) == of_number(other)


UNLIKE = [
    "General",
    "0",
    "0.0",
    "0.00",
    "0.00,",
    '"0.45"',
    ";;;",
    "0%",
    "[White]0.00",
    "[Color2]0.00",
    "\\0.00",
    "0;0;0",
    "@",
]


@pytest.mark.parametrize("one", UNLIKE)
def test_formats_that_show_something_else_have_not(one: str) -> None:
    assert [other for other in UNLIKE if of_number(other) == of_number(one)] == [one]


def test_only_a_format_for_words_bears_on_words() -> None:
    assert {of_text(code) for code in ("General", "@", "0.00", '"0.45"', "0;0;0", "0;0;0;@")} == {""}
    assert len({of_text(code) for code in ("", ";;;", '0;0;0;"乙"', "@@", '"某"@')} - {""}) == 4


# --- any workbook of the set

MORNING = datetime(2025, 10, 20, 8, 30)  # noqa: DTZ001  (a workbook knows no zones)


def furnished() -> Workbook:
    """A workbook with what other tables of the set may hold."""
    book = Workbook()
    sheet: Any = book.worksheets[0]
    sheet.title = "其他 '表' 1"
    for row, (code, _) in enumerate(SPELLINGS, 1):
        for column, value in enumerate((0.6234, -1234.5, "文字"), 1):
            sheet.cell(row, column, value).number_format = code
    for row, value in enumerate((True, date(2025, 10, 20), MORNING, "=SUM(A1:A3)", "尾 \n 多  空"), 1):
        sheet.cell(row, 5).value = value
    sheet.merge_cells("G1:H2")
    sheet["G1"] = "并"
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    sheet.oddFooter.center.text = "第 &P 页"
    sheet.print_area = "A1:H10"
    other: Any = book.create_sheet("隐")
    other.sheet_state = "hidden"
    other["A1"] = "隐藏的"
    return book


def test_any_workbook_can_be_sealed_and_saved_again(tmp_path: Path) -> None:
    book = furnished()
    codes = seal(book)
    assert list(codes) == book.sheetnames
    save_deterministic(book, tmp_path / "一.xlsx")
    (there,) = converted([tmp_path / "一.xlsx"], "ods", tmp_path)
    again = tmp_path / "again"
    again.mkdir()
    with Reader() as reader:
        assert verified(tmp_path / "一.xlsx", reader, None).unchanged
        for source in (tmp_path / "一.xlsx", there):
            (path,) = converted([source], "xlsx", again)
            verdict = verified(path, reader, None)
            assert verdict.differences == ()
            assert verdict.codes == codes


def test_sealing_again_replaces_the_code_and_the_seal(tmp_path: Path) -> None:
    book: Any = furnished()
    first = seal(book)
    chunks = len(book.custom_doc_props)
    assert seal(book) == first
    assert len(book.custom_doc_props) == chunks
    name = book.sheetnames[0]
    assert book[name].oddFooter.center.text == f"第 &P 页　核验码 {first[name]}"
    book[name]["A1"] = 1
    assert seal(book)[name] != first[name]
    assert book[name].oddFooter.center.text.count("核验码") == 1
    save_deterministic(book, tmp_path / "t.xlsx")
    with Reader() as reader:
        assert verified(tmp_path / "t.xlsx", reader, None).unchanged


def test_the_code_is_printed_on_first_and_even_pages_too() -> None:
    book: Any = furnished()
    sheet = book.worksheets[0]
    sheet.HeaderFooter.differentFirst = sheet.HeaderFooter.differentOddEven = True
    code = seal(book)[sheet.title]
    for footer in (sheet.evenFooter, sheet.firstFooter):
        assert footer.center.text == f"核验码 {code}"


# --- what strangers put there


def carrying(told: bytes) -> dict[str, str]:
    return {"meihao-seal-0001": base64.b64encode(zlib.compress(told, 9)).decode("ascii")}


DAMAGED = {
    "no base64": {"meihao-seal-0001": "§"},
    "not packed": {"meihao-seal-0001": "YWJj"},
    "no JSON": carrying(b"{"),
    "another version": carrying(b"[2,[]]"),
    "another shape": carrying(b'[1,["a"]]'),
    "numbers without end": carrying(b'[1,[["a",false,[[Infinity,1,"text",""]],[],[],[],{},[]]]]'),
    "nested without end": carrying(b"[" * 100_000),
    "no end": carrying(b" " * (1 << 27)),
    "no text": carrying(b"\xff"),
}


@pytest.mark.parametrize("properties", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_seal_is_refused(properties: dict[str, str]) -> None:
    with pytest.raises(Refused, match="封印已损坏"):
        unsealed(properties)


def test_a_seal_that_lacks_a_piece_is_refused() -> None:
    book: Any = furnished()
    seal(book)
    properties = {kept.name: kept.value for kept in book.custom_doc_props}
    assert unsealed(properties)
    del properties["meihao-seal-0002"]
    with pytest.raises(Refused, match="封印已损坏"):
        unsealed(properties)
    assert unsealed({"title": "表"}) is None


def test_tables_with_a_damaged_seal_can_still_be_proved(tmp_path: Path) -> None:
    book: Any = furnished()
    book.custom_doc_props.append(StringProperty(name="meihao-seal-0001", value="§"))
    book.save(tmp_path / "t.xlsx")
    with Reader() as reader:
        with pytest.raises(Refused, match="封印已损坏"):
            verified(tmp_path / "t.xlsx", reader, None)
        sheets, properties = reader.see(tmp_path / "t.xlsx")
        assert properties == {"meihao-seal-0001": "§"}
        assert not differences(imprint(sheets), imprint_of((tmp_path / "t.xlsx").read_bytes()))
