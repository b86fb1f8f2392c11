"""The one search of the header: units and documents by words, a person by a whole number.

A number never stands in an address: the box is sent by POST, and the answer to a number is the card of
whoever bears it, by pseudonym, or nothing. Words go on as `?q=`, where they can be linked to.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from meihao.records.library import queries as documents
from meihao.records.library import tables as document_tables
from meihao.records.registry import access, queries, tables
from meihao.records.registry.people import queries_person
from meihao.ui.tables import Table, asked
from meihao.web.guard import Request

PERSON = "registry.person.read"
SHOWN = 20  # of each kind; the lists of the rooms have all
_NUMBER = re.compile(r"[A-Z]?\d{14,}[0-9A-Z]{0,4}")  # identity numbers, student numbers; no code of a unit


class Found(NamedTuple):
    """What a search found of one kind, and the list that has all of it."""

    table: Table
    href: str


def search(request: Request) -> HttpResponse:
    """What the box was asked."""
    if request.method == "POST":
        return _sent(request, request.POST.get("q", ""))
    words = asked(request.GET).search
    if _number(words):  # typed into the address: it is not looked up, and leaves the address
        return redirect("search")
    found = [*_units(request, words), *_documents(request, words)] if words else []
    shown = {
        "words": words,
        "total": sum(one.table.total for one in found),
        "found": [one for one in found if one.table.total],
        "people": access.holds(request.by, PERSON),
    }
    return render(request, "web/search.html", shown)


def _sent(request: Request, text: str) -> HttpResponse:
    if not _number(text):
        return redirect(f"{reverse('search')}?{urlencode({'q': text.strip()})}")
    key = queries_person.looked_up(request.by, text) if access.holds(request.by, PERSON) else None
    if key is not None:
        return redirect("registry:person", key)
    people = access.holds(request.by, PERSON)
    return render(request, "web/search.html", {"number": True, "people": people}, status=404)


def _number(text: str) -> bool:
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    return _NUMBER.fullmatch(plain) is not None


def _units(request: Request, words: str) -> Iterator[Found]:
    """The units in scope, of every kind."""
    if access.holds(request.by, queries.READ):
        wanted = queries.Asked(kinds=(), search=words)
        found = queries.organisations(request.by, request.as_of, wanted, per_page=SHOWN)
        yield Found(tables.found(found), _list("registry:organisations", words))


def _documents(request: Request, words: str) -> Iterator[Found]:
    if access.holds(request.by, documents.READ):
        wanted = documents.Asked(search=words)
        rows = documents.listed(request.by, request.as_of, wanted, slice(SHOWN))
        total = documents.count(request.by, request.as_of, wanted)
        yield Found(document_tables.found(rows, total), _list("library:documents", words))


def _list(route: str, words: str) -> str:
    return f"{reverse(route)}?{urlencode({'q': words})}"
