"""What is wrong with rows as typed, or must be explained: the same for a page and for a workbook.

Rows go by column; a cell is called `row/column`. A canonical text is what a value is kept as: the shortest
exact decimal, 是 or 否, or the text itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

from meihao.base.exact import decimal_text
from meihao.base.text import Text
from meihao.documents.returns.checks import broken, told, wanting
from meihao.documents.returns.values import Problem, value_of
from meihao.documents.workbook import Cell
from meihao.figures.interpreter import Row, Value
from meihao.policy.kinds import ColumnSpec, Fact, FieldSpec, Form
from meihao.records.accounts import limits

Typed: TypeAlias = Mapping[str, str]
_YES, _NO = "是", "否"
_OWN_COLUMN = "school_code"  # of rows that are about something smaller than a school


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing at one cell: to be mended (`must`) or to be explained; `explained` is what was said of it."""

    row: int
    column: str
    severity: Literal["must", "explain"]
    text: Text
    explained: str = ""

    @property
    def cell(self) -> str:
        """`row/column`."""
        return cell(self.row, self.column)

    @property
    def open(self) -> bool:
        """Whether it stands in the way of submitting."""
        return self.severity == "must" or not explains(self.explained)


def cell(row: int, column: str) -> str:
    """What a cell is called."""
    return f"{row}/{column}"


def explains(text: str) -> bool:
    """Whether a text is long enough to explain something (records/limits.yaml)."""
    return len(text.strip()) >= limits.LIMITS.explanation_length


# --- values and their texts


def canonical(value: Value) -> str:
    """The text a value is kept as; nothing for nothing."""
    if isinstance(value, bool):
        return _YES if value else _NO
    return "" if value is None else decimal_text(value) if isinstance(value, Fraction) else storable(value)


def storable(text: str) -> str:
    """A text without what no database keeps: null characters and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def value_in(text: str, column: ColumnSpec) -> Value:
    """The value of a canonical text."""
    if not text:
        return None
    match column.kind:
        case "number":
            return Fraction(text)
        case "bool":
            return text == _YES
        case _:
            return text


def values_in(row: Typed, fact: Fact) -> Row:
    """The values of a row of canonical texts; columns that the fact no longer has are left out."""
    return {name: value_in(text, fact.columns[name]) for name, text in row.items() if name in fact.columns}


def canonical_rows(rows: Sequence[Row], form: Form) -> list[dict[str, str]]:
    """Rows of values as texts, in the order of the form's fields; empty cells are left out."""
    return [
        {spec.column: text for spec in form.fields if (text := canonical(row.get(spec.column)))}
        for row in rows
    ]


def own_column(fact: Fact) -> str | None:
    """The column that holds the code of whoever fills the form in; None where rows are about others."""
    if fact.registered_as or fact.identity == "division_code":
        return fact.identity
    return _OWN_COLUMN if _OWN_COLUMN in fact.columns and fact.identity != _OWN_COLUMN else None


# --- a draft read and checked


@dataclass(frozen=True, slots=True)
class Case:
    """What rows are checked against: form, fact, the code of the unit, what is known from elsewhere.

    `base` is what the unit's main return says, where this form completes it; `year` is the last possible.
    """

    form: Form
    fact: Fact
    code: str
    year: int
    prefilled: Mapping[str, str] = field(default_factory=dict)
    base: Row = field(default_factory=dict)


def read(rows: Sequence[Typed], case: Case) -> tuple[list[Row], list[Fault]]:
    """The values of rows as typed, and what cannot be taken or is missing."""
    values: list[Row] = []
    faults: list[Fault] = []
    for number, row in enumerate(rows):
        found: dict[str, Value] = {}
        for spec in case.form.fields:
            try:
                found[spec.column] = _taken(row.get(spec.column, ""), spec, case)
            except Problem as problem:
                faults.append(Fault(number, spec.column, "must", problem.text))
        values.append({name: value for name, value in found.items() if value is not None})
    if not rows:
        text = Text("没有填一行数据", "there is no row of data")
        faults.append(Fault(0, case.form.fields[0].column, "must", text))
    return values, faults


