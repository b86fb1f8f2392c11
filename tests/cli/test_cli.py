"""The command as a clerk and a script meet it: words, files, JSON, exit codes."""

import json
import re
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from meihao.cli.main import main
from meihao.demo import write_demo
from meihao.documents.evaluating import reopened
from meihao.documents.returns.writing import write_form
from meihao.figures.engines import PlainEngine
from meihao.figures.examples import differences, rows_of
from meihao.figures.interpreter import Value
from meihao.figures.plan import make_plan
from meihao.figures.steps import Step
from meihao.figures.trace import trace
from tests.cli.peak import peak_mb
from tests.documents.sheets import DAY, FACT, NINE, NINE_PLUS, PLUS, PRIMARY, RULES, collated, official
from tests.documents.workbook import hostile

PLAN = make_plan(RULES, "cn/compulsory-balance", DAY)
LABELS = {field.column: field.label for form in PLAN.forms for field in form.fields}


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


@pytest.fixture(scope="session")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented district's workbooks, written once."""
    return write_demo(tmp_path_factory.mktemp("demo"), RULES)


def as_json(run: Any, path: Path, *more: str) -> tuple[int, dict[str, Any]]:
    code, out, _ = run("evaluate", path, "--on", "2025-10-20", "--json", *more)
    return code, json.loads(out)


@pytest.mark.parametrize("engine", ["fast", "plain"])
@pytest.mark.parametrize("example", PLAN.standard.examples, ids=lambda example: example.id)
def test_every_worked_example_holds_on_a_collated_sheet(
    run: Any, tmp_path: Path, example: Any, engine: str
) -> None:
    """The published dispersion and split, six-of-seven and a sheet per school type, through the command."""
    rows = rows_of(PLAN, example)
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    sheet = [[row.get(column) for column in columns] for row in rows.values()]
    _, found = as_json(run, collated(tmp_path, [LABELS[c] for c in columns], sheet), "--engine", engine)
    block = found["blocks"]["resources"]["strict"]
    units = {(unit["code"], unit["stage"]): unit for unit in block["units"]}
    for code, stages in example.expect.values.items():
        for stage, items in stages.items():
            for item, wanted in items.items():
                value = units[code, stage]["cells"][item]["value"]
                assert f"{value:.{len(wanted.partition('.')[2])}f}" == wanted
    for code, states in example.expect.units.items():
        assert {stage: units[code, stage]["state"] for stage in states} == states
    cvs = {(d["stage"], d["item"]): d for d in block["dispersions"]}
    for stage, items in example.expect.dispersions.items():
        for item, wanted in items.items():
            assert f"{cvs[stage, item]['value']:.5f}" == wanted
    if example.expect.result:
        assert block["state"] == example.expect.result


def test_the_published_numbers(run: Any, tmp_path: Path) -> None:
    heads = [
        "学校代码",
        "学校类型",
        "小学学生人数",
        "初中学生人数",
        "教学及辅助用房总面积",
        "室内体育用房面积",
    ]
    books = zip((45, 37, 89, 76, 55), (279, 137, 935, 160, 402), strict=True)
    rows = [[f"S{n}", "小学", pupils, 0, books_, 0] for n, (pupils, books_) in enumerate(books)]
    _, found = as_json(run, collated(tmp_path, heads, rows))
    (cv,) = [
        d for d in found["blocks"]["resources"]["strict"]["dispersions"] if d["address"] == "cv/r4/primary"
    ]
    assert (f"{cv['value']:.4f}", cv["printed"], cv["mean_printed"]) == ("0.5153", "0.515", "6.33")
    split = tmp_path / "split"
    split.mkdir()
    _, found = as_json(run, collated(split, heads, [["N", "九年一贯制", 166, 210, 23226, 0]]))
    printed = [u["cells"]["r4"]["printed"] for u in found["blocks"]["resources"]["strict"]["units"]]
    assert printed == ["58.50", "64.35"]


@pytest.mark.parametrize(
    ("rows", "code", "state"),
    [
        ([PRIMARY], 0, "reached"),
        ([{**PRIMARY, "teaching_area": PRIMARY["indoor_sports_area"]}], 3, "failed"),
        ([NINE], 4, "undecided"),
    ],
)
def test_exit_codes_tell_the_result(
    run: Any, tmp_path: Path, rows: list[dict[str, Value]], code: int, state: str
) -> None:
    for number, row in enumerate(rows):
        official(tmp_path, row, f"{number}.xlsx")
    found, result = as_json(run, tmp_path, "--block", "resources")
    assert (found, result["blocks"]["resources"]["strict"]["state"]) == (code, state)
    assert as_json(run, tmp_path, "--exit-zero")[0] == 0
    assert result["result"]["whole"] != "reached"
    items = result["blocks"]["resources"]["strict"]["items"]
    assert list(items) == ["r1", "r2", "r3", "r4", "r5", "r6", "r7"]
    assert state in {item["state"] for item in items.values()}


