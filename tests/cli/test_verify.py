"""`meihao verify` as a clerk and a script meet it: words, JSON, exit codes."""

import json
import re
import shutil
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from meihao.cli.main import main
from meihao.documents.evaluating import TABLES, evaluate_path, write_report
from meihao.documents.workbook import Reader
from meihao.figures.engines import FastEngine
from tests.documents.sheets import DAY, PRIMARY, RULES, official

STANDARD = "cn/compulsory-balance"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs `meihao …` and gives (exit code, stdout, stderr)."""

    def call(*words: str | Path) -> tuple[int, str, str]:
        monkeypatch.setenv("MEIHAO_LANG", "zh")
        monkeypatch.setattr(sys, "argv", ["meihao", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            main()
        said = capsys.readouterr()
        assert isinstance(stop.value.code, int)
        return stop.value.code, said.out, said.err

    return call


def written(folder: Path, **changes: Fraction) -> Path:
    """The evaluation of one school."""
    returns, out = folder / "in", folder / "out"
    returns.mkdir()
    official(returns, {**PRIMARY, **changes})
    with Reader() as reader:
        report = evaluate_path(returns, STANDARD, DAY, RULES, FastEngine(), reader)
        write_report(report, out, RULES, reader, "zh")
    return out


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("once"))


@pytest.fixture
def out(once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An evaluation, seen from a folder that holds none."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return once


@pytest.fixture
def changed(out: Path, tmp_path: Path) -> Path:
    """The tables with one figure raised."""
    book = load_workbook(out / TABLES)
    book["表2-2"]["J4"] = 9.99
    book.save(tmp_path / "改.xlsx")
    return tmp_path / "改.xlsx"


def test_untouched_tables(run: Any, out: Path) -> None:
    code, said, _ = run("verify", out / TABLES, "--out", out)
    assert code == 0
    assert said.startswith("■ 没有改动：")
    book: Any = load_workbook(out / TABLES)
    for sheet in book.worksheets:
        assert f"{sheet.title}　{sheet.oddFooter.center.text}\n" in said
    assert "封印" not in said


def test_a_changed_cell_is_told_with_its_figure(run: Any, out: Path, changed: Path) -> None:
    code, said, _ = run("verify", changed, "--out", out)
    assert code == 3
    assert said.startswith("▲ 有 1 处")
    address = f"r4/{PRIMARY['school_code']}/primary"
    assert f"表2-2!J4　4.8 → 9.99　{address}\n" in said
    assert run("trace", "表2-2!J4", "--out", out)[0] == 0


def test_as_json(run: Any, out: Path, changed: Path) -> None:
    code, said, _ = run("verify", changed, "--out", out, "--json")
    found = json.loads(said)
    assert (code, found["unchanged"], found["against"], found["seal"]) == (3, False, "evaluation", "broken")
    assert found["evaluation"]["on"] == "2025-10-20"
    assert found["codes"].keys() == set(load_workbook(changed).sheetnames)
    (difference,) = found["differences"]
    assert difference == {
        "what": "changed",
        "sheet": "表2-2",
        "ref": "J4",
        "origin": "表2-2!J4",
        "was": {"kind": "number", "text": "4.8", "look": "0.00", "marks": []},
        "now": {"kind": "number", "text": "9.99", "look": "0.00", "marks": []},
        "figure": f"r4/{PRIMARY['school_code']}/primary",
        "words": {"zh": "4.8 → 9.99", "en": "4.8 → 9.99"},
    }


def test_the_folder_out_is_taken_where_there_is_one(run: Any, out: Path) -> None:
    shutil.copytree(out, "out")
    code, said, _ = run("verify", out / TABLES)
    assert code == 0
    assert "out 的测算" in said


def test_without_an_evaluation_the_weaker_check_says_so(run: Any, out: Path, changed: Path) -> None:
    code, said, _ = run("verify", out / TABLES)
    assert code == 0
    assert "文件里的封印" in said
    assert "只能看出无意的改动" in said
    code, said, _ = run("verify", changed)
    assert code == 3
    assert "只能看出无意的改动" in said


def test_a_table_of_another_evaluation(run: Any, out: Path, tmp_path: Path) -> None:
    later = written(tmp_path, multimedia_rooms=Fraction(13))
    code, said, _ = run("verify", out / TABLES, "--out", later)
    assert code == 3
    assert "封印完好" in said


def test_a_printed_code_is_looked_up(run: Any, out: Path) -> None:
    book: Any = load_workbook(out / TABLES)
    _, code = book["表3"].oddFooter.center.text.split()
    assert run("verify", code, "--out", out)[:2] == (0, f"核验码 {code} 是表3的（{about(out)}）。\n")
    assert run("verify", code.lower().replace("-", ""), "--out", out)[0] == 0
    found, said, _ = run("verify", "2222-2222", "--out", out)
    assert found == 3
    assert "没有一张表的核验码是 2222-2222" in said
    found, said, _ = run("verify", "2222-2222", "--out", out, "--json")
    assert (found, json.loads(said)) == (3, {"code": "2222-2222", "sheets": []})
    found, _, error = run("verify", code)
    assert found == 2
    assert "--out" in error


def about(out: Path) -> str:
    manifest = json.loads((out / "result.json").read_text(encoding="utf-8"))
    return f"测算日期 {manifest['on']}，数据快照 {manifest['snapshot']['logical_hash'][:12]}"


@pytest.mark.parametrize("english", [False, True])
def test_what_cannot_be_verified_is_refused(run: Any, out: Path, tmp_path: Path, english: bool) -> None:
    (tmp_path / "一.xlsx").write_text("x", encoding="utf-8")
    lang = ("--lang", "en") if english else ()
    for words in (
        ("没有.xlsx", "--out", out),
        (tmp_path / "一.xlsx", "--out", out),
        (out / TABLES, "--out", tmp_path),
        (out / TABLES, "--out", out, "--standard", "cn/none"),
    ):
        code, said, error = run("verify", *words, *lang)
        assert (code, said) == (2, "")
        assert error.strip()


def test_tables_are_computed_under_the_rules_they_were_written_under(
    run: Any, out: Path, tmp_path: Path, root: Path
) -> None:
    rule = (root / "policies/cn/compulsory-balance/r4.yaml").read_text(encoding="utf-8")
    target = tmp_path / "rules/cn/compulsory-balance/r4.yaml"
    target.parent.mkdir(parents=True)
    target.write_text(rule.replace("primary: 4.5", "primary: 4.4"), encoding="utf-8")
    code, _, error = run("verify", out / TABLES, "--out", out, "--policies", tmp_path / "rules")
    assert code == 2
    assert "政策与测算时不同" in error


def test_english_is_complete(run: Any, out: Path, changed: Path) -> None:
    names = re.compile("|".join(load_workbook(changed).sheetnames))
    for words in (
        (changed, "--out", out),
        (changed,),
        (out / TABLES, "--out", out),
        ("2222-2222", "--out", out),
    ):
        _, said, _ = run("verify", *words, "--lang", "en")
        assert said
        assert not re.search(r"[一-鿿]", names.sub("", said)), said
