"""The evidence dossier: its slots, what was planted in the invented one, names nobody should trust."""

from __future__ import annotations

import hashlib
import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from meihao.base.text import Refused
from meihao.demo.evidence import EXPIRED, MISSING, SAME, SUPERFLUOUS, evidence_rows, write_evidence
from meihao.documents.dossier import (
    EVIDENCE,
    INDEX,
    Dossier,
    SlotState,
    blank_rows,
    places,
    read_dossier,
    write_dossier_folders,
    write_index,
)
from meihao.documents.dossier.names import folder_name, grade_in, number_in, shown
from meihao.documents.returns.intake import take_in
from meihao.documents.returns.writing import write_form
from meihao.documents.workbook import Reader
from meihao.figures.snapshot import Origin, Snapshot, Table
from meihao.policy.kinds import Fact, Form
from tests.documents.dossier_folders import (
    BALANCE,
    BASIC,
    ON,
    PRESCHOOL,
    RETURNS,
    plan,
    put,
    reading,
    rulebook,
)


@pytest.mark.parametrize("standard", [BALANCE, PRESCHOOL, BASIC, "cn/homework", "cn/class-size"])
def test_every_clause_indicator_and_veto_has_a_place_with_a_slot(standard: str) -> None:
    found, here = places(plan(standard)), plan(standard)
    subjects = {place.subject.split(".")[0] for place in found}
    assert subjects == {item.id for item in here.items} | {clause.id for clause in here.clauses}
    numbers = [slot.number for place in found for slot in place.slots]
    assert len(numbers) == len(set(numbers)) >= len(found) == len({place.number for place in found})
    assert all(place.slots for place in found)
    named = sorted(name for clause in here.clauses for name in clause.evidence)
    assert sorted(s.wanted for p in found for s in p.slots if s.kind == "document") == named


def test_places_are_numbered_as_the_standard_is() -> None:
    blocks: dict[str, list[str]] = {}
    for place in places(plan()):
        blocks.setdefault(place.block, []).append(place.number)
    counts = zip("ABCDEF", (1, 7, 15, 9, 1, 7), strict=True)
    assert list(blocks.values()) == [[f"{x}{n:02}" for n in range(1, last + 1)] for x, last in counts]
    by_number = {place.number: place for place in places(plan())}
    assert by_number["C03"].title == "音乐、美术专用教室"
    assert by_number["F04"].subject == "disqualifiers.unfilled_posts"
    assert [s.wanted for s in by_number["C08"].slots] == [
        "上年度工资发放证明",
        "绩效工资核定文件",
        "区县填报表格",
    ]


def test_what_is_computed_rests_on_the_returns_that_carry_its_columns() -> None:
    """A second way to it: each form named for a place has a column that its formulas read."""
    forms = {form.key: form for form in plan().forms}
    for place in places(plan()):
        for slot in place.slots:
            if slot.form is not None:
                assert slot.wanted == forms[slot.form].title.zh
    assert {s.form for p in places(plan()) for s in p.slots if s.form} == set(RETURNS)
    (g9,) = (place for place in places(plan()) if place.subject == "g9")
    assert {"trained_teachers", "teachers"} <= set(forms[str(g9.slots[0].form)].by_column)


# --- the invented district, as planted


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Dossier]:
    folder = tmp_path_factory.mktemp("invented") / "佐证材料"
    write_evidence(folder, plan())
    return folder, reading(folder, *evidence_rows(plan(), ON))


def test_the_planted_states_are_found_and_no_others(invented: tuple[Path, Dossier]) -> None:
    _, dossier = invented
    states = {one.slot.number: one.state for one in dossier.filed if one.slot.kind != "return"}
    assert {number for number, state in states.items() if state is SlotState.MISSING} == set(MISSING)
    assert {number for number, state in states.items() if state is SlotState.EXPIRED} == {EXPIRED}
    assert [kept.name for kept, _ in dossier.superfluous] == [SUPERFLUOUS]
    assert [numbers for _, numbers in dossier.twice] == [SAME]
    assert (dossier.refused, dossier.told) == ((), ())


def test_every_file_is_in_one_slot_with_the_checksum_of_its_bytes(invented: tuple[Path, Dossier]) -> None:
    folder, dossier = invented
    there = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    kept = [
        *(file for one in dossier.filed for file in one.files),
        *(file for file, _ in dossier.superfluous),
    ]
    assert sorted(file.path for file in kept) == sorted(there)
    for file in kept:
        content = there[file.path]
        assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_a_changed_byte_changes_the_checksum(tmp_path: Path) -> None:
    """The control of the test above."""
    path = put(tmp_path, "C10-1_a.pdf", "一" * 500_000)  # longer than what is read at once
    before = reading(tmp_path).slot("C10-1").files[0].sha256
    path.write_text("一" * 499_999 + "二", encoding="utf-8")
    assert reading(tmp_path).slot("C10-1").files[0].sha256 != before