def test_nothing_is_reached_while_a_return_is_missing(run: Any, tmp_path: Path) -> None:
    """The control is the same folder without the return that went back, or the file that was refused."""
    official(tmp_path, PRIMARY, "一.xlsx")
    words = ("evaluate", tmp_path, "--on", "2025-10-20", "--block", "resources")
    assert run(*words)[0] == 0
    spoilt = official(tmp_path, {**NINE, "classes": NINE["teachers"]}, "二.xlsx")
    assert run(*words)[0] == 4
    spoilt.write_bytes(b"PK")
    code, out, _ = run(*words)
    assert code == 4
    assert "1 份文件未收或退回" in out


def test_a_trace_under_other_rules_is_refused(run: Any, tmp_path: Path) -> None:
    given, out = official(tmp_path, PRIMARY), tmp_path / "out"
    run("evaluate", given, "--on", "2025-10-20", "--out", out)
    words = ("trace", "r4/2199000001/primary", "--out", out)
    assert run(*words)[0] == 0
    target = tmp_path / "rules" / "cn" / "compulsory-balance" / "r4.yaml"
    target.parent.mkdir(parents=True)
    text = (PLAN_FOLDER / "r4.yaml").read_text(encoding="utf-8")
    target.write_text(text.replace("primary: 4.5", "primary: 4.9"), encoding="utf-8")
    code, _, err = run(*words, "--policies", tmp_path / "rules")
    assert code == 2
    assert "政策与测算时不同" in err


def test_a_draft_somebody_worked_in_is_not_overwritten(run: Any, tmp_path: Path) -> None:
    heads = ["学校代码", "学校名称", "初中学生人数", "小学生人数"]
    given, out = collated(tmp_path, heads, [["S1", "甲", 0, 5]]), tmp_path / "out"
    run("evaluate", tmp_path, "--on", "2025-10-20", "--out", out)
    (draft,) = (out / "对照草稿").rglob("*.yaml")
    text = draft.read_text(encoding="utf-8")
    assert "小学生人数" in text
    confirmed = text.replace("confirmed_by: null", "confirmed_by: 某人")
    draft.write_text(confirmed, encoding="utf-8")
    run("evaluate", tmp_path, "--on", "2025-10-20", "--out", out)
    assert draft.read_text(encoding="utf-8") == confirmed
    assert given.exists()


def test_with_the_supplement_everything_is_decided(run: Any, tmp_path: Path) -> None:
    official(tmp_path, NINE, "主表.xlsx")
    _, before = as_json(run, tmp_path)
    official(tmp_path, NINE_PLUS, "补充.xlsx", PLUS)
    _, after = as_json(run, tmp_path)
    assert [_open(found) for found in (before, after)] == [4, 0]
    missing = before["blocks"]["resources"]["strict"]["units"][0]["cells"]["r2"]["missing"]
    assert missing == ["primary_backbone"]


def _open(found: dict[str, Any]) -> int:
    units = found["blocks"]["resources"]["strict"]["units"]
    return sum(cell["state"] == "undecided" for unit in units for cell in unit["cells"].values())


def test_nothing_taken_is_an_exit_code_of_its_own(run: Any, tmp_path: Path) -> None:
    official(tmp_path, {})
    code, _, _ = run("evaluate", tmp_path, "--on", "2025-10-20")
    assert code == 5


