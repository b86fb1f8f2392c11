"""A secrecy grade is refused as a marking wherever it stands, and a word is no marking."""

from __future__ import annotations

from pathlib import Path

import pytest

from meihao.base.text import Refused
from meihao.documents.secrecy import graded, marking, named, refuse_marked
from meihao.documents.workbook import Cell, Sheet, Workbook

MARKED = [
    "绝密",
    "机密",
    " 秘 密 ",
    "机密★",
    "机密★1年",
    "秘密☆长期",
    "密级：秘密",
    "密级:机密★10年",
    "绝密级",
    "文件　机密★启用前",
]
WORDS = [
    "秘密花园",
    "不得填报机密内容",
    "保守国家秘密",
    "密级",
    "",
    "机密性要求",
    "商业秘密保护教育",
    "保密",
    "有无秘密：无",
]
NAMES = [
    "【机密】学校表.xlsx",
    "学校表（秘密）.xlsx",
    "机密.xlsx",
    "学校表 绝密.xlsx",
    "秘密-学校表.xlsx",
    "机密_表.xlsx",
    "〔秘密★〕.csv",
]
FREE = ["秘密花园小学.xlsx", "学校表.xlsx", "保密教育.xlsx", "机密性.xlsx", "秘密花园（东区）.xlsx"]


def book(name: str = "表.xlsx", sheet: str = "表", cell: str = "甲", **properties: str) -> Workbook:
    cells = (Cell("A1", 1, 1, "题", "text"), Cell("B2", 2, 2, cell, "text"))
    return Workbook(Path(name), "0" * 64, (Sheet(sheet, False, cells),), properties)


@pytest.mark.parametrize("text", MARKED)
def test_a_marking_is_seen_with_its_grade(text: str) -> None:
    grade = graded(text)
    assert grade is not None
    assert grade in text.replace(" ", "")


@pytest.mark.parametrize("text", WORDS)
def test_a_word_is_no_marking(text: str) -> None:
    assert graded(text) is None


@pytest.mark.parametrize("name", NAMES)
def test_a_name_may_bear_it(name: str) -> None:
    assert named(name) in {"绝密", "机密", "秘密"}


@pytest.mark.parametrize("name", FREE)
def test_a_school_may_be_called_so(name: str) -> None:
    assert named(name) is None


def test_it_is_looked_for_in_name_properties_sheets_and_cells() -> None:
    assert marking(book()) is None
    assert marking(book(name="【机密】表.xlsx")) == ("机密", "【机密】表.xlsx")
    assert marking(book(keywords="密级：秘密")) == ("秘密", "keywords")
    assert marking(book(sheet="绝密")) == ("绝密", "绝密")
    assert marking(book(cell="机密★1年")) == ("机密", "表!B2")
    assert marking(book(), {"密级": "秘密"}) == ("秘密", "密级")


def test_what_is_refused_says_where_and_that_it_was_not_kept() -> None:
    refuse_marked(book())
    with pytest.raises(Refused, match=r"表!B2.*没有收下") as refused:
        refuse_marked(book(cell="机密★1年"))
    assert "not kept" in refused.value.text.en
