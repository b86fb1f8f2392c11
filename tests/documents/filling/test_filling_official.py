"""The official forms, filled from the demonstration: how much of them, and each value where it belongs."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import column_index_from_string

from meihao.documents.returns.writing import write_form
from tests.documents.filling.demonstration import (
    DISTRICT_RETURN,
    NAME,
    SCHOOL,
    SCHOOL_RETURN,
    Demonstration,
    blank_of,
    exact,
    page_of,
)

TINT = "FFEDF2F7"


def official(demo: Demonstration, folder: Path, key: str) -> Path:
    """The blank that `meihao template` writes, which has the official one's cells."""
    form, fact = demo.form(key)
    write_form(form, fact, folder / "blank.xlsx")
    return folder / "blank.xlsx"


def same(found: object, wanted: object) -> bool:
    if isinstance(wanted, int | float):
        return isinstance(found, int | float) and exact(found) == exact(wanted)
    return found == wanted


def test_the_district_return_is_filled_from_the_districts_own_workbook(
    demo: Demonstration, tmp_path: Path
) -> None:
    form, fact = demo.form(DISTRICT_RETURN)
    filled, copy = demo.copy(official(demo, tmp_path, DISTRICT_RETURN))
    numeric = [field for field in form.fields if fact.columns[field.column].kind == "number"]
    page = page_of(copy)
    found = {page.cell(row, 3).value: page.cell(row, 5) for row in range(2, page.max_row + 1)}
    done = [field for field in numeric if found[field.label].value is not None]
    assert len(numeric) == 18
    assert len(done) >= 0.8 * len(numeric)
    assert len(filled.of("filled")) == len(form.fields) == 20
    for field in form.fields:
        cell = found[field.label]
        assert same(cell.value, demo.of_district[field.label]), field.label
        assert cell.fill.fgColor.rgb == TINT


def test_nothing_but_those_cells_is_changed(demo: Demonstration, tmp_path: Path) -> None:
    blank = official(demo, tmp_path, DISTRICT_RETURN)
    filled, copy = demo.copy(blank)
    before, after = page_of(blank), page_of(copy)
    refs = {result.place.ref for result in filled.of("filled")}
    assert before.dimensions == after.dimensions
    for row in before.iter_rows():
        for cell in row:
            twin = after[cell.coordinate]
            if cell.coordinate not in refs:
                assert cell.value == twin.value, cell.coordinate
                assert cell.fill.fgColor.rgb == twin.fill.fgColor.rgb
            assert cell.number_format == twin.number_format
            assert repr(cell.border) == repr(twin.border)
    assert after.protection.sheet
    assert [str(v.sqref) for v in before.data_validations.dataValidation] == [
        v.sqref for v in after.data_validations.dataValidation
    ]


def test_a_filled_return_is_taken_like_any_other(demo: Demonstration, tmp_path: Path) -> None:
    """What was filled in is read back as what it was filled from; the sheet of notes is not read."""
    _, copy = demo.copy(official(demo, tmp_path, DISTRICT_RETURN))
    book = demo.reader.read(copy)
    assert [sheet.name for sheet in book.sheets] == ["区县填报数据"]
    again = demo.fill(copy)
    assert len(again.of("same")) == 20
    assert not again.of("filled")


def test_the_notes_say_where_each_value_is_from(demo: Demonstration, tmp_path: Path) -> None:
    filled, copy = demo.copy(official(demo, tmp_path, DISTRICT_RETURN))
    notes = page_of(copy, "带出说明")
    rows = list(notes.iter_rows(max_col=8, values_only=True))
    assert rows[0][0] == "20 项中 20 项已带出"
    assert any("虚构" in str(row[1]) for row in rows[:4])
    told = {str(row[2]): row for row in rows if row[1] == "区县填报数据"}
    for result in filled.of("filled"):
        row = told[result.place.ref]
        assert row[4] == result.printed
        # the code stands in both returns of the district; the other cells in one
        name, sheet = ("补充填报表", "补充数据") if result.place.ref == "E3" else ("填报表格", "填报数据")
        assert f"区县{name}.xlsx › 区县{sheet}!{result.place.ref}" in str(row[6])
        assert ("《区县填报表格》" in str(row[7])) is (result.place.ref != "E3")
        assert str(row[7]).startswith("《")


def test_a_schools_return_holds_all_that_the_school_reported(demo: Demonstration, tmp_path: Path) -> None:
    filled, copy = demo.copy(official(demo, tmp_path, SCHOOL_RETURN), SCHOOL)
    known = demo.by_school[SCHOOL]
    page = page_of(copy)
    assert filled.school == SCHOOL
    assert len(filled.results) == 68
    for row in range(2, 70):
        label, value = page.cell(row, 3).value, page.cell(row, 5).value
        assert same(value, known[str(label)]), label
    unknown = filled.of("open")
    assert {result.why for result in unknown} == {"missing"}
    assert all("《学校填报表格》" in result.todo.zh for result in unknown)


def test_a_form_that_names_its_school_needs_no_other_word(demo: Demonstration, tmp_path: Path) -> None:
    rows = [["填报项目", "填报值"], ["学校名称", NAME], ["小学学生人数", None], ["专任教师总人数", None]]
    filled = demo.fill(blank_of(tmp_path, rows))
    values = {result.place.path[-1]: result.printed for result in filled.results}
    known = demo.by_school[SCHOOL]
    assert values["小学学生人数"] == str(known["小学学生人数"])
    assert values["专任教师总人数"] == str(known["专任教师总人数"])
    assert [result.outcome for result in filled.results] == ["same", "filled", "filled"]


