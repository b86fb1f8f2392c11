"""The attacker: what the published cells of all releases together leave possible for the hidden ones.

An attacker knows every cell that is shown, every sum, that no cell is negative and that all are whole.
With z = y − a the deviation of a possible table y from the true one a, each sum says Σ z(parts) = z(total),
a shown cell has z = 0, and a hidden one −a ≤ z. Least and most of a cell are linear programs (GLOP); where a
bound is not reached in whole numbers it is found again by SCIP, which can only narrow the interval.
Source: Fischetti and Salazar, Models and Algorithms for Optimizing Cell Suppression in Tabular Data (2000).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ortools.linear_solver import pywraplp

from meihao.methods.disclosure_rules import Sum, Table

_NEAR = 1e-5
"""Below this a solver's number counts as whole: GLOP works to 1e-7 on cells of up to millions."""
_CAP = 4
"""A hidden cell is let rise so many times the sum of all that is hidden with it: a bound beyond that sum is
no bound that anybody's cell sets."""


@dataclass(frozen=True)
class Ledger:
    """All that was published to one audience: cells by key, shown or hidden, and the sums among them.

    `needs` gives, for each protected cell, how wide the interval of an attacker must stay; `limits` what an
    attacker knows of a hidden cell besides (least and most, from a share told in a band).
    """

    values: Mapping[str, int] = field(default_factory=dict)
    sums: frozenset[Sum] = frozenset()
    shown: frozenset[str] = frozenset()
    needs: Mapping[str, int] = field(default_factory=dict)
    limits: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def hidden(self) -> frozenset[str]:
        """Every cell that no release shows."""
        return frozenset(self.values.keys() - self.shown)

    def plus(
        self,
        table: Table,
        hidden: Iterable[str],
        needs: Mapping[str, int],
        limits: Mapping[str, tuple[int, int]] | None = None,
    ) -> Ledger:
        """With one more table. A cell shown once is known for good. Raises `ValueError` for two values."""
        for key, value in table.cells.items():
            if self.values.get(key, value) != value:
                raise ValueError(f"{key} has two values")
        most = {key: max(need, self.needs.get(key, 0)) for key, need in needs.items()}
        return Ledger(
            {**self.values, **table.cells},
            self.sums | frozenset(table.sums),
            self.shown | (table.cells.keys() - frozenset(hidden)),
            {**self.needs, **most},
            _tighter(self.limits, limits or {}),
        )


def _tighter(
    before: Mapping[str, tuple[int, int]], new: Mapping[str, tuple[int, int]]
) -> dict[str, tuple[int, int]]:
    found = dict(before)
    for key, (least, most) in new.items():
        low, high = found.get(key, (least, most))
        found[key] = max(low, least), min(high, most)
    return found


@dataclass(frozen=True, slots=True)
class Interval:
    """What a hidden cell can be, both ends included; `high` None: more than all hidden cells together."""

    low: int
    high: int | None

    @property
    def width(self) -> int | None:
        """Whole numbers between the ends; 0: recovered exactly; None: without end."""
        return None if self.high is None else self.high - self.low

    def at_least(self, need: int) -> bool:
        """Whether it is wide enough."""
        return self.width is None or self.width >= need


@dataclass(frozen=True, slots=True)
class Audit:
    """What an attacker can make of a ledger: the interval of each hidden cell, and where that is too little.

    `exact`: hidden cells recovered exactly. `narrow`: protected cells with an interval below their need.
    `exposed`: protected cells that an earlier release shows: no release can take that back.
    """

    intervals: Mapping[str, Interval]
    exact: tuple[str, ...]
    narrow: tuple[str, ...]
    exposed: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """Whether nothing that is hidden can be worked out, nor nearly."""
        return not self.exact and not self.narrow


def audit(ledger: Ledger) -> Audit:
    """Bounds every hidden cell over all releases of the ledger together."""
    intervals: dict[str, Interval] = {}
    for attacker in attackers(ledger, ledger.hidden):
        intervals |= {key: attacker.interval(key) for key in sorted(attacker.cells)}
    return Audit(
        intervals,
        tuple(sorted(key for key, found in intervals.items() if found.width == 0)),
        tuple(
            key
            for key, need in sorted(ledger.needs.items())
            if key in intervals and not intervals[key].at_least(need)
        ),
        tuple(sorted(ledger.needs.keys() & ledger.shown)),
    )


def attackers(ledger: Ledger, wanted: Iterable[str]) -> Iterator[Attacker]:
    """One attacker for each set of hidden cells that hang together and hold a wanted cell."""
    by_cell: dict[str, list[Sum]] = defaultdict(list)
    for line in sorted(ledger.sums, key=lambda one: (one.total, one.parts)):
        for key in (line.total, *line.parts):
            by_cell[key].append(line)
    done: set[str] = set()
    hidden = ledger.hidden
    for start in sorted(set(wanted) & hidden):
        if start not in done:
            found = _together(start, hidden, by_cell)
            done |= found
            lines = {line for key in found for line in by_cell[key]}
            yield Attacker(ledger, frozenset(found), tuple(sorted(lines, key=lambda s: (s.total, s.parts))))


