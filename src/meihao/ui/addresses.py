"""Addresses of what is looked at: the same one again, with one thing changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.http import QueryDict

Pairs = list[tuple[str, str]]


def pairs(get: QueryDict, *, without: Iterable[str] = ()) -> Pairs:
    """What an address asks, name by name; some names left out."""
    out = set(without)
    return [(name, value) for name, values in get.lists() if name not in out for value in values]


def address(get: QueryDict, changes: Mapping[str, str | None], *, without: Iterable[str] = ()) -> str:
    """`?q=禾&sort=-pupils&page=2`: names in `changes` are set anew, those of None taken away."""
    changed = QueryDict(mutable=True)
    for name, value in pairs(get, without=(*without, *changes)):
        changed.appendlist(name, value)
    for name, said in changes.items():
        if said is not None:
            changed.appendlist(name, said)
    return "?" + changed.urlencode()


def without_pair(get: QueryDict, name: str, value: str) -> str:
    """The same address without one value of one name, from the first page on."""
    changed = QueryDict(mutable=True)
    for key, kept in pairs(get, without=("page",)):
        if (key, kept) != (name, value):
            changed.appendlist(key, kept)
    return "?" + changed.urlencode()
