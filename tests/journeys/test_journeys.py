"""What people come to do, in a browser: by the keyboard, on a desk and on a telephone, in both languages.

Those marked `both` run on PostgreSQL too.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from meihao.records.accounts import audit
from meihao.records.registry.models import Event, ImportBatch, Particulars
from tests.journeys.conftest import PASSWORD, Site

Keys = Callable[[Page, str], None]
both = pytest.mark.both_databases


@pytest.mark.parametrize(
    ("phone", "english"),
    [
        pytest.param(False, False, id="desk-zh", marks=both),
        pytest.param(False, True, id="desk-en"),
        pytest.param(True, False, id="phone-zh"),
        pytest.param(True, True, id="phone-en"),
    ],
)
def test_a_link_a_password_and_in_again(site: Site, phone: bool, english: bool) -> None:
    page = site.visitor(phone=phone, english=english)
    page.goto("/sign-in")
    site.judged(page)
    page.goto(f"/sign-in/link/{site.tokens['clerk']}")
    site.judged(page)
    page.click("main button[type=submit]")
    site.judged(page)
    for box in page.query_selector_all("input[type=password]"):
        box.fill(PASSWORD)
    page.click("main form .btn-primary")
    page.goto("/")
    site.judged(page)
    again = site.visitor(phone=phone, english=english)
    again.goto("/sign-in")
    again.fill("input[name=username]", "clerk")
    again.fill("input[name=password]", PASSWORD)
    again.keyboard.press("Enter")
    expect(again).to_have_url(f"{site.url}/")
    used = site.visitor(phone=phone, english=english)
    used.goto(f"/sign-in/link/{site.tokens['clerk']}")
    used.click("main button[type=submit]")
    expect(used.locator("main")).to_contain_text("used" if english else "用过")


def test_a_wrong_password_is_told_and_what_was_typed_stays(site: Site) -> None:
    page = site.visitor()
    page.goto("/sign-in")
    for _ in range(5):
        page.fill("input[name=username]", "clerk")
        page.fill("input[name=password]", "not this one")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.input_value("input[name=username]") == "clerk"
        site.judged(page)
    page.fill("input[name=password]", "not this one")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("分钟后再试")


def test_an_administrator_ties_an_authenticator_before_anything_else(site: Site) -> None:
    page = site.person("security-admin")
    page.goto("/registry/grants")
    expect(page).to_have_url(f"{site.url}/me/factor")
    site.judged(page)


def test_a_role_is_granted_and_opens_what_it_allows(site: Site) -> None:
    teacher = site.person("teacher")
    answer = teacher.goto("/registry/imports")
    assert answer is not None
    assert answer.status == 403
    page = site.person("security-admin")
    site.tied(page)
    site.judged(page)
    page.goto("/registry/grants/give")
    site.judged(page)
    page.fill("input[name=username]", "teacher")
    page.select_option("select[name=role]", "section-officer")
    page.select_option("select[name=organisation]", label="澄砚区教育局")
    page.click("main form .btn-primary")
    page.wait_for_load_state()
    site.judged(page)
    answer = teacher.goto("/registry/imports")  # at once, in the same session
    assert answer is not None
    assert answer.status == 200


@pytest.mark.parametrize(
    "phone", [pytest.param(False, id="desk", marks=both), pytest.param(True, id="phone")]
)
def test_a_school_is_found_by_pinyin_and_looked_at_on_a_past_day(site: Site, phone: bool) -> None:
    page = site.person("section-officer", phone=phone)
    page.goto("/registry/organisations")
    site.judged(page)
    page.fill("main input[name=q]", "baoyan")
    page.keyboard.press("Enter")
    page.click("main a:has-text('抱砚学校')")
    expect(page.locator("h1")).to_contain_text("澄砚区抱砚学校")
    site.judged(page)
    page.goto(f"{page.url}?as_of=2023-10-01")
    expect(page.locator("h1")).to_contain_text("澄砚区抱砚小学")
    expect(page.locator("body")).to_contain_text("2023-10-01")
    site.judged(page)


@both
def test_a_school_is_renamed_by_the_keyboard_alone(site: Site, keys: Keys) -> None:
    page = site.person("section-officer")
    school = Particulars._plain.get(name="澄砚区墨桥小学", until=None).organisation
    page.goto(f"/registry/organisations/{school.key}/record/rename")
    site.judged(page)
    keys(page, "名称")
    page.keyboard.press("Control+a")
    page.keyboard.type("澄砚区墨桥实验小学")
    keys(page, "依据")
    page.keyboard.type("澄教〔2026〕1号（虚构）")
    keys(page, "看将有的变化")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("澄砚区墨桥实验小学")
    site.judged(page)
    events = Event._plain.count()
    keys(page, "确认登记")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    expect(page.locator("h1")).to_contain_text("澄砚区墨桥实验小学")
    assert Event._plain.count() == events + 1
    assert list(audit.verify()) == []


def test_a_list_is_handed_in_looked_at_and_imported_once(site: Site, tmp_path: Path) -> None:
    book = Workbook()
    for row in (
        ["学校标识码", "学校名称", "办学类型", "所在乡镇（街道）", "办别"],
        ["2199800001", "澄砚区试写小学", "小学", "笺云街道", "公办"],
    ):
        book.worksheets[0].append(row)
    book.save(tmp_path / "机构.xlsx")
    page = site.person("section-officer")
    for _ in range(2):
        page.goto("/registry/imports")
        page.set_input_files("input[type=file]", tmp_path / "机构.xlsx")
        page.click("main form .btn-primary")
        page.wait_for_load_state()
        if ImportBatch._plain.filter(state="applied").exists():
            break
        expect(page.locator("main")).to_contain_text("澄砚区试写小学")
        site.judged(page)
        page.click("button[value=apply]")
        page.wait_for_load_state()
        expect(page.locator("h1")).to_contain_text("已导入")
    expect(page.locator("main")).to_contain_text("没有重复写入")
    site.judged(page)
    assert Particulars._plain.filter(name="澄砚区试写小学").count() == 1


def test_what_is_not_permitted_says_who_may_and_what_is_out_of_scope_is_not_there(site: Site) -> None:
    page = site.person("principal")
    other = Particulars._plain.get(name="澄砚区新砚小学", until=None).organisation
    answer = page.goto(f"/registry/organisations/{other.key}")
    assert answer is not None
    assert answer.status == 404
    site.judged(page)
    answer = page.goto("/registry/imports")
    assert answer is not None
    assert answer.status == 403
    expect(page.locator("main")).to_contain_text("业务科室")
    site.judged(page)


@pytest.mark.parametrize("english", [False, True], ids=["zh", "en"])
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_every_component_can_be_used_by_everybody(site: Site, phone: bool, english: bool) -> None:
    page = site.person("editor", phone=phone, english=english)
    page.goto("/help/components")
    page.wait_for_timeout(500)  # the chart is drawn
    site.judged(page)
