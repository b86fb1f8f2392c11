"""The one page: the finding first, a bounded number of lines, nothing that the bureau has not said."""

from __future__ import annotations

import io
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from meihao.base.text import LANGS, Lang
from meihao.documents.gaps import Grade, gaps_of
from meihao.documents.onepage import write_one_page
from meihao.documents.onepage.lines import Line, failing, some, undecided
from meihao.documents.onepage.page import MOST_FAILING, MOST_OPEN
from meihao.documents.report import Report
from meihao.documents.word import clipped
from tests.documents.handed_on import asked, assigned, evaluated, hundreds, report, schools
from tests.documents.test_gaps import PRESCHOOL, kindergarten

TASKS = assigned(r5={"owner": "基建科", "deadline": "2026-08-31"})


class Page:
    """The page read back: its paragraphs, and each table as rows of texts."""

    def __init__(self, folder: Path, of: Report, lang: Lang = "zh") -> None:
        (self.path,) = write_one_page(of, folder, lang)
        document = Document(str(self.path))
        self.words = [p.text for p in document.paragraphs]
        self.tables = [[[cell.text for cell in row.cells] for row in t.rows] for t in document.tables]
        section = document.sections[0]
        self.around = [section.header.paragraphs[0].text, section.footer.paragraphs[0].text]

    @property
    def whole(self) -> str:
        cells = [text for table in self.tables for row in table for text in row]
        return "\n".join([*self.words, *cells, *self.around])


def test_the_title_is_the_finding(tmp_path: Path) -> None:
    page = Page(tmp_path, report())
    assert page.words[0] == "某区　义务教育优质均衡　未达标"
    assert page.words[1].startswith("未达标：资源配置、政府保障程度")
    assert page.words[2].startswith("缺 ")
    assert "体育运动场馆" in page.words[2]
    assert "自评测算结果（非国家认定）" in page.words[3]
    assert page.around[0].startswith("虚构")


def test_every_block_has_its_result_without_and_with_relaxation(tmp_path: Path) -> None:
    evaluation = evaluated()
    table = Page(tmp_path, report(evaluation)).tables[0]
    blocks = evaluation.plan.standard.blocks
    assert table[0][:3] == ["板块", "不计放宽", "计入放宽"]
    assert [row[0] for row in table[1:]] == [*(block.title.zh for block in blocks.values()), "整体"]
    assert [row[1] for row in table[1:-1]] == [evaluation.block(name).state.words.zh for name in blocks]
    found = gaps_of(evaluation)
    assert table[-1][3:] == [str(sum(gap.grade is g for gap in found) or "") for g in Grade]


def test_a_place_that_asks_more_has_a_column_of_its_own(tmp_path: Path) -> None:
    rows = [kindergarten("K1", small_children=87)]
    there = {"division_code": "990106", "registered_children": 100}
    found = evaluated(rows, district=there, plan=asked(PRESCHOOL, "410106"))
    table = Page(tmp_path, report(found)).tables[0]
    assert table[0][3] == "地方要求"
    assert table[1][1] != table[1][3] == "未达标"
    assert "地方要求" not in Page(tmp_path, report()).tables[0][0]


def test_who_mends_it_by_when_is_what_the_bureau_said_or_open(tmp_path: Path) -> None:
    rows = Page(tmp_path, report(assignments=TASKS)).tables[1][1:]
    said = {row[0]: row[4:] for row in rows}
    assert said.pop("r5") == ["基建科", "2026-08-31"]
    assert said
    assert all(told == ["待定", "待定"] for told in said.values())


def test_amounts_of_one_kind_are_one_line_with_their_sum(tmp_path: Path) -> None:
    rows = [*schools(), {**schools()[0], "school_code": "6", "name": "第六小学"}]
    table = Page(tmp_path, report(rows=rows)).tables[1]
    line = next(row for row in table if row[2] == "体育运动场馆")
    assert line[:4] == ["r5", "3100 ㎡", "体育运动场馆", "学校1等 2 个校段"]


def test_what_is_undecided_says_why_and_who_owes_it(tmp_path: Path) -> None:
    table = Page(tmp_path, report(undeclared=["q7.practice"])).tables[2]
    text = "\n".join(" ".join(row) for row in table)
    assert "未认定：q7 综合实践活动有效开展" in text
    assert "国家结果未给出：q9" in text
    assert "学校填报表格" in text


def test_an_extreme_district_keeps_to_its_lines_and_counts_the_rest(tmp_path: Path) -> None:
    of = hundreds()
    gaps = gaps_of(of.evaluation)
    page = Page(tmp_path, of)
    assert [len(table) - 1 for table in page.tables[1:]] == [
        MOST_FAILING,
        min(MOST_OPEN, len(undecided(gaps, "zh"))),
    ]
    rest = len(failing(gaps, "zh")) - MOST_FAILING
    assert rest > 0
    assert f"另有 {rest} 类见 03 表" in page.whole
    codes = {row[0] for row in page.tables[1][1:]}
    assert codes <= {"", *(gap.code for gap in gaps)}
    assert {code[:1] for code in codes} == {"r", "g", "q", ""}  # the last: 申报条件, 一票否决


@pytest.mark.parametrize("lang", LANGS)
def test_both_languages_say_the_same_result(tmp_path: Path, lang: Lang) -> None:
    evaluation = evaluated()
    page = Page(tmp_path, report(evaluation), lang)
    assert evaluation.whole.words.said(lang) in page.words[0]
    assert len(page.tables[1]) - 1 == len(failing(gaps_of(evaluation), lang))
    assert evaluation.snapshot.short_hash in page.around[1]


def test_nothing_short_is_said_so(tmp_path: Path) -> None:
    page = Page(tmp_path, report(rows=[]))
    assert "没有确定未达标的板块" in page.words
    assert "没有确定未达标的。" in page.words


def test_the_same_district_gives_the_same_bytes(tmp_path: Path) -> None:
    written = {Page(tmp_path, report(rows=rows)).path.read_bytes() for rows in (schools(), schools()[::-1])}
    assert len(written) == 1
    with ZipFile(io.BytesIO(written.pop())) as package:  # a clock ticks too slowly for bytes to show it
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    written = {Page(tmp_path, report(rows=schools())).path.read_bytes()}
    assert Page(tmp_path, report(rows=schools()[:2])).path.read_bytes() not in written


# --- how lines are chosen and cut


def line(block: str, number: int) -> Line:
    title = asked().standard.title
    return Line(block, str(number), "", "", title, "", "", "", False, 1)


@given(st.lists(st.sampled_from("abcde"), max_size=60), st.integers(min_value=1, max_value=20))
def test_every_block_is_shown_before_any_is_shown_twice(blocks: list[str], most: int) -> None:
    lines = [line(block, number) for number, block in enumerate(blocks)]
    kept = some(lines, most)
    assert len(kept) == min(most, len(lines))
    assert kept == sorted(kept, key=lambda one: int(one.code))
    if len(set(blocks)) <= most:
        assert {one.block for one in kept} == set(blocks)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))), st.integers(min_value=10, max_value=80))
def test_words_are_cut_to_their_room_and_show_it(text: str, width: int) -> None:
    cut = clipped(text, width, 9.5)
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]) and len(cut) <= len(text))
    assert clipped(cut, width, 9.5) == cut
