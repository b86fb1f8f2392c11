"""A return as the grid shows it: each field with its cell, last year, the change, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse
from django.utils.timezone import localtime

from meihao.base.exact import half_up
from meihao.base.text import Text
from meihao.policy.kinds import ColumnSpec, Fact, FieldSpec, Form
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts.acting import Acting
from meihao.records.returns import queries, queries_cells
from meihao.records.returns.cases import case_of
from meihao.records.returns.checking import Case, Fault, cell, faults, own_column
from meihao.records.returns.models import Outcome, Return, ReturnState, Review, Submission
from meihao.ui import numbers
from meihao.ui.grid import NEXT, Box, Grid, Head, Kind, Line, Listed, Origin, Part, Past, Posted, Trouble
from meihao.ui.language import said

Rows = Sequence[Mapping[str, str]]
_YES_NO = (("是", Text("是", "yes")), ("否", Text("否", "no")))
_KINDS: Mapping[str, Kind] = {
    "count": "number",
    "decimal": "number",
    "year": "year",
    "date": "date",
    "yesno": "choice",
    "choice": "choice",
}
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
_SPARE = 10  # empty rows at the end of a list
_FIELDS_POSTED = 900  # cells that a plain form can send, below what the server takes
_OPEN = (ReturnState.ASSIGNED, ReturnState.DRAFT, ReturnState.RETURNED)


@dataclass(frozen=True, slots=True)
class Filling:
    """A return on its page: the grid, what stands in the way, and how many cells are whose."""

    filed: Return
    form: Form
    grid: Grid
    faults: tuple[Fault, ...]

    @property
    def summary(self) -> list[tuple[Fault, str]]:
        """What must be mended or explained, worst first, with the id of its cell; empty cells are counted."""
        values = {box.name: box for box in self.grid.boxes}
        shown = [
            (one, values[one.cell].id)
            for one in self.faults
            if one.open and one.cell in values and not values[one.cell].wanted
        ]
        return sorted(shown, key=lambda one: one[0].severity != "must")

    @property
    def total(self) -> int:
        """Cells in all; of a list, those of the rows that hold something."""
        return len(self.boxes)

    @property
    def boxes(self) -> list[Box]:
        """The cells that count."""
        boxes = list(self.grid.boxes)
        rows = {box.name.split("/")[0] for box in boxes if box.value}
        return boxes if self.grid.listed is None else [box for box in boxes if box.name.split("/")[0] in rows]

    @property
    def given(self) -> int:
        """Cells that the system fills."""
        return sum(box.origin != "fill" for box in self.boxes)

    @property
    def wanted(self) -> int:
        """Cells that must still be filled."""
        return sum(box.wanted for box in self.boxes)

    @property
    def typed(self) -> int:
        """Cells that were typed."""
        return sum(box.origin == "fill" and bool(box.value) for box in self.boxes)

    @property
    def blocked(self) -> Text | None:
        """Why it cannot be handed in yet; None where it can."""
        mend = sum(fault.severity == "must" for fault, _ in self.summary)
        explain = len(self.summary) - mend
        parts = [
            (n, zh.format(n=n), en.format(n=n))
            for n, zh, en in (
                (self.wanted, "还需填 {n} 项", "{n} to fill"),
                (mend, "先改正 {n} 处", "{n} to mend"),
                (explain, "说明 {n} 处", "{n} to explain"),
            )
        ]
        found = [(zh, en) for n, zh, en in parts if n]
        if not found:
            return None
        return Text("，".join(zh for zh, _ in found), ", ".join(en for _, en in found))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the cells of one return."""

    case: Case
    rows: Rows
    explained: Mapping[str, str]
    faults: Mapping[str, list[Fault]]
    last_year: Mapping[str, str]
    versions: Sequence[tuple[Submission, list[Review]]]
    year: int
    locked: bool


