"""What each tag writes, in both languages, and that nothing in a value becomes markup."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from meihao.base.text import Text
from meihao.ui import assets, numbers

HOSTILE = '<b onmouseover="x">=1+1&'


def drawn(source: str, lang: str = "zh-hans", **values: Any) -> str:
    with translation.override(lang):
        return Template("{% load ui %}" + source).render(Context(values))


@pytest.mark.parametrize(("lang", "said"), [("zh-hans", "共 3 所"), ("en", "3 schools")])
def test_words_are_of_the_language_of_the_request(lang: str, said: str) -> None:
    assert drawn('{% say "共 {n} 所" "{n} schools" n=n %}', lang, n=3) == said
    assert drawn("{{ text|said }}", lang, text=Text("甲", "A")) == {"zh-hans": "甲", "en": "A"}[lang]


@pytest.mark.parametrize(
    "source",
    [
        '{% say "{x}" "{x}" x=x %}',
        "{{ x|said }}",
        '{% state "red" text %}',
        '{% state "red" x x %}',
        "{% number x %}",
    ],
)
def test_values_are_escaped(source: str) -> None:
    shown = drawn(source, x=HOSTILE, text=Text(HOSTILE, HOSTILE))
    assert "<b" not in shown
    assert "&lt;b" in shown


def test_a_state_is_a_shape_and_a_word() -> None:
    shown = drawn('{% state "red" "未达" "failed" %}', "en")
    assert 'href="#shape-red"' in shown
    assert 'aria-hidden="true"' in shown
    assert shown.endswith("failed</span>")
    assert "tinted" in drawn('{% state "red" "未达" "failed" tinted=True %}')


def test_every_shape_that_a_state_can_have_is_in_the_sprite() -> None:
    sprite = drawn('{% include "ui/parts/shapes.html" %}')
    for colour in ("red", "yellow", "blue", "green", "hollow", "grey"):
        assert f'id="shape-{colour}"' in sprite


def test_days_and_moments_are_those_of_china() -> None:
    moment = datetime(2025, 8, 31, 16, 30, tzinfo=UTC)
    assert ">2025-09-01<" in drawn("{% day d %}", d=date(2025, 9, 1))
    assert ">2025-09-01<" in drawn("{% day d %}", d=moment)
    assert ">2025-09-01 00:30<" in drawn("{% day d time=True %}", d=moment)
    assert "—" in drawn("{% day d %}", d=None)


@pytest.mark.parametrize(
    ("given", "set_"),
    [
        (12146, "12\u2009146"),
        (Decimal("-1234.50"), "−1\u2009234.50"),
        ("98.79%", "98.79%"),
        (None, "—"),
        ("…", "…"),
    ],
)
def test_figures_are_set_with_thin_spaces_and_a_true_minus(given: Any, set_: str) -> None:
    assert drawn("{% number n %}", n=given) == set_


@given(st.integers(-(10**12), 10**12))
def test_a_figure_keeps_its_digits(number: int) -> None:
    set_ = numbers.grouped(str(number))
    assert int(set_.replace(numbers.THIN, "").replace("−", "-")) == number
    assert all(len(group) == 3 for group in set_.lstrip("−").split(numbers.THIN)[1:])


def test_a_strip_places_its_dots_by_their_share_of_the_line() -> None:
    shown = drawn('{% strip "85" "90" "95" "80" "100" %}')
    assert 'class="before" cx="25.00%"' in shown
    assert 'class="after" cx="50.00%"' in shown
    assert 'class="limit" x1="75.00%"' in shown
    assert 'cx="100.00%"' in drawn('{% strip "85" "300" "95" "80" "100" %}')
    with pytest.raises(ValueError, match="no length"):
        drawn('{% strip "1" "1" "1" "1" "1" %}')


def test_the_address_of_a_file_carries_its_digest() -> None:
    assert re.fullmatch(r"/static/ui/page\.js\?[0-9a-f]{8}", assets.address("ui/page.js"))
    assert assets.address("ui/none.js") == "/static/ui/none.js"


def test_a_strip_leaves_out_what_there_is_none_of() -> None:
    """A year without a figure has no dot, and no change is drawn to it."""
    shown = drawn('{% strip None "90" "95" "80" "100" %}')
    assert 'class="before"' not in shown
    assert 'class="between"' not in shown
    assert 'class="after" cx="50.00%"' in shown
    assert 'class="limit"' not in drawn('{% strip "85" "90" None "80" "100" %}')
