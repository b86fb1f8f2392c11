"""Engines: rows in, the exact amounts of every unit out. One interface, several speeds.

The plain engine walks the rows with the interpreter, straight from the definition. The fast
engine has DuckDB do it in one pass, with every number an exact pair of decimals. They must agree
to the last digit; the plain one is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol, TypeAlias

import duckdb
from sqlglot import exp

from meihao.base.stages import Stage
from meihao.figures.interpreter import Interpreter
from meihao.figures.plan import Basis, Formula, Plan
from meihao.figures.snapshot import Snapshot, file_name, load
from meihao.figures.sql import Known, Pair, translated, under, whole
from meihao.policy.kinds import Fact

Amount: TypeAlias = tuple[Fraction | None, Fraction | None]


@dataclass(frozen=True, slots=True)
class UnitKey:
    """A campus-stage: the identity of the row and the stage."""

    campus: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class UnitAmounts:
    """What an engine says of one unit; `in_scope` is None where it cannot be known yet."""

    in_scope: bool | None
    amounts: dict[tuple[str, Basis], Amount]


Measured: TypeAlias = dict[UnitKey, UnitAmounts]


class Engine(Protocol):
    """Computes the numerator and denominator of every formula for every unit of a snapshot."""

    name: str

    def measure(self, snapshot: Snapshot, plan: Plan) -> Measured:
        """Exact amounts by unit; a unit is a row at a stage it teaches (unknown counts as teaching)."""
        ...


class PlainEngine:
    """The definition, row by row."""

    name = "plain"

    def measure(self, snapshot: Snapshot, plan: Plan) -> Measured:
        """See `Engine`."""
        formulas, measured = plan.formulas(), Measured()
        for identity, row in sorted(snapshot.table(plan.fact).rows.items()):
            reader = Interpreter(plan.fact, row)
            for stage, present in plan.fact.units.items():
                if reader.truth(present) is not False:
                    amounts = self._amounts(reader, [f for f in formulas if f.stage is stage])
                    scope = reader.truth(plan.standard.in_scope)
                    measured[UnitKey(identity, stage)] = UnitAmounts(scope, amounts)
        return measured

    @staticmethod
    def _amounts(reader: Interpreter, formulas: Sequence[Formula]) -> dict[tuple[str, Basis], Amount]:
        return {
            (f.item, f.basis): (reader.number(f.numerator), reader.number(f.denominator)) for f in formulas
        }


class FastEngine:
    """One SQL statement on DuckDB; nothing is divided and nothing is a binary float.

    Numbers too large for the database's integers are left to the plain engine, which has no limit.
    """

    name = "fast"

    def measure(self, snapshot: Snapshot, plan: Plan) -> Measured:
        """See `Engine`."""
        with duckdb.connect() as connection:
            _given(connection, snapshot, plan.fact)
            try:
                rows = connection.execute(statement(plan)).fetchall()
            except duckdb.OutOfRangeException:
                return PlainEngine().measure(snapshot, plan)
        return _unpacked(plan, rows)


def _given(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, fact: Fact) -> None:
    """The rows of the fact as `given`: straight from the snapshot's file where there is one."""
    if snapshot.folder is None or fact.key not in snapshot.tables:
        load(connection, "given", snapshot.table(fact))
        return
    path = str(snapshot.folder / file_name(fact.key)).replace("'", "''")
    connection.execute(f"CREATE VIEW given AS SELECT * FROM read_parquet('{path}')")


def statement(plan: Plan) -> str:
    """The one SELECT that computes a plan over the table `given`."""
    known = given_columns(plan.fact)
    source: exp.Expression = exp.select(*whole_columns(plan.fact)).from_("given").subquery("whole")
    for name, expression in plan.fact.formulas.items():
        pair = translated(expression, known)
        known[name] = Known(pair.scale, pair.under is not None)
        source = _layer(source, name, pair)
    columns: list[exp.Expression] = [exp.column(plan.fact.identity)]
    columns.append(translated(plan.standard.in_scope, known).over)
    columns += [translated(present, known).over for present in plan.fact.units.values()]
    for formula in plan.formulas():
        for side in (formula.numerator, formula.denominator):
            pair = translated(side, known)
            columns += [pair.over, pair.whole_under]
    listed = [exp.alias_(column, f"c{index}") for index, column in enumerate(columns)]
    return exp.select(*listed).from_(source).order_by(plan.fact.identity).sql(dialect="duckdb")


def given_columns(fact: Fact) -> dict[str, Known]:
    """The scale of each given column."""
    return {name: Known(column.scale) for name, column in fact.columns.items()}


def whole_columns(fact: Fact) -> list[exp.Expr]:
    """The given columns, numbers as whole numbers at their scale."""
    return [
        exp.alias_(whole(name, column.scale), name) if column.kind == "number" else exp.column(name)
        for name, column in fact.columns.items()
    ]


def _layer(source: exp.Expression, name: str, pair: Pair) -> exp.Expression:
    """A derived column, computed once over what lies below it."""
    added = [exp.alias_(pair.over, name)]
    if pair.under is not None:
        added.append(exp.alias_(pair.under, under(name)))
    return exp.select("*", *added).from_(source).subquery(f"with_{name}")


def _unpacked(plan: Plan, rows: Iterable[Sequence[Any]]) -> Measured:
    """The rows of the statement as exact amounts; each ratio is reduced once, here."""
    stages, formulas = list(plan.fact.units), plan.formulas()
    first = 2 + len(stages)  # after the identity, the scope and whether each stage is there
    places = {
        stage: [(f.item, f.basis, first + 4 * n) for n, f in enumerate(formulas) if f.stage is stage]
        for stage in stages
    }
    measured: Measured = {}
    for row in rows:
        for stage, here in zip(stages, row[2:], strict=False):
            if here is not False:
                amounts = {
                    (item, basis): (_ratio(row[at], row[at + 1]), _ratio(row[at + 2], row[at + 3]))
                    for item, basis, at in places[stage]
                }
                measured[UnitKey(str(row[0]), stage)] = UnitAmounts(row[1], amounts)
    return measured


def _ratio(over: int | None, under: int | None) -> Fraction | None:
    return None if over is None or under is None else Fraction(over, under)