def filling(
    by: Acting,
    filed: Return,
    rulebook: Rulebook,
    *,
    typed: tuple[Rows, Mapping[str, str]] | None = None,
    spare: int = _SPARE,
    locked: bool = False,
) -> Filling:
    """A return on its page; `typed` has rows and explanations that are not kept yet, in place of the draft.

    `spare` empty rows stand at the end of a list. Where `locked`, or no longer open, nothing can be written.
    """
    rows, explained = typed or (filed.draft, filed.explained)
    case = case_of(filed, rulebook)
    rows = rows or ([{}] if case.form.layout == "fields" else [])
    found = tuple(faults(rows, explained, case))
    closed = locked or filed.campaign.state != "issued" or filed.state not in _OPEN
    by_cell: dict[str, list[Fault]] = {}
    for fault in found:
        by_cell.setdefault(fault.cell, []).append(fault)
    known = _Known(
        case,
        rows,
        explained,
        by_cell,
        queries_cells.last_year(by, filed),
        queries.versions(by, filed),
        filed.campaign.on.year,
        closed,
    )
    fields = case.form.layout == "fields"
    grid = Grid(
        reverse("returns:save", args=[filed.key]),
        filed.revision,
        _parts(known) if fields else (),
        None if fields else _listed(known, spare),
        closed,
        said(saved(filed)),
    )
    return Filling(filed, case.form, grid, found)


def saved(filed: Return) -> Text:
    """When a draft was kept last."""
    if filed.saved_at is None:
        return Text("还没有改动", "Nothing changed yet")
    at = f"{localtime(filed.saved_at):%H:%M}"
    return Text(f"已保存 {at}", f"Saved {at}")


# --- one field a line


def _parts(known: _Known) -> tuple[Part, ...]:
    titles = list(dict.fromkeys(spec.category for spec in known.case.form.fields))
    return tuple(
        Part(
            f"part-{number}",
            title,
            tuple(_line(known, spec) for spec in known.case.form.fields if spec.category == title),
        )
        for number, title in enumerate(titles, 1)
    )


def _line(known: _Known, spec: FieldSpec) -> Line:
    column, name = known.case.fact.columns[spec.column], cell(0, spec.column)
    box, last = _box(known, 0, spec), known.last_year.get(name, "")
    return Line(
        str(spec.no),
        said(titled(spec, column)),
        unit_of(spec, column),
        box,
        numbers.grouped(last) if column.type in ("count", "decimal") else last,
        change(last, box.value) if column.type in ("count", "decimal") else "",
        not spec.required and spec.required_when is None,
    )


def titled(spec: FieldSpec, column: ColumnSpec) -> Text:
    """What a field is called: the official label, and the title of its column in English."""
    return Text(spec.label, column.title.en)


def unit_of(spec: FieldSpec, column: ColumnSpec) -> str:
    """The unit beside a field; the words of a choice stand in the choice itself."""
    if column.type in ("yesno", "choice"):
        return ""
    return spec.unit or column.unit or ""


def change(last: str, value: str) -> str:
    """The change since last year in per cent, of one decimal; nothing where it cannot be told."""
    if not (_NUMBER.fullmatch(last) and _NUMBER.fullmatch(value)) or not Fraction(last):
        return ""
    share = half_up((Fraction(value) - Fraction(last)) / Fraction(last) * 100, 1)
    return f"{share:+f}%" if share else "0.0%"


# --- one row a thing


