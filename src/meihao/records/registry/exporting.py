"""A table as a workbook: what is shown, each cell a text, and a hidden sheet that says where it is from."""

from __future__ import annotations

import io
import re
from datetime import date
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.timezone import localtime
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from meihao.base.text import Text
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.carrying import carried
from meihao.ui.language import said
from meihao.ui.tables import Table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTH = 18
# no workbook holds these: XML 1.0, 2.2
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def workbook(table: Table, name: Text, by: Acting, as_of: date, action: str) -> HttpResponse:
    """The workbook of a table, named after it, the day, and whoever takes it; the trail has it first."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(said(name)[:31])
    for number in range(1, len(table.columns) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
    sheet.freeze_panes = "A2"
    _row(sheet, [said(column.title) for column in table.columns], bold=True)
    for row in table.rows:
        _row(sheet, [cell.text for cell in row.cells])
    _provenance(book.create_sheet("来源"), table, by, as_of)
    data = carried(by, action, _bytes(book), rows=len(table.rows), detail={"as_of": as_of, "what": name.zh})
    return _answer(data, f"{said(name)}_{as_of}_{by.name}.xlsx")


def _row(sheet: WriteOnlyWorksheet, texts: list[str], *, bold: bool = False) -> None:
    cells = []
    for text in texts:
        cell = WriteOnlyCell(sheet, value=_NO_XML.sub("\N{REPLACEMENT CHARACTER}", text))
        cell.data_type = "s"  # what begins with = + - @ is text too, and a code keeps its zeros
        cell.font = Font(bold=bold)
        cells.append(cell)
    sheet.append(cells)


def _provenance(sheet: WriteOnlyWorksheet, table: Table, by: Acting, as_of: date) -> None:
    sheet.sheet_state = "hidden"  # type: ignore[attr-defined]
    chosen = [
        f"{said(one.title)}：{'、'.join(said(title) for _, title in one.picked)}"
        for one in table.filters
        if one.chosen
    ]
    for what, value in (
        ("截至", str(as_of)),
        ("筛选", "；".join(chosen)),
        ("查找", table.search),
        ("行数", str(table.total)),
        ("导出人", by.name),
        ("导出时间", f"{localtime(by.at):%Y-%m-%d %H:%M}"),
    ):
        _row(sheet, [what, value])


def _bytes(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _answer(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
