"""The block that judges school-stages: how many reach, the dispersions, which fall short and by how much."""

from __future__ import annotations

from collections.abc import Iterator

from meihao.base.stages import Stage
from meihao.documents.gaps import Gap, Grade
from meihao.documents.self_report import words
from meihao.documents.self_report.addresses import ALL, Figures, address_of
from meihao.documents.self_report.opening import by_state
from meihao.documents.self_report.parts import Across, Grid, Line, Para, Part, filled, joined, line
from meihao.documents.sentences import BLANK
from meihao.figures.plan import Basis
from meihao.figures.result import BlockResult, CellState, DispersionResult, State


def units(name: str, figures: Figures) -> Iterator[Part]:
    """Everything the report says of a block's units."""
    block, rule = figures.evaluation.block(name), figures.plan.standard.blocks[name]
    if rule.unit_rule is not None:
        asked = {part: figures.quote(f"rule/{name}/{part}") for part in ("of", "at_least", "floor")}
        yield Para(line(filled(words.RULE, **asked), _limits(name, figures)))
    stages = [stage for stage in figures.plan.stages if block.of_stage(stage)]
    if not stages:
        yield Para((words.NO_UNITS,))
        return
    for stage in stages:
        yield Para(_stage(stage, rule.unit_rule is not None, figures))
    if block.out_of_scope:
        yield Para(_outside(block, figures))
    if rule.unit_rule is not None:
        yield Para((words.ITEMS,))
        yield _items(name, stages, figures)
    yield from _dispersions(block, figures)
    if rule.unit_rule is not None:
        yield from _short(name, figures)
    open_ = [result.unit.title.zh for result in block.units if result.state is State.UNDECIDED]
    if open_:
        yield Para(filled(words.UNITS_OPEN, names="、".join(open_)))


def _limits(name: str, figures: Figures) -> Line:
    rule = figures.plan.standard.blocks[name].dispersion
    if rule is None or rule.at_most is None:
        return ()
    told = [
        filled(words.LIMIT, stage=stage.words.zh, limit=figures.quote(f"cv-limit/{name}/{stage}"))
        for stage in rule.at_most
    ]
    return filled(words.LIMITS, limits=joined(told, "，"))


def _stage(stage: Stage, judged: bool, figures: Figures) -> Line:
    every = figures.quote(f"units/{stage}/{ALL}")
    if not judged:
        return filled(words.STAGE_SHOWN, stage=stage.words.zh, all=every)
    relaxed = figures.quote(f"units/{stage}/{State.REACHED}/{Basis.RELAXED}")
    states = by_state(f"units/{stage}", figures)
    return filled(words.STAGE, stage=stage.words.zh, all=every, states=states, relaxed=relaxed)


def _outside(block: BlockResult, figures: Figures) -> Line:
    names = "、".join(unit.title.zh for unit in block.out_of_scope)
    why = figures.plan.standard.out_of_scope.zh
    return filled(words.OUTSIDE, outside=figures.quote("outside"), names=names, why=why)


def _items(name: str, stages: list[Stage], figures: Figures) -> Grid:
    states = (CellState.SPARE, CellState.BELOW, CellState.UNDECIDED)
    rows = tuple(
        (
            (stage.words.zh,),
            (item.indicator.short.zh,),
            line(figures.quote(f"threshold/{item.id}/{stage}"), f" {item.indicator.unit.zh}"),
            (figures.quote(f"cells/{item.id}/{stage}/{CellState.REACHED}"),),
            (figures.quote(f"units/{stage}/{ALL}"),),
            *((figures.quote(f"cells/{item.id}/{stage}/{state}"),) for state in states),
        )
        for stage in stages
        for item in figures.plan.of_block(name)
    )
    return Grid(
        words.ITEMS_HEAD,
        rows,
        (14, 46, 32, 14, 14, 14, 14, 14),
        ("center", "left", "right", "right", "right", "right", "right", "right"),
    )


# --- dispersions


def _dispersions(block: BlockResult, figures: Figures) -> Iterator[Part]:
    if block.dispersions:
        yield Para((words.DISPERSIONS,))
        rows = tuple(_dispersion(found, block.block, figures) for found in block.dispersions)
        across: Across = ("center", "left", "right", "right", "right", "center")
        yield Grid(words.DISPERSIONS_HEAD, rows, (16, 50, 38, 20, 18, 20), across)
    for whole in block.composites:
        asked = {
            "value": figures.quote(f"composite/{block.block}/{whole.stage}"),
            "limit": figures.quote(f"composite-limit/{block.block}/{whole.stage}"),
        }
        state = words.WITHIN[whole.state]
        yield Para(filled(words.COMPOSITE, stage=whole.stage.words.zh, state=state, **asked))


def _dispersion(found: DispersionResult, block: str, figures: Figures) -> tuple[Line, ...]:
    where = f"{found.item.id}/{found.stage}"
    mean, value = figures.quote(f"mean/{where}"), figures.quote(f"cv/{where}")
    limit = words.NONE if found.limit is None else figures.quote(f"cv-limit/{block}/{found.stage}")
    titles = words.KNOWN if found.limit is None else words.WITHIN
    return (
        (found.stage.words.zh,),
        (found.item.indicator.short.zh,),
        line(mean, f" {found.item.indicator.unit.zh}"),
        (value,),
        (limit,),
        (titles[found.state],),
    )


# --- who falls short


def _short(name: str, figures: Figures) -> Iterator[Part]:
    short = unit_gaps(name, figures)
    if not short:
        yield Para((words.NONE_SHORT,))
        return
    yield Para(filled(words.SHORT, internal=words.INTERNAL))
    rows = tuple(_gap(gap, figures) for gap in short)
    yield Grid(words.SHORT_HEAD, rows, (48, 36, 40, 38), ("left", "left", "left", "left"))


def unit_gaps(name: str, figures: Figures) -> list[Gap]:
    """What units of a block lack for certain, by unit."""
    found = [gap for gap in figures.gaps if gap.grade is Grade.FAILED and gap.block == name]
    stages = {stage: place for place, stage in enumerate(figures.plan.stages)}
    named = [(gap.who, gap) for gap in found if gap.who is not None]
    named.sort(key=lambda pair: (stages[pair[0].stage] if pair[0].stage else -1, pair[0].code, pair[1].code))
    return [gap for _, gap in named]


def _gap(gap: Gap, figures: Figures) -> tuple[Line, ...]:
    assert gap.who is not None
    address = address_of(gap)
    path = figures.quote(f"gap/path/{address}") if gap.present else BLANK
    lack = figures.quote(f"gap/what/{address}") if gap.amount else BLANK
    return (
        (gap.who.title.zh,),
        (gap.short.zh,),
        (path,),
        line(lack, words.SHARED if gap.shared and gap.amount else ""),
    )
