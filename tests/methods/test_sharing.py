"""Sharing of premises against its published example and its own arithmetic."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from meihao.base.exact import half_up
from meihao.methods.sharing import per_pupil, shares

WEIGHTS = {"primary": Fraction(1), "junior": Fraction("1.1"), "senior": Fraction("1.32")}


def test_the_published_example() -> None:
    pupils = {"primary": Fraction(166), "junior": Fraction(210)}
    total = Fraction(23226)
    assert half_up(per_pupil(total, pupils, WEIGHTS, "primary"), 2) == half_up(Fraction("58.50"), 2)
    assert half_up(per_pupil(total, pupils, WEIGHTS, "junior"), 2) == half_up(Fraction("64.35"), 2)
    assert half_up(shares(pupils, WEIGHTS)["primary"] * total, 2) == half_up(Fraction("9711.63"), 2)


def test_a_complete_secondary_schools_ratio_is_the_same_one() -> None:
    pupils = {"junior": Fraction(400), "senior": Fraction(300)}
    other = {"junior": Fraction(1), "senior": Fraction("1.2")}
    assert shares(pupils, WEIGHTS) == shares(pupils, other)


@given(st.dictionaries(st.sampled_from(sorted(WEIGHTS)), st.integers(1, 3000).map(Fraction), min_size=1))
def test_shares_add_up_and_give_each_pupil_by_weight(pupils: dict[str, Fraction]) -> None:
    divided = shares(pupils, WEIGHTS)
    assert sum(divided.values()) == 1
    for stage, count in pupils.items():
        assert per_pupil(Fraction(1), pupils, WEIGHTS, stage) * count == divided[stage]
