"""口径卡: a figure in a sentence that stands alone, with denominator, clause and day; a picture too."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from html import escape

from meihao.base.text import Lang, Text
from meihao.documents.readiness import svg
from meihao.documents.readiness.svg import Type
from meihao.releases import shown
from meihao.releases.opened import Opened

_ACCENT = "#0F5C63"
_WIDE, _SIDE, _STEP = 420, 20, 26
_HEAD, _SAID, _NOTE = Type(12, 600, _ACCENT), Type(16), Type(12, 400, svg.INK_2)


@dataclass(frozen=True)
class Card:
    """The card in one language: the sentence, and label with text for each line under it."""

    sentence: str
    lines: tuple[tuple[str, str], ...]


def card(opened: Opened, district: str, on: str, caution: Text, more: Decimal | None, lang: Lang) -> Card:
    """The card of a figure; `more` is by how much it is above the year before, where that is known."""
    said = f"{shown.value(opened.value)}{_unit(opened, lang)}"
    zh = f"{on}，{district}{opened.title.zh}为 {said}{_fraction(opened)}{_change(opened, more).zh}。"
    en = f"On {on}, {district}: {opened.title.en} is {said}{_fraction(opened)}{_change(opened, more).en}."
    lines = [
        (Text("分母", "of"), _denominator(opened, lang)),
        (Text("条款", "clause"), "；".join(opened.clauses)),
        (Text("说明", "note"), caution.said(lang)),
    ]
    told = tuple((label.said(lang), text) for label, text in lines if text)
    return Card(Text(zh, en).said(lang), told)


def _unit(opened: Opened, lang: Lang) -> str:
    unit = opened.unit.said(lang)
    return f"{'' if unit in ('%', '') else ' '}{unit}"


def _fraction(opened: Opened) -> str:
    over, under = opened.numerator, opened.denominator
    if over is None or under is None or opened.value == "…":
        return ""
    return f"（{shown.value(over.value)} / {shown.value(under.value)} {under.unit}）".replace(" ）", "）")


def _denominator(opened: Opened, lang: Lang) -> str:
    return opened.denominator.title.said(lang) if opened.denominator else ""


def _change(opened: Opened, more: Decimal | None) -> Text:
    """How much more or less than the year before, in the figure's unit."""
    if more is None:
        return Text("", "")
    if not more:
        return Text("，与上年持平", ", as the year before")
    zh, en = ("提高", "up") if more > 0 else ("降低", "down")
    unit = Text(" 个百分点", " percentage points") if opened.unit.zh == "%" else Text("", "")
    return Text(f"，较上年{zh} {abs(more)}{unit.zh}", f", {en} {abs(more)}{unit.en} on the year before")


def printed_number(said: str) -> Fraction | None:
    """A printed value as a number; None for words."""
    try:
        return Fraction(said)
    except ValueError:
        return None


def picture(told: Card, lang: Lang) -> str:
    """The card as one self-contained SVG."""
    y = float(_SIDE + 10)
    drawing = [svg.text(_SIDE, y, Text("口径卡", "Figure card").said(lang), _HEAD)]
    y += 8
    for line in svg.wrap(told.sentence, _WIDE - 2 * _SIDE, _SAID):
        y += _STEP
        drawing.append(svg.text(_SIDE, y, line, _SAID))
    y += 14
    drawing.append(svg.rule(_SIDE, y, _WIDE - 2 * _SIDE))
    y += 4
    for label, text in told.lines:
        for number, line in enumerate(svg.wrap(text, _WIDE - 2 * _SIDE - 56, _NOTE)):
            y += 20
            if not number:
                drawing.append(svg.text(_SIDE, y, label, Type(12, 400, svg.INK_3)))
            drawing.append(svg.text(_SIDE + 56, y, line, _NOTE))
    high = round(y) + _SIDE
    ground = (
        f'<rect x=".5" y=".5" width="{_WIDE - 1}" height="{high - 1}" fill="#FFFFFF" stroke="{_ACCENT}"/>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {high}" width="{_WIDE}"'
        f' height="{high}" role="img" lang="{"zh-CN" if lang == "zh" else "en"}"'
        f' font-family="{escape(svg.FONTS, quote=True)}">'
        f"<title>{escape(told.sentence)}</title>{ground}{''.join(drawing)}</svg>\n"
    )
