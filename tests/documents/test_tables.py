"""Tables II-1, II-2 and III: the published captions, exact figures, and an address for each."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from meihao.base.stages import Stage
from meihao.policy.kinds import StandardExample
from tests.documents.tables_district import (
    JUNIOR,
    NINE_YEAR,
    PRIMARY,
    mixed,
    plan,
    printed,
    school,
)

# The cells of the published form, letter for letter, its odd spaces included.
_SEVEN = {
    "C2": "每百名学生拥有高于规定学历教师数",
    "D2": "每百名学生拥有县级及以上 骨干教师数",
    "F2": "生均教学及辅 助用房面积（ ㎡）",
    "G2": "生均体育运动场馆面积（㎡）",
    "H2": "生均教学仪器设备值(元)",
    "I2": "每百名学生拥有网络多媒体教室数",
    **{f"{letter}3": f"L{number}" for number, letter in enumerate("CDEFGHIJ", 1)},
    "A4": "小学",
    "A6": "初中",
}
CAPTIONS: dict[str, dict[str, str]] = {
    "表2-1": {
        **_SEVEN,
        "A1": "表Ⅱ-1  小学、初中资源配置基本情况",
        "E2": "每百名学生拥有体育、艺术(美术、音乐)专任教师数",
        "J2": "综合评估",
        "B4": "达标学校总数",
        "B5": "达标学校比例（%）",
        "B6": "达标学校总数",
        "B7": "达标学校比例（%）",
    },
    "表2-2": {
        "A1": "表Ⅱ-2  小学、初中资源配置基本情况（分学校）",
        "A2": "序 号",
        "B2": "学校名称",
        "C2": "举办者 类型",
        "D2": "在校生数",
        "E2": "年级数",
        "F2": "班级数",
        "G2": "每百名学生拥有高于规定学历教师数",
        "H2": "每百名学生拥有县级及以上骨干教师数",
        "I2": "每百名学生拥有体育、艺术 (美术、音乐)专任教师数",
        "J2": "生均教学及辅助用 房面积（ ㎡）",
        "K2": "生均体育运动场馆面积（㎡）",
        "L2": "生均教学仪器设备值(元)",
        "M2": "每百名学生拥有网络多媒体 教室数",
        "N2": "该校综合评估是否达标",
        "O2": "备注（注 明有哪几项指标达标，哪几项指标达    到 85%）",
        **{f"{letter}3": f"L{number}" for number, letter in enumerate("ABCDEFGHIJKLMN", 1)},
    },
    "表3": {
        **_SEVEN,
        "A1": "表Ⅲ 县域义务教育校际均衡情况",
        "E2": "每百名学生拥   有体育、艺术(美术、音乐)专任教师数",
        "J2": "综合",
        "B4": "全县平均值",
        "J4": "——",
        "B5": "差异系数",
        "B6": "全县平均值",
        "J6": "——",
        "B7": "差异系数",
        "A8": "注： 全县平均值保留两位小数，差异系数保留三位小数。",
    },
}
MERGED = {"表2-1": set(), "表2-2": {"A1:O1"}, "表3": {"A2:B3", "A4:A5", "A6:A7"}}
NOTE = (
    "注： 1.小学学校总数2所（其中： 一贯制学校的小学部有1所，50 人及以上教学点有0个），初中学校总数3所"
    "（其中： 一贯制学校的初中部1所，完全中学的 初中部1所）。2.举办者类型处填写代码： 中央教育部门代码为 1、"
    " 中央其他部门为 2、省级教育部门为 3 、省级其他部门为 4 、地级教育部门为 5、地级其他部门为 6、"
    "县级教育部门为 7、 县级其他部门为 8 、地方企业为 9、民办为 10。3. L7-L13 数值均保留两位小数。"
)


def test_captions_codes_and_joined_cells_are_those_of_the_form(tmp_path: Path) -> None:
    book = printed(tmp_path, school("1", PRIMARY)).book
    assert book.sheetnames == ["表1", *CAPTIONS, "表4", "表5", "表6", "申报条件", "一票否决", "说明"]
    for sheet, captions in CAPTIONS.items():
        assert {ref: book[sheet][ref].value for ref in captions} == captions
        heading = [cell for row in book[sheet]["A1:O3"] for cell in row if cell.value is not None]
        assert {cell.coordinate for cell in heading} <= set(captions)


def test_only_the_long_note_is_joined_beyond_the_form(tmp_path: Path) -> None:
    book = printed(tmp_path, school("1", PRIMARY)).book
    note = book["表2-2"].max_row
    for sheet, merged in MERGED.items():
        more = {f"A{note}:O{note}"} if sheet == "表2-2" else set()
        assert {str(joined) for joined in book[sheet].merged_cells.ranges} == merged | more


def test_the_note_counts_the_schools(tmp_path: Path) -> None:
    found = printed(
        tmp_path,
        school("1", PRIMARY),
        school("2", NINE_YEAR),
        school("3", JUNIOR),
        school("4", JUNIOR, school_type="完全中学", senior_pupils=300),
        school("5", PRIMARY, school_type="教学点", primary_pupils=49),
    )
    assert found.column("表2-2", "A") == [1, 2, 1, 2, 3, NOTE]


def worked() -> list[StandardExample]:
    schools = ("primary", "teaching-point", "junior", "nine-year", "twelve-year", "complete-secondary")
    return [example for example in plan().standard.examples if example.id in schools]


@pytest.mark.parametrize("example", worked(), ids=lambda example: example.id)
def test_the_worked_examples_are_printed_as_they_come_out(tmp_path: Path, example: StandardExample) -> None:
    rows = [dict(zip(example.columns, row, strict=True)) for row in example.rows]
    texts = printed(tmp_path, *rows).texts
    for code, stages in example.expect.values.items():
        for stage, values in stages.items():
            assert {item: texts[f"{item}/{code}/{stage}"] for item in values} == values
            assert texts[f"state/{code}/{stage}"] == "是"


def test_there_are_six_worked_schools() -> None:
    assert len(worked()) == 6


@pytest.mark.parametrize(
    ("rooms", "pupils", "exact", "text"),
    [(469, 20_000, "2.345", "2.35"), (107, 4_000, "2.675", "2.68"), (201, 20_000, "1.005", "1.01")],
)
def test_a_tie_is_rounded_up(tmp_path: Path, rooms: int, pupils: int, exact: str, text: str) -> None:
    assert Fraction(rooms * 100, pupils) == Fraction(exact)
    found = printed(tmp_path, school("1", PRIMARY, primary_pupils=pupils, multimedia_rooms=rooms))
    assert found.texts["r7/1/primary"] == text
    assert found.texts["mean/r7/primary"] == text


def test_two_of_those_ties_come_out_wrong_as_floats() -> None:
    assert [f"{float(tie):.2f}" for tie in ("2.675", "1.005")] == ["2.67", "1.00"]


def test_counts_and_shares(tmp_path: Path) -> None:
    texts = printed(
        tmp_path, school("1", PRIMARY), school("2", PRIMARY), school("3", PRIMARY, multimedia_rooms=5)
    ).texts
    assert [texts[f"{kind}/r7/primary"] for kind in ("count", "share")] == ["2", "66.67"]
    assert [texts[f"{kind}/overall/primary"] for kind in ("count", "share")] == ["2", "66.67"]
    assert [texts[f"{kind}/r1/primary"] for kind in ("count", "share")] == ["3", "100.00"]


def test_a_share_waits_for_the_last_school(tmp_path: Path) -> None:
    found = printed(tmp_path, school("1", PRIMARY), school("2", PRIMARY, multimedia_rooms=None))
    texts = found.texts
    assert [texts[f"{kind}/r7/primary"] for kind in ("count", "share")] == ["1", "—"]
    assert [texts[f"{kind}/overall/primary"] for kind in ("count", "share")] == ["1", "—"]
    assert [texts[f"{kind}/r4/primary"] for kind in ("count", "share")] == ["2", "100.00"]
    assert [texts[f"{kind}/r7/primary"] for kind in ("mean", "cv")] == ["未决", "未决"]
    assert [texts["r7/2/primary"], texts["state/2/primary"]] == ["未报", "未决"]


def test_a_stage_without_schools_has_no_share_and_no_mean(tmp_path: Path) -> None:
    texts = printed(tmp_path, school("1", PRIMARY)).texts
    assert [texts[f"{kind}/r1/junior"] for kind in ("count", "share", "mean", "cv")] == ["0", "—", "—", "—"]


def test_a_mean_of_nothing_has_no_coefficient(tmp_path: Path) -> None:
    texts = printed(tmp_path, school("1", PRIMARY, multimedia_rooms=0)).texts
    assert [texts[f"{kind}/r7/primary"] for kind in ("mean", "cv")] == ["0.00", "—"]


def test_the_published_dispersion(tmp_path: Path) -> None:
    example = next(example for example in plan().standard.examples if example.id == "dispersion")
    rows = [{**example.common, **dict(zip(example.columns, row, strict=True))} for row in example.rows]
    found = printed(tmp_path, *rows)
    assert [found.texts[f"{kind}/r4/primary"] for kind in ("mean", "cv")] == ["6.33", "0.515"]
    assert found.column("表3", "J") == ["——", "未规定", "——", "未规定", None]


def test_means_are_per_hundred_where_the_indicator_is(tmp_path: Path) -> None:
    other = school("2", PRIMARY, primary_pupils=1000)
    texts = printed(tmp_path, school("1", PRIMARY), other).texts
    assert texts["mean/r1/primary"] == "3.47"  # 52 ÷ 1500 × 100
    assert texts["mean/r6/primary"] == "1466.67"  # 2 200 000 ÷ 1500


def test_what_the_supplementary_return_tells_of_a_school(tmp_path: Path) -> None:
    texts = printed(
        tmp_path,
        school("1", PRIMARY, sponsor="10"),
        school("2", NINE_YEAR, primary_classes=8, sponsor=None),
        school("3", JUNIOR, junior_classes=11, junior_grades=None),
    ).texts
    told = {address: text for address, text in texts.items() if address.startswith(("column/", "pupils/"))}
    assert told == {
        "column/sponsor/1": "10",
        "column/primary_grades/1": "6",
        "column/classes/1": "12",
        "pupils/1/primary": "500",
        "column/sponsor/2": "未报",
        "column/primary_grades/2": "未报",
        "column/primary_classes/2": "8",
        "pupils/2/primary": "400",
        "column/junior_grades/2": "3",
        "column/junior_classes/2": "未报",
        "pupils/2/junior": "200",
        "column/sponsor/3": "7",
        "column/junior_grades/3": "未报",
        "column/junior_classes/3": "11",
        "pupils/3/junior": "600",
    }


def test_rows_stand_by_stage_and_code_and_name_their_part(tmp_path: Path) -> None:
    rows = [school("3", JUNIOR), school("2", NINE_YEAR), school("1", PRIMARY)]
    names = printed(tmp_path, *rows).column("表2-2", "B")
    assert names[:4] == ["学校1", "学校2（小学部）", "学校2（初中部）", "学校3"]


def test_the_remark_names_the_indicators(tmp_path: Path) -> None:
    odd = {"teaching_area": 2300, "multimedia_rooms": 9, "sports_ground_area": None, "gymnasium_area": None}
    remarks = printed(tmp_path, school("1", PRIMARY, **odd), school("2", PRIMARY)).column("表2-2", "O")
    assert remarks[:2] == [
        "达标：高于规定学历教师，县级以上骨干教师，体育、艺术专任教师，教学仪器设备；"
        "达到85%：教学及辅助用房；低于85%：网络多媒体教室；"
        "未决：体育运动场馆缺「学校体育馆面积」、「校内体育场面积」",
        "达标：高于规定学历教师，县级以上骨干教师，体育、艺术专任教师，教学及辅助用房，体育运动场馆，"
        "教学仪器设备，网络多媒体教室",
    ]


def shown(cell: Any) -> str:
    """What a reader sees of a cell."""
    if isinstance(cell.value, str):
        return cell.value
    places = len(cell.number_format.partition(".")[2])
    return f"{Decimal(str(cell.value)):.{places}f}"


def test_every_cell_told_back_shows_that_text(tmp_path: Path) -> None:
    found = printed(tmp_path, *mixed())
    for cell in found.cells:
        assert cell.workbook == "tables.xlsx"
        assert shown(found.book[cell.sheet][cell.ref]) == cell.text, cell
    places = [(cell.sheet, cell.ref) for cell in found.cells]
    assert len(set(places)) == len(places)


STAGES = (Stage.PRIMARY, Stage.JUNIOR)
UNITS = (("1", "primary"), ("2", "primary"), ("2", "junior"), ("3", "junior"), ("4", "primary"))


def test_every_data_cell_is_told_back(tmp_path: Path) -> None:
    found = printed(tmp_path, *mixed())
    addresses = {cell.address for cell in found.cells}
    items = [*(f"r{number}" for number in range(1, 8)), "overall"]
    totals = {f"{kind}/{item}/{stage}" for kind in ("count", "share") for item in items for stage in STAGES}
    spread = {f"{kind}/{item}/{stage}" for kind in ("mean", "cv") for item in items[:-1] for stage in STAGES}
    units = {f"{code}/{stage}" for code, stage in UNITS}
    values = {f"{shows}/{unit}" for shows in (*items[:-1], "state", "pupils") for unit in units}
    blocks = ("preconditions", "government", "quality", "disqualifiers")
    others = ("column/", "total/", "test/", "clause/")
    assert {address for address in addresses if not address.startswith(others)} == totals | spread | values
    clauses = {f"clause/{clause.id}" for name in blocks for clause in plan().clauses_of(name)}
    assert {address for address in addresses if address.startswith("clause/")} == clauses
    assert {f"total/table-i/l{number}" for number in range(1, 25)} <= addresses


def test_values_are_numbers_with_two_decimals(tmp_path: Path) -> None:
    found = printed(tmp_path, school("1", PRIMARY))
    cell = found.book["表2-2"]["L4"]
    assert (cell.value, cell.number_format, cell.data_type) == (2200, "0.00", "n")


def test_a_number_too_long_for_a_workbook_stays_exact_as_text(tmp_path: Path) -> None:
    found = printed(tmp_path, school("4", PRIMARY, equipment_value=999_999_999_999))
    assert found.book["表2-2"]["L4"].value == found.texts["r6/4/primary"] == "19999999999980.00"
