"""Mutants of sound workbooks, handed in: refused in words, or read as the reference reads them, and whole."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.trust.hostile.bases import ON, PLACE, RULES, Base, bases
from bench.trust.hostile.changes import CHANGES, HARMLESS, Change
from bench.trust.hostile.forgiving import Forgiving
from bench.trust.hostile.judging import MOST_MB, MOST_SECONDS, Meter, Tally
from bench.trust.hostile.packing import packed
from bench.trust.hostile.reference import Found, Reference, said
from bench.trust.hostile.wholeness import partly
from meihao.base.text import Text
from meihao.documents.returns.intake import take_in
from meihao.documents.returns.received import Intake, Receipt
from meihao.documents.workbook import Reader, Workbook

SEED = 20251020
NAME = "变异.xlsx"


@dataclass(frozen=True)
class Mutant:
    """A changed workbook; a harmless change must change nothing that is read."""

    title: str
    data: bytes
    base: Base
    harmless: bool


def mutants(found: list[Base], count: int, seed: int) -> Iterator[Mutant]:
    """Each change in turn, on a base drawn by chance; the same seed gives the same mutants."""
    changes = [(name, change, False) for name, change in CHANGES.items()]
    changes += [(name, change, True) for name, change in HARMLESS.items()]
    for number in range(count):
        chance = random.Random(f"{seed}:{number}")
        name, change, harmless = changes[number % len(changes)]
        base = chance.choice(found)
        yield Mutant(f"{number} {name} in {base.name}", _changed(change, chance, base), base, harmless)


def _changed(change: Change, chance: random.Random, base: Base) -> bytes:
    result = change(chance, dict(base.parts))
    return result if isinstance(result, bytes) else packed(result)


def found_by(workbook: Workbook) -> Found:
    """What our reader found, said as the reference says it."""
    return {sheet.name: {c.ref: said(c.value) for c in sheet.cells} for sheet in workbook.sheets}


class Trial:
    """One run: the reader under trial, the reference, and what each base holds unchanged."""

    def __init__(self, reader: Reader, second: Reference, folder: Path) -> None:
        self.tally, self.meter = Tally(), Meter()
        self._reader, self._second, self._folder = reader, second, folder
        self._sound: dict[str, Found] = {}

    def sound(self, base: Base) -> Found:
        """What a base holds."""
        if base.name not in self._sound:
            path = self._folder / NAME
            path.write_bytes(packed(base.parts))
            cells = self._second.cells(path)
            assert cells is not None
            self._sound[base.name] = cells
        return self._sound[base.name]

    def hand_in(self, mutant: Mutant) -> None:
        """Hands one mutant in and counts what becomes of it."""
        sound = self.sound(mutant.base)
        path = self._folder / NAME
        path.write_bytes(mutant.data)
        self.tally.cases += 1
        child = self._reader.pid
        try:
            with self.meter.over(mutant.title, child):
                intake = take_in(path, RULES, ON, PLACE, self._reader)
        except Exception as problem:
            self.tally.fault("crashes", mutant.title, repr(problem)[:300])
            return
        if self._reader.pid != child:
            self.tally.fault("crashes", mutant.title, "the child died")
        (receipt,) = intake.receipts
        self._judge(mutant, intake, receipt, sound)

    def _judge(self, mutant: Mutant, intake: Intake, receipt: Receipt, sound: Found) -> None:
        counted = {"refused": "refused", "sent_back": "sent_back", "taken": "taken"}[receipt.outcome]
        setattr(self.tally, counted, getattr(self.tally, counted) + 1)
        self._words(mutant, receipt)
        truth: Found | None = sound if mutant.harmless else None
        if receipt.workbook is not None:
            truth = truth or self._second.cells(receipt.path)
            self._compare(mutant, found_by(receipt.workbook), truth)
        elif mutant.harmless:
            self.tally.fault("wrong", mutant.title, f"sound, but refused: {receipt.refusal}")
        lost = partly(intake, receipt, truth or {}, mutant.base.labels)
        if lost:
            self.tally.fault("partly", mutant.title, lost)

    def _words(self, mutant: Mutant, receipt: Receipt) -> None:
        if receipt.refusal is not None and receipt.workbook is None:
            self.tally.word(mutant.title, receipt.path, receipt.refusal)
        said_of: list[Text] = [mark.text for mark in receipt.marks]
        if receipt.workbook is not None and receipt.refusal is not None:
            said_of.append(receipt.refusal)
        if any(not text.zh.strip() or not text.en.strip() for text in said_of):
            self.tally.fault("unworded", mutant.title, "a mark without words")
        if receipt.outcome == "sent_back" and not receipt.must:
            self.tally.fault("unworded", mutant.title, "sent back without a mark")

    def _compare(self, mutant: Mutant, found: Found, truth: Found | None) -> None:
        if truth is None:
            self.tally.fault("wrong", mutant.title, "read, though the reference cannot read it")
        elif found != truth:
            self.tally.fault("wrong", mutant.title, f"read otherwise: {difference(found, truth)}")


def difference(found: Found, truth: Found) -> str:
    """The first few cells in which two readings differ."""
    if list(found) != list(truth):
        return f"sheets {list(found)}, not {list(truth)}"
    cells = [(name, ref) for name in truth for ref in {**truth[name], **found[name]}]
    odd = [
        f"{name}!{ref}: {found[name].get(ref)}, not {truth[name].get(ref)}"
        for name, ref in cells
        if found[name].get(ref) != truth[name].get(ref)
    ]
    return "; ".join(odd[:3])


def run(count: int, seed: int = SEED, forgiving: bool = False) -> tuple[Tally, Meter]:
    """So many mutants through one reader; `forgiving` is the control, which keeps what it has read."""
    with (
        Forgiving() if forgiving else Reader() as reader,
        Reference() as second,
        tempfile.TemporaryDirectory() as name,
    ):
        folder = Path(name)
        (folder / "bases").mkdir()
        found = bases(folder / "bases")
        trial = Trial(reader, second, folder)
        for base in found:  # the child is there, and each base is taken, before anything is measured
            (folder / NAME).write_bytes(packed(base.parts))
            (receipt,) = take_in(folder / NAME, RULES, ON, PLACE, reader).receipts
            assert receipt.outcome == "taken", (base.name, receipt.marks, receipt.refusal)
        for mutant in mutants(found, count, seed):
            trial.hand_in(mutant)
    return trial.tally, trial.meter


def passed(tally: Tally, meter: Meter) -> bool:
    """Whether nothing crashed, nothing was partly taken, and all that was read is what is written."""
    both = tally.refused > 0 and tally.taken > 0
    return both and not tally.faults and meter.slowest_s <= MOST_SECONDS and meter.child_mb <= MOST_MB
