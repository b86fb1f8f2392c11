"""What a list is compared with, asked by whom it is theirs to ask."""

from __future__ import annotations

from datetime import timedelta

from meihao.records.registry.importing import queries
from meihao.records.registry.importing.queries import Held
from meihao.records.registry.people import actions
from tests.records.registry.district import District, console, holder
from tests.records.registry.people.school import AUTUMN, classroom, held, pupil

WRITE = "registry.person.write"
NEXT = AUTUMN.replace(year=AUTUMN.year + 1)


def test_earlier_classes_are_open_ones_of_years_before_with_who_is_still_in_them(district: District) -> None:
    here, empty = classroom(district.first, 3), classroom(district.first, 3, 2)
    stays, went = (pupil(district.first, 3, class_group=here) for _ in range(2))
    actions.leave(by=console(), person=went, on=AUTUMN + timedelta(30), left_by="withdrawn")
    classroom(district.first, 4, on=NEXT)
    asked = ([district.first.pk], NEXT.year, NEXT, WRITE)
    found = sorted(queries.earlier_classes(console(), *asked), key=lambda one: one.group.pk)
    assert found == [Held(here, frozenset({held(stays)[0].pk})), Held(empty, frozenset())]
    assert queries.earlier_classes(console(), [district.first.pk], AUTUMN.year, NEXT, WRITE) == []
    assert len(queries.earlier_classes(holder("section-officer", district.bureau), *asked)) == 2
    assert queries.earlier_classes(holder("section-officer", District().bureau), *asked) == []
