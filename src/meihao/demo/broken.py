"""School returns full of mistakes, with the cell of each: what a checker is tried on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from meihao.demo import mistakes
from meihao.demo.district import SCHOOL_FORM, SEED, invent
from meihao.demo.names import BANNER, DIVISION
from meihao.demo.people import BANDS
from meihao.demo.schools import Row
from meihao.documents.returns.writing import write_form
from meihao.documents.workbook import Severity
from meihao.documents.xlsx import save_deterministic
from meihao.policy.kinds import Fact, Form
from meihao.policy.rulebook import Rulebook

_NINE_YEAR, _PRIMARY = "3199000009", "2199000002"  # sound schools of both stages, and of one


@dataclass(frozen=True, slots=True)
class Planted:
    """One mistake and where a checker must show it; `ref` is empty where the row is missing."""

    kind: str
    sheet: str
    ref: str
    severity: Severity = "must"


class _Return:
    """A filled return on its first sheet, and the places of its fields."""

    def __init__(self, form: Form, sheet: Worksheet) -> None:
        assert form.sheet is not None
        self._rows = {field.column: number for number, field in enumerate(form.fields, 2)}
        self._parts = list(form.sheet.headings)
        self.sheet = sheet

    def cell(self, column: str, part: str = "value") -> Cell | MergedCell:
        """The cell of a field in one part of the form."""
        return self.sheet.cell(self._rows[column], self._parts.index(part) + 1)

    def planted(self, kind: str, columns: Iterable[str], part: str = "value") -> list[Planted]:
        """A mistake that is shown at these fields."""
        letter = get_column_letter(self._parts.index(part) + 1)
        return [Planted(kind, self.sheet.title, f"{letter}{self._rows[column]}") for column in columns]

    def missing(self, kind: str) -> Planted:
        """A mistake that has no cell."""
        return Planted(kind, self.sheet.title, "")

    def last(self) -> str:
        """The column of the last field."""
        return list(self._rows)[-1]

    def copy(self, source: str, target: str) -> None:
        """Writes one field's row over another's."""
        for part in self._parts:
            self.cell(target, part).value = self.cell(source, part).value


_Breaker = Callable[[_Return], list[Planted]]


def broken_workbooks(
    folder: Path, rulebook: Rulebook, on: date, seed: int = SEED
) -> list[tuple[Path, list[Planted]]]:
    """Writes returns with mistakes into `folder` and says where they are.

    `broken.xlsx` has each mistake of a single cell or row once, `broken-sums.xlsx` the sums that do not
    fit, `broken-nobody.xlsx` a school without pupils.
    """
    rows = {row["school_code"]: row for row in invent(rulebook, on, seed).schools}
    whole, primary = rows[_NINE_YEAR], rows[_PRIMARY]
    books: list[tuple[str, Row, _Breaker]] = [
        ("broken.xlsx", whole, _break_cells),
        ("broken-sums.xlsx", _with_wrong_sums(whole), _break_sums),
        ("broken-nobody.xlsx", _without_pupils(primary), lambda filled: _break_pupils(filled, on)),
    ]
    folder.mkdir(parents=True, exist_ok=True)
    return [
        (folder / name, _written(folder / name, row, rulebook, on, breaker)) for name, row, breaker in books
    ]


def _written(path: Path, row: Row, rulebook: Rulebook, on: date, breaker: _Breaker) -> list[Planted]:
    form = rulebook.get(Form, SCHOOL_FORM, on, DIVISION)
    write_form(form, rulebook.get(Fact, form.fact, on, DIVISION), path, row, BANNER.zh)
    book = load_workbook(path)
    planted = breaker(_Return(form, book.worksheets[0]))
    save_deterministic(book, path)
    return planted


def _break_cells(filled: _Return) -> list[Planted]:
    planted: list[Planted] = []
    for kind, (column, typed) in mistakes.TYPED.items():
        filled.cell(column).value = typed
        planted += filled.planted(kind, [column])
    return planted + _moved(filled) + _relabelled(filled) + _duplicated(filled)


def _moved(filled: _Return) -> list[Planted]:
    kind, column = mistakes.VALUE_IN_NOTE
    filled.cell(column, "note").value, filled.cell(column).value = filled.cell(column).value, None
    return filled.planted(kind, [column])


def _relabelled(filled: _Return) -> list[Planted]:
    """A label nobody knows; the field it stood for is then missing."""
    kind, column, label = mistakes.RELABELLED
    filled.cell(column, "label").value = label
    return [*filled.planted(kind, [column], "label"), filled.missing("row_missing_under_its_label")]


def _duplicated(filled: _Return) -> list[Planted]:
    kind, column = mistakes.DUPLICATED
    filled.copy(column, filled.last())
    return [*filled.planted(kind, [filled.last()], "label"), filled.missing("row_missing")]


def _with_wrong_sums(row: Row) -> Row:
    changes = {column: change for _, marked in mistakes.SUMS.values() for column, change in marked.items()}
    return {**row, **{column: _number(row, other) + more for column, (other, more) in changes.items()}}


def _number(row: Row, column: str | None) -> Fraction:
    value = row[column] if column is not None else Fraction(0)
    assert isinstance(value, Fraction)
    return value


def _break_sums(filled: _Return) -> list[Planted]:
    kind, column, year = mistakes.YEAR_OUT_OF_RANGE
    filled.cell(column).value = year
    sums = [filled.planted(kind, marks) for kind, (marks, _) in mistakes.SUMS.items()]
    return [*filled.planted(kind, [column]), *(one for each in sums for one in each)]


def _without_pupils(row: Row) -> Row:
    classes = ("classes", *(f"classes_{band}" for band in BANDS))
    emptied = dict.fromkeys((*mistakes.EMPTIED_WITH_THEM, *classes), Fraction(0))
    return {**row, **emptied, "built_by_2010": False, "built_by_2016": False}


def _break_pupils(filled: _Return, on: date) -> list[Planted]:
    kind, column, years = mistakes.YEAR_TO_COME
    filled.cell(column).value = on.year + years
    return [*filled.planted(kind, [column]), *filled.planted(*mistakes.NOBODY)]
