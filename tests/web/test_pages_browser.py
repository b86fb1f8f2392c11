"""Pages in a browser: nothing the policy forbids, nothing wider than the screen, nothing axe calls serious.

Needs Chromium (`make tools`) and the front-end files (`npm ci`, `manage.py frontend`).
"""

from __future__ import annotations

import mimetypes
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Page, Route, sync_playwright

from meihao.web.management.commands.frontend import INTO, SERVED
from tests.records.registry.district import bureau, grant, person

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium")
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
HERE = "http://localhost"
ADDRESSES = ("/sign-in", "/", "/help/components", "/registry/organisations", "/none")
SERIOUS = """() => axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}).then(
  found => found.violations
  .filter(one => ["serious", "critical"].includes(one.impact))
  .map(one => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`))"""


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    """What the tests drive is there."""
    assert CHROMIUM is not None, "make tools"
    missing = [path.name for path in (AXE, *(INTO / name for name in SERVED)) if not path.is_file()]
    assert missing == [], "npm ci; manage.py frontend"


Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture
def inside(db: None) -> Client:
    """Somebody who has signed in and holds a role."""
    by, client = person("林虚"), Client()
    grant(by, "section-officer", bureau())
    assert by.user is not None
    client.force_login(by.user)
    return client


def answers(inside: Client, lang: str) -> dict[str, Answer]:
    """What the platform answers at each address; asked before the browser's loop takes the thread."""
    found = {}
    for address in ADDRESSES:
        who = Client() if address == "/sign-in" else inside
        answer = who.get(address, headers={"Accept-Language": lang})
        found[address] = (answer.status_code, dict(answer.headers), answer.content)
    return found


def file(path: str) -> Answer:
    """A static file; 404 where there is none."""
    found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
    if found is None:
        return 404, {}, b""
    kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
    return 200, {"Content-Type": kind}, Path(found).read_bytes()


@contextmanager
def opened(pages: dict[str, Answer], width: int) -> Iterator[tuple[Page, list[str]]]:
    """A browser whose every request is answered here, and what its console complains of."""
    said: list[str] = []

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        status, headers, body = pages.get(path) or file(path)
        route.fulfill(status=status, headers=headers, body=body)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.set_default_timeout(10_000)
        page.route("**/*", answer)
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        yield page, said
        browser.close()


def judged(page: Page) -> list[str]:
    found: Any = page.evaluate(SERIOUS)
    return [str(one) for one in found]


@pytest.mark.parametrize(("lang", "width"), [("zh-hans", 1440), ("en", 390)])
def test_pages_hold_in_a_browser(inside: Client, lang: str, width: int) -> None:
    axe = AXE.read_text("utf-8")
    with opened(answers(inside, lang), width) as (page, said):
        for address in ADDRESSES:
            page.goto(HERE + address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            page.evaluate(axe)
            assert judged(page) == [], address
            if address == "/help/components":
                assert page.locator("[data-chart] svg path").count() > 3
                page.locator("input[name=row]").first.check()
                assert page.locator("[data-bar]").is_visible()
        assert [words for words in said if "status of 404" not in words] == []
        assert len(said) == 1  # the page that is not there


def test_what_is_planted_in_a_page_is_seen(inside: Client) -> None:
    pages = answers(inside, "zh-hans")
    status, headers, body = pages["/"]
    planted = b'<p style="color:red">x</p><img src="x" onerror="boom()"><input><div class="squares">'
    pages["/"] = status, headers, body.replace(b"</h1>", b"</h1>" + planted)
    with opened(pages, 390) as (page, said):
        page.goto(HERE + "/")
        page.evaluate(AXE.read_text("utf-8"))
        assert len(judged(page)) >= 2
        assert sum("Content Security Policy" in words for words in said) >= 2
        page.evaluate("document.querySelector('main p').style.width = '999px'")
        assert page.evaluate("document.documentElement.scrollWidth") > 390
