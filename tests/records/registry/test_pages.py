"""The pages of organisations and grants, as a person opens them."""

from __future__ import annotations

import io
import re
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate
from openpyxl import load_workbook

from meihao.records.accounts.acting import Acting
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry import actions, queries_grants
from meihao.records.registry.models import Event, Grant
from meihao.records.registry.people import actions_places
from tests.records.registry.district import (
    BASIS,
    DAY,
    District,
    console,
    grant,
    holder,
    person,
    school,
)


@pytest.fixture
def district(db: None) -> District:
    return District()


@pytest.fixture
def no_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """An administrator has passed the second factor: that is the business of another room."""
    monkeypatch.setattr("meihao.records.accounts.sessions.held_at", lambda user: "")


def opened(by: Acting) -> Client:
    assert by.user is not None
    client = Client()
    client.force_login(by.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_list_shows_the_units_in_scope_and_links_to_them(district: District) -> None:
    page = text(opened(holder("principal", district.first)).get("/registry/organisations"))
    assert f"/registry/organisations/{district.first.key}" in page
    assert "禾渚镇中心小学" in page
    assert "石觅云根小学" not in page
    assert "organisations/found/school" not in page
    page = text(opened(holder("section-officer", district.bureau)).get("/registry/organisations?q=smyg"))
    assert "石觅云根小学" in page
    assert "禾渚镇中心小学" not in page
    assert "organisations/found/school" in page
    assert "学校和幼儿园 1 所" in page


def test_the_list_is_of_the_day_looked_at(district: District) -> None:
    actions.rename(console(), organisation=district.first, name="禾渚小学", on=date(2020, 9, 1), basis=BASIS)
    client = opened(holder("section-officer", district.bureau))
    page = text(client.get("/registry/organisations?as_of=2019-01-01"))
    assert "禾渚镇中心小学" in page
    assert "禾渚镇中心小学" in text(client.get(f"/registry/organisations/{district.first.key}"))
    assert "禾渚小学" in text(client.get("/registry/organisations?as_of=2021-01-01"))


def test_a_list_page_costs_the_same_at_5_and_at_50_rows(district: District) -> None:
    client = opened(holder("section-officer", district.bureau))

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/registry/organisations").status_code == 200
        return len(captured)

    for n in range(3):
        school(district.bureau, f"第{n}小学", town=district.town)
    cost()
    few = cost()
    for n in range(45):
        school(district.bureau, f"又第{n}小学", town=district.town)
    cost()  # what waits is counted anew after a change
    assert cost() == few


@pytest.mark.parametrize("place", ["", "/record/rename", "/record/merge"])
def test_another_school_is_a_page_that_is_not_there(district: District, place: str) -> None:
    client = opened(holder("principal", district.first))
    assert client.get(f"/registry/organisations/{district.first.key}").status_code == 200
    answer = client.get(f"/registry/organisations/{district.second.key}{place}")
    assert answer.status_code == (403 if place else 404)
    other = opened(holder("section-officer", district.first))
    assert other.get(f"/registry/organisations/{district.second.key}{place}").status_code == 404
    assert other.get(f"/registry/organisations/{uuid4()}{place}").status_code == 404
    assert other.get(f"/registry/organisations/{district.first.key}/record/king").status_code == 404


def test_a_change_is_looked_at_then_confirmed_and_sent_twice_is_recorded_once(district: District) -> None:
    client = opened(holder("section-officer", district.bureau))
    address = f"/registry/organisations/{district.first.key}/record/rename"
    page = text(client.get(address))
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    filled = {"name": "禾渚小学", "on": "2025-09-01", "basis": "澄教〔2025〕7号", "key": key[1]}
    count = Event._plain.count()
    page = text(client.post(address, filled))
    assert "禾渚镇中心小学" in page
    assert "确认登记" in page
    assert Event._plain.count() == count
    for _ in range(2):
        answer = client.post(address, {**filled, "confirmed": "1"}, follow=True)
        assert answer.redirect_chain[-1][0] == f"/registry/organisations/{district.first.key}"
    assert "未重复写入" in text(answer)
    assert Event._plain.count() == count + 1


def test_what_is_refused_is_said_in_the_form_and_nothing_typed_is_lost(district: District) -> None:
    client = opened(holder("section-officer", district.bureau))
    address = f"/registry/organisations/{district.first.key}/record/rename"
    filled = {"name": "禾渚小学", "on": "2001-09-01", "basis": "澄教〔2025〕7号", "key": str(uuid4())}
    answer = client.post(address, {**filled, "confirmed": "1"})
    assert answer.status_code == 422
    assert "早于设立之日" in text(answer)
    assert "澄教〔2025〕7号" in text(answer)


def test_the_workbook_has_what_the_list_shows_on_all_its_pages(district: District) -> None:
    for n in range(55):
        school(district.bureau, f"第{n}小学")
    client = opened(holder("section-officer", district.bureau))
    answer = client.get("/registry/organisations/export?q=第")
    assert answer.status_code == 200
    rows = list(load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))
    names = {cell for row in rows for cell in row if isinstance(cell, str) and cell.endswith("小学")}
    assert {f"第{n}小学" for n in range(55)} <= names
    assert "禾渚镇中心小学" not in names
    assert (
        opened(holder("research", district.bureau)).get("/registry/organisations/export").status_code == 403
    )


