"""Gaps as the pages list them: amount, thing, whose, how, who mends it by when."""

from __future__ import annotations

from meihao.base.text import Lang
from meihao.documents.gaps import OPEN_TASK, Gap, Grade
from meihao.documents.gaps import words as gap_words
from meihao.documents.gaps.model import amount_unit
from meihao.releases.links import Links
from meihao.releases.result_parts import Missing
from meihao.releases.seen import Seen
from meihao.ui.numbers import grouped

_FIELDS_TOLD = 2


def missing(gap: Gap, seen: Seen, links: Links, lang: Lang) -> Missing:
    """One gap in words; without an amount it says what it is."""
    amount, unit, thing = "", "", gap_words.what(gap, lang)
    if gap.amount is not None:
        amount = grouped(f"{gap.amount.number:f}")
        unit, thing = amount_unit(gap.amount.unit, amount, lang), gap.amount.thing.said(lang)
    elif gap.present is not None:
        amount, thing = gap.present, gap.short.said(lang)
    elif gap.grade is Grade.OPEN:
        amount, thing = "…", f"{gap.short.said(lang)}　{thing}"
    shape = {Grade.FAILED: "red", Grade.SPARE: "yellow", Grade.OPEN: "grey"}[gap.grade]
    return Missing(
        shape,
        amount,
        unit,
        thing,
        links.figure(gap.address),
        gap_words.whose(gap, lang) if seen.whole or gap.who else gap_words.DISTRICT.said(lang),
        links.unit(gap.who.code) if gap.who else "",
        gap.path(lang),
        gap_words.explained(gap, lang, _FIELDS_TOLD),
        gap.task.owner or OPEN_TASK.said(lang),
        gap.task.deadline or "",
    )
