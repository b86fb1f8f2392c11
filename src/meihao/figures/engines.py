"""Engines: rows in, the exact amounts of every unit out. One interface, several speeds.

The plain engine walks the rows with the interpreter, straight from the definition. The fast
engine has DuckDB do it in one pass, with every number an exact pair of decimals. They must agree
to the last digit; the plain one is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, Protocol, TypeAlias

import duckdb
from sqlglot import exp

from meihao.base.stages import Stage
from meihao.figures.interpreter import Interpreter
from meihao.figures.plan import Basis, Formula, Plan, Sum
from meihao.figures.snapshot import Snapshot, file_name, load
from meihao.figures.sql import Known, Pair, translated, under, whole
from meihao.policy.expressions import Expression, columns_of
from meihao.policy.kinds import Fact

_FEW = 2000  # rows: for fewer, finding a better plan takes longer than the worse plan
_KEPT = 16  # statements of the plans used last: writing one takes longer than running it on a district
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


@dataclass(frozen=True, slots=True)
class Summed:
    """A total over the rows of a fact: the sum of what is known, and the rows that are not."""

    known: Fraction
    open: tuple[str, ...]


Sums_: TypeAlias = dict[tuple[str, str], Summed]  # by owner and name


class Engine(Protocol):
    """Computes the numerator and denominator of every formula for every unit of a snapshot."""

    name: str

    def measure(self, snapshot: Snapshot, plan: Plan) -> Measured:
        """Exact amounts by unit; a unit is a row at a stage it teaches (unknown counts as teaching)."""
        ...

    def total(self, snapshot: Snapshot, plan: Plan) -> Sums_:
        """Every total of the plan: a row counts where its condition holds, and is open where either is."""
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

    def total(self, snapshot: Snapshot, plan: Plan) -> Sums_:
        """See `Engine`."""
        return {(sum_.owner, sum_.name): _summed(plan, snapshot, sum_) for sum_ in plan.sums()}

    @staticmethod
    def _amounts(reader: Interpreter, formulas: Sequence[Formula]) -> dict[tuple[str, Basis], Amount]:
        return {
            (f.item, f.basis): (reader.number(f.numerator), reader.number(f.denominator)) for f in formulas
        }


def _summed(plan: Plan, snapshot: Snapshot, sum_: Sum) -> Summed:
    """One total, row by row."""
    fact, total = plan.facts[sum_.fact], sum_.total
    known, open_ = Fraction(0), []
    for identity, row in sorted(snapshot.table(fact).rows.items()):
        reader = Interpreter(fact, row)
        counts = True if total.where is None else reader.truth(total.where)
        value = reader.number(total.value) if counts is not False else Fraction(0)
        if counts is None or value is None:
            open_.append(identity)
        else:
            known += value
    return Summed(known, tuple(open_))


class FastEngine:
    """One SQL statement on DuckDB; nothing is divided and nothing is a binary float.

    Numbers too large for the database's integers are left to the plain engine, which has no limit.
    """

    name = "fast"

    def measure(self, snapshot: Snapshot, plan: Plan) -> Measured:
        """See `Engine`."""
        with _opened(snapshot, plan.fact) as connection:
            try:
                rows = connection.execute(statement(plan)).fetchall()
            except duckdb.OutOfRangeException:
                return PlainEngine().measure(snapshot, plan)
        return _unpacked(plan, rows)

    def total(self, snapshot: Snapshot, plan: Plan) -> Sums_:
        """See `Engine`: one statement a fact."""
        found = Sums_()
        for key in dict.fromkeys(sum_.fact for sum_ in plan.sums()):
            asked = _asked(plan, key)
            with _opened(snapshot, plan.facts[key]) as connection:
                try:
                    rows = connection.execute(totals_statement(plan, key)).fetchone()
                except duckdb.OutOfRangeException:
                    found |= {(one.owner, one.name): _summed(plan, snapshot, one) for one in asked}
                    continue
            assert rows is not None
            for place, one in enumerate(asked):
                sum_over, sum_under, open_ = rows[3 * place : 3 * place + 3]
                known = Fraction(sum_over or 0, sum_under)
                found[one.owner, one.name] = Summed(known, tuple(sorted(open_ or ())))
        return found


def _given(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, fact: Fact) -> None:
    """The rows of the fact as `given`: straight from the snapshot's file where there is one."""
    if snapshot.folder is None or fact.key not in snapshot.tables:
        load(connection, "given", snapshot.table(fact))
        return
    path = str(snapshot.folder / file_name(fact.key)).replace("'", "''")
    connection.execute(f"CREATE TEMP VIEW given AS SELECT * FROM read_parquet('{path}')")


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """One database in memory for the process: opening one takes longer than most statements on a district."""
    return duckdb.connect()


def _opened(snapshot: Snapshot, fact: Fact) -> duckdb.DuckDBPyConnection:
    """A connection that sees the rows of a fact as `given`, its own and gone with it."""
    connection = _database().cursor()
    _given(connection, snapshot, fact)
    if len(snapshot.table(fact).rows) < _FEW:
        connection.execute("PRAGMA disable_optimizer")
    return connection


