"""What is handed in: recognised, taken whole or not at all, sent back at the cell."""

from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import load_workbook

from meihao.base.text import Refused
from meihao.demo import DEMO_ON, broken_workbooks
from meihao.policy.rulebook import Rulebook
from tests.documents.sheets import (
    FACT,
    NINE,
    NINE_PLUS,
    PLUS,
    PRIMARY,
    RULES,
    amounts,
    collated,
    district_return,
    labelled,
    official,
    problems,
    taken,
)


def edit(path: Path, **cells: object) -> Path:
    book = load_workbook(path)
    for ref, value in cells.items():
        book.worksheets[0][ref].value = value
    book.save(path)
    return path


def test_a_filled_official_return_is_taken_with_the_cell_of_each_value(tmp_path: Path) -> None:
    intake = taken(official(tmp_path, PRIMARY))
    table = intake.tables[FACT.key]
    assert problems(intake) == []
    assert table.rows["2199000001"] == PRIMARY
    origin = table.origins["2199000001", "teaching_area"]
    assert (origin.file, origin.sheet, origin.cell) == ("学校填报表格.xlsx", "学校填报数据", "E46")


def test_a_blank_return_goes_back_with_every_required_field_named(tmp_path: Path) -> None:
    intake = taken(official(tmp_path, {}))
    marks = problems(intake)
    assert intake.tables == {}
    assert {severity for severity, _, _ in marks} == {"must"}
    assert len(marks) == 57  # 68 fields, 6 optional, 5 asked only where there are junior pupils
    assert ("must", "E11", "「小学学生人数」必填，未填") in marks


def test_junior_fields_are_asked_only_where_there_are_junior_pupils(tmp_path: Path) -> None:
    row = {k: v for k, v in NINE.items() if k != "graduates"}
    assert problems(taken(official(tmp_path, row))) == [("must", "E65", "「本届毕业学生人数」必填，未填")]


@pytest.mark.parametrize(
    ("cells", "severity", "ref", "says"),
    [
        ({"E27": 10}, "must", "E27", "超过了专任教师总人数"),
        ({"E16": 13}, "must", "E16", "之和不等于班级总数"),
        ({"E47": 9000}, "must", "E47", "大于教学及辅助用房总面积"),
        ({"E11": 0}, "must", "E11", "至少一个大于 0"),
        ({"D52": "元"}, "must", "D52", "单位应为万元"),
        ({"C12": "初中学生"}, "must", "C12", "没有「初中学生」这个填报项目"),
        ({"C12": "小学学生人数"}, "must", "C12", "出现了两次"),
        ({"E48": 300}, "explain", "E48", "不一致"),
        ({"E6": "是", "E7": "是", "E5": 2018}, "explain", "E6", "建校时间却在2010年之后"),
        ({"E52": 1100000}, "explain", "E52", "是否把元填成了万元"),
        ({"E9": "是"}, "explain", "E9", "学生人数却不在此范围"),
        ({"E12": 10}, "explain", "E12", "却填有初中学生"),
    ],
)
def test_what_does_not_hold_is_told_at_its_cell(
    tmp_path: Path, cells: dict[str, object], severity: str, ref: str, says: str
) -> None:
    intake = taken(edit(official(tmp_path, PRIMARY), **cells))
    assert any(s == severity and r == ref and says in text for s, r, text in problems(intake)), problems(
        intake
    )


def test_one_cell_to_mend_sends_the_whole_file_back(tmp_path: Path) -> None:
    heads = list(labelled(PRIMARY))
    rows = [list({**PRIMARY, "school_code": f"S{n}"}.values()) for n in range(30)]
    rows[17][heads.index("小学学生人数")] = "很多"
    intake = taken(collated(tmp_path, heads, rows))
    assert amounts(intake) == set()
    assert [(s, r) for s, r, _ in problems(intake) if s == "must"] == [
        ("must", load_ref(heads.index("小学学生人数"), 19))
    ]


