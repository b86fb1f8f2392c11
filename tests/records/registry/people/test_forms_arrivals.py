"""Somebody comes in one step: with an enrolment or a post, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from meihao.base.text import Refused
from meihao.records.accounts.acting import Acting, Missing, NotPermitted
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry.models import Employment, Enrolment, Person, Post
from meihao.records.registry.people.actions_arrivals import admit, hire
from tests.records.registry.district import District, console, holder
from tests.records.registry.people.school import AUTUMN, classroom, held, who

Arrival = Callable[..., Person]
BOTH = pytest.mark.parametrize(
    ("arrive", "as_what"), [(admit, {"grade": 3}), (hire, {"kind": "teacher"})], ids=["admit", "hire"]
)


@pytest.fixture
def district(db: None) -> District:
    return District()


def rows() -> tuple[int, ...]:
    return (
        *(model._plain.count() for model in (Person, Enrolment, Post, Employment)),
        AuditEntry.objects.count(),
    )


@BOTH
def test_what_is_refused_on_the_way_leaves_nothing(
    district: District, arrive: Arrival, as_what: dict[str, object]
) -> None:
    before = rows()
    with pytest.raises(Refused, match="早于设立之日"):
        arrive(by=console(), organisation=district.first, who=who(), on=date(2005, 1, 1), **as_what)
    assert rows() == before
    arrive(by=console(), organisation=district.first, who=who(), on=AUTUMN, **as_what)
    assert rows()[0] == before[0] + 1  # the control


@BOTH
def test_it_is_for_whoever_may_write_the_unit(
    district: District, arrive: Arrival, as_what: dict[str, object]
) -> None:
    refused: list[tuple[Acting, type[Refused]]] = [
        (holder("research", district.bureau), NotPermitted),
        (holder("clerk", district.second), Missing),
    ]
    before = rows()
    for by, error in refused:
        with pytest.raises(error):
            arrive(by=by, organisation=district.first, who=who(), on=AUTUMN, **as_what)
    assert rows() == before


def test_a_pupil_is_known_by_number_and_comes_back_into_a_class(district: District) -> None:
    by, identity, into = holder("clerk", district.first), who(), classroom(district.first, 3, 2)
    wanted: dict[str, Any] = {"by": by, "organisation": district.first, "who": identity, "grade": 3}
    someone = admit(**wanted, on=AUTUMN)
    row = held(someone)[0]
    Enrolment._plain.filter(pk=row.pk).update(until=date(2025, 1, 10), left_by="suspended")
    again = admit(**wanted, on=date(2025, 3, 1), class_group=into, came_by="resumed")
    assert again == someone
    last = held(someone)[-1]
    assert (last.class_group, last.came_by, last.since) == (into, "resumed", date(2025, 3, 1))


def test_who_is_hired_is_employed_where_that_is_said(district: District) -> None:
    by = holder("principal", district.first)
    wanted: dict[str, Any] = {"by": by, "organisation": district.first, "kind": "teacher", "on": AUTUMN}
    first = hire(
        **wanted, who=who("叶虚", "19800101"), employment="established", subject="数学", full_time=False
    )
    second = hire(**wanted, who=who("叶再虚", "19800101"))
    assert [(row.person, row.kind) for row in Employment._plain.all()] == [(first, "established")]
    assert [(row.person, row.subject, row.full_time) for row in Post._plain.order_by("pk")] == [
        (first, "数学", False),
        (second, "", True),
    ]


def test_who_is_employed_out_of_scope_is_hired_without_an_employment(district: District) -> None:
    identity = who("叶虚", "19800101")
    wanted: dict[str, Any] = {"who": identity, "kind": "teacher", "on": AUTUMN}
    at_second: dict[str, Any] = {"by": holder("clerk", district.second), "organisation": district.second}
    at_first: dict[str, Any] = {"by": holder("clerk", district.first), "organisation": district.first}
    hire(**wanted, **at_second, employment="established")
    before = rows()
    with pytest.raises(Refused, match="范围以外的单位聘用"):
        hire(**wanted, **at_first, employment="equal")
    assert rows() == before
    hire(**wanted, **at_first)
    officer: dict[str, Any] = {
        "by": holder("section-officer", district.bureau),
        "organisation": district.first,
    }
    hire(**wanted | {"kind": "head", "on": date(2025, 3, 1)}, **officer, employment="equal")
    assert [row.until for row in Employment._plain.order_by("pk")] == [date(2025, 3, 1), None]