@lru_cache(maxsize=_KEPT)
def statement(plan: Plan) -> str:
    """The one SELECT that computes a plan over the table `given`."""
    formulas, presence = plan.formulas(), plan.fact.units.values()
    sides = [side for formula in formulas for side in (formula.numerator, formula.denominator)]
    source, known = _layered(plan.fact, [plan.standard.in_scope, *presence, *sides])
    columns: list[exp.Expression] = [exp.column(plan.fact.identity)]
    columns.append(translated(plan.standard.in_scope, known).over)
    columns += [translated(present, known).over for present in plan.fact.units.values()]
    for side in sides:
        pair = translated(side, known)
        columns += [pair.over, pair.whole_under]
    listed = [exp.alias_(column, f"c{index}", copy=False) for index, column in enumerate(columns)]
    return (
        exp.select(*listed, copy=False)
        .from_(source, copy=False)
        .order_by(plan.fact.identity, copy=False)
        .sql(dialect="duckdb")
    )


def _asked(plan: Plan, fact: str) -> list[Sum]:
    return [sum_ for sum_ in plan.sums() if sum_.fact == fact]


@lru_cache(maxsize=_KEPT)
def totals_statement(plan: Plan, key: str) -> str:
    """The one SELECT that adds up the totals of a fact: sum, what to divide it by, and the open rows."""
    fact = plan.facts[key]
    asked = [sum_.total for sum_ in _asked(plan, key)]
    source, known = _layered(fact, [e for t in asked for e in (t.value, t.where) if e is not None])
    columns: list[exp.Expression] = []
    for total in asked:
        value = translated(total.value, known)
        assert value.under is None, "the check of policies lets no total divide"
        counts = exp.true() if total.where is None else translated(total.where, known).over
        columns += _added(fact, value, counts)
    listed = [exp.alias_(column, f"c{index}", copy=False) for index, column in enumerate(columns)]
    return exp.select(*listed, copy=False).from_(source, copy=False).sql(dialect="duckdb")


def _added(fact: Fact, value: Pair, counts: exp.Expression) -> list[exp.Expression]:
    """Sum of the rows that count, its denominator, and the identities of rows not known."""
    taken = exp.Case(ifs=[exp.If(this=exp.paren(counts.copy()), true=value.over.copy())])
    lacking = exp.or_(
        exp.Is(this=exp.paren(counts.copy()), expression=exp.null()),
        exp.and_(exp.paren(counts.copy()), exp.Is(this=exp.paren(value.over.copy()), expression=exp.null())),
    )
    named = exp.Case(ifs=[exp.If(this=lacking, true=exp.column(fact.identity))])
    listed = exp.Anonymous(
        this="LIST_DISTINCT", expressions=[exp.Anonymous(this="LIST", expressions=[named])]
    )
    open_: exp.Expression = listed
    return [exp.Sum(this=taken), value.whole_under, open_]


def _layered(fact: Fact, read: Iterable[Expression]) -> tuple[exp.Expression, dict[str, Known]]:
    """The rows of a fact with the derived columns that are read, and what is known of each column.

    Derived columns that rest on the same depth of others are worked out side by side, in one layer.
    """
    known = given_columns(fact)
    source: exp.Expression = (
        exp.select(*whole_columns(fact), copy=False).from_("given").subquery("whole", copy=False)
    )
    for depth, names in enumerate(_depths(fact, read), 1):
        added: list[exp.Expr] = []
        pairs = {name: translated(fact.formulas[name], known) for name in names}
        for name, pair in pairs.items():
            known[name] = Known(pair.scale, pair.under is not None)
            added.append(exp.alias_(pair.over, name, copy=False))
            if pair.under is not None:
                added.append(exp.alias_(pair.under, under(name), copy=False))
        layer = exp.select("*", *added, copy=False).from_(source, copy=False)
        source = layer.subquery(f"with_{depth}", copy=False)
    return source, known


def _depths(fact: Fact, read: Iterable[Expression]) -> list[list[str]]:
    """The derived columns that some expressions read, directly or not, by the depth they rest on."""
    depths: dict[str, int] = {}

    def depth(name: str) -> int:
        if name not in fact.formulas:
            return 0
        if name not in depths:
            depths[name] = 1 + max(map(depth, columns_of(fact.formulas[name])), default=0)
        return depths[name]

    for expression in read:
        for name in columns_of(expression):
            depth(name)
    return [
        [n for n in fact.formulas if depths.get(n) == d]
        for d in range(1, max(depths.values(), default=0) + 1)
    ]


def given_columns(fact: Fact) -> dict[str, Known]:
    """The scale of each given column."""
    return {name: Known(column.scale) for name, column in fact.columns.items()}


def whole_columns(fact: Fact) -> list[exp.Expr]:
    """The given columns, numbers as whole numbers at their scale."""
    return [
        exp.alias_(whole(name, column.scale), name, copy=False)
        if column.kind == "number"
        else exp.column(name)
        for name, column in fact.columns.items()
    ]


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
