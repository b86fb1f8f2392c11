"""From receipts to rows: what is taken becomes tables, what is missing is known to be missing.

Two files that speak of the same school both go back, because nobody but the bureau can say which one
holds. A school whose return went back, or that the register knows and nobody reported, enters as a
row without values: undecided, not forgotten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from meihao.base.text import Text
from meihao.documents.returns.checks import check_row
from meihao.documents.returns.headers import suggestions
from meihao.documents.returns.layouts import (
    Forms,
    Reading,
    SheetReading,
    identity_of,
    labels,
    names_of,
)
from meihao.documents.returns.received import Intake, Receipt, UnknownHeader
from meihao.documents.workbook import Mark
from meihao.figures.handing_down import hand_down
from meihao.figures.interpreter import Row, Value
from meihao.figures.snapshot import Origin, Table
from meihao.policy.kinds import Fact, Form

REGISTER = "cn/institution/register"


@dataclass(frozen=True)
class _Line:
    """One row on its way into a table."""

    receipt: Receipt
    form: Form
    reading: Reading
    identity: str


def assembled(
    receipts: list[Receipt], forms: Forms, skipped: tuple[str, ...], place: str, units: str
) -> Intake:
    """The rows of every file that is taken, and who is missing; `units` is the fact asked about."""
    _refuse_doubles(receipts, forms)
    _check_completing(receipts, forms)
    tables = {key: _table(fact, _lines(receipts, forms, key), forms) for key, fact in forms.facts.items()}
    unreported = (*_add_sent_back(tables, receipts, units), *add_unregistered(tables, units))
    for table in tables.values():
        hand_down(table, tables)
    registered = REGISTER in tables and tables[REGISTER].rows
    pending = () if registered else tuple(dict.fromkeys(_pending(receipts, forms, units)))
    filled = {key: table for key, table in tables.items() if table.rows}
    unknown = tuple(_unknown(receipts, forms))
    return Intake(tuple(receipts), filled, tuple(sorted(unreported)), pending, unknown, skipped, place)


def _lines(receipts: Sequence[Receipt], forms: Forms, fact: str) -> list[_Line]:
    """The rows of one fact from files that are taken, base forms before those that complete them."""
    lines = [
        _Line(receipt, sheet.form, reading, identity)
        for receipt in receipts
        if receipt.outcome == "taken"
        for sheet in receipt.sheets
        if sheet.form.fact == fact
        for reading in sheet.rows
        if (identity := identity_of(reading, forms.facts[fact])) is not None
    ]
    return sorted(lines, key=lambda line: line.form.completes is not None)


def _refuse_doubles(receipts: list[Receipt], forms: Forms) -> None:
    """The same school in the same form twice: both files go back."""
    for fact in forms.facts.values():
        seen: dict[tuple[str, str], list[_Line]] = {}
        for line in _lines(receipts, forms, fact.key):
            seen.setdefault((line.form.key, line.identity), []).append(line)
        for (_, identity), lines in seen.items():
            times = Counter(line.receipt.name for line in lines)
            for line in lines if len(lines) > 1 else ():
                here = line.receipt.name
                others = "、".join(sorted(name for name in times if name != here or times[here] > 1))
                ref = line.reading.cells.get(fact.identity, "")
                text = Text(f"「{identity}」在 {others} 里也有一行", f"“{identity}” also stands in {others}")
                line.receipt.marks.append(Mark(line.reading.sheet, ref, "must", text))


def _check_completing(receipts: list[Receipt], forms: Forms) -> None:
    """Forms that complete another are checked against the row they complete."""
    for fact in forms.facts.values():
        lines = _lines(receipts, forms, fact.key)
        base = {line.identity: line.reading.values for line in lines if line.form.completes is None}
        for line in lines:
            if line.form.completes is not None:
                _check_against(line, base.get(line.identity), fact)


def _check_against(line: _Line, base: Row | None, fact: Fact) -> None:
    reading, name = line.reading, fact.name_column
    if base is None:
        text = Text(
            f"「{line.identity}」没有可用的主表，本表暂不计入", f"no usable main return for “{line.identity}”"
        )
        line.receipt.marks.append(Mark(reading.sheet, reading.cells.get(fact.identity, ""), "explain", text))
        return
    if base.get(name) != reading.values.get(name):
        text = Text(f"校名与主表「{base.get(name)}」不一致", f"the main return says “{base.get(name)}”")
        line.receipt.marks.append(Mark(reading.sheet, reading.cells.get(name, ""), "explain", text))
    for column, value in reading.values.items():
        if column != name and column in base and base[column] != value:
            title, ref = fact.titled(column), reading.cells[column]
            text = Text(f"「{title.zh}」与主表不一致", f"“{title.en}” differs from the main return")
            line.receipt.marks.append(Mark(reading.sheet, ref, "must", text))
    merged = Reading(reading.sheet, {**base, **reading.values}, reading.cells)
    check_row(merged, line.form, fact, reading.cells)
    line.receipt.marks += merged.marks


def _table(fact: Fact, lines: list[_Line], forms: Forms) -> Table:
    rows: dict[str, dict[str, Value]] = {}
    origins: dict[tuple[str, str], Origin] = {}
    for line in lines:
        if line.form.completes is not None and line.identity not in rows:
            continue
        row = rows.setdefault(line.identity, {fact.identity: line.identity})
        for column, value in line.reading.values.items():
            if column not in row or column == fact.identity:
                row[column] = value
                origins[line.identity, column] = _origin(line, column, forms)
    return Table(fact, dict(rows), origins)


def _origin(line: _Line, column: str, forms: Forms) -> Origin:
    workbook = line.receipt.workbook
    assert workbook is not None
    form = next(f for f in forms.family(line.form) if column in f.by_column)
    cell = line.reading.cells[column]
    return Origin(line.receipt.name, workbook.sha256, line.reading.sheet, cell, form.key)


def _add_sent_back(tables: Mapping[str, Table], receipts: Iterable[Receipt], units: str) -> Iterator[str]:
    """Schools whose return went back: known to exist, they enter as rows without values.

    Every figure that needs them is then undecided; a school must not vanish with its mistakes.
    """
    for _, sheet, reading in _sent_back_rows(receipts, units):
        table = tables[sheet.form.fact]
        identity = identity_of(reading, table.fact)
        if identity is not None and identity not in table.rows:
            known = names_of(table.fact)
            values = {name: value for name, value in reading.values.items() if name in known}
            table.rows[identity] = {table.fact.identity: identity, **values}
            yield identity


def _sent_back_rows(
    receipts: Iterable[Receipt], units: str
) -> Iterator[tuple[Receipt, SheetReading, Reading]]:
    for receipt in receipts:
        for sheet in receipt.sheets if receipt.outcome == "sent_back" else ():
            if sheet.form.completes is None and sheet.form.fact == units:
                yield from ((receipt, sheet, reading) for reading in sheet.rows)


def _pending(receipts: Iterable[Receipt], forms: Forms, units: str) -> Iterator[str]:
    """Files not taken that may hold a school nobody can name: refused, or sent back without a code."""
    listed = list(receipts)
    yield from (receipt.name for receipt in listed if receipt.outcome == "refused")
    for receipt, sheet, row in _sent_back_rows(listed, units):
        if identity_of(row, forms.facts[sheet.form.fact]) is None:
            yield receipt.name


def add_unregistered(tables: Mapping[str, Table], units: str) -> Iterator[str]:
    """Institutions of the register that should have handed in one row each, and have not."""
    register, wanted = tables.get(REGISTER), tables.get(units)
    if register is None or wanted is None:
        return  # no such form is in force on that day
    fact = wanted.fact
    for code, row in sorted(register.rows.items()):
        kind = row.get("school_type")  # a register without types leaves everybody in it open
        if code not in wanted.rows and (kind is None or kind in fact.registered_as):
            known = {fact.identity: code, fact.name_column: row.get("name"), "school_type": kind}
            wanted.rows[code] = {name: value for name, value in known.items() if name in fact.columns}
            yield code


def _unknown(receipts: Iterable[Receipt], forms: Forms) -> Iterator[UnknownHeader]:
    for receipt in receipts:
        for sheet in receipt.sheets:
            known = labels(forms.family(sheet.form))
            for name, header in sheet.unknown:
                likely = tuple(suggestions(header, known))
                yield UnknownHeader(receipt.name, name, header, sheet.form.key, likely)
