"""Returns that go out: the official blanks cell for cell, and values that survive exactly."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from meihao.documents.returns.writing import write_form
from meihao.policy.kinds import Fact, Form, Given
from meihao.policy.rulebook import Rulebook

ON = date(2025, 9, 1)
SCHOOL, PLUS = "cn/compulsory/school-return", "cn/compulsory-return-plus"
DISTRICT, REGISTER = "cn/compulsory/district-return", "cn/institution/register-form"
HEADINGS = ("序号", "类别", "填报项目", "单位", "填报值", "是否必填", "备注说明")
SAMPLE: Mapping[str, Given] = {
    "name": "=cmd|' /C calc'!A0",
    "school_code": "0099000017",
    "built_by_2010": True,
    "built_by_2016": False,
    "primary_pupils": Fraction(480),
    "equipment_value": Fraction("123456789.012345"),
}


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return Rulebook.load()


def written(
    rulebook: Rulebook, key: str, path: Path, values: object = None, banner: str | None = None
) -> Worksheet:
    form = rulebook.get(Form, key, ON)
    write_form(form, rulebook.get(Fact, form.fact, ON), path, values, banner)  # type: ignore[arg-type]
    return load_workbook(path).worksheets[0]


def printed(sheet: Worksheet) -> list[tuple[object, ...]]:
    return list(sheet.iter_rows(values_only=True))


def value_at(sheet: Worksheet, label: str) -> object:
    return next(row[4] for row in printed(sheet) if row[2] == label)


# --- the blanks


def test_the_blank_school_return_is_the_official_one(rulebook: Rulebook, tmp_path: Path) -> None:
    """Spot rows of the published blank, in each of its categories and unit wordings."""
    sheet = written(rulebook, SCHOOL, tmp_path / "a.xlsx")
    rows = printed(sheet)
    assert sheet.title == "学校填报数据"
    assert rows[0] == HEADINGS
    assert len(rows) == 69
    kinds = "小学/初中/九年一贯制/十二年一贯制/完全中学"
    itinerant = "仅50-100人乡村小规模学校填写"
    assert rows[1] == (1, "基本信息", "学校名称", None, None, "是", None)
    assert rows[2] == (2, "基本信息", "学校类型", kinds, None, "是", None)
    assert rows[4] == (4, "基本信息", "建校时间", "年", None, "是", None)
    assert rows[5] == (5, "基本信息", "是否2010年及之前规划并建成", "是/否", None, "是", None)
    assert rows[10] == (10, "学生信息", "小学学生人数", "人", None, "是", None)
    assert rows[25] == (25, "班级信息", "每班66人以上班级个数", "个", None, "是", None)
    assert rows[41] == (41, "体育艺术教师", "体育交流轮岗/兼职/走教教师人数", "人", None, "否", itinerant)
    assert rows[45] == (45, "教学用房面积", "教学及辅助用房总面积", "平方米", None, "是", None)
    assert rows[51] == (51, "教学设备", "教学仪器设备资产值（账面原值）", "万元", None, "是", None)
    assert rows[55] == (55, "音乐美术教室", "73㎡≤单间面积＜96㎡的音乐教室间数", "间", None, "是", None)
    assert rows[68] == (68, "巩固率数据", "毕业年级三年死亡学生数", "人", None, "是", "初中填写")


def test_the_blank_district_return_is_the_official_one(rulebook: Rulebook, tmp_path: Path) -> None:
    sheet = written(rulebook, DISTRICT, tmp_path / "a.xlsx")
    rows = printed(sheet)
    assert (sheet.title, rows[0], len(rows)) == ("区县填报数据", HEADINGS, 21)
    assert rows[3] == (3, "基本信息", "填报年度", None, None, "是", None)
    assert rows[4] == (4, "经费标准", "规定的小学生均公用经费标准", "元", None, "是", "市级1150")
    assert rows[20] == (20, "残疾儿童入学", "适龄残疾儿童少年入学总人数", "人", None, "是", None)


def test_a_blank_list_has_the_labels_only(rulebook: Rulebook, tmp_path: Path) -> None:
    sheet = written(rulebook, REGISTER, tmp_path / "a.xlsx")
    assert printed(sheet) == [("学校代码", "学校名称", "学校类型", "所在乡镇（街道）", "所属教育集团")]
    assert not sheet.column_dimensions["A"].protection.locked
    assert sheet["A1"].protection.locked


@pytest.mark.parametrize("key", [SCHOOL, PLUS, DISTRICT])
def test_only_the_cells_to_fill_are_unlocked(rulebook: Rulebook, tmp_path: Path, key: str) -> None:
    sheet = written(rulebook, key, tmp_path / "a.xlsx")
    unlocked = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert unlocked == {f"E{row}" for row in range(2, sheet.max_row + 1)}


def test_excel_is_told_what_each_cell_takes(rulebook: Rulebook, tmp_path: Path) -> None:
    sheet = written(rulebook, SCHOOL, tmp_path / "a.xlsx")
    rules = {cell: rule for rule in sheet.data_validations.dataValidation for cell in str(rule.sqref).split()}
    ranges = {cell: (rule.type, rule.operator, rule.formula1, rule.formula2) for cell, rule in rules.items()}
    assert ranges["E5"] == ("whole", "between", "1800", "2100")
    assert ranges["E6"] == ranges["E10"] == ("list", None, '"是,否"', None)
    assert ranges["E3"] == ("list", None, '"小学,教学点,初中,九年一贯制,十二年一贯制,完全中学"', None)
    assert ranges["E52"] == ("decimal", "greaterThanOrEqual", "0", None)
    assert ("whole", "greaterThanOrEqual", "0", None) in ranges.values()
    assert all(rule.showErrorMessage and rule.error and "请" in rule.error for rule in rules.values())


# --- values


def test_values_are_written_as_a_clerk_would(rulebook: Rulebook, tmp_path: Path) -> None:
    sheet = written(rulebook, SCHOOL, tmp_path / "a.xlsx", SAMPLE)
    assert value_at(sheet, "学校代码") == "0099000017"
    assert value_at(sheet, "是否2010年及之前规划并建成") == "是"
    assert value_at(sheet, "是否2016年及之前规划并建成") == "否"
    assert value_at(sheet, "小学学生人数") == 480
    assert value_at(sheet, "初中学生人数") is None
    assert not sheet.protection.sheet


def test_no_text_becomes_a_formula(rulebook: Rulebook, tmp_path: Path) -> None:
    sheet = written(rulebook, SCHOOL, tmp_path / "a.xlsx", SAMPLE)
    assert sheet["E2"].data_type == "s"
    assert sheet["E2"].value == SAMPLE["name"]
    assert [row for row in range(2, 70) if sheet.cell(row, 5).quotePrefix] == [2]
    assert b"<f>" not in ZipFile(tmp_path / "a.xlsx").read("xl/worksheets/sheet1.xml")


@given(units=st.integers(0, 10**15 - 1))
def test_a_decimal_is_written_digit_for_digit(tmp_path_factory: pytest.TempPathFactory, units: int) -> None:
    path = tmp_path_factory.getbasetemp() / "decimal.xlsx"
    value = Fraction(units, 10**6)
    written(Rulebook_once.book(), DISTRICT, path, {"special_funds": value})
    raw = ZipFile(path).read("xl/worksheets/sheet1.xml").decode()
    shown = raw.partition('r="E7"')[2].partition("<v>")[2].partition("</v>")[0]
    assert Fraction(Decimal(shown)) == value
    assert not shown.endswith(".")


class Rulebook_once:  # noqa: N801
    """hypothesis runs a test many times; the policies are read for all of them together."""

    _book: Rulebook | None = None

    @classmethod
    def book(cls) -> Rulebook:
        cls._book = cls._book or Rulebook.load()
        return cls._book


def test_a_number_too_fine_for_its_column_is_our_mistake(rulebook: Rulebook, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="more than 0 decimals"):
        written(rulebook, SCHOOL, tmp_path / "a.xlsx", {"primary_pupils": Fraction(1, 2)})
    assert list(tmp_path.iterdir()) == []


def test_a_list_is_one_row_a_thing(rulebook: Rulebook, tmp_path: Path) -> None:
    rows = [
        {"school_code": "01", "name": "甲", "school_type": "小学", "town": "乙"},
        {"school_code": "02", "name": "-丙", "school_group": "丁"},
    ]
    sheet = written(rulebook, REGISTER, tmp_path / "a.xlsx", rows)
    assert printed(sheet)[1:] == [("01", "甲", "小学", "乙", None), ("02", "-丙", None, None, "丁")]


def test_one_field_a_row_takes_one_row_of_values(rulebook: Rulebook, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="one row of values"):
        written(rulebook, SCHOOL, tmp_path / "a.xlsx", [SAMPLE])


def test_a_printed_table_is_no_return(rulebook: Rulebook, tmp_path: Path) -> None:
    table = rulebook.get(Form, "cn/compulsory-balance/table-iii", ON)
    with pytest.raises(ValueError, match="not a form that comes in"):
        write_form(table, rulebook.get(Fact, table.fact, ON), tmp_path / "a.xlsx")


# --- the file


@pytest.mark.parametrize("key", [SCHOOL, PLUS, DISTRICT, REGISTER])
def test_the_same_input_gives_the_same_bytes(rulebook: Rulebook, tmp_path: Path, key: str) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        written(rulebook, key, tmp_path / name, SAMPLE, "虚构")
    first, second = ((tmp_path / name).read_bytes() for name in ("a.xlsx", "b.xlsx"))
    assert first == second
    assert {entry.date_time[0] for entry in ZipFile(tmp_path / "a.xlsx").infolist()} == {1980}
    assert {path.name for path in tmp_path.iterdir()} == {"a.xlsx", "b.xlsx"}


def test_the_file_says_which_form_it_is(rulebook: Rulebook, tmp_path: Path) -> None:
    written(rulebook, SCHOOL, tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    assert book.properties.keywords == "meihao-form:cn/compulsory/school-return@2017-04-01"
    assert book.properties.description is None
    assert book.sheetnames == ["学校填报数据"]


def test_a_banner_stands_beside_the_form_and_not_on_it(rulebook: Rulebook, tmp_path: Path) -> None:
    banner = "虚构：本表数据全部为演示而编造。"
    plain = printed(written(rulebook, SCHOOL, tmp_path / "a.xlsx", SAMPLE))
    marked = printed(written(rulebook, SCHOOL, tmp_path / "b.xlsx", SAMPLE, banner))
    book = load_workbook(tmp_path / "b.xlsx")
    assert marked == plain
    assert book.properties.description == banner
    assert [cell for (cell,) in book["说明"].iter_rows(values_only=True)] == [
        banner,
        "学校填报表格",
        "依据：学校填报表格，学校填报数据、指标计算说明、特殊情况说明",
    ]
