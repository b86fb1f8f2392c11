"""The draft report: every number stands at its address, nothing undecided is called reached, any standard."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from meihao.base.text import Refused
from meihao.documents.as_json import as_json
from meihao.documents.report import Report
from meihao.documents.self_report import (
    Figures,
    Quoted,
    SelfReport,
    changed,
    paragraphs,
    write_self_report,
)
from meihao.figures.clauses import ClauseState
from meihao.figures.engines import PlainEngine
from meihao.figures.interpreter import Row
from meihao.figures.judging import evaluate
from meihao.figures.result import State
from tests.documents.self_report_districts import (
    ASSIGNMENT,
    BALANCE,
    CAMPUS,
    STANDARDS,
    invented,
    lines,
    plan,
    report,
    rows_of,
)
from tests.figures.districts import districts, with_gaps


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> SelfReport:
    return write_self_report(invented(), tmp_path_factory.mktemp("report"))


# --- every number at its address


@pytest.mark.parametrize("standard", STANDARDS)
def test_each_number_is_found_again_by_the_other_engine(tmp_path: Path, standard: str) -> None:
    made = write_self_report(invented(standard), tmp_path)
    again = evaluate(invented(standard).evaluation.snapshot, plan(standard), PlainEngine())
    assert changed(made.path, made.quoted, again) == []
    assert len(made.quoted) > 50


def test_each_number_stands_where_it_is_said_to(written: SelfReport) -> None:
    text = lines(written)
    for one in written.quoted:
        assert text[one.paragraph][one.at : one.at + len(one.text)] == one.text


def test_numbers_agree_with_the_result_written_for_programs(written: SelfReport) -> None:
    """A second way to the same figures: result.json, by the addresses it gives itself."""
    blocks = as_json(invented())["blocks"].values()
    told = dict(_told([block["relaxed"] for block in blocks])) | dict(_told([b["strict"] for b in blocks]))
    compared = [one for one in written.quoted if one.address in told]
    assert {one.text for one in compared if told[one.address] != one.text} == set()
    assert {one.address.split("/")[0] for one in compared} >= {"test", "cv"}
    assert len(compared) > 40


def _told(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        if isinstance(node.get("address"), str) and node.get("printed") is not None:
            yield node["address"], node["printed"]
        for below in node.values():
            yield from _told(below)
    elif isinstance(node, list):
        for below in node:
            yield from _told(below)


def test_no_number_stands_in_the_text_without_an_address(written: SelfReport) -> None:
    """What is left when the quoted figures are taken out are words of the policies, names and the year."""
    known = sorted(_words_of(invented()), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, known)))
    for number, line in enumerate(lines(written)):
        for one in sorted((q for q in written.quoted if q.paragraph == number), key=lambda q: -q.at):
            line = f"{line[: one.at]}□{line[one.at + len(one.text) :]}"
        assert not re.search(r"\d", pattern.sub("", line)), line


def _words_of(asked: Report) -> set[str]:
    here = asked.evaluation.plan
    policies: list[Any] = [
        here.standard,
        *here.clauses,
        *(item.indicator for item in here.items),
        *here.tables,
    ]
    policies += [measure for item in here.items for measure in item.measures()]
    texts = {text for policy in policies for text in _texts(policy)}
    for clause in here.clauses:
        texts |= set(re.split(r"\{[a-z0-9_]+\}", clause.finding or ""))
    texts |= {asked.school_year.title.zh, str(asked.school_year.census)}
    return {text.strip() for text in texts if re.search(r"\d", text)}


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, BaseModel):
        yield from _texts([getattr(node, name) for name in type(node).model_fields])
    elif isinstance(node, Mapping):
        yield from _texts([*node.values()])
    elif isinstance(node, (tuple, list)):
        for below in node:
            yield from _texts(below)


def test_a_retyped_number_is_found(written: SelfReport, tmp_path: Path) -> None:
    """The control: of each kind of figure one in turn with other digits; it is told, and nothing else."""
    evaluation = invented().evaluation
    document = Document(str(written.path))
    found = paragraphs(document)
    kinds = {one.address.split("/")[0]: one for one in written.quoted}
    assert len(kinds) > 15
    tried = 0
    for one in kinds.values():
        runs = found[one.paragraph].runs
        text = runs[-1].text
        other = one.text.translate(str.maketrans("0123456789", "1234567890"))
        at = one.at - (len(found[one.paragraph].text) - len(text))
        if other == one.text or at < 0:
            continue
        tried += 1
        runs[-1].text = f"{text[:at]}{other}{text[at + len(one.text) :]}"
        document.save(str(tmp_path / "改.docx"))
        (told,) = changed(tmp_path / "改.docx", written.quoted, evaluation)
        assert one.address in told.zh
        assert "文中改成了" in told.zh
        runs[-1].text = text
    assert tried > 12


def test_another_row_is_found(written: SelfReport) -> None:
    """The control on the other side: one value reported otherwise, and the report no longer holds."""
    schools = [dict(row) for row in rows_of(BALANCE)[CAMPUS]]
    schools[0]["teaching_area"] += 1000
    other = report({**rows_of(BALANCE), CAMPUS: schools}).evaluation
    told = "\n".join(text.zh for text in changed(written.path, written.quoted, other))
    assert "cv/r4/primary" in told
    assert "测算得" in told
    assert "total/g11/eligible" not in told


def test_a_share_never_stands_without_what_it_is_of(written: SelfReport) -> None:
    """Each ratio in a clause's paragraph has both its counts in the same paragraph."""
    by_paragraph: dict[int, set[str]] = {}
    for one in written.quoted:
        by_paragraph.setdefault(one.paragraph, set()).add(one.address)
    ratios = [one for one in written.quoted if one.address.startswith("test/")]
    assert len(ratios) > 15
    for one in ratios:
        _, clause, test, *_ = one.address.split("/")
        asked = plan().clause(clause)
        assert asked is not None
        spec = asked.test(test)
        assert spec is not None
        if spec.denominator is not None:
            counts = [spec.numerator, spec.denominator]
            relaxed = spec.relaxed and one.address.endswith("/relaxed")
            if relaxed and spec.relaxed:
                counts = [spec.relaxed.numerator, spec.relaxed.denominator or spec.denominator]
            assert {f"total/{clause}/{name}" for name in counts} <= by_paragraph[one.paragraph]


