"""What is seen of a workbook beyond its cells; a stranger's file is refused here as it is when read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from meihao.base.text import Refused
from meihao.documents.workbook import Reader
from meihao.documents.workbook.appearance import SeenSheet
from tests.documents.workbook import hostile

END = "</sheetData>"
CUSTOM = "docProps/custom.xml"
MANY = '<mergeCell ref="A1:B2"/>' * 100_001
FOREIGN = '<x:row r="1" hidden="1"><x:c r="A1" s="0"><x:f>1</x:f></x:c></x:row>'
COLUMNS = '<col min="2" max="3" hidden="1"/><col min="5" max="5" width="0"/><col min="7" max="7" width="9"/>'


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


@pytest.fixture
def see(reader: Reader, tmp_path: Path) -> Callable[[bytes], tuple[list[SeenSheet], dict[str, str]]]:
    def call(data: bytes) -> tuple[list[SeenSheet], dict[str, str]]:
        path = tmp_path / "学校A.xlsx"
        path.write_bytes(data)
        return reader.see(path)

    return call


See = Callable[[bytes], tuple[list[SeenSheet], dict[str, str]]]


@pytest.mark.parametrize("name", hostile.CASES)
def test_each_hostile_file_is_refused_as_it_is_when_read(name: str, reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "学校A.xlsx"
    path.write_bytes(hostile.CASES[name][0]())
    with pytest.raises(Refused) as read:
        reader.read(path)
    with pytest.raises(Refused) as seen:
        reader.see(path)
    assert seen.value.text == read.value.text
    path.write_bytes(hostile.good())
    assert len(reader.see(path)[0][0]["cells"]) == 4


def after(more: str) -> bytes:
    """A good workbook with something more behind its cells."""
    return hostile.replaced(hostile.SHEET, END, END + more)


def before(more: str) -> bytes:
    return hostile.replaced(hostile.SHEET, "<sheetData>", more + "<sheetData>")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (lambda: after('<mergeCells><mergeCell ref="A1:ZZZZ9"/></mergeCells>'), "范围错误"),
        (lambda: after("<mergeCells><mergeCell/></mergeCells>"), "范围错误"),
        (lambda: after("<mergeCells>" + MANY + "</mergeCells>"), "超过 100000 处"),
        (lambda: before('<cols><col hidden="1"/></cols>'), "结构不符合"),
        (lambda: before('<sheetFormatPr defaultRowHeight="high"/>'), "结构不符合"),
        (lambda: hostile.workbook(**{CUSTOM: "<Properties><property></Properties>"}), "XML"),
        (lambda: hostile.workbook(**{CUSTOM: f"<a><{'b' * (5 << 20)}"}), "过长"),
    ],
    ids=["wide range", "no range", "many ranges", "no columns", "no number", "broken properties", "long tag"],
)
def test_what_only_looks_are_made_of_is_checked(data: Callable[[], bytes], words: str, see: See) -> None:
    with pytest.raises(Refused, match=words):
        see(data())


def test_elements_of_another_namespace_tell_nothing_of_cells(see: See) -> None:
    """Else a format could be told away by a second, foreign cell of the same name."""
    foreign = f'<x:extLst xmlns:x="y">{FOREIGN}</x:extLst>'
    assert see(after(foreign)) == see(hostile.good())


def test_lines_are_hidden_in_three_ways(see: See) -> None:
    (sheet,), _ = see(before(f"<cols>{COLUMNS}</cols>"))
    assert sheet["columns"] == [[2, 3], [5, 5]]
    (sheet,), _ = see(before('<sheetFormatPr zeroHeight="1"/>'))
    assert sheet["covers"] == ["sheetFormatPr"]


def test_the_own_properties_are_told_as_text(see: See) -> None:
    space = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
    text = (
        f'<Properties xmlns="{space}" xmlns:vt="v"><property name="甲"><vt:lpwstr>乙</vt:lpwstr></property>'
    )
    text += '<property name="数"><vt:i4>3</vt:i4></property></Properties>'
    _, properties = see(hostile.workbook(**{CUSTOM: text}))
    assert properties == {"甲": "乙", "数": "3"}
