"""A browser before a running platform with the invented district in it, and somebody of each role to be.

The server lives in the tests' own process and shares their database. Whatever a page asks of any other
host, and whatever its content policy refuses, fails the test.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from meihao.demo.rolls import Roll, rolls
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts import append_only
from meihao.records.accounts.acting import command
from meihao.records.accounts.codes import STEP, code_at
from meihao.web.seeding import accounts, campaigns, organisations, people, places
from tests.kept import Rows, kept

# Playwright's loop runs in this thread, and Django takes that for asynchronous code
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

FLAGS = [
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PASSWORD = "harbour lantern 47"
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Site:
    """The running platform: pages are opened as somebody, and watched."""

    browser: Browser
    url: str
    tokens: dict[str, str]
    axe: str
    faults: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def visitor(self, *, phone: bool = False, english: bool = False) -> Page:
        """A fresh browser that nobody has signed in with."""
        size = PHONE if phone else DESK
        locale = "en-GB" if english else "zh-CN"
        context = self.browser.new_context(viewport=size, locale=locale, base_url=self.url)  # type: ignore[arg-type]
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", self._said)
        page.on("request", lambda request: self._asked(request.url))
        return page

    def person(self, role: str, *, phone: bool = False, english: bool = False) -> Page:
        """Somebody of a role, signed in by their one-time link."""
        page = self.visitor(phone=phone, english=english)
        page.goto(f"/sign-in/link/{self.tokens[role]}")
        page.click("main button[type=submit]")
        for box in page.query_selector_all("input[type=password]"):
            box.fill(PASSWORD)
        page.click("main form .btn-primary")
        page.wait_for_load_state()
        return page

    def tied(self, page: Page) -> None:
        """An administrator scans the secret, types what the authenticator shows, writes the codes down."""
        page.goto("/me/factor")
        secret = page.inner_text("main code").replace(" ", "")
        page.fill("main input[name=code]", code_at(secret, int(datetime.now(UTC).timestamp()) // STEP))
        page.click("main form .btn-primary")
        page.wait_for_load_state()

    def judged(self, page: Page) -> None:
        """The page as it stands: nothing serious for those who cannot see, nothing that runs off sideways."""
        page.evaluate(self.axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        bad = [
            f"{one['id']}: {one['nodes'][0]['html'][:160]}"
            for one in found["violations"]
            if one["impact"] in SERIOUS
        ]
        assert bad == [], f"{page.url}: {bad}"
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, f"{page.url} runs {over} px off sideways"

    def close(self) -> None:
        """Shuts all browsers."""
        for context in self._contexts:
            context.close()

    def _said(self, message: object) -> None:
        text, kind = getattr(message, "text", ""), getattr(message, "type", "")
        if kind == "error" and "status of 4" not in text:
            self.faults.append(f"console: {text[:200]}")

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and f"{parts.scheme}://{parts.netloc}" != self.url:
            self.faults.append(f"asked another host: {url[:120]}")


@pytest.fixture(scope="session")
def roll() -> list[Roll]:
    """The classes of the school that the accounts are of."""
    return [one for one in rolls(Rulebook.load(), date(2025, 9, 1)) if one.one.stem == accounts.SCHOOL]


@pytest.fixture(scope="session")
def seeded(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, roll: list[Roll]
) -> tuple[dict[str, str], Rows]:
    """The invented district, made once: the one-time link of each role, and the rows."""
    return kept(django_db_blocker, lambda: _seeded(roll))


def _seeded(roll: list[Roll]) -> dict[str, str]:
    by = command("journeys", datetime.now(UTC))
    district = organisations.found(by)
    officer = accounts.officer(by, district)
    assert officer.user is not None
    organisations.fill(by, district)  # by the operator: an officer's every step asks what is theirs
    people.seed(by, district, roll)
    places.seed(by, district, roll)
    tokens = {one.role.key: one.token for one in accounts.seed(by, district, officer.user)}
    clerks = campaigns.Clerks(officer, accounts.clerks(by, district))
    campaigns.seed(officer, district, clerks, date(2025, 9, 1), ())
    return tokens


@pytest.fixture
def site(
    seeded: tuple[dict[str, str], Rows],
    browser: Browser,
    live_server: LiveServer,
    root: Path,
    transactional_db: None,
) -> Iterator[Site]:
    tokens, rows = seeded
    _triggers()
    rows.put()
    axe = (root / "node_modules/axe-core/axe.min.js").read_text("utf-8")
    with override_settings(DEMONSTRATION=True):
        site = Site(browser, live_server.url, tokens, axe)
        yield site
        site.close()
    _triggers(off=True)  # or else the database could not be emptied for the next test
    assert site.faults == []


def _triggers(off: bool = False) -> None:
    """Puts the trail's triggers on again after another journey, or takes them off."""
    with connection.cursor() as cursor:
        for statement in (
            *append_only.DROPPED[connection.vendor],
            *(() if off else append_only.MADE[connection.vendor]),
        ):
            cursor.execute(statement)


@pytest.fixture
def keys() -> Callable[[Page, str], None]:
    """Tabs to the first thing that is named so, as somebody without a mouse would."""

    def to(page: Page, name: str) -> None:
        for _ in range(120):
            page.keyboard.press("Tab")
            said = page.evaluate(
                "(() => { const e = document.activeElement; if (!e) return '';"
                " const l = e.labels && e.labels[0]; return ((l ? l.innerText : '') + ' ' +"
                " (e.innerText || e.getAttribute('aria-label') || e.value || '')).trim(); })()"
            )
            if name in said:
                return
        raise AssertionError(f"{name}: not reached by the keyboard on {page.url}")

    return to
