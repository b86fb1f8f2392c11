"""Returns as workbooks: the blank that a school fills in, and a return filled from known values.

The first sheet is the form and nothing but the form, cell for cell as it is published. Which form
it is, and since when that holds, stands in the workbook's properties, where nobody can delete it by
accident.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Protection
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from meihao.base.exact import half_up
from meihao.documents.returns.look import FieldLooks, Limits, dress_head, dress_note, heighten, set_page
from meihao.documents.xlsx import save_deterministic
from meihao.policy.kinds import ColumnSpec, Fact, FieldSpec, Form, Given

Row: TypeAlias = Mapping[str, Given]

STAMP = "meihao-form:"
NOTE_SHEET = "说明"
_YESNO = ("是", "否")
_UNIT_IN_PRINT = {"㎡": "平方米"}  # the official return writes the words in its unit column
_BLANK_ROWS = 500  # rows of a blank list that can be filled
_FORMATS = {"count": "0", "year": "0", "decimal": "General"}  # all else is text: 0123 stays 0123


def write_form(
    form: Form,
    fact: Fact,
    target: Path,
    values: Row | Sequence[Row] | None = None,
    banner: str | None = None,
) -> None:
    """Writes a form of layout `fields` (one row of values) or `rows` (a list of them).

    Without values it is a blank: protected, without a password, with only the cells to be filled
    unlocked. A number is written exactly as it is, in its column's unit. `banner` (虚构) goes into the
    properties and onto a sheet of its own, never onto the form.
    """
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    sheet: Worksheet = workbook.create_sheet(_sheet_name(form))
    if form.layout == "fields":
        _write_fields(sheet, form, fact, _one_row(values))
    else:
        _write_rows(sheet, form, fact, _many_rows(values))
    sheet.protection.sheet = values is None
    sheet.protection.formatColumns = sheet.protection.formatRows = False  # widths stay free
    _stamp(workbook, form, banner)
    save_deterministic(workbook, target)


def _sheet_name(form: Form) -> str:
    if form.sheet is None or form.layout == "table":
        raise ValueError(f"not a form that comes in: {form.key}")
    return form.sheet.sheet


def _one_row(values: Row | Sequence[Row] | None) -> Row:
    if isinstance(values, Sequence):
        raise ValueError("a form of one field a row takes one row of values")
    return values or {}


def _many_rows(values: Row | Sequence[Row] | None) -> Sequence[Row]:
    return [values] if isinstance(values, Mapping) else values or ()


# --- one field a row


def _write_fields(sheet: Worksheet, form: Form, fact: Fact, row: Row) -> None:
    assert form.sheet is not None
    headings, limits, looks = form.sheet.headings, Limits(sheet), FieldLooks()
    for place, caption in enumerate(headings.values(), 1):
        sheet.cell(1, place, caption)
    for number, field in enumerate(form.fields, 2):
        column = fact.columns[field.column]
        printed = _printed(field, column)
        cells = {part: sheet.cell(number, place, printed.get(part)) for place, part in enumerate(headings, 1)}
        looks.give(cells, _number_format(column), must_be_filled(field))
        _fill(cells["value"], row.get(field.column), column)
        limits.add(cells["value"].coordinate, column, _YESNO)
        heighten(sheet, number, cells)
    dress_head(sheet, len(headings))
    set_page(sheet, list(headings))


def must_be_filled(field: FieldSpec) -> bool:
    """Whether the form prints 是 under 是否必填: also where only some schools must fill the field."""
    return field.required or field.required_when is not None


def _printed(field: FieldSpec, column: ColumnSpec) -> dict[str, str | int | None]:
    """What stands in a field's row before it is filled."""
    return {
        "no": field.no,
        "category": field.category,
        "label": field.label,
        "unit": _unit(field, column) or None,
        "required": _YESNO[0] if must_be_filled(field) else _YESNO[1],
        "note": field.note,
    }


def _unit(field: FieldSpec, column: ColumnSpec) -> str | None:
    if field.unit is not None:
        return field.unit
    by_type = {"yesno": "/".join(_YESNO), "choice": "/".join(column.choices), "year": "年"}
    return by_type.get(column.type) or _UNIT_IN_PRINT.get(column.unit or "", column.unit)


# --- one row a thing


def _write_rows(sheet: Worksheet, form: Form, fact: Fact, rows: Sequence[Row]) -> None:
    limits, last = Limits(sheet), 1 + max(_BLANK_ROWS, len(rows))
    for place, field in enumerate(form.fields, 1):
        column, letter = fact.columns[field.column], get_column_letter(place)
        sheet.cell(1, place, field.label)
        for number, row in enumerate(rows, 2):
            cell = sheet.cell(number, place)
            cell.number_format, cell.protection = _number_format(column), Protection(locked=False)
            _fill(cell, row.get(field.column), column)
        limits.add(f"{letter}2:{letter}{last}", column, _YESNO)
        sheet.column_dimensions[letter].protection = Protection(locked=False)
        sheet.column_dimensions[letter].number_format = _number_format(column)
    must = [place for place, field in enumerate(form.fields, 1) if must_be_filled(field)]
    dress_head(sheet, len(form.fields), must)
    set_page(sheet, [fact.columns[field.column].type for field in form.fields])


# --- one value, and what the file says about itself


def _number_format(column: ColumnSpec) -> str:
    return _FORMATS.get(column.type, "@")


def _fill(cell: Cell | MergedCell, value: Given, column: ColumnSpec) -> None:
    if isinstance(value, bool):
        cell.value = _YESNO[0] if value else _YESNO[1]
    elif isinstance(value, Fraction):
        # written as its digits: a binary float would round a long decimal
        cell.value, cell.data_type = _digits(value, column), "n"
    elif value is not None:
        _fill_text(cell, ILLEGAL_CHARACTERS_RE.sub("", value))


def _fill_text(cell: Cell | MergedCell, text: str) -> None:
    """Text stays text: a name that begins with = must not become a formula on somebody's desk."""
    cell.value, cell.data_type = text, "s"
    cell.quotePrefix = text.startswith(("=", "+", "-", "@"))


def _digits(value: Fraction, column: ColumnSpec) -> str:
    rounded = half_up(value, column.scale)
    if Fraction(rounded) != value:
        raise ValueError(f"{column.title.en}: {value} has more than {column.scale} decimals")
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if column.scale else text


def _stamp(workbook: Workbook, form: Form, banner: str | None) -> None:
    properties = workbook.properties
    properties.creator, properties.title = "meihao", form.title.zh
    properties.keywords, properties.description = f"{STAMP}{form.version}", banner
    if banner is not None:
        documents = [f"依据：{r.document}{r.number or ''}，{r.clause}" for r in form.reference]
        sheet: Worksheet = workbook.create_sheet(NOTE_SHEET)
        for line in (banner, form.title.zh, *documents):
            sheet.append([line])
        dress_note(sheet)
