"""Number formats brought to one spelling: what programs write differently and show alike becomes the same.

Excel and LibreOffice escape the same literal in three ways (`0"人"`, `0\\人`, `0人`), write letters in either
case, and tell a blank as wide as a bracket (`_)`) or as a plain one. Colours are dropped, but for white.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(r'"[^"]*"?|\\.?|_.?|\*.?|\[[^\]]*\]?|.', re.DOTALL)
# every colour but white, and Excel's name for it: these hide a number on white paper
_COLOUR = re.compile(r"\[(black|blue|cyan|green|magenta|red|yellow|color ?(?!2\])\d+)\]", re.IGNORECASE)
_LITERALS = frozenset("$-+()!^&'~{}<>= ")
_ALL_KINDS = 4  # sections: positive; negative; zero; text


def of_number(code: str) -> str:
    """The one spelling of a format, as it bears on a number; nothing for the plain one."""
    told = ";".join(_sections(code))
    return "" if told == "general" else told


def of_text(code: str) -> str:
    """What a format makes of a text; nothing where the text is shown as it is."""
    sections = _sections(code)
    told = sections[-1] if len(sections) >= _ALL_KINDS or "@" in sections[-1] else "@"
    return "" if told in ("@", "general") else told or '""'


def _sections(code: str) -> list[str]:
    sections = [""]
    for token in _tokens(code):
        if token == ";":
            sections.append("")
        else:
            sections[-1] += token
    return sections


def _tokens(code: str) -> Iterator[str]:
    for token in _TOKEN.findall(code):
        match token[0]:
            case '"':
                yield from (f"\\{letter}" for letter in token.strip('"'))
            case "\\":
                yield token
            case "_":
                yield "\\ "
            case "[":
                yield _COLOUR.sub("", token).lower()
            case letter if letter in _LITERALS or not letter.isascii():
                yield f"\\{letter}"
            case _:
                yield token.lower()
