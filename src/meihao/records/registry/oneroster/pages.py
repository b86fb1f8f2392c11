"""A page of a list: what was asked for, what of it is given, how many there are, and where the others are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from meihao.records.accounts.api import fresh
from meihao.records.accounts.limits import LIMITS
from meihao.records.registry.oneroster import filters
from meihao.records.registry.oneroster.answers import SELECTION, BadQuery
from meihao.records.registry.oneroster.fields import known
from meihao.records.registry.oneroster.filters import Filter
from meihao.records.registry.oneroster.shapes import Record


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of a collection; `limit` is none beyond `limits.yaml`'s."""

    limit: int = LIMITS.page_rows
    offset: int = 0
    sort: str = ""
    descending: bool = False
    filter: Filter | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Records, how many there are on all pages, and of how many people they are."""

    records: list[Record]
    total: int


def of_records(records: Sequence[Record], paths: Sequence[str], asked: Asked, whole: frozenset[str]) -> Page:
    """A page of what is computed; `paths` are what it can be filtered and ordered by. Raises `BadQuery`."""
    named = dict.fromkeys(paths)
    for one in asked.filter.predicates if asked.filter is not None else ():
        known(named, one.field)
    kept = [one for one in records if filters.keeps(asked.filter, one)]
    if asked.sort:
        known(named, asked.sort, SELECTION)
        there = [one for one in kept if filters.at(one, asked.sort)]
        there.sort(key=lambda one: filters.at(one, asked.sort), reverse=asked.descending)
        kept = there + [one for one in kept if not filters.at(one, asked.sort)]
    shown = kept[asked.offset : asked.offset + asked.limit]
    return Page([selected(one, asked.fields, whole) for one in shown], len(kept))


def selected(record: Record, fields: Sequence[str], whole: frozenset[str]) -> Record:
    """Some fields of a record, all of them where none are asked for. Raises `BadQuery`."""
    if unknown := sorted(set(fields) - whole):
        names = ", ".join(sorted(whole))
        zh, en = f"没有「{unknown[0]}」这一项；有：{names}。", f"No field “{unknown[0]}”. There are: {names}."
        raise BadQuery(SELECTION, zh, en)
    return {name: value for name, value in record.items() if name in fields} if fields else record


def answered(request: HttpRequest, plural: str, page: Page, asked: Asked) -> HttpResponseBase:
    """A page as it is sent, with the number of all records and links to the other pages."""
    headers = {"X-Total-Count": str(page.total)}
    if links := _links(request, page.total, asked):
        headers["Link"] = links
    return fresh(request, dumped({plural: page.records}), headers)


def dumped(said: Mapping[str, Any]) -> bytes:
    """As JSON."""
    return json.dumps(said, ensure_ascii=False).encode()


def _links(request: HttpRequest, total: int, asked: Asked) -> str:
    """RFC 8288: first, prev, next, last, as far as there are any."""
    size = asked.limit
    last = max(0, (total - 1) // size * size)
    offsets = {"first": 0, "last": last}
    if asked.offset + size < total:
        offsets["next"] = asked.offset + size
    if asked.offset > 0:
        offsets["prev"] = max(0, asked.offset - size)
    kept = [(name, value) for name in request.GET for value in request.GET.getlist(name)]
    kept = [(name, value) for name, value in kept if name not in ("limit", "offset")]
    here = request.build_absolute_uri(request.path)
    return ", ".join(
        f'<{here}?{urlencode([*kept, ("limit", size), ("offset", offset)])}>; rel="{rel}"'
        for rel, offset in offsets.items()
    )