@pytest.mark.parametrize(
    "words",
    [
        ["evaluate", "nowhere", "--on", "2025-10-20"],
        ["evaluate", ".", "--on", "1999-01-01"],
        ["evaluate", ".", "--on", "2025-10-20", "--standard", "cn/nothing"],
        ["evaluate", ".", "--on", "soon"],
        ["evaluate", "."],
        ["trace", "r4/x/primary", "--out", "nowhere"],
        ["template", "cn/compulsory-balance/table-iii"],
        ["policies", "show", "cn/nothing"],
        ["nonsense"],
    ],
)
def test_a_refusal_is_one_message_and_exit_code_2(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    official(tmp_path, PRIMARY)
    monkeypatch.chdir(tmp_path)
    code, _, err = run(*words)
    assert code == 2
    assert err
    assert "Traceback" not in err


def test_the_demonstration_from_workbooks_to_files(run: Any, district: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, text, _ = run("evaluate", district, "--on", "2025-10-20", "--out", out)
    assert code == 3
    for word in ("虚构", "自评测算结果（非国家认定）", "已读 67 份", "必须改正 1 份", "请改正或说明 3 处"):
        assert word in text
    for word in (
        "已算",
        "已认定",
        "另有 25 所",
        "整体未达标",
        "未决",
        "3157 ㎡ 体育运动场馆",
        "2 名 体育、艺术专任教师",
        "meihao trace r4/",
    ):
        assert word in text
    written = {path.name for path in out.iterdir()}
    assert {"达标一张图.svg", "达标一张图.html", "01_申报表I-VI.xlsx", "退回（必须改正）"} <= written
    assert {"00_一页纸.docx", "02_分校反馈单", "03_问题与缺口.xlsx", "05_自评报告初稿.docx"} <= written
    assert {"请改正或说明", "result.json", "cells.json", "snapshot"} <= written
    command = re.search(r"meihao (trace \S+)", text)
    assert command is not None
    code, traced, _ = run(*command[1].split(), "--out", out)
    assert code == 0
    assert "由快照复算：一致" in traced
    assert "学校填报数据!E46" in traced
    code, cell, _ = run("trace", "表2-2!J5", "--out", out)
    printed = load_workbook(out / "01_申报表I-VI.xlsx")["表2-2"]["J5"].value
    assert f"{printed:.2f} ㎡" in cell


def test_the_picture_of_the_readme_is_the_demonstrations(
    run: Any, district: Path, root: Path, tmp_path: Path
) -> None:
    run("evaluate", district, "--on", "2025-10-20", "--out", tmp_path)
    made = (tmp_path / "达标一张图.svg").read_text(encoding="utf-8")
    assert made == (root / "docs/img/readiness.svg").read_text(encoding="utf-8")


def test_every_printed_cell_leads_to_workbook_cells_and_a_clause(
    run: Any, district: Path, tmp_path: Path
) -> None:
    run("evaluate", district, "--on", "2025-10-20", "--out", tmp_path)
    cells = json.loads((tmp_path / "cells.json").read_text(encoding="utf-8"))
    evaluation = reopened(tmp_path, RULES, "cn/compulsory-balance", PlainEngine())
    for address in sorted(set(cells.values())):
        steps = list(all_steps(trace(evaluation, address)))
        reported = [step for step in steps if step.origin is not None]
        unreported = any(re.search("未报|没有认定", step.value.zh) for step in steps)
        assert reported or unreported or "/overall/" in address, address
        if not address.startswith(("column/", "pupils/")):
            assert any(step.label.zh == "依据" for step in steps), address


def all_steps(step: Step) -> Iterator[Step]:
    yield step
    for child in step.children:
        yield from all_steps(child)


def test_a_workbook_sent_back_is_the_authors_own_with_marks(run: Any, district: Path, tmp_path: Path) -> None:
    run("evaluate", district, "--on", "2025-10-20", "--out", tmp_path)
    (path,) = (tmp_path / "退回（必须改正）").iterdir()
    book = load_workbook(path)
    sheet = book["补充填报数据"]
    assert sheet["B1"].value == "类别"
    assert sheet["E32"].comment is not None
    assert "超过学校填报表格中的总数" in sheet["E32"].comment.text
    words = [str(cell.value) for row in book["问题清单"].iter_rows() for cell in row if cell.value]
    assert "必须改正" in words


def test_hostile_workbooks_are_refused_and_the_sound_one_is_evaluated(run: Any, tmp_path: Path) -> None:
    """The far corner, a bomb, a csv in disguise, an empty and a truncated file beside a sound return."""
    sound = official(tmp_path, PRIMARY).read_bytes()
    hostiles = {
        "远角.xlsx": (hostile.far_cell(), "XFD1048576"),
        "炸弹.xlsx": (hostile.bomb(), "展开后有 210 MB"),
        "逗号.xlsx": ("学校名称,学校代码\n甲,1\n".encode(), "CSV"),
        "空.xlsx": (b"", "空"),
        "截断.xlsx": (sound[: len(sound) // 2], "不完整"),
    }
    for name, (content, _) in hostiles.items():
        (tmp_path / name).write_bytes(content)
    code, found = as_json(run, tmp_path, "--block", "resources")
    assert code == 4, "nobody knows which schools the refused files hold"
    (unit,) = found["blocks"]["resources"]["strict"]["units"]
    assert unit["state"] == "reached"
    refusals = {f["file"]: f["refusal"]["zh"] for f in found["intake"]["files"] if f["refusal"]}
    assert set(refusals) == set(hostiles)
    for name, (_, word) in hostiles.items():
        assert word in refusals[name], refusals[name]
        assert "。" in refusals[name]
    assert peak_mb("evaluate", tmp_path, "--on", "2025-10-20") < 1024


def test_english_is_complete(run: Any, district: Path, tmp_path: Path) -> None:
    code, text, _ = run("evaluate", district, "--on", "2025-10-20", "--out", tmp_path / "o", "--lang", "en")
    assert code == 3
    names = re.compile(r"澄砚区\S*|退回（必须改正）|\S*[/.]\S*|表\S*|补充填报数据\S*")
    assert not re.search(r"[一-鿿]", names.sub("", text)), names.sub("", text)


def test_what_an_earlier_run_wrote_is_replaced_and_other_files_stay(run: Any, tmp_path: Path) -> None:
    given, out = tmp_path / "in", tmp_path / "in" / "out"
    given.mkdir()
    official(given, {})
    run("evaluate", given, "--on", "2025-10-20", "--out", out)
    assert list((out / "退回（必须改正）").iterdir())
    (out / "我的笔记.txt").write_text("留着", encoding="utf-8")
    official(given, PRIMARY)
    code, _, _ = run("evaluate", given, "--on", "2025-10-20", "--out", out, "--block", "resources")
    assert code == 0
    assert not (out / "退回（必须改正）").exists()
    assert (out / "我的笔记.txt").read_text(encoding="utf-8") == "留着"


def test_the_same_input_gives_the_same_files(run: Any, tmp_path: Path) -> None:
    given = tmp_path / "in"
    given.mkdir()
    official(given, PRIMARY)
    files = []
    for name in ("one", "two"):
        run("evaluate", given, "--on", "2025-10-20", "--out", tmp_path / name)
        paths = sorted(p for p in (tmp_path / name).rglob("*") if p.is_file() and p.name != "record.json")
        files.append({p.relative_to(tmp_path / name): p.read_bytes() for p in paths})
    assert files[0] == files[1]


def test_a_template_is_the_form_and_comes_back_filled(run: Any, tmp_path: Path) -> None:
    target = tmp_path / "空表.xlsx"
    code, out, _ = run("template", "cn/compulsory/school-return", "--out", target)
    assert (code, out.strip()) == (0, str(target))
    sheet = load_workbook(target).worksheets[0]
    assert sheet["C11"].value == "小学学生人数"
    assert sheet.data_validations.dataValidation
    write_form(RULES.get(type(PLUS), "cn/compulsory/school-return", DAY), FACT, target, PRIMARY)
    assert as_json(run, target, "--block", "resources")[0] == 0


def test_the_policies_can_be_listed_shown_checked_and_compared(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = partial(differences, standard="cn/compulsory-basic-2012")  # all: tests/policy/test_shipped.py
    monkeypatch.setattr("meihao.cli.policies.differences", some)
    code, out, _ = run("policies", "list", "--json")
    assert code == 0
    assert "cn/compulsory-balance" in {row["key"] for row in json.loads(out)}
    assert "cn/compulsory-balance" in run("policies", "list")[1]
    assert "at_least: {primary: 4.2, junior: 5.3}" in run("policies", "show", "cn/compulsory-balance/r1")[1]
    assert run("policies", "check")[0] == 0
    same = ("--from", "2025-01-01", "--to", "2025-06-01")
    assert "没有变化" in run("policies", "diff", "cn/compulsory-balance/r1", *same)[1]


def test_a_threshold_changed_from_a_date_changes_results_from_that_date_only(
    run: Any, tmp_path: Path
) -> None:
    old = (PLAN_FOLDER / "r4.yaml").read_text(encoding="utf-8")
    new = old.replace("since: 2017-04-01", "since: 2025-11-01").replace("primary: 4.5", "primary: 4.9")
    target = tmp_path / "rules" / "cn" / "compulsory-balance" / "r4.yaml"
    target.parent.mkdir(parents=True)
    target.write_text(
        old.replace("since: 2017-04-01", "since: 2017-04-01\nuntil: 2025-11-01") + "---\n" + new
    )
    given = official(tmp_path, PRIMARY)  # 4.80 m² a pupil
    states = {}
    for day in ("2025-10-31", "2025-11-01"):
        _, out, _ = run("evaluate", given, "--on", day, "--json", "--policies", tmp_path / "rules")
        (unit,) = json.loads(out)["blocks"]["resources"]["strict"]["units"]
        states[day] = unit["cells"]["r4"]["state"]
    assert states == {"2025-10-31": "reached", "2025-11-01": "spare"}
    days = ("--from", "2025-10-31", "--to", "2025-11-01", "--policies", tmp_path / "rules")
    assert (
        "judged_in.at_least.primary: 4.5 → 4.9"
        in run("policies", "diff", "cn/compulsory-balance/r4", *days)[1]
    )


PLAN_FOLDER = Path(__file__).resolve().parents[2] / "policies" / "cn" / "compulsory-balance"