def test_the_register_comes_in_as_any_return_does(tmp_path: Path) -> None:
    form = rulebook().get(Form, "cn/evaluation/evidence-form", ON)
    fact = rulebook().get(Fact, EVIDENCE, ON)
    write_form(form, fact, tmp_path / "登记表.xlsx", evidence_rows(plan(), ON), "虚构")
    with Reader() as reader:
        intake = take_in(tmp_path, rulebook(), ON, "990106", reader)
    assert [receipt.outcome for receipt in intake.receipts] == ["taken"]
    write_evidence(tmp_path / "佐证材料", plan())
    came = read_dossier(plan(), tmp_path / "佐证材料", intake.tables[EVIDENCE], ON)
    held = reading(tmp_path / "佐证材料", *evidence_rows(plan(), ON))
    assert [(one.slot, one.state, one.entry) for one in came.filed] == [
        (one.slot, one.state, one.entry) for one in held.filed
    ]


# --- states


@pytest.fixture(scope="module")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return put(tmp_path_factory.mktemp("one"), "文件.txt").parent


@given(st.integers(-400, 400))
def test_a_period_runs_out_the_day_after_its_last(one_file: Path, days: int) -> None:
    last = ON + timedelta(days=days)
    row = {"code": "C10-1", "period_to": last.isoformat(), "file": "文件.txt"}
    state = reading(one_file, row).slot("C10-1").state
    assert state is (SlotState.EXPIRED if days < 0 else SlotState.PRESENT)
    assert reading(one_file, row | {"file": None}).slot("C10-1").state is SlotState.MISSING


def test_a_return_that_was_taken_in_is_present(tmp_path: Path) -> None:
    origins = {(c, "teachers"): Origin(f"{c}.xlsx", "ab" * 32, "表", "A1", RETURNS[0]) for c in ("1", "2")}
    fact = plan().fact
    snapshot = Snapshot(ON, "990106", {fact.key: Table(fact, {}, origins)}, {})
    dossier = read_dossier(plan(), tmp_path, None, ON, snapshot)
    assert dossier.slot("C09-1").taken == (("1.xlsx", "ab" * 32), ("2.xlsx", "ab" * 32))
    assert dossier.slot("C09-1").state is SlotState.PRESENT
    assert dossier.slot("C11-1").state is SlotState.MISSING
    assert reading(tmp_path).slot("C09-1").state is SlotState.MISSING


# --- which file is for which slot


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("C02-1_办法.pdf", "C02-1"),
        ("随便/c02-1 办法.pdf", "C02-1"),
        ("Ｃ０２－１办法.pdf", "C02-1"),
        ("C02_城乡/C02-3_账目/三月/凭证.pdf", "C02-3"),
        ("C02_城乡/C02-3_账目/C02-1_办法.pdf", "C02-1"),  # its own name comes first
        ("C02_城乡/生均公用经费账目2025.xlsx", "C02-3"),  # bears the title of one of three documents
        ("C02_城乡/C02-2_标准/C02材料.pdf", "C02-2"),
        ("C11_交流/名册.xlsx", "C11-1"),  # wants nothing but a return
        ("F04_有编不补/核查.pdf", "F04-1"),
        ("C02_城乡/通知.pdf", None),
        ("C02-9_通知.pdf", None),
        ("Z01_通知.pdf", None),
        ("C021_通知.pdf", None),
        ("A4纸.pdf", None),
        ("通知.pdf", None),
    ],
)
def test_a_file_finds_its_slot(tmp_path: Path, path: str, number: str | None) -> None:
    put(tmp_path, path)
    dossier = reading(tmp_path)
    found = [one.slot.number for one in dossier.filed if one.files]
    assert found == ([number] if number else [])
    assert [kept.path for kept, _ in dossier.superfluous] == ([] if number else [path])


def test_the_register_places_a_file_before_its_name_does(tmp_path: Path) -> None:
    put(tmp_path, "子/C02-1_办法.pdf")
    row = {"code": "compulsory-balance.C01-2", "file": "没有.pdf；子\\C02-1_办法.pdf"}
    dossier = reading(tmp_path, row)
    assert [one.slot.number for one in dossier.filed if one.files] == ["C01-2"]
    assert [text.zh for text in dossier.told] == ["登记表为 C01-2 写了文件「没有.pdf」，文件夹里没有。"]


