"""`meihao diff` and `meihao what-if` on folders that `meihao evaluate` wrote."""

import json
import os
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from meihao.cli.main import main
from tests.cli.test_cli import PLAN_FOLDER
from tests.documents.sheets import PRIMARY, official


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


def evaluated(run: Any, given: Path, out: Path) -> Path:
    run("evaluate", given, "--on", "2025-10-20", "--out", out)
    return out


def test_a_change_after_a_look_is_marked_and_one_before_is_not(run: Any, tmp_path: Path) -> None:
    given = tmp_path / "in"
    given.mkdir()
    first = official(given, {**PRIMARY, "multimedia_rooms": Fraction(0)})
    old = 946684800
    os.utime(first, (old, old))
    before = evaluated(run, given, tmp_path / "a")
    official(given, PRIMARY)
    after = evaluated(run, given, tmp_path / "b")
    code, out, _ = run("diff", before, after, "--json")
    found = json.loads(out)
    assert code == 3
    assert [(c["column"], c["after_a_look"]) for c in found["changes"]] == [("multimedia_rooms", True)]
    turned = {turn["address"]: turn for turn in found["turns"]}
    assert turned["state/2199000001/primary"]["after"]["zh"] == "达标"
    assert turned["state/2199000001/primary"]["causes"] == [["cn/compulsory/campus", "2199000001"]]
    os.utime(first, (old, old))
    again = evaluated(run, given, tmp_path / "c")
    _, out, _ = run("diff", before, again, "--json")
    assert [c["after_a_look"] for c in json.loads(out)["changes"]] == [False]
    assert run("diff", after, again)[0] == 0
    assert "看过上次结果之后改的" in run("diff", before, after)[1]


def test_a_draft_is_tried_and_changes_nothing(run: Any, tmp_path: Path) -> None:
    given = tmp_path / "in"
    given.mkdir()
    official(given, PRIMARY)
    out = evaluated(run, given, tmp_path / "out")
    draft = tmp_path / "draft" / "cn" / "compulsory-balance" / "r4.yaml"
    draft.parent.mkdir(parents=True)
    text = (PLAN_FOLDER / "r4.yaml").read_text(encoding="utf-8")
    draft.write_text(text.replace("primary: 4.5", "primary: 4.9"), encoding="utf-8")
    code, said, _ = run("what-if", tmp_path / "draft", "--out", out)
    assert code == 3
    assert "推演（不是现行政策）" in said
    assert "达标 → 余项　r4/2199000001/primary" in said
    draft.write_text(text, encoding="utf-8")
    assert run("what-if", tmp_path / "draft", "--out", out)[0] == 2
