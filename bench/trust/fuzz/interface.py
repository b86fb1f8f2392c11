"""Draws requests from the API's own description and sends them by tokens of connected systems, and by none.

No answer is a crash, each is one that the description declares, and none shows a system that is given no
names a mark of another district or of what is sealed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import timedelta
from itertools import cycle
from typing import Any

import schemathesis
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode

from bench.trust.canary.judging import HOME
from bench.trust.canary.plain import may_see
from bench.trust.canary.reading import marks
from bench.trust.canary.world import World
from bench.trust.fuzz.running import Fuzzed, plain
from meihao.records.accounts.actions_clients import TOKEN
from meihao.records.accounts.models import Client as System
from meihao.records.accounts.models import Token
from meihao.records.accounts.scopes import SCOPES
from meihao.records.accounts.sealing import blind
from meihao.web import api

NAMELESS, NAMED, NOBODY = "client", "client-names", "anyone"
_FILTERS = (
    "status='active'",
    "dateLastModified>'2024-09-01' AND status!='x'",
    "roles.role~'teach'",
    "name~'校'",
)
_OFTEN = {
    "filter": _FILTERS,
    "sort": ("sourcedId", "status", "name", "title"),
    "fields": ("sourcedId,status",),
    "as_of": ("2024-10-10",),
}
_SHUT = {405}  # said by the protocol, of whatever address


def tokens(world: World) -> dict[str, str]:
    """A token of every scope for each of the two roles of connected systems, and none for anyone."""
    at = timezone.now()
    given_ = {NOBODY: ""}
    for role in (NAMELESS, NAMED):
        word = given_[role] = f"token-of-{role}"
        said: dict[str, Any] = {"scopes": " ".join(SCOPES), "issued_at": at, "expires_at": at + timedelta(1)}
        named = {"client_id": f"fuzz-{role}", "purpose": "测试"}
        system, _ = System.objects.update_or_create(user=world.users[role], defaults=said | named)
        Token.objects.update_or_create(digest=blind(word, TOKEN), defaults=said | {"client": system})
    return given_


def description(world: World) -> dict[str, Any]:
    """The API's own, with keys that are there and filters that can be read among what is drawn."""
    found: dict[str, Any] = json.loads(api.description())
    pools = world.home(HOME)
    keys = [str(key) for kind in ("unit", "class", "person") for key in pools.get(kind, [])]
    keys += [str(key) for kind in ("unit", "class") for key in world.foreign(HOME).get(kind, [])[:3]]
    keys += ["term-2024", "year-2024", "grade-03"]
    for operations in found["paths"].values():
        for operation in operations.values():
            for one in operation.get("parameters", ()):
                known = keys if one["in"] == "path" else _OFTEN.get(one["name"])
                if known and one["schema"].get("format") != "uuid" and one["schema"].get("type") != "array":
                    one["schema"] = {"anyOf": [{"enum": list(known)}, one["schema"]]}
    return found


def fuzz_api(world: World, examples: int, chance: int, only: Collection[str] = ()) -> Fuzzed:
    """So many requests of each operation, and as many that break its description; all of it is taken back."""
    fuzzed, bearers = Fuzzed(), tokens(world)
    may = may_see(world.plain, next(who for who in world.visitors if who.role == NAMELESS))
    patient = settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    for result in schemathesis.openapi.from_dict(description(world)).get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]  # ours is well-formed, or this raises
        raw = operation.definition.raw
        if only and raw["operationId"] not in only:
            continue
        fuzzed.operations += 1
        declared = {int(status) for status in raw["responses"]} | _SHUT

        send = _sender(world, bearers, may, declared, fuzzed)
        broken = (GenerationMode.NEGATIVE,) if raw.get("parameters") else ()  # any text is a field of a form
        for mode in (GenerationMode.POSITIVE, *broken):
            drawn: Any = given(operation.as_strategy(generation_mode=mode))  # carries no types
            seed(chance)(patient(drawn(send)))()
    return fuzzed


def _sender(
    world: World, bearers: dict[str, str], may: set[str], declared: set[int], fuzzed: Fuzzed
) -> Callable[[Any], None]:
    """Sends each request by the next system."""
    roles = cycle((NAMELESS, NAMED, NOBODY, NAMELESS))

    def send(case: Any) -> None:
        role = next(roles)
        fuzzed.roles.add(role)
        _sent(case, role, bearers[role], declared, fuzzed, may, world)

    return send


def _sent(
    case: Any, role: str, token: str, declared: set[int], fuzzed: Fuzzed, may: set[str], world: World
) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    client = Client(raise_request_exception=False)
    with transaction.atomic():
        if case.method.upper() == "POST":
            answer = client.post(case.formatted_path, plain(case.body), headers=headers)
        else:
            answer = client.get(case.formatted_path, plain(case.query), headers=headers)
        transaction.set_rollback(True)
    fuzzed.sent += 1
    fuzzed.statuses[answer.status_code] += 1
    told = f"{answer.status_code} to {role}: {case.method} {case.formatted_path} {case.query}"[:600]
    if answer.status_code >= 500 or answer.status_code not in declared:
        fuzzed.crashes.append(told)
    if role == NAMELESS:
        asked = marks(f"{case.formatted_path} {case.query}")
        strange = (marks(answer.content.decode()) & world.plain.canaries.keys()) - may - asked
        fuzzed.crashes += [f"{mark} shown: {told}" for mark in sorted(strange)]
