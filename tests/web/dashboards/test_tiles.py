"""A tile says what its figure says: value, what it is of, how far from what is asked, last year's change."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from meihao.base.text import Text
from meihao.figures.addressed import Addressed, Asked, Standing
from meihao.ui.tables import State
from meihao.web.dashboards.tiles import Shown

SHARE = Addressed(
    address="test/p3/share",
    title=Text("公办园在园幼儿占比", "public share"),
    unit=Text("%", "%"),
    value=Fraction(4325, 100),
    printed="43.25",
    numerator=Fraction(1730),
    denominator=Fraction(4000),
    counted=Text("人", ""),
    asked=Asked("≥", Fraction(50), 2),
    standing=Standing.FAILED,
)
COUNT = Addressed(
    address="count/overall",
    title=Text("校段达标", "stages that reach"),
    unit=Text("个", "school-stages"),
    value=Fraction(26),
    printed="26",
    numerator=Fraction(26),
    denominator=Fraction(31),
    counted=Text("个", "school-stages"),
    asked=Asked("≥", Fraction(31), 0),
    standing=Standing.FAILED,
    whole=True,
)


def tile(figure: Addressed | None, before: Addressed | None = None) -> Shown:
    return Shown(Text("项", "item"), "/x", figure, before)


def test_a_share_differs_by_percentage_points() -> None:
    last = replace(SHARE, value=Fraction(4150, 100), printed="41.50")
    one = tile(SHARE, last)
    assert one.word.zh == "差 6.75 个百分点"
    assert one.change.zh == "去年 41.50%，+1.75 个百分点"
    assert tile(SHARE, SHARE).change.zh == "去年 43.25%，持平"
    assert one.target.zh == "目标 ≥ 50.00%"
    assert one.of.replace("\u2009", "") == "1730 / 4000"


def test_a_count_is_told_with_all_it_is_of() -> None:
    last = replace(COUNT, value=Fraction(29), printed="29", denominator=Fraction(32))
    one = tile(COUNT, last)
    assert (one.value, one.of, one.word.zh) == ("26", "/31", "未达 5 个")
    assert one.change.zh == "去年 29/32，−3 个"
    assert one.change.en == "last year 29/32, −3 school-stages"


def test_what_is_open_is_told_apart_from_what_fails() -> None:
    assert tile(replace(COUNT, open=4)).word.zh == "未达 1 个，未决 4 个"


@pytest.mark.parametrize(
    ("standing", "colour", "word"),
    [
        (Standing.REACHED, "green", "已达"),
        (Standing.SPARE, "yellow", "有余项"),
        (Standing.UNDECIDED, "grey", "未决"),
        (Standing.SHOWN, "blue", "未设目标"),
    ],
)
def test_a_state_is_a_word_and_a_colour(standing: Standing, colour: State, word: str) -> None:
    one = tile(replace(SHARE, standing=standing))
    assert (one.colour, one.word.zh) == (colour, word)


def test_what_is_not_known_is_neither_zero_nor_drawn() -> None:
    one = tile(replace(SHARE, value=None, printed=None, standing=Standing.UNDECIDED), SHARE)
    assert one.value == "…"
    assert one.place is None
    none = tile(None)
    assert (none.value, none.word.zh, none.colour, none.place) == ("…", "数据暂缺", "grey", None)
    assert tile(SHARE).change.zh == "去年无可比的数"


def test_the_dots_stand_between_the_ends_and_the_limit_among_them() -> None:
    last = replace(SHARE, value=Fraction(4150, 100), printed="41.50")
    place = tile(SHARE, last).place
    assert place is not None
    known = (place.before, place.after, place.limit)
    assert known == (Decimal("41.50"), Decimal("43.25"), Decimal("50.00"))
    assert place.low < min(value for value in known if value is not None)
    assert place.high > Decimal(50)
