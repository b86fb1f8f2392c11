"""What must hold between the fields of a row, and what must be explained where it does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from meihao.base.text import Text
from meihao.documents.returns.layouts import Reading
from meihao.figures.interpreter import Interpreter, Row
from meihao.policy.kinds import Check, Fact, FieldSpec, Form


def wanting(form: Form, fact: Fact, row: Row, present: Iterable[str]) -> Iterator[FieldSpec]:
    """Fields that this row must fill because of another field, and has not."""
    reader, columns = Interpreter(fact, row), set(present)
    for field in form.fields:
        if field.required_when is None or field.column not in columns:
            continue
        if row.get(field.column) is None and reader.truth(field.required_when) is True:
            yield field


def broken(form: Form, fact: Fact, row: Row) -> Iterator[Check]:
    """The checks of a form that do not hold; a check on a missing field is not decided and passes."""
    reader = Interpreter(fact, row)
    return (check for check in form.checks if reader.truth(check.holds) is False)


def check_row(reading: Reading, form: Form, fact: Fact, present: Iterable[str]) -> None:
    """Marks what a row must fill and has not, and what does not hold of it."""
    for missing in wanting(form, fact, reading.values, present):
        if missing.column in reading.cells:
            text = Text(f"「{missing.label}」必填，未填", f"“{missing.label}” must be filled")
            reading.mark(reading.cells[missing.column], text)
    for check in broken(form, fact, reading.values):
        for column in check.marks:
            text = told(check, fact, reading.values)
            reading.mark(reading.cells.get(column, ""), text, must=check.severity == "must")


def told(check: Check, fact: Fact, row: Row) -> Text:
    """A check in words, with the values of the cells it marks."""
    values = {column: _shown(row, column) for column in check.marks}
    zh = "，".join(f"「{fact.titled(column).zh}」为 {value}" for column, value in values.items())
    en = ", ".join(f"“{fact.titled(column).en}” is {value}" for column, value in values.items())
    return Text(f"{check.says.zh}（{zh}）", f"{check.says.en} ({en})")


def _shown(row: Mapping[str, object], column: str) -> str:
    value = row.get(column)
    if isinstance(value, bool):
        return "是" if value else "否"
    return "—" if value is None else str(value)
