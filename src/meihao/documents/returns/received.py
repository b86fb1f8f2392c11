"""What became of what was handed in: one receipt a file, and all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from meihao.base.text import Text
from meihao.documents.returns.layouts import SheetReading
from meihao.documents.workbook import Mark, Workbook
from meihao.figures.snapshot import Table

Outcome: TypeAlias = Literal["taken", "sent_back", "refused"]


@dataclass
class Receipt:
    """What became of one file: taken, sent back with marks, or refused as a file."""

    path: Path
    name: str
    workbook: Workbook | None = None
    sheets: list[SheetReading] = field(default_factory=list)
    refusal: Text | None = None
    marks: list[Mark] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        """Taken whole or not at all."""
        if self.refusal is not None:
            return "refused"
        return "sent_back" if self.must else "taken"

    @property
    def must(self) -> list[Mark]:
        """What must be mended."""
        return [mark for mark in self.marks if mark.severity == "must"]

    @property
    def explain(self) -> list[Mark]:
        """What is to be mended or explained."""
        return [mark for mark in self.marks if mark.severity == "explain"]


@dataclass(frozen=True, slots=True)
class UnknownHeader:
    """A header that was not read, with the field names most like it."""

    file: str
    sheet: str
    header: str
    form: str
    likely: tuple[str, ...]


@dataclass(frozen=True)
class Intake:
    """All that was handed in: receipts, the rows taken, what is missing and what was not understood.

    `unreported` are schools known to exist without a usable return; `pending` are files not taken
    whose schools nobody can name, where no register says who is missing.
    """

    receipts: tuple[Receipt, ...]
    tables: Mapping[str, Table]
    unreported: tuple[str, ...]
    pending: tuple[str, ...]
    unknown: tuple[UnknownHeader, ...]
    skipped: tuple[str, ...]
    place: str

    def count(self, outcome: Outcome) -> int:
        """How many files came to an outcome."""
        return sum(receipt.outcome == outcome for receipt in self.receipts)

    @property
    def explanations(self) -> int:
        """How many cells wait for an explanation, in files that were taken."""
        return sum(len(r.explain) for r in self.receipts if r.outcome == "taken")
