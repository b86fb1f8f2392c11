"""Which form a sheet is, and which cell fills which column.

Official forms are recognised by their own field names, not by file names: either one field a row
(「填报项目」「填报值」) or collated, one row a school with the field names as headers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from meihao.base.text import Text
from meihao.documents.returns.headers import LONGEST, SAME_UNIT, Headers, key_of
from meihao.documents.returns.values import Problem, value_of
from meihao.documents.workbook import Cell, Mark, Sheet, reference
from meihao.figures.interpreter import Value
from meihao.policy.kinds import ColumnSpec, Fact, FieldSpec, Form

_HEADING_ROWS = 15  # a heading stands within the first rows of a sheet
MOST_FAULTS = 20_000  # faults told of one sheet; of the rows behind them only the names are read


@dataclass
class Reading:
    """One row being read: its values, the cell of each, and what is wrong."""

    sheet: str
    values: dict[str, Value] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)

    def mark(self, ref: str, text: Text, must: bool = True) -> None:
        """Notes a problem at a cell."""
        self.marks.append(Mark(self.sheet, ref, "must" if must else "explain", text))

    @property
    def faults(self) -> int:
        """How much must be mended."""
        return sum(mark.severity == "must" for mark in self.marks)


@dataclass
class SheetReading:
    """A recognised sheet: its form and its rows; `unknown` headers were left unread."""

    form: Form
    rows: list[Reading]
    present: frozenset[str]
    marks: list[Mark] = field(default_factory=list)
    unknown: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Forms:
    """The forms that may come in, with their facts, on one day."""

    forms: tuple[Form, ...]
    facts: Mapping[str, Fact]
    headers: Headers
    on: date
    matters: frozenset[str] = frozenset()  # codes of what a person may declare

    def read(self, sheet: Sheet) -> SheetReading | None:
        """The sheet read as the form it is; None where it is no form."""
        rows = dict(sheet.rows())
        return self._by_field(sheet, rows) or self._collated(sheet, rows)

    # --- one field a row

    def _by_field(self, sheet: Sheet, rows: dict[int, dict[int, Cell]]) -> SheetReading | None:
        for form in self.forms:
            if form.layout != "fields" or form.sheet is None:
                continue
            heading = _heading(form.sheet.headings, rows)
            if heading is None:
                continue
            first, places = heading
            labelled = {r: c for r, c in rows.items() if r > first and places["label"] in c}
            known = {key_of(label) for f in form.fields for label in (f.label, *f.aliases)}
            found = sum(key_of(str(c[places["label"]].value)) in known for c in labelled.values())
            if found * 2 > len(form.fields):
                row = self._fields(form, sheet.name, labelled, places)
                return SheetReading(form, [row], frozenset(form.by_column))
        return None

    def _fields(
        self, form: Form, sheet: str, labelled: dict[int, dict[int, Cell]], places: Mapping[str, int]
    ) -> Reading:
        fact, reading = self.facts[form.fact], Reading(sheet)
        by_label = {key_of(label): f for f in form.fields for label in (f.label, *f.aliases)}
        seen: set[str] = set()
        for number, cells in labelled.items():
            label = cells[places["label"]]
            spec = by_label.get(key_of(str(label.value)))
            if spec is None:
                reading.mark(label.ref, _unknown_field(str(label.value)))
            elif spec.column in seen:
                reading.mark(label.ref, Text(f"「{spec.label}」出现了两次", f"“{spec.label}” stands twice"))
            else:
                seen.add(spec.column)
                column = fact.columns[spec.column]
                self._unit(reading, spec, column, cells.get(places.get("unit", 0)))
                ref = reference(number, places["value"])
                self._take(reading, spec, column, cells.get(places["value"]), ref)
        for spec in form.fields:
            if spec.column not in seen and (spec.required or spec.required_when is not None):
                reading.mark(
                    "", Text(f"缺少填报项目「{spec.label}」", f"the field “{spec.label}” is missing")
                )
        return reading

    def _take(
        self, reading: Reading, spec: FieldSpec, column: ColumnSpec, cell: Cell | None, ref: str
    ) -> None:
        reading.cells[spec.column] = ref
        if cell is None:
            if spec.required:
                reading.mark(ref, Text(f"「{spec.label}」必填，未填", f"“{spec.label}” must be filled"))
            return
        try:
            reading.values[spec.column] = value_of(cell, column, self.on.year)
        except Problem as problem:
            reading.mark(
                ref, Text(f"「{spec.label}」{problem.text.zh}", f"“{spec.label}”: {problem.text.en}")
            )

    @staticmethod
    def _unit(reading: Reading, spec: FieldSpec, column: ColumnSpec, cell: Cell | None) -> None:
        """The unit printed beside a field may not be changed: yuan and 10 000 yuan never mix."""
        if cell is None or column.unit is None:
            return
        printed = str(cell.value).strip()
        if SAME_UNIT.get(printed, printed) != column.unit:
            zh = f"「{spec.label}」的单位应为{column.unit}，表中改成了「{printed}」"
            reading.mark(cell.ref, Text(zh, f"the unit of “{spec.label}” is {column.unit}, not “{printed}”"))

    # --- one row a school

    def _collated(self, sheet: Sheet, rows: dict[int, dict[int, Cell]]) -> SheetReading | None:
        best: tuple[int, int, Form] | None = None
        for form in sorted(self.forms, key=lambda form: form.layout != "rows"):
            for number in [n for n in rows if n <= _HEADING_ROWS]:
                matched = self._matched(form, rows[number])
                if matched >= 2 and (best is None or matched > best[0]):
                    best = (matched, number, form)
        return self._rows(best[2], sheet, rows, best[1]) if best else None

    def _matched(self, form: Form, heading: dict[int, Cell]) -> int:
        """How many headers a form and those that complete it explain; none unless some are its own."""
        shared = {self.facts[form.fact].identity, self.facts[form.fact].name_column}
        fields = [f for f in (self._field_of(form, cell) for cell in heading.values()) if f is not None]
        own = any(f.column in form.by_column and f.column not in shared for f in fields)
        return len(fields) if own else 0

    def family(self, form: Form) -> list[Form]:
        """A form and the forms that complete it: a collated sheet may hold them all."""
        return [form, *(other for other in self.forms if other.completes == form.key)]

    def _field_of(self, form: Form, cell: Cell) -> FieldSpec | None:
        for member in self.family(form):
            column = self.headers.column(member, self.facts[form.fact], str(cell.value))
            if column is not None:
                return member.by_column[column]
        return None

    def _rows(
        self, form: Form, sheet: Sheet, rows: dict[int, dict[int, Cell]], heading: int
    ) -> SheetReading | None:
        fact = self.facts[form.fact]
        named = {place: self._field_of(form, cell) for place, cell in rows[heading].items()}
        fields = {place: spec for place, spec in named.items() if spec is not None}
        columns = {spec.column for spec in fields.values()}
        if not columns & {fact.identity, fact.name_column}:
            return None
        marks = _twice(sheet, rows[heading], fields)
        unknown = [(sheet.name, _header(rows[heading][p])) for p, spec in named.items() if spec is None]
        naming = {place: spec for place, spec in fields.items() if spec.column in names_of(fact)}
        read: list[Reading] = []
        faults = 0
        for number, cells in rows.items():
            if number > heading and any(place in cells for place in fields):
                wanted = fields if faults < MOST_FAULTS else naming
                row = self._row(form, sheet.name, number, cells, wanted, rows[heading])
                if wanted is naming:
                    row.marks.clear()
                faults += row.faults
                read.append(row)
        return SheetReading(form, read, frozenset(columns), marks, tuple(unknown))

    def _row(
        self,
        form: Form,
        sheet: str,
        number: int,
        cells: dict[int, Cell],
        fields: Mapping[int, FieldSpec],
        heading: dict[int, Cell],
    ) -> Reading:
        fact, reading = self.facts[form.fact], Reading(sheet)
        for place, spec in fields.items():
            self._take(reading, spec, fact.columns[spec.column], cells.get(place), reference(number, place))
            value = reading.values.get(spec.column)
            factor = self.headers.factor(form, fact, str(heading[place].value))
            if factor != 1 and isinstance(value, Fraction):
                self._convert(reading, spec, fact.columns[spec.column], value * factor)
        return reading

    @staticmethod
    def _convert(reading: Reading, spec: FieldSpec, column: ColumnSpec, value: Fraction) -> None:
        """A value in the form's own unit; one that needs more decimals than the form keeps goes back."""
        if (value * 10**column.scale).denominator != 1:
            zh = f"「{spec.label}」换算成{column.unit}后多于 {column.scale} 位小数，请先取整"
            en = f"“{spec.label}” has more than {column.scale} decimals in {column.unit}: round it first"
            reading.mark(reading.cells[spec.column], Text(zh, en))
        reading.values[spec.column] = value


