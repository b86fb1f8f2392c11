"""政策推演 on a page: limits of a standard changed in the address, the same rows judged again, nothing saved.

The draft is what `meihao what-if --policies` would read from changed files: the same policies with other
limits; `remedies.what_if` does the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from meihao.base.exact import decimal_text
from meihao.base.stages import Stage
from meihao.base.text import Refused, Text
from meihao.figures.comparing import Turn
from meihao.figures.plan import Item, Plan
from meihao.figures.result import Evaluation, State
from meihao.figures.snapshot import Snapshot
from meihao.policy.kinds import AnyPolicy, Indicator, Standard
from meihao.policy.reader import Source
from meihao.policy.rulebook import Rulebook
from meihao.releases import rules
from meihao.releases.evaluating import engine_for, hash_of
from meihao.releases.memory import Memory
from meihao.releases.opened import clauses_of
from meihao.releases.seen import Seen
from meihao.remedies.what_if import WhatIf, what_if

_KEPT = 16
_LONGEST = 12
_MOST = Fraction(10**9)
_found = Memory[WhatIf](_KEPT)


@dataclass(frozen=True, slots=True)
class Field:
    """One limit that may be supposed otherwise: its name in the address, the value in force, the clause."""

    name: str
    title: Text
    stage: Stage
    sign: str
    value: Fraction
    unit: Text
    clause: str
    supposed: str

    @property
    def present(self) -> str:
        """The value in force."""
        return decimal_text(self.value)

    @property
    def shown(self) -> str:
        """What stands in the field."""
        return self.supposed or self.present

    @property
    def changed(self) -> bool:
        """Whether another value is supposed."""
        return bool(self.supposed) and number(self.supposed, self.title) != self.value


def fields(plan: Plan, get: Mapping[str, str]) -> list[Field]:
    """The thresholds of items and the limits of coefficients, by item and stage."""
    return [*_of_items(plan, get), *_of_dispersions(plan, get)]


def _of_items(plan: Plan, get: Mapping[str, str]) -> Iterator[Field]:
    for item in plan.items:
        for stage in plan.stages if item.indicator.judged_in and item.indicator.judged_in.at_least else ():
            least, name = item.threshold(stage), f"{item.id}.{stage}"
            if least is not None:
                indicator = item.indicator
                (clause, *_) = clauses_of(indicator.reference)
                said = get.get(name, "").strip()
                yield Field(name, indicator.short, stage, "≥", least, indicator.unit, clause, said)


def _of_dispersions(plan: Plan, get: Mapping[str, str]) -> Iterator[Field]:
    for block_name, block in plan.standard.blocks.items():
        limits = block.dispersion.at_most if block.dispersion else None
        (clause, *_) = clauses_of(plan.standard.reference)
        for stage, most in (limits or {}).items():
            name = f"cv.{block_name}.{stage}"
            title = Text("差异系数", "dispersion")
            yield Field(name, title, stage, "≤", most, Text("", ""), clause, get.get(name, "").strip())


def number(said: str, title: Text) -> Fraction:
    """A limit as typed. Raises `Refused`."""
    try:
        value = (
            Fraction(said) if len(said) <= _LONGEST and "/" not in said and "e" not in said.lower() else None
        )
    except (ValueError, ZeroDivisionError):
        value = None
    if value is None or not 0 <= value <= _MOST:
        raise Refused(
            f"「{title.zh}」的限值「{said[:20]}」不是数：请写 0 以上的数，如 4.5。",
            f"“{said[:20]}” is no limit of “{title.en}”: write a number from 0 up, such as 4.5.",
        )
    return value


def supposed(snapshot: Snapshot, plan: Plan, asked: list[Field]) -> WhatIf:
    """The standard as it is and as it would be. Raises `Refused` for a limit that is no number."""
    changes = {field.name: number(field.supposed, field.title) for field in asked if field.changed}
    key = f"{hash_of(snapshot)} {plan.standard.key} {plan.on} {sorted(changes.items())}"
    engine, present = engine_for(snapshot, plan), rules.rulebook()

    def make() -> WhatIf:
        return what_if(snapshot, plan.standard.key, plan.on, present, draft(present, plan, changes), engine)

    return _found.get(key, make)


def draft(present: Rulebook, plan: Plan, changes: Mapping[str, Fraction]) -> Rulebook:
    """The rulebook with other limits: only the versions this plan rests on are changed."""
    changed: dict[int, AnyPolicy] = {id(item.indicator): _indicator(item, changes) for item in plan.items}
    changed[id(plan.standard)] = _standard(plan.standard, changes)
    return Rulebook(_source(source, changed) for source in present.sources())


def _source(source: Source, changed: Mapping[int, AnyPolicy]) -> Source:
    other = changed.get(id(source.policy))
    if other is None or other == source.policy:
        return source
    return replace(source, policy=other, digest=f"{source.digest}*")


def _indicator(item: Item, changes: Mapping[str, Fraction]) -> Indicator:
    judged = item.indicator.judged_in
    if judged is None or judged.at_least is None:
        return item.indicator
    limits = {stage: changes.get(f"{item.id}.{stage}", least) for stage, least in judged.at_least.items()}
    return item.indicator.model_copy(update={"judged_in": judged.model_copy(update={"at_least": limits})})


def _standard(standard: Standard, changes: Mapping[str, Fraction]) -> Standard:
    blocks = dict(standard.blocks)
    for name, block in standard.blocks.items():
        if block.dispersion is not None and block.dispersion.at_most is not None:
            limits = {s: changes.get(f"cv.{name}.{s}", most) for s, most in block.dispersion.at_most.items()}
            rule = block.dispersion.model_copy(update={"at_most": limits})
            blocks[name] = block.model_copy(update={"dispersion": rule})
    return standard.model_copy(update={"blocks": blocks})


@dataclass(frozen=True, slots=True)
class Side:
    """A number before and after, with its words."""

    title: Text
    before: str
    after: str

    @property
    def turned(self) -> bool:
        """Whether it is another."""
        return self.before != self.after


def sides(found: WhatIf) -> list[Side]:
    """What the standard comes to under both: the whole, each block, units that reach, coefficients within."""
    blocks = found.present.plan.standard.blocks
    told = [Side(Text("整体", "whole"), *(one.whole.words.zh for one in (found.present, found.then)))]
    for name, block in blocks.items():
        told.append(
            Side(block.title, *(one.block(name).state.words.zh for one in (found.present, found.then)))
        )
    return [*told, *_counts(found)]


def _counts(found: WhatIf) -> Iterator[Side]:
    name = found.present.plan.unit_block
    if name is not None:
        counts = [_reached(one, name) for one in (found.present, found.then)]
        yield Side(Text("达标校段", "school-stages that reach"), *(one[0] for one in counts))
        yield Side(Text("限内差异系数", "dispersions within"), *(one[1] for one in counts))


def _reached(evaluation: Evaluation, name: str) -> tuple[str, str]:
    block = evaluation.block(name)
    units = [unit.state for unit in block.units]
    found = [one.state for one in block.dispersions if one.limit is not None]
    return _of(units), _of(found)


def _of(states: list[State]) -> str:
    return f"{states.count(State.REACHED)} / {len(states)}"


_OF_PLACE = frozenset({"whole", "block", "cv", "composite", "clause", "test"})


def may_be_named(turn: Turn, seen: Seen) -> bool:
    """Whether what turns is of the place as a whole, or of a unit that may be named."""
    kind, *rest = turn.address.split("/")
    return kind in _OF_PLACE or (bool(rest) and rest[0] in seen)
