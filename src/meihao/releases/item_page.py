"""One indicator as its page shows it: all units on a line, by stage, town and group, and over the years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from meihao.base.exact import decimal_text, half_up
from meihao.base.stages import Stage
from meihao.base.text import Text
from meihao.figures.addressed import addressed
from meihao.figures.plan import Item
from meihao.figures.result import BlockResult, Cell, CellState, Evaluation, UnitResult, pooled
from meihao.figures.steps import told
from meihao.releases import shown
from meihao.releases.grouping import GROUP, TOWN, Where
from meihao.releases.links import Links
from meihao.releases.opened import Number, clauses_of, policies_of
from meihao.releases.seen import Seen

_TOWNS = {TOWN: Text("各乡镇（街道）", "By town"), GROUP: Text("各教育集团", "By school group")}


@dataclass(frozen=True, slots=True)
class Dot:
    """One unit on the line at `x` percent; without a name and a link where it may not be named."""

    x: str
    title: str = ""
    href: str = ""
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit in the table."""

    code: str
    title: Text
    href: str
    place: str
    value: Number
    numerator: str
    denominator: str
    shape: str
    word: Text


@dataclass(frozen=True, slots=True)
class Line:
    """All units of one stage: dots, the limit at `limit_at` percent, the table of those that have names."""

    stage: Stage
    dots: tuple[Dot, ...]
    limit: str
    limit_at: str
    low: str
    high: str
    mean: Number
    cv: Number
    cv_limit: str
    cv_shape: str
    cv_word: Text
    reached: Number
    units: tuple[Unit, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Sum:
    """One town's or group's value: numerators over denominators, each added up."""

    name: str
    stage: Text
    value: Number
    numerator: str
    denominator: str
    units: int


@dataclass(frozen=True, slots=True)
class Year:
    """The indicator on another day of data."""

    on: str
    stage: Text
    mean: Number
    cv: Number


@dataclass(frozen=True)
class Page:
    """Everything the page shows."""

    item: Item
    finding: Text
    numerator: Text
    denominator: Text
    thresholds: tuple[tuple[Text, str], ...]
    lines: tuple[Line, ...]
    sums: tuple[tuple[str, Text, tuple[Sum, ...]], ...]
    years: tuple[Year, ...]
    clauses: tuple[str, ...]
    policies: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """An evaluation of another day of data, with the addresses of its own pages."""

    on: str
    evaluation: Evaluation
    links: Links


def page(
    evaluation: Evaluation,
    item: Item,
    seen: Seen,
    links: Links,
    before: Iterable[Before],
    get: Mapping[str, str],
) -> Page:
    """One indicator for somebody who sees some units by name."""
    block, plan = evaluation.block(item.block), evaluation.plan
    where = Where.of(evaluation.snapshot)
    maker = _Maker(evaluation, item, seen, links, where)
    stages = [stage for stage in plan.stages if block.of_stage(stage)]
    known = [(stage, item.threshold(stage)) for stage in stages]
    return Page(
        item,
        _finding(block, item, stages),
        item.numerator.title,
        item.denominator.title,
        tuple((stage.words, f"≥ {decimal_text(least)}") for stage, least in known if least is not None),
        tuple(maker.line(stage, block, get) for stage in stages),
        tuple(
            (kind, title, tuple(maker.sums(kind, stages, block)))
            for kind, title in _TOWNS.items()
            if seen.whole
        ),
        tuple(year for one in (*before, _now(evaluation, links)) for year in _years(one, item)),
        clauses_of(item.indicator.reference),
        policies_of(plan, plan.standard, item.indicator),
    )


def _finding(block: BlockResult, item: Item, stages: list[Stage]) -> Text:
    """How many units reach what is asked; where nothing is asked, the name alone."""
    short = item.indicator.short
    cells = [one.cells[item.id] for one in block.units]
    if not cells or item.threshold(stages[0]) is None:
        return item.indicator.title
    reached = sum(cell.state is CellState.REACHED for cell in cells)
    open_ = sum(cell.state is CellState.UNDECIDED for cell in cells)
    zh, en = (f"、{open_} 个未决", f", {open_} open") if open_ else ("", "")
    return Text(
        f"{short.zh}：{len(cells)} 个校段 {reached} 个达标{zh}",
        f"{short.en}: {reached} of {len(cells)} school-stages reach the standard{en}",
    )


def _now(evaluation: Evaluation, links: Links) -> Before:
    return Before(str(evaluation.snapshot.on), evaluation, links)


def _years(before: Before, item: Item) -> Iterable[Year]:
    """The pooled mean and the coefficient of a day; nothing where the item was not judged then."""
    if all(one.id != item.id for one in before.evaluation.plan.items):
        return
    block = before.evaluation.block(before.evaluation.plan.item(item.id).block)
    for stage in before.evaluation.plan.stages:
        if block.dispersion(item.id, stage) is not None:
            mean, cv = (f"{kind}/{item.id}/{stage}" for kind in ("mean", "cv"))
            yield Year(
                before.on,
                stage.words,
                Number(_mean(before.evaluation, item, stage), before.links.figure(mean)),
                Number(shown.value(addressed(before.evaluation, cv).printed), before.links.figure(cv)),
            )


def _mean(evaluation: Evaluation, item: Item, stage: Stage) -> str:
    found = evaluation.block(item.block).dispersion(item.id, stage)
    rule = evaluation.plan.standard.blocks[item.block].dispersion
    if found is None or rule is None or found.unknown:
        return "…"
    return shown.value(found.sums.mean_rounded(rule.mean_places, item.indicator.scale))


@dataclass(frozen=True)
class _Maker:
    evaluation: Evaluation
    item: Item
    seen: Seen
    links: Links
    where: Where

    def line(self, stage: Stage, block: BlockResult, get: Mapping[str, str]) -> Line:
        """All units of a stage on one line from 0 to the greatest value."""
        units, named = block.of_stage(stage), self.seen.units(block.of_stage(stage))
        values = [unit.cells[self.item.id].figure.value or Fraction(0) for unit in units]
        limit = self.item.threshold(stage)
        top = max([*values, (limit or Fraction(0)) * 2, Fraction(1, 100)]) * Fraction(51, 50)
        others = [value for of, value in self.seen.others(block, self.item.id) if of == str(stage)]
        dots = [Dot(shown.percent(Fraction(value), top)) for value in others]
        dots += [self._dot(unit, top) for unit in named]
        found, cv = block.dispersion(self.item.id, stage), f"cv/{self.item.id}/{stage}"
        count = addressed(self.evaluation, f"count/{self.item.id}/{stage}")
        return Line(
            stage,
            tuple(dots),
            "" if limit is None else f"≥ {decimal_text(limit)}",
            shown.percent(limit, top) if limit is not None else "",
            "0",
            shown.value(f"{half_up(top, self.item.indicator.places)}"),
            Number(
                _mean(self.evaluation, self.item, stage),
                self.links.figure(f"mean/{self.item.id}/{stage}") if found else "",
            ),
            Number(
                shown.value(addressed(self.evaluation, cv).printed) if found else "—",
                self.links.figure(cv) if found else "",
            ),
            "" if found is None or found.limit is None else f"≤ {decimal_text(found.limit)}",
            shown.STATE_SHAPES[found.state] if found is not None and found.limit is not None else "",
            shown.DISPERSION_WORDS[found.state] if found is not None else Text("", ""),
            Number(
                f"{count.printed} / {count.denominator}", self.links.figure(f"count/{self.item.id}/{stage}")
            ),
            tuple(self._unit(unit) for unit in named if self._wanted(unit, get)),
            len(units) - len(named),
        )

    def _wanted(self, unit: UnitResult, get: Mapping[str, str]) -> bool:
        code = unit.unit.key.campus
        return all(not get.get(kind) or self.where.by(kind).get(code) == get[kind] for kind in (TOWN, GROUP))

    def _dot(self, unit: UnitResult, top: Fraction) -> Dot:
        cell, key = unit.cells[self.item.id], unit.unit.key
        href = self.links.figure(f"{self.item.id}/{key.campus}/{key.stage}")
        shape = shown.CELL_SHAPES[cell.state]
        said = f"{unit.unit.title.zh} {shown.value(cell.figure.printed)}"
        return Dot(shown.percent(cell.figure.value or Fraction(0), top), said, href, shape)

    def _unit(self, unit: UnitResult) -> Unit:
        cell: Cell = unit.cells[self.item.id]
        key, figure = unit.unit.key, cell.figure
        address = f"{self.item.id}/{key.campus}/{key.stage}"
        return Unit(
            key.campus,
            unit.unit.title,
            self.links.unit(key.campus),
            self.where.town.get(key.campus, ""),
            Number(shown.value(figure.printed), self.links.figure(address)),
            "…" if figure.numerator is None else shown.value(told(figure.numerator)),
            "…" if figure.denominator is None else shown.value(told(figure.denominator)),
            shown.CELL_SHAPES[cell.state],
            shown.CELL_WORDS[cell.state],
        )

    def sums(self, kind: str, stages: list[Stage], block: BlockResult) -> Iterable[Sum]:
        """A value for each town or group and stage; open where one of its units is."""
        by = self.where.by(kind)
        for name in self.where.names(kind):
            for stage in stages:
                units = [unit for unit in block.of_stage(stage) if by.get(unit.unit.key.campus) == name]
                if units:
                    yield self._sum(kind, name, stage, units)

    def _sum(self, kind: str, name: str, stage: Stage, units: list[UnitResult]) -> Sum:
        together, said, over, under = pooled(unit.cells[self.item.id].figure for unit in units), "…", "…", "…"
        if together is not None:
            said = shown.value(f"{half_up(together.value, self.item.indicator.places):f}")
            over, under = shown.value(told(together.numerator)), shown.value(told(together.denominator))
        href = f"{self.links.item(self.item.id, **{kind: name})}#units-{stage}"
        return Sum(name, stage.words, Number(said, href), over, under, len(units))
