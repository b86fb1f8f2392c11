"""Hands lists in for one authority, as the page does."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from openpyxl import Workbook as Book

from meihao.documents.workbook import Reader
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts.acting import Acting
from meihao.records.registry.importing import actions as importing
from meihao.records.registry.importing.actions import Shown
from meihao.records.registry.models import ImportBatch, Organisation
from tests.records.registry.district import console

RULES = Rulebook.load()
PLACE = "990106"


def written(path: Path, heads: tuple[str, ...], rows: list[list[object]]) -> bytes:
    """A workbook of one sheet."""
    book = Book()
    for row in (heads, *rows):
        book.worksheets[0].append(list(row))
    book.save(path)
    return path.read_bytes()


class Lists:
    """Files of one form; the same bytes again are the same file."""

    def __init__(
        self, bureau: Organisation, folder: Path, reader: Reader, heads: tuple[str, ...], name: str
    ) -> None:
        self.bureau, self.folder, self.reader, self.heads, self.name = bureau, folder, reader, heads, name

    def stage(self, rows: list[list[object]], on: date, by: Acting | None = None) -> Shown:
        return self.again(written(self.folder / self.name, self.heads, rows), on, by)

    def again(self, data: bytes, on: date, by: Acting | None = None) -> Shown:
        return importing.stage(
            by or console(),
            organisation=self.bureau,
            data=data,
            file_name=self.name,
            on=on,
            place=PLACE,
            rulebook=RULES,
            reader=self.reader,
        )

    def shown(self, batch: ImportBatch, by: Acting | None = None) -> Shown:
        return importing.shown(by or console(), batch, place=PLACE, rulebook=RULES, reader=self.reader)

    def apply(self, shown: Shown, digest: str | None = None, by: Acting | None = None) -> ImportBatch:
        return importing.apply(
            by or console(),
            batch=shown.batch,
            digest=shown.plan.digest if digest is None else digest,
            place=PLACE,
            rulebook=RULES,
            reader=self.reader,
        )