def _taken(typed: str, spec: FieldSpec, case: Case) -> Value:
    text = storable(typed)  # what would not be kept fills no field
    if text.strip():
        try:
            return value_of(Cell("", 0, 0, text, "text"), case.fact.columns[spec.column], case.year)
        except Problem as problem:
            zh, en = problem.text
            raise Problem(f"「{spec.label}」{zh}", f"“{spec.label}”: {en}") from None
    if spec.required:
        raise _unfilled(spec)
    return None


def _unfilled(spec: FieldSpec) -> Problem:
    return Problem(f"「{spec.label}」必填，未填", f"“{spec.label}” must be filled")


def faults(rows: Sequence[Typed], explained: Mapping[str, str], case: Case) -> list[Fault]:
    """Everything that is wrong with rows as typed, or must be explained: by row, in the order of the form."""
    values, found = read(rows, case)
    return in_order([*found, *of_values(values, case)], explained, case.form)


def of_values(rows: Sequence[Row], case: Case) -> Iterator[Fault]:
    """What does not hold of rows that could be read."""
    for number, row in enumerate(rows):
        yield from _of_row(number, row, case)
    yield from _doubled(rows, case.fact)


def in_order(found: Sequence[Fault], explained: Mapping[str, str], form: Form) -> list[Fault]:
    """Faults by row and field, what must be mended first, each with what was said of its cell."""
    places = {spec.column: place for place, spec in enumerate(form.fields)}
    said = [Fault(one.row, one.column, one.severity, one.text, explained.get(one.cell, "")) for one in found]
    return sorted(said, key=lambda one: (one.row, places.get(one.column, 0), one.severity != "must"))


def _of_row(number: int, row: Row, case: Case) -> Iterator[Fault]:
    own = own_column(case.fact)
    code = row.get(own) if own in case.form.by_column else None
    if own is not None and code is not None and code != case.code:
        text = Text(
            f"填的代码是「{code}」，本单位的是「{case.code}」",
            f"the code is “{code}”, this unit's “{case.code}”",
        )
        yield Fault(number, own, "must", text)
    yield from _against_base(number, row, case)
    merged = {**case.base, **row}
    for spec in wanting(case.form, case.fact, merged, case.form.by_column):
        yield Fault(number, spec.column, "must", _unfilled(spec).text)
    for check in broken(case.form, case.fact, merged):
        for column in check.marks:
            yield Fault(number, column, check.severity, told(check, case.fact, merged))
    yield from _changed(number, row, case)


def _against_base(number: int, row: Row, case: Case) -> Iterator[Fault]:
    """A form that completes another says what that says, where both ask."""
    for column, value in row.items():
        if column in case.base and case.base[column] != value:
            title = case.fact.titled(column)
            was = canonical(case.base[column])
            text = Text(
                f"「{title.zh}」与主表的「{was}」不一致",
                f"“{title.en}” differs from the main return's “{was}”",
            )
            yield Fault(number, column, "must", text)


def _changed(number: int, row: Row, case: Case) -> Iterator[Fault]:
    """What the registry filled in and somebody changed."""
    for spec in case.form.fields:
        before, after = case.prefilled.get(cell(number, spec.column)), canonical(row.get(spec.column))
        if before is not None and after and before != after:
            text = Text(
                f"「{spec.label}」台账带出的是 {before}，改成了 {after}，请说明原因",
                f"“{spec.label}”: the registry says {before}, this says {after}; explain",
            )
            yield Fault(number, spec.column, "explain", text)


def _doubled(rows: Sequence[Row], fact: Fact) -> Iterator[Fault]:
    seen: dict[Value, int] = {}
    for number, row in enumerate(rows):
        identity = row.get(fact.identity)
        if identity is None:
            continue
        if identity in seen:
            zh = f"与第 {seen[identity] + 1} 行重复，请删去一行"
            text = Text(zh, f"the same as row {seen[identity] + 1}: delete one")
            yield Fault(number, fact.identity, "must", text)
        seen.setdefault(identity, number)
