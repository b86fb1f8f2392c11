"""The pages of people, as a person opens them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meihao.records.accounts.acting import Acting
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry.models import ClassGroup
from meihao.records.registry.people import actions, actions_places, actions_staff
from tests.records.registry.district import BASIS, District, console, holder
from tests.records.registry.people.school import AUTUMN, classroom, pupil, who

DAY = "as_of=2024-10-01"


@pytest.fixture
def district(db: None) -> District:
    return District()


@pytest.fixture
def third(district: District) -> ClassGroup:
    return classroom(district.first, 3, 2)


def opened(by: Acting) -> Client:
    assert by.user is not None
    client = Client()
    client.force_login(by.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def teacher(district: District) -> None:
    someone = actions.register(by=console(), organisation=district.first, who=who("叶虚", "19800101"))
    actions_staff.appoint(
        by=console(),
        person=someone,
        organisation=district.first,
        kind="teacher",
        subject="数学",
        on=AUTUMN,
    )


def test_a_school_sees_its_people_by_class_and_by_pseudonym(district: District, third: ClassGroup) -> None:
    someone = pupil(district.first, class_group=third)
    teacher(district)
    client = opened(holder("principal", district.first))
    base = f"/registry/organisations/{district.first.key}"
    assert f"{base}/people" in text(client.get(base))
    page = text(client.get(f"{base}/people?{DAY}"))
    assert "学生 1 人，教职工 1 人" in page
    assert f"/registry/classes/{third.key}" in page
    assert "三年级 2 班" in page
    for address in (f"{base}/pupils", f"/registry/classes/{third.key}"):
        page = text(client.get(address))
        assert someone.short in page
        assert f"/registry/people/{someone.key}" in page
        assert "苏虚构" not in page
    page = text(client.get(f"{base}/staff"))
    assert "专任教师" in page
    assert "数学" in page
    assert "叶虚" not in page
    page = text(client.get(f"{base}/people?as_of=2023-10-01"))
    assert "学籍未登记，教职工未登记" in page
    assert "0 人" not in page


def test_a_roll_that_everybody_left_is_none_and_one_never_recorded_is_missing(district: District) -> None:
    someone = pupil(district.first)
    actions.leave(by=console(), person=someone, on=date(2025, 1, 10), left_by="withdrawn")
    client = opened(holder("principal", district.first))
    base = f"/registry/organisations/{district.first.key}"
    assert "学生 0 人，教职工未登记" in text(client.get(f"{base}/people?as_of=2025-02-01"))
    assert "学籍未登记" in text(client.get(f"{base}/people?as_of=2023-02-01"))


def test_who_may_only_count_is_shown_no_way_to_the_list(district: District, third: ClassGroup) -> None:
    pupil(district.first, class_group=third)
    client = opened(holder("research", district.bureau))
    ordinary = opened(holder("teacher", district.first))
    assert "/people" not in text(ordinary.get(f"/registry/organisations/{district.first.key}"))
    page = text(client.get(f"/registry/organisations/{district.first.key}/people?{DAY}"))
    assert "学生 1 人" in page
    assert "/registry/classes/" not in page
    assert "/pupils" not in page
    assert client.get(f"/registry/organisations/{district.first.key}/pupils").status_code == 403
    assert client.get(f"/registry/classes/{third.key}").status_code == 403


def test_another_school_s_people_are_pages_that_are_not_there(district: District, third: ClassGroup) -> None:
    someone = pupil(district.first, class_group=third)
    base = f"/registry/organisations/{district.first.key}"
    addresses = [f"{base}/{page}" for page in ("people", "pupils", "staff", "places")]
    addresses += [f"/registry/classes/{third.key}", f"/registry/people/{someone.key}"]
    own, other = opened(holder("principal", district.first)), opened(holder("principal", district.second))
    assert [own.get(address).status_code for address in addresses] == [200] * 6
    assert [other.get(address).status_code for address in addresses] == [404] * 6
    posted = {"purpose": "核对学籍信息"}
    assert other.post(f"/registry/people/{someone.key}/reveal", posted).status_code == 404
    assert own.post(f"/registry/people/{uuid4()}/reveal", posted).status_code == 404


def test_names_are_shown_for_a_purpose_by_post_and_kept_by_no_browser(district: District) -> None:
    identity = who()
    someone = pupil(district.first, identity=identity)
    client = opened(holder("clerk", district.first))
    address = f"/registry/people/{someone.key}"
    page = text(client.get(address))
    assert identity.name not in page
    assert f'action="{address}/reveal"' in page
    assert client.get(f"{address}/reveal")["Location"] == address
    entries = AuditEntry.objects.count()
    answer = client.post(f"{address}/reveal", {"purpose": "核对"})
    assert answer.status_code == 422
    assert identity.name not in text(answer)
    assert "至少 5 个字" in text(answer)
    assert AuditEntry.objects.count() == entries
    answer = client.post(f"{address}/reveal", {"purpose": "核对学籍信息"})
    assert answer.status_code == 200
    assert identity.name in text(answer)
    assert identity.id_number in text(answer)
    assert "no-store" in answer["Cache-Control"]
    assert AuditEntry.objects.count() == entries + 1
    assert identity.name not in text(client.get(address))


def test_a_form_from_elsewhere_reveals_nothing(district: District) -> None:
    by = holder("clerk", district.first)
    someone, client = pupil(district.first), Client(enforce_csrf_checks=True)
    assert by.user is not None
    client.force_login(by.user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(f"/registry/people/{someone.key}/reveal", {"purpose": "核对学籍信息"})
    assert answer.status_code == 403
    assert "苏虚构" not in text(answer)


def test_what_a_school_is_given_is_shown_and_what_is_not_known_says_so(district: District) -> None:
    client = opened(holder("principal", district.first))
    address = f"/registry/organisations/{district.first.key}/places?{DAY}"
    assert "没有登记校址" in text(client.get(address))
    unit, by = district.first, console()
    actions_places.set_establishment(by=by, organisation=unit, posts=45, basis=BASIS, on=AUTUMN)
    actions_places.set_places(by=by, organisation=unit, stage="primary", number=810, on=AUTUMN)
    actions_places.set_site(by=by, organisation=unit, name="本部", address="禾渚镇云根路（虚构）", on=AUTUMN)
    page = text(client.get(address))
    for said in ("核定编制", "45", BASIS, "小学学位", "810", "本部", "禾渚镇云根路"):
        assert said in page
    assert "…" in page  # the area was not reported


def test_pages_cost_the_same_at_5_and_at_50_rows(district: District, third: ClassGroup) -> None:
    client = opened(holder("section-officer", district.bureau))
    base = f"/registry/organisations/{district.first.key}"
    addresses = [f"{base}/{page}?{DAY}" for page in ("people", "pupils", "staff", "places")]
    addresses.append(f"/registry/classes/{third.key}?{DAY}")

    def costs() -> list[int]:
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            found.append(len(captured))
        return found

    def more(n: int) -> None:
        for _ in range(n):
            pupil(district.first, class_group=third)
            teacher(district)
            classroom(district.first, 5, ClassGroup._plain.count())

    more(5)
    costs()
    few = costs()
    more(45)
    costs()  # what waits is counted anew after a change
    assert costs() == few


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_speaks_both_languages(district: District, third: ClassGroup, language: str) -> None:
    someone = pupil(district.first, class_group=third)
    client = opened(holder("principal", district.first))
    client.cookies["django_language"] = language
    page = text(client.get(f"/registry/people/{someone.key}"))
    assert ("Pseudonym" in page) == (language == "en")
    assert ("代号" in page) == (language != "en")
