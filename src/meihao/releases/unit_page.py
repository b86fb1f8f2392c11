"""One school as its page shows it: each of its stages with every item, the reasons, and what is short."""

from __future__ import annotations

from dataclasses import dataclass

from meihao.base.text import Lang, Text
from meihao.documents.gaps import gaps_of
from meihao.figures.addressed import Standing
from meihao.figures.engines import UnitKey
from meihao.figures.result import Evaluation, UnitResult
from meihao.records.accounts.acting import Missing
from meihao.releases import shown
from meihao.releases.gap_lines import missing
from meihao.releases.grouping import Where
from meihao.releases.links import Links
from meihao.releases.opened import Line, Number
from meihao.releases.opening_units import UnitOpener
from meihao.releases.result_parts import Missing as Gap
from meihao.releases.seen import Seen


@dataclass(frozen=True, slots=True)
class Part:
    """One stage of the school."""

    title: Text
    state: str
    word: Text
    met: Number
    pupils: Number
    lines: tuple[tuple[Line, str, str], ...]
    reasons: tuple[Text, ...]


@dataclass(frozen=True)
class Page:
    """Everything the page shows."""

    code: str
    name: str
    finding: Text
    town: str
    group: str
    parts: tuple[Part, ...]
    gaps: tuple[Gap, ...]
    outside: tuple[Text, ...]


def page(evaluation: Evaluation, campus: str, seen: Seen, links: Links, lang: Lang) -> Page:
    """One school, where it may be named. Raises `Missing` where it may not, or nothing is judged there."""
    seen.require(campus)
    plan = evaluation.plan
    if plan.unit_block is None:
        raise Missing
    block = evaluation.block(plan.unit_block)
    units = [unit for unit in block.units if unit.unit.key.campus == campus]
    outside = tuple(unit.title for unit in block.out_of_scope if unit.key.campus == campus)
    if not units and not outside:
        raise Missing
    where, opener = Where.of(evaluation.snapshot), UnitOpener(evaluation, seen)
    found = [gap for gap in seen.gaps(gaps_of(evaluation)) if gap.who is not None and gap.who.code == campus]
    row = evaluation.snapshot.table(plan.fact).rows[campus]
    return Page(
        campus,
        str(row.get(plan.fact.name_column) or campus),
        _finding(units),
        where.town.get(campus, ""),
        where.group.get(campus, ""),
        tuple(_part(unit, opener, links) for unit in units),
        tuple(missing(gap, seen, links, lang) for gap in found),
        outside,
    )


def _finding(units: list[UnitResult]) -> Text:
    told = [(unit.unit.stage.words, shown.STATE_WORDS[unit.state], unit) for unit in units]
    if not told:
        return Text("不在测算范围", "not in scope")
    met = [f"{len(unit.counting)} 项达标 {unit.met} 项" for _, _, unit in told]
    zh = "；".join(f"{stage.zh}{word.zh}，{said}" for (stage, word, _), said in zip(told, met, strict=True))
    en = "; ".join(f"{stage.en} {word.en}, {u.met} of {len(u.counting)} items met" for stage, word, u in told)
    return Text(zh, en)


def _part(result: UnitResult, opener: UnitOpener, links: Links) -> Part:
    key: UnitKey = result.unit.key
    state, pupils = f"state/{key.campus}/{key.stage}", f"pupils/{key.campus}/{key.stage}"
    opened = opener.unit(state, key)
    lines = tuple(
        (line, shown.STANDING_SHAPES[line.standing or Standing.SHOWN], links.figure(line.address))
        for line in opened.lines
    )
    return Part(
        key.stage.words,
        shown.STATE_SHAPES[result.state],
        shown.STATE_WORDS[result.state],
        Number(opened.value, links.figure(state)),
        Number(opener.pupils(pupils, key).value, links.figure(pupils)),
        lines,
        result.reasons,
    )