def _together(start: str, hidden: frozenset[str], by_cell: Mapping[str, list[Sum]]) -> set[str]:
    found, ahead = {start}, [start]
    while ahead:
        for line in by_cell[ahead.pop()]:
            new = ({line.total, *line.parts} & hidden) - found
            found |= new
            ahead += sorted(new)
    return found


class Attacker:
    """Who bounds hidden cells that hang together by sums; keeps every possible table met on the way.

    `seen` holds the least and the most whole deviation of each cell in the tables met: two tables that an
    attacker cannot tell apart prove an interval without solving for its ends.
    """

    def __init__(self, ledger: Ledger, cells: frozenset[str], sums: tuple[Sum, ...]) -> None:
        self.ledger, self.cells, self.sums = ledger, cells, sums
        self.seen = dict.fromkeys(cells, (0, 0))
        needs = (ledger.needs.get(key, 0) for key in cells)
        self.all = 1 + sum(ledger.values[key] for key in cells) + max(needs, default=0)
        self._solvers: dict[str, tuple[Any, dict[str, Any], list[Any]]] = {}

    def room(self, key: str) -> tuple[int, int]:
        """How far a cell may lie below and above its value by what is known of it alone."""
        value = self.ledger.values[key]
        least, most = self.ledger.limits.get(key, (0, value + _CAP * self.all))
        return value - least, most - value

    def interval(self, key: str) -> Interval:
        """What the cell can be, in whole numbers."""
        value, below, above = self.ledger.values[key], self.whole(key, -1), self.whole(key, 1)
        return Interval(value - below, None if above > self.all else value + above)

    def whole(self, key: str, way: int) -> int:
        """How far the cell can go up (`way` 1) or down (−1), in whole numbers."""
        far, point, _ = self.reach(key, way)
        return round(far if _is_whole(point) else self.reach(key, way, engine="SCIP")[0])

    def wide(self, key: str, need: int) -> bool:
        """Whether the cell's interval is at least so wide, in whole numbers."""
        for way in (1, -1):
            if self._proved(key) >= need:
                return True
            self.whole(key, way)
        return self._proved(key) >= need

    def _proved(self, key: str) -> int:
        low, high = self.seen[key]
        return high - low

    def reach(
        self, key: str, way: int, engine: str = "GLOP"
    ) -> tuple[float, dict[str, float], dict[Sum, float]]:
        """The bound in one direction, the table where it is reached (as deviations), the dual of each sum.

        Duals are those of `way` × deviation, and only GLOP tells them. Raises `RuntimeError` where the solver
        gives up.
        """
        solver, variables, rows = self._solver(engine)
        objective = solver.Objective()
        objective.Clear()
        objective.SetCoefficient(variables[key], way)
        objective.SetMaximization()
        status = solver.Solve()
        if status != solver.OPTIMAL:
            raise RuntimeError(f"the solver gave up on {key}: {status}")
        point = {name: variable.solution_value() for name, variable in variables.items()}
        self._met(point)
        told = rows if engine == "GLOP" else []
        duals = {line: row.dual_value() for line, row in zip(self.sums, told, strict=False)}
        return float(objective.Value()), point, duals

    def _met(self, point: Mapping[str, float]) -> None:
        if _is_whole(point):
            for key, far in point.items():
                low, high = self.seen[key]
                self.seen[key] = min(low, round(far)), max(high, round(far))

    def _solver(self, engine: str) -> tuple[Any, dict[str, Any], list[Any]]:
        if engine not in self._solvers:
            solver = pywraplp.Solver.CreateSolver(engine)
            add = solver.NumVar if engine == "GLOP" else solver.IntVar
            variables = {}
            for key in sorted(self.cells):
                below, above = self.room(key)
                variables[key] = add(-below, above, "")
            rows = []
            for line in self.sums:
                row = solver.RowConstraint(0, 0, "")
                for name, factor in coefficients(line).items():
                    if name in variables:
                        row.SetCoefficient(variables[name], factor)
                rows.append(row)
            self._solvers[engine] = solver, variables, rows
        return self._solvers[engine]


def coefficients(line: Sum) -> dict[str, int]:
    """The factors of a sum as Σ parts − total = 0."""
    found: dict[str, int] = defaultdict(int)
    for part in line.parts:
        found[part] += 1
    found[line.total] -= 1
    return dict(found)


def _is_whole(point: Mapping[str, float]) -> bool:
    return all(abs(far - round(far)) < _NEAR for far in point.values())