def _heading(
    headings: Mapping[str, str], rows: dict[int, dict[int, Cell]]
) -> tuple[int, dict[str, int]] | None:
    """The row that holds the captions 填报项目 and 填报值, and the column of each caption."""
    wanted = {key_of(caption): name for name, caption in headings.items()}
    for number, cells in rows.items():
        if number > _HEADING_ROWS:
            return None
        places = {
            wanted[key_of(str(cell.value))]: place
            for place, cell in cells.items()
            if key_of(str(cell.value)) in wanted
        }
        if {"label", "value"} <= set(places):
            return number, places
    return None


def _unknown_field(label: str) -> Text:
    return Text(
        f"表中没有「{label.strip()}」这个填报项目，请恢复原来的项目名称",
        f"the form has no field “{label.strip()}”: restore its name",
    )


def _header(cell: Cell) -> str:
    header = str(cell.value).strip()
    return header if len(header) <= LONGEST else f"{header[:40]}…"


def _twice(sheet: Sheet, heading: dict[int, Cell], fields: Mapping[int, FieldSpec]) -> list[Mark]:
    seen: set[str] = set()
    marks = []
    for place, spec in fields.items():
        if spec.column in seen:
            text = Text(f"「{spec.label}」有两列", f"“{spec.label}” has two columns")
            marks.append(Mark(sheet.name, heading[place].ref, "must", text))
        seen.add(spec.column)
    return marks


def names_of(fact: Fact) -> frozenset[str]:
    """The columns that say whom a row is about."""
    return frozenset({fact.identity, fact.name_column, "school_type"})


def labels(forms: Iterable[Form]) -> list[str]:
    """All field names of some forms."""
    return [field.label for form in forms for field in form.fields]


def identity_of(reading: Reading, fact: Fact) -> str | None:
    """The code of a row; the name stands in where a collated sheet has no column of codes."""
    for column in (fact.identity, fact.name_column):
        value = reading.values.get(column)
        if isinstance(value, str) and value:
            return value
        if column in reading.cells:
            return None
    return None