def test_wrong_entries_are_told_and_other_standards_left_alone(tmp_path: Path) -> None:
    dossier = reading(
        tmp_path,
        {"code": "C02-7", "owner": "甲"},
        {"code": "preschool-coverage.A02-1", "owner": "乙"},
        {"code": "C01-1", "period_from": "2025-09-01", "period_to": "2025-08-31"},
        {"code": "C01-2", "period_to": "明年"},
    )
    assert [text.zh for text in dossier.told] == [
        "C01-1 的覆盖期间起止颠倒。",
        "C01-2 的日期「明年」读不懂。",
        "登记表里的编号「C02-7」不明：C02 没有这份材料。",
    ]


# --- folders


def test_folders_are_made_once_and_nothing_is_overwritten(tmp_path: Path) -> None:
    made = write_dossier_folders(plan(), tmp_path / "佐证材料")
    folder = tmp_path / "佐证材料"
    assert (folder / "C03_音乐、美术专用教室").is_dir()
    assert (folder / "C02_城乡“四统一”" / "C02-3_生均公用经费账目").is_dir()
    assert {place.number for place in places(plan())} == {p.name[:3] for p in folder.iterdir()}
    (folder / "C03_音乐、美术专用教室").rename(folder / "C03 教室")
    mine = put(folder, "C03 教室/我的.txt", "原样")
    assert write_dossier_folders(plan(), folder) == []
    assert mine.read_text(encoding="utf-8") == "原样"
    assert len(list(folder.iterdir())) == len(places(plan()))
    assert made[0] == folder
    assert not any(path.is_file() and path != mine for path in folder.rglob("*"))


@pytest.mark.parametrize("kind", ["link", "file"])
def test_what_stands_in_the_way_is_refused(tmp_path: Path, kind: str) -> None:
    elsewhere, folder = tmp_path / "外面", tmp_path / "佐证材料"
    elsewhere.mkdir()
    folder.mkdir()
    if kind == "link":
        (folder / "C02_城乡").symlink_to(elsewhere)
    else:
        put(folder, "C02_城乡")
    with pytest.raises(Refused, match="C02_城乡"):
        write_dossier_folders(plan(), folder)
    assert not list(elsewhere.iterdir())


@given(st.text(max_size=80))
def test_a_folder_is_always_one_folder_here(title: str) -> None:
    name = folder_name("C03", title)
    assert name.startswith("C03")
    assert not re.search(r'[\\/:*?"<>|\x00-\x1f]', name)
    assert len(name) <= 44
    assert name not in (".", "..")
    assert number_in(name) == ("C03", None)


# --- names nobody should trust

HOSTILE = (
    "=HYPERLINK(1).txt",
    "C10-1_\x07铃\n行.txt",
    "C10-1_\u202egpj.exe",
    "C10-2_</t><f>1+1<.txt",
    "C10-2_{x}.txt",
    os.fsdecode(b"C10-2_\xff\xfe.txt"),
)


