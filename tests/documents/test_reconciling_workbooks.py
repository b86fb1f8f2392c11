"""The workbooks of a reconciliation: several of one export, those that are none, and the returns."""

from pathlib import Path

import pytest

from meihao.base.text import Refused
from meihao.documents.evaluating import evaluate_path, write_report
from meihao.documents.reconciling.passing import PassingReader
from meihao.figures.engines import FastEngine
from tests.documents.exports import (
    DAY,
    PUPIL,
    SHIPPED,
    STATISTICS,
    TEACHER,
    A,
    all_confirmed,
    book,
    confirm,
    known,
    line,
    numbers,
    pupil,
    run,
    school,
    told,
    two,
)
from tests.documents.sheets import PRIMARY, official


def test_sheets_of_one_export_add_up_and_a_copy_does_not(tmp_path: Path) -> None:
    for grade in ("一年级", "二年级"):
        book(tmp_path / "in" / f"{grade}.xlsx", PUPIL, [pupil(n, grade=grade) for n in range(2)])
    copy = tmp_path / "in" / "副本.xlsx"
    copy.write_bytes((tmp_path / "in" / "一年级.xlsx").read_bytes())
    result = two(tmp_path, [pupil(9, grade="三年级")], [school(primary=5, primary_classes=3)])
    found = line(result, "primary_pupils")
    assert numbers(found) == {"pupil": 5, "statistics": 5}
    assert sorted(part.rows for part in found.amounts["pupil"].parts) == [1, 2, 2]
    assert any("只计一次" in remark for remark in told(result, "file"))


def test_what_is_no_export_is_told(tmp_path: Path) -> None:
    book(tmp_path / "in" / "别的.xlsx", ("甲", "乙", "丙"), [("虚构00001", 1, 2)])
    (tmp_path / "in" / "坏.xlsx").write_bytes(b"PK\x03\x04 broken")
    result = two(tmp_path, [pupil(1)], [school(primary=1)])
    remarks = " ".join(told(result, "file"))
    assert "别的.xlsx › 别的：没有认出" in remarks
    assert "「坏.xlsx」" in remarks
    assert "虚构00001" not in repr(result)


@pytest.mark.parametrize("heads", [("学校标识码", "年级", "别的"), ("学校标识码", "学校名称", "学段")])
def test_a_sheet_that_could_be_anything_is_not_guessed_at(tmp_path: Path, heads: tuple[str, ...]) -> None:
    """Too few known headers; and headers that the pupil and the teacher register share."""
    book(tmp_path / "in" / "别的.xlsx", heads, [(A, "甲小学", "小学")])
    maps = all_confirmed(tmp_path / "maps")
    confirm(maps, "pupil", known("pupil", (*PUPIL, "学段")))
    confirm(maps, "teacher", known("teacher", (*TEACHER, "学段")))
    book(tmp_path / "in" / "学籍.xlsx", PUPIL, [pupil(1)])
    book(tmp_path / "in" / "统计.xlsx", STATISTICS, [school(primary=1)])
    result = run(tmp_path / "in", tmp_path / "out", maps)
    assert any("别的.xlsx › 别的：没有认出" in remark for remark in told(result, "file"))
    assert result.equal


def test_a_header_in_yuan_is_turned_into_the_unit_of_the_column(tmp_path: Path) -> None:
    heads = (*STATISTICS, "设备值（元）")
    book(tmp_path / "in" / "统计.xlsx", heads, [(*school(primary=500), 1_100_000)])
    maps = confirm(
        tmp_path / "maps", "statistics", {**known("statistics", STATISTICS), heads[-1]: "equipment_value"}
    )
    path = maps / "cn" / "headers" / "statistics.yaml"
    in_yuan = path.read_text(encoding="utf-8").replace(
        "equipment_value, unit: null", "equipment_value, unit: 元"
    )
    path.write_text(in_yuan, encoding="utf-8")
    returns = official(tmp_path, {**PRIMARY, "school_code": A})
    result = run(tmp_path / "in", tmp_path / "out", maps, returns=returns)
    assert numbers(line(result, "equipment_value")) == {"statistics": 110, "returns": 110}


def test_two_confirmed_headers_for_one_column_refuse_the_file(tmp_path: Path) -> None:
    book(tmp_path / "in" / "学籍.xlsx", (*PUPIL, "学籍状态"), [(*pupil(1), "在读")])
    book(tmp_path / "in" / "统计.xlsx", STATISTICS, [school(primary=1)])
    maps = all_confirmed(tmp_path / "maps")
    confirm(maps, "pupil", {**known("pupil", PUPIL), "学籍状态": "status"})
    with pytest.raises(Refused, match="「学生状态」和「学籍状态」都确认为「学生状态」"):
        run(tmp_path / "in", tmp_path / "out", maps)


def test_teachers_count_by_what_the_return_asks(tmp_path: Path) -> None:
    rows = [
        ("虚构00001", A, "甲小学", "小学", "专任教师", "大学本科", "是"),
        ("虚构00002", A, "甲小学", "小学", "专任教师", "中专", "否"),
        ("虚构00003", A, "甲小学", "小学", "工勤人员", "大学本科", "否"),
    ]
    book(tmp_path / "in" / "教师.xlsx", TEACHER, rows)
    returns = official(tmp_path, {**PRIMARY, "school_code": A})
    result = run(tmp_path / "in", tmp_path / "out", all_confirmed(tmp_path / "maps"), returns=returns)
    assert numbers(line(result, "teachers")) == {"teacher": 2, "returns": 40}
    assert numbers(line(result, "primary_above_required")) == {"teacher": 1, "returns": 26}
    assert numbers(line(result, "certified_teachers")) == {"teacher": 1, "returns": 0}


def test_returns_are_read_from_workbooks_and_from_an_evaluation_alike(tmp_path: Path) -> None:
    book(tmp_path / "in" / "学籍.xlsx", PUPIL, [pupil(1)])
    returns, out, maps = official(tmp_path, PRIMARY), tmp_path / "evaluated", all_confirmed(tmp_path / "maps")
    with PassingReader() as reader:
        report = evaluate_path(returns, "cn/compulsory-balance", DAY, SHIPPED, FastEngine(), reader)
        write_report(report, out, SHIPPED, reader, "zh")
    results = [run(tmp_path / "in", tmp_path / "out", maps, returns=path) for path in (returns, out)]
    assert numbers(line(results[0], "primary_pupils")) == {"pupil": 1, "returns": 500}
    assert results[0].lines == results[1].lines


def test_one_source_alone_is_refused(tmp_path: Path) -> None:
    book(tmp_path / "in" / "学籍.xlsx", PUPIL, [pupil(1)])
    with pytest.raises(Refused, match="现在能读的只有：学籍系统"):
        run(tmp_path / "in", tmp_path / "out", all_confirmed(tmp_path / "maps"))