def test_a_name_that_looks_like_a_formula_stays_a_text(district: District) -> None:
    school(district.bureau, "=1+1小学")
    client = opened(holder("section-officer", district.bureau))
    book = load_workbook(io.BytesIO(client.get("/registry/organisations/export").content))
    kinds = {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row}
    assert kinds == {"s"}


@pytest.mark.usefixtures("no_factor")
def test_grants_are_given_and_ended_by_the_security_administrator(district: District) -> None:
    security, by = person(office="security-admin"), person("叶虚")
    assert by.user is not None
    client = opened(security)
    filled = {
        "username": by.user.username,
        "role": "principal",
        "organisation": str(district.first.key),
        "on": DAY.isoformat(),
    }
    assert "设在学校" in text(
        client.post("/registry/grants/give", {**filled, "organisation": str(district.bureau.key)})
    )
    assert "没有「nobody」这个账号" in text(
        client.post("/registry/grants/give", {**filled, "username": "nobody"})
    )
    assert client.post("/registry/grants/give", filled).status_code == 302
    given = Grant._plain.get(user=by.user)
    assert "/end" not in text(client.get("/registry/grants?as_of=2025-10-20"))  # a past day is looked at
    page = text(client.get(f"/registry/grants?as_of={localdate()}"))
    assert "叶虚" in page
    assert f"/registry/grants/{given.pk}/end" in page
    answer = client.post(f"/registry/grants/{given.pk}/end", {"on": DAY.isoformat()})
    assert answer.status_code == 302
    assert queries_grants.grants(security, DAY).total == 0
    actions_ = list(
        AuditEntry.objects.filter(action="registry.grant.write").values_list("subject", flat=True)
    )
    assert actions_ == [f"user:{by.user.key}"] * 2
    assert client.get(f"/registry/grants/{given.pk}/end").status_code == 404


@pytest.mark.usefixtures("no_factor")
def test_an_auditor_sees_grants_and_gives_none(district: District) -> None:
    auditor = opened(person(office="audit-admin"))
    grant(person("叶虚"), "clerk", district.first)
    page = text(auditor.get("/registry/grants"))
    assert "叶虚" in page
    assert "/end" not in page
    assert auditor.get("/registry/grants/give").status_code == 403
    assert opened(holder("principal", district.first)).get("/registry/grants").status_code == 403


def test_a_map_shows_the_schools_in_scope_by_their_sites(district: District) -> None:
    for one, north in ((district.first, "0.01"), (district.second, "0.02")):
        actions_places.set_site(
            by=console(),
            organisation=one,
            name="本部",
            on=date(2024, 9, 1),
            latitude=Decimal(north),
            longitude=Decimal("0.05"),
        )
    officer = opened(holder("section-officer", district.bureau))
    page = text(officer.get("/registry/organisations/map"))
    assert '"at": [0.01, 0.05]' in page
    assert '"at": [0.02, 0.05]' in page
    assert "禾渚镇　学校 2 所，幼儿园 0 所" in page
    page = text(officer.get("/registry/organisations/map?as_of=2023-01-01"))
    assert "data-map" not in page  # there were no sites on record then
    assert "2 所没有登记坐标" in page
    page = text(opened(holder("principal", district.first)).get("/registry/organisations/map"))
    assert "0.01" in page
    assert "0.02" not in page
    assert str(district.second.key) not in page


def test_a_card_of_many_units_counts_them_and_folds_what_is_long_ago(district: District) -> None:
    for n in range(24):
        school(district.bureau, f"第{n}小学", town=district.town)
    client = opened(holder("section-officer", district.bureau))
    page = text(client.get(f"/registry/organisations/{district.bureau.key}"))
    assert "个单位，见名单" in page
    assert "更早的" in page
    assert page.count("第3小学") == 1  # among the events, and not once more among the relations
    page = text(client.get(f"/registry/organisations/{district.town.key}"))
    assert f"/registry/organisations?town={district.town.key}" in page
    assert "26 个单位，见名单" in page
