"""Every route by name, with the arguments that somebody of another district would try."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

Pools = dict[str, list[Any]]
"""What to put into an address: the kind of record (`unit`, `class`, `person` …) → its keys."""

KINDS_OF_SEGMENT = {
    "organisations": "unit",
    "classes": "class",
    "people": "person",
    "imports": "import",
    "library": "document",
    "files": "version",
    "accounts": "account",
    "grants": "grant",
    "trail": "entry",
}
"""Which kind of record a key in an address names, by the word before it; else all kinds are tried."""

WORDS: dict[str, tuple[str, ...]] = {
    "token": ("no-such-token",),
    "provider_id": ("dingtalk", "no-such-provider"),
    "standard": ("cn/compulsory-balance", "no/such-standard"),
    "item": ("r4", "no-such-item"),
    "campus": ("2199000001",),
    "address": ("r4/2199000001/primary", "cv/r4/primary", "no/such/figure"),
    "sheet": ("表2-2", "no-such-sheet"),
}
API = "api"
_RECORDS = {"key", "number", "seq", "pk"}


class UnknownArgumentError(AssertionError):
    """A route wants an argument that the crawl cannot fill: then it would not be walked."""


def patterns(
    resolver: URLResolver | None = None, names: str = "", path: str = ""
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each route of a page: its full name, its address as written, and the converters of its arguments.

    No session leads to the API: `fuzz.interface` sends to it what its own description allows, by token.
    """
    for found in (resolver or get_resolver()).url_patterns:
        at = f"{path}{found.pattern}"
        if getattr(found, "namespace", None) == API:
            continue
        if isinstance(found, URLResolver):
            yield from patterns(found, f"{names}{found.namespace}:" if found.namespace else names, at)
        elif isinstance(found, URLPattern):
            yield f"{names}{found.name}", at, dict(found.pattern.converters)


def addresses(pools: Pools, most: int = 1, *, bare: bool = False) -> Iterator[tuple[str, str]]:
    """Each route with an argument, filled from the pools: its name and an address; `most` records of a kind.

    Those without an argument too, where `bare`.
    """
    for name, written, converters in patterns():
        if not converters and not bare:
            continue
        given = {
            key: _values(name, written, key, type(kind).__name__, pools, most)
            for key, kind in converters.items()
        }
        for values in product(*given.values()):
            yield name, reverse(name, kwargs=dict(zip(given, values, strict=True)))


def _values(route: str, written: str, key: str, converter: str, pools: Pools, most: int) -> list[Any]:
    if key in WORDS:
        return list(WORDS[key])
    if converter == "SlugConverter" and key in pools:
        return pools[key] if most > 1 else pools[key][::4]
    if key not in _RECORDS and converter not in ("UUIDConverter", "IntConverter"):
        raise UnknownArgumentError(
            f"the route {route} ({written}) wants «{key}», which the crawl knows not how to fill: "
            "say so in WORDS or KINDS_OF_SEGMENT of bench/trust/canary/routes.py"
        )
    before = re.search(rf"([a-z-]+)/<[a-z]+:{key}>", written)
    kind = KINDS_OF_SEGMENT.get(before[1] if before else "", "")
    kinds: Iterable[str] = [kind] if kind else KINDS_OF_SEGMENT.values()
    whole = converter == "IntConverter"
    found = [value for one in kinds for value in pools.get(one, [])[:most] if isinstance(value, int) is whole]
    if not found:
        raise UnknownArgumentError(
            f"the world has no record for «{key}» of the route {route} ({written}): add one to the world, "
            "or name the kind of record in KINDS_OF_SEGMENT of bench/trust/canary/routes.py"
        )
    return found
