"""What an event would change: it is recorded, looked at, and rolled back, so that the preview cannot err."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q

from meihao.base.text import Text
from meihao.records.registry import events, wording
from meihao.records.registry.models import (
    Code,
    CodeSystem,
    Link,
    Particulars,
    Relation,
    holds_on,
    title,
)
from meihao.records.registry.queries import names
from meihao.records.registry.recording import Recorded

Facts = dict[tuple[str, Text], Text]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing of one unit that would be another: what it was on the day, and what it would be."""

    unit: str
    what: Text
    before: Text
    after: Text


def preview(run: Callable[[], Recorded]) -> list[Difference]:
    """What `run` would change on its day; nothing is written. Raises what `run` raises."""
    with transaction.atomic():
        event = run().event
        keys = list(events.units(events.read(event.changes)))
        named = names(keys, event.on)
        after = _facts(keys, event.on, named)
        transaction.set_rollback(True)
    before = _facts(keys, event.on, named)
    changed = [fact for fact in {**before, **after} if before.get(fact) != after.get(fact)]
    return [
        Difference(
            named.get(key, ""),
            what,
            before.get((key, what), wording.NONE),
            after.get((key, what), wording.NONE),
        )
        for key, what in sorted(changed, key=lambda fact: keys.index(fact[0]))
    ]


def _facts(keys: Iterable[str], on: date, named: dict[str, str]) -> Facts:
    """All that holds of some units on a day, in words."""
    concerned = Q(organisation__key__in=keys)
    facts: Facts = {}
    for row in Particulars.objects.scoped(concerned & holds_on(on), "a preview").select_related(
        "organisation"
    ):
        for name, said in wording.FIELD.items():
            facts[str(row.organisation.key), said] = wording.value(name, getattr(row, name))
    for code in Code.objects.scoped(concerned & holds_on(on), "a preview").select_related("organisation"):
        said = title(CodeSystem(code.system))
        facts[str(code.organisation.key), said] = Text(code.value, code.value)
    return facts | _related(keys, on, named)


def _related(keys: Iterable[str], on: date, named: dict[str, str]) -> Facts:
    both = Q(lower__key__in=keys, upper__key__in=keys)
    rows = Relation.objects.scoped(both & holds_on(on), "a preview").select_related("upper", "lower")
    facts: Facts = {}
    for row in rows:
        said = wording.stands(Link(row.kind), above=False)
        upper = named.get(str(row.upper.key), "")
        what = Text(f"{said.zh}「{upper}」", f"{said.en} “{upper}”")
        facts[str(row.lower.key), what] = Text(row.note or "有", row.note or "yes")
    return facts
