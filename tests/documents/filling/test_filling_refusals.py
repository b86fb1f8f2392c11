"""What is not filled, and why it is told: likeness, units, a person's own cells, disagreement, hostility."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.styles import PatternFill

from meihao.base.text import Refused
from meihao.documents.filling.filling import fill
from meihao.documents.filling.notes import as_json, headline, write_draft
from meihao.documents.filling.results import Why
from meihao.documents.workbook import Filling, Reader
from meihao.figures.result import Evaluation
from meihao.figures.snapshot import Table
from meihao.policy.rulebook import Rulebook
from tests.documents.filling.demonstration import (
    SCHOOL,
    Demonstration,
    blank_of,
    by_caption,
    exact,
    fields_blank,
    page_of,
)
from tests.documents.workbook import hostile

NEAR = [
    "专任教师总人数（不含民办）",
    "小学学生总人",
    "班级总数量",
    "专任教师平均年龄",
    "教师总人数",
    "校长姓名",
]


def test_nothing_is_filled_by_likeness(demo: Demonstration, tmp_path: Path) -> None:
    blank = fields_blank(tmp_path, [(caption, "人") for caption in NEAR])
    filled = demo.fill(blank)
    assert [result.outcome for result in filled.results] == ["open"] * len(NEAR)
    assert {result.why for result in filled.results} == {Why.UNKNOWN}
    assert by_caption(filled)["小学学生总人"].likely[0] == "小学学生人数"
    assert headline(filled).zh == "6 项中 0 项已带出"


def test_a_person_confirms_a_caption_in_the_draft(demo: Demonstration, tmp_path: Path) -> None:
    book, filled = fill(
        fields_blank(tmp_path, {"小学学生总人": "人"}), demo.evaluation, demo.rulebook, demo.reader
    )
    draft = write_draft(book, filled, demo.evaluation, tmp_path / "maps")
    assert draft is not None
    text = draft.read_text(encoding="utf-8")
    assert "同" not in text.split("captions:")[1]
    unconfirmed = Rulebook.load(tmp_path / "maps")
    confirmed_text = text.replace("same_as: null", "same_as: 小学学生人数")
    draft.write_text(confirmed_text, encoding="utf-8")
    assert write_draft(book, filled, demo.evaluation, tmp_path / "maps") == draft
    assert draft.read_text(encoding="utf-8") == confirmed_text, "what a person wrote stays"
    for rulebook, printed in (
        (unconfirmed, None),
        (Rulebook.load(tmp_path / "maps"), str(demo.sum_of("小学学生人数"))),
    ):
        _, again = fill(tmp_path / "blank.xlsx", demo.evaluation, rulebook, demo.reader)
        assert again.results[0].printed == printed


def test_an_overlay_that_names_no_column_is_refused(demo: Demonstration, tmp_path: Path) -> None:
    target = tmp_path / "maps" / "990106" / "captions" / "ours.yaml"
    target.parent.mkdir(parents=True)
    target.write_text(
        "kind: synonyms\nkey: 990106/captions/ours\ntitle: {zh: 甲, en: a}\nsince: 2017-04-01\n"
        "reference: [{document: 甲, number: null, clause: 甲}]\nconfidence: M\n"
        "reviewed: {by: null, on: null, next: null}\n"
        "captions: [{says: [甲], district: {fact: cn/compulsory/campus, value: nobody}}]\n",
        encoding="utf-8",
    )
    with pytest.raises(Refused, match="nobody"):
        fill(
            fields_blank(tmp_path, {"甲": None}),
            demo.evaluation,
            Rulebook.load(tmp_path / "maps"),
            demo.reader,
        )


# --- units


@pytest.mark.parametrize(
    ("caption", "unit", "factor"),
    [
        ("教学仪器设备资产值（账面原值）", "万元", Fraction(1)),
        ("教学仪器设备资产值（账面原值）", "元", Fraction(10000)),
        ("教学仪器设备资产值（账面原值）(元)", None, Fraction(10000)),
        ("教学仪器设备资产值（账面原值）(万元)", "元", None),
        ("教学仪器设备资产值（账面原值）", None, None),
        ("教学仪器设备资产值（账面原值）", "台", None),
        ("教学仪器设备资产值（账面原值）", "人", None),
        ("教学及辅助用房总面积", "平方米", Fraction(1)),
        ("教学及辅助用房总面积", "公顷", Fraction(1, 10000)),
        ("教学及辅助用房总面积", "亩", None),
        ("专任教师总人数", None, Fraction(1)),
        ("专任教师总人数", "名", Fraction(1)),
        ("专任教师总人数", "万人", Fraction(1, 10000)),
        ("专任教师总人数", "人次", None),
    ],
)
def test_units_are_equal_convert_exactly_or_stop_it(
    demo: Demonstration, tmp_path: Path, caption: str, unit: str | None, factor: Fraction | None
) -> None:
    (result,) = demo.fill(fields_blank(tmp_path, {caption: unit})).results
    if factor is None:
        assert (result.outcome, result.why) == ("open", Why.UNIT)
        return
    label = caption.removesuffix("(元)")
    whole = demo.sum_of(label)
    assert whole is not None
    assert result.printed is not None
    assert Fraction(result.printed) == whole * factor


def test_a_line_above_gives_the_unit_of_a_table(demo: Demonstration, tmp_path: Path) -> None:
    rows = [
        ["单位：人、元"],
        ["学校代码", "教学仪器设备资产值（账面原值）", "专任教师总人数"],
        [SCHOOL, None, None],
    ]
    found = by_caption(demo.fill(blank_of(tmp_path, rows)))
    known = demo.by_school[SCHOOL]
    value = found["教学仪器设备资产值（账面原值）"].printed
    assert value is not None
    assert Fraction(value) == exact(known["教学仪器设备资产值（账面原值）"]) * 10000
    assert found["专任教师总人数"].printed == str(known["专任教师总人数"])


@pytest.mark.parametrize(
    ("caption", "places"),
    [
        ("室内体育用房面积（保留整数）(㎡)", 0),
        ("室内体育用房面积（㎡，）", None),
        ("室内体育用房面积(保留两位小数)", 2),
    ],
)
def test_a_number_is_rounded_half_up_where_the_blank_says_so(
    demo: Demonstration, tmp_path: Path, caption: str, places: int | None
) -> None:
    (result,) = demo.fill(fields_blank(tmp_path, {caption: None}), SCHOOL).results
    if places is None:
        assert result.outcome == "open"
        return
    value = Decimal(str(demo.by_school[SCHOOL]["室内体育用房面积"]))
    assert result.printed == str(value.quantize(Decimal(1).scaleb(-places), "ROUND_HALF_UP"))


# --- a person's own cells


def test_a_persons_cells_are_never_overwritten(demo: Demonstration, tmp_path: Path) -> None:
    known = demo.by_school[SCHOOL]
    rows = [
        ["填报项目", "填报值"],
        ["专任教师总人数", known["专任教师总人数"]],
        ["班级总数", str(known["班级总数"])],
        ["小学学生人数", 1],
        ["校长寄语", "好"],
        ["县级及以上骨干教师数", "=1+1"],
        ["体育专任教师人数", None],
    ]
    blank = blank_of(tmp_path, rows)
    filled, copy = demo.copy(blank, SCHOOL)
    before, after = page_of(blank), page_of(copy)
    assert [after[f"B{row}"].value for row in range(2, 7)] == [before[f"B{row}"].value for row in range(2, 7)]
    assert after["B7"].value == known["体育专任教师人数"]
    outcomes = [result.outcome for result in filled.results]
    assert outcomes == ["same", "same", "open", "given", "open", "filled"]
    (differs,) = [result for result in filled.results if result.why is Why.DIFFERS]
    assert "表中是 1" in differs.told.zh
    assert filled.results[4].why is Why.FORMULA
    assert headline(filled).zh == "6 项中 1 项已带出；表中已填 4 项（一致 2、不一致 1、无从核对 1）"


def test_a_formula_that_shows_nothing_stays(demo: Demonstration, tmp_path: Path) -> None:
    blank = blank_of(
        tmp_path, [["填报项目", "填报值"], ["专任教师总人数", '=IF(1=1,"","")'], ["班级总数", None]]
    )
    filled = demo.fill(blank, SCHOOL)
    assert filled.results[0].outcome != "filled"
    _, copy = demo.copy(blank, SCHOOL)
    assert page_of(copy)["B2"].value == '=IF(1=1,"","")'


def test_the_child_refuses_to_write_over_anything(demo: Demonstration, tmp_path: Path) -> None:
    """Whatever the parent asks for; the control is an empty cell."""
    blank = blank_of(tmp_path, [["甲", None]])
    book = demo.reader.read(blank)
    demo.reader.fill(book, tmp_path / "one.xlsx", [Filling("表", "B1", "number", "12.50")], [], "zh")
    assert page_of(tmp_path / "one.xlsx")["B1"].value == 12.5
    for cell in (
        Filling("表", "A1", "text", "乙"),
        Filling("表", "A1", "text", "乙", "丙"),
        Filling("别的", "A1", "text", "乙"),
        Filling("表", "ZZZZ9", "text", "乙"),
    ):
        with pytest.raises(Refused, match="已有内容"):
            demo.reader.fill(book, tmp_path / "two.xlsx", [cell], [], "zh")
    assert not (tmp_path / "two.xlsx").exists()


def test_a_blank_that_changed_meanwhile_is_not_filled(demo: Demonstration, tmp_path: Path) -> None:
    blank = blank_of(tmp_path, [["甲", None]])
    book = demo.reader.read(blank)
    blank_of(tmp_path, [["乙", None]])
    with pytest.raises(Refused, match="改动"):
        demo.reader.fill(book, tmp_path / "one.xlsx", [], [], "zh")


def test_text_never_becomes_a_formula_and_looks_stay(demo: Demonstration, tmp_path: Path) -> None:
    blank = blank_of(tmp_path, [["甲", None, None]])
    book = load_workbook(blank)
    book.worksheets[0]["C1"].fill = PatternFill("solid", fgColor="FF00FF00")
    book.save(blank)
    read = demo.reader.read(blank)
    demo.reader.fill(read, tmp_path / "one.xlsx", [Filling("表", "B1", "text", "=1+1")], [], "zh")
    cell = page_of(tmp_path / "one.xlsx")["B1"]
    assert (cell.value, cell.data_type, cell.fill.fgColor.rgb) == ("=1+1", "s", "FFEDF2F7")
    assert page_of(tmp_path / "one.xlsx")["C1"].fill.fgColor.rgb == "FF00FF00"


# --- whose form, and sources that disagree


def test_a_schools_form_without_a_school_is_not_filled_with_the_districts_numbers(
    demo: Demonstration, tmp_path: Path
) -> None:
    blank = fields_blank(tmp_path, {"学校名称": None, "专任教师总人数": "人"})
    filled = demo.fill(blank)
    assert {(result.outcome, result.why) for result in filled.results} == {("open", Why.SUBJECT)}
    assert "--school" in filled.results[0].todo.zh
    assert len(demo.fill(blank, SCHOOL).of("filled")) == 2
    with pytest.raises(Refused, match="没有学校"):
        demo.fill(blank, "没有的学校")


def test_a_form_that_names_another_school_is_not_filled(demo: Demonstration, tmp_path: Path) -> None:
    rows = [["填报项目", "填报值"], ["学校代码", "2199000002"], ["专任教师总人数", None]]
    filled = demo.fill(blank_of(tmp_path, rows), SCHOOL)
    assert filled.of("filled") == []
    assert "另一所学校" in next(r for r in filled.of("open") if r.place.path[-1] == "专任教师总人数").told.zh


def test_what_does_not_add_up_is_not_added_up(demo: Demonstration, tmp_path: Path) -> None:
    found = by_caption(
        demo.fill(fields_blank(tmp_path, {"小学年级数": "个", "建校时间": "年", "班级总数": "个"}))
    )
    assert found["班级总数"].outcome == "filled"
    assert (found["小学年级数"].why, found["建校时间"].why) == (Why.SUBJECT, Why.SUBJECT)
    of_district = by_caption(demo.fill(fields_blank(tmp_path, {"符合交流条件教师总数": "人"}), SCHOOL))
    assert of_district["符合交流条件教师总数"].why is Why.SUBJECT


def with_table(demo: Demonstration, key: str, change: dict[str, dict[str, object]]) -> Evaluation:
    """The evaluation with some rows of a table changed."""
    snapshot = demo.evaluation.snapshot
    table = snapshot.tables[key]
    rows = {code: {**row, **change.get(code, {})} for code, row in table.rows.items()}
    tables = {**snapshot.tables, key: Table(table.fact, rows, table.origins)}  # type: ignore[arg-type]
    return replace(demo.evaluation, snapshot=replace(snapshot, tables=tables))


def test_two_sources_that_disagree_fill_nothing(demo: Demonstration, tmp_path: Path) -> None:
    """The register calls the school by another name; the control is the register as it is."""
    blank = fields_blank(tmp_path, {"学校名称": None})
    register = "cn/institution/register"
    assert demo.fill(blank, SCHOOL).results[0].outcome == "filled"
    other = with_table(demo, register, {SCHOOL: {"name": "新砚第一小学"}})
    _, filled = fill(blank, other, demo.rulebook, demo.reader, SCHOOL)
    (result,) = filled.results
    assert result.why is Why.CONFLICT
    assert "新砚第一小学（学校名录.xlsx" in result.told.zh
    (told,) = as_json(demo.reader.read(blank), filled, other)["rest"]
    assert {source["exact"] for source in told["known"]} == {"新砚第一小学", "澄砚区新砚小学"}


def test_a_file_that_was_not_taken_leaves_every_sum_open(demo: Demonstration, tmp_path: Path) -> None:
    blank = fields_blank(tmp_path, {"专任教师总人数": "人", "符合交流条件教师总数": "人"})
    pending = replace(demo.evaluation, snapshot=replace(demo.evaluation.snapshot, pending=("坏.xlsx",)))
    _, filled = fill(blank, pending, demo.rulebook, demo.reader)
    assert [result.outcome for result in filled.results] == ["open", "filled"]
    assert "坏.xlsx" in filled.results[0].told.zh


# --- hostile blanks


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "空文件"),
        ("填报项目,填报值\n".encode(), "CSV"),
        (hostile.far_cell(), "XFD1048576"),
        (hostile.bomb(), "展开后"),
    ],
    ids=["empty", "csv", "far", "bomb"],
)
def test_a_hostile_blank_is_refused_in_words(
    demo: Demonstration, reader: Reader, tmp_path: Path, content: bytes, word: str
) -> None:
    blank = tmp_path / "blank.xlsx"
    blank.write_bytes(content)
    with pytest.raises(Refused) as refusal:
        fill(blank, demo.evaluation, demo.rulebook, reader)
    assert word in refusal.value.text.zh


def test_a_table_of_data_is_no_blank(demo: Demonstration, tmp_path: Path) -> None:
    blank = blank_of(tmp_path, [["学校代码", "小学学生人数"], *([str(n), n] for n in range(6000))])
    with pytest.raises(Refused, match="不像空白表"):
        demo.fill(blank)
