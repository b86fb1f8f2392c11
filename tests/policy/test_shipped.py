"""The shipped rulebook: it fits together, its examples hold on both engines, and faults are found."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from meihao.base.stages import Stage
from meihao.base.text import Refused
from meihao.figures.engines import FastEngine, PlainEngine
from meihao.figures.examples import differences
from meihao.figures.plan import make_plan
from meihao.policy.check import check
from meihao.policy.kinds import Indicator, Standard
from meihao.policy.rulebook import Rulebook, shipped

DAY = date(2025, 10, 20)
PRIMARY = Stage.PRIMARY


def test_every_file_fits_the_others() -> None:
    assert [str(fault) for fault in check(Rulebook.load())] == []


@pytest.mark.parametrize("engine", [PlainEngine(), FastEngine()], ids=lambda engine: engine.name)
def test_every_worked_example_holds(engine: PlainEngine | FastEngine) -> None:
    assert list(differences(Rulebook.load(), engine)) == []


def test_every_policy_cites_its_source_and_says_how_sure_it_is() -> None:
    for source in Rulebook.load().sources():
        assert source.policy.reference[0].document
        assert source.policy.confidence in ("H", "M")


def test_the_examples_hold_one_school_of_each_type() -> None:
    standard = Rulebook.load().get(Standard, "cn/compulsory-balance", DAY)
    types = {row[2] for example in standard.examples for row in example.rows if len(row) > 10}
    assert types == {"小学", "教学点", "初中", "九年一贯制", "十二年一贯制", "完全中学"}


def changed(folder: Path, name: str, old: str, new: str) -> Rulebook:
    text = (shipped() / name).read_text(encoding="utf-8")
    assert old in text
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text.replace(old, new, 1), encoding="utf-8")
    return Rulebook.load(folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "why"),
    [
        ("cn/compulsory/pupils.yaml", "primary_roll", "primary_rolls", "no such column: primary_rolls"),
        ("cn/compulsory/pupils.yaml", "primary_roll", "school_type", "number wanted, text found"),
        ("cn/compulsory/campus.yaml", "primary_roll * 1 /", "'x' * 1 /", "number wanted, text found"),
        (
            "cn/compulsory/school-return.yaml",
            "column: classes,",
            "column: klasses,",
            "no such column: klasses",
        ),
        ("cn/compulsory/school-return.yaml", "marks: [teachers]", "marks: [nobody]", "no field of this form"),
        ("cn/compulsory-balance/r1.yaml", "block: resources", "block: money", "has no block money"),
        (
            "cn/compulsory-balance/r1.yaml",
            "numerator: cn/compulsory/teachers-above-required",
            "numerator: cn/x",
            "没有",
        ),
        ("cn/compulsory-balance.yaml", "in_scope: not", "in_scope: 1 + not", "cannot|number|bool"),
        (
            "cn/compulsory-balance/r1.yaml",
            "primary_teachers_college: 4",
            "nobody: 4",
            "no such column: nobody",
        ),
    ],
)
def test_a_file_that_does_not_fit_is_found(tmp_path: Path, name: str, old: str, new: str, why: str) -> None:
    try:
        faults = [str(fault) for fault in check(changed(tmp_path, name, old, new))]
    except Exception as refusal:
        faults = [str(refusal)]
    told = "\n".join(faults)
    assert faults
    assert any(part in told for part in why.split("|")), told


def test_an_example_that_does_not_hold_is_found(tmp_path: Path) -> None:
    rulebook = changed(tmp_path, "cn/compulsory-balance/r1.yaml", 'prints: "5.20"', 'prints: "5.21"')
    assert any("5.21" in text for text in differences(rulebook, PlainEngine()))


def test_a_local_threshold_may_be_stricter_and_never_looser(tmp_path: Path) -> None:
    text = (shipped() / "cn" / "compulsory-balance" / "r1.yaml").read_text(encoding="utf-8")
    local = tmp_path / "41" / "compulsory-balance" / "r1.yaml"
    local.parent.mkdir(parents=True)
    for limit, faults in (("4.5", 0), ("4.1", 1)):
        words = text.replace("key: cn/", "key: 41/").replace("primary: 4.2", f"primary: {limit}")
        local.write_text(words, encoding="utf-8")
        rulebook = Rulebook.load(tmp_path)
        assert sum("不能更松" in str(fault) for fault in check(rulebook)) == faults
        if faults:
            with pytest.raises(Refused, match="不能更松"):
                make_plan(rulebook, "cn/compulsory-balance", DAY, "410106")
        else:
            plan = make_plan(rulebook, "cn/compulsory-balance", DAY, "410106")
            assert plan.item("r1").threshold(PRIMARY) == Fraction("4.5")


def test_the_block_wants_exactly_its_seven(tmp_path: Path) -> None:
    rulebook = changed(
        tmp_path, "cn/compulsory-balance/r7.yaml", "  block: resources", "  block: resources\n  counts: false"
    )
    with pytest.raises(Exception, match="应有 7 项计入的指标"):
        list(differences(rulebook, PlainEngine()))


def test_the_thresholds_are_the_texts() -> None:
    """教督〔2017〕6号, 资源配置, read against the page by hand."""
    rulebook = Rulebook.load()
    found = {
        indicator.id: tuple(float(limit) for limit in (indicator.judged_in.at_least or {}).values())
        for indicator in rulebook.all(Indicator, DAY)
        if indicator.judged_in is not None and indicator.judged_in.standard == "cn/compulsory-balance"
    }
    assert found == {
        "r1": (4.2, 5.3),
        "r2": (1, 1),
        "r3": (0.9, 0.9),
        "r4": (4.5, 5.8),
        "r5": (7.5, 10.2),
        "r6": (2000, 2500),
        "r7": (2.3, 2.4),
    }
