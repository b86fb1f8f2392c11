"""Clauses out of pasted text: 第十二条 with its chapters, or an outline of 一、 and （一）.

Where there is a single 第…条, the text is taken by articles and everything under one is its text. Without
any it is an outline: 一、 is a clause and （一） under it is 一（一）.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import normalize

from meihao.base.text import Refused, Text

_HAN = "〇零一二三四五六七八九十百千两"
_ARTICLE = re.compile(rf"(第\s*[{_HAN}\d]+\s*条(?:之[{_HAN}\d]+)?)[\s:：]*(.*)")
_CHAPTER = re.compile(rf"(第\s*[{_HAN}\d]+\s*[编章节])\s*(.*)")
_FIRST = re.compile(rf"([{_HAN}]+)、\s*(.*)")
_SECOND = re.compile(rf"[（(]([{_HAN}]+)[）)]\s*(.*)")
_CITED = re.compile(rf"第\s*[{_HAN}\d]+\s*条(?:之[{_HAN}\d]+)?")
_OUTLINE = re.compile(rf"([{_HAN}]+)(?:[（(]([{_HAN}]+)[）)])?")
_DIGITS = {**{han: digit for digit, han in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MOST = 200_000  # letters


@dataclass(frozen=True, slots=True)
class Found:
    """One clause of a pasted text; `line` is where it begins, from 1."""

    number: str
    chapter: str
    text: str
    line: int

    @property
    def anchor(self) -> str:
        """What a link names it by."""
        return anchor(self.number)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a pasted text was read as; `before` is what stands ahead of the first clause and is in none."""

    clauses: tuple[Found, ...]
    before: str
    doubts: tuple[Text, ...]


def value(han: str) -> int:
    """The number that Chinese or Arabic numerals write: 二十一 is 21, 一百零三 is 103."""
    if han.isdigit() and han.isascii():
        return int(han)
    total, digit = 0, 0
    for letter in han:
        if letter in _UNITS:
            total, digit = total + (digit or 1) * _UNITS[letter], 0
        else:
            digit = digit * 10 + _DIGITS[letter] if digit else _DIGITS[letter]
    return total + digit


def anchor(number: str) -> str:
    """`c12` for 第十二条 and 第 12 条, `s1-3` for 一（三）, and a short hash for what is no numeral."""
    plain = re.sub(r"\s", "", normalize("NFKC", number))
    if _CITED.fullmatch(plain):
        return "c" + "-".join(str(value(part)) for part in re.findall(rf"[{_HAN}\d]+", plain))
    outline = _OUTLINE.fullmatch(plain.rstrip("、"))
    if outline is not None:
        return "s" + "-".join(str(value(part)) for part in outline.groups() if part)
    return "n" + hashlib.sha256(plain.encode()).hexdigest()[:10]


def cited(clause: str) -> tuple[str, ...]:
    """The anchors a citation may mean: each 第…条 in it, or else the citation as a whole."""
    articles = _CITED.findall(clause)
    return tuple(anchor(number) for number in articles) or (anchor(clause),)


def read(pasted: str) -> Reading:
    """Reads the clauses of a pasted text. Raises `Refused` where there are none or a number comes twice."""
    if len(pasted) > _MOST:
        raise Refused(f"一次最多粘贴 {_MOST} 字，请分次录入。", f"Paste {_MOST} letters at most at a time.")
    lines = [line.replace("\u3000", " ").strip() for line in pasted.replace("\0", "").splitlines()]
    steps = _articles if any(_ARTICLE.fullmatch(line) for line in lines) else _outline
    before, clauses = _gathered(lines, steps(lines))
    if not clauses:
        raise Refused(
            "没有认出条款：条款须以「第…条」「一、」或「（一）」开头，各占一行。",
            "No clause was found: each begins a line with 第…条, 一、 or （一）.",
        )
    _once(clauses)
    return Reading(tuple(clauses), before, tuple(_gaps(clauses)))


@dataclass(frozen=True, slots=True)
class _Start:
    line: int
    number: str  # nothing: a chapter, which ends the clause before it
    chapter: str
    text: str


def _articles(lines: list[str]) -> Iterator[_Start]:
    chapter = ""
    for at, line in enumerate(lines):
        if found := _ARTICLE.fullmatch(line):
            yield _Start(at, re.sub(r"\s", "", found[1]), chapter, found[2])
        elif (found := _CHAPTER.fullmatch(line)) and len(line) <= 40:
            chapter = f"{found[1].replace(' ', '')} {found[2]}".strip()
            yield _Start(at, "", chapter, "")


def _outline(lines: list[str]) -> Iterator[_Start]:
    upper = chapter = ""
    for at, line in enumerate(lines):
        if found := _FIRST.fullmatch(line):
            upper, chapter = found[1], line[:80] if len(line) <= 40 else ""
            yield _Start(at, f"{upper}、", "", found[2])
        elif found := _SECOND.fullmatch(line):
            yield _Start(at, f"{upper}（{found[1]}）", chapter, found[2])


def _gathered(lines: list[str], starts: Iterator[_Start]) -> tuple[str, list[Found]]:
    found = list(starts)
    first = found[0].line if found else len(lines)
    ends = [*(start.line for start in found[1:]), len(lines)][: len(found)]
    clauses = [
        Found(one.number, one.chapter[:80], _joined([one.text, *lines[one.line + 1 : end]]), one.line + 1)
        for one, end in zip(found, ends, strict=True)
        if one.number
    ]
    return _joined(lines[:first]), clauses


def _joined(lines: list[str]) -> str:
    return "\n".join(line for line in lines if line)


def _once(clauses: list[Found]) -> None:
    seen: dict[str, Found] = {}
    for one in clauses:
        other = seen.setdefault(one.anchor, one)
        if other is not one:
            raise Refused(
                f"第 {one.line} 行的「{one.number}」与第 {other.line} 行重号。附件请分开录入。",
                f"Line {one.line}: {one.number} was already on line {other.line}. Enter an annex separately.",
            )


def _gaps(clauses: list[Found]) -> Iterator[Text]:
    """What to look at again: article numbers that do not follow one another."""
    numbers = [int(one.anchor[1:]) for one in clauses if re.fullmatch(r"c\d+", one.anchor)]
    for before, after in pairwise(numbers):
        if after != before + 1:
            zh = f"第 {before} 条之后是第 {after} 条，请核对是否漏贴。"
            yield Text(zh, f"Article {after} follows {before}: see whether some are missing.")
