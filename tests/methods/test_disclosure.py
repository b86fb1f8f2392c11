"""Suppression and its attacker against tables that are written out: every one that fits what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import chain, combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meihao.methods import disclosure
from meihao.methods.disclosure import UnprotectableError, complementary, protected
from meihao.methods.disclosure_lp import Ledger, audit
from meihao.methods.disclosure_rules import (
    Band,
    Dominance,
    Rule,
    Share,
    Shares,
    Sum,
    Table,
    dominated,
    primary,
    share,
    totals,
)

RULE = Rule(threshold=3, zeros=False, width=2, share=Fraction(1, 2))
TOP = 9  # what is written out goes so far; a greatest value above is told as more


def grid(values: list[list[int]]) -> Table:
    """Rows by columns with all margins: a0b0 …, a0t, tb0, tt."""
    height, width = range(len(values)), range(len(values[0]))
    cells = {f"a{r}b{c}": values[r][c] for r in height for c in width}
    cells |= {f"a{r}t": sum(values[r]) for r in height}
    cells |= {f"tb{c}": sum(values[r][c] for r in height) for c in width} | {"tt": sum(map(sum, values))}
    rows = {f"a{r}t": [f"a{r}b{c}" for c in width] for r in height}
    columns = {f"tb{c}": [f"a{r}b{c}" for r in height] for c in width}
    return Table(cells, totals({**rows, **columns, "tt": [f"a{r}t" for r in height]}))


def written_out(values: list[list[int]], shown: frozenset[str]) -> Iterator[Mapping[str, int]]:
    """Every table of whole numbers up to `TOP` inside that shows the same cells."""
    truth = grid(values).cells
    height, width = len(values), len(values[0])
    choices = [
        [truth[key]] if (key := f"a{r}b{c}") in shown else range(TOP + 1)
        for r in range(height)
        for c in range(width)
    ]
    for inside in product(*choices):
        other = grid([list(inside[r * width : (r + 1) * width]) for r in range(height)]).cells
        if all(other[key] == truth[key] for key in shown):
            yield other


small = st.lists(st.lists(st.integers(0, 5), min_size=2, max_size=2), min_size=2, max_size=2)


@settings(max_examples=25, deadline=None)
@given(small, st.data())
def test_the_attacker_sees_what_all_possible_tables_have_in_common(
    values: list[list[int]], data: st.DataObject
) -> None:
    table = grid(values)
    hidden = data.draw(st.sets(st.sampled_from(sorted(table.cells)), min_size=1, max_size=6))
    ledger = Ledger().plus(table, hidden, {})
    found = audit(ledger).intervals
    every = list(written_out(values, ledger.shown))
    inner = frozenset(key for key in table.cells if "t" not in key)
    for key, interval in found.items():
        seen = {other[key] for other in every}
        assert min(seen) == interval.low
        assert interval.high is None or max(seen) <= interval.high
        bounded = interval.high is not None and interval.high <= TOP and key in inner
        assert not bounded or max(seen) == interval.high


@settings(max_examples=25, deadline=None)
@given(small)
def test_what_is_hidden_stays_hidden_and_wide_in_the_tables_written_out(values: list[list[int]]) -> None:
    table = grid(values)
    marked = primary(table, RULE)
    hidden, ledger = protected(table, marked, RULE)  # a table alone can always be hidden whole
    assert hidden >= marked
    assert audit(ledger).passes
    every = list(written_out(values, ledger.shown))
    for key in hidden:
        seen = {other[key] for other in every}
        assert len(seen) > 1, f"{key} is recovered"
        need = RULE.need(table.cells[key]) if key in marked else 1
        assert max(seen) - min(seen) >= min(need, TOP)


def test_blanking_alone_is_seen_through() -> None:
    table = grid([[1, 7], [8, 9]])
    found = audit(Ledger().plus(table, {"a0b0"}, {"a0b0": 2}))
    assert found.exact == ("a0b0",)
    assert found.narrow == ("a0b0",)
    assert not found.passes


@pytest.mark.parametrize(
    "values", [[[1, 7], [8, 9]], [[2, 2], [5, 4]], [[1, 1], [1, 6]], [[4, 2], [4, 4]], [[2, 9], [9, 2]]]
)
def test_no_cheaper_choice_would_do(values: list[list[int]]) -> None:
    table = grid(values)
    marked = primary(table, RULE)
    needs = {key: RULE.need(table.cells[key]) for key in marked}
    rest = sorted(table.cells.keys() - marked)
    every = chain.from_iterable(combinations(rest, size) for size in range(len(rest) + 1))
    safe = (more for more in every if not audit(Ledger().plus(table, marked | {*more}, needs)).narrow)
    fewest = next(safe)
    assert len(complementary(table, marked, RULE)) == len(fewest)


def test_two_releases_each_safe_alone_are_attacked_together() -> None:
    by_class = grid([[2, 6], [7, 8]])
    hidden, first = protected(by_class, primary(by_class, RULE), RULE)
    second = Table({"a0b1": 6, "others": 30, "sum": 36}, (Sum("sum", ("a0b1", "others")),))
    assert hidden == {"a0b0", "a0b1", "a1b0", "a1b1"}
    assert primary(second, RULE) == frozenset()
    assert audit(Ledger().plus(second, (), {})).passes
    assert "a0b0" in audit(first.plus(second, (), {})).exact
    together, ledger = protected(second, frozenset(), RULE, first)
    assert "a0b1" in together
    assert len(together) == 2
    assert audit(ledger).passes


def test_what_earlier_releases_give_away_cannot_be_hidden_any_more() -> None:
    first = Table({"b0": 1, "b1": 1, "b2": 20, "t": 22}, (Sum("t", ("b0", "b1", "b2")),))
    rule = Rule(3, False, 1, Fraction(0))
    hidden, ledger = protected(first, primary(first, rule), rule)
    assert hidden == {"b0", "b1"}
    merged = Table({**first.cells, "b01": 2}, (Sum("b01", ("b0", "b1")),))
    with pytest.raises(UnprotectableError) as refused:
        protected(merged, frozenset({"b01"}), rule, ledger)
    assert refused.value.cells == ("b01",)


def test_what_was_shown_once_is_told_apart_and_hidden_no_more() -> None:
    ledger = Ledger().plus(Table({"x": 2, "y": 6}), (), {})
    table = Table({"x": 2, "y": 6, "s": 8}, (Sum("s", ("x", "y")),))
    hidden, after = protected(table, frozenset({"x"}), RULE, ledger)
    assert hidden == frozenset()
    assert audit(after.plus(table, (), {"x": 2})).exposed == ("x",)


def test_a_share_in_a_band_narrows_what_is_possible() -> None:
    table = Table({"x": 4, "rest": 11, "all": 15}, (Sum("all", ("x", "rest")),))
    wide = Ledger().plus(table, {"x", "rest"}, {"x": 5})
    assert audit(wide).passes
    assert audit(wide.plus(table, {"x", "rest"}, {}, {"x": (3, 6)})).narrow == ("x",)


def test_bounds_are_those_of_whole_numbers() -> None:
    table = Table({"x": 1, "y": 3, "s": 5}, (Sum("s", ("x", "x", "y")),))
    found = audit(Ledger().plus(table, {"x", "y"}, {})).intervals
    assert (found["x"].low, found["x"].high) == (0, 2)
    assert (found["y"].low, found["y"].high) == (1, 5)


def test_without_the_program_it_hides_one_by_one_until_it_is_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disclosure, "ROUNDS", 0)
    for values in ([[1, 7], [8, 9]], [[2, 0, 5], [4, 3, 9], [1, 6, 6]]):
        table = grid(values)
        hidden, ledger = protected(table, primary(table, RULE), RULE)
        assert audit(ledger).passes
        assert len(hidden) < len(table.cells)


def test_a_wrong_table_is_refused() -> None:
    with pytest.raises(ValueError, match="not the sum"):
        Table({"x": 1, "y": 2, "s": 4}, (Sum("s", ("x", "y")),))
    with pytest.raises(ValueError, match="negative"):
        Table({"x": -1})
    with pytest.raises(ValueError, match="two values"):
        Ledger().plus(Table({"x": 1}), (), {}).plus(Table({"x": 2}), (), {})


@pytest.mark.parametrize(
    ("value", "zeros", "hidden"),
    [(0, False, False), (0, True, True), (1, False, True), (9, False, True), (10, True, False)],
)
def test_small_cells(value: int, zeros: bool, hidden: bool) -> None:
    assert ("x" in primary(Table({"x": value}), Rule(10, zeros, 5, Fraction(1, 2)))) is hidden


def test_a_need_is_the_width_or_a_share_of_the_value_rounded_up() -> None:
    rule = Rule(10, False, 5, Fraction(1, 2))
    assert [rule.need(value) for value in (0, 9, 10, 11, 40)] == [5, 5, 5, 6, 20]


def test_few_that_make_up_a_sum_hide_it() -> None:
    rule = Dominance(2, Fraction(9, 10))
    table = Table({"x": 100, "y": 100, "z": 100, "nothing": 0})
    given_ = {"x": (60, 30, 10), "y": (50, 39, 11), "z": (100,)}
    assert dominated(table, rule, given_) == {"x", "z"}
    assert dominated(table, rule) == {"x", "y", "z"}


SHARES = Shares(10, (Band(20, 20, 80, True), Band(None, None, None, False)))


@pytest.mark.parametrize(
    ("numerator", "denominator", "told"),
    [
        (4, 9, Share(None, None)),
        (0, 0, Share(None, None)),
        (3, 15, Share(Fraction(0), Fraction(20), 0, 3)),
        (8, 15, Share(Fraction(20), Fraction(80), 3, 12)),
        (12, 15, Share(Fraction(80), Fraction(100), 12, 15)),
        (5, 40, Share(Fraction(25, 2), Fraction(25, 2), 5, 5)),
        (0, 40, Share(None, None)),
        (40, 40, Share(None, None)),
    ],
)
def test_shares_of_people(numerator: int, denominator: int, told: Share) -> None:
    assert share(numerator, denominator, SHARES) == told


def test_more_than_all_is_no_share() -> None:
    with pytest.raises(ValueError, match="more than all"):
        share(5, 4, SHARES)
