"""Nothing about persons: read from an export, kept, or written. Every search has a control that finds."""

import io
import re
from html import unescape
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import pytest

from meihao.documents.reconciling.passing import PassingReader
from meihao.documents.reconciling.reconciling import write_reconciled
from tests.documents.exports import (
    PUPIL,
    STATISTICS,
    all_confirmed,
    book,
    confirm,
    known,
    local,
    pupil,
    rules,
    run,
    school,
    shipped_text,
    told,
    two,
)
from tests.documents.sheets import PRIMARY, official, taken

CANARY = re.compile(r"虚构(?:证件)?\d{5}")


def bytes_of(folder: Path) -> str:
    """Every written byte as text: workbooks unpacked, and letters that stand there by number as letters."""
    said = []
    for path in (p for p in sorted(folder.rglob("*")) if p.is_file()):
        data = path.read_bytes()
        parts = [data]
        if is_zipfile(path):
            with ZipFile(io.BytesIO(data)) as archive:
                parts += [archive.read(name) for name in archive.namelist()]
        said += [unescape(part.decode("utf-8", errors="ignore")) for part in parts]
    return "\n".join(said)


def test_nothing_about_persons_is_kept_or_written(tmp_path: Path) -> None:
    result = two(tmp_path, [pupil(n, status="在读" if n else "怪") for n in range(5)], [school(primary=4)])
    for lang in ("zh", "en"):
        write_reconciled(result, tmp_path / "out", lang)
    assert (tmp_path / "out" / "核对_三库.xlsx").exists()
    assert CANARY.findall(bytes_of(tmp_path / "out")) == []
    assert CANARY.findall(repr(result)) == []
    # the control: the same search finds them in the source, and in what an ordinary reading keeps
    assert len(set(CANARY.findall(bytes_of(tmp_path / "in")))) > 1
    with PassingReader() as reader:
        assert CANARY.search(repr(reader.read(tmp_path / "in" / "学籍.xlsx")))


@pytest.mark.parametrize("header", ["姓名", "身份证件号", "监护人 姓名", "学生学籍号", "手机号码"])
def test_a_column_about_persons_is_not_read_even_if_confirmed(tmp_path: Path, header: str) -> None:
    heads = [header if head == "学校名称" else head for head in PUPIL[2:]]
    book(tmp_path / "in" / "学籍.xlsx", heads, [pupil(1, name="虚构00001")[2:]])
    maps = confirm(tmp_path / "maps", "pupil", {**known("pupil", heads), header: "name"})
    confirm(maps, "statistics", known("statistics", STATISTICS))
    book(tmp_path / "in" / "统计.xlsx", STATISTICS, [school(primary=1)])
    result = run(tmp_path / "in", tmp_path / "out", maps)
    assert CANARY.findall(repr(result)) == []
    assert any(header in remark and "确认了也不读" in remark for remark in told(result, "personal"))
    # the control: without the words that mark it, the column would have been read
    bare = local(tmp_path / "bare", re.sub(r"words: \[.*\]", "words: [没有这样的词]", shipped_text()))
    assert CANARY.search(repr(run(tmp_path / "in", tmp_path / "out", maps, bare)))


def test_a_number_of_a_person_is_no_code_of_a_school(tmp_path: Path) -> None:
    rows = [pupil(1), pupil(2, code="110105194912310021")]
    result = two(tmp_path, rows, [school(primary=1)])
    assert "110105194912310021" not in repr(result)
    assert any("过长" in remark for remark in told(result, "unread"))


def test_a_column_of_many_texts_is_not_listed(tmp_path: Path) -> None:
    """Somebody confirmed the wrong column: its texts may be names."""
    few = two(tmp_path / "few", [pupil(n, grade=f"怪{n % 3}") for n in range(9)], [school(primary=1)])
    assert any("怪0（3）" in remark for remark in told(few, "unread"))
    many = two(tmp_path / "many", [pupil(n, grade=f"怪{n}") for n in range(40)], [school(primary=1)])
    assert any("40 格读不懂，写法太多" in remark for remark in told(many, "unread"))
    assert "怪3" not in repr(many)


def test_an_export_among_the_returns_is_never_taken_in(tmp_path: Path) -> None:
    book(tmp_path / "in" / "学籍.xlsx", PUPIL, [pupil(n) for n in range(3)])
    official(tmp_path / "in", PRIMARY)
    intake = taken(tmp_path / "in", rules(all_confirmed(tmp_path / "maps")))
    assert {receipt.path.name: receipt.outcome for receipt in intake.receipts} == {
        "学籍.xlsx": "refused",
        "学校填报表格.xlsx": "taken",
    }
    assert not CANARY.search(repr(intake.tables))
