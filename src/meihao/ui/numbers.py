"""Figures as they are set: a thin space in thousands, a true minus."""

from __future__ import annotations

import re

THIN = "\u2009"
_NUMBER = re.compile(r"([+\-−]?)(\d+)(\.\d+)?(.*)", re.DOTALL)


def grouped(text: str) -> str:
    """ "12146" as "12 146", "-3.5%" as "−3.5%"; what is no number stays as it is."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return text
    sign, whole, places, rest = match.groups()
    return f"{sign.replace('-', '−')}{int(whole):,}".replace(",", THIN) + (places or "") + rest
