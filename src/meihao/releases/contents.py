"""What a release holds: amounts of units by stage, with totals by town and district, out of a snapshot alone.

Nothing here asks the registry: the towns stand in the snapshot beside the rows, so that the same folder gives
the same tables when the registry has changed, or somebody was erased from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal, TypeAlias

from meihao.base.stages import Stage
from meihao.base.text import Text
from meihao.documents.returns.assembling import REGISTER
from meihao.figures.engines import FastEngine, Measured
from meihao.figures.plan import Basis, Item, Plan
from meihao.figures.snapshot import Snapshot
from meihao.policy.kinds import Disclosure

Level: TypeAlias = Literal["district", "town", "unit"]
Sort: TypeAlias = Literal["people", "sensitive", "money", "thing"]
At: TypeAlias = tuple[str, str]
"""A line and a column of a sheet."""

_TOWN, _UNIT = "town", "unit"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet: the district, a town in it, or a unit in a town; `within` is the line above."""

    key: str
    title: str
    level: Level
    within: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """One column of amounts that add up. `open`: shown whatever its size, unit by unit.

    What touches a sensitive topic counts people, whatever its unit, and is never open.
    """

    key: str
    title: Text
    unit: str
    sort: Sort
    open: bool

    @property
    def places(self) -> int:
        """Decimals in print: people are whole."""
        return 0 if self.sort in ("people", "sensitive") else 2


@dataclass(frozen=True, slots=True)
class Ratio:
    """One column of values: numerator ÷ denominator × scale, both columns of amounts."""

    key: str
    title: Text
    unit: Text
    numerator: str
    denominator: str
    scale: int
    places: int


@dataclass(frozen=True)
class Sheet:
    """One table of a release. `values` are the amounts, None where one is not known."""

    key: str
    stage: Stage
    title: Text
    lines: tuple[Line, ...]
    amounts: tuple[Amount, ...]
    ratios: tuple[Ratio, ...]
    values: Mapping[At, Fraction | None]

    @property
    def places(self) -> Mapping[str, int]:
        """Decimals in print by column."""
        amounts = {amount.key: amount.places for amount in self.amounts}
        return amounts | {ratio.key: ratio.places for ratio in self.ratios}

    @cached_property
    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """The lines of the sheet that make up each line above them."""
        found: dict[str, list[str]] = defaultdict(list)
        for line in self.lines:
            if line.within:
                found[line.within].append(line.key)
        return {key: tuple(lines) for key, lines in found.items()}


@dataclass(frozen=True)
class Contents:
    """All sheets, the name under which each amount is known across releases, and what each total rests on.

    `behind` gives the amounts of the units behind a line and column: who contributes to a total.
    """

    fact: str
    on: str
    place: str
    sheets: tuple[Sheet, ...]
    behind: Mapping[tuple[Stage, str, str], tuple[Fraction, ...]]

    def name(self, stage: Stage, line: str, column: str) -> str:
        """One amount, whatever release it stands in: what is counted, where, on which day."""
        return f"{self.fact}|{self.on}|{stage}|{column}|{line}"


def contents(snapshot: Snapshot, plan: Plan, policy: Disclosure) -> Contents:
    """What a release of a standard would hold before anything is hidden.

    Within an audience's own scope every amount is told by unit; else only the open ones are.
    """
    measured = {
        key: found
        for key, found in FastEngine().measure(snapshot, plan).items()
        if found.in_scope is not False
    }
    reader = _Reader(snapshot, plan, policy, measured)
    stages = [stage for stage in plan.stages if any(key.stage is stage for key in measured)]
    sheets = tuple(sheet for stage in stages for sheet in reader.sheets(stage))
    return Contents(plan.fact.key, str(snapshot.on), snapshot.place, sheets, reader.behind)


