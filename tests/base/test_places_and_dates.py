"""Divisions, school years, stages."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meihao.base.divisions import divisions, is_code, is_unassigned, lineage
from meihao.base.school_year import MonthDay, school_year_on
from meihao.base.stages import SchoolType, Stage
from meihao.base.text import Refused


def test_a_code_carries_its_parents_nearest_first() -> None:
    assert lineage("410106") == ("410106", "4101", "41", "cn")


def test_a_zone_without_a_national_code_has_a_parent_as_data() -> None:
    assert lineage("zone-zhengdong") == ("zone-zhengdong", "4101", "41", "cn")
    assert not divisions()["zone-zhengdong"].national


@pytest.mark.parametrize("code", ["410", "abc", "zone-nowhere", "4101066", ""])
def test_what_is_no_code_is_refused_in_words(code: str) -> None:
    with pytest.raises(Refused, match="不是行政区划代码"):
        lineage(code)


def test_every_parent_in_the_table_has_a_row() -> None:
    table = divisions()
    assert all(row.parent is None or row.parent in table for row in table.values())


def test_codes_of_no_province_mark_invented_data() -> None:
    assert is_unassigned("990106")
    assert not is_unassigned("410106")
    assert is_code("zone-a-b")
    assert not is_code("Zone")


SEPTEMBER = MonthDay(9, 1)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)))
def test_every_day_lies_in_exactly_one_school_year(day: date) -> None:
    year = school_year_on(day, SEPTEMBER, SEPTEMBER)
    assert year.first <= day <= year.last
    assert school_year_on(year.last + timedelta(1), SEPTEMBER, SEPTEMBER).first == year.last + timedelta(1)
    assert year.census == year.first


def test_the_name_of_a_school_year_is_the_fields() -> None:
    year = school_year_on(date(2025, 10, 20), SEPTEMBER, SEPTEMBER)
    assert year.title.zh == "2025—2026学年"
    assert str(year.census) == "2025-09-01"


def test_a_census_in_spring_belongs_to_the_year_under_way() -> None:
    assert school_year_on(date(2025, 10, 20), SEPTEMBER, MonthDay(3, 1)).census == date(2026, 3, 1)


def test_a_day_that_some_years_lack_is_no_month_day() -> None:
    with pytest.raises(ValueError, match="day is out of range"):
        MonthDay(2, 29)


def test_types_know_their_stages() -> None:
    assert SchoolType("十二年一贯制").stages == (Stage.PRIMARY, Stage.JUNIOR, Stage.SENIOR)
    assert SchoolType("教学点").stages == (Stage.PRIMARY,)
    assert all(kind.english for kind in SchoolType)
