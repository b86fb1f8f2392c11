"""What a token can be asked for: the scopes of this platform, and those of OneRoster 1.2.

A scope never gives anything. It narrows what the grants of the connected system permit (RFC 6749, 3.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from meihao.base.text import Text

_ONEROSTER = "https://purl.imsglobal.org/spec/or/v1p2/scope/"
ORGANISATIONS: Final = "organisations.readonly"
FIGURES: Final = "figures.readonly"
ROSTER_CORE: Final = f"{_ONEROSTER}roster-core.readonly"
ROSTER: Final = f"{_ONEROSTER}roster.readonly"
ROSTER_DEMOGRAPHICS: Final = f"{_ONEROSTER}roster-demographics.readonly"

SCOPES: Final[Mapping[str, Text]] = {
    ORGANISATIONS: Text("机构", "organisations"),
    FIGURES: Text("指标和测算结果", "figures and results"),
    ROSTER_CORE: Text("OneRoster 名册，不含姓名", "OneRoster rosters without names"),
    ROSTER: Text("OneRoster 名册，姓名另须授权", "OneRoster rosters; names take a grant of their own"),
    ROSTER_DEMOGRAPHICS: Text("OneRoster 性别与出生年月", "OneRoster sex, and year and month of birth"),
}
"""Every scope, and what it opens."""


def split(text: str) -> frozenset[str]:
    """The scopes in a text, separated by blanks."""
    return frozenset(text.split())


def joined(scopes: frozenset[str]) -> str:
    """Scopes as a text, in the order of `SCOPES`."""
    return " ".join(one for one in SCOPES if one in scopes)
