"""Rows of an export counted as they pass: how many rows carry the same values, and nothing else.

Of a row only the confirmed columns are looked at; the cells of all others are passed over before
they are even read as text. What remains of a sheet is a `Tally`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from meihao.documents.reconciling.headings import HEADING_ROWS, Heading, heading_of
from meihao.documents.reconciling.passing import Found
from meihao.documents.reconciling.plan import Plan
from meihao.documents.returns.values import Problem, tidy, value_of
from meihao.documents.workbook import Cell, Kind, reference
from meihao.figures.interpreter import Value
from meihao.policy.kinds import ColumnSpec

_TOO_LONG = "（过长，不像学校代码 too long for a school's code）"
_MOST_TEXTS = 20  # different texts of one column that are told as ways of writing


@dataclass
class Unread:
    """The cells of a column that could not be understood: how many, and what stands there.

    A column of many different texts is likely about persons and confirmed by mistake: then none of
    its texts is kept.
    """

    cells: int = 0
    texts: Counter[str] = field(default_factory=Counter)
    various: bool = False

    def note(self, text: str) -> None:
        """One more cell."""
        self.cells += 1
        if not self.various:
            self.texts[text] += 1
        if len(self.texts) > _MOST_TEXTS:
            self.texts.clear()
            self.various = True


@dataclass
class Tally:
    """One sheet of an export: how often each combination of values stands in its rows.

    `spaced` counts the codes and names with spaces around them or full-width letters in them.
    """

    sheet: str
    heading: Heading
    columns: tuple[str, ...]
    groups: Counter[tuple[Value, ...]] = field(default_factory=Counter)
    unread: dict[str, Unread] = field(default_factory=dict)
    spaced: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        """How many rows were counted."""
        return self.groups.total()

    def of_groups(self) -> Iterable[tuple[dict[str, Value], int]]:
        """Each combination as a row of its columns, with how many rows carry it."""
        for values, rows in self.groups.items():
            yield dict(zip(self.columns, values, strict=True)), rows


@dataclass(frozen=True, slots=True)
class _Understood:
    """A cell's text once understood: its value, whether it is odd, and what could not be read of it."""

    value: Value
    spaced: bool = False
    unread: str | None = None


class Tallying:
    """Counts the sheets of one workbook as their cells pass; a `Taker`."""

    def __init__(self, plan: Plan) -> None:
        self.tallies: list[Tally] = []
        self.unrecognised: list[str] = []
        self._plan = plan
        self._sheet: _Sheet | None = None

    def sheet(self, name: str) -> None:
        """A sheet begins, and the one before it ends."""
        self._close()
        self._sheet = _Sheet(self._plan, name)

    def cells(self, found: Sequence[Found]) -> None:
        """The next cells of the sheet."""
        assert self._sheet is not None
        self._sheet.take(found)

    def done(self) -> None:
        """The last cell has passed."""
        self._close()
        self._sheet = None

    def _close(self) -> None:
        if self._sheet is None:
            return
        tally = self._sheet.finished()
        if tally is not None:
            self.tallies.append(tally)
        elif self._sheet.any:
            self.unrecognised.append(self._sheet.name)


class _Sheet:
    """One sheet as it passes: its heading is looked for first, then rows are counted."""

    def __init__(self, plan: Plan, name: str) -> None:
        self.name, self.any = name, False
        self._plan = plan
        self._tally: Tally | None = None
        self._kept: Mapping[int, int] = {}
        self._specs: tuple[ColumnSpec, ...] = ()
        self._factors: tuple[Fraction, ...] = ()
        self._row = 0
        self._texts: dict[int, str] = {}
        self._cells: dict[int, tuple[Kind, str | bool]] = {}
        self._seen: dict[tuple[int, Kind, str | bool], _Understood] = {}

    def take(self, found: Sequence[Found]) -> None:
        for row, column, kind, value in found:
            if row != self._row:
                self._end_row()
                self._row, self.any = row, True
            if self._tally is not None:
                if column in self._kept:
                    self._cells[self._kept[column]] = (kind, value)
            elif row <= HEADING_ROWS:
                self._texts[column] = str(value)

    def finished(self) -> Tally | None:
        """The sheet's tally; None where no heading was found."""
        self._end_row()
        self._seen.clear()
        return self._tally

    def _end_row(self) -> None:
        if self._row == 0:
            return
        if self._tally is not None:
            self._count(self._tally)
        else:
            self._look_for_heading()

    def _look_for_heading(self) -> None:
        heading = heading_of(self._plan, self._row, self._texts)
        self._texts = {}
        if heading is None:
            return
        fact = self._plan.facts[heading.source]
        read = heading.read
        if not {fact.identity, fact.name_column} & {header.column for header in read.values()}:
            read = {}  # rows that belong to no school are of no use: nothing of them is looked at
        columns = tuple(str(header.column) for header in read.values())
        self._kept = {place: index for index, place in enumerate(read)}
        self._specs = tuple(fact.columns[column] for column in columns)
        self._factors = tuple(header.factor for header in read.values())
        self._tally = Tally(self.name, heading, columns)

    def _count(self, tally: Tally) -> None:
        """A row becomes one more of its kind; without a confirmed column nothing of it is looked at."""
        cells, self._cells = self._cells, {}
        if not tally.columns:
            return
        values = tuple(self._value(tally, index, cells.get(index)) for index in range(len(tally.columns)))
        tally.groups[values] += 1

    def _value(self, tally: Tally, index: int, cell: tuple[Kind, str | bool] | None) -> Value:
        if cell is None:
            return None
        key = (index, *cell)
        if key not in self._seen:
            self._seen[key] = self._understood(index, *cell)
        understood, column = self._seen[key], tally.columns[index]
        if understood.unread is not None:
            tally.unread.setdefault(column, Unread()).note(understood.unread)
        tally.spaced[column] += understood.spaced
        return understood.value

    def _understood(self, index: int, kind: Kind, raw: str | bool) -> _Understood:
        spec, factor = self._specs[index], self._factors[index]
        given = Decimal(raw) if kind == "number" and isinstance(raw, str) else raw
        cell = Cell(reference(self._row, index + 1), self._row, index + 1, given, kind)
        try:
            value = value_of(cell, spec, self._plan.on.year)
        except Problem:
            return _Understood(None, unread=tidy(str(raw)))
        if spec.type == "code" and len(str(value)) > self._plan.policy.never_read.longest_code:
            return _Understood(None, unread=_TOO_LONG)
        return _Understood(value * factor if isinstance(value, Fraction) else value, _odd(raw, spec))


def _odd(raw: str | bool, spec: ColumnSpec) -> bool:
    """Whether a code or a name was written with spaces around it, or a code in full-width digits."""
    if not isinstance(raw, str) or spec.type not in ("code", "text"):
        return False
    return raw != (tidy(raw) if spec.type == "code" else raw.strip())
