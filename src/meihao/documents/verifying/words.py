"""A difference in words, with what cannot be seen made visible."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from itertools import zip_longest

from meihao.base.text import Lang, Text
from meihao.documents.sealing import Shown
from meihao.documents.verifying.differences import Difference, What

_MARKS: Mapping[str, Text] = {
    "ink": Text("字迹看不见", "cannot be read"),
    "fill": Text("重复填满单元格", "repeated until the cell is full"),
}
_MARGINS: Mapping[str, Text] = {
    "area": Text("打印区域", "print area"),
    "oddHeader": Text("页眉", "header"),
    "oddFooter": Text("页脚", "footer"),
    "evenHeader": Text("偶数页页眉", "header of even pages"),
    "evenFooter": Text("偶数页页脚", "footer of even pages"),
    "firstHeader": Text("首页页眉", "header of the first page"),
    "firstFooter": Text("首页页脚", "footer of the first page"),
    "left": Text("左", "left"),
    "center": Text("中", "centre"),
    "right": Text("右", "right"),
}
_COVERS: Mapping[str, Text] = {
    "drawing": Text("图形、图片或文本框", "a shape, picture or text box"),
    "legacyDrawing": Text("批注或控件", "a note or control"),
    "picture": Text("背景图片", "a background picture"),
    "controls": Text("控件", "a control"),
    "oleObjects": Text("嵌入对象", "an embedded object"),
    "conditionalFormatting": Text("条件格式", "a conditional format"),
    "sparklineGroups": Text("迷你图", "sparklines"),
    "sheetView": Text("不显示零值", "zeros not shown"),
    "sheetFormatPr": Text("默认行高或列宽为零", "a default height or width of nothing"),
    "macros": Text("宏", "macros"),
    "chart": Text("不是表格，是图表或宏表", "a chart or macro sheet, no table"),
}
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})
_NONE = Text("", "")
_NOTHING = Text("（空）", "(empty)")


_LONGEST, _BEFORE = 40, 12  # characters shown of a long text, and of these before the first that differs
_WHOLE: Mapping[What, Text] = {
    What.LINE_ADDED: Text("整{line}是加进来的", "the whole {line} was put in"),
    What.LINE_REMOVED: Text(
        "整{line}被删去（写的是原来的位置）", "the whole {line} was taken out (its former place)"
    ),
    What.MERGED: Text("单元格被合并", "cells were joined"),
    What.UNMERGED: Text("合并的单元格被拆开", "joined cells were parted"),
    What.HIDDEN: Text("{line}被隐藏", "the {line} was hidden"),
    What.UNHIDDEN: Text("隐藏的{line}被显示", "the hidden {line} was shown"),
    What.COVERED: Text("加了{cover}", "{cover} was added"),
    What.UNCOVERED: Text("去掉了{cover}", "{cover} was taken away"),
    What.SHEET_ADDED: Text("工作表是加进来的", "the sheet was put in"),
    What.SHEET_REMOVED: Text("工作表被删去", "the sheet was taken out"),
    What.SHEET_RENAMED: Text("工作表改名：{was} → {present}", "the sheet was renamed: {was} → {present}"),
    What.ORDER: Text("工作表的顺序：{was} → {present}", "the order of the sheets: {was} → {present}"),
    What.MARGIN: Text("{margin}：{was} → {present}", "{margin}: {was} → {present}"),
    What.LOOK: Text("显示方式：{was} → {present}", "how it is shown: {was} → {present}"),
    What.CHANGED: Text("{was} → {present}", "{was} → {present}"),
    What.ADDED: Text("{was} → {present}", "{was} → {present}"),
    What.REMOVED: Text("{was} → {present}", "{was} → {present}"),
}


def told(difference: Difference) -> Text:
    """What was changed and how; where it was is told beside it."""
    words, hint = _WHOLE[difference.what], _hint(difference)
    return Text(_filled(words.zh, difference, "zh") + hint.zh, _filled(words.en, difference, "en") + hint.en)


def _filled(words: str, difference: Difference, lang: Lang) -> str:
    line, margin, cover = _line(difference.ref), _margin(difference.ref), _COVERS.get(difference.ref)
    was, present = _values(difference)
    return words.format(
        line=line.said(lang),
        margin=margin.said(lang),
        cover=cover.said(lang) if cover else difference.ref,
        was=was.said(lang),
        present=present.said(lang),
    )


def _line(ref: str) -> Text:
    if not ref:
        return Text("工作表", "sheet")
    return Text("行", "row") if ref[0].isdecimal() else Text("列", "column")


def _margin(ref: str) -> Text:
    names = [_MARGINS[part] for part in ref.split(".") if part in _MARGINS]
    return Text("".join(name.zh for name in names), ", ".join(name.en for name in names))


def _values(difference: Difference) -> tuple[Text, Text]:
    was, present = difference.was, difference.present
    if difference.what is What.LOOK:
        return _look(was), _look(present)
    start = _first_unlike(was, present)
    return _value(was, start), _value(present, start)


def _look(shown: Shown | None) -> Text:
    """A number format, and what else decides whether a cell can be read."""
    assert shown is not None
    marks = [_MARKS[mark] for mark in shown.marks if mark in _MARKS]
    plain = visible(shown.look).replace("\\", "") or "General"
    return Text("，".join([plain, *(m.zh for m in marks)]), ", ".join([plain, *(m.en for m in marks)]))


def _value(shown: Shown | None, start: int) -> Text:
    """A number as it is, words in quotation marks: 0.62 is not 「0.62」."""
    if shown is None:
        return _NOTHING
    text = visible(_clipped(shown.text, start))
    return Text(f"「{text}」", f"“{text}”") if shown.kind in ("text", "") else Text(text, text)


def _first_unlike(was: Shown | None, present: Shown | None) -> int:
    if was is None or present is None:
        return 0
    letters = enumerate(zip_longest(was.text, present.text))
    return next((place for place, (old, new) in letters if old != new), 0)


def _clipped(text: str, start: int) -> str:
    if len(text) <= _LONGEST:
        return text
    first = max(0, start - _BEFORE)
    last = first + _LONGEST
    return f"{'…' if first else ''}{text[first:last]}{'…' if last < len(text) else ''}"


def visible(text: str) -> str:
    """Text with what has no shape of its own written out: a zero-width space as ⟨U+200B⟩."""
    return "".join(_shaped(letter) for letter in text)


def _shaped(letter: str) -> str:
    blank = unicodedata.category(letter) == "Zs" and letter not in " \u3000"
    hidden = unicodedata.category(letter) in _INVISIBLE
    return f"⟨U+{ord(letter):04X}⟩" if blank or hidden else letter


def _hint(difference: Difference) -> Text:
    """What the eye would miss: the same digits as words, a letter of another alphabet."""
    was, present = difference.was, difference.present
    if (
        difference.what is not What.CHANGED
        or was is None
        or present is None
        or "formula" in (was.kind, present.kind)
    ):
        return _NONE
    if was.text == present.text:
        return Text("（数与文本互换）", " (a number is not a text)")
    place = _first_unlike(was, present)
    pair = was.text[place : place + 1], present.text[place : place + 1]
    if "" in pair or _alphabet(pair[0]) == _alphabet(pair[1]) or visible("".join(pair)) != "".join(pair):
        return _NONE
    codes = " → ".join(f"U+{ord(letter):04X}" for letter in pair)
    return Text(f"（第 {place + 1} 字 {codes}）", f" (character {place + 1}: {codes})")


def _alphabet(letter: str) -> str:
    """Which script a letter belongs to: FULLWIDTH DIGIT is not DIGIT, CYRILLIC not LATIN."""
    return unicodedata.name(letter, "").partition(" ")[0]