def load_ref(column: int, row: int) -> str:
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def test_a_collated_sheet_is_read_by_official_names(tmp_path: Path) -> None:
    row = labelled({**NINE, **NINE_PLUS})
    intake = taken(collated(tmp_path, list(row), [list(row.values())]))
    assert problems(intake) == []
    assert intake.tables[FACT.key].rows["3199000001"] == {**NINE, **NINE_PLUS}


def test_an_absent_column_is_no_error_and_an_empty_required_cell_is(tmp_path: Path) -> None:
    row = {k: v for k, v in labelled(PRIMARY).items() if k != "网络多媒体教室间数"}
    assert problems(taken(collated(tmp_path, list(row), [list(row.values())]))) == []
    emptied = {**row, "小学学生人数": None}
    marks = problems(taken(collated(tmp_path, list(emptied), [list(emptied.values())])))
    assert ("must", "「小学学生人数」必填，未填") in [(s, text) for s, _, text in marks]


def test_other_headers_are_listed_and_read_only_once_confirmed(tmp_path: Path) -> None:
    row = labelled(PRIMARY)
    heads = ["在校小学生" if name == "小学学生人数" else name for name in row]
    heads = ["设备值（元）" if "设备资产值" in name else name for name in heads]
    values = [1100000 if "设备值" in head else value for head, value in zip(heads, row.values(), strict=True)]
    path = collated(tmp_path, heads, [values])
    intake = taken(path)
    assert {u.header for u in intake.unknown} == {"在校小学生", "设备值（元）"}
    assert "primary_pupils" not in intake.tables[FACT.key].rows["2199000001"]
    overlay = tmp_path / "rules" / "cn" / "headers"
    overlay.mkdir(parents=True)
    for by, known in (("null", False), ("教育股", True)):
        (overlay / "ours.yaml").write_text(mapping(by), encoding="utf-8")
        found = taken(path, Rulebook.load(tmp_path / "rules")).tables[FACT.key].rows["2199000001"]
        assert (found.get("primary_pupils"), found.get("equipment_value")) == (
            (Fraction(500), Fraction(110)) if known else (None, None)
        )


def mapping(by: str) -> str:
    return f"""kind: mapping
key: cn/headers/ours
title: {{zh: 对照, en: headers}}
since: 2025-01-01
reference:
  - {{document: 汇总表, number: null, clause: 表头}}
confidence: M
reviewed: {{by: null, on: null, next: null}}
form: cn/compulsory/school-return
headers:
  在校小学生: {{column: primary_pupils, unit: null, confirmed_by: {by}, confirmed_on: 2025-10-01}}
  设备值（元）: {{column: equipment_value, unit: 元, confirmed_by: {by}, confirmed_on: 2025-10-01}}
"""


def test_without_codes_the_names_tell_schools_apart(tmp_path: Path) -> None:
    row = {k: v for k, v in labelled(PRIMARY).items() if k != "学校代码"}
    assert list(taken(collated(tmp_path, list(row), [list(row.values())])).tables[FACT.key].rows) == [
        "甲小学"
    ]


def test_the_same_school_twice_sends_both_files_back(tmp_path: Path) -> None:
    official(tmp_path, PRIMARY, "一.xlsx")
    official(tmp_path, {**PRIMARY, "primary_pupils": Fraction(510)}, "二.xlsx")
    intake = taken(tmp_path)
    assert [receipt.outcome for receipt in intake.receipts] == ["sent_back", "sent_back"]
    assert amounts(intake) == set()
    assert "「2199000001」在 二.xlsx 里也有一行" in problems(intake)[0][2]


def test_a_supplement_completes_its_school(tmp_path: Path) -> None:
    official(tmp_path, NINE, "主表.xlsx")
    official(tmp_path, NINE_PLUS, "补充.xlsx", PLUS)
    intake = taken(tmp_path)
    assert problems(intake) == []
    row = intake.tables[FACT.key].rows["3199000001"]
    assert (row["primary_backbone"], row["primary_pupils"]) == (4, 300)


