"""What stands in the tables is what a replay of the events says, for any day, in whatever order they came in.

The replay below is a plain interpreter of the stored JSON; it shares no code with the projection.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import accumulate, pairwise
from typing import Any, TypeAlias

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meihao.base.text import Refused
from meihao.records.registry import actions, actions_endings, actions_relations, queries, rewriting
from meihao.records.registry.events import read
from meihao.records.registry.models import (
    Code,
    Event,
    Kind,
    Link,
    Organisation,
    Particulars,
    Relation,
    Type,
    holds_on,
)
from meihao.records.registry.projection import Happened
from tests.records.registry.district import BASIS, OPENED, bureau, code_of, console, school, unit

FIRST = date(2020, 1, 1)
KINDS = (
    *("rename", "rename", "convert", "change", "code"),
    *("relate", "relate", "part", "town"),
    *("close", "reopen", "merge"),
)
Step: TypeAlias = tuple[str, int, int, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(KINDS), st.integers(0, 3), st.integers(0, 3), st.integers(0, 12), st.integers(0, 3)
    ),
    min_size=3,
    max_size=14,
)
Rows = dict[Any, Any]


class World:
    """Four schools, two groups and two towns, to which things happen."""

    def __init__(self) -> None:
        self.bureau = bureau()
        self.towns = [unit(Kind.TOWN, name, self.bureau) for name in ("甲镇", "乙镇")]
        self.groups = [unit(Kind.GROUP, name, self.bureau) for name in ("甲集团", "乙集团")]
        self.schools = [school(self.bureau, f"第{n}小学", town=self.towns[0]) for n in range(4)]

    def step(self, kind: str, one: int, other: int, day: int, n: int) -> None:
        """One thing that happens; what is refused does not."""
        about: dict[str, Any] = {"on": FIRST + timedelta(day), "basis": BASIS}
        this: dict[str, Any] = {"organisation": self.schools[one]}
        pair: dict[str, Any] = {
            "link": Link.MEMBER,
            "upper": self.groups[other % 2],
            "lower": self.schools[one],
        }
        by = console()
        match kind:
            case "rename":
                actions.rename(by, **this, name=f"名{n}小学", **about)
            case "convert":
                type_ = (Type.PRIMARY, Type.TEACHING_POINT, Type.NINE_YEAR, Type.JUNIOR)[n]
                code = code_of(type_) if other % 2 else ""
                actions.convert(by, **this, type=type_, code=code, **about)
            case "change":
                actions.change(by, **this, urban_rural=("111", "121", "210", "")[n], **about)
            case "relate":
                actions_relations.relate(by, **pair, note=("", "紧密型")[n % 2], **about)
            case "part":
                actions_relations.part(by, **pair, **about)
            case "town":
                towns: dict[str, Any] = {
                    "link": Link.LOCATED,
                    "upper": self.towns[n % 2],
                    "lower": self.schools[one],
                }
                actions_relations.relate(by, **towns, **about)
            case "close":
                actions_endings.close(by, **this, successor=self.schools[other], **about)
            case "reopen":
                actions_endings.reopen(by, **this, **about)
            case "merge":
                members = [self.schools[one], self.schools[other]]
                actions_endings.merge(by, members=members, into=members[0], **about)
            case "code":
                actions.give_code(by, **this, system="institution-code", value=code_of(), **about)

    def happen(self, steps: list[Step]) -> None:
        for step in steps:
            try:
                self.step(*step)
            except Refused:
                continue


def replay(day: date) -> tuple[Rows, Rows, Rows]:
    """Particulars, codes and relations on a day, from the stored events alone."""
    events = sorted(Event._plain.values_list("on", "pk", "changes"), key=lambda event: event[:2])
    what: Rows = {}
    alive: set[str] = set()
    codes: Rows = {}
    links: Rows = {}
    for on, _, changes in events:
        if on > day:
            break
        for change in changes:
            do, key = change["do"], change.get("unit")
            if do in ("found", "reopen"):
                alive.add(key)
                what.setdefault(key, {})
            elif do == "close":
                alive.discard(key)
            elif do == "set":
                what[key].update(change["values"])
            elif do == "give":
                codes[key, change["system"]] = change["value"]
            elif do == "retire":
                codes.pop((key, change["system"]), None)
            elif do == "relate":
                links[change["link"], change["upper"], change["lower"]] = change["note"]
            elif do == "part":
                links.pop((change["link"], change["upper"], change["lower"]), None)
    fields = ("type", "urban_rural")
    return (
        {key: (what[key]["name"], *(what[key].get(name, "") for name in fields)) for key in alive},
        {key: value for key, value in codes.items() if key[0] in alive},
        {key: note for key, note in links.items() if key[0] == "successor" or {key[1], key[2]} <= alive},
    )


def stored(day: date) -> tuple[Rows, Rows, Rows]:
    """The same from the projected rows."""
    names = Particulars._plain.filter(holds_on(day)).values_list(
        "organisation__key", "name", "type", "urban_rural"
    )
    codes = Code._plain.filter(holds_on(day)).values_list("organisation__key", "system", "value")
    links = Relation._plain.filter(holds_on(day)).values_list("kind", "upper__key", "lower__key", "note")
    return (
        {str(row[0]): tuple(row[1:]) for row in names},
        {(str(key), system): value for key, system, value in codes},
        {(kind, str(upper), str(lower)): note for kind, upper, lower, note in links},
    )


def differences() -> list[date]:
    """The days on which the tables and the replay differ; each day, and the list of a page."""
    days = [OPENED - timedelta(1), OPENED, *(FIRST + timedelta(n) for n in range(-1, 14))]
    return [day for day in days if stored(day) != replay(day) or listed(day) != replayed(day)]


def listed(day: date) -> list[tuple[str, str]]:
    rows = queries.organisations(console(), day, per_page=None).rows
    return sorted((str(row.key), row.code) for row in rows)


def replayed(day: date) -> list[tuple[str, str]]:
    schools = {
        str(key) for key in Organisation._plain.filter(kind="institution").values_list("key", flat=True)
    }
    names, codes, _ = replay(day)
    return sorted((key, codes.get((key, "institution-code"), "")) for key in names if key in schools)


def neat() -> bool:
    """No row is empty, no two neighbours say the same, no two rows of a unit overlap."""
    for model, same in (
        (Particulars, ("organisation_id",)),
        (Code, ("organisation_id", "system")),
        (Relation, ("kind", "upper_id", "lower_id")),
    ):
        says = [
            field.attname
            for field in model._meta.concrete_fields
            if field.name not in ("id", "since", "until")
        ]
        rows = list(model._plain.order_by(*same, "since"))
        for row, after in pairwise(rows):
            if all(getattr(row, name) == getattr(after, name) for name in same):
                if row.until is None or row.until > after.since:
                    return False
                alike = all(getattr(row, name) == getattr(after, name) for name in says)
                if alike and row.until == after.since:
                    return False
    return True


@pytest.fixture
def world(db: None) -> World:
    return World()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_any_day_is_a_replay_of_the_events_up_to_it(world: World, steps: list[Step]) -> None:
    with transaction.atomic():
        world.happen(steps)
        assert differences() == []
        assert neat()
        transaction.set_rollback(True)


BACKDATED = [("rename", 0, 0, 9, 1), ("rename", 0, 0, 3, 2), ("relate", 1, 0, 9, 1), ("part", 1, 0, 11, 0)]


def test_the_examples_do_happen(db: None) -> None:
    """Control: not all is refused, and events of earlier days do come in later."""
    World().happen(BACKDATED)
    days = list(Event._plain.order_by("pk").values_list("on", flat=True))
    assert len(days) == 9 + len(BACKDATED)
    assert days != sorted(days)
    assert differences() == []


def test_a_projection_in_the_order_of_recording_is_caught(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: forget the days, and the tables are no replay any more."""

    def as_recorded(found: Any) -> list[Happened]:
        rows = found.order_by("pk").values_list("on", "changes")
        lasts = accumulate((on for on, _ in rows), max)
        return [Happened(on, read(changes)) for on, (_, changes) in zip(lasts, rows, strict=True)]

    monkeypatch.setattr(rewriting, "_read", as_recorded)
    World().happen(BACKDATED)
    assert differences() != []


def test_a_projection_that_lets_the_dead_stand_in_relations_is_caught(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meihao.records.registry.projection._while", lambda days, life: days)
    World().happen([("relate", 0, 0, 2, 0), ("close", 0, 1, 8, 0)])
    assert differences() != []