class _Reader:
    def __init__(self, snapshot: Snapshot, plan: Plan, policy: Disclosure, measured: Measured) -> None:
        self.snapshot, self.plan, self.policy, self.measured = snapshot, plan, policy, measured
        self.items = plan.of_block(plan.unit_block) if plan.unit_block else ()
        self.towns = _towns(snapshot, plan)
        self.behind: dict[tuple[Stage, str, str], tuple[Fraction, ...]] = {}

    def sheets(self, stage: Stage) -> Iterator[Sheet]:
        """The sheet by town, and the one by unit where there is anything to tell by unit."""
        amounts, ratios = self._columns()
        leaves = self._leaves(stage)
        lines = self._lines(stage)
        values = self._totals(stage, lines, leaves, [amount.key for amount in amounts])
        by_unit = [amount for amount in amounts if amount.open or self.policy.within_scope]
        shown = {amount.key for amount in by_unit}
        part = stage.words
        title = Text(f"{part.zh}：全区和各乡镇（街道）", f"{part.en}: the district and its towns")
        above = tuple(line for line in lines if line.level != _UNIT)
        yield self._sheet(f"{stage}-towns", stage, title, above, amounts, ratios, values)
        if by_unit:
            title = Text(f"{part.zh}：各校", f"{part.en}: by school")
            told = tuple(one for one in ratios if {one.numerator, one.denominator} <= shown)
            yield self._sheet(f"{stage}-units", stage, title, lines, tuple(by_unit), told, values)

    def _sheet(
        self,
        key: str,
        stage: Stage,
        title: Text,
        lines: tuple[Line, ...],
        amounts: tuple[Amount, ...],
        ratios: tuple[Ratio, ...],
        values: Mapping[At, Fraction | None],
    ) -> Sheet:
        kept = {(line.key, amount.key): values[line.key, amount.key] for line in lines for amount in amounts}
        return Sheet(key, stage, title, lines, amounts, ratios, kept)

    def _columns(self) -> tuple[tuple[Amount, ...], tuple[Ratio, ...]]:
        found: dict[str, Amount] = {}
        ratios = []
        for item in self.items:
            under, over = _key(item, "denominator"), _key(item, "numerator")
            found.setdefault(under, self._amount(under, item.denominator.title, item.denominator.unit))
            found.setdefault(over, self._amount(over, item.numerator.title, item.numerator.unit))
            rule = item.indicator
            ratios.append(Ratio(rule.key, rule.short, rule.unit, over, under, rule.scale, rule.places))
        ordered = sorted(found.values(), key=lambda amount: not amount.open)
        return tuple(ordered), tuple(ratios)

    def _amount(self, key: str, title: Text, unit: str) -> Amount:
        sort = self._sort(title, unit)
        return Amount(key, title, unit, sort, sort != "sensitive" and key in self.policy.open)

    def _sort(self, title: Text, unit: str) -> Sort:
        sensitive = self.policy.sensitive
        if sensitive is not None and any(topic in title.zh for topic in sensitive.topics):
            return "sensitive"
        if unit in self.policy.people:
            return "people"
        return "money" if unit in self.policy.money else "thing"

    def _lines(self, stage: Stage) -> tuple[Line, ...]:
        """The district, then each town with its units, by code: never by value."""
        units = sorted(key.campus for key in self.measured if key.stage is stage)
        whole = f"all:{self.snapshot.place}"
        lines = [Line(whole, "", "district")]
        for town in sorted({self.towns.get(unit, "") for unit in units}):
            lines.append(Line(f"{_TOWN}:{town}", town, "town", whole))
            inside = [unit for unit in units if self.towns.get(unit, "") == town]
            lines += [Line(f"{_UNIT}:{unit}", self._name(unit), "unit", f"{_TOWN}:{town}") for unit in inside]
        return tuple(lines)

    def _name(self, unit: str) -> str:
        row = self.snapshot.table(self.plan.fact).rows[unit]
        return str(row.get(self.plan.fact.name_column) or unit)

    def _leaves(self, stage: Stage) -> dict[At, Fraction | None]:
        found: dict[At, Fraction | None] = {}
        for key, amounts in self.measured.items():
            if key.stage is not stage:
                continue
            for item in self.items:
                over, under = amounts.amounts[item.id, Basis.STRICT]
                line = f"{_UNIT}:{key.campus}"
                found[line, _key(item, "numerator")] = over
                found[line, _key(item, "denominator")] = under
        return found

    def _totals(
        self, stage: Stage, lines: tuple[Line, ...], leaves: Mapping[At, Fraction | None], columns: list[str]
    ) -> dict[At, Fraction | None]:
        """Each line's amounts: a total is known only where every unit's is."""
        town = {line.key: line.within for line in lines if line.level == "unit"}
        whole = lines[0].key
        found = dict(leaves)
        for column in columns:
            units: dict[str, list[Fraction | None]] = defaultdict(list)
            for line, above in town.items():
                units[above].append(leaves[line, column])
                units[whole].append(leaves[line, column])
            for line, amounts in units.items():
                known = tuple(amount for amount in amounts if amount is not None)
                found[line, column] = sum(known, Fraction(0)) if len(known) == len(amounts) else None
                self.behind[stage, line, column] = known
        return found


def _key(item: Item, side: Literal["numerator", "denominator"]) -> str:
    """The element's key, or a name of its own for a measure that is written in place."""
    named = getattr(item.indicator, side)
    return named if isinstance(named, str) else f"{item.indicator.key}/{side}"


def _towns(snapshot: Snapshot, plan: Plan) -> dict[str, str]:
    """The town of each unit as the snapshot has it: its own column, or the register beside it."""
    own = {code: row.get(_TOWN) for code, row in snapshot.table(plan.fact).rows.items()}
    register = snapshot.tables.get(REGISTER)
    listed = {code: row.get(_TOWN) for code, row in register.rows.items()} if register is not None else {}
    return {code: str(town) for found in (listed, own) for code, town in found.items() if town}