def test_a_supplement_that_does_not_fit_goes_back_and_the_return_stays(tmp_path: Path) -> None:
    official(tmp_path, NINE, "主表.xlsx")
    official(tmp_path, {**NINE_PLUS, "primary_backbone": Fraction(5)}, "补充.xlsx", PLUS)
    intake = taken(tmp_path)
    assert {r.name: r.outcome for r in intake.receipts} == {"主表.xlsx": "taken", "补充.xlsx": "sent_back"}
    assert "primary_backbone" not in intake.tables[FACT.key].rows["3199000001"]


def test_a_supplement_alone_is_not_counted_and_says_so(tmp_path: Path) -> None:
    intake = taken(official(tmp_path, NINE_PLUS, "补充.xlsx", PLUS))
    assert intake.tables == {}
    assert "没有可用的主表" in problems(intake)[0][2]


def test_a_registered_school_that_handed_in_nothing_is_open_not_forgotten(tmp_path: Path) -> None:
    official(tmp_path, PRIMARY)
    heads = ["学校代码", "学校名称", "学校类型", "所在乡镇（街道）", "所属教育集团"]
    register = [
        ["2199000001", "甲小学", "小学", "东镇", None],
        ["2199000002", "丙小学", "小学", "东镇", None],
        ["1199000001", "丁幼儿园", "幼儿园", "东镇", None],
    ]
    collated(tmp_path, heads, register, "学校名录.xlsx")
    intake = taken(tmp_path)
    assert intake.unreported == ("2199000002",)
    assert intake.tables[FACT.key].rows["2199000002"] == {
        "school_code": "2199000002",
        "name": "丙小学",
        "school_type": "小学",
    }


def test_planted_errors_come_back_at_their_cells_and_nothing_is_taken(tmp_path: Path) -> None:
    """At least 40 kinds in one workbook; 99 % of all planted errors at the right cell."""
    books = broken_workbooks(tmp_path, RULES, DEMO_ON)
    kinds = {planted.kind for planted in books[0][1]}
    assert len(kinds) >= 40
    found = total = 0
    for path, planted in books:
        intake = taken(path)
        assert amounts(intake) == set()
        at = {
            (mark.severity, mark.sheet if mark.ref else "", mark.ref)
            for r in intake.receipts
            for mark in r.marks
        }
        hits = [(p.severity, p.sheet if p.ref else "", p.ref) in at for p in planted]
        found, total = found + sum(hits), total + len(hits)
    assert found >= 0.99 * total


def test_a_sound_copy_of_the_same_return_is_taken(tmp_path: Path) -> None:
    """The control of the planted errors: without them nothing is marked."""
    assert problems(taken(official(tmp_path, NINE))) == []


def test_headers_confirmed_for_the_district_hold_for_its_sheets(tmp_path: Path) -> None:
    """The place is known only from the district return, in the same folder."""
    row = labelled(PRIMARY)
    heads = ["在校小学生" if name == "小学学生人数" else name for name in row]
    given = tmp_path / "in"
    given.mkdir()
    collated(given, heads, [list(row.values())])
    overlay = tmp_path / "rules" / "990106" / "headers"
    overlay.mkdir(parents=True)
    text = mapping("教育股").replace("key: cn/", "key: 990106/")
    (overlay / "ours.yaml").write_text(text, encoding="utf-8")
    rules = Rulebook.load(tmp_path / "rules")
    assert [u.header for u in taken(given, rules).unknown] == ["在校小学生"]
    district_return(given)
    intake = taken(given, rules)
    assert (intake.place, intake.unknown) == ("990106", ())
    assert intake.tables[FACT.key].rows["2199000001"]["primary_pupils"] == 500


def test_a_converted_value_keeps_every_digit_or_goes_back(tmp_path: Path) -> None:
    row = labelled(PRIMARY)
    heads = ["设备值（元）" if "设备资产值" in name else name for name in row]
    place = heads.index("设备值（元）")
    overlay = tmp_path / "rules" / "cn" / "headers"
    overlay.mkdir(parents=True)
    (overlay / "ours.yaml").write_text(mapping("教育股"), encoding="utf-8")
    rules = Rulebook.load(tmp_path / "rules")
    for yuan, fine in (("1234567.89", True), ("1234567.891", False)):
        values = [yuan if n == place else value for n, value in enumerate(row.values())]
        intake = taken(collated(tmp_path, heads, [values]), rules)
        assert ([r.outcome for r in intake.receipts] == ["taken"]) is fine


