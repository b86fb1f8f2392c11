"""`form`, `mapping` and `calendar`: what comes in, what goes out, under which headers, in which year."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from meihao.policy.kinds.base import Day, Formula, Model, Policy, Words
from meihao.policy.kinds.clauses import Total


class FieldSpec(Model):
    """One field of a form: its number and official label, the column it fills, whether it must be filled.

    `unit` is the unit cell as the form prints it where that is not the column's own unit ("" for a
    blank cell).
    """

    no: int
    column: str
    label: str
    category: str
    required: bool
    required_when: Formula | None = None
    unit: str | None = None
    note: str | None = None
    aliases: tuple[str, ...] = ()


class Check(Model):
    """Something that must hold of a filled row (`must`), or be explained where it does not (`explain`)."""

    severity: Literal["must", "explain"]
    holds: Formula
    marks: tuple[str, ...] = Field(min_length=1)
    says: Words


class Layout(Model):
    """How a return is laid out: the sheet and the captions of its heading row."""

    sheet: str
    headings: dict[str, str] = Field(default_factory=dict)


class TableColumn(Model):
    """One column of a printed table; `within` are the captions over its group, outermost first."""

    code: str | None = None
    caption: str
    shows: str
    places: int | None = None
    within: tuple[str, ...] = ()


class PrintedTable(Model):
    """An official table: its captions, columns and notes, exactly as published.

    `fills` says what its rows are: a summary by stage, the schools, dispersions by stage, one grid of the
    district's numbers, or the clauses of `block`. `totals` are numbers of the district that only this
    table asks for; the numbers of a grid are theirs or those of `clause`, one row for each of
    `row_captions` (whose key is put before the names in `shows`).
    """

    sheet: str
    fills: Literal["summary", "schools", "dispersions", "grid", "clauses"]
    caption: str
    columns: tuple[TableColumn, ...] = ()
    totals: dict[str, Total] = Field(default_factory=dict)
    block: str | None = None
    clause: str | None = None
    head_row: int = 2
    row_captions: dict[str, str] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Form(Policy):
    """A form that comes in (`fields`: one field a row; `rows`: one row a thing) or a table that goes out.

    `into` says where its rows go: into figures, as a return, or into the registry, which holds people.
    """

    kind: Literal["form"]
    layout: Literal["fields", "rows", "table"]
    into: Literal["figures", "registry"] = "figures"
    fact: str
    sheet: Layout | None = None
    completes: str | None = None
    fields: tuple[FieldSpec, ...] = ()
    checks: tuple[Check, ...] = ()
    table: PrintedTable | None = None

    @property
    def by_column(self) -> dict[str, FieldSpec]:
        """Its fields by the column they fill."""
        return {field.column: field for field in self.fields}


class Heading(Model):
    """What one header of somebody's own sheet means; nothing is taken until a person has confirmed it."""

    column: str | None
    unit: str | None
    confirmed_by: str | None
    confirmed_on: date | None


class Mapping_(Policy):  # noqa: N801  (typing.Mapping is taken)
    """Foreign headers of collated sheets, translated into the columns of a form."""

    kind: Literal["mapping"]
    form: str
    headers: dict[str, Heading]


class Calendar(Policy):
    """When the school year starts and which day is counted."""

    kind: Literal["calendar"]
    school_year_starts: Day
    census: Day
