"""Leaks planted on purpose: each is one line that somebody could forget, and each has to be caught."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db.models import Q

from meihao.records.accounts.acting import Acting
from meihao.records.library.models import Document, Version
from meihao.records.registry import access, queries, queries_card
from meihao.records.registry.models import Organisation, Person
from meihao.records.registry.people.queries import PupilLine
from meihao.records.registry.scoped import ScopedManager


@contextmanager
def no_scope(action: str) -> Iterator[None]:
    """The scope of one action lets everything through."""
    scope = access.scope

    def leaking(by: Acting, asked: str) -> access.Scope:
        return access.Scope(frozenset(), everything=True) if asked == action else scope(by, asked)

    with mock.patch.object(access, "scope", leaking):
        yield


@contextmanager
def no_shelf() -> Iterator[None]:
    """Documents are read without their scope."""
    scoped = ScopedManager.scoped

    def leaking(self: Any, within: Q | None, reason: str) -> Any:
        return scoped(self, None if self.model in (Document, Version) else within, reason)

    with mock.patch.object(ScopedManager, "scoped", leaking):
        yield


@contextmanager
def every_name() -> Iterator[None]:
    """A page says all units where it says one."""
    names = queries.names

    def leaking(keys: Any, as_of: Any) -> dict[str, str]:
        found = names(Organisation._plain.values_list("key", flat=True), as_of)
        return dict.fromkeys(found, "、".join(found.values()))

    with mock.patch.object(queries_card, "names", leaking):
        yield


@contextmanager
def names_of_people() -> Iterator[None]:
    """A list of pupils prints what is sealed."""

    def leaking(line: PupilLine) -> str:
        return str(Person._plain.get(key=line.key).name.opened())

    with mock.patch.object(PupilLine, "short", property(leaking)):
        yield


LEAKS = {
    "organisations without scope": lambda: no_scope("registry.organisation.read"),
    "an export without scope": lambda: no_scope("registry.organisation.export"),
    "people without scope": lambda: no_scope("registry.person.read"),
    "documents without scope": no_shelf,
    "a page that names all units": every_name,
    "names of people in a list": names_of_people,
}