# --- table I: two rows of heads, one row of numbers

ECONOMY = "年人均国内生产总值(元)|年人均地方财政收入(元)|农民年人均纯收入(元)|城镇居民年人均可支配收入(元)"
GROUPS = [
    ("A", "D", "自然情况", "人口总数 (万人)|农业人口数  (万人)|乡镇数(个)|行政村数(个)"),
    ("E", "H", "经济情况", ECONOMY),
    ("I", "M", "普通中小学校数(所)", "小学|九年一贯制学 校|初中|完 全 中 学|十  二  年   一   贯 制 学 校"),
    ("N", "N", "特殊教育学校(所)", ""),
    ("O", "P", "小学教学点数(个)", "计|其   中：50人及以上"),
    ("Q", "R", "教学班数(个)", "小学|初 中"),
    ("S", "T", "在校学生数(人)", "小学|初 中"),
    ("U", "X", "教职工数(人)", "小学||初中|"),
]


def table_one(folder: Path) -> Path:
    """The official heads of table I, merged as they are published."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = "表1"
    page["A1"] = "表 I  义务教育优质均衡发展县(市、区)基本情况"
    for first, last, group, captions in GROUPS:
        page[f"{first}5"] = group
        if first != last:
            page.merge_cells(f"{first}5:{last}5")
        for place, caption in enumerate(captions.split("|")):
            page.cell(6, column_index_from_string(first) + place, caption or None)
    page.merge_cells("U6:V6")
    page.merge_cells("W6:X6")
    for ref, caption in {
        "U7": "合计",
        "V7": "其 中 专 任 教 师",
        "W7": "合 计",
        "X7": "其 中 专 任 教 师",
    }.items():
        page[ref] = caption
    for place in range(1, 25):
        page.cell(8, place, f"L{place}")
    page["A11"] = "注：“人口总数”和“农业人口数”按常住人口统计，数字保留两位小数。L5-L8 列数字保留整数。"
    page.merge_cells("A11:X11")
    book.save(folder / "table-one.xlsx")
    return folder / "table-one.xlsx"


def test_table_one_is_filled_under_its_heads(demo: Demonstration, tmp_path: Path) -> None:
    filled, copy = demo.copy(table_one(tmp_path))
    page = page_of(copy, "表1")
    assert len(filled.results) == 24
    assert {result.place.ref for result in filled.results} == {f"{chr(64 + n)}9" for n in range(1, 25)}
    schools = demo.by_school.values()
    types = [school["学校类型"] for school in schools]
    for ref, kind in {
        "I9": "小学",
        "J9": "九年一贯制",
        "K9": "初中",
        "L9": "完全中学",
        "M9": "十二年一贯制",
    }.items():
        assert page[ref].value == types.count(kind) > 0, kind
    assert page["O9"].value == types.count("教学点")
    small = [s for s in schools if s["学校类型"] == "教学点" and exact(s["小学学生人数"]) >= 50]
    assert page["P9"].value == len(small) < types.count("教学点")
    assert page["S9"].value == demo.sum_of("小学学生人数")
    assert page["T9"].value == demo.sum_of("初中学生人数")
    assert exact(page["A9"].value) == exact(demo.of_district["人口总数"])
    assert exact(page["H9"].value) == exact(demo.of_district["城镇居民年人均可支配收入"])


def test_a_sum_over_a_school_that_is_missing_is_not_filled(demo: Demonstration, tmp_path: Path) -> None:
    """One supplementary return went back: classes by stage are known of all schools but that one."""
    filled = demo.fill(table_one(tmp_path))
    open_ = {result.place.ref: result for result in filled.of("open")}
    assert {"Q9", "R9", "U9", "V9", "W9", "X9"} == set(open_)
    assert all(result.why == "missing" and result.printed is None for result in open_.values())
    assert "3199000009" in open_["Q9"].told.zh
    assert "《义务教育学校补充填报表》" in open_["Q9"].todo.zh


def test_sentences_of_the_official_tables_are_filled_word_for_word(
    demo: Demonstration, tmp_path: Path
) -> None:
    known = "完成 360 学时培训的教师＿＿人，全县教师＿＿人，教师培训完成率＿＿%"
    other = "完成 360 学时培训的老师＿＿人，全县教师＿＿人"
    _, copy = demo.copy(blank_of(tmp_path, [["名称", "指标值或简要结论"], ["9.", known], ["10.", other]]))
    trained, teachers = demo.sum_of("近5年培训满360学时专任教师人数"), demo.sum_of("专任教师总人数")
    assert trained is not None
    assert teachers is not None
    rate = f"{float(trained / teachers * 100):.1f}"
    page = page_of(copy)
    assert (
        page["B2"].value == f"完成 360 学时培训的教师{trained}人，全县教师{teachers}人，教师培训完成率{rate}%"
    )
    assert page["B3"].value == other


def test_a_figure_leads_to_its_address(demo: Demonstration, tmp_path: Path) -> None:
    rows = [["指标名称", "指标值"], ["生均教学及辅助用房面积（㎡）", None]]
    filled = demo.fill(blank_of(tmp_path, rows), SCHOOL)
    (result,) = filled.results
    known = demo.by_school[SCHOOL]
    area = exact(known["教学及辅助用房总面积"]) - exact(known["室内体育用房面积"])
    value = area / exact(known["小学学生人数"])
    assert result.printed is not None
    assert abs(Fraction(result.printed) - value) <= Fraction(1, 200)
    assert result.known[0].address == f"r4/{SCHOOL}/primary"
    assert result.known[0].value == value
