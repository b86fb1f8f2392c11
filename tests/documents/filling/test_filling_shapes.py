"""Forms of anywhere: lists of schools, captions beside cells, groups and titles over them."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from meihao.documents.filling.results import Why
from tests.documents.filling.demonstration import (
    NAME,
    SCHOOL,
    Demonstration,
    blank_of,
    by_caption,
    exact,
    page_of,
)

HEADS = ["序号", "学校代码", "学校名称", "小学学生人数", "室内体育用房面积（㎡）", "备注"]


def test_an_empty_list_gets_one_row_a_school_in_order_of_code(demo: Demonstration, tmp_path: Path) -> None:
    _, copy = demo.copy(blank_of(tmp_path, [["学校情况一览表"], HEADS]))
    page = page_of(copy)
    rows = list(page.iter_rows(min_row=3, max_col=6, values_only=True))
    assert [row[1] for row in rows] == sorted(demo.by_school)
    for row in rows:
        known = demo.by_school[str(row[1])]
        assert row[2] == known["学校名称"]
        assert exact(row[3]) == exact(known["小学学生人数"])
        assert exact(row[4]) == exact(known["室内体育用房面积"])
        assert (row[0], row[5]) == (None, None)


def test_rows_that_name_schools_are_filled_and_no_others(demo: Demonstration, tmp_path: Path) -> None:
    rows = [
        HEADS,
        [1, SCHOOL, None, None, None, None],
        [2, None, NAME, None, None, None],
        [3, "2199999999", None, None, None, None],
        [4, SCHOOL, "别的小学", None, None, None],
        [None, "合计", None, None, None, None],
    ]
    filled, copy = demo.copy(blank_of(tmp_path, rows))
    page, known = page_of(copy), demo.by_school[SCHOOL]
    assert [page[ref].value for ref in ("C2", "D2", "B3", "D3")] == [
        NAME,
        known["小学学生人数"],
        SCHOOL,
        known["小学学生人数"],
    ]
    assert [page.cell(row, column).value for row in (4, 5, 6) for column in (4, 5)] == [None] * 6
    told = {result.place.ref: result.told.zh for result in filled.of("open")}
    assert "没有代码为「2199999999」的学校" in told["D4"]
    assert "的校名不是「别的小学」" in told["D5"]
    assert {result.why for result in filled.of("open")} == {Why.SUBJECT}


@pytest.mark.parametrize(
    "heads",
    [
        ["教师姓名", "学校名称", "小学学生人数"],
        ["学校名称", "教师姓名", "职称"],
        ["学生姓名", "学籍号", "学校代码", "学校名称"],
    ],
)
def test_a_list_of_something_else_gets_no_rows_of_schools(
    demo: Demonstration, tmp_path: Path, heads: list[str]
) -> None:
    filled = demo.fill(blank_of(tmp_path, [heads]))
    assert filled.of("filled") == []


def test_a_list_that_is_not_empty_below_gets_no_rows(demo: Demonstration, tmp_path: Path) -> None:
    filled = demo.fill(blank_of(tmp_path, [HEADS, [], ["注：按学年初统计"]]))
    assert filled.of("filled") == []


def test_two_rows_of_heads_over_a_list_tell_the_stages_apart(demo: Demonstration, tmp_path: Path) -> None:
    blank = blank_of(
        tmp_path, [["学校代码", "在校学生数(人)", None], [None, "小学", "初中"], ["3199000007", None, None]]
    )
    book = load_workbook(blank)
    page = book.worksheets[0]
    for area in ("A1:A2", "B1:C1"):
        page.merge_cells(area)
    book.save(blank)
    _, copy = demo.copy(blank)
    known = demo.by_school["3199000007"]
    assert [page_of(copy)[ref].value for ref in ("B3", "C3")] == [
        known["小学学生人数"],
        known["初中学生人数"],
    ]


def test_a_school_of_one_stage_needs_no_word_for_it(demo: Demonstration, tmp_path: Path) -> None:
    rows = [["学校代码", "在校生数", "专任教师总人数"], [SCHOOL, None, None], ["3199000007", None, None]]
    filled, copy = demo.copy(blank_of(tmp_path, rows))
    assert page_of(copy)["B2"].value == demo.by_school[SCHOOL]["小学学生人数"]
    assert page_of(copy)["B3"].value is None
    (open_,) = filled.of("open")
    assert open_.why is Why.STAGE
    assert "没有说明是小学或初中" in open_.told.zh


def test_captions_beside_cells_without_any_heading(demo: Demonstration, tmp_path: Path) -> None:
    rows = [
        ["学校基本情况"],
        ["学校名称：", NAME, "学校代码：", None],
        ["专任教师总人数", "人", None, "校长姓名：", None],
        ["班级总数", None, "个"],
    ]
    filled, copy = demo.copy(blank_of(tmp_path, rows))
    page, known = page_of(copy), demo.by_school[SCHOOL]
    assert page["D2"].value == SCHOOL
    assert page["C3"].value == known["专任教师总人数"]
    assert page["B4"].value == known["班级总数"]
    assert filled.school == SCHOOL
    assert page["E3"].value is None


@pytest.mark.parametrize(
    "row",
    [
        ["学校类型", "别的", "班级总数", None],
        ["区县名称", "别的", "班级总数", None],
        ["学校类型", "小学学生人数", "班级总数", None],
    ],
)
def test_the_cell_after_a_row_of_heads_is_no_answer(
    demo: Demonstration, tmp_path: Path, row: list[str | None]
) -> None:
    """A head that is last in its row stands beside an empty cell too; the control is a row of pairs."""
    below = ["专任教师总人数", None, None, None]
    assert "D1" not in {r.place.ref for r in demo.fill(blank_of(tmp_path, [row, below])).of("filled")}
    pairs = ["学校类型", "小学", "班级总数", None]
    assert "D1" in {r.place.ref for r in demo.fill(blank_of(tmp_path, [pairs, below])).of("filled")}


YEARS = [["专任教师总人数", None, None], ["班级总数", None, None]]


@pytest.mark.parametrize(
    ("rows", "number"),
    [
        (YEARS, 2),
        ([[None, "2023年", "2024年"], *YEARS], 0),
        ([["指标", "全区", "民办"], *YEARS], 0),
        ([["指标", "本部", "分校"], *YEARS], 0),
        ([["指标", "分校"], *YEARS], 0),
        ([["项目", "数值"], *YEARS], 2),
        ([["项目", "2023年"], *YEARS], 0),
        ([["项目", "2023年数值"], *YEARS], 0),
    ],
)
def test_a_cell_under_a_head_that_is_not_understood_is_left(
    demo: Demonstration, tmp_path: Path, rows: list[list[str | None]], number: int
) -> None:
    assert len(demo.fill(blank_of(tmp_path, rows)).of("filled")) == number


@pytest.mark.parametrize(
    ("title", "filled"),
    [
        ("义务教育学校情况表", True),
        ("2025年义务教育学校情况表", True),
        ("2025—2026学年学校情况表", True),
        ("2023年义务教育学校情况表", False),
        ("民办学校情况表", False),
        ("农村学校情况表", False),
        ("上一学年学校情况表", False),
        ("小学情况表", False),
        ("小学、初中情况表", True),
        ("中小学情况表", True),
        ("幼儿园情况表", False),
    ],
)
def test_a_title_that_confines_the_form_leaves_its_numbers_open(
    demo: Demonstration, tmp_path: Path, title: str, filled: bool
) -> None:
    rows = [[title], ["填报项目", "填报值"], ["专任教师总人数", None], ["区县名称", None]]
    found = by_caption(demo.fill(blank_of(tmp_path, rows)))
    assert (found["专任教师总人数"].outcome == "filled") is filled
    assert filled or found["专任教师总人数"].why is Why.CONFINED
    assert found["区县名称"].outcome == "filled"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["教师学历信息", "专任教师总人数"], "专任教师总人数"),  # the field's own category
        (["基本情况", "专任教师总人数"], "专任教师总人数"),  # says nothing
        (["随迁子女", "专任教师总人数"], None),  # the category of other fields
        (["民办", "专任教师总人数"], None),
        (["小学", "专任教师总人数"], None),  # known for all stages together
        (["小学", "学生人数"], "小学学生人数"),
        (["学生信息", "小学学生人数"], "小学学生人数"),
        (["初中", "小学学生人数"], None),
    ],
)
def test_a_group_beside_a_caption_decides_with_it(
    demo: Demonstration, tmp_path: Path, path: list[str], value: str | None
) -> None:
    rows = [["类别", "填报项目", "填报值"], [*path, None]]
    (result,) = demo.fill(blank_of(tmp_path, rows)).results
    wanted = None if value is None else str(demo.sum_of(value))
    assert (result.printed if result.outcome == "filled" else None) == wanted


def test_what_stands_under_a_head_that_is_not_understood_is_left(demo: Demonstration, tmp_path: Path) -> None:
    rows = [
        ["项目", "数值"],
        ["班级总数", None],
        ["二、民办学校", None],
        ["专任教师总人数", None],
        ["三、小学学生人数", None],
        ["县级及以上骨干教师数", None],
    ]
    outcomes = [result.outcome for result in demo.fill(blank_of(tmp_path, rows)).results]
    assert outcomes == ["filled", "open", "open", "filled", "filled"]


def test_a_matrix_is_left_alone(demo: Demonstration, tmp_path: Path) -> None:
    rows = [
        [None, None, "生均教学及辅助用房面积（㎡）", "每百名学生拥有网络多媒体教室数"],
        ["小学", "差异系数", None, None],
        ["初中", "差异系数", None, None],
    ]
    filled = demo.fill(blank_of(tmp_path, rows))
    assert filled.of("filled") == []
    assert filled.unread == ("表",)
