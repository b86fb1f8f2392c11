"""Figures in a browser: from the leader's screen to rows and clause; a school's own page."""

from __future__ import annotations

from playwright.sync_api import expect

from meihao.demo.institutions import institutions
from meihao.web.seeding.accounts import SCHOOL
from tests.journeys.conftest import Site


def test_a_figure_on_the_leaders_screen_opens_to_rows_and_clause_in_two_clicks(site: Site) -> None:
    page = site.person("bureau-head")
    page.goto("/")
    with page.expect_navigation():
        page.click("main .head .btn-primary")
    site.judged(page)
    expect(page.locator(".tile")).to_have_count(8)
    for at in (0, 2):
        tile = page.locator(".tile .value").nth(at)
        value = tile.inner_text().split("\n")[0].split("%")[0].split("/")[0].strip()
        with page.expect_navigation():
            tile.click()
        expect(page.locator("main")).to_contain_text(value)
        expect(page.locator("main")).to_contain_text("复算一致")
        expect(page.locator("main")).to_contain_text("教督〔20")  # the clause, by its document
        site.judged(page)
        if not page.locator("main table tbody tr").count():  # a share: its rows are behind its two sums
            with page.expect_navigation():
                page.locator("main a[href*='/f/total/']").first.click()
            site.judged(page)
        expect(page.locator("main table tbody tr").first).to_be_visible()
        page.goto("/leader")
    page.goto("/wall")
    site.judged(page)
    phone = site.person("inspector", phone=True)
    phone.goto("/leader")
    site.judged(phone)
    with phone.expect_navigation():
        phone.get_by_text("English", exact=True).first.click()
    expect(phone.locator("h1")).to_contain_text("8 figures")
    site.judged(phone)


def test_a_principal_sees_the_own_school_among_dots_and_no_other_name(site: Site) -> None:
    page = site.person("principal", phone=True)
    page.goto("/")
    with page.expect_navigation():
        page.click("main .head .btn-primary")
    site.judged(page)
    expect(page.locator("h1")).to_contain_text(SCHOOL)
    expect(page.locator(".ours li")).to_have_count(7)
    others = [one.name for one in institutions() if one.stem != SCHOOL]
    with page.expect_navigation():
        page.locator(".ours .value").first.click()
    site.judged(page)
    said = page.content()
    assert [name for name in others if name in said] == []
