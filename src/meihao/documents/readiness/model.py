"""What the sheet shows, as finished strings in one language: drawn and tabled from the same things."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from meihao.base.divisions import is_unassigned
from meihao.base.exact import grouped, half_up, sqrt_half_up
from meihao.base.text import Lang, Text
from meihao.documents.readiness import words
from meihao.documents.readiness.gaps import Gap, gaps, level, spares
from meihao.documents.readiness.strip import Heading, Panel, panels, shown_block
from meihao.documents.readiness.svg import clean
from meihao.figures.plan import Basis, Item, Plan
from meihao.figures.result import (
    BlockResult,
    Cell,
    CellState,
    DispersionResult,
    Evaluation,
    State,
    UnitResult,
)
from meihao.policy.kinds import Block


@dataclass(frozen=True)
class Column:
    """One item as a column head."""

    short: str
    title: str
    unit: str
    counts: bool


@dataclass(frozen=True)
class Shown:
    """One cell: its value in print and the word for its state."""

    state: CellState
    value: str
    word: str


@dataclass(frozen=True)
class Row:
    """One unit; `part` follows the name of a school of several stages."""

    code: str
    name: str
    part: str
    title: str
    pupils: str
    cells: tuple[Shown, ...]
    state: State
    word: str
    met: str


@dataclass(frozen=True)
class Group:
    """The units of one stage under their thresholds."""

    title: str
    line: str
    pupils: str
    thresholds: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Bar:
    """One dispersion; `length` is the coefficient, for drawing only."""

    item: str
    value: str
    word: str
    state: State
    length: Fraction


@dataclass(frozen=True)
class Bars:
    """The dispersions of one stage against their limit."""

    title: str
    limit: str
    at: Fraction
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Sheet:
    """The whole sheet."""

    lang: Lang
    banner: str
    above: str
    finding: str
    below: str
    panels: tuple[Panel, ...]
    legend: tuple[tuple[CellState, str], ...]
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    outside: str
    dispersions: tuple[Bars, ...]
    gaps: tuple[Gap, ...]
    spares: tuple[Gap, ...]
    changed: tuple[tuple[str, str, str], ...]
    footer: tuple[str, ...]


def sheet(evaluation: Evaluation, lang: Lang, facts: Heading) -> Sheet:
    """Everything the sheet shows of the block of resources, without relaxation unless it says so."""
    name = shown_block(evaluation)
    plan, block = evaluation.plan, evaluation.block(name)
    rule, items = plan.standard.blocks[name], plan.of_block(name)
    district, on = clean(facts.district.said(lang)), evaluation.snapshot.on
    as_of = Text(f"数据截至 {on}", f"as of {on}")
    about = (words.SHEET, plan.standard.title, words.subject(rule), plan.standard.caution, as_of)
    changed = tuple(_changed(block, evaluation.block(name, Basis.RELAXED), lang))
    return Sheet(
        lang=lang,
        banner=_banner(evaluation, lang, facts),
        above=words.facts([district, plan.standard.short.said(lang)], lang),
        finding=_finding(block).said(lang),
        below=words.facts([said.said(lang) for said in about], lang),
        panels=panels(evaluation, rule, lang, facts, len(changed)),
        legend=tuple((state, said.said(lang)) for state, said in words.legend(rule.of_units.floor)),
        columns=tuple(_column(item, lang) for item in items),
        groups=tuple(_groups(block, plan, items, lang)),
        outside=_outside(block, plan, lang),
        dispersions=tuple(_bars(block, rule, plan, lang)),
        gaps=tuple(gaps(block, rule, plan, lang)),
        spares=tuple(spares(block, lang)),
        changed=changed,
        footer=_footer(evaluation, rule, lang),
    )


def _banner(evaluation: Evaluation, lang: Lang, facts: Heading) -> str:
    if not facts.invented:
        return ""
    place = evaluation.snapshot.place
    return clean(words.invented(facts.district, place if is_unassigned(place) else None).said(lang))


def _finding(block: BlockResult) -> Text:
    units = [unit.state for unit in block.units]
    found = [dispersion.state for dispersion in block.dispersions]
    return words.finding(
        (len(units), units.count(State.REACHED), units.count(State.UNDECIDED)),
        (len(found), found.count(State.REACHED), found.count(State.UNDECIDED)),
    )


def _column(item: Item, lang: Lang) -> Column:
    indicator = item.indicator
    said = (indicator.short.said(lang), indicator.title.said(lang), indicator.unit.said(lang))
    return Column(*said, item.counts)


def _groups(block: BlockResult, plan: Plan, items: tuple[Item, ...], lang: Lang) -> list[Group]:
    found = [(stage, block.of_stage(stage)) for stage in plan.stages]
    return [
        Group(
            stage.words.said(lang),
            words.stage_line(len(units), sum(u.state is State.REACHED for u in units)).said(lang),
            _pupils(units),
            tuple(_least(item, item.threshold(stage)) for item in items),
            tuple(_row(unit, items, lang) for unit in units),
        )
        for stage, units in found
        if units
    ]


def _least(item: Item, threshold: Fraction | None) -> str:
    return "" if threshold is None else f"≥ {level(item, threshold)}"


def _pupils(units: list[UnitResult]) -> str:
    """Pupils of the units; one that is not known leaves the sum open."""
    known = [unit.pupils for unit in units if unit.pupils is not None]
    return grouped(half_up(sum(known, Fraction(0)), 0)) if len(known) == len(units) else words.THIN.zh


def _row(result: UnitResult, items: tuple[Item, ...], lang: Lang) -> Row:
    unit = result.unit
    several = unit.title.zh != unit.name
    part = Text(f"（{unit.stage.part.zh}）", " (part)").said(lang) if several else ""
    return Row(
        clean(unit.key.campus),
        clean(unit.name),
        part,
        clean(unit.title.said(lang)),
        _pupils([result]),
        tuple(_shown(result.cells[item.id], lang) for item in items),
        result.state,
        words.UNIT_WORDS[result.state].said(lang),
        f"{result.met}/{len(result.counting)}",
    )


def _shown(cell: Cell, lang: Lang) -> Shown:
    value = cell.figure.value
    printed = words.THIN.zh if value is None else level(cell.figure.item, value)
    return Shown(cell.state, printed, words.CELL_WORDS[cell.state].said(lang))


def _outside(block: BlockResult, plan: Plan, lang: Lang) -> str:
    if not block.out_of_scope:
        return ""
    names = words.listed([clean(unit.title.said(lang)) for unit in block.out_of_scope], lang)
    why = plan.standard.out_of_scope.said(lang)
    return f"{names}（{why}）" if lang == "zh" else f"{names} ({why})"


def _bars(block: BlockResult, rule: Block, plan: Plan, lang: Lang) -> list[Bars]:
    found = [(stage, [d for d in block.dispersions if d.stage is stage]) for stage in plan.stages]
    return [
        Bars(
            stage.words.said(lang),
            f"{half_up(some[0].limit or Fraction(0), 2):f}",
            some[0].limit or Fraction(0),
            tuple(_bar(one, rule, lang) for one in some),
        )
        for stage, some in found
        if some
    ]


def _bar(found: DispersionResult, rule: Block, lang: Lang) -> Bar:
    places = rule.dispersion.places if rule.dispersion else 3
    value = None if found.squared is None else found.sums.cv_rounded(places)
    word = words.DISPERSION_WORDS[found.state]
    if found.squared is None and not found.unknown:
        word = words.UNDEFINED
    length = Fraction(0) if found.squared is None else Fraction(sqrt_half_up(found.squared, 4))
    short = found.item.indicator.short.said(lang)
    return Bar(short, value or words.THIN.zh, word.said(lang), found.state, length)


def _changed(strict: BlockResult, relaxed: BlockResult, lang: Lang) -> list[tuple[str, str, str]]:
    """Units that the relaxation turns: name, without, with."""
    pairs = zip(strict.units, relaxed.units, strict=True)
    return [
        (clean(a.unit.title.said(lang)), a.state.words.said(lang), b.state.words.said(lang))
        for a, b in pairs
        if a.state is not b.state
    ]


def _footer(evaluation: Evaluation, rule: Block, lang: Lang) -> tuple[str, ...]:
    standard, snapshot = evaluation.plan.standard, evaluation.snapshot
    verify = f" {words.TO_VERIFY.said(lang)}" if standard.to_verify else ""
    weighted = rule.dispersion is not None and rule.dispersion.confidence != "H"
    weights = (
        Text("差异系数加权待核", "weighting of the dispersion to be verified") if weighted else Text("", "")
    )
    cut = Text(
        f"快照 {snapshot.on}・{snapshot.short_hash}", f"snapshot {snapshot.on} · {snapshot.short_hash}"
    )
    policy = Text(f"政策 {standard.version}{verify}", f"policy {standard.version}{verify}")
    told = [standard.caution.said(lang), cut.said(lang), policy.said(lang), weights.said(lang)]
    return (words.facts(told, lang), evaluation.told.said(lang))
