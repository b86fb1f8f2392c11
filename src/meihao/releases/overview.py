"""The standards in force on the data that is looked at, each with its state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from meihao.base.text import Refused, Text
from meihao.figures.plan import Plan
from meihao.figures.result import Evaluation
from meihao.releases import evaluating, rules, shown
from meihao.releases.links import Links
from meihao.releases.queries import Looked


@dataclass(frozen=True, slots=True)
class Line:
    """One standard: its result in words and numbers, or why there is none."""

    title: Text
    caution: Text
    document: str
    href: str
    shape: str
    word: Text
    told: Text
    decided: str
    decided_href: str
    why: Text | None = None


_NO_ROWS = Text("没有上报的数据", "nothing was reported")


def lines(looked: Looked) -> list[Line]:
    """Every standard in force, in the order of their keys."""
    plans = rules.plans(looked.on, looked.place.code)
    return [_line(looked, plan) for _, plan in sorted(plans.items(), key=lambda pair: _rank(looked, *pair))]


def _rank(looked: Looked, key: str, plan: Plan) -> tuple[bool, bool, str]:
    """Those with data first, among them those that judge units."""
    return not evaluating.has_rows(looked.snapshot, plan), plan.unit_block is None, key


def _line(looked: Looked, plan: Plan) -> Line:
    standard = plan.standard
    links = Links.of(standard.key, looked.asked)
    reference = standard.reference[0]
    document = f"《{reference.document}》{reference.number or ''}"
    nothing = Line(
        standard.title, standard.caution, document, links.result(), "grey", _NO_ROWS, Text("", ""), "", ""
    )
    if not evaluating.has_rows(looked.snapshot, plan):
        return nothing
    try:
        found = evaluating.evaluation(looked.snapshot, standard.key)
    except Refused as refused:
        return Line(
            *_head(nothing), "grey", Text("不能重算", "not computed"), Text("", ""), "", "", refused.text
        )
    counts = found.counts
    address = "count/overall" if plan.unit_block and found.block(plan.unit_block).units else ""
    href = links.figure(address) or links.result()
    decided = f"{counts['cells'] - counts['undecided']} / {counts['cells']}"
    told = Text(
        "；".join(part.zh for part in _blocks(plan, found)), "; ".join(p.en for p in _blocks(plan, found))
    )
    return Line(*_head(nothing), shown.STATE_SHAPES[found.whole], found.whole.words, told, decided, href)


def _head(line: Line) -> tuple[Text, Text, str, str]:
    return line.title, line.caution, line.document, line.href


def _blocks(plan: Plan, found: Evaluation) -> Iterator[Text]:
    for name, block in plan.standard.blocks.items():
        state = found.block(name).state.words
        yield Text(f"{block.title.zh}{state.zh}", f"{block.title.en} {state.en}")
