"""Contact sheets of every page, at 1440 and 390 px, in both languages: `make shots` writes them to out/shots.

It starts the platform on a home of its own with the invented district, comes in as a few roles by their
one-time links, and takes every page that the role's links lead to, one of each route.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from meihao.records.accounts.codes import STEP, code_at
from meihao.records.accounts.matrix import MATRIX

PORT = 8765
BASE = f"http://127.0.0.1:{PORT}"
OUT = Path("out/shots")
ROLES = ("section-officer", "principal", "security-admin", "system-admin", "audit-admin")
WIDTHS = {1440: 900, 390: 844}
LANGUAGES = {"zh-hans": "zh-CN", "en": "en-GB"}
MOST = 40  # pages of one role
FLAGS = ["--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
_NUMBER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
_LEAVE = re.compile(r"export|download|trail/head|sign-out|static|language")


@contextmanager
def platform() -> Iterator[dict[str, str]]:
    """The platform at `BASE`; the one-time links by role."""
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "MEIHAO_HOME": home, "MEIHAO_DEMO": "1"}
        command = [sys.executable, "manage.py", "demo", "--address", BASE]
        told = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
        links = _links(told)
        server = [
            str(Path(sys.executable).with_name("granian")),
            "--interface",
            "wsgi",
            "--no-ws",
            "--blocking-threads",
            "8",
        ]
        running = subprocess.Popen(
            [*server, "--log-level", "warning", "--port", str(PORT), "meihao.web.wsgi:application"], env=env
        )
        try:
            _wait()
            yield links
        finally:
            running.terminate()
            running.wait()


def _links(told: str) -> dict[str, str]:
    """The one-time links by role, as the command prints them: a title, and under it the link."""
    by_title = {f"{role.title.zh} {role.title.en}": key for key, role in MATRIX.roles.items()}
    found = re.findall(r"^  (\S.*)\n    (http\S+/sign-in/link/\S+)$", told, re.MULTILINE)
    return {by_title[title]: link for title, link in found}


def _wait() -> None:
    for _ in range(100):
        try:
            with urlopen(f"{BASE}/health"):
                return
        except URLError:
            time.sleep(0.2)
    raise SystemExit("the platform did not start")


def signed_in(context: BrowserContext, link: str) -> Page:
    """Somebody who has come in by a link and set a password."""
    page = context.new_page()
    page.goto(link)
    page.click("main button[type=submit]")
    for box in page.query_selector_all("input[type=password]"):
        box.fill("harbour lantern 47")
    page.click("main form .btn-primary")
    if page.url.endswith("/me/factor"):  # an administrator ties an authenticator first
        secret = page.inner_text("main code").replace(" ", "")
        page.fill("main input[name=code]", code_at(secret, int(time.time()) // STEP))
        page.click("main form .btn-primary")
    return page


def pages(page: Page) -> list[str]:
    """One address of each kind of page that the links lead to, from the workbench on."""
    found, seen, waiting = list[str](), set[str](), ["/"]
    while waiting and len(found) < MOST:
        path = waiting.pop(0)
        kind = _NUMBER.sub("*", urlsplit(path).path)
        if kind in seen or _LEAVE.search(path):
            continue
        seen.add(kind)
        answer = page.goto(urljoin(BASE, path))
        if answer is None or answer.status != 200:
            continue
        found.append(path)
        hrefs = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        waiting += [href for href in hrefs if href.startswith("/")]
    return found


def taken(browser: Browser, page: Page, role: str, folder: Path) -> list[tuple[str, Path]]:
    """A picture of each page in each language and width; what each shows."""
    shots = []
    for path in pages(page):
        for language in LANGUAGES:
            page.context.add_cookies([{"name": "django_language", "value": language, "url": BASE}])
            for width, height in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": height})
                page.goto(urljoin(BASE, path))
                name = f"{role}{_NUMBER.sub('x', path).replace('/', '_')}-{language}-{width}.png"
                page.screenshot(path=folder / name, full_page=True, animations="disabled")
                shots.append((f"{role} {path} {language} {width}", folder / name))
    return shots


def sheet(browser: Browser, shots: list[tuple[str, Path]], into: Path) -> None:
    """One picture of many, each under its address."""
    frames = "".join(
        f"<figure><figcaption>{title}</figcaption><img src='{path.resolve().as_uri()}'></figure>"
        for title, path in shots
    )
    style = (
        "body{margin:8px;font:11px sans-serif;columns:4}"
        "figure{margin:0 0 12px;break-inside:avoid}img{width:100%}"
    )
    html = into.with_suffix(".html")
    html.write_text(f"<!doctype html><meta charset=utf-8><style>{style}</style>{frames}", "utf-8")
    page = browser.new_page(viewport={"width": 1800, "height": 1200})
    page.goto(html.resolve().as_uri())
    page.wait_for_load_state("networkidle")
    page.screenshot(path=into, full_page=True)
    page.close()
    html.unlink()


def main() -> None:
    """Writes the sheets, one for each role and width."""
    folder = OUT / "pages"
    folder.mkdir(parents=True, exist_ok=True)
    with platform() as links, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for role in ROLES:
            context = browser.new_context(locale="zh-CN")
            shots = taken(browser, signed_in(context, links[role]), role, folder)
            for width in WIDTHS:
                of_width = [shot for shot in shots if shot[0].endswith(f" {width}")]
                sheet(browser, of_width, OUT / f"{role}-{width}.png")
            context.close()
            print(f"{role}: {len(shots)} pictures", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
