"""The plain engine judges the fast one; an engine made wrong on purpose is caught by the same test."""

from datetime import date
from fractions import Fraction

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from meihao.figures.engines import (
    Engine,
    FastEngine,
    Measured,
    PlainEngine,
    UnitAmounts,
    given_columns,
    statement,
    whole_columns,
)
from meihao.figures.examples import snapshot_of
from meihao.figures.interpreter import Interpreter, Row, Value
from meihao.figures.plan import Plan, make_plan
from meihao.figures.snapshot import Snapshot, Table, load
from meihao.figures.sql import translated
from meihao.policy.expressions import Expression, parse
from meihao.policy.kinds import Fact
from meihao.policy.rulebook import Rulebook
from tests.figures.districts import districts, with_gaps

DAY = date(2025, 10, 20)
RULES = Rulebook.load()
FOUND = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking through a database takes minutes
PLAN = make_plan(RULES, "cn/compulsory-balance", DAY)


def agree(one: Engine, other: Engine, rows: dict[str, Row]) -> None:
    """The test itself: equal to the last digit, for every unit and formula."""
    snapshot = snapshot_of(PLAN, rows)
    assert one.measure(snapshot, PLAN) == other.measure(snapshot, PLAN)


@settings(max_examples=20, phases=FOUND)
@given(st.data())
def test_engines_agree_on_random_districts_with_nulls_and_zeros(data: st.DataObject) -> None:
    rows = data.draw(districts(most=12))
    agree(PlainEngine(), FastEngine(), data.draw(with_gaps(rows)))


def test_numbers_too_large_for_the_database_are_still_exact() -> None:
    greatest = Fraction(10**12) - Fraction(1, 10**6)
    row: dict[str, Value] = {
        name: greatest if column.type == "decimal" else Fraction(10**9)
        for name, column in PLAN.fact.columns.items()
        if column.kind == "number"
    }
    row |= {"school_code": "S", "school_type": "十二年一贯制", "dense_city_centre": True}
    with duckdb.connect() as connection:
        load(connection, "given", snapshot_of(PLAN, {"S": row}).table(PLAN.fact))
        with pytest.raises(duckdb.OutOfRangeException):
            connection.execute(statement(PLAN)).fetchall()
    agree(PlainEngine(), FastEngine(), {"S": row})


class Rounds(PlainEngine):
    """Wrong on purpose: shares premises in binary floats."""

    def measure(self, snapshot: Snapshot, plan: Plan) -> Measured:
        from_floats = {}
        for key, unit in super().measure(snapshot, plan).items():
            amounts = {
                what: (None if over is None else Fraction(float(over)), under)
                for what, (over, under) in unit.amounts.items()
            }
            from_floats[key] = UnitAmounts(unit.in_scope, amounts)
        return from_floats


class TakesNullForZero(PlainEngine):
    """Wrong on purpose: what is not reported counts as 0."""

    def measure(self, snapshot: Snapshot, plan: Plan) -> Measured:
        zeros = {name: Fraction(0) for name, column in plan.fact.columns.items() if column.kind == "number"}
        filled: dict[str, Row] = {
            code: {**zeros, **row} for code, row in snapshot.table(plan.fact).rows.items()
        }
        return super().measure(snapshot_of(plan, filled), plan)


@pytest.mark.parametrize("wrong", [Rounds(), TakesNullForZero()], ids=lambda engine: type(engine).__name__)
def test_a_wrong_engine_is_caught_by_the_same_test(wrong: Engine) -> None:
    @settings(max_examples=60, database=None, derandomize=True, phases=FOUND)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        rows = data.draw(districts(most=4))
        agree(PlainEngine(), wrong, data.draw(with_gaps(rows)))

    with pytest.raises(AssertionError):
        run()


OPERATORS = [
    "a + b",
    "a - b",
    "a * b",
    "a / b",
    "a / b + b / a",
    "a / b * (b - a)",
    "a / (b / a)",
    "coalesce(a, b)",
    "coalesce(a / b, b)",
    "coalesce(a / b, 5)",
    "case when a > 1.25 then 1 else b end",
    "case when a > b then a * 1.125 else 7 end + b",
    "case when a > b then a / b when a = b then 1 else b end",
    "case when y then a end",
]
TRUTHS = [
    "a = b",
    "a <> b",
    "a < b",
    "a <= b",
    "a > b",
    "a >= b",
    "t = 'x'",
    "t in ('x', 'z')",
    "not y",
    "y and a > b",
    "y or a > b",
    "a is null",
    "not (a is null) and b is not null",
    "coalesce(y, a > b)",
]


def tiny(text: str) -> tuple[Fact, Expression]:
    """A fact of four columns, to try one operator on every engine."""
    columns = {
        name: {"type": kind, "title": {"zh": name, "en": name}, "scale": 2 if kind == "decimal" else 0}
        for name, kind in (("id", "code"), ("a", "decimal"), ("b", "decimal"), ("t", "text"), ("y", "yesno"))
    }
    fact = Fact.model_validate(
        {
            "kind": "fact",
            "key": "cn/tiny",
            "title": {"zh": "小", "en": "tiny"},
            "since": DAY,
            "reference": ({"document": "x", "number": None, "clause": "x"},),
            "confidence": "H",
            "reviewed": {"by": None, "on": None, "next": None},
            "grain": {"zh": "行", "en": "row"},
            "identity": "id",
            "name_column": "id",
            "columns": columns,
        }
    )
    return fact, parse(text)


number = st.one_of(st.none(), st.just(0), st.decimals(0, 999, places=2)).map(
    lambda value: None if value is None else Fraction(value)
)
word = st.sampled_from([None, "x", "y"])
truth = st.sampled_from([None, True, False])


@pytest.mark.parametrize("text", [*OPERATORS, *TRUTHS])
@settings(max_examples=6, phases=FOUND)
@given(rows=st.lists(st.tuples(number, number, word, truth), min_size=1, max_size=40))
def test_each_operator_means_the_same_on_every_engine(text: str, rows: list[tuple[Value, ...]]) -> None:
    fact, node = tiny(text)
    table: dict[str, Row] = {
        f"{number:03}": {"id": f"{number:03}", "a": a, "b": b, "t": t, "y": y}
        for number, (a, b, t, y) in enumerate(rows)
    }
    assert _on_duckdb(fact, node, table) == [Interpreter(fact, row).value(node) for row in table.values()]


def _on_duckdb(fact: Fact, node: Expression, rows: dict[str, Row]) -> list[Value]:
    pair = translated(node, given_columns(fact))
    halves = ", ".join(half.sql(dialect="duckdb") for half in (pair.over, pair.whole_under))
    whole = ", ".join(column.sql(dialect="duckdb") for column in whole_columns(fact))
    with duckdb.connect() as connection:
        load(connection, "given", Table(fact, rows))
        query = f"SELECT {halves} FROM (SELECT {whole} FROM given) ORDER BY id"
        return [_ratio(*row) for row in connection.execute(query).fetchall()]


def _ratio(over: object, under: object) -> Value:
    if over is None or isinstance(over, (bool, str)):
        return over
    return Fraction(str(over)) / Fraction(str(under))
