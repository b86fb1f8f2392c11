"""One visitor's walk: every link and form that is only looked at, and every address of others' records."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

from bench.trust.canary.reading import marks, opened
from bench.trust.canary.routes import Pools, addresses

LEAVE = ("accounts:sign-out", "set_language", "accounts:language")


@dataclass
class Seen:
    """What one visitor was answered."""

    responses: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    marks: set[str] = field(default_factory=set)
    where: dict[str, str] = field(default_factory=dict)  # mark → the address that showed it first
    routes: set[str] = field(default_factory=set)  # that answered with a page
    faults: list[str] = field(default_factory=list)


class _Page(HTMLParser):
    """Links of a page, and its forms that send by GET with what stands in them."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []
        self.texts: list[str] = []
        self._form: list[tuple[str, str]] | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.links += [given[name] for name in ("href", "hx-get", "src") if given.get(name)]
        if tag == "form":
            get = given.get("method", "get").lower() == "get"
            self._form = [] if get else None
            if get:
                self.forms.append((given.get("action", ""), []))
                self._form = self.forms[-1][1]
        elif self._form is not None and given.get("name") and tag in ("input", "button", "textarea"):
            self._form.append((given["name"], given.get("value", "")))
            if given.get("type", "text") in ("text", "search"):
                self.texts.append(given["name"])
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._form is not None and self._select:
            self._form.append((self._select, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""


def walk(
    client: Client, foreign: Pools, words: Iterable[str], *, most: int, records: int, day: str = ""
) -> Seen:
    """Breadth first from the workbench, `most` addresses of a path; then what is not linked.

    With a `day`, every list is asked for as it was then.

    `words` are what the search boxes are asked: marks of somewhere else. What was asked for is not
    counted as seen in its answer.
    """
    seen = Seen()
    asked = list(words)
    queue = deque(["/", "/registry/organisations", "/library/", "/accounts", "/trail"])
    known, of_path = set(queue), Counter[str]()
    if day:
        _get(client, f"/?as_of={day}", seen)
    while queue:
        body = _get(client, queue.popleft(), seen)
        for at, page in body:
            for one in _ways(at, page, asked):
                path = urlsplit(one).path
                if one in known or of_path[path] >= most or _left_out(path) or (day and "as_of=" in one):
                    continue
                known.add(one)
                of_path[path] += 1
                queue.append(one)
    for _, address in addresses(foreign, records):
        if not _left_out(address):
            _get(client, address, seen)
    return seen


def post_foreign(client: Client, foreign: Pools, filled: dict[str, str], records: int) -> Seen:
    """Sends every address of somebody else's records a form: nothing of theirs may come back, or change."""
    seen = Seen()
    for _, address in addresses(foreign, records):
        if not _left_out(address):
            _judged(client.post(address, filled), address, {*marks(address), *marks(*filled.values())}, seen)
    return seen


def _get(client: Client, address: str, seen: Seen) -> list[tuple[str, _Page]]:
    answer = client.get(address)
    body = _judged(answer, address, marks(address), seen)
    if answer.status_code in (301, 302):
        return [(urljoin(address, answer.headers["Location"]), _Page())]
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return []
    page = _Page()
    page.feed(body.decode("utf-8", errors="replace"))
    return [(address, page)]


def _judged(answer: object, address: str, typed: set[str], seen: Seen) -> bytes:
    streaming = getattr(answer, "streaming", False)
    body = b"".join(answer.streaming_content) if streaming else answer.content  # type: ignore[attr-defined]
    status, headers = answer.status_code, dict(answer.headers)  # type: ignore[attr-defined]
    seen.responses += 1
    seen.statuses[status] += 1
    if status >= 500:
        seen.faults.append(f"{status} at {address}")
    if status == 200:
        seen.routes.add(_route(address))
    for mark in opened(body, headers) - typed:
        seen.marks.add(mark)
        seen.where.setdefault(mark, address)
    return bytes(body)


def _ways(address: str, page: _Page, words: list[str]) -> Iterator[str]:
    """Where a page leads: its links, and its forms as they stand, with each choice, with each word."""
    yield address
    for link in page.links:
        yield from _inside(urljoin(address, link))
    for action, pairs in page.forms:
        target = urljoin(address, action or address)
        plain = [(name, value) for name, value in pairs if value]
        yield from _inside(_with(target, plain))
        for pair in plain:
            yield from _inside(_with(target, [pair]))
        for name in {name for name, _ in pairs if name in page.texts}:
            for word in words:
                yield from _inside(_with(target, [(name, word)]))


def _with(target: str, pairs: list[tuple[str, str]]) -> str:
    split = urlsplit(target)
    return f"{split.path}?{urlencode([*parse_qsl(split.query), *pairs])}"


def _inside(address: str) -> Iterator[str]:
    split = urlsplit(address)
    ours = split.scheme in ("", "http", "https") and split.netloc in ("", "testserver")
    if ours and split.path.startswith("/") and not split.path.startswith("/static/"):
        yield f"{split.path}?{split.query}" if split.query else split.path


def _route(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


def _left_out(path: str) -> bool:
    return _route(path) in LEAVE
