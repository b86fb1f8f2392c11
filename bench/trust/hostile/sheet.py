"""Collated sheets with ten thousand wrong cells of more than forty kinds: each found at its cell."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from unittest.mock import patch
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from bench.trust.hostile.bases import ON, PLACE, RULES, district, fact_of, form_of, typed
from bench.trust.hostile.judging import MOST_MB, Meter, Tally
from bench.trust.hostile.wholeness import places_taken
from meihao.demo import mistakes
from meihao.demo.district import SCHOOL_FORM
from meihao.demo.schools import Row
from meihao.documents.returns import intake as checking
from meihao.documents.returns.intake import take_in
from meihao.documents.returns.layouts import Forms, Reading
from meihao.documents.workbook import Cell, Reader
from meihao.policy.kinds import ColumnSpec, FieldSpec

SEED = 20251020
WRONG, KINDS = 10_000, 40
LEAST_FOUND = Fraction(99, 100)
MOST_SECONDS = 15.0
NAME, TITLE = "汇总.xlsx", "汇总"
_NINE_YEAR = "3199000009"  # of both stages, so that every sum can be wrong


@dataclass(frozen=True)
class Planted:
    """One wrong cell."""

    ref: str
    kind: str


Typed = mistakes.Typed


def kinds_by_type() -> dict[str, list[tuple[str, Typed]]]:
    """The mistakes that can be made in a column of each type; what is as good as empty stands apart."""
    columns = fact_of(form_of(SCHOOL_FORM)).columns
    found: dict[str, list[tuple[str, Typed]]] = {}
    for kind, (column, value) in mistakes.TYPED.items():
        found.setdefault("empty" if _is_empty(value) else columns[column].type, []).append((kind, value))
    return found


def _is_empty(value: Typed) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


class Sheet:
    """A collated sheet being filled, one row a school; every row is sound until something is planted."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.form = form_of(SCHOOL_FORM)
        self.columns = [field.column for field in self.form.fields]
        self.rows: list[list[object]] = [[field.label for field in self.form.fields]]
        self.planted: list[Planted] = []

    def add(self, row: Row) -> list[object]:
        """A sound row under a code of its own."""
        number = len(self.rows)
        cells: list[object] = [typed(row.get(column)) for column in self.columns]
        cells[self.columns.index("school_code")] = f"{row['school_code']}-{number}"
        cells[self.columns.index("name")] = f"{row['name']}{number}"
        self.rows.append(cells)
        return cells

    def plant(self, column: str, kind: str) -> None:
        """Notes that the last row is wrong in a column."""
        letter = get_column_letter(self.columns.index(column) + 1)
        self.planted.append(Planted(f"{letter}{len(self.rows)}", kind))


def filled(seed: int, wrong: int = WRONG) -> Sheet:
    """A sheet with so many wrong cells; rows are drawn thin or thick with them."""
    sheet = Sheet(seed)
    schools = [row for row in district().schools if row["school_code"]]
    _plant_sums(sheet)
    density = sheet.chance.choice((12, 24, 48))
    while len(sheet.planted) < wrong:
        _spoil(sheet, sheet.chance.choice(schools), min(density, wrong - len(sheet.planted)))
        if sheet.chance.random() < 0.1:
            sheet.add(sheet.chance.choice(schools))  # sound rows between: none of them may be taken
    return sheet


def _plant_sums(sheet: Sheet) -> None:
    """Every sum that does not fit, in a row of its own."""
    (whole,) = (row for row in district().schools if row["school_code"] == _NINE_YEAR)
    for kind, (marked, changes) in mistakes.SUMS.items():
        changed = {column: _number(whole, other) + more for column, (other, more) in changes.items()}
        sheet.add({**whole, **changed})
        for column in marked:
            sheet.plant(column, kind)


def _number(row: Row, column: str | None) -> Fraction:
    value = row[column] if column is not None else Fraction(0)
    assert isinstance(value, Fraction)
    return value


def _spoil(sheet: Sheet, row: Row, count: int) -> None:
    columns: dict[str, ColumnSpec] = dict(fact_of(sheet.form).columns)
    kinds, required = kinds_by_type(), {f.column for f in sheet.form.fields if f.required}
    cells, spoiled = sheet.add(row), 0
    for column in sheet.chance.sample(sheet.columns, len(sheet.columns)):
        choices = kinds.get(columns[column].type, []) + (kinds["empty"] if column in required else [])
        if not choices or spoiled == count:
            continue
        kind, value = sheet.chance.choice(choices)
        cells[sheet.columns.index(column)] = value
        sheet.plant(column, kind)
        spoiled += 1


