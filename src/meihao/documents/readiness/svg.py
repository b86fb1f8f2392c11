"""Small pieces of SVG: cleaned text, estimated widths, lines, and the sprite of the five shapes.

Coordinates are binary floats: they place ink and decide nothing. Every number a reader sees comes
in as a finished string.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Literal, TypeAlias

INK, INK_2, INK_3 = "#1A2026", "#4A535C", "#66707A"
RULE, RULE_2, GROUND, BAR = "#E4E7E8", "#C8CED2", "#F7F7F4", "#87939A"
RED, RED_TEXT, RED_TINT = "#CF1F2E", "#A8071A", "#FFF1F0"
YELLOW, YELLOW_TEXT, YELLOW_TINT = "#B26A00", "#7A4A00", "#FFF7E6"
GREEN, GREEN_TEXT = "#2B8A3E", "#135200"
GREY_TEXT = "#434343"
FONTS = "'Noto Sans SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif"

Shape: TypeAlias = Literal["reached", "met", "spare", "below", "open"]
Drawing: TypeAlias = list[str]

SPRITE = (
    "<defs>"
    f'<symbol id="mh-reached" viewBox="0 0 10 10"><path d="M1 1h8v8h-8z" fill="{GREEN}"/></symbol>'
    f'<symbol id="mh-met" viewBox="0 0 10 10"><path d="M1.7 1.7h6.6v6.6h-6.6z" fill="#FFFFFF"'
    f' stroke="{GREEN}" stroke-width="1.5"/></symbol>'
    f'<symbol id="mh-spare" viewBox="0 0 10 10"><path d="M5 .4 9.6 5 5 9.6.4 5z" fill="{YELLOW}"/></symbol>'
    f'<symbol id="mh-below" viewBox="0 0 10 10"><path d="M5 .8 9.7 9.2H.3z" fill="{RED}"/></symbol>'
    '<symbol id="mh-open" viewBox="0 0 10 10"><circle cx="5" cy="5" r="3.8" fill="none"'
    f' stroke="{INK_3}" stroke-width="1.4" stroke-dasharray="2 1.4"/></symbol>'
    '<pattern id="mh-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<path d="M0 0v6" stroke="{RULE_2}" stroke-width="1.6"/></pattern>'
    '<pattern id="mh-invented" width="12" height="12" patternUnits="userSpaceOnUse"'
    f' patternTransform="rotate(45)"><path d="M0 0h12v12h-12z" fill="{YELLOW_TINT}"/>'
    '<path d="M0 0h6v12h-6z" fill="#FDEBC8"/></pattern>'
    "</defs>"
)


@dataclass(frozen=True, slots=True)
class Type:
    """A way of setting text: size in px, weight, colour."""

    size: int = 13
    weight: int = 400
    fill: str = INK

    def bold(self, fill: str | None = None) -> Type:
        """The same size at weight 600."""
        return replace(self, weight=600, fill=fill or self.fill)


BODY, QUIET, HINT = Type(), Type(12, 400, INK_2), Type(12, 400, INK_3)

_UNSEEN = ("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp")
_OPENING, _CLOSING = "（「《〔“", "）」》〕”，。；：、％％…"
# words, and a number with its unit, never part at a line end
_TOKEN = re.compile(
    r"(?:[≥≤→] ?)?\d[\d.,\u2009]*[ ]?[\u4e00-\u9fff㎡%]|[!-~\u00a0-\u02af\u2000-\u206f≤≥→−×²\u2009]+|\s+|.",
    re.S,
)


def clean(said: str) -> str:
    """Text that cannot reach beyond itself: no control or direction characters, one line.

    A name in a right-to-left script is isolated, so that it does not turn the numbers beside it.
    """
    kept = "".join(c for c in said if unicodedata.category(c) not in _UNSEEN)
    turned = any(unicodedata.bidirectional(c) in ("R", "AL") for c in kept)
    return f"\u2068{kept}\u2069" if turned else kept


def width(said: str, size: int, weight: int = 400) -> float:
    """The estimated width of a text in px: Chinese 1 em, digits and Latin about 0.55 em."""
    return sum(map(_advance, said)) * size * (1.04 if weight > 500 else 1)


def _advance(letter: str) -> float:
    if unicodedata.category(letter) in ("Cf", "Mn"):
        return 0
    if letter in "≥≤→—…×" or unicodedata.east_asian_width(letter) in ("W", "F"):
        return 1
    if letter in " \u2009\u00a0":
        return 0.23
    if letter in "iljI.,:;'|!()[]/ft-":
        return 0.35
    return 0.85 if letter in "mwMW@%" else 0.66 if letter.isupper() else 0.57


def clip(said: str, room: float, type: Type = BODY) -> str:
    """The text, or as much of it as fits into `room` px with an ellipsis."""
    if width(said, type.size, type.weight) <= room:
        return said
    left = room - width("…", type.size, type.weight)
    for index, letter in enumerate(said):
        left -= width(letter, type.size, type.weight)
        if left < 0:
            return f"{said[:index]}…"
    return said


def wrap(said: str, room: float, type: Type = BODY) -> list[str]:
    """The text in lines of at most `room` px; an over-long word is broken rather than cut off."""
    lines = [""]
    for token in _tokens(said, room, type):
        if lines[-1] and width((lines[-1] + token).rstrip(), type.size, type.weight) > room:
            lines[-1] = lines[-1].rstrip()
            lines.append(token.lstrip())
        else:
            lines[-1] += token
    return [line for line in lines if line] or [""]


def _tokens(said: str, room: float, type: Type) -> list[str]:
    tokens: list[str] = []
    for token in _TOKEN.findall(said):
        joins = tokens and (token[0] in _CLOSING or tokens[-1][-1] in _OPENING)
        fits = joins and width(tokens[-1] + token, type.size, type.weight) <= room
        if fits:
            tokens[-1] += token
        elif width(token, type.size, type.weight) > room:
            tokens += token
        else:
            tokens.append(token)
    return tokens


def number(value: float) -> str:
    """A coordinate: at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def _style(type: Type) -> str:
    size = "" if type.size == BODY.size else f' font-size="{type.size}"'
    weight = "" if type.weight == BODY.weight else f' font-weight="{type.weight}"'
    fill = "" if type.fill == BODY.fill else f' fill="{type.fill}"'
    return f"{size}{weight}{fill}"


