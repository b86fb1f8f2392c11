"""The how-to pages are followed to the letter."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from meihao.demo import write_demo
from meihao.documents.as_json import as_json
from meihao.documents.evaluating import evaluate_path, write_report
from meihao.documents.workbook import Reader
from meihao.figures.engines import FastEngine, PlainEngine
from meihao.figures.examples import differences
from meihao.figures.trace import trace
from meihao.policy.check import check
from meihao.policy.rulebook import Rulebook

DAY = date(2025, 10, 20)
PLACE = Path("990106/compulsory-balance/x1.yaml")


def the_file(root: Path) -> str:
    """The one YAML block of the page."""
    page = (root / "docs/how-to/add-an-indicator.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", page, re.S)
    return str(block)


@pytest.fixture
def rules(root: Path, tmp_path: Path) -> Path:
    target = tmp_path / "rules" / PLACE
    target.parent.mkdir(parents=True)
    target.write_text(the_file(root), encoding="utf-8")
    return tmp_path / "rules"


def test_one_file_adds_an_indicator_to_figures_result_picture_and_checks(rules: Path, tmp_path: Path) -> None:
    rulebook = Rulebook.load(rules)
    assert check(rulebook) == []
    for engine in (PlainEngine(), FastEngine()):  # of other standards: policy/test_shipped.py
        assert list(differences(rulebook, engine, "cn/compulsory-balance")) == []
    returns, out = write_demo(tmp_path / "demo", rulebook), tmp_path / "out"
    with Reader() as reader:
        before = evaluate_path(returns, "cn/compulsory-balance", DAY, Rulebook.load(), FastEngine(), reader)
        report = evaluate_path(returns, "cn/compulsory-balance", DAY, rulebook, FastEngine(), reader)
        write_report(report, out, rulebook, reader, "zh")
    found = as_json(report)
    units = found["blocks"]["resources"]["strict"]["units"]
    assert all(unit["cells"]["x1"]["printed"] for unit in units)
    assert found["items"]["x1"]["counts"] is False
    states = [unit["state"] for unit in as_json(before)["blocks"]["resources"]["strict"]["units"]]
    assert [unit["state"] for unit in units] == states, "an item beside the rule changes no result"
    assert "校内体育场" in (out / "达标一张图.svg").read_text(encoding="utf-8")
    assert trace(report.evaluation, "x1/2199000001/primary").label.zh.startswith("生均校内体育场面积")
    assert json.loads((out / "result.json").read_text(encoding="utf-8"))["items"]["x1"]


def test_a_wrong_example_in_that_file_is_found(rules: Path) -> None:
    """The control: the file's own test can fail."""
    target = rules / PLACE
    target.write_text(target.read_text(encoding="utf-8").replace('"7.60"', '"7.61"'), encoding="utf-8")
    assert any("7.61" in text for text in differences(Rulebook.load(rules), PlainEngine()))


def test_a_fourth_standard_is_files_and_nothing_else(root: Path, tmp_path: Path) -> None:
    """docs/how-to/add-a-standard.md: checked on both engines, evaluated on the demonstration."""
    folder = root / "docs/how-to/a-fourth-standard"
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} == {".yaml"}
    rulebook = Rulebook.load(folder)
    assert check(rulebook) == []
    for engine in (PlainEngine(), FastEngine()):
        assert list(differences(rulebook, engine, "cn/japan-primary")) == []
    with Reader() as reader:
        returns = write_demo(tmp_path / "demo", rulebook)
        report = evaluate_path(returns, "cn/japan-primary", DAY, rulebook, FastEngine(), reader)
        write_report(report, tmp_path / "out", rulebook, reader, "zh")
    clauses = as_json(report)["blocks"]["schools"]["strict"]["clauses"]
    assert [clause["id"] for clause in clauses] == ["classes", "teachers", "building", "playground"]
    for clause in clauses:
        (test,) = clause["tests"].values()
        assert test["denominator"]["value"] == "19"  # 17 primary schools and 2 teaching points
        rows = report.evaluation.snapshot.tables["cn/compulsory/campus"].rows.values()
        assert clause["id"] != "teachers" or test["numerator"]["value"] == str(
            sum(
                row["school_type"] in ("小学", "教学点") and row["teachers"] >= row["classes"]  # type: ignore[operator]
                for row in rows
            )
        )
