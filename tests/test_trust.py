"""The trust runs in short: each passes, its control fails, and its judge can tell the difference."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench.trust.__main__ import main
from bench.trust.hostile import command, files, mutate, sheet
from bench.trust.hostile.bases import ON, PLACE, RULES, Base, bases
from bench.trust.hostile.cases import Case, written
from bench.trust.hostile.judging import MOST_MB, Meter, Tally, unworded
from bench.trust.hostile.packing import GOOD, good, packed, workbook
from bench.trust.hostile.reference import Reference
from bench.trust.hostile.returns import RETURNS, Return
from bench.trust.hostile.wholeness import partly
from meihao.base.text import Refused, Text
from meihao.demo import mistakes
from meihao.documents.returns.intake import take_in
from meihao.documents.workbook import Reader, Workbook


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with Reader() as reader:
        reader.read(written(good)(tmp_path_factory.mktemp("first")))  # the child is there
        yield reader


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    (line,) = capsys.readouterr().out.splitlines()
    found: dict[str, object] = json.loads(line)
    return found


# --- returns that cost much


@pytest.mark.parametrize("costly", RETURNS, ids=lambda costly: costly.name)
def test_a_return_that_costs_much_is_judged_in_bounded_time(
    costly: Return, reader: Reader, tmp_path: Path
) -> None:
    tally, meter, path = Tally(), Meter(), tmp_path / "学校A.xlsx"
    path.write_bytes(costly.build())
    files.handed_in(costly, path, reader, tally, meter)
    assert tally.faults == []
    assert meter.slowest_s < 15
    assert meter.child_mb <= MOST_MB


# --- ten thousand wrong cells


def test_two_sheets_of_ten_thousand_wrong_cells_go_back_with_every_one_marked() -> None:
    tally, meter = sheet.run(2)
    assert tally.faults == []
    assert (tally.cases, tally.sent_back, tally.more["planted"]) == (2, 2, 20_000)
    assert tally.more["found"] >= 19_800
    assert sheet.passed(tally, meter) or meter.slowest_s > sheet.MOST_SECONDS  # `make trust` measures


def test_the_kinds_of_mistakes_are_those_of_the_demonstration() -> None:
    filled = sheet.filled(1)
    kinds = {one.kind for one in filled.planted}
    assert kinds == {*mistakes.TYPED, *mistakes.SUMS}
    assert len(kinds) >= sheet.KINDS
    assert len({one.ref for one in filled.planted}) == len(filled.planted) == sheet.WRONG


# --- controls: without what protects, the runs fail


def test_control_without_limits_each_of_the_worst_files_does_harm() -> None:
    quick = [title for title in files.WORST if title not in ("endless attribute", "many styles")]
    tally, bitten = files.control(quick)
    assert bitten == len(quick) == tally.cases >= 5
    assert tally.wrong + tally.crashes >= bitten


def test_control_a_reader_that_keeps_what_it_has_read_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hostile", "mutate", "--control", "--n", "30"]) == 1
    line = told(capsys)
    assert (line["verdict"], line["crashes"]) == ("FAIL", 0)
    assert line["wrong"] != 0


def test_control_without_checks_a_sheet_is_taken() -> None:
    with sheet.unchecked():
        tally, meter = sheet.run(1, wrong=2_000)
    assert (tally.more["found"], tally.taken, tally.partly) == (0, 1, 1)
    assert not sheet.passed(tally, meter)


# --- the command


def test_a_run_is_one_line_of_json_and_its_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hostile", "mutate", "--n", "20", "--seed", "5"]) == 0
    line = told(capsys)
    assert (line["run"], line["seed"], line["cases"], line["verdict"]) == ("hostile mutate", 5, 20, "PASS")
    assert {"refused", "taken", "crashes", "partly", "unworded", "slowest_s", "child_mb"} <= set(line)


def test_a_run_that_cannot_be_made_is_no_failed_control(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setitem(command._RUNS, "files", broken)
    assert main(["hostile", "files", "--control"]) == 2


# --- the judges themselves


class Fake:
    """A reader that answers as it is told."""

    def __init__(self, answer: Workbook | Exception, *pids: int) -> None:
        self._answer, self._pids = answer, iter(pids)

    @property
    def pid(self) -> int | None:
        return next(self._pids, None)

    def read(self, path: Path) -> Workbook:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


CASE = Case("x", "x", written(good), ("坏",))
WORDS = Refused("「学校A.xlsx」坏了。请重交。", "“学校A.xlsx” is broken inside, hand it in again.")


def judged(case: Case, subject: Fake, tmp_path: Path) -> Tally:
    tally = Tally()
    files.tried(case, case.put(tmp_path), subject, tally, Meter())
    return tally


def test_the_judge_of_files_sees_each_fault(reader: Reader, tmp_path: Path) -> None:
    sound = reader.read(written(good)(tmp_path))
    fewer = reader.read(written(lambda: workbook("<row><c><v>1</v></c></row>"))(tmp_path))
    meant = replace(CASE, words=(), cells=GOOD)
    assert judged(CASE, Fake(WORDS), tmp_path).faults == []
    assert judged(meant, Fake(sound), tmp_path).faults == []
    assert judged(CASE, Fake(sound), tmp_path).wrong == 1
    assert judged(meant, Fake(fewer), tmp_path).partly == 1
    assert judged(meant, Fake(WORDS), tmp_path).wrong == 1
    assert judged(replace(CASE, words=("别的",)), Fake(WORDS), tmp_path).wrong == 1
    assert judged(CASE, Fake(KeyError("x")), tmp_path).crashes == 1
    assert judged(CASE, Fake(WORDS, 1, 2), tmp_path).crashes == 1
    assert judged(CASE, Fake(Refused("坏", "bad")), tmp_path).unworded == 1
    tally = Tally()
    files.read_on(Fake(fewer), tmp_path / "a", "x", tally)
    assert tally.crashes == 1


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("坏了。请重交。", "“a.xlsx” is broken inside, hand it in again."),
        ("「a.xlsx」坏了。", "“a.xlsx” is broken inside, hand it in again."),
        ("「a.xlsx」坏了。请重交。", "“a.xlsx” 坏了。请重交。"),
        ("「a.xlsx」坏了：KeyError。请重交。", "“a.xlsx” is broken inside, hand it in again."),
        ("「a.xlsx」坏了。请重交。", "“a.xlsx” is broken inside folder, hand it in again."),
    ],
)
def test_the_judge_of_words_sees_each_fault(zh: str, en: str) -> None:
    path = Path("folder", "a.xlsx")
    assert unworded(path, Text("「a.xlsx」坏了。请重交。", "“a.xlsx” is broken, hand it in again.")) is None
    assert unworded(path, Text(zh, en)) is not None


def test_the_judge_of_wholeness_misses_no_row(reader: Reader, tmp_path: Path) -> None:
    base = collated(tmp_path)
    path = tmp_path / mutate.NAME
    path.write_bytes(packed(base.parts))
    intake = take_in(path, RULES, ON, PLACE, reader)
    (receipt,) = intake.receipts
    with Reference() as second:
        truth = second.cells(path)
    assert truth is not None
    assert partly(intake, receipt, truth, base.labels) is None
    (table,) = intake.tables.values()
    lost = random.Random(1).choice(sorted(table.rows))
    fewer = replace(table, origins={key: o for key, o in table.origins.items() if key[0] != lost})
    assert "not in the tables" in str(
        partly(replace(intake, tables={table.fact.key: fewer}), receipt, truth, base.labels)
    )
    receipt.refusal = Text("坏", "bad")
    assert "not taken" in str(partly(intake, receipt, truth, base.labels))


def collated(folder: Path) -> Base:
    (folder / "bases").mkdir()
    return next(base for base in bases(folder / "bases") if base.name == "collated")


def test_the_reference_says_what_is_written_and_nothing_of_what_it_cannot_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with Reference() as second:
        path.write_bytes(good())
        assert second.cells(path) == {
            "数据": {"A1": "text 学校", "B1": "number 12", "A2": "text 第一小学", "B2": "bool True"}
        }
        path.write_bytes(b"PK\x03\x04")
        assert second.cells(path) is None
        path.write_bytes(good())
        assert second.cells(path) is not None


def test_a_reading_that_differs_in_one_cell_is_told() -> None:
    truth = {"a": {"A1": "number 1", "B1": "text x"}}
    assert "B1: None, not text x" in mutate.difference({"a": {"A1": "number 1"}}, truth)
    assert "sheets" in mutate.difference({}, truth)