# --- what it says


def test_the_headings_are_those_of_the_report(written: SelfReport) -> None:
    found = [line for line in Document(str(written.path)).paragraphs if _style(line) == "Heading 1"]
    assert [line.text for line in found] == [
        "一、基本情况",
        "二、自评结果",
        "三、资源配置",
        "四、政府保障程度",
        "五、教育质量",
        "六、社会认可度",
        "七、一票否决事项",
        "八、问题与整改",
        "附：口径与待核",
    ]


def _style(line: Any) -> str:
    return str(line.style.name)


def test_the_top_and_every_page_say_what_it_is(written: SelfReport) -> None:
    text = lines(written)
    assert text[0] == "澄砚区义务教育优质均衡自评报告"
    assert text[1] == "初稿　自评测算结果（非国家认定）"
    assert text[2].startswith("虚构：")
    assert text[3] == "内部材料，未经签发不得公开"
    (section,) = Document(str(written.path)).sections
    assert section.header.paragraphs[0].text == "初稿　自评测算结果（非国家认定）　虚构"
    assert "未经签发不得公开" in section.footer.paragraphs[0].text


def test_real_districts_are_not_called_invented(tmp_path: Path) -> None:
    asked = invented()
    elsewhere = replace(asked.evaluation.plan, place="410106", versions=asked.evaluation.plan.versions)
    made = write_self_report(replace(asked, evaluation=replace(asked.evaluation, plan=elsewhere)), tmp_path)
    assert not any(line.startswith("虚构：") for line in lines(made))


def test_the_clauses_are_told_with_sentence_state_and_clause(written: SelfReport) -> None:
    (g11,) = (line for line in lines(written) if line.startswith("（十一）教师交流轮岗"))
    assert "符合交流轮岗条件教师总数640名，上一年度交流轮岗教师78名" in g11
    assert "标准不低于10%，达标" in g11
    assert g11.endswith("〔政府保障程度（十一），待核〕")
    assert g11.startswith("（十一）教师交流轮岗　达标　")


def test_the_result_stands_without_and_with_relaxation(written: SelfReport) -> None:
    text = lines(written)
    at = text.index("政府保障程度")
    evaluation = invented().evaluation
    assert text[at + 1] == evaluation.block("government").state.words.zh
    (g3,) = (line for line in text if line.startswith("（三）音乐、美术专用教室"))
    assert "未达标（放宽：达标）" in g3
    assert "计入放宽" in g3


def test_schools_that_fall_short_are_named_with_amounts_inside_the_bureau(written: SelfReport) -> None:
    text = lines(written)
    block = invented().evaluation.block("resources")
    short = {
        (result.unit.title.zh, cell.figure.item.indicator.short.zh)
        for result in block.units
        if result.state is State.FAILED
        for cell in result.cells.values()
        if cell.misses
    }
    at = text.index("学校（校段）")
    grid = text[at + 4 : at + 4 + 4 * len(short)]
    assert {(grid[place], grid[place + 1]) for place in range(0, len(grid), 4)} == short
    assert "内部材料，未经签发不得公开" in text[at - 1]