def write(sheet: Sheet, path: Path) -> None:
    """Saves the sheet as a bureau would."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = TITLE
    for row in sheet.rows:
        page.append(row)
    book.save(path)


def hand_in(sheet: Sheet, folder: Path, reader: Reader, tally: Tally, meter: Meter) -> None:
    """Hands one sheet in and has it sent back; counts which planted cells were found, and listed."""
    title = f"sheet {tally.cases}, {len(sheet.rows)} rows"
    path, copy, child = folder / NAME, folder / "退回.xlsx", reader.pid
    write(sheet, path)
    tally.cases += 1
    with meter.over(title, child):
        (receipt,) = (intake := take_in(path, RULES, ON, PLACE, reader)).receipts
        reader.annotate(path, copy, receipt.marks, "zh")
    setattr(tally, receipt.outcome, getattr(tally, receipt.outcome) + 1)
    if reader.pid != child:
        tally.fault("crashes", title, "the child died")
    taken = places_taken(intake, receipt.name)
    if receipt.outcome != "sent_back" or taken:
        tally.fault("partly", title, f"{receipt.outcome}, and {len(taken)} values are in the tables")
    if any(not mark.text.zh or not mark.text.en for mark in receipt.marks):
        tally.fault("unworded", title, "a mark without words")
    if (listed := _listed(copy)) != len(receipt.marks):
        tally.fault("wrong", title, f"{listed} problems are listed, {len(receipt.marks)} were found")
    _judge_marks(sheet, {mark.ref for mark in receipt.must}, tally, title)


def _judge_marks(sheet: Sheet, marked: set[str], tally: Tally, title: str) -> None:
    planted = {one.ref for one in sheet.planted}
    missed, beside = planted - marked, marked - planted
    tally.more.update(planted=len(planted), found=len(planted & marked), beside=len(beside))
    few = len(planted) * (1 - LEAST_FOUND)
    if len(missed) > few:
        tally.fault(
            "wrong", title, f"{len(missed)} of {len(planted)} not found, such as {sorted(missed)[:3]}"
        )
    if len(beside) > few:
        tally.fault("wrong", title, f"{len(beside)} sound cells marked, such as {sorted(beside)[:3]}")


def _listed(copy: Path) -> int:
    """How many problems the workbook that goes back lists: the rows of its last sheet, but the heading."""
    with ZipFile(copy) as archive:
        last = max(name for name in archive.namelist() if name.startswith("xl/worksheets/sheet"))
        rows = archive.read(last).count(b"<row ")
    copy.unlink()
    return rows - 1


@contextmanager
def unchecked() -> Iterator[None]:
    """The control: cells are taken as they come, and nothing is compared."""

    def take(
        _: Forms, reading: Reading, spec: FieldSpec, column: ColumnSpec, cell: Cell | None, ref: str
    ) -> None:
        reading.cells[spec.column] = ref
        number = column.type in ("count", "decimal", "year")
        # with its place behind it, no code stands twice
        reading.values[spec.column] = Fraction(1) if number else f"{cell and cell.value} {ref}"

    with patch.object(Forms, "_take", take), patch.object(checking, "check_row", lambda *_: None):
        yield


def run(count: int, seed: int = SEED, wrong: int = WRONG) -> tuple[Tally, Meter]:
    """So many sheets through one reader."""
    tally, meter = Tally(), Meter()
    with Reader() as reader, tempfile.TemporaryDirectory() as name:
        _see_sound(Path(name, NAME), reader)
        for number in range(count):
            sheet = filled(seed + number, wrong)
            if len({one.kind for one in sheet.planted}) < KINDS:
                raise AssertionError("fewer kinds of mistakes than promised")
            hand_in(sheet, Path(name), reader, tally, meter)
    return tally, meter


def _see_sound(path: Path, reader: Reader) -> None:
    """Rows in which nothing is planted are taken: else the marks would be none of what is planted."""
    sound = Sheet(0)
    for row in district().schools:
        sound.add(row)
    write(sound, path)
    (receipt,) = take_in(path, RULES, ON, PLACE, reader).receipts
    if receipt.outcome != "taken":
        raise AssertionError(f"the sound rows are not sound: {receipt.must[:3]}")


def passed(tally: Tally, meter: Meter) -> bool:
    """Whether every sheet went back with what was planted in it, in time."""
    return not tally.faults and meter.slowest_s <= MOST_SECONDS and meter.child_mb <= MOST_MB
