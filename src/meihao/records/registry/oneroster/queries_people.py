"""The roles and the names of a page of people, in a question each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from meihao.base.text import Refused
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.sealing import SealError
from meihao.records.registry import access
from meihao.records.registry.models import Person
from meihao.records.registry.oneroster.queries_rows import Window
from meihao.records.registry.people.queries import READ


def stays(
    by: Acting, window: Window, model: Any, people: Iterable[int], what: str
) -> QuerySet[Any, dict[str, Any]]:
    """The rows of some people as pupils or in posts; `what` is a column of theirs."""
    found = model.objects.scoped(window.within(by, READ), by.name)
    shown = found.filter(window.shown, person__in=list(people)).annotate(status=window.status)
    columns = ("person_id", "organisation_id", "organisation__key", "since", "until", "status", what)
    values: QuerySet[Any, dict[str, Any]] = shown.order_by("pk").values(*columns)
    return values


def names(by: Acting, window: Window, at: Mapping[int, Collection[int]]) -> dict[int, str]:
    """The names of those people of a page of whom a row is at a unit that gives names to whoever asks.

    `at` has the units of each person. Raises `Refused` where a name does not open.
    """
    if not window.named_by:
        return {}
    giving = access.scope(by, window.named_by)
    wanted = [
        person
        for person, units in at.items()
        if giving.everything or any(unit in giving.organisations for unit in units)
    ]
    people = Person.objects.scoped(Q(pk__in=wanted), by.name).filter(name__isnull=False)
    try:
        return {one.pk: one.name.opened() for one in people.only("name") if one.name is not None}
    except SealError as error:
        raise Refused(
            "有人的姓名打不开：密钥不全或数据被改动。请联系系统运维人员检查密钥目录。",
            "A name does not open: a key is missing, or the data was changed. Ask the operator.",
        ) from error