def test_failures_have_an_office_and_a_day_or_say_that_they_are_open(tmp_path: Path) -> None:
    row = {
        "code": "compulsory-balance.g9",
        "owner": "人事科",
        "measure": "补训",
        "deadline": "2025-12-31",
    }
    made = write_self_report(report({**rows_of(BALANCE), ASSIGNMENT: [row]}), tmp_path)
    text = lines(made)
    at = next(place for place, line in enumerate(text) if line.startswith("5年360学时培训完成率：3"))
    assert text[at + 3 : at + 6] == ["补训", "人事科", "2025-12-31"]
    other = next(place for place, line in enumerate(text) if line.startswith("班额："))
    assert text[other + 3 : other + 6] == ["待定"] * 3


# --- undecided


def test_where_nothing_was_reported_everything_is_open_and_nothing_reached(tmp_path: Path) -> None:
    for standard in STANDARDS:
        asked = report({}, standard)
        made = write_self_report(asked, tmp_path)
        text = "\n".join(lines(made))
        assert "整体自评为未决" in text
        assert "尚缺数据或认定，结论未决" in text
        assert {one.text for one in made.quoted if one.address.startswith("units/")} <= {"0"}
        assert not re.search("[，（：　]达标", text)
        assert {line.text for line in _cells_of_states(made)} <= {"未决"}
        assert changed(made.path, made.quoted, asked.evaluation) == []


def _cells_of_states(made: SelfReport) -> Iterator[Any]:
    """The cells of the table of results that hold a state."""
    first = Document(str(made.path)).tables[0]
    for row in first.rows[1:]:
        yield from (row.cells[1], row.cells[2])


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_any_district_is_told_as_it_was_judged(tmp_path: Path, data: st.DataObject) -> None:
    rows: dict[str, Row] = data.draw(with_gaps(data.draw(districts(4))))
    asked = report({CAMPUS: rows.values()}, engine=PlainEngine())
    made = write_self_report(asked, tmp_path)
    text = lines(made)
    assert changed(made.path, made.quoted, asked.evaluation) == []
    for clause in asked.evaluation.block("government").clauses:
        (told,) = (line for line in text if f"）{clause.clause.short.zh}　" in line and line[0] == "（")
        verdict = told.split("　")[1]
        assert verdict.split("（")[0] == clause.state.words.zh
        where = text.index(told)
        here = {one.address for one in made.quoted if one.paragraph == where}
        for answer in clause.answers:
            if answer.state is ClauseState.UNDECIDED:
                assert "未决" in told
                asked_for = f"open/{clause.clause.id}/{answer.test.id}"
                assert answer.test.declared is not None or asked_for in here


# --- the file


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    rows = {key: list(found)[::-1] for key, found in rows_of(BALANCE).items()}
    first = write_self_report(invented(), tmp_path).path.read_bytes()
    second = write_self_report(report(rows, engine=PlainEngine()), tmp_path).path.read_bytes()
    assert first == second


def test_hostile_names_stay_words(tmp_path: Path) -> None:
    names = ("=1+1", "{on}{rows}", "</w:t><w:br/>", "甲\u202e乙\u200b", "一\n二\x07", "&amp;")
    schools = [dict(row) for row in rows_of(BALANCE)[CAMPUS]]
    failing = [r for r in invented().evaluation.block("resources").units if r.state is State.FAILED]
    for name, unit in zip(names, failing, strict=False):
        (row,) = (row for row in schools if row["school_code"] == unit.unit.key.campus)
        row["name"] = name
    asked = report({**rows_of(BALANCE), CAMPUS: schools})
    made = write_self_report(asked, tmp_path)
    text = "\n".join(lines(made))
    for shown in ("=1+1", "{on}{rows}", "</w:t><w:br/>", "甲\\u202e乙\\u200b", "一 二\\u0007", "&amp;"):
        assert shown in text
    assert changed(made.path, made.quoted, asked.evaluation) == []


# --- addresses


@given(
    st.lists(
        st.sampled_from(
            _PARTS := (
                "test",
                "total",
                "units",
                "cells",
                "gap",
                "r4",
                "g9",
                "rate",
                "primary",
                "all",
                "failed",
                "relaxed",
                "resources",
                "what",
                "cv",
                "limit",
                "2199000001",
                "",
                "x",
                "declared",
                "lack",
                "composite",
                "rule",
                "of",
            )
        ),
        max_size=6,
    )
)
def test_any_address_gives_a_figure_or_is_refused(parts: list[str]) -> None:
    address = "/".join(parts)
    try:
        said = Figures(invented().evaluation).said(address)
    except Refused:
        return
    assert said is None or isinstance(said, str)


def test_a_figure_that_is_gone_is_told(written: SelfReport) -> None:
    gone = Quoted("1", 0, 0, "total/g9/nothing")
    told = changed(written.path, [gone], invented().evaluation)
    assert len(told) == 2
    assert "total/g9/nothing" in told[1].zh
