"""`meihao fill` as a clerk and a script meet it: words, files, JSON, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook

from meihao.base.text import Refused
from meihao.cli.filling import NOTHING_FILLED, fill_command
from meihao.demo import DEMO_ON, write_demo
from meihao.documents.evaluating import evaluate_path
from meihao.documents.returns.writing import write_form
from meihao.documents.workbook import Reader
from meihao.figures.engines import FastEngine
from meihao.policy.kinds import Fact, Form
from meihao.policy.rulebook import Rulebook

RULES = Rulebook.load()


@pytest.fixture(scope="session")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's `out` folder, as far as `fill` reads it."""
    folder = tmp_path_factory.mktemp("evaluated")
    with Reader() as reader:
        returns = write_demo(folder / "demo", RULES)
        report = evaluate_path(returns, "cn/compulsory-balance", DEMO_ON, RULES, FastEngine(), reader)
    report.evaluation.snapshot.write(folder / "out" / "snapshot")
    return folder / "out"


def run(*words: str | Path, lang: str = "zh") -> Result:
    """Runs `meihao fill …`; a refusal is raised, as `main` expects it."""
    result = CliRunner().invoke(fill_command, [*map(str, words), "--lang", lang], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result


def blank(folder: Path, key: str) -> Path:
    form = RULES.get(Form, key, DEMO_ON)
    write_form(form, RULES.get(Fact, form.fact, DEMO_ON), folder / "空表.xlsx")
    return folder / "空表.xlsx"


def sheet(folder: Path, rows: list[list[Any]], name: str = "空表.xlsx") -> Path:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(folder / name)
    return folder / name


def test_the_district_return(out: Path, tmp_path: Path) -> None:
    result = run(blank(tmp_path, "cn/compulsory/district-return"), "--out", out)
    assert result.return_value == 0
    for words in ("虚构", "澄砚区（全区）", "20 项中 20 项已带出", "空表_已带出.xlsx", "空表_已带出.json"):
        assert words in result.output
    page = load_workbook(tmp_path / "空表_已带出.xlsx")["区县填报数据"]
    assert page["E2"].value == "澄砚区"
    told = json.loads((tmp_path / "空表_已带出.json").read_text(encoding="utf-8"))
    assert told["counts"] == {"fields": 20, "filled": 20, "same": 0, "given": 0, "differs": 0, "rest": 0}
    (cell,) = [filled for filled in told["filled"] if filled["cell"] == "E5"]
    assert cell["from"][0]["cells"][0]["read_from"] == {
        "file": "区县填报表格.xlsx",
        "sheet": "区县填报数据",
        "cell": "E5",
    }
    assert cell["from"][0]["clauses"] == ["《区县填报表格》 区县填报数据"]


def test_a_schools_return_and_the_rest_by_reason(out: Path, tmp_path: Path) -> None:
    given = blank(tmp_path, "cn/compulsory/school-return")
    result = run(given, "--out", out, "--school", "澄砚区新砚小学", "--to", tmp_path / "好.xlsx")
    assert result.return_value == 0
    assert "澄砚区新砚小学（2199000001）" in result.output
    assert "68 项中 57 项已带出" in result.output
    assert "没有这个数　11 项" in result.output
    assert (tmp_path / "好.xlsx").exists()


def test_nothing_filled_is_an_exit_code_of_its_own(out: Path, tmp_path: Path) -> None:
    """No copy is written, and captions that are like known ones lie in a draft."""
    given = sheet(tmp_path, [["填报项目", "填报值"], ["小学学生总人", None], ["食堂面积", None]])
    result = run(given, "--out", out)
    assert result.return_value == NOTHING_FILLED == 4
    assert "2 项中 0 项已带出" in result.output
    assert "名称没有对照　2 项" in result.output
    assert "小学学生人数" in result.output
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["空表.xlsx", "空表_对照草稿"]
    (draft,) = (tmp_path / "空表_对照草稿").rglob("*.yaml")
    confirmed = draft.read_text(encoding="utf-8").replace("same_as: null", "same_as: 小学学生人数")
    draft.write_text(confirmed, encoding="utf-8")
    again = run(given, "--out", out, "--policies", tmp_path / "空表_对照草稿")
    assert again.return_value == 0


def test_json_is_all_there_is_on_standard_output(out: Path, tmp_path: Path) -> None:
    result = run(
        sheet(tmp_path, [["填报项目", "填报值"], ["专任教师总人数", None], ["校名", None]]),
        *("--out", out, "--json", "--school", "2199000001"),
    )
    told = json.loads(result.output)
    assert told["school"] == "2199000001"
    assert told["invented"] is True
    assert told["copy"]["file"] == "空表_已带出.xlsx"


def test_in_english(out: Path, tmp_path: Path) -> None:
    given = sheet(tmp_path, [["填报项目", "填报值"], ["专任教师总人数", None], ["食堂面积", None]])
    result = run(given, "--out", out, lang="en")
    assert "1 of 2 fields filled" in result.output
    assert "the caption is not known: 1" in result.output
    assert "Filled from" in load_workbook(tmp_path / "空表_已带出.xlsx").sheetnames


def test_a_copy_somebody_went_on_filling_in_is_not_replaced(out: Path, tmp_path: Path) -> None:
    given = sheet(tmp_path, [["填报项目", "填报值"], ["专任教师总人数", None], ["食堂面积", None]])
    run(given, "--out", out)
    run(given, "--out", out)  # as we left it: replaced
    target = tmp_path / "空表_已带出.xlsx"
    book = load_workbook(target)
    book.worksheets[0]["B3"] = 120
    book.save(target)
    kept = target.read_bytes()
    with pytest.raises(Refused, match="有人改过"):
        run(given, "--out", out)
    assert target.read_bytes() == kept
    on = run(target, "--out", out, "--to", tmp_path / "再.xlsx")
    assert "2 项中 0 项已带出；表中已填 2 项（一致 1、不一致 0、无从核对 1）" in on.output


def test_the_blank_itself_is_never_written(out: Path, tmp_path: Path) -> None:
    given = sheet(tmp_path, [["填报项目", "填报值"], ["专任教师总人数", None]])
    before = given.read_bytes()
    with pytest.raises(Refused, match="空表自己"):
        run(given, "--out", out, "--to", given)
    run(given, "--out", out)
    assert given.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"", "空文件"), (b"%PDF-1.7", "PDF"), ("甲,乙\n".encode(), "CSV"), (None, "不存在")],
)
def test_a_hostile_blank_is_refused_in_words(
    out: Path, tmp_path: Path, content: bytes | None, word: str
) -> None:
    if content is not None:
        (tmp_path / "空表.xlsx").write_bytes(content)
    with pytest.raises(Refused, match=word) as refusal:
        run(tmp_path / "空表.xlsx", "--out", out)
    assert "空表.xlsx" in refusal.value.text.zh


def test_without_an_evaluation_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="meihao evaluate"):
        run(sheet(tmp_path, [["甲"]]), "--out", tmp_path / "nothing")
