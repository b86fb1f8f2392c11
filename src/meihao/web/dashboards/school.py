"""A school's own page for its principal: each item beside the limit and the other schools, unnamed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.urls import reverse

from meihao.base.text import Lang, Text
from meihao.documents.gaps import gaps_of
from meihao.figures.addressed import Addressed, addressed
from meihao.figures.result import BlockResult, Evaluation, UnitResult
from meihao.records.accounts.acting import Acting, Missing
from meihao.releases import evaluating, queries, shown
from meihao.releases.gap_lines import missing
from meihao.releases.links import Links
from meihao.releases.queries import Looked
from meihao.releases.result_parts import Missing as Gap
from meihao.web.dashboards.leader import board_of

_ROOM = Fraction(51, 50)  # the greatest value stands a little before the end of the line


@dataclass(frozen=True, slots=True)
class Line:
    """One item of one stage: its figure, its page, and where dots and limit stand, in percent of the line."""

    title: Text
    href: str
    figure: Addressed
    shape: str
    word: Text
    own: str
    others: tuple[str, ...]
    limit: str


@dataclass(frozen=True, slots=True)
class Part:
    """One stage of one school."""

    unit: UnitResult
    shape: str
    word: Text
    href: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Page:
    """The schools of whoever looks, stage by stage, and what is short there."""

    looked: Looked
    standard: Text
    parts: tuple[Part, ...]
    gaps: tuple[Gap, ...]


def page(by: Acting, as_of: date, get: Mapping[str, str], lang: Lang) -> Page:
    """The page of the units in scope by name. Raises `Missing` where the standard is not in force."""
    looked = queries.look(by, as_of, get)
    standard = board_of(looked).units_of
    evaluation = evaluating.evaluation(looked.snapshot, standard)
    links, block = Links.of(standard, looked.asked), _judging(evaluation)
    own = looked.seen.units(block.units)
    short = [gap for gap in looked.seen.gaps(gaps_of(evaluation)) if gap.who is not None]
    return Page(
        looked,
        evaluation.plan.standard.short,
        tuple(_part(one, block, evaluation, looked, links) for one in own),
        tuple(missing(gap, looked.seen, links, lang) for gap in short),
    )


def _judging(evaluation: Evaluation) -> BlockResult:
    if evaluation.plan.unit_block is None:
        raise Missing
    return evaluation.block(evaluation.plan.unit_block)


def _part(
    result: UnitResult, block: BlockResult, evaluation: Evaluation, looked: Looked, links: Links
) -> Part:
    return Part(
        result,
        shown.STATE_SHAPES[result.state],
        shown.STATE_WORDS[result.state],
        reverse("figures:unit", args=[evaluation.plan.standard.key, result.unit.key.campus]) + looked.suffix,
        tuple(_lines(result, block, evaluation, looked, links)),
    )


def _lines(
    result: UnitResult, block: BlockResult, evaluation: Evaluation, looked: Looked, links: Links
) -> Iterator[Line]:
    key = result.unit.key
    for item, cell in result.cells.items():
        address = f"{item}/{key.campus}/{key.stage}"
        figure = addressed(evaluation, address)
        others = [Fraction(value) for stage, value in looked.seen.others(block, item) if stage == key.stage]
        asked = figure.asked.value if figure.asked else None
        known = [value for value in (*others, figure.value, asked) if value is not None]
        top = max([*known, Fraction(1, 100)]) * _ROOM
        yield Line(
            cell.figure.item.indicator.short,
            links.figure(address),
            figure,
            shown.STANDING_SHAPES[figure.standing],
            cell.state.words,
            "" if figure.value is None else shown.percent(figure.value, top),
            tuple(shown.percent(value, top) for value in others),
            "" if asked is None else shown.percent(asked, top),
        )
