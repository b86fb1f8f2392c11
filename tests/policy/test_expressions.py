"""The vocabulary: what is accepted, what is refused, and that writing it back changes nothing."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meihao.policy.expressions import (
    Arithmetic,
    BadExpression,
    Case,
    Coalesce,
    Column,
    Comparison,
    Expression,
    IsNull,
    Kind,
    Literal_,
    Logic,
    Not,
    kind_of,
    parse,
    written,
)

COLUMNS: dict[str, Kind] = {"a": "number", "b": "number", "t": "text", "y": "bool"}

numbers: st.SearchStrategy[Expression] = st.recursive(
    st.one_of(
        st.sampled_from([Column("a"), Column("b")]),
        st.decimals(min_value=0, max_value=999, places=2).map(lambda d: Literal_(Fraction(d))),
    ),
    lambda inner: st.one_of(
        st.builds(Arithmetic, st.sampled_from(["+", "-", "*", "/"]), inner, inner),
        st.builds(lambda x, y: Coalesce((x, y)), inner, inner),
        st.builds(
            lambda test, x, y: Case(((test, x),), y),
            st.builds(Comparison, st.just("<"), inner, inner),
            inner,
            inner,
        ),
    ),
    max_leaves=8,
)
truths: st.SearchStrategy[Expression] = st.recursive(
    st.one_of(
        st.just(Column("y")),
        st.builds(Comparison, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), numbers, numbers),
        st.builds(lambda x: IsNull(x), numbers),
    ),
    lambda inner: st.one_of(
        st.builds(Logic, st.sampled_from(["and", "or"]), inner, inner), st.builds(Not, inner)
    ),
    max_leaves=6,
)


@given(st.one_of(numbers, truths))
def test_writing_and_reading_again_is_the_same(node: Expression) -> None:
    assert parse(written(node)) == node


@pytest.mark.parametrize(
    "text",
    [
        "sum(a)",
        "a || b",
        "a % b",
        "1e3",
        "a between 1 and 2",
        "t like 'x%'",
        "(select 1)",
        "a in (select 1)",
        "x.a",
        "a; b",
        "case a when 1 then 2 end",
        "cast(a as int)",
        "a ** 2",
        "a // b",
        "current_date",
        "'unclosed",
        "",
        "lambda x: x",
        "__import__('os')",
        "a -- comment\n; drop table x",
    ],
)
def test_what_is_outside_the_vocabulary_is_refused(text: str) -> None:
    with pytest.raises(BadExpression):
        parse(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a + t", "number wanted, text found"),
        ("a = t", "types do not fit"),
        ("t < 'x'", "only numbers have an order"),
        ("a and y", "bool wanted, number found"),
        ("coalesce(a, t)", "types do not fit"),
        ("c + 1", "no such column: c"),
        ("a / b < 1", "compare undivided numbers"),
        ("case when a then 1 end", "bool wanted"),
    ],
)
def test_types_that_do_not_fit_are_refused_in_words(text: str, why: str) -> None:
    with pytest.raises(BadExpression, match=why):
        kind_of(parse(text), COLUMNS)


def test_in_is_a_row_of_equalities() -> None:
    assert parse("t in ('x', 'y')") == parse("t = 'x' or t = 'y'")


def test_a_decimal_is_exact() -> None:
    assert parse("0.85") == Literal_(Fraction(85, 100))
