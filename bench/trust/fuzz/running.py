"""Draws requests from the document and sends them: by whom it is permitted, and by six roles in turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from itertools import chain, cycle, repeat
from typing import Any
from unittest import mock
from urllib.parse import urlencode

import schemathesis
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode

from bench.trust.canary.judging import browser
from bench.trust.canary.world import World
from bench.trust.fuzz.openapi import document
from bench.trust.inject.fields import Found, role_of
from meihao.ui import tables

ROLES = ("section-officer", "clerk", "security-admin", "system-admin", "audit-admin", "anyone")


@dataclass
class Fuzzed:
    """What came of it."""

    operations: int = 0
    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    roles: set[str] = field(default_factory=set)

    def add(self, other: Fuzzed) -> None:
        """What came of another run besides."""
        self.operations += other.operations
        self.sent += other.sent
        self.statuses += other.statuses
        self.crashes += other.crashes
        self.roles |= other.roles


def fuzz(
    world: World,
    examples: int,
    chance: int,
    only: Collection[str] = (),
    known: Collection[Found] | None = None,
) -> Fuzzed:
    """So many requests of each operation (of some routes, or of all), and as many that break the document.

    All of it is taken back.
    """
    fuzzed, roles = Fuzzed(), cycle(ROLES)
    clients = {who.role: browser(world, who) for who in world.visitors}
    patient = settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    for result in schemathesis.openapi.from_dict(document(world, known)).get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]  # ours is well-formed, or this raises
        route = operation.definition.raw["operationId"].split()[1]
        if only and route not in only:
            continue
        fuzzed.operations += 1
        send = _sender(clients, chain.from_iterable(zip(repeat(role_of(route)), roles, strict=False)), fuzzed)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            strategy = operation.as_strategy(generation_mode=mode)
            drawn: Any = given(strategy)  # carries no types
            seed(chance)(patient(drawn(send)))()
    return fuzzed


def _sender(clients: dict[str, Client], roles: Iterator[str], fuzzed: Fuzzed) -> Callable[[Any], None]:
    """Sends each request by the next role."""

    def send(case: Any) -> None:
        role = next(roles)
        fuzzed.roles.add(role)
        _sent(clients[role], case, role, fuzzed)

    return send


def _sent(client: Client, case: Any, role: str, fuzzed: Fuzzed) -> None:
    path = case.formatted_path
    with transaction.atomic():
        cookies = copy(client.cookies)
        if case.method.upper() == "POST":
            answer = client.generic(
                "POST", path, _body(case.body), content_type="application/x-www-form-urlencoded"
            )
        else:
            answer = client.get(path, plain(case.query))
        transaction.set_rollback(True)
        client.cookies = cookies
    fuzzed.sent += 1
    fuzzed.statuses[answer.status_code] += 1
    if answer.status_code >= 500:
        fuzzed.crashes.append(
            f"{answer.status_code} to {role}: {case.method} {path} {case.query} {case.body!r}"[:600]
        )


def _body(body: Any) -> bytes:
    if not isinstance(body, dict):
        return repr(body).encode("utf-8", errors="replace")
    return urlencode(plain(body), doseq=True, errors="replace").encode()


def plain(given: Any) -> dict[str, Any]:
    """What was drawn as an address or a form takes it."""
    pairs = given.items() if isinstance(given, dict) else ()
    return {
        _safe(name): [_safe(one) for one in value] if isinstance(value, list) else _safe(value)
        for name, value in pairs
    }


def _safe(value: Any) -> str:
    """As text; half a surrogate pair goes over no wire."""
    return str(value).encode("utf-8", errors="replace").decode()


@contextmanager
def broken_pages() -> Iterator[None]:
    """The control: a list that takes any word for a number."""

    def trusting(said: str | None) -> int:
        return int(said or "1")

    with mock.patch.object(tables, "_page", trusting):
        yield
