"""The file of the printed tables: the same bytes again, words that stay words, pages set up for print."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from meihao.base.text import Refused
from meihao.documents.tables import write_tables
from meihao.figures.engines import FastEngine
from meihao.policy.kinds import Form
from meihao.policy.rulebook import Rulebook
from tests.documents.tables_district import DAY, PRIMARY, evaluated, mixed, printed, rulebook, school


def test_the_same_district_gives_the_same_bytes(tmp_path: Path) -> None:
    backwards, fast = evaluated(mixed()[::-1]), evaluated(mixed(), FastEngine())
    written = set()
    for evaluation in (evaluated(mixed()), backwards, fast):
        write_tables(evaluation, rulebook(), tmp_path / "tables.xlsx", invented=True)
        written.add((tmp_path / "tables.xlsx").read_bytes())
    assert len(written) == 1


HOSTILE = (
    '=HYPERLINK("http://example.org","x")',
    "+1+1",
    "-2",
    "@SUM(A1)",
    "#REF!",
    "</t></is><f>1+1</f>",
    "bell\x07\nline￿",
    "{primary}",
)


def test_hostile_names_stay_words(tmp_path: Path) -> None:
    rows = [
        school(str(place), PRIMARY, name=name, multimedia_rooms=None) for place, name in enumerate(HOSTILE)
    ]
    target = tmp_path / "tables.xlsx"
    write_tables(evaluated(rows), rulebook(), target, invented=True)
    cells = [cell for sheet in load_workbook(target) for row in sheet for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    names = [cell.value for cell in load_workbook(target)["表2-2"]["B"][3 : 3 + len(HOSTILE)]]
    assert names == [*HOSTILE[:6], "bell  line ", "{primary}"]
    with ZipFile(target) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "/sheet" in name]
    assert not any(re.search("<f[ >]", sheet) for sheet in sheets)


def test_text_like_a_formula_stays_text_after_editing(tmp_path: Path) -> None:
    book = printed(tmp_path, school("1", PRIMARY, name="=1+1")).book
    assert book["表2-2"]["B4"].quotePrefix


def test_pages_are_set_up_for_print(tmp_path: Path) -> None:
    found = printed(tmp_path, school("1", PRIMARY))
    sheets: list[Any] = found.book.worksheets
    for sheet in sheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddHeader.left.text == "自评测算结果（非国家认定）"
        assert sheet.oddHeader.right.text == "虚构"
        assert "&P" in sheet.oddFooter.right.text
    assert found.book["表2-2"].print_title_rows == "$1:$3"


def test_a_real_district_is_not_called_invented(tmp_path: Path) -> None:
    found = printed(tmp_path, school("1", PRIMARY), invented=False)
    sheets: list[Any] = found.book.worksheets
    assert [sheet.oddHeader.right.text for sheet in sheets] == [None] * 10
    assert "虚构" not in str([list(sheet.values) for sheet in sheets])


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("", "没有写 table"),
        (
            "table: {sheet: 表3, fills: dispersions, caption: 表Ⅲ, columns: [{caption: 某项, shows: r9}]}\n",
            "shows 不明：r9",
        ),
    ],
    ids=["without a table", "with an unknown column"],
)
def test_a_table_that_cannot_be_filled_is_refused(tmp_path: Path, table: str, words: str) -> None:
    form = rulebook().get(Form, "cn/compulsory-balance/table-iii", DAY)
    path = tmp_path / f"{form.key}.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(
        f"kind: form\nkey: {form.key}\ntitle: {{zh: 表, en: table}}\nsince: 2017-04-01\n"
        "reference: [{document: 表, number: null, clause: 表}]\nconfidence: H\n"
        f"reviewed: {{by: null, on: null, next: null}}\nlayout: table\nfact: {form.fact}\n{table}",
        encoding="utf-8",
    )
    rules = Rulebook.load(tmp_path)
    with pytest.raises(Refused, match=words):
        write_tables(evaluated([school("1", PRIMARY)], rules=rules), rules, tmp_path / "t.xlsx", True)
