"""The workbook of gaps: every gap on a line, every school with its own, the unassigned last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from meihao.documents.gap_book import GAP_BOOK, write_gap_book
from meihao.documents.gaps import Kind, gaps_of
from meihao.documents.report import Report
from tests.documents.handed_on import ROOMS, assigned, evaluated, hundreds, report, schools
from tests.documents.tables_district import PRIMARY, school

SHEETS = ["总表", "按学校", "按科室", "缺数"]
TASKS = assigned(
    r5={"owner": "基建科", "measure": "扩建操场", "deadline": "2026-08-31"},
    g3={"owner": "装备中心", "deadline": "2026-03-31"},
)


def book(folder: Path, of: Report | None = None) -> Any:
    (path,) = write_gap_book(of or report(assignments=TASKS), folder)
    return load_workbook(path)


def rows(sheet: Any) -> list[dict[str, Any]]:
    captions = [cell.value for cell in sheet[3]]
    return [
        dict(zip(captions, row, strict=True))
        for row in sheet.iter_rows(min_row=4, values_only=True)
        if row[1]
    ]


def test_every_gap_has_its_line_in_the_order_of_the_list(tmp_path: Path) -> None:
    evaluation = evaluated(assignments=TASKS, undeclared=["q7.practice"])
    found, listed = gaps_of(evaluation), rows(book(tmp_path, report(evaluation))["总表"])
    assert [(row["编号"], row["溯源"]) for row in listed] == [(gap.code, gap.address) for gap in found]
    assert [row["序号"] for row in listed] == list(range(1, len(found) + 1))
    line = next(row for row in listed if row["溯源"] == "r5/1/primary")
    assert (line["缺口"], line["现状 → 标准"], line["责任科室"], line["期限"]) == (
        "1550 ㎡ 体育运动场馆",
        "4.40 → 7.50 ㎡",
        "基建科",
        "2026-08-31",
    )
    assert line["依据"] == "资源配置（五）　待核"


def test_a_school_has_one_line_a_gap_of_its_own(tmp_path: Path) -> None:
    evaluation = evaluated()
    listed = rows(book(tmp_path, report(evaluation))["按学校"])
    assert [row["学校代码"] for row in listed] == sorted(row["学校代码"] for row in listed)
    found = gaps_of(evaluation)
    own = sum(gap.who is not None for gap in found)
    own += sum(len(gap.parts) for gap in found if gap.who is None and gap.kind is not Kind.DISPERSION)
    own += sum(len({f.who for f in gap.fields if f.who}) for gap in found if gap.who is None)
    assert len(listed) == own
    second = [(row["编号"], row["缺口"]) for row in listed if row["学校代码"] == "2"]
    assert ("g3", "1 间 音乐专用教室") in second
    third = next(row for row in listed if (row["学校代码"], row["编号"]) == ("3", "g3"))
    assert third["怎样补、说明"] == "计入放宽后达标"


def test_offices_stand_together_and_what_nobody_has_stands_last(tmp_path: Path) -> None:
    listed = rows(book(tmp_path)["按科室"])
    owners = list(dict.fromkeys(row["责任科室"] for row in listed))
    assert owners == ["基建科", "装备中心", "待定"]
    assert {row["整改措施"] for row in listed if row["责任科室"] == "基建科"} == {"扩建操场"}


def test_missing_fields_name_form_and_schools(tmp_path: Path) -> None:
    listed = rows(book(tmp_path, report(undeclared=["q7.practice"]))["缺数"])
    area = next(row for row in listed if row["字段"] == "教学及辅助用房总面积")
    assert (area["填报表"], area["用于"], area["学校数"], area["学校"]) == ("学校填报表格", "r4", 1, "学校4")
    finding = next(row for row in listed if row["填报表"] == "认定结论表")
    assert (finding["字段"], finding["用于"], finding["学校"]) == ("综合实践活动有效开展", "q7", "全区")
    assert len({(row["填报表"], row["字段"]) for row in listed}) == len(listed)


def test_the_sheets_are_set_up_for_print_and_for_the_screen(tmp_path: Path) -> None:
    written = book(tmp_path)
    assert written.sheetnames == SHEETS
    for sheet in written:
        assert sheet.freeze_panes == "A4"
        assert sheet.print_title_rows == "$1:$3"
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
        assert sheet.oddHeader.right.text == "虚构"
        assert "非国家认定" in sheet.oddHeader.left.text
        assert sheet["A1"].value.startswith("某区　")
        assert "整体" in sheet["A2"].value


def test_a_sheet_with_nothing_says_so(tmp_path: Path) -> None:
    evaluation = evaluated([school("1", PRIMARY | ROOMS)])
    listed = book(tmp_path, report(evaluation))["按学校"]
    own = [gap for gap in gaps_of(evaluation) if gap.who or any(f.who for f in gap.fields)]
    assert bool(rows(listed)) == bool(own)
    empty = [sheet for sheet in book(tmp_path, report(evaluated([]))) if sheet["A4"].value == "没有。"]
    assert "按学校" in [sheet.title for sheet in empty]


def test_the_same_district_gives_the_same_bytes(tmp_path: Path) -> None:
    written = set()
    for found in (schools(), schools()[::-1]):
        (path,) = write_gap_book(report(evaluated(found, assignments=TASKS)), tmp_path)
        assert path.name == GAP_BOOK
        written.add(path.read_bytes())
    assert len(written) == 1
    other = write_gap_book(report(evaluated(schools())), tmp_path)[0].read_bytes()
    assert other not in written


@pytest.mark.parametrize("name", ['=HYPERLINK("http://example.org")', "+1", "@SUM(A1)", "</t>&\x07￿"])
def test_hostile_names_stay_words(tmp_path: Path, name: str) -> None:
    row = school("1", PRIMARY | ROOMS, name=name, sports_ground_area=1)
    cells = [cell for sheet in book(tmp_path, report(rows=[row])) for line in sheet for cell in line]
    assert {cell.data_type for cell in cells if cell.value} == {"s", "n"}


def test_two_hundred_gaps_are_all_there(tmp_path: Path) -> None:
    of = hundreds()
    assert len(rows(book(tmp_path, of)["总表"])) == len(gaps_of(of.evaluation)) > 200
