"""What is done about people, in a browser: a pupil comes, is found, is looked at for a purpose, goes up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from meihao.base.codes import identity_check
from meihao.records.accounts import audit
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry.models import ClassGroup, Particulars, Person
from tests.journeys.conftest import Site
from tests.journeys.test_journeys import Keys, both

BODY = "99010620190405" + "902"
NUMBER = BODY + identity_check(BODY)


def of_school() -> str:
    return str(Particulars._plain.get(name="澄砚区听毫小学", until=None).organisation.key)


@both
def test_a_pupil_is_enrolled_by_the_keyboard_and_found_by_the_whole_number(site: Site, keys: Keys) -> None:
    page = site.person("clerk")
    page.goto(f"/registry/organisations/{of_school()}/people")
    expect(page.locator("h1")).to_contain_text("学生 845 人，教职工未登记")
    site.judged(page)
    keys(page, "登记学生入学")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    site.judged(page)
    keys(page, "姓名")
    page.keyboard.type("虚新来")
    keys(page, "证件号")
    page.keyboard.type(NUMBER[:17])  # one digit short: it is said, and what was typed stays
    page.select_option("select[name=place]", label="一年级 1 班（2025—2026 学年）")
    keys(page, "登记")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("18 位")
    expect(page.locator("input[name=name]")).to_have_value("虚新来")
    site.judged(page)
    page.fill("input[name=id_number]", NUMBER)
    with page.expect_navigation():
        page.click("main form .btn-primary")
    expect(page.locator("h1")).to_contain_text("代号")
    assert NUMBER not in page.content()
    assert "虚新来" not in page.content()
    card = page.url
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type(NUMBER)
    page.keyboard.press("Enter")
    expect(page).to_have_url(card)


def test_a_name_is_shown_for_a_purpose_and_that_is_on_record(site: Site) -> None:
    page = site.person("principal")
    page.goto(f"/registry/organisations/{of_school()}/pupils")
    site.judged(page)
    with page.expect_navigation():
        page.click("main tbody a")
    site.judged(page)
    someone = Person._plain.get(key=page.url.rsplit("/", 1)[1])
    page.fill("input[name=purpose]", "核对入学材料")
    with page.expect_navigation():
        page.click("main form .btn-primary")
    assert someone.name is not None
    expect(page.locator("main")).to_contain_text(someone.name.opened())
    site.judged(page)
    seen = AuditEntry.objects.get(action="registry.person.reveal", subject=f"person:{someone.key}")
    assert "核对入学材料" in str(seen.body)
    assert list(audit.verify()) == []


def test_a_class_is_opened_and_closed_again(site: Site) -> None:
    page = site.person("clerk", phone=True)
    page.goto(f"/registry/organisations/{of_school()}/people")
    site.judged(page)
    with page.expect_navigation():
        page.click("main a:has-text('开班')")
    site.judged(page)
    today = localdate()
    page.select_option("select[name=school_year]", label=f"{today.year}—{today.year + 1} 学年")
    page.select_option("select[name=grade]", label="二年级")
    page.fill("input[name=number]", "9")
    with page.expect_navigation():
        page.click("main form .btn-primary")
    made = ClassGroup._plain.get(school_year=today.year, grade=2, number=9)
    expect(page.locator("h1")).to_contain_text("二年级 9 班")
    site.judged(page)
    with page.expect_navigation():
        page.click("main a:has-text('停班')")
    page.fill("input[name=on]", str(today + timedelta(1)))
    with page.expect_navigation():
        page.click("main form .btn-primary")
    site.judged(page)
    made.refresh_from_db()
    assert made.until == today + timedelta(1)


@pytest.mark.parametrize("english", [False, True], ids=["zh", "en"])
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_district_is_searched_and_seen_on_a_map(site: Site, phone: bool, english: bool) -> None:
    page: Page = site.person("section-officer", phone=phone, english=english)
    page.fill(".finder input[type=search]", "th")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("澄砚区听毫小学")
    site.judged(page)
    page.goto("/registry/organisations/map")
    page.wait_for_selector(".map path")
    site.judged(page)
    page.click("main summary")
    expect(page.locator("main details table")).to_contain_text("澄砚区听毫小学")
    site.judged(page)
