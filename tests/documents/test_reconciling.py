"""National systems compared: counts by school, nothing preferred, nothing read of persons."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meihao.base.text import Refused
from meihao.documents.reconciling.comparing import compare
from meihao.documents.reconciling.drafting import DRAFTS
from meihao.documents.reconciling.passing import PassingReader
from meihao.documents.reconciling.plan import RECONCILIATION, Plan, make_plan
from meihao.documents.reconciling.reconciling import write_reconciled
from meihao.documents.reconciling.result import Outcome
from meihao.documents.reconciling.taking import ExportFile, Exports, take_exports
from meihao.documents.reconciling.tallying import Tally, Tallying
from tests.documents.exports import (
    DAY,
    PUPIL,
    SHIPPED,
    STATISTICS,
    A,
    B,
    Row,
    all_confirmed,
    book,
    known,
    line,
    local,
    numbers,
    pupil,
    rules,
    run,
    school,
    shipped_text,
    told,
    two,
    unequal,
)


def test_equal_counts_are_equal_and_say_where_they_were_counted(tmp_path: Path) -> None:
    result = two(tmp_path, [pupil(n) for n in range(3)], [school(primary=3)])
    found = line(result, "primary_pupils")
    assert (found.outcome, numbers(found)) == (Outcome.EQUAL, {"pupil": 3, "statistics": 3})
    (part,) = found.amounts["pupil"].parts
    assert (part.file, part.sheet, part.rows) == ("学籍.xlsx", "学籍", 3)
    assert (unequal(result), result.equal) == (set(), True)


def test_where_two_sources_disagree_both_numbers_stand(tmp_path: Path) -> None:
    result = two(tmp_path, [pupil(n) for n in range(3)], [school(primary=4)])
    found = line(result, "primary_pupils")
    assert (found.outcome, numbers(found)) == (Outcome.DIFFERS, {"pupil": 3, "statistics": 4})
    assert found.spread == 1
    assert not result.equal
    assert result.lines[0] is found, "differences come first"


def test_only_pupils_on_roll_of_the_stage_count(tmp_path: Path) -> None:
    rows = [
        pupil(1),
        pupil(2, status="转出"),
        pupil(3, grade="七年级", code=B),
        pupil(4, grade="初一", code=B),
    ]
    result = two(tmp_path, rows, [school(primary=1), school(B, None, 2, junior_classes=1)])
    assert numbers(line(result, "primary_pupils"))["pupil"] == 1
    assert numbers(line(result, "junior_pupils", B)) == {"pupil": 2, "statistics": 2}


def test_classes_are_grades_and_names_that_differ(tmp_path: Path) -> None:
    names = ["1班", "１班", " 1班", "2班"]
    rows = [pupil(n, class_name=name) for n, name in enumerate(names)] + [pupil(9, grade="二年级")]
    result = two(tmp_path, rows, [school(primary=5, primary_classes=3)])
    assert numbers(line(result, "primary_classes")) == {"pupil": 3, "statistics": 3}


def test_an_empty_cell_is_not_known_and_neither_no_nor_nought(tmp_path: Path) -> None:
    result = two(tmp_path, [pupil(1), pupil(2, status=None)], [school(primary=1)])
    found = line(result, "primary_pupils")
    assert (found.outcome, numbers(found)["pupil"]) == (Outcome.ONE_SIDED, None)
    why = found.amounts["pupil"].why
    assert why is not None
    assert why.zh == "1 行缺「学生状态」或读不懂"


def test_without_a_confirmed_header_nothing_is_read_and_a_draft_waits(tmp_path: Path) -> None:
    book(tmp_path / "in" / "学籍.xlsx", PUPIL, [pupil(1)], title="某区学籍导出")
    book(tmp_path / "in" / "统计.xlsx", STATISTICS, [school(primary=1)])
    with pytest.raises(Refused, match=r"(?s)还没有人确认.*一行也没有读.*--policies maps"):
        run(tmp_path / "in", tmp_path / "out")
    with PassingReader() as reader:
        exports = take_exports(tmp_path / "in", make_plan(SHIPPED, RECONCILIATION, DAY, "cn"), reader)
    assert [(tally.columns, tally.rows) for file in exports.files for tally in file.tallies] == [((), 0)] * 2
    drafts = tmp_path / "out" / DRAFTS
    files = sorted(drafts.rglob("*.yaml"))
    assert [path.name for path in files] == ["pupil.yaml", "statistics.yaml"]
    text = files[0].read_text(encoding="utf-8")
    assert "姓名、身份证件号" in text.splitlines()[2]
    assert '"姓名"' not in text
    for path in files:  # a person confirms all of it
        filled = path.read_text(encoding="utf-8").replace("confirmed_by: null", "confirmed_by: 张三")
        path.write_text(filled.replace("confirmed_on: null", "confirmed_on: 2025-10-20"), encoding="utf-8")
    result = run(tmp_path / "in", tmp_path / "out", drafts)
    assert numbers(line(result, "primary_pupils")) == {"pupil": 1, "statistics": 1}


def test_a_draft_somebody_has_worked_in_is_left_alone(tmp_path: Path) -> None:
    book(tmp_path / "in" / "学籍.xlsx", PUPIL, [pupil(1)])
    for _ in range(2):
        with pytest.raises(Refused):
            run(tmp_path / "in", tmp_path / "out")
    (draft,) = (tmp_path / "out").rglob("*.yaml")
    mine = draft.read_text(encoding="utf-8").replace("confirmed_by: null", "confirmed_by: 张三", 1)
    draft.write_text(mine, encoding="utf-8")
    with pytest.raises(Refused):
        run(tmp_path / "in", tmp_path / "out")
    assert draft.read_text(encoding="utf-8") == mine


def test_a_new_header_is_offered_with_the_confirmed_ones_kept(tmp_path: Path) -> None:
    heads = [head.replace("学生状态", "学籍状态") for head in PUPIL]
    book(tmp_path / "in" / "学籍.xlsx", heads, [pupil(1)])
    book(tmp_path / "in" / "统计.xlsx", STATISTICS, [school(primary=1)])
    result = run(tmp_path / "in", tmp_path / "out", all_confirmed(tmp_path / "maps"))
    (draft,) = (tmp_path / "out" / DRAFTS).rglob("*.yaml")
    text = draft.read_text(encoding="utf-8")
    assert text.count("confirmed_by: null") == 1
    assert '"学籍状态":' in text
    assert text.count('confirmed_by: "某人"') == len(known("pupil", PUPIL))
    assert any("没有读到「学生状态」一列" in remark for remark in told(result, "column"))
    assert "primary_pupils" in result.uncompared, "a side that says nothing is no side, and not 0"


# --- codes and names


def test_a_school_twice_in_the_statistics_is_told_and_not_counted(tmp_path: Path) -> None:
    result = two(tmp_path, [pupil(1)], [school(primary=1), school(primary=1)])
    assert numbers(line(result, "primary_pupils")) == {"pupil": 1, "statistics": None}
    assert len(told(result, "duplicate")) == 1


def test_a_lost_leading_zero_is_told_and_nothing_is_joined(tmp_path: Path) -> None:
    result = two(tmp_path, [pupil(1, code="0199000001")], [school(199000001, primary=1)])
    assert [school_.code for school_ in result.partial] == ["0199000001", "199000001"]
    (remark,) = told(result, "zeros")
    assert remark.startswith("0199000001、199000001 只差前导零")


def test_spaces_and_numbers_typed_as_text_do_not_part_a_school(tmp_path: Path) -> None:
    rows = [pupil(1, code=f"{A} ", name="甲小学"), pupil(2, code=int(A), name="甲小学 "), pupil(3)]
    result = two(tmp_path, rows, [school(primary=3)])
    assert numbers(line(result, "primary_pupils")) == {"pupil": 3, "statistics": 3}
    assert [re.findall(r"「(.+)」有 (\d) 格", remark)[0] for remark in told(result, "spaces")] == [
        ("学校名称", "1"),
        ("学校标识码", "1"),
    ]


def test_names_that_differ_are_told_and_decide_nothing(tmp_path: Path) -> None:
    rows = [pupil(1), pupil(2, code=B, grade="七年级", name="甲小学")]
    result = two(tmp_path, rows, [school(primary=1, name="甲实验小学"), school(B, None, 1, junior_classes=1)])
    assert len(told(result, "name")) == 2
    assert told(result, "same_name") == [f"「甲小学」有 2 个代码：{A}、{B}（这里按代码分列）"]
    assert line(result, "primary_pupils").outcome is Outcome.EQUAL


def test_a_row_without_a_code_joins_the_one_school_of_its_name(tmp_path: Path) -> None:
    rows = [
        pupil(1, code=None, name="甲小学"),
        pupil(2, code=None, name="丙小学"),
        pupil(3, code=None, name=None),
    ]
    result = two(tmp_path, rows, [school(primary=1)])
    assert numbers(line(result, "primary_pupils")) == {"pupil": 1, "statistics": 1}
    assert [remark[:12] for remark in told(result, "unassigned")] == [
        "1 行没有学校代码（校名",
        "1 行没有学校代码（校名",
    ]


def test_a_school_in_one_source_only_is_listed(tmp_path: Path) -> None:
    result = two(tmp_path, [pupil(1)], [school(primary=1), school(B, None, 7, junior_classes=1)])
    assert [(s.code, s.sources) for s in result.partial] == [(B, ("statistics",))]
    assert (B, "junior_pupils", "one_sided") in unequal(result)


def test_schools_outside_compulsory_education_are_left_out_and_counted(tmp_path: Path) -> None:
    kindergarten = school("1199000001", None, None, kind="幼儿园", name="丁园")
    result = two(tmp_path, [pupil(1)], [school(primary=1), kindergarten])
    assert (result.outside, result.equal) == (1, True)


# --- policy and output


def test_differences_come_first_and_then_codes(tmp_path: Path) -> None:
    rows = [pupil(1), pupil(2, code=B, grade="七年级")]
    schools = [
        school(B, None, 2, primary_classes=None, junior_classes=1),
        school(primary=1, primary_classes=4),
    ]
    result = two(tmp_path, rows, schools)
    assert [(each.school.code, each.measure) for each in result.lines] == [
        (A, "primary_classes"),
        (B, "junior_pupils"),
        (A, "primary_pupils"),
        (B, "junior_classes"),
    ]


def test_no_tolerance_is_given_and_a_local_one_holds(tmp_path: Path) -> None:
    result = two(tmp_path, [pupil(1)], [school(primary=3)])
    assert result.plan.policy.tolerance is None
    assert line(result, "primary_pupils").outcome is Outcome.DIFFERS
    for tolerance, outcome in (("2", Outcome.EQUAL), ("1.9", Outcome.DIFFERS)):
        ours = local(tmp_path / "local", shipped_text().replace("tolerance: null", f"tolerance: {tolerance}"))
        again = run(tmp_path / "in", tmp_path / "out", tmp_path / "maps", ours)
        assert line(again, "primary_pupils").outcome is outcome


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("{value: primary_roll}", "{value: primary_rolls}", "no such column: primary_rolls"),
        ("{value: primary_roll}", "{value: school_type}", "应为 number"),
        ("distinct: [grade, class_name]", "distinct: [grade, nobody]", "没有列 nobody"),
        (
            "      returns: {value: primary_roll}",
            "      others: {value: primary_roll}",
            "no such source: others",
        ),
    ],
)
def test_a_policy_that_does_not_fit_is_refused(tmp_path: Path, old: str, new: str, why: str) -> None:
    assert old in shipped_text()
    ours = local(tmp_path, shipped_text().replace(old, new, 1))
    with pytest.raises(Refused, match=why):
        make_plan(rules(ours), RECONCILIATION, DAY, "cn")


def test_the_workbook_and_the_json_say_the_same_and_are_the_same_again(tmp_path: Path) -> None:
    result = two(tmp_path, [pupil(1)], [school(primary=3), school(B, None, 7, junior_classes=1)])
    write_reconciled(result, tmp_path / "a", "zh")
    write_reconciled(result, tmp_path / "b", "zh")
    assert (tmp_path / "a/核对_三库.xlsx").read_bytes() == (tmp_path / "b/核对_三库.xlsx").read_bytes()
    found = json.loads((tmp_path / "a/核对_三库.json").read_text(encoding="utf-8"))
    with PassingReader() as reader:
        sheet = reader.read(tmp_path / "a/核对_三库.xlsx").sheets[0]
    rows = [cells for _, cells in sheet.rows()][6:]
    assert [(str(r[1].value), str(r[10].value)) for r in rows] == [
        (each["code"], Outcome(each["outcome"]).words.zh) for each in found["lines"]
    ]
    assert found["tolerance"] is None
    assert any("允许差：未设" in str(cells[1].value) for _, cells in sheet.rows() if 1 in cells)
    assert found["counts"]["differs"] == result.count(Outcome.DIFFERS) > 0


GRADES = ("一年级", "六年级", "七年级", "高一")
PEOPLE = st.lists(
    st.tuples(st.sampled_from((A, B)), st.sampled_from(GRADES), st.sampled_from(("在读", "转出")))
)
SAID = st.dictionaries(st.sampled_from((A, B)), st.tuples(st.integers(0, 6), st.integers(0, 6)))


@cache
def confirmed_plan() -> Plan:
    with TemporaryDirectory() as folder:
        return make_plan(rules(all_confirmed(Path(folder))), RECONCILIATION, DAY, "cn")


@given(people=PEOPLE, said=SAID)
def test_counts_and_outcomes_are_those_of_a_plain_count(
    people: list[tuple[str, str, str]], said: dict[str, tuple[int, int]]
) -> None:
    """A second truth: a Counter over the rows, without policies, expressions or groups."""
    on_roll = Counter((code, grade in GRADES[:2]) for code, grade, state in people if state == "在读")
    for code, grade, state in people:
        on_roll[code, False] -= state == "在读" and grade == "高一"
    seen, compulsory = {p[0] for p in people}, {p[0] for p in people if p[1] != "高一"}
    result = compare(confirmed_plan(), exports_of(confirmed_plan(), people, said), {})
    lines = {(each.school.code, each.measure): each for each in result.lines}
    for code in (A, B):
        for place, measure in enumerate(("primary_pupils", "junior_pupils")):
            sides = [on_roll[code, not place]] if code in seen else []
            sides += [said[code][place]] if code in said else []
            found = lines.get((code, measure))
            if len(result.provided) < 2 or not any(sides) or code not in {*compulsory, *said}:
                assert found is None
                continue
            assert found is not None
            numbers_ = [a.number for a in found.amounts.values() if a.number is not None]
            assert numbers_ == sides
            same = Outcome.EQUAL if len(set(sides)) == 1 else Outcome.DIFFERS
            assert found.outcome is (same if len(sides) == 2 else Outcome.ONE_SIDED)


def exports_of(plan: Plan, people: list[tuple[str, str, str]], said: dict[str, tuple[int, int]]) -> Exports:
    """Two exports passed by cell by cell, without workbooks."""
    pupils = [pupil(n, code, grade, status=state) for n, (code, grade, state) in enumerate(people)]
    schools = [school(code, *counts, kind="九年一贯制") for code, counts in said.items()]
    files = [passed(plan, PUPIL, pupils), passed(plan, STATISTICS, schools)]
    return Exports(tuple(ExportFile(str(n), str(n), tuple(file)) for n, file in enumerate(files)))


def passed(plan: Plan, heads: Sequence[str], rows: Sequence[Row]) -> list[Tally]:
    """Rows as the child writes them, one portion a row."""
    tallying = Tallying(plan)
    tallying.sheet("表")
    for number, row in enumerate((heads, *rows), 1):
        typed = [(number, place, value) for place, value in enumerate(row, 1) if value is not None]
        tallying.cells([(r, c, "number" if isinstance(v, int) else "text", str(v)) for r, c, v in typed])
    tallying.done()
    return tallying.tallies
