"""Files made to break the reader are refused in words, and the reader reads on."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import openpyxl
import pytest

from bench.trust.hostile import attacks, packages, packing
from bench.trust.hostile.corpus import BY_TITLE, CORPUS
from bench.trust.hostile.files import read_on, tried
from bench.trust.hostile.judging import MOST_MB, MOST_SECONDS, Meter, Tally
from meihao.base.text import Refused, Text
from meihao.documents.workbook import Limits, Mark, Reader


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "好.xlsx"
    path.write_bytes(packing.good())
    return path


def refusal(reader: Reader, path: Path) -> Text:
    with pytest.raises(Refused) as caught:
        reader.read(path)
    return caught.value.text


@pytest.mark.parametrize("title", BY_TITLE)
def test_each_hostile_file_is_refused_in_words_or_taken_whole(
    title: str, reader: Reader, good: Path, tmp_path: Path
) -> None:
    """And the next good file is read by the same child, which has stayed small."""
    case, tally, meter = BY_TITLE[title], Tally(), Meter()
    if reader.pid is None:
        reader.read(good)
    (tmp_path / "case").mkdir()
    tried(case, case.put(tmp_path / "case"), reader, tally, meter)
    read_on(reader, good, title, tally)
    assert tally.faults == []
    assert tally.cases == tally.refused + tally.taken == 1
    assert meter.slowest_s < 3 * MOST_SECONDS  # the machine may be slow; `make trust` measures
    assert meter.child_mb <= MOST_MB


def test_the_corpus_is_large_and_of_every_kind() -> None:
    assert len(CORPUS) >= 120
    assert len([case for case in CORPUS if case.cells is None]) >= 120
    assert len([case for case in CORPUS if case.cells is not None]) >= 50
    assert {"strangers", "packages", "frames", "contents", "attacks", "odd", "places"} <= {
        case.group for case in CORPUS
    }


def test_the_words_name_the_file_the_fault_and_the_remedy(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "学校A.xlsx"
    path.write_text("学校,人数\n", "utf-8")
    text = refusal(reader, path)
    assert text.zh == (
        "「学校A.xlsx」不是 Excel 工作簿：内容是逗号分隔的文本（CSV）。"
        "请在 Excel 或 WPS 中打开后另存为 .xlsx 再交。"
    )
    assert text.en == (
        "“学校A.xlsx” is not an Excel workbook: its content is comma-separated text (CSV). "
        "Open it in Excel or WPS and save it as .xlsx before handing it in."
    )


def test_a_refusal_inside_a_sheet_names_the_sheet(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(attacks.far_cell())
    assert refusal(reader, path).zh.startswith("「a.xlsx」的工作表「数据」在单元格 XFD1048576 处有内容")


def test_what_is_not_a_readable_file(reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    (tmp_path / "loop.xlsx").symlink_to("loop.xlsx")
    assert "不存在" in refusal(reader, tmp_path / "none.xlsx").zh
    assert "不是文件" in refusal(reader, tmp_path).zh
    assert "不是文件" in refusal(reader, tmp_path / "pipe.xlsx").zh
    assert "无法打开" in refusal(reader, tmp_path / "loop.xlsx").zh
    assert "无法打开" in refusal(reader, tmp_path / "a\0b.xlsx").zh
    assert "无法打开" in refusal(reader, tmp_path / ("长" * 300)).zh

    def forbidden(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", forbidden)  # a superuser may read everything: no file to test with
    path = tmp_path / "locked.xlsx"
    path.touch()
    assert "权限" in refusal(reader, path).zh


def test_a_file_over_the_size_limit(good: Path) -> None:
    with Reader(Limits(file_mb=0)) as reader:
        assert "超过 0 MB" in refusal(reader, good).zh


def test_links_to_other_workbooks_are_not_followed(reader: Reader, tmp_path: Path) -> None:
    secret = tmp_path / "secret.xlsx"
    secret.write_bytes(packing.good())
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = f"=[{secret.as_uri()}]数据!A1"
    book.save(tmp_path / "a.xlsx")
    (cell,) = reader.read(tmp_path / "a.xlsx").sheets[0].cells
    assert cell.kind == "formula"


# --- limits, each with the same file read under a wider one ---------------------------------------


def sized(tmp_path: Path, cells: int) -> Path:
    row = "<row>" + "<c><v>12345.678</v></c>" * 100 + "</row>"
    path = tmp_path / f"{cells}.xlsx"
    path.write_bytes(packing.workbook(row * (cells // 100)))
    return path


@pytest.mark.parametrize(
    ("tight", "words"),
    [
        (Limits(cells=9_999), "超过 9999 个"),
        (Limits(rows=99), "A100"),
        (Limits(columns=99), "CV1"),
        (Limits(characters=89_999), "文字总量"),
        (Limits(sheets=0), "工作表超过"),
        (Limits(unpacked_mb=0), "上限 0 MB"),
        (Limits(wall_s=0.01), "时间超过上限（0.01 秒）"),
        (Limits(memory_mb=20), "所需内存"),
    ],
)
def test_each_limit_is_what_refuses(tight: Limits, words: str, reader: Reader, tmp_path: Path) -> None:
    path = sized(tmp_path, 10_000)
    with Reader(tight) as narrow:
        assert words in refusal(narrow, path).zh
    assert len(reader.read(path).sheets[0].cells) == 10_000


def test_processor_time_is_counted_for_each_file(tmp_path: Path) -> None:
    small, big = sized(tmp_path, 100), sized(tmp_path, 400_000)
    with Reader(Limits(cpu_s=0)) as narrow:
        assert "时间超过上限（0 秒）" in refusal(narrow, big).zh
        assert len(narrow.read(small).sheets[0].cells) == 100
    with Reader() as wide:
        assert len(wide.read(big).sheets[0].cells) == 400_000


def test_texts_that_fill_the_memory(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "texts.xlsx"
    path.write_bytes(attacks.many_texts(150_000))
    with Reader(Limits(memory_mb=40)) as narrow:
        assert "所需内存超过上限（40 MB）" in refusal(narrow, path).zh
        assert narrow.pid is None  # nothing of it is left running
    assert len(reader.read(path).sheets[0].cells) == 4


def test_one_text_pointed_at_by_many_cells(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "texts.xlsx"
    path.write_bytes(attacks.many_rows_of_one_text(100))
    with Reader(Limits(characters=3_199_999)) as narrow:
        assert "文字总量" in refusal(narrow, path).zh
    assert sum(len(str(cell.value)) for cell in reader.read(path).sheets[0].cells) == 3_200_000


def test_a_child_that_died_is_replaced(good: Path) -> None:
    with Reader() as reader:
        reader.read(good)
        first = reader.pid
        assert first
        os.kill(first, 9)
        os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
        assert reader.read(good).sheets
        assert reader.pid != first


def test_a_reader_keeps_its_child_and_ends_it(good: Path) -> None:
    with Reader() as reader:
        reader.read(good)
        first = reader.pid
        reader.read(good)
        assert reader.pid == first
        assert sorted(os.listdir(f"/proc/{first}/fd")) == ["0", "1", "2", "3"]
    assert not Path(f"/proc/{first}").exists()


def test_the_child_loads_no_parser_but_the_one_we_checked_for(good: Path) -> None:
    """Whatever happens to be installed, and whatever our own modules import."""
    with Reader() as reader:
        reader.read(good)
        loaded = Path(f"/proc/{reader.pid}/maps").read_text()
    assert "pyexpat" in loaded
    assert not [name for name in ("lxml", "numpy", "PIL", "libxml2") if name in loaded]


def test_annotating_a_hostile_file_is_refused_and_leaves_nothing(reader: Reader, tmp_path: Path) -> None:
    path, target = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    path.write_bytes(attacks.far_cell())
    with pytest.raises(Refused, match="XFD1048576"):
        reader.annotate(path, target, [Mark("数据", "A1", "must", Text("错", "wrong"))], "zh")
    assert [item.name for item in tmp_path.iterdir()] == ["a.xlsx"]


def test_merging_every_cell_kills_only_the_child(reader: Reader, good: Path, tmp_path: Path) -> None:
    merged = '</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    path = tmp_path / "merged.xlsx"
    path.write_bytes(packing.workbook(sheet=packing.sheet().replace("</sheetData>", merged)))
    with Reader(Limits(memory_mb=100)) as narrow, pytest.raises(Refused, match="所需内存"):
        narrow.annotate(path, tmp_path / "b.xlsx", [], "zh")
    assert len(reader.read(path).sheets[0].cells) == 4


# --- controls: the faults are real for a reader without these checks -------------------------------


def test_control_a_far_cell_stretches_the_sheet_for_openpyxl(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    path.write_bytes(attacks.far_cell())
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.dimensions == "A1:XFD1048576"
    tracemalloc.start()
    for _ in islice(sheet.iter_rows(), 5):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak > 5 << 20  # five of its 1 048 576 rows


def test_control_the_bomb_does_unpack(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(attacks.bomb())
    assert path.stat().st_size < 1 << 20
    with ZipFile(path) as archive, archive.open(packing.SHEET) as stream:
        assert sum(len(chunk) for chunk in iter(lambda: stream.read(1 << 20), b"")) > 200 << 20


def test_control_entities_do_multiply() -> None:
    root = ElementTree.fromstring(attacks.laughs(4).replace("UTF-8", "utf-8"))
    assert len("".join(root.itertext())) == 10_000


def test_control_a_doubled_part_is_read_without_a_word(tmp_path: Path) -> None:
    path = tmp_path / "doubled.xlsx"
    path.write_bytes(packages.doubled_part())
    assert openpyxl.load_workbook(path).worksheets[0]["A1"].value is None  # the second part wins
