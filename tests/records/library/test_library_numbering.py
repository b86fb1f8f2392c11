"""Clauses out of pasted text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meihao.base.text import Refused
from meihao.records.library import numbering

ARTICLES = """
专职督学管理办法（试行）
第一章　总则
第一条　为加强专职督学管理，制定本办法。
第二条　专职督学应当：
（一）熟悉教育法律法规；
（二）每学期到校不少于二十次。
第二章　考核
第三条　年度考核每年一次。
第五条 本办法试行两年。
"""
OUTLINE = """各学校：
一、工作目标
到 2026 年，课后服务全覆盖。
二、工作要求
（一）自愿参加。
不得强制。
（二）严禁上新课。
三、本通知自印发之日起施行。
"""


def test_articles_are_read_with_their_chapters() -> None:
    reading = numbering.read(ARTICLES)
    assert [(one.number, one.anchor, one.chapter) for one in reading.clauses] == [
        ("第一条", "c1", "第一章 总则"),
        ("第二条", "c2", "第一章 总则"),
        ("第三条", "c3", "第二章 考核"),
        ("第五条", "c5", "第二章 考核"),
    ]
    assert (
        reading.clauses[1].text == "专职督学应当：\n（一）熟悉教育法律法规；\n（二）每学期到校不少于二十次。"
    )
    assert reading.clauses[2].text == "年度考核每年一次。"
    assert reading.before == "专职督学管理办法（试行）"
    assert [doubt.zh for doubt in reading.doubts] == ["第 3 条之后是第 5 条，请核对是否漏贴。"]


def test_an_outline_is_read_by_its_two_levels() -> None:
    found = numbering.read(OUTLINE).clauses
    assert [(one.number, one.anchor) for one in found] == [
        *(("一、", "s1"), ("二、", "s2"), ("二（一）", "s2-1"), ("二（二）", "s2-2"), ("三、", "s3")),
    ]
    assert [one.text for one in found] == [
        *("工作目标\n到 2026 年，课后服务全覆盖。", "工作要求", "自愿参加。\n不得强制。", "严禁上新课。"),
        "本通知自印发之日起施行。",
    ]


@pytest.mark.parametrize(
    ("pasted", "says"),
    [
        ("没有条款的一段话", "没有认出条款"),
        ("第一条 甲\n第二条 乙\n第1条 丙", "第 3 行的「第1条」与第 1 行重号"),
        ("字" * 200_001, "最多"),
    ],
)
def test_what_cannot_be_read_says_where(pasted: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        numbering.read(pasted)


def han(number: int) -> str:
    """Written another way than it is read: digit by digit with its unit, as one speaks."""
    digits, told, gap = f"{number:04d}", "", False
    for digit, unit in zip(digits, ("千", "百", "十", ""), strict=True):
        if digit == "0":
            gap = bool(told)
            continue
        told += ("零" if gap else "") + "零一二三四五六七八九"[int(digit)] + unit
        gap = False
    return told.removeprefix("一") if told.startswith("一十") else told


@given(st.integers(1, 9999))
def test_numerals_are_read_as_they_are_spoken(number: int) -> None:
    assert numbering.value(han(number)) == number == numbering.value(str(number))
    assert numbering.anchor(f"第{han(number)}条") == numbering.anchor(f"第 {number} 条") == f"c{number}"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = numbering.read(f"第一条 {text}").clauses
    except Refused:
        return
    assert len({one.anchor for one in found}) == len(found) >= 1


@pytest.mark.parametrize(
    ("clause", "anchors"),
    [
        ("第 5 条", ("c5",)),
        ("第六条、第二十八条", ("c6", "c28")),
        ("第六条（最小范围）、第二十八条（不满十四周岁）", ("c6", "c28")),
        ("三（一）", ("s3-1",)),
        ("第十二条之一", ("c12-1",)),
    ],
)
def test_a_citation_names_its_anchors(clause: str, anchors: tuple[str, ...]) -> None:
    assert numbering.cited(clause) == anchors


def test_other_citations_have_an_anchor_that_stays() -> None:
    assert (
        numbering.anchor("资源配置（四）")
        == numbering.anchor("资源配置 (四)")
        != numbering.anchor("资源配置（五）")
    )
