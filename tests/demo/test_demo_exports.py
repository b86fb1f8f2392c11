"""The invented exports: the planted disagreements and no others, and nobody's name in any output."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from zipfile import ZipFile

import pytest

from meihao.demo.district import SEED, invent
from meihao.demo.exports import DISAGREEMENTS, FILES, write_exports
from meihao.documents.reconciling.comparing import compare
from meihao.documents.reconciling.drafting import write_drafts
from meihao.documents.reconciling.passing import PassingReader
from meihao.documents.reconciling.plan import RECONCILIATION, make_plan
from meihao.documents.reconciling.reconciling import write_reconciled
from meihao.documents.reconciling.result import Outcome, Reconciled
from meihao.documents.reconciling.taking import take_exports
from meihao.figures.interpreter import Row
from meihao.figures.snapshot import Table
from meihao.policy.check import check
from tests.documents.exports import SHIPPED, rules

ON = date(2025, 10, 20)
PLACE = "990106"
CANARY = re.compile(r"虚构(?:学籍|证件|生日|住址|家长|电话|师|师证件|师手机)?\d{5}")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planted")
    write_exports(folder, SHIPPED, ON)
    return folder


def compared(folder: Path, seed: int = SEED) -> Reconciled:
    """The exports of a folder against the true rows, as the returns would give them."""
    plan = make_plan(rules(folder / "对照"), RECONCILIATION, ON, PLACE)
    with PassingReader() as reader:
        exports = take_exports(folder / "三库导出", plan, reader)
    fact = plan.facts["returns"]
    rows: dict[str, Row] = {str(row["school_code"]): row for row in invent(SHIPPED, ON, seed).schools}
    return compare(plan, exports, {fact.key: Table(fact, rows)})


@pytest.fixture(scope="module")
def planted(demo: Path) -> Reconciled:
    return compared(demo)


def unequal(result: Reconciled) -> set[tuple[str, str, Outcome]]:
    return {(e.school.code, e.measure, e.outcome) for e in result.lines if e.outcome is not Outcome.EQUAL}


def test_what_is_planted_is_found_and_nothing_else(planted: Reconciled) -> None:
    assert unequal(planted) == {(d.code, d.measure, d.outcome) for d in DISAGREEMENTS}
    assert [(school.code, school.sources) for school in planted.partial] == [
        ("2199000019", ("pupil", "teacher", "returns")),
        ("2199000020", ("statistics",)),
    ]
    assert [finding.kind for finding in planted.findings] == ["spaces", "name"]
    assert len(planted.plan.policy.measures) == 15
    assert planted.uncompared == ()


def test_without_what_is_planted_everything_is_equal(tmp_path: Path) -> None:
    write_exports(tmp_path, SHIPPED, ON, 7, planted=False)
    result = compared(tmp_path, 7)
    assert (unequal(result), result.findings, result.equal) == (set(), (), True)
    assert result.count(Outcome.EQUAL) > 300


def test_a_register_of_many_pupils_is_counted_row_by_row(planted: Reconciled) -> None:
    ((file, tally),) = planted.exports.of("pupil")
    assert (file.name, tally.rows > 16_000, len(tally.groups) < 1_000) == (FILES["pupil"], True, True)
    assert set(tally.columns) == set(planted.plan.needed("pupil")) - {"stage"}


def texts(folder: Path) -> Iterator[str]:
    """Every byte of a folder: workbooks unpacked, and letters that stand there by number as letters."""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        yield data.decode("utf-8", errors="ignore")
        if path.suffix == ".xlsx":
            with ZipFile(io.BytesIO(data)) as archive:
                yield from (unescape(archive.read(name).decode("utf-8")) for name in archive.namelist())


def test_no_output_holds_anybody(planted: Reconciled, demo: Path, tmp_path: Path) -> None:
    write_reconciled(planted, tmp_path, "zh")
    unconfirmed = make_plan(SHIPPED, RECONCILIATION, ON, PLACE)
    with PassingReader() as reader:
        write_drafts(unconfirmed, take_exports(demo / "三库导出", unconfirmed, reader), tmp_path)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 5
    assert [found for text in texts(tmp_path) for found in CANARY.findall(text)] == []
    assert CANARY.search(repr(planted)) is None
    # the control: they are there to be found
    found = {hit for text in texts(demo / "三库导出") for hit in CANARY.findall(text)}
    assert len(found) > 7 * 16_000


def test_the_confirmed_mapping_fits_and_says_that_it_is_invented(demo: Path) -> None:
    assert check(rules(demo / "对照")) == []
    for path in (demo / "对照").rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert "虚构" in text
        assert "confirmed_by: 演示" in text


def test_the_same_seed_gives_the_same_bytes(demo: Path, tmp_path: Path) -> None:
    write_exports(tmp_path, SHIPPED, ON)
    for path in (path for path in demo.rglob("*") if path.is_file()):
        assert path.read_bytes() == (tmp_path / path.relative_to(demo)).read_bytes(), path.name