def text(x: float, y: float, said: str, type: Type = BODY, end: bool = False, full: str | None = None) -> str:
    """One line of text on the baseline `y`; `end` aligns it right; `full` is its longer form, on hover."""
    anchor = ' text-anchor="end"' if end else ""
    title = f"<title>{escape(full)}</title>" if full else ""
    return f'<text x="{number(x)}" y="{number(y)}"{anchor}{_style(type)}>{title}{escape(said)}</text>'


def runs(x: float, y: float, parts: Iterable[tuple[str, Type]], gap: int = 6) -> str:
    """Several texts of different types after one another, `gap` px apart, whatever the font's widths."""
    said = [part for part in parts if part[0]]
    moves = ["", *[f' dx="{gap}"'] * len(said)]
    spans = [
        f"<tspan{move}{_style(type)}>{escape(word)}</tspan>"
        for move, (word, type) in zip(moves, said, strict=False)
    ]
    return f'<text x="{number(x)}" y="{number(y)}">{"".join(spans)}</text>'


def stacked(x: float, y: float, lines: Sequence[str], type: Type, step: int, end: bool = False) -> Drawing:
    """Lines of text one under the other, the first on the baseline `y`."""
    return [text(x, y + step * i, line, type, end) for i, line in enumerate(lines)]


def rule(x: float, y: float, length: float, colour: str = RULE) -> str:
    """A horizontal hairline, on whole pixels."""
    return f'<path d="M{number(x)} {int(y)}.5h{number(length)}" stroke="{colour}"/>'


def upright(x: float, y: float, length: float, colour: str = RULE_2, thick: float = 1) -> str:
    """A vertical line."""
    return f'<path d="M{int(x)}.5 {number(y)}v{number(length)}" stroke="{colour}" stroke-width="{thick}"/>'


def box(x: float, y: float, wide: float, high: float, fill: str) -> str:
    """A filled rectangle without a border."""
    place = f'x="{number(x)}" y="{number(y)}" width="{number(wide)}" height="{number(high)}"'
    return f'<rect {place} fill="{fill}"/>'


def mark(x: float, y: float, shape: Shape, of: str, size: int = 9) -> str:
    """A shape of the sprite that stands before a word on the baseline `y`; `of` says what it judges."""
    top = number(y - size)
    return (
        f'<use href="#mh-{shape}" x="{number(x)}" y="{top}" width="{size}" height="{size}"'
        f' aria-hidden="true" data-of="{of}"/>'
    )
