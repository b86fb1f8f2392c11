"""Each action and query of people asks for itself: with any one guard gone, one of these is red."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import QueryDict

from meihao.records.accounts.acting import Acting, Missing, NotPermitted
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry import access
from meihao.records.registry.models import Employment, Organisation
from meihao.records.registry.people import (
    actions,
    actions_classes,
    actions_erase,
    actions_places,
    actions_staff,
    offers,
    queries,
    queries_open,
    queries_person,
    views,
)
from meihao.records.registry.people.bulk import PupilRow, enrol_many
from tests.records.registry.district import DAY, District, console, holder
from tests.records.registry.people.school import AUTUMN, classroom, pupil, who

SPRING, SUMMER = date(2025, 3, 1), date(2025, 8, 31)


class Scene:
    """Two districts; here a school with a class, a pupil, a teacher; who acts there, and who only counts."""

    def __init__(self) -> None:
        self.here, self.there = District(), District()
        self.school: Organisation = self.here.first
        self.third = classroom(self.school)
        self.sixth = classroom(self.school, 6)
        self.pupil = pupil(self.school, class_group=self.third)
        by, on = console(), AUTUMN
        self.teacher = actions.register(by=by, organisation=self.school, who=who("许虚构"))
        self.post = actions_staff.appoint(
            by=by, person=self.teacher, organisation=self.school, kind="teacher", on=on, subject="数学"
        )
        self.employment: Employment = actions_staff.employ(
            by=by, person=self.teacher, organisation=self.school, kind="established", on=on
        )
        actions_places.set_establishment(by=by, organisation=self.school, posts=9, basis="核编", on=on)
        actions_places.set_places(by=by, organisation=self.school, stage="primary", number=90, on=on)
        actions_places.set_site(by=by, organisation=self.school, name="校址", on=on)
        self.clerk = holder("clerk", self.school)
        self.other = holder("section-officer", self.there.bureau)
        self.counts = holder("inspector", self.here.bureau)
        self.looks = holder("teacher", self.school)


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()


Act = Callable[[Scene, Acting], object]
ACTS: dict[str, Act] = {
    "register": lambda s, by: actions.register(by=by, organisation=s.school, who=who()),
    "enrol": lambda s, by: actions.enrol(by=by, person=s.teacher, organisation=s.school, grade=3, on=SPRING),
    "transfer away": lambda s, by: actions.transfer(by=by, person=s.pupil, to=s.there.first, on=SPRING),
    "leave": lambda s, by: actions.leave(by=by, person=s.pupil, on=SPRING, left_by="withdrawn"),
    "enrol many": lambda s, by: enrol_many(
        by=by, organisation=s.school, rows=[PupilRow(who(), 3, 1)], on=SPRING
    ),
    "open a class": lambda s, by: actions_classes.open_class(
        by=by, organisation=s.school, school_year=2024, grade=2, number=1, on=SPRING
    ),
    "close a class": lambda s, by: actions_classes.close_class(by=by, class_group=s.sixth, on=SPRING),
    "promote a class": lambda s, by: actions_classes.promote_class(
        by=by, class_group=s.third, on=date(2025, 9, 1)
    ),
    "graduate a class": lambda s, by: actions_classes.graduate_class(by=by, class_group=s.sixth, on=SUMMER),
    "appoint": lambda s, by: actions_staff.appoint(
        by=by, person=s.teacher, organisation=s.school, kind="head", on=SPRING
    ),
    "end a post": lambda s, by: actions_staff.end_post(by=by, post=s.post, on=SPRING),
    "employ": lambda s, by: actions_staff.employ(
        by=by, person=s.pupil, organisation=s.school, kind="established", on=SPRING
    ),
    "end an employment": lambda s, by: actions_staff.end_employment(by=by, person=s.teacher, on=SPRING),
    "establishment": lambda s, by: actions_places.set_establishment(
        by=by, organisation=s.school, posts=9, basis="核编", on=SPRING
    ),
    "places": lambda s, by: actions_places.set_places(
        by=by, organisation=s.school, stage="primary", number=99, on=SPRING
    ),
    "site": lambda s, by: actions_places.set_site(by=by, organisation=s.school, name="新校址", on=SPRING),
}


def refused(error: type[Exception], act: Callable[[], object]) -> None:
    """It is refused in this way, and nothing was written."""
    before = AuditEntry.objects.count()
    with pytest.raises(error) as raised, transaction.atomic():
        act()
    assert type(raised.value) is error
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("name", ACTS)
def test_an_action_is_for_whoever_may_do_it_there(scene: Scene, name: str) -> None:
    act = ACTS[name]
    for by in (scene.looks, scene.counts):
        refused(NotPermitted, lambda by=by: act(scene, by))  # type: ignore[misc]
    refused(Missing, lambda: act(scene, scene.other))
    act(scene, console())


def test_whoever_employs_takes_nobody_from_a_unit_that_is_none_of_theirs(scene: Scene) -> None:
    refused(
        Missing,
        lambda: actions_staff.employ(
            by=scene.other,
            person=scene.teacher,
            organisation=scene.there.first,
            kind="established",
            on=SPRING,
        ),
    )


def test_nobody_takes_a_pupil_from_a_school_that_is_none_of_theirs(scene: Scene) -> None:
    refused(
        Missing,
        lambda: actions.transfer(by=scene.other, person=scene.pupil, to=scene.there.first, on=SPRING),
    )


def test_erasing_is_for_whoever_has_every_unit_of_the_person(scene: Scene) -> None:
    actions.leave(by=console(), person=scene.pupil, on=SPRING, left_by="withdrawn")
    officer = holder("section-officer", scene.here.bureau)
    refused(NotPermitted, lambda: actions_erase.person_to_erase(scene.clerk, uuid4()))
    refused(NotPermitted, lambda: actions_erase.person_to_erase(scene.clerk, scene.pupil.key))
    refused(Missing, lambda: actions_erase.person_to_erase(scene.other, scene.pupil.key))
    for by, error in ((scene.clerk, NotPermitted), (scene.other, Missing)):
        refused(
            error,
            lambda by=by: actions_erase.erase(by=by, person=scene.pupil, on=DAY, basis="监护人申请"),  # type: ignore[misc]
        )
    refused(Missing, lambda: actions_erase.erased(by=officer))
    refused(Missing, lambda: actions_erase.erase_again(by=officer, lines=[]))
    nowhere = actions.register(by=console(), organisation=scene.school, who=who())
    refused(Missing, lambda: actions_erase.person_to_erase(officer, nowhere.key))
    assert actions_erase.person_to_erase(officer, scene.pupil.key) == scene.pupil


def test_queries_have_no_row_of_a_unit_that_is_none_of_theirs(scene: Scene) -> None:
    school, other, clerk = scene.school, scene.other, scene.clerk

    def counted(by: Acting) -> list[object]:
        given = queries.given(by, school, DAY)
        return [
            bool(queries.headcounts(by, school, DAY)),
            bool(queries.pupils(by, school, DAY).total),
            bool(queries.staff(by, school, DAY).total),
            queries.pupil_count(by, school, DAY) is not None,
            queries.staff_count(by, school, DAY) is not None,
            given.posts is not None,
            bool(given.places),
            bool(given.sites),
            bool(queries_open.grades(by, school)),
            bool(queries_open.open_classes(by, school, DAY)),
            queries_open.class_at(by, school, 3, 1, DAY) is not None,
        ]

    assert set(counted(clerk)) == {True}
    assert set(counted(other)) == {False}


def test_an_empty_class_elsewhere_is_not_listed(scene: Scene) -> None:
    assert queries.headcounts(scene.other, scene.school, DAY) == []


def test_one_class_and_one_person_elsewhere_are_missing(scene: Scene) -> None:
    number = queries_person.reveal(
        Acting(scene.clerk.user, scene.clerk.at, purpose="核对学籍信息"), scene.pupil.key
    ).id_number
    reads: list[Callable[[Acting], object]] = [
        lambda by: queries.class_group(by, scene.third.key),
        lambda by: queries_person.person(by, scene.pupil.key, DAY),
        lambda by: queries_person.in_scope(by, scene.pupil.key, queries.READ),
        lambda by: queries_open.held(by, scene.pupil.key),
    ]
    for read in reads:
        refused(Missing, lambda read=read: read(scene.other))  # type: ignore[misc]
        read(scene.clerk)
    assert queries_person.find(scene.other, number) is None
    assert queries_person.find(scene.clerk, number) == scene.pupil.key


def test_of_a_person_who_moved_each_school_sees_its_own_rows(scene: Scene) -> None:
    by = console()
    actions.transfer(by=by, person=scene.pupil, to=scene.there.first, on=SPRING)
    actions_staff.appoint(
        by=by, person=scene.pupil, organisation=scene.there.first, kind="support", on=SPRING
    )
    actions_staff.employ(
        by=by, person=scene.pupil, organisation=scene.there.first, kind="established", on=SPRING
    )
    card = queries_person.person(scene.clerk, scene.pupil.key, DAY)
    assert [stay.organisation for stay in card.stays] == ["禾渚镇中心小学"]
    held = queries_open.held(scene.clerk, scene.pupil.key)
    assert (held.enrolment, held.employment, held.posts) == (None, None, [])
    there = queries_open.held(scene.other, scene.pupil.key)
    assert None not in (there.enrolment, there.employment)
    assert len(there.posts) == 1


def test_revealing_is_for_whoever_may(scene: Scene) -> None:
    def reveal(by: Acting) -> object:
        return queries_person.reveal(Acting(by.user, by.at, purpose="核对学籍信息"), scene.pupil.key)

    refused(NotPermitted, lambda: reveal(scene.looks))
    refused(NotPermitted, lambda: queries_person.reveal(scene.looks, scene.pupil.key))  # before the purpose
    refused(Missing, lambda: reveal(scene.other))
    reveal(scene.clerk)


def test_a_card_says_what_may_be_done_with_it(scene: Scene) -> None:
    actions.leave(by=console(), person=scene.pupil, on=SPRING, left_by="withdrawn")
    officer = holder("section-officer", scene.here.bureau)
    card = queries_person.person(officer, scene.pupil.key, DAY)
    assert (card.revealable, card.erasable) == (True, True)
    card = queries_person.person(scene.clerk, scene.pupil.key, DAY)
    assert (card.revealable, card.erasable) == (True, False)
    assert not queries_person.person(console(), scene.pupil.key, DAY).revealable


# --- what a page offers


def request(by: Acting) -> Any:
    return SimpleNamespace(by=by, as_of=by.day, GET=QueryDict(), method="GET")


def offered(by: Acting, scene: Scene) -> list[int]:
    asked = request(by)
    return [
        len(offers.of_unit(asked, scene.school)),
        len(offers.of_class(asked, scene.third)),
        len(offers.of_places(asked, scene.school)),
    ]


def test_what_may_be_written_is_offered_and_nothing_else(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (
        offered(scene.looks, scene)
        == offered(scene.counts, scene)
        == offered(scene.other, scene)
        == [0, 0, 0]
    )
    assert offered(scene.clerk, scene) == [3, 3, 3]
    allowed = access.allowed
    only = {actions.WRITE, actions_classes.WRITE}
    for action in only:
        monkeypatch.setattr(
            access,
            "allowed",
            lambda by, asked, unit, action=action: asked not in only - {action} and allowed(by, asked, unit),
        )
        assert offered(scene.clerk, scene)[:2] == ([2, 1] if action == actions.WRITE else [1, 2])


def test_pages_of_people_link_the_lists_for_whoever_reads_them(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: dict[str, Any] = {}
    monkeypatch.setattr(views, "render", lambda request, template, context, **more: shown.update(context))
    linked = {}
    for by in (scene.clerk, scene.counts):
        views.people(request(by), scene.school.key)
        cells = [cell.href for row in shown["table"].rows for cell in row.cells]
        linked[by.name, by is scene.clerk] = (shown["readable"], any(cells))
    assert list(linked.values()) == [(True, True), (False, False)]