def _listed(known: _Known, spare: int) -> Listed:
    fields, fact = known.case.form.fields, known.case.fact
    heads = tuple(
        Head(
            said(titled(spec, fact.columns[spec.column])),
            unit_of(spec, fact.columns[spec.column]),
            not spec.required and spec.required_when is None,
        )
        for spec in fields
    )
    blank = tuple(_blank(spec, fact) for spec in fields)
    listed = Listed(
        heads,
        tuple(tuple(_box(known, number, spec) for spec in fields) for number in range(len(known.rows))),
        blank,
    )
    room = max(0, _FIELDS_POSTED // len(fields) - len(listed.rows))
    empty = 0 if known.locked else min(spare, room)
    first = len(listed.rows)
    added = tuple(listed.row(number) for number in range(first, first + empty))
    return Listed(heads, (*listed.rows, *added), blank)


def _blank(spec: FieldSpec, fact: Fact) -> Box:
    column = fact.columns[spec.column]
    return Box(
        f"{NEXT}/{spec.column}",
        _spoken(titled(spec, column), NEXT),
        kind=_KINDS.get(column.type, "text"),
        options=_options(column, ""),
    )


def _spoken(title: Text, row: str) -> Text:
    return Text(f"第 {row} 行　{title.zh}", f"Row {row}: {title.en}")


# --- one cell


def _box(known: _Known, row: int, spec: FieldSpec) -> Box:
    column, name = known.case.fact.columns[spec.column], cell(row, spec.column)
    value = known.rows[row].get(spec.column, "") if row < len(known.rows) else ""
    title = titled(spec, column)
    numbered = Text(f"第 {spec.no} 项　{title.zh}", f"No. {spec.no}: {title.en}")
    found = known.faults.get(name, [])
    wanted = not value.strip() and any(fault.severity == "must" for fault in found)
    return Box(
        name,
        numbered if known.case.form.layout == "fields" else _spoken(title, str(row + 1)),
        value,
        _KINDS.get(column.type, "text"),
        _options(column, value),
        _origin(known.case, name, spec.column, value),
        wanted,
        (*(() if wanted else _troubles(found)), *_marked(known, name, value)),
        known.explained.get(name, ""),
        _past(known, name),
        spec.note or "",
    )


def _origin(case: Case, name: str, column: str, value: str) -> Origin:
    if case.prefilled.get(name, "") != value or not value:
        return "fill"
    return "computed" if fixed(case, column) else "given"


def fixed(case: Case, column: str) -> bool:
    """Whether a column says which unit fills the form in, and so is not typed."""
    return case.form.layout == "fields" and column == own_column(case.fact)


def _options(column: ColumnSpec, value: str) -> tuple[tuple[str, Text], ...]:
    options: tuple[tuple[str, Text], ...]
    if column.type == "yesno":
        options = _YES_NO
    elif column.type == "choice":
        options = tuple((one, Text(one, one)) for one in column.choices)
    else:
        return ()
    strange = bool(value) and value not in dict(options)  # as a file or a paste may have it: nothing is lost
    return (*options, (value, Text(value, value))) if strange else options


def _troubles(found: Iterable[Fault]) -> tuple[Trouble, ...]:
    return tuple(Trouble(fault.severity, fault.text, fault.open) for fault in found)


def _marked(known: _Known, name: str, value: str) -> Iterable[Trouble]:
    """What the reviewer marked at a cell; settled once the cell says something else."""
    if not known.versions or known.locked:
        return
    last, reviews = known.versions[0]
    if not reviews or reviews[-1].outcome != Outcome.RETURNED or name not in reviews[-1].cells:
        return
    row, _, column = name.partition("/")
    before = last.rows[int(row)].get(column, "") if int(row) < len(last.rows) else ""
    reason = reviews[-1].reason
    yield Trouble("marked", Text(f"审核意见：{reason}", f"The reviewer: {reason}"), before == value)


def _past(known: _Known, name: str) -> tuple[Past, ...]:
    row, _, column = name.partition("/")
    told = [
        Past(
            Text(f"第 {one.number} 版", f"Version {one.number}"),
            one.rows[int(row)].get(column, "—") if int(row) < len(one.rows) else "—",
            f"{one.by} {localtime(one.at):%m-%d}",
        )
        for one, _ in known.versions
    ]
    if name in known.last_year:
        told.append(Past(Text("去年", "Last year"), known.last_year[name]))
    return tuple(told)


# --- what came back


@dataclass(frozen=True, slots=True)
class Typed:
    """Rows and explanations as a page sent them; `anew`: rows were left out, and those after renumbered."""

    rows: list[dict[str, str]]
    explained: dict[str, str]
    anew: bool


def typed(sent: Posted, filed: Return, rulebook: Rulebook) -> Typed:
    """What a page sent as rows of a draft: no unknown columns, no empty rows, fixed cells as they are."""
    case = case_of(filed, rulebook)
    rows: dict[int, dict[str, str]] = {}
    for name, text in sent.cells.items():
        row, _, column = name.partition("/")
        if text.strip() and column in case.form.by_column and not _kept(case, name, column):
            rows.setdefault(int(row), {})[column] = text.strip()
    if case.form.layout == "fields":
        mine: Mapping[str, str] = filed.draft[0] if filed.draft else {}
        fixed_ = {column: text for column, text in mine.items() if _kept(case, cell(0, column), column)}
        rows = {0: fixed_ | rows.get(0, {})}
    numbers = {row: number for number, row in enumerate(sorted(rows))}
    explained = {}
    for name, text in sent.explained.items():
        row, _, column = name.partition("/")
        if int(row) in numbers and column in case.form.by_column and text.strip():
            explained[cell(numbers[int(row)], column)] = text.strip()
    return Typed(
        [rows[row] for row in sorted(rows)], explained, any(row != new for row, new in numbers.items())
    )


def _kept(case: Case, name: str, column: str) -> bool:
    return fixed(case, column) and name in case.prefilled
