"""What happens to people: who may record it, what is refused, and what the trail says of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from meihao.base.text import Refused
from meihao.records.accounts.acting import Missing, NotPermitted
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry import actions_endings
from meihao.records.registry.models import (
    ClassGroup,
    Employment,
    Enrolment,
    Establishment,
    Person,
    Places,
    Post,
    Site,
    Type,
)
from meihao.records.registry.people import actions, actions_classes, actions_places, actions_staff
from meihao.records.registry.people.identity import Identity, checked
from tests.records.registry.district import BASIS, District, console, holder, person, school
from tests.records.registry.people.school import AUTUMN, classroom, held, identity_number, pupil, who

NEXT = date(2025, 9, 1)
MARCH = date(2025, 3, 1)


@pytest.fixture
def district(db: None) -> District:
    return District()


def said(subject: str) -> list[dict[str, object]]:
    rows = AuditEntry.objects.filter(subject=subject).order_by("seq")
    return [json.loads(row.body)["detail"] for row in rows]


# --- who a person is


def test_a_resident_s_number_says_sex_and_birth() -> None:
    number = identity_number(13)
    found = checked(Identity(" 苏 虚构 ", id_kind="resident", id_number=number)).who
    assert (found.sex, found.birth, found.name) == ("1", "2015-09", "苏 虚构")
    assert "苏" not in repr(found)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"name": "  "}, "姓名"),
        ({"name": "苏\x00虚构"}, "姓名"),
        ({"name": "虚" * 61}, "姓名"),
        ({"id_number": identity_number(13)}, "证件类型"),
        ({"id_kind": "resident", "id_number": identity_number(13)[:17]}, "18 位"),
        ({"id_kind": "resident", "id_number": identity_number(13), "sex": "2"}, "性别"),
        ({"id_kind": "resident", "id_number": identity_number(13), "birth": "2015-08"}, "出生年月"),
        ({"id_kind": "passport", "id_number": "?"}, "证件号"),
        ({"sex": "x"}, "性别"),
        ({"birth": "2015-13"}, "出生年月"),
        ({"student_number": "K"}, "学籍号"),
        (
            {
                "id_kind": "resident",
                "id_number": identity_number(13),
                "student_number": f"G{identity_number(14)}",
            },
            "学籍号与身份证号",
        ),
    ],
)
def test_an_identity_that_is_not_in_order_is_refused(given: dict[str, str], why: str) -> None:
    with pytest.raises(Refused, match=why) as caught:
        checked(Identity(**{"name": "苏虚构"} | given))
    assert "苏虚构" not in str(caught.value) + caught.value.text.en
    assert identity_number(13) not in str(caught.value)


def test_who_is_known_is_found_by_number_and_completed(district: District) -> None:
    whole = who()
    less = Identity(whole.name, id_kind=whole.id_kind, id_number=whole.id_number)
    first = actions.register_pupil(by=console(), organisation=district.first, who=less)
    again = actions.register_pupil(by=console(), organisation=district.second, who=whole)
    assert again == first
    found = Person._plain.get()
    assert found.student_number is not None
    assert found.student_number.opened() == whole.student_number
    other = Identity("叶虚", id_kind=whole.id_kind, id_number=whole.id_number)
    with pytest.raises(Refused, match="另一个姓名") as caught:
        actions.register_pupil(by=console(), organisation=district.first, who=other)
    assert "叶虚" not in str(caught.value)
    abroad = Identity(whole.name, "", "passport", "E1234567")
    actions.register_pupil(by=console(), organisation=district.first, who=abroad)
    mixed = replace(abroad, student_number=whole.student_number)
    with pytest.raises(Refused, match="两个人"):
        actions.register_pupil(by=console(), organisation=district.first, who=mixed)
    assert said(f"person:{first.key}")[0] == {"added": [], "registered": True}


# --- pupils


def test_a_pupil_is_enrolled_once_moved_on_one_day_and_gone(district: District) -> None:
    someone = pupil(district.first)
    with pytest.raises(Refused, match="转学"):
        actions.enrol(by=console(), person=someone, organisation=district.second, grade=3, on=MARCH)
    into = classroom(district.second, 3, 2)
    actions.transfer(by=console(), person=someone, to=district.second, on=MARCH, class_group=into)
    actions.leave(by=console(), person=someone, on=NEXT, left_by="withdrawn")
    assert [(row.organisation, row.since, row.until, row.came_by, row.left_by) for row in held(someone)] == [
        (district.first, AUTUMN, MARCH, "admitted", "transferred"),
        (district.second, MARCH, NEXT, "transferred", "withdrawn"),
    ]
    with pytest.raises(Refused, match="没有学籍"):
        actions.leave(by=console(), person=someone, on=NEXT, left_by="withdrawn")
    with pytest.raises(Refused, match="上一段学籍"):
        actions.enrol(by=console(), person=someone, organisation=district.first, grade=4, on=MARCH)
    actions.enrol(
        by=console(), person=someone, organisation=district.first, grade=4, on=NEXT, came_by="resumed"
    )
    assert held(someone)[-1].until is None
    assert said(f"person:{someone.key}")[2]["from"] == str(district.first.key)


@pytest.mark.parametrize(
    ("grade", "on", "why"),
    [
        (7, AUTUMN, "不设七年级"),
        (-1, AUTUMN, "不设大班"),
        (99, AUTUMN, "不设年级 99"),
        (3, date(2001, 9, 1), "早于设立之日"),
        (3, date(2030, 9, 1), "太远"),
    ],
)
def test_a_school_enrols_whom_it_teaches_while_it_is_there(
    district: District, grade: int, on: date, why: str
) -> None:
    someone = actions.register_pupil(by=console(), organisation=district.first, who=who())
    with pytest.raises(Refused, match=why):
        actions.enrol(by=console(), person=someone, organisation=district.first, grade=grade, on=on)
    assert held(someone) == []


def test_nobody_comes_to_a_closed_school_or_into_another_s_class(district: District) -> None:
    someone = pupil(district.second)
    other = classroom(district.second)
    with pytest.raises(Refused, match="核对班级"):
        actions.transfer(by=console(), person=someone, to=district.first, on=MARCH, class_group=other)
    actions_endings.close(console(), organisation=district.first, on=MARCH, basis=BASIS)
    with pytest.raises(Refused, match="撤销"):
        actions.transfer(by=console(), person=someone, to=district.first, on=MARCH)
    with pytest.raises(Refused, match="不能在"):
        actions.transfer(by=console(), person=someone, to=school(district.bureau, "柳虚小学"), on=AUTUMN)
    assert [row.until for row in held(someone)] == [None]


def test_a_school_writes_its_own_and_a_transfer_takes_both(district: District) -> None:
    clerk, section = holder("clerk", district.first), holder("section-officer", district.bureau)
    someone = actions.register_pupil(by=clerk, organisation=district.first, who=who())
    actions.enrol(by=clerk, person=someone, organisation=district.first, grade=3, on=AUTUMN)
    with pytest.raises(Missing):
        actions.enrol(by=clerk, person=someone, organisation=district.second, grade=3, on=NEXT)
    with pytest.raises(Missing):
        actions.transfer(by=clerk, person=someone, to=district.second, on=MARCH)
    actions.transfer(by=section, person=someone, to=district.second, on=MARCH)
    with pytest.raises(Missing):
        actions.leave(by=clerk, person=someone, on=NEXT, left_by="other")
    teacher = holder("teacher", district.second)
    with pytest.raises(NotPermitted):
        actions.leave(by=teacher, person=someone, on=NEXT, left_by="other")
    for office in ("system-admin", "security-admin", "audit-admin"):
        with pytest.raises(NotPermitted):
            actions.leave(by=person(office=office), person=someone, on=NEXT, left_by="other")


def test_a_change_and_its_entry_stand_or_fall_together(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = pupil(district.first)

    def failing(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("meihao.records.accounts.audit.record", failing)
    with pytest.raises(RuntimeError):
        actions.transfer(by=console(), person=someone, to=district.second, on=MARCH)
    monkeypatch.undo()
    assert [(row.organisation, row.until) for row in held(someone)] == [(district.first, None)]


# --- classes


def test_a_class_goes_up_with_all_who_are_in_it(district: District) -> None:
    third = classroom(district.first, 3, 2)
    several = [pupil(district.first, class_group=third) for _ in range(3)]
    actions.leave(by=console(), person=several[0], on=MARCH, left_by="withdrawn")
    fourth = actions_classes.promote_class(by=console(), class_group=third, on=NEXT)
    assert (fourth.school_year, fourth.grade, fourth.number, fourth.since) == (2025, 4, 2, NEXT)
    third.refresh_from_db()
    assert third.until == NEXT
    assert len(held(several[0])) == 1
    for someone in several[1:]:
        assert [(row.grade, row.until, row.left_by) for row in held(someone)] == [
            (3, NEXT, "promoted"),
            (4, None, ""),
        ]
        assert held(someone)[1].class_group == fourth
    assert said(f"class:{fourth.key}")[0]["pupils"] == 2
    with pytest.raises(Refused, match="不能在"):
        actions_classes.promote_class(by=console(), class_group=third, on=NEXT)


def test_a_leaving_grade_does_not_go_up_but_a_nine_year_school_s_sixth_does(district: District) -> None:
    sixth = classroom(district.first, 6)
    with pytest.raises(Refused, match="不设七年级"):
        actions_classes.promote_class(by=console(), class_group=sixth, on=NEXT)
    nine = school(district.bureau, "柳虚学校", type=Type.NINE_YEAR)
    up = actions_classes.promote_class(by=console(), class_group=classroom(nine, 6), on=NEXT)
    assert up.grade == 7
    with pytest.raises(Refused, match="毕业年级"):
        actions_classes.promote_class(by=console(), class_group=classroom(nine, 9), on=NEXT)
    with pytest.raises(Refused, match="不在那一年"):
        actions_classes.promote_class(by=console(), class_group=classroom(nine, 8), on=date(2026, 9, 1))


def test_a_leaving_class_graduates_whole_and_another_does_not(district: District) -> None:
    sixth = classroom(district.first, 6)
    several = [pupil(district.first, 6, class_group=sixth) for _ in range(3)]
    actions.leave(by=console(), person=several[0], on=MARCH, left_by="withdrawn")
    assert actions_classes.graduate_class(by=console(), class_group=sixth, on=NEXT) == 2
    ended = [(row.until, row.left_by) for someone in several for row in held(someone)]
    assert ended == [(MARCH, "withdrawn"), (NEXT, "graduated"), (NEXT, "graduated")]
    sixth.refresh_from_db()
    assert sixth.until == NEXT
    assert said(f"class:{sixth.key}")[-1] == {
        **{"school_year": 2024, "grade": 6, "number": 1},
        **{"graduated": NEXT.isoformat(), "pupils": 2},
    }
    with pytest.raises(Refused, match="只有毕业年级"):
        actions_classes.graduate_class(by=console(), class_group=classroom(district.first, 5), on=NEXT)
    with pytest.raises(NotPermitted):
        actions_classes.graduate_class(by=holder("teacher", district.first), class_group=sixth, on=NEXT)


def test_a_class_ends_when_nobody_is_in_it(district: District) -> None:
    third = classroom(district.first)
    someone = pupil(district.first, class_group=third)
    with pytest.raises(Refused, match="还有 1 名学生"):
        actions_classes.close_class(by=console(), class_group=third, on=MARCH)
    actions.leave(by=console(), person=someone, on=MARCH, left_by="withdrawn")
    assert actions_classes.close_class(by=console(), class_group=third, on=MARCH).until == MARCH
    with pytest.raises(Refused, match="已有 1 班"):
        classroom(district.first)
    with pytest.raises(Refused, match="已经结束"):
        pupil(district.first, class_group=third, on=NEXT)
    with pytest.raises(Missing):
        classroom(district.first, 4, by=holder("clerk", district.second))


# --- staff and places


def test_a_teacher_holds_posts_and_is_employed_by_one(district: District) -> None:
    teacher = actions.register_staff(
        by=console(), organisation=district.first, who=who("叶虚", born="19800101")
    )
    post = actions_staff.appoint(
        by=console(),
        person=teacher,
        organisation=district.first,
        kind="teacher",
        subject="数学",
        on=AUTUMN,
    )
    with pytest.raises(Refused, match="已在这个岗位"):
        actions_staff.appoint(
            by=console(), person=teacher, organisation=district.first, kind="teacher", subject="数学", on=NEXT
        )
    actions_staff.employ(
        by=console(), person=teacher, organisation=district.first, kind="established", on=AUTUMN
    )
    by = holder("clerk", district.second)
    with pytest.raises(Missing):
        actions_staff.employ(by=by, person=teacher, organisation=district.second, kind="equal", on=MARCH)
    actions_staff.employ(by=console(), person=teacher, organisation=district.second, kind="equal", on=MARCH)
    assert list(Employment._plain.order_by("since").values_list("kind", "until")) == [
        ("established", MARCH),
        ("equal", None),
    ]
    actions_staff.end_employment(by=console(), person=teacher, on=NEXT)
    with pytest.raises(Refused, match="没有用工"):
        actions_staff.end_employment(by=console(), person=teacher, on=NEXT)
    actions_staff.end_post(by=console(), post=post, on=NEXT)
    with pytest.raises(Refused, match="不能在"):
        actions_staff.end_post(by=console(), post=post, on=NEXT)
    assert Post._plain.get().until == NEXT


def test_what_a_school_is_given_is_a_history_and_the_same_day_is_put_right(district: District) -> None:
    def posts(number: int, on: date) -> Establishment:
        return actions_places.set_establishment(
            by=console(), organisation=district.first, posts=number, basis=BASIS, on=on
        )

    posts(40, AUTUMN)
    posts(42, MARCH)
    posts(43, MARCH)
    rows = list(Establishment._plain.order_by("since").values_list("posts", "since", "until"))
    assert rows == [(40, AUTUMN, MARCH), (43, MARCH, None)]
    with pytest.raises(Refused, match="从 2025-03-01 起"):
        posts(50, AUTUMN)
    with pytest.raises(Refused, match="不能小于 0"):
        posts(-1, NEXT)
    assert said(f"organisation:{district.first.key}")[-1]["before"] == {"posts": "42", "basis": BASIS}


def test_places_are_of_a_stage_that_is_taught_and_sites_lie_on_the_earth(district: District) -> None:
    by = holder("principal", district.first)
    actions_places.set_places(by=by, organisation=district.first, stage="primary", number=810, on=AUTUMN)
    with pytest.raises(Refused, match="不设初中"):
        actions_places.set_places(by=by, organisation=district.first, stage="junior", number=1, on=AUTUMN)
    assert Places._plain.get().number == 810
    where: dict[str, Any] = {
        "latitude": Decimal("34.7"),
        "longitude": Decimal("113.6"),
        "area": Decimal("26640.5"),
    }
    actions_places.set_site(by=by, organisation=district.first, name="本部", on=AUTUMN, **where)
    wrongs: list[dict[str, Any]] = [
        {"latitude": Decimal(34)},
        {"latitude": Decimal(91), "longitude": Decimal(0)},
    ]
    for wrong in wrongs:
        with pytest.raises(Refused, match="经纬度"):
            actions_places.set_site(by=by, organisation=district.first, name="东区", on=AUTUMN, **wrong)
    assert Site._plain.get().area == Decimal("26640.5")
    with pytest.raises(Missing):
        actions_places.set_site(by=by, organisation=district.second, name="本部", on=AUTUMN)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda d, by: actions.register(by=by, organisation=d.first, who=who()),
        lambda d, by: classroom(d.first, by=by),
        lambda d, by: actions_places.set_places(
            by=by, organisation=d.first, stage="primary", number=1, on=AUTUMN
        ),
    ],
)
@pytest.mark.parametrize("role", ["teacher", "research", "inspector"])
def test_who_may_not_write_is_told_so(
    district: District, role: str, attempt: Callable[[District, object], object]
) -> None:
    at = district.first if role == "teacher" else district.bureau
    with pytest.raises(NotPermitted):
        attempt(district, holder(role, at))
    assert not Person._plain.exists()
    assert not Enrolment._plain.exists()
    assert not ClassGroup._plain.exists()


def test_one_number_of_a_known_person_with_another_s_other_number_is_refused(district: District) -> None:
    whole = replace(who(), student_number="J990106201509010017")
    actions.register(by=console(), organisation=district.first, who=whole)
    for other in (
        replace(whole, student_number="J990106201509010025"),
        replace(who(), student_number=whole.student_number),
    ):
        with pytest.raises(Refused, match="另一个号码"):
            actions.register(by=console(), organisation=district.first, who=other)
    assert Person._plain.count() == 1
