"""The rulebook of this installation and the plans of its standards, made once a process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache

from meihao.documents.gaps import ASSIGNMENTS
from meihao.documents.returns.assembling import REGISTER
from meihao.figures.plan import Plan, make_plan
from meihao.policy.kinds import Fact, Standard
from meihao.policy.rulebook import Rulebook, holds

_DAYS = 16  # days of data that are looked at side by side, with their plans
_BESIDE = (REGISTER, ASSIGNMENTS)  # read by pages beside what standards judge: towns, groups, who mends what


@cache
def rulebook() -> Rulebook:
    """The policies this process works under."""
    return Rulebook.load()


@lru_cache(maxsize=_DAYS)
def plans(on: date, place: str) -> Mapping[str, Plan]:
    """The plan of every standard in force at a place on a day, by key. Raises `Refused`."""
    rules = rulebook()
    return {one.key: make_plan(rules, one.key, on, place) for one in rules.all(Standard, on, place)}


@lru_cache(maxsize=_DAYS)
def facts(on: date, place: str) -> Mapping[str, Fact]:
    """Every fact that the standards of a place and day read, and those that pages read beside them."""
    found = {key: fact for plan in plans(on, place).values() for key, fact in plan.facts.items()}
    rules = rulebook()
    for key in _BESIDE:
        if key not in found and any(holds(one.policy, on) for one in rules.versions(key)):
            found[key] = rules.get(Fact, key, on, place)
    return found
