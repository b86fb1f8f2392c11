"""Which further cells to hide, so that what is hidden stays hidden: complementary suppression.

A hidden cell among shown ones and their totals is a subtraction away. The fewest further cells are chosen by
a mixed-integer program (SCIP) over the cells that may still be hidden. Its constraints are found one after
the other: choose, let the attacker loose on all releases together, and for each protected cell that comes
out too narrow add what every good choice must fulfil. By duality of the attacker's two linear programs, with
d = ±e − λA, each choice x leaves an interval of at most

    Σ x(i) · (d⁺(i) · above(i) + d⁻(i) · below(i))

for λ of either direction, so that this must be at least the need. Source: Fischetti and Salazar (2000), §4,
capacity and bridge-less constraints.

It ends: each round either passes or hides differently, and after `ROUNDS` every round hides one cell more,
until all are hidden. Where even that does not do, nothing can be published, and it says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ortools.linear_solver import pywraplp

from meihao.methods.disclosure_lp import Attacker, Ledger, attackers, coefficients
from meihao.methods.disclosure_rules import Rule, Sum, Table

ROUNDS = 40
"""Choices tried before cells are hidden one by one: time, not safety."""
_NODES = 20_000
"""Nodes of the branching after which the best choice found so far is taken: a count, not a clock, so that
the same table gives the same cells."""
_NOTHING = Ledger()
_FAINT = 1e-7


class UnprotectableError(ValueError):
    """Even with all of the table hidden, an attacker knows too much: `cells` from earlier releases."""

    def __init__(self, cells: Iterable[str]) -> None:
        self.cells = tuple(sorted(cells))
        super().__init__(", ".join(self.cells))


@dataclass(frozen=True, slots=True)
class _Cut:
    """Σ factor · hidden(cell) ≥ at least, over the cells that may be hidden."""

    factors: Mapping[str, float]
    at_least: float


def complementary(
    table: Table,
    marked: frozenset[str],
    rule: Rule,
    ledger: Ledger = _NOTHING,
    needs: Mapping[str, int] | None = None,
) -> frozenset[str]:
    """The cells to hide besides the `marked`, given all that the ledger's releases have shown already.

    The number of cells is least, and among those the sum of their values. `needs` are the widths wanted where
    they are not the rule's. Raises `UnprotectableError`.
    """
    wanted = {key: rule.need(table.cells[key]) for key in marked} if needs is None else dict(needs)
    chooser = _Chooser(table, marked, wanted, ledger)
    return frozenset(chooser.chosen() - marked)


class _Chooser:
    def __init__(
        self, table: Table, marked: frozenset[str], needs: Mapping[str, int], ledger: Ledger
    ) -> None:
        self.table, self.marked, self.ledger, self.needs = table, marked, ledger, needs
        self.free = sorted(table.cells.keys() - marked - ledger.shown)
        self.all = ledger.plus(table, table.cells.keys(), needs)
        self.cuts: list[_Cut] = []

    def chosen(self) -> frozenset[str]:
        """The cells of the table to hide, the marked among them."""
        hidden = self.marked
        for _ in range(ROUNDS):
            failing = list(self._failing(hidden))
            if not failing:
                return self._without_the_plain(hidden)
            self.cuts += failing
            if (choice := self._choice()) is None:
                break
            hidden = self.marked | choice
        return self._one_by_one(hidden)

    def _with(self, hidden: Iterable[str]) -> Ledger:
        return self.ledger.plus(self.table, hidden, self.needs)

    def _failing(self, hidden: frozenset[str]) -> Iterator[_Cut]:
        """What the choice breaks, for each protected cell that an attacker knows too well."""
        ledger = self._with(hidden)
        for attacker in attackers(ledger, ledger.needs):
            for key in sorted(attacker.cells & ledger.needs.keys()):
                if not attacker.wide(key, ledger.needs[key]):
                    yield self._cut(attacker, key, ledger.needs[key], hidden)

    def _still_failing(self, hidden: frozenset[str]) -> list[str]:
        ledger = self._with(hidden)
        return [
            key
            for attacker in attackers(ledger, ledger.needs)
            for key in sorted(attacker.cells & ledger.needs.keys())
            if not attacker.wide(key, ledger.needs[key])
        ]

    def _cut(self, attacker: Attacker, key: str, need: int, hidden: frozenset[str]) -> _Cut:
        """The capacity constraint of a cell, or, where it says nothing new, that something more is hidden."""
        factors: dict[str, float] = {}
        for way in (1, -1):
            _, _, duals = attacker.reach(key, way)
            for name, slope in self._slopes(duals, key, way).items():
                below, above = attacker.room(name)
                gain = slope * above if slope > 0 else -slope * below
                factors[name] = factors.get(name, 0.0) + gain
        fixed = self.all.hidden - frozenset(self.free)
        left = need - sum(min(gain, need) for name, gain in factors.items() if name in fixed)
        known = {
            name: min(factors.get(name, 0.0), left) for name in self.free if factors.get(name, 0.0) > _FAINT
        }
        if left <= _FAINT or sum(gain for name, gain in known.items() if name in hidden) >= left - _FAINT:
            return _Cut({name: 1.0 for name in self.free if name not in hidden}, 1.0)
        return _Cut({name: gain / left for name, gain in known.items()}, 1.0)

    def _slopes(self, duals: Mapping[Sum, float], key: str, way: int) -> dict[str, float]:
        """d = way · e − λA, by cell, over all cells that are not shown for good."""
        found: dict[str, float] = {key: float(way)}
        for line, dual in duals.items():
            if abs(dual) > _FAINT:
                for name, factor in coefficients(line).items():
                    found[name] = found.get(name, 0.0) - dual * factor
        return {
            name: slope for name, slope in found.items() if name in self.all.hidden and abs(slope) > _FAINT
        }

    def _choice(self) -> frozenset[str] | None:
        """The cheapest cells that fulfil every constraint so far; None where none do."""
        solver = pywraplp.Solver.CreateSolver("SCIP")
        hide = {key: solver.BoolVar("") for key in self.free}
        objective = solver.Objective()
        total = 1 + sum(self.table.cells[key] for key in self.free)
        for key, variable in hide.items():
            objective.SetCoefficient(variable, 1 + self.table.cells[key] / total)
        objective.SetMinimization()
        for cut in [*self.cuts, *self._alone()]:
            _require(solver, hide, cut)
        solver.SetSolverSpecificParametersAsString(f"limits/nodes = {_NODES}")
        if solver.Solve() not in (solver.OPTIMAL, solver.FEASIBLE):
            return None
        return frozenset(key for key, variable in hide.items() if variable.solution_value() > 0.5)

    def _alone(self) -> Iterator[_Cut]:
        """No cell is the only hidden one of a sum: it would be a subtraction away."""
        free = frozenset(self.free)
        for line in sorted(self.all.sums, key=lambda one: (one.total, one.parts)):
            cells = frozenset((line.total, *line.parts))
            fixed, open_ = cells & (self.all.hidden - free), cells & free
            if len(fixed) == 1:
                yield _Cut(dict.fromkeys(sorted(open_), 1.0), 1.0)
            elif not fixed:
                for key in sorted(open_):
                    yield _Cut({name: -1.0 if name == key else 1.0 for name in sorted(open_)}, 0.0)

    def _one_by_one(self, hidden: frozenset[str]) -> frozenset[str]:
        """One more cell a round, the least of a sum that holds a failing cell before any other."""
        while failing := self._still_failing(hidden):
            left = [key for key in self.free if key not in hidden]
            if not left:
                raise UnprotectableError(failing)
            near = {
                key
                for line in self.all.sums
                if (cells := {line.total, *line.parts}) & set(failing)
                for key in cells
            }
            hidden |= {min(left, key=lambda key: (key not in near, self.table.cells[key], key))}
        return self._without_the_plain(hidden)

    def _without_the_plain(self, hidden: frozenset[str]) -> frozenset[str]:
        """Shows again what was hidden besides and is recovered exactly: hiding it told nobody less."""
        ledger = self._with(hidden)
        plain = {
            key
            for attacker in attackers(ledger, hidden - self.marked)
            for key in sorted(attacker.cells & (hidden - self.marked - self.ledger.hidden))
            if not attacker.wide(key, 1)
        }
        return hidden - plain


def _require(solver: Any, hide: Mapping[str, Any], cut: _Cut) -> None:
    row = solver.RowConstraint(cut.at_least, solver.infinity(), "")
    for key, factor in cut.factors.items():
        row.SetCoefficient(hide[key], factor)


def protected(
    table: Table, marked: frozenset[str], rule: Rule, ledger: Ledger = _NOTHING
) -> tuple[frozenset[str], Ledger]:
    """All cells of a table to hide (the marked and the further ones), and the ledger with the table in it.

    What an earlier release hides stays hidden, and what one shows cannot be hidden any more. A further cell
    must not be recovered exactly either: its need is 1. Raises `UnprotectableError`.
    """
    kept = (marked | ledger.hidden & table.cells.keys()) - ledger.shown
    needs = {key: rule.need(table.cells[key]) for key in marked - ledger.shown}
    further = complementary(table, kept, rule, ledger, needs)
    return kept | further, ledger.plus(table, kept | further, {**dict.fromkeys(further, 1), **needs})