def test_hostile_names_are_read_and_shown_harmless(tmp_path: Path) -> None:
    folder = tmp_path / "佐证材料"
    for name in HOSTILE:
        put(folder, name.replace("/", "∕"), name.encode("utf-8", "replace").decode())
    dossier = reading(folder)
    assert len(dossier.slot("C10-1").files) == 2
    assert len(dossier.slot("C10-2").files) == 3
    write_index(dossier, plan(), tmp_path / INDEX, "=1+1", invented=True)
    cells = [cell for sheet in load_workbook(tmp_path / INDEX) for row in sheet for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s", "n"}
    text = "\n".join(str(cell.value) for cell in cells)
    assert all(shown(letter) == letter for letter in text.replace("\n", ""))
    assert "C10-1_\\u202egpj.exe" in text
    assert "C10-1_\\u0007铃\\u000a行.txt" in text


def test_a_name_in_the_register_is_no_path(tmp_path: Path) -> None:
    folder = tmp_path / "佐证材料"
    folder.mkdir()
    secret = put(tmp_path, "外面.txt")
    names = ("../外面.txt", str(secret), "..\\外面.txt", "a/../../外面.txt", "\x00", "外面.txt")
    for name in names:
        dossier = reading(folder, {"code": "C01-1", "file": name})
        assert dossier.slot("C01-1").state is SlotState.MISSING
        assert len(dossier.told) == 1


def test_links_and_pipes_are_refused_and_never_followed(tmp_path: Path) -> None:
    folder = tmp_path / "佐证材料"
    outside = put(tmp_path, "外面/C01-1_规划图.txt", "外面的内容")
    put(folder, "C01-2_在.txt")
    (folder / "C01-1_规划图.txt").symlink_to(outside)
    (folder / "C02_城乡").symlink_to(outside.parent)
    (folder / "C10-1_断.txt").symlink_to(tmp_path / "没有")
    (folder / "C10-2_里面.txt").symlink_to(folder / "C01-2_在.txt")
    os.mkfifo(folder / "C08-1_管道")
    dossier = reading(folder)
    assert [one.slot.number for one in dossier.filed if one.files] == ["C01-2"]
    assert sorted(text.zh for text in dossier.refused) == [
        "「C01-1_规划图.txt」是链接，没有读取，请放入文件本身。",
        "「C02_城乡」是链接，没有读取，请放入文件本身。",
        "「C08-1_管道」是特殊文件，没有读取，请放入文件本身。",
        "「C10-1_断.txt」是链接，没有读取，请放入文件本身。",
        "「C10-2_里面.txt」是链接，没有读取，请放入文件本身。",
    ]
    outside.replace(folder / "C01-1_规划图.txt")  # the control: the same bytes, put there themselves
    assert reading(folder).slot("C01-1").state is SlotState.PRESENT


@pytest.mark.parametrize(
    "name", ["C01-1_规划（机密）.txt", "绝 密/规划.txt", "C01_规划/C01-1 秘\u200b密.txt"]
)
def test_a_marked_file_is_refused_in_words_and_not_named(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)
    dossier = reading(tmp_path, {"code": "C01-2", "file": "某机密文件.txt"})
    assert not any(one.files for one in dossier.filed)
    assert not dossier.superfluous
    (refused,) = dossier.refused
    assert "非涉密系统" in refused.zh
    assert "规划" not in refused.zh.replace("「C01_规划/」", "")
    assert "某" not in dossier.told[0].zh


def test_an_unmarked_name_is_no_secret(tmp_path: Path) -> None:
    """The control of the test above."""
    put(tmp_path, "C01-1_保密工作制度.txt")
    assert grade_in("保密工作制度") is None
    assert reading(tmp_path).slot("C01-1").state is SlotState.PRESENT


def test_no_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="没有这个文件夹"):
        reading(tmp_path / "没有")


# --- the index


def test_the_index_has_each_slot_and_adds_up_by_block(invented: tuple[Path, Dossier], tmp_path: Path) -> None:
    _, dossier = invented
    write_index(dossier, plan(), tmp_path / INDEX, "澄砚区", invented=True)
    book = load_workbook(tmp_path / INDEX)
    rows = {row[0]: row for row in book["目录"].iter_rows(min_row=4, values_only=True) if row[0]}
    assert list(rows) == [one.slot.number for one in dossier.filed]
    assert rows["D08-2"][4] == "2024-09-01 至 2025-08-31"
    assert (rows["D08-2"][7], rows["C10-2"][7], rows["C10-1"][7]) == ("过期", "缺", "齐")
    assert rows["C10-1"][6] == dossier.slot("C10-1").files[0].sha256[:12]
    assert rows["C10-2"][3] == "财务与规划科（虚构）"
    sums = list(book["汇总"].iter_rows(min_row=3, values_only=True))
    assert [sum(column) for column in zip(*(row[1:] for row in sums[:-1]), strict=True)] == [*sums[-1][1:]]
    assert sums[-1][1] == len(dossier.filed)
    kinds = [row[0] for row in book["其他"].iter_rows(min_row=3, values_only=True)]
    assert kinds == ["多余的文件", "同一文件"]
    page: Any = book["目录"]
    assert page.oddHeader.right.text == "虚构"


def test_the_same_dossier_gives_the_same_bytes(invented: tuple[Path, Dossier], tmp_path: Path) -> None:
    folder, dossier = invented
    written = set()
    for again in (dossier, reading(folder, *evidence_rows(plan(), ON)[::-1])):
        write_index(again, plan(), tmp_path / INDEX, "澄砚区", invented=True)
        written.add((tmp_path / INDEX).read_bytes())
    assert len(written) == 1


def test_the_blank_register_has_a_row_for_each_slot() -> None:
    codes = [row["code"] for row in blank_rows(plan())]
    assert codes == [slot.code for place in places(plan()) for slot in place.slots]
    assert codes[0] == "compulsory-balance.A01-1"
