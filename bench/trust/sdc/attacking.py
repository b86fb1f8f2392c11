"""An attacker of its own: whole tables, every release at once, another solver (CLP), nothing taken apart.

It shares no code with the one that guards the gate; where both are wrong, they are wrong in different ways.
"""

from __future__ import annotations

from collections.abc import Iterable

from ortools.linear_solver import pywraplp

from meihao.methods.disclosure_rules import Table

Bounds = dict[str, tuple[float, float]]


def bounds(releases: Iterable[Table], shown: Iterable[str]) -> Bounds:
    """The least and the greatest that each hidden cell can be, as an attacker sees it."""
    tables = list(releases)
    values = {key: value for table in tables for key, value in table.cells.items()}
    known = set(shown)
    solver = pywraplp.Solver.CreateSolver("CLP")
    top = 100.0 * (1 + max(values.values()))
    cells = {
        key: solver.NumVar(value if key in known else 0, value if key in known else top, key)
        for key, value in values.items()
    }
    for table in tables:
        for line in table.sums:
            solver.Add(sum(cells[part] for part in line.parts) == cells[line.total])
    found = {}
    for key in values.keys() - known:
        ends = []
        for way in (solver.Minimize, solver.Maximize):
            way(cells[key])
            if solver.Solve() != solver.OPTIMAL:
                raise RuntimeError(f"no bound for {key}")
            ends.append(cells[key].solution_value())
        found[key] = (ends[0], ends[1])
    return found
