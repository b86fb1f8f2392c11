"""Fields of OneRoster as conditions and orders of rows: what can be asked for, and no more.

A field that is not named by a list cannot be filtered or ordered by. The name of a person is no field here:
it is sealed, and nobody learns of it by asking which records it would keep.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Protocol
from uuid import UUID

from django.db import connection
from django.db.models import Case, CharField, F, IntegerField, Q, Value, When
from django.db.models.functions import Collate, StrIndex
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual

from meihao.records.accounts.acting import CHINA
from meihao.records.registry.oneroster.answers import FILTER, SELECTION, BadQuery
from meihao.records.registry.oneroster.filters import CONTAINS, Filter, Predicate, holds

NOTHING = Q(pk__in=[])
EVERYTHING = ~NOTHING
_AGAINST = {">": GreaterThan, ">=": GreaterThanOrEqual, "<": LessThan, "<=": LessThanOrEqual}
_LOOKUPS = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}


def canonical(text: str) -> UUID:
    """The UUID that a text is, written as it is given. Raises `ValueError` for any other spelling."""
    found = UUID(text)
    if str(found) != text:
        raise ValueError(text)
    return found


class Field(Protocol):
    """A field: the rows of which a predicate holds, and by what rows are ordered (None: by nothing)."""

    def condition(self, said: Predicate) -> Q:
        """The rows of which it holds. Raises `BadQuery` where it cannot be asked."""

    def order(self) -> Any:
        """What orders rows."""


@dataclass(frozen=True)
class Plain:
    """A text in a column or an annotation."""

    lookup: str

    def condition(self, said: Predicate) -> Q:
        """As `Field`."""
        there = Q(**{f"{self.lookup}__isnull": False})
        match said.op:
            case "=":
                return Q(**{self.lookup: said.value})
            case "!=":
                return there & ~Q(**{self.lookup: said.value})
            case "~":
                return Q(GreaterThan(StrIndex(F(self.lookup), Value(said.value)), 0))
        return Q(_AGAINST[said.op](self.order(), Value(said.value, CharField())))

    def order(self) -> Any:
        """As `Field`: by code point on every database."""
        return Collate(F(self.lookup), "C") if connection.vendor == "postgresql" else F(self.lookup)


@dataclass(frozen=True)
class Coded:
    """A word for each value of a column; `words` says which."""

    lookup: str
    words: Mapping[Any, str]

    def condition(self, said: Predicate) -> Q:
        """As `Field`."""
        met = [key for key, word in self.words.items() if holds(said.op, word, said.value)]
        return Q(**{f"{self.lookup}__in": met})

    def order(self) -> Any:
        """As `Field`: by the words."""
        ranks = {word: rank for rank, word in enumerate(sorted(set(self.words.values())))}
        cases = [When(**{self.lookup: key, "then": Value(ranks[word])}) for key, word in self.words.items()]
        return Case(*cases, default=None, output_field=IntegerField())


@dataclass(frozen=True)
class Key:
    """A key, which is this one or another; `read` gives what a text stands for, or raises `ValueError`."""

    lookup: str
    read: Callable[[str], Any] = canonical

    def condition(self, said: Predicate) -> Q:
        """As `Field`."""
        if said.op not in ("=", "!="):
            raise BadQuery(
                FILTER,
                f"「{said.field}」是标识，只能用 = 或 != 筛选。",
                f"{said.field} is a key: it is filtered by = and != only.",
            )
        try:
            here = Q(**{self.lookup: self.read(said.value)})
        except ValueError:
            here = NOTHING
        return here if said.op == "=" else Q(**{f"{self.lookup}__isnull": False}) & ~here

    def order(self) -> Any:
        """As `Field`."""
        return F(self.lookup)


@dataclass(frozen=True)
class Day:
    """A day; compared with a day."""

    lookup: str

    def condition(self, said: Predicate) -> Q:
        """As `Field`."""
        return _on(self.lookup, said.op, _day(said))

    def order(self) -> Any:
        """As `Field`."""
        return F(self.lookup)


@dataclass(frozen=True)
class Moment:
    """The midnight, in China, at which a day begins; compared with a moment, or with a day's midnight."""

    lookup: str

    def condition(self, said: Predicate) -> Q:
        """As `Field`."""
        here = _moment(said)
        if here.time() == time.min:
            return _on(self.lookup, said.op, here.date())
        there = Q(**{f"{self.lookup}__isnull": False})
        match said.op:  # no midnight is that moment: those after it are the days after its own
            case "=":
                return NOTHING
            case "!=":
                return there
            case ">" | ">=":
                return Q(**{f"{self.lookup}__gt": here.date()})
        return Q(**{f"{self.lookup}__lte": here.date()})

    def order(self) -> Any:
        """As `Field`."""
        return F(self.lookup)


