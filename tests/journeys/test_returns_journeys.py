"""A return in a browser: pasted and typed, kept by itself, handed in, sent back, mended, accepted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from meihao.policy.kinds import Form
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.models import User
from meihao.records.registry.models import Grant
from meihao.records.returns import actions
from meihao.records.returns.models import Return, ReturnState
from tests.journeys.conftest import Site
from tests.records.returns.asked import FORM, typed

PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(paste);
}"""


def issued() -> Return:
    """The clerk's school is asked for the official return of today, by the officer."""
    officer = Grant._plain.select_related("user", "organisation").get(role="section-officer")
    clerk = Grant._plain.select_related("organisation").get(role="clerk", user__username="clerk")
    assert isinstance(officer.user, User)
    campaign = actions.issue(
        by=Acting(officer.user, datetime.now(UTC)),
        authority=officer.organisation,
        form=FORM,
        audience=[clerk.organisation],
        title="学年初填报",
        on=localdate(),
        due=localdate() + timedelta(10),
        rulebook=Rulebook.load(),
    )
    return Return._plain.select_related("campaign").get(campaign=campaign)


def cell(column: str) -> str:
    return f"[data-cell='0/{column}']"


def pasted(page: Page, row: dict[str, str], filed: Return) -> None:
    """A whole column from a spreadsheet, from the first cell on."""
    form = Rulebook.load().get(Form, FORM, filed.campaign.on, filed.campaign.place)
    page.focus(cell(form.fields[0].column))
    page.evaluate(PASTE, "\r\n".join(row.get(spec.column, "") for spec in form.fields) + "\r\n")


def kept(page: Page) -> None:
    expect(page.locator("[data-part=saved]")).to_contain_text("已保存")


def test_a_return_is_pasted_kept_handed_in_sent_back_mended_and_accepted(site: Site) -> None:
    filed = issued()
    row = typed(filed, teachers="30", backbone_teachers="31")
    page = site.person("clerk")
    page.goto("/returns/")
    site.judged(page)
    with page.expect_navigation():
        page.click("main tbody a")
    site.judged(page)
    pasted(page, row, filed)
    kept(page)
    expect(page.locator(cell("teachers"))).to_have_value("30")
    expect(page.locator("[data-trouble='0/backbone_teachers']")).to_contain_text("骨干教师数超过")
    expect(page.locator("[data-part=summary]")).to_contain_text("必须改正")
    site.judged(page)
    page.focus(cell("backbone_teachers"))  # mended by the keyboard alone, and one step taken back
    page.keyboard.press("Control+A")
    page.keyboard.type("20")
    page.keyboard.press("Enter")
    expect(page.locator(cell("certified_teachers"))).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator(cell("backbone_teachers"))).to_be_focused()
    page.keyboard.press("Control+Z")
    expect(page.locator(cell("backbone_teachers"))).to_have_value("31")
    page.keyboard.press("Control+A")
    page.keyboard.type("20")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-part=summary]")).not_to_contain_text("必须改正")
    expect(page.locator("[data-part=hand_in] .btn-primary")).to_be_visible()
    with page.expect_navigation():
        page.click("[data-part=hand_in] button")
    expect(page.locator("h1")).to_contain_text("可以上报了")
    site.judged(page)
    with page.expect_navigation():
        page.click("main form .btn-primary")
    expect(page.locator("main")).to_contain_text("已上报")

    officer = site.person("section-officer")
    officer.goto(f"/returns/c/{filed.campaign.key}")
    site.judged(officer)
    with officer.expect_navigation():
        officer.click("main tbody a")
    site.judged(officer)
    for column in ("teachers", "classes"):
        officer.check(f"input[name=cell][value='0/{column}']")
    officer.fill("textarea[name=reason]", "请核对教师数和班数")
    with officer.expect_navigation():
        officer.click("button[value=return]")
    assert Return._plain.get(pk=filed.pk).state == ReturnState.RETURNED

    phone = page  # the same person, now with a telephone in hand
    phone.set_viewport_size({"width": 390, "height": 844})
    phone.goto(f"/returns/r/{filed.key}")
    assert phone.locator(".said-marked").count() == 2
    site.judged(phone)
    phone.fill(cell("teachers"), "32")
    kept(phone)
    with phone.expect_navigation():
        phone.click("[data-part=hand_in] button")
    site.judged(phone)
    with phone.expect_navigation():
        phone.click("main form .btn-primary")

    officer.goto(f"/returns/r/{filed.key}/review")
    expect(officer.locator("main")).to_contain_text("与上一版相比")
    site.judged(officer)
    officer.set_viewport_size({"width": 390, "height": 844})
    site.judged(officer)
    with officer.expect_navigation():
        officer.click("button[value=accept]")
    assert Return._plain.get(pk=filed.pk).state == ReturnState.ACCEPTED
