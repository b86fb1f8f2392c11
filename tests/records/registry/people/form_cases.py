"""A school to write about, and for each form what a clerk fills in, what it writes and where it leads."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import models
from django.test import Client
from django.utils.timezone import localdate

from meihao.records.accounts.acting import Acting
from meihao.records.registry.models import (
    ClassGroup,
    Employment,
    Enrolment,
    Establishment,
    Person,
    Places,
    Post,
    Site,
)
from meihao.records.registry.people import actions, actions_staff
from tests.records.registry.district import BASIS, District, console, holder
from tests.records.registry.people.school import AUTUMN, classroom, identity_number, pupil, who

NAME, NUMBER = "金丝雀", identity_number(271)
NEXT = date(2025, 9, 1)


def opened(by: Acting) -> Client:
    assert by.user is not None
    client = Client()
    client.force_login(by.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def main(answer: Any) -> str:
    """What stands in the page itself, without the frame around it."""
    found = re.search(r"<main.*</main>", text(answer), re.DOTALL)
    assert found is not None
    return found[0]


class School:
    """A school with a class, a leaving class, an empty one, a pupil, and a teacher whom it employs."""

    def __init__(self) -> None:
        self.district = District()
        self.unit, by = self.district.first, console()
        self.third, self.sixth = classroom(self.unit, 3, 2), classroom(self.unit, 6, 1)
        self.empty = classroom(self.unit, 4, 1)
        self.pupil = pupil(self.unit, class_group=self.third)
        pupil(self.unit, 6, class_group=self.sixth)
        self.teacher = actions.register(by=by, organisation=self.unit, who=who("叶虚", "19800101"))
        self.post = actions_staff.appoint(
            by=by, person=self.teacher, organisation=self.unit, kind="teacher", subject="数学", on=AUTUMN
        )
        actions_staff.employ(
            by=by, person=self.teacher, organisation=self.unit, kind="established", on=AUTUMN
        )

    def officer(self) -> Client:
        """One who may write both schools."""
        return opened(holder("section-officer", self.district.bureau))

    def clerk(self) -> Client:
        return opened(holder("clerk", self.unit))


Rows = type[models.Model]


@dataclass(frozen=True)
class Case:
    """One form. `writes` is what it adds: how many rows of which tables; `entries` of the trail.

    `wrong` is what the action refuses, and what it says.
    """

    address: Callable[[School], str]
    filled: Callable[[School], dict[str, str]]
    lands: Callable[[School], str]
    writes: dict[Rows, int]
    wrong: tuple[dict[str, str], str]
    entries: int = 1
    ends: Rows | None = field(default=None)


def _unit(school: School, rest: str) -> str:
    return f"/registry/organisations/{school.unit.key}/{rest}"


def _latest(model: Any) -> str:
    return str(model._plain.latest("pk").key)


_WHO = {"name": NAME, "id_kind": "resident", "id_number": NUMBER}
_EARLY = ({"on": "2005-01-01"}, "早于设立之日")
_NOT_YET = ({"on": "2024-09-01"}, "不能在 2024-09-01 结束")

CASES: dict[str, Case] = {
    "pupil": Case(
        lambda school: _unit(school, "people/record/pupil"),
        lambda school: {
            **_WHO,
            "student_number": f"G{NUMBER}",
            "place": str(school.third.key),
            "came_by": "admitted",
            "on": "2024-09-02",
        },
        lambda _: f"/registry/people/{_latest(Person)}",
        {Person: 1, Enrolment: 1},
        ({"sex": "2" if int(NUMBER[16]) % 2 else "1"}, "性别与身份证号不一致"),
        entries=2,
    ),
    "staff": Case(
        lambda school: _unit(school, "people/record/staff"),
        lambda _: {
            **_WHO,
            "kind": "teacher",
            "subject": "语文",
            "full_time": "on",
            "employment": "established",
            "on": "2024-09-02",
        },
        lambda _: f"/registry/people/{_latest(Person)}",
        {Person: 1, Post: 1, Employment: 1},
        ({"id_number": "990106"}, "身份证号"),
        entries=3,
    ),
    "open": Case(
        lambda school: _unit(school, "classes/open"),
        lambda _: {
            "school_year": str(localdate().year),
            "grade": "2",
            "number": "5",
            "on": localdate().isoformat(),
        },
        lambda _: f"/registry/classes/{_latest(ClassGroup)}",
        {ClassGroup: 1},
        ({"on": "2020-09-01"}, "请核对学年和日期"),
    ),
    "promote": Case(
        lambda school: f"/registry/classes/{school.third.key}/record/promote",
        lambda _: {"number": "", "on": NEXT.isoformat()},
        lambda _: f"/registry/classes/{_latest(ClassGroup)}",
        {ClassGroup: 1, Enrolment: 1},
        ({"on": "2024-09-01"}, "不在那一年"),
    ),
    "graduate": Case(
        lambda school: f"/registry/classes/{school.sixth.key}/record/graduate",
        lambda _: {"on": "2025-07-01"},
        lambda school: f"/registry/classes/{school.sixth.key}",
        {},
        _NOT_YET,
        ends=ClassGroup,
    ),
    "close": Case(
        lambda school: f"/registry/classes/{school.empty.key}/record/close",
        lambda _: {"on": "2025-07-01"},
        lambda school: f"/registry/classes/{school.empty.key}",
        {},
        _NOT_YET,
        ends=ClassGroup,
    ),
    "transfer": Case(
        lambda school: f"/registry/people/{school.pupil.key}/record/transfer",
        lambda school: {"to": str(school.district.second.key), "grade": "", "number": "", "on": "2025-02-10"},
        lambda school: f"/registry/people/{school.pupil.key}",
        {Enrolment: 1},
        ({"number": "7"}, "没有三年级 7 班"),
    ),
    "leave": Case(
        lambda school: f"/registry/people/{school.pupil.key}/record/leave",
        lambda _: {"left_by": "withdrawn", "on": "2025-02-10"},
        lambda school: f"/registry/people/{school.pupil.key}",
        {},
        _NOT_YET,
        ends=Enrolment,
    ),
    "end-post": Case(
        lambda school: f"/registry/people/{school.teacher.key}/record/end-post",
        lambda school: {"post": str(school.post.pk), "on": "2025-02-10"},
        lambda school: f"/registry/people/{school.teacher.key}",
        {},
        _NOT_YET,
        ends=Post,
    ),
    "end-employment": Case(
        lambda school: f"/registry/people/{school.teacher.key}/record/end-employment",
        lambda _: {"on": "2025-02-10"},
        lambda school: f"/registry/people/{school.teacher.key}",
        {},
        _NOT_YET,
        ends=Employment,
    ),
    "establishment": Case(
        lambda school: _unit(school, "places/establishment"),
        lambda _: {"posts": "45", "basis": BASIS, "on": "2024-09-01"},
        lambda school: _unit(school, "places"),
        {Establishment: 1},
        _EARLY,
    ),
    "places": Case(
        lambda school: _unit(school, "places/places"),
        lambda _: {"stage": "primary", "number": "810", "on": "2024-09-01"},
        lambda school: _unit(school, "places"),
        {Places: 1},
        _EARLY,
    ),
    "site": Case(
        lambda school: _unit(school, "places/site"),
        lambda _: {
            "name": "本部",
            "address": "禾渚镇云根路（虚构）",
            "latitude": "31.5",
            "longitude": "120.25",
            "area": "20500.5",
            "on": "2024-09-01",
        },
        lambda school: _unit(school, "places"),
        {Site: 1},
        ({"latitude": ""}, "经纬度应同时填写"),
    ),
}


def filled(case: Case, school: School, **more: str) -> dict[str, str]:
    """The form as it is sent, with a key of its own."""
    return {**case.filled(school), "key": str(uuid4()), **more}
