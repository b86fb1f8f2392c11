"""Finds every form that a role is shown, and types every string of the dictionary into every field of it.

Whatever was sent is taken back before the next: each begins from the same world.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from bench.trust.canary.crawling import LEAVE
from bench.trust.canary.judging import HOME, browser
from bench.trust.canary.plain import MATRIX
from bench.trust.canary.routes import addresses
from bench.trust.canary.world import World
from bench.trust.inject.dictionary import ALWAYS, STRINGS
from bench.trust.inject.judging import alive
from bench.trust.inject.pages import Form, forms

WHO = (
    "section-officer",
    "clerk",
    "security-admin",
    "system-admin",
    "audit-admin",
    "teacher",
    "bureau-head",
    "person",
    "anyone",
)
"""Who is asked for a page: the first of these to whom the file of permissions gives it."""
PARAMETERS = (
    "q",
    "page",
    "sort",
    "as_of",
    "version",
    "stage",
    "next",
    "person",
    "action",
    "organisation",
    "day",
    "place",
)
ADDRESS = 2_000  # letters of one value in an address: what a server takes of a line at all
AFTER = {
    "registry": ("/registry/organisations", "/registry/organisations/export", "/registry/imports"),
    "library": ("/library/",),
    "accounts": ("/accounts", "/"),
}
PLAUSIBLE = {
    "name": "虚构甲小学",
    "username": "xugou.jia",
    "basis": "澄教〔2025〕1号（虚构）",
    "on": "2025-09-01",
    "since": "2025-09-01",
    "until": "2027-09-01",
    "reason": "调离（虚构）",
    "purpose": "核对学籍信息（虚构）",
    "title": "虚构的办法",
    "pasted": "第一条 虚构。",
    "email": "xugou@example.org",
    "number": "7",
    "posts": "9",
    "value": "990106",
    "subject": "数学",
}


@dataclass
class Found:
    """A form with the role that is shown it, and the page it stands on."""

    role: str
    route: str
    address: str
    form: Form


@dataclass
class Typed:
    """What came of it."""

    sent: int = 0
    kept: int = 0
    fields: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def found(world: World) -> list[Found]:
    """Every form on every page that anybody is shown, each shape of a route once."""
    known, every = set[tuple[str, tuple[str, ...]]](), list[Found]()
    clients = {who.role: browser(world, who) for who in world.visitors}
    for role, route, address in _looked_at(world, 2):
        answer = clients[role].get(address)
        if answer.status_code != 200 or not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        for form in forms(answer.content):
            ours = "" if set(form.typed) == {"as_of"} else _place(urljoin(address, form.action or address))
            shape = (ours, form.shape)  # the day of the header is asked in the same way on every page
            if shape not in known and "sign-out" not in form.action:
                known.add(shape)
                every.append(Found(role, route, address, form))
    return every


def _place(address: str) -> str:
    """An address without the keys in it: a form of one unit is the form of another."""
    return "/".join(
        "·" if any(sign.isdigit() for sign in part) else part for part in urlsplit(address).path.split("/")
    )


def role_of(route: str) -> str:
    """Who is asked for a route: nobody ("") where the web has no role for it."""
    for action in MATRIX["actions"].values():
        if route in (action.get("routes") or []):
            who = action["who"]
            if "anyone" in who:
                return "anyone"
            return next((role for role in WHO if role in who), "section-officer" if "person" in who else "")
    return ""


def type_all(
    world: World,
    *,
    every: int = 0,
    thin: int = 1,
    only: Iterable[str] = (),
    known: Iterable[Found] | None = None,
) -> Typed:
    """Types every string into every field of every form (or of those that are known), and into addresses.

    With `every`, each field (of so many one, where `thin`) is given so many in turn, and all fields of a
    form at once the two on which databases differ.
    """
    typed, wanted, turn = Typed(), set(only), 0
    clients = {who.role: browser(world, who) for who in world.visitors}
    for one in found(world) if known is None else known:
        if wanted and one.route not in wanted:
            continue
        for name in [*one.form.typed, *one.form.files]:
            typed.fields += 1
            for called in _strings(every, turn) if typed.fields % thin == 0 else ():
                _sent(clients[one.role], one, [name], called, typed)
            turn += every
        for called in ALWAYS if every else ():
            _sent(clients[one.role], one, list(one.form.typed), called, typed)
    for role, _, address in () if wanted else _looked_at(world, 1):
        for called in ALWAYS[:1] if every else STRINGS:
            _asked(clients[role], address, dict.fromkeys(PARAMETERS, STRINGS[called][:200]), called, typed)
    return typed


def _strings(every: int, turn: int) -> Iterable[str]:
    names = list(STRINGS)
    if not every:
        return names
    return [names[(turn + step) % len(names)] for step in range(every)]


def _looked_at(world: World, records: int) -> Iterator[tuple[str, str, str]]:
    """Every address of the first district with the role that is asked for it.

    Of two units one is a school, the other the authority; of two people one a pupil, the other a teacher.
    """
    pools = world.home(HOME)
    pools["unit"] = [pools["unit"][3], pools["unit"][0]]
    pools["person"] = [pools["person"][0], pools["person"][2]]
    for route, address in addresses(pools, records, bare=True):
        role = role_of(route)
        if role and route not in LEAVE:
            yield role, route, address


def _asked(client: Client, address: str, given: dict[str, str], called: str, typed: Typed) -> None:
    typed.sent += 1
    given = {name: value[:ADDRESS] for name, value in given.items()}
    with transaction.atomic():
        _judged(
            client.get(f"{address}?{urlencode(given)}"), f"GET {address} {'+'.join(given)} ← {called}", typed
        )
        transaction.set_rollback(True)


def _sent(client: Client, one: Found, names: list[str], called: str, typed: Typed) -> None:
    form, target = one.form, urlsplit(urljoin(one.address, one.form.action or one.address)).path
    values = _filled(form)
    for name in names:
        values[name] = _file(STRINGS[called]) if name in form.files else STRINGS[called]
    what = f"{form.method.upper()} {target} {'+'.join(names)} ← {called}"
    if form.method == "get":
        _asked(client, target, values, called, typed)
        return
    typed.sent += 1
    with transaction.atomic():
        session = copy(client.cookies)
        answer = client.post(target, values)
        _judged(answer, what, typed)
        for again in forms(answer.content) if answer.status_code == 200 else ():
            if "confirmed" in again.values and again.values["confirmed"] == ["1"]:
                answer = client.post(target, again.values)
                _judged(answer, f"{what}, confirmed", typed)
        if answer.status_code == 302:
            typed.kept += 1
            for address in (answer.headers["Location"], *AFTER.get(target.split("/")[1], ())):
                _judged(client.get(address), f"{what}, then {address}", typed)
        transaction.set_rollback(True)
        client.cookies = session


def _file(name: str) -> SimpleUploadedFile:
    file = SimpleUploadedFile("x", b"\0", content_type="text/plain")
    file.name = name[:ADDRESS]
    return file


def _filled(form: Form) -> dict[str, Any]:
    """A form as somebody in a hurry fills it: what stands there, the first of each list, a likely word."""
    values: dict[str, Any] = {name: said for name, said in form.values.items() if said != [""]}
    for name, choices in form.choices.items():
        if name not in values and (real := [choice for choice in choices if choice]):
            values[name] = [real[0]]
    for name in form.typed:
        values.setdefault(name, [PLAUSIBLE[name]] if name in PLAUSIBLE else [""])
    return values


def _judged(answer: Any, what: str, typed: Typed) -> None:
    typed.statuses[answer.status_code] += 1
    if answer.status_code >= 500:
        typed.faults.append(f"{answer.status_code}: {what}")
        return
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    typed.faults += [f"{one}: {what}" for one in alive(body, dict(answer.headers))]
    worded = answer.status_code == 405 or body  # no page of ours leads to a 405
    if answer.status_code >= 400 and not worded:
        typed.faults.append(f"refused without a word: {what}")