def test_a_school_sent_back_is_open_not_forgotten(tmp_path: Path) -> None:
    """Without a register too: its code is known, its values are not."""
    official(tmp_path, PRIMARY, "一.xlsx")
    official(tmp_path, {**NINE, "classes": Fraction(99)}, "二.xlsx")
    intake = taken(tmp_path)
    assert intake.unreported == ("3199000001",)
    assert intake.tables[FACT.key].rows["3199000001"] == {
        "school_code": "3199000001",
        "name": "乙学校",
        "school_type": "九年一贯制",
    }
    assert intake.pending == ()


def test_beyond_the_faults_that_are_told_schools_are_still_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meihao.documents.returns.layouts.MOST_FAULTS", 5)
    monkeypatch.setattr("meihao.documents.returns.intake.MOST_FAULTS", 5)
    row = {**labelled(PRIMARY), "小学学生人数": "很多", "小学班级数": "几个"}
    codes = [f"21990000{n:02}" for n in range(9)]
    intake = taken(
        collated(tmp_path, list(row), [list({**row, "学校代码": code}.values()) for code in codes])
    )
    assert intake.unreported == tuple(codes)
    told = [text for severity, _, text in problems(intake) if severity == "must"]
    assert len([text for text in told if "应为数字" in text]) == 6
    assert told[0] == "这张表要改的已有 20000 处，其余的行没有再查，请先改好这些"


def test_a_register_without_types_leaves_everybody_in_it_open(tmp_path: Path) -> None:
    """Nobody can say that it is a kindergarten: it must not be left out by silence."""
    official(tmp_path, PRIMARY)
    rows = [["2199000001", "甲小学", "东镇"], ["2199000009", "乙", "东镇"]]
    collated(tmp_path, ["学校代码", "学校名称", "所在乡镇（街道）"], rows, "学校名录.xlsx")
    assert taken(tmp_path).unreported == ("2199000009",)


def test_a_text_too_long_for_a_name_is_listed_short_and_costs_nothing(tmp_path: Path) -> None:
    row = labelled(PRIMARY)
    intake = taken(collated(tmp_path, [*row, "小学学生人数" * 50], [[*row.values(), 1]]))
    (unknown,) = intake.unknown
    assert (unknown.header, unknown.likely) == (("小学学生人数" * 50)[:40] + "…", ())


def test_a_file_that_may_hold_a_school_waits_unless_a_register_knows(tmp_path: Path) -> None:
    official(tmp_path, PRIMARY, "一.xlsx")
    (tmp_path / "二.xlsx").write_bytes(b"PK")
    assert taken(tmp_path).pending == ("二.xlsx",)
    heads = ["学校代码", "学校名称", "学校类型", "所在乡镇（街道）"]
    collated(tmp_path, heads, [["2199000001", "甲小学", "小学", "东镇"]], "学校名录.xlsx")
    assert taken(tmp_path).pending == ()


def test_what_is_no_form_is_refused_in_words(tmp_path: Path) -> None:
    intake = taken(collated(tmp_path, ["姓名", "电话"], [["某", "1"]]))
    (receipt,) = intake.receipts
    assert receipt.refusal is not None
    assert "没有认出任何填报表" in receipt.refusal.zh


def test_an_empty_folder_and_a_missing_path_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(Refused):
            taken(path)


def test_hostile_neighbours_do_not_keep_a_sound_file_out(tmp_path: Path) -> None:
    official(tmp_path, PRIMARY)
    (tmp_path / "空.xlsx").write_bytes(b"")
    (tmp_path / "逗号.xlsx").write_text("学校名称,学校代码\n甲,1\n", encoding="utf-8")
    (tmp_path / "说明.txt").write_text("x", encoding="utf-8")
    intake = taken(tmp_path)
    assert [r.outcome for r in intake.receipts].count("refused") == 2
    assert intake.skipped == ("说明.txt",)
    assert list(intake.tables[FACT.key].rows) == ["2199000001"]
