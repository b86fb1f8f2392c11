"""The corpus, file by file: refused in words or taken whole, and the next good file still read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from bench.trust.hostile.bases import ON, PLACE, RULES
from bench.trust.hostile.cases import Case, Cells
from bench.trust.hostile.corpus import BY_TITLE, CORPUS
from bench.trust.hostile.judging import MOST_MB, MOST_SECONDS, Meter, Tally
from bench.trust.hostile.packing import GOOD, good
from bench.trust.hostile.returns import RETURNS, Return
from bench.trust.hostile.unguarded import Unguarded
from bench.trust.hostile.wholeness import places_taken
from meihao.base.text import Refused, Text
from meihao.documents.returns.intake import take_in
from meihao.documents.workbook import Reader, Workbook

# what a reader without limits must be seen to fail on
WORST = (
    *("far cell", "bomb", "laughs", "few laughs", "entity of a file"),
    *("one text everywhere", "endless attribute", "many styles"),
)


class Subject(Protocol):
    """What is tried: a reader of workbooks."""

    @property
    def pid(self) -> int | None:
        """The process that reads, if it is another one."""

    def read(self, path: Path) -> Workbook:
        """The cells of a workbook, or `Refused`."""


def cells_of(workbook: Workbook) -> Cells:
    """The cells of a workbook by sheet and reference."""
    return {sheet.name: {cell.ref: cell.value for cell in sheet.cells} for sheet in workbook.sheets}


def tried(case: Case, path: Path, subject: Subject, tally: Tally, meter: Meter) -> None:
    """Hands one file in and counts what becomes of it."""
    tally.cases += 1
    child = subject.pid
    try:
        with meter.over(case.title, child):
            workbook = subject.read(path)
    except Refused as problem:
        tally.refused += 1
        tally.word(case.title, path, problem.text)
        _judge_refused(case, problem.text, tally)
    except Exception as problem:
        tally.fault("crashes", case.title, repr(problem)[:200])
    else:
        tally.taken += 1
        _judge_taken(case, cells_of(workbook), tally)
    if subject.pid != child:
        tally.fault("crashes", case.title, "the child died")


def _judge_refused(case: Case, text: Text, tally: Tally) -> None:
    if not any(words in text.zh for words in case.words):
        tally.fault("wrong", case.title, f"refused, but not for its fault: {text.zh}")


def _judge_taken(case: Case, found: Cells, tally: Tally) -> None:
    if case.cells is None:
        tally.fault("wrong", case.title, "taken")
    elif found != case.cells:
        fewer = sum(map(len, found.values())) < sum(map(len, case.cells.values()))
        tally.fault("partly" if fewer else "wrong", case.title, "taken with other cells than were written")


def read_on(subject: Subject, path: Path, title: str, tally: Tally) -> None:
    """The next good file is read as if nothing had been."""
    try:
        sound = cells_of(subject.read(path)) == GOOD
    except Exception:
        sound = False
    if not sound:
        tally.fault("crashes", title, "the next good file was not read")


def handed_in(costly: Return, path: Path, reader: Reader, tally: Tally, meter: Meter) -> None:
    """Hands in a return that costs much to check, and counts what becomes of it."""
    tally.cases += 1
    child = reader.pid
    try:
        with meter.over(costly.title, child):
            intake = take_in(path, RULES, ON, PLACE, reader)
    except Exception as problem:
        tally.fault("crashes", costly.title, repr(problem)[:200])
        return
    (receipt,) = intake.receipts
    setattr(tally, receipt.outcome, getattr(tally, receipt.outcome) + 1)
    if reader.pid != child:
        tally.fault("crashes", costly.title, "the child died")
    if receipt.outcome != costly.outcome:
        tally.fault("wrong", costly.title, f"{receipt.outcome}: {receipt.refusal or receipt.marks[:2]}")
    if (receipt.outcome == "taken") is not bool(places_taken(intake, receipt.name)):
        tally.fault("partly", costly.title, f"{receipt.outcome}, but the tables say otherwise")


def run(cases: Iterable[Case] = CORPUS, costlies: Iterable[Return] = RETURNS) -> tuple[Tally, Meter]:
    """The whole corpus through one reader."""
    tally, meter = Tally(), Meter()
    with Reader() as reader, tempfile.TemporaryDirectory() as name:
        sound = Path(name, "好.xlsx")
        sound.write_bytes(good())
        reader.read(sound)
        for number, case in enumerate(cases):
            folder = Path(name, str(number))
            folder.mkdir()
            tried(case, case.put(folder), reader, tally, meter)
            read_on(reader, sound, case.title, tally)
        for costly in costlies:
            path = Path(name, "学校A.xlsx")
            path.write_bytes(costly.build())
            handed_in(costly, path, reader, tally, meter)
            read_on(reader, sound, costly.title, tally)
    return tally, meter


def passed(tally: Tally, meter: Meter) -> bool:
    """Whether nothing crashed, nothing was partly taken, everything was said, and in bounds."""
    return not tally.faults and meter.slowest_s <= MOST_SECONDS and meter.child_mb <= MOST_MB


def control(titles: Sequence[str] = WORST) -> tuple[Tally, int]:
    """The worst files with the limits off; also how many of them were seen to do harm."""
    tally, bitten = Tally(), 0
    with tempfile.TemporaryDirectory() as name:
        for number, title in enumerate(titles):
            folder = Path(name, str(number))
            folder.mkdir()
            case = BY_TITLE[f"attacks: {title}"]
            before = len(tally.faults)
            tried(case, case.put(folder), Unguarded(), tally, Meter())
            bitten += len(tally.faults) > before
    return tally, bitten
