"""`meihao reconcile` as a clerk and a script meet it: words, files, JSON, exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest

from meihao.base.text import Refused
from meihao.cli.reconciling import reconcile
from tests.documents.exports import PUPIL, STATISTICS, A, all_confirmed, book, pupil, school
from tests.documents.sheets import PRIMARY, official


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command and gives (exit code, stdout); a refusal is raised, as `main` catches it."""

    def call(*words: str | Path) -> tuple[int, str]:
        monkeypatch.setenv("MEIHAO_LANG", "zh")
        code = reconcile.main(args=[*map(str, words), "--on", "2025-10-20"], standalone_mode=False)
        return code, capsys.readouterr().out

    return call


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """Two exports that agree."""
    book(tmp_path / "in" / "学籍.xlsx", PUPIL, [pupil(n) for n in range(3)])
    book(tmp_path / "in" / "统计.xlsx", STATISTICS, [school(primary=3)])
    all_confirmed(tmp_path / "maps")
    return tmp_path


def test_all_equal_is_0_and_writes_the_files(run: Any, exports: Path) -> None:
    code, said = run(exports / "in", "--out", exports / "out", "--policies", exports / "maps")
    assert code == 0
    assert "不一致 0" in said
    assert "允许差：未设" in said
    assert sorted(path.name for path in (exports / "out").iterdir()) == ["核对_三库.json", "核对_三库.xlsx"]


def test_a_difference_is_3_and_is_told_with_both_numbers(run: Any, exports: Path) -> None:
    book(exports / "in" / "统计.xlsx", STATISTICS, [school(primary=4)])
    code, said = run(exports / "in", "--out", exports / "out", "--policies", exports / "maps")
    assert code == 3
    assert f"▲ {A} 甲小学　小学在校生　学籍系统 3　事业统计 4" in said


def test_a_missing_side_is_3(run: Any, exports: Path) -> None:
    rows = [school(primary=3), school("3199000001", None, 7, junior_classes=1)]
    book(exports / "in" / "统计.xlsx", STATISTICS, rows)
    code, said = run(exports / "in", "--out", exports / "out", "--policies", exports / "maps")
    assert code == 3
    assert "3199000001 乙中学：不在学籍系统" in said


def test_unconfirmed_headers_are_refused_and_the_next_step_is_told(run: Any, exports: Path) -> None:
    with pytest.raises(Refused) as refusal:
        run(exports / "in", "--out", exports / "out")
    assert "confirmed_by" in refusal.value.text.zh
    assert "confirmed_by" in refusal.value.text.en
    assert len(list((exports / "out" / "对照草稿").rglob("*.yaml"))) == 2
    assert not (exports / "out" / "核对_三库.xlsx").exists()


def test_returns_join_and_json_is_all_that_is_printed(run: Any, exports: Path) -> None:
    returns = official(exports, {**PRIMARY, "school_code": A})
    words = ("--out", exports / "out", "--policies", exports / "maps", "--returns", returns, "--json")
    code, said = run(exports / "in", *words)
    found = json.loads(said)
    assert code == 3
    assert found == json.loads((exports / "out" / "核对_三库.json").read_text(encoding="utf-8"))
    (line,) = [each for each in found["lines"] if each["measure"] == "primary_pupils"]
    assert {s: a["number"] for s, a in line["amounts"].items()} == {
        "pupil": "3",
        "statistics": "3",
        "returns": "500",
    }
    assert line["amounts"]["pupil"]["origins"] == [{"file": "学籍.xlsx", "sheet": "学籍", "rows": 3}]
    assert found["sources"]["returns"]["on"] == "2025-10-20"


def test_english_is_english(run: Any, exports: Path) -> None:
    words = ("--out", exports / "out", "--policies", exports / "maps", "--lang", "en")
    code, said = run(exports / "in", *words)
    assert code == 0
    assert "tolerance: not set" in said
    assert "不一致" not in said


def test_a_folder_that_is_not_there_is_refused(run: Any, exports: Path) -> None:
    with pytest.raises(Refused, match="没有这个文件或文件夹"):
        run(exports / "nowhere", "--out", exports / "out")
