"""A local rule may ask for more than the one above it, never for less."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from meihao.base.divisions import NATION, lineage
from meihao.base.exact import decimal_text
from meihao.base.stages import Stage
from meihao.base.text import Refused, Text
from meihao.policy.kinds import Indicator
from meihao.policy.rulebook import Rulebook


def looser(policy: Indicator, rulebook: Rulebook, on: date) -> Iterator[tuple[Stage, Text]]:
    """The stages at which a local indicator asks for less than the nearest one above it."""
    code, subject = policy.key.split("/", 1)
    if code == NATION or policy.judged_in is None:
        return
    try:
        wider = rulebook.get(Indicator, f"{NATION}/{subject}", on, lineage(code)[1])
    except Refused:
        return  # nothing above it to be looser than
    limits = wider.judged_in.at_least if wider.judged_in else {}
    for stage, limit in policy.judged_in.at_least.items():
        if stage in limits and limit < limits[stage]:
            told = (decimal_text(limit), decimal_text(limits[stage]))
            zh = f"{policy.key} 的{stage.words.zh}界限 {told[0]} 低于 {wider.key} 的 {told[1]}："
            en = f"{policy.key}, {stage.words.en}: {told[0]} is looser than the {told[1]} of {wider.key}; "
            yield stage, Text(f"{zh}地方可以更严，不能更松。", f"{en}a local rule may only be stricter.")
