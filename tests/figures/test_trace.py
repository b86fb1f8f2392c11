"""A trace leads from a figure to cells, clause and version, and says whether it recomputes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from meihao.base.text import Refused
from meihao.figures.engines import FastEngine
from meihao.figures.examples import rows_of, snapshot_of
from meihao.figures.judging import evaluate
from meihao.figures.plan import make_plan
from meihao.figures.result import Evaluation
from meihao.figures.snapshot import Origin, Snapshot, Table
from meihao.figures.steps import Step
from meihao.figures.trace import trace
from meihao.policy.rulebook import Rulebook

PLAN = make_plan(Rulebook.load(), "cn/compulsory-balance", date(2025, 10, 20))
ROWS = next(rows_of(PLAN, e) for e in PLAN.standard.examples if e.id == "nine-year")
ORIGIN = Origin("四校.xlsx", "0" * 64, "学校填报数据", "E46", "cn/compulsory/school-return")


def evaluation() -> Evaluation:
    table = Table(PLAN.fact, ROWS, {("E4", "teaching_area"): ORIGIN})
    snapshot = Snapshot(PLAN.on, "cn", {PLAN.fact.key: table}, PLAN.versions)
    return evaluate(snapshot, PLAN, FastEngine())


def steps(step: Step) -> Iterator[Step]:
    yield step
    for child in step.children:
        yield from steps(child)


def said(address: str) -> list[str]:
    return [f"{step.label.zh}：{step.value.zh}" for step in steps(trace(evaluation(), address))]


def test_a_value_leads_to_workbook_cell_clause_and_version() -> None:
    found = list(steps(trace(evaluation(), "r4/E4/junior")))
    assert found[0].value.zh == "5.50 ㎡"
    assert ORIGIN in [step.origin for step in found]
    words = said("r4/E4/junior")
    assert "教学及辅助用房总面积：3300" in words
    assert any("教督〔2017〕6号" in word for word in words)
    assert any(word.startswith("政策版本：cn/compulsory-balance/r4@2017-04-01") for word in words)
    assert "由快照复算：一致" in words


def test_a_figure_that_does_not_recompute_says_so() -> None:
    """The control: the same figure over a snapshot that has changed since."""
    stale = evaluation()
    other = {code: {**row, "teaching_area": row["primary_pupils"]} for code, row in ROWS.items()}
    changed = replace(stale, snapshot=snapshot_of(PLAN, other))
    words = [f"{s.label.zh}：{s.value.zh}" for s in steps(trace(changed, "r4/E4/junior"))]
    assert any(word.startswith("由快照复算：不一致") for word in words)


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("cv/r4/primary", "小学差异系数 · 教学及辅助用房：0.000（限内）"),
        ("mean/r4/junior", "初中差异系数 · 教学及辅助用房：0.000（限内）"),
        ("count/overall/primary", "小学达标学校总数：1 / 1"),
        ("share/r4/junior", "初中达标学校总数：0 / 1"),
        ("state/E4/junior", "例四学校（初中部）：达标"),
        ("pupils/E4/junior", "在校生：200 人 ＝ 初中学生人数"),
        ("column/name/E4", "学校名称：例四学校"),
        (
            "r3/E4/primary/relaxed",
            "每百名学生拥有体育、艺术(美术、音乐)专任教师数 · 例四学校（小学部）：1.00 人/百人",
        ),
    ],
)
def test_every_kind_of_figure_has_a_trace(address: str, first: str) -> None:
    assert said(address)[0] == first


@pytest.mark.parametrize(
    "address", ["", "r9/E4/primary", "r4/none/primary", "cv/r4/senior", "x/y", "r4/E4/old"]
)
def test_an_unknown_address_is_refused_in_words(address: str) -> None:
    with pytest.raises(Refused):
        trace(evaluation(), address)


def test_a_dispersion_shows_the_unweighted_value_beside() -> None:
    assert any(word.startswith("未加权（只供比较）") for word in said("cv/r4/primary"))
