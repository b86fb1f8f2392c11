"""Typed texts and values: what is kept is exact, and reads back as what it was."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from meihao.policy.kinds import Fact
from meihao.policy.rulebook import Rulebook
from meihao.records.returns.actions_filling import digest_of
from meihao.records.returns.checking import (
    Case,
    canonical,
    faults,
    own_column,
    read,
    storable,
    value_in,
)
from tests.records.returns.asked import ON, PLACE, fact, form, rulebook

NUMBERS = st.integers(0, 10**10).map(lambda n: Fraction(n, 10**6))


@given(NUMBERS)
def test_a_number_is_kept_exactly(number: Fraction) -> None:
    text = canonical(number)
    assert value_in(text, fact().columns["teaching_area"]) == number
    assert Fraction(text) == number


@given(st.booleans())
def test_yes_and_no_are_kept(answer: bool) -> None:
    assert value_in(canonical(answer), fact().columns["built_by_2010"]) is answer


def case() -> Case:
    return Case(form(), fact(), "2199000001", ON.year)


@example({"name": "\0"})  # required, and nothing of it would be kept
@example({"pe_itinerant": "\0"})
@given(st.dictionaries(st.sampled_from(sorted(form().by_column)), st.text(max_size=6), max_size=8))
def test_anything_typed_is_read_or_told_at_its_cell(row: dict[str, str]) -> None:
    values, found = read([row], case())
    told = {one.column for one in found}
    for column, text in row.items():
        if storable(text).strip():
            assert (column in values[0]) is not (column in told)
    # what was read is the same when it is read again from what is kept
    kept = {column: canonical(value) for column, value in values[0].items()}
    again, _ = read([kept], case())
    assert again == values


def test_no_row_and_the_same_row_twice_are_told() -> None:
    assert [one.cell for one in faults([], {}, case())] == ["0/name"]
    row = {"school_code": "2199000001"}
    told = [one for one in faults([row, row], {}, case()) if one.column == "school_code"]
    assert [(one.row, one.severity) for one in told] == [(1, "must")]


def test_the_digest_names_what_is_said_in_whatever_order_it_was_typed() -> None:
    one = digest_of([{"a": "1", "b": "2"}], {"0/a": "x", "0/b": "y"})
    assert one == digest_of([{"b": "2", "a": "1"}], {"0/b": "y", "0/a": "x"})
    assert len({one, digest_of([{"a": "1"}], {}), digest_of([{"a": "1"}, {"b": "2"}], {})}) == 3


@pytest.mark.parametrize(
    ("key", "column"),
    [
        ("cn/compulsory/campus", "school_code"),
        ("cn/compulsory/district", "division_code"),
        ("cn/preschool/kindergarten", "kindergarten_code"),
        ("cn/homework/class-survey", "school_code"),
        ("cn/institution/register", None),
        ("cn/evaluation/declaration", None),
    ],
)
def test_whose_code_a_row_must_bear(key: str, column: str | None) -> None:
    assert own_column(Rulebook.load().get(Fact, key, ON, PLACE)) == column
    assert rulebook().get(Fact, key, ON, PLACE).key == key