@dataclass(frozen=True)
class Always:
    """The same word for every row."""

    word: str

    def condition(self, said: Predicate) -> Q:
        """As `Field`."""
        return EVERYTHING if holds(said.op, self.word, said.value) else NOTHING

    def order(self) -> Any:
        """As `Field`."""
        return None


@dataclass(frozen=True)
class Listed:
    """Several words of one row, in rows of other tables; `met` gives the condition for some words."""

    met: Callable[[Callable[[str], bool]], Q]

    def condition(self, said: Predicate) -> Q:
        """As `Field`."""
        return self.met(lambda word: holds(said.op, word, said.value))

    def order(self) -> Any:
        """As `Field`."""
        return None


Fields = Mapping[str, Field]


def condition(wanted: Filter | None, fields: Fields) -> Q:
    """The rows that a filter keeps. Raises `BadQuery` for a field that is not one of the list's."""
    if wanted is None:
        return Q()
    met: list[Q] = [known(fields, one.field).condition(one) for one in wanted.predicates]
    first, *more = met
    for other in more:
        first = first & other if wanted.join == "AND" else first | other
    return first


def known(fields: Mapping[str, Any], name: str, minor: str = FILTER) -> Any:
    """The field of a name. Raises `BadQuery`, saying which there are."""
    if name not in fields:
        names = ", ".join(sorted(fields))
        zh, en = f"不能按「{name}」筛选或排序；可用：{names}。", f"Not by “{name}”. There are: {names}."
        raise BadQuery(minor, zh, en)
    return fields[name]


def ordered(fields: Fields, sort: str, descending: bool) -> list[Any]:
    """The order of rows that a field gives, what is absent last; empty without one. Raises `BadQuery`."""
    if not sort:
        return []
    by = known(fields, sort, SELECTION).order()
    if by is None:
        return []
    return [by.desc(nulls_last=True) if descending else by.asc(nulls_last=True)]


def _on(lookup: str, op: str, day: date) -> Q:
    if op == "=":
        return Q(**{lookup: day})
    if op == "!=":
        return Q(**{f"{lookup}__isnull": False}) & ~Q(**{lookup: day})
    return Q(**{f"{lookup}__{_LOOKUPS[op]}": day})


def _day(said: Predicate) -> date:
    try:
        if said.op != CONTAINS:
            return date.fromisoformat(said.value)
    except ValueError:
        pass
    raise _no_time(said)


def _moment(said: Predicate) -> datetime:
    try:
        if said.op != CONTAINS:
            found = datetime.fromisoformat(said.value)
            zone = CHINA if len(said.value) == len("2025-09-01") else UTC
            return (found if found.tzinfo is not None else found.replace(tzinfo=zone)).astimezone(CHINA)
    except (ValueError, OverflowError):
        pass
    raise _no_time(said)


def _no_time(said: Predicate) -> BadQuery:
    return BadQuery(
        FILTER,
        f"「{said.field}」与日期比较，例如 {said.field}>='2025-09-01'，不能用 ~。",
        f"{said.field} is compared with a day, as {said.field}>='2025-09-01', and not by ~.",
    )
