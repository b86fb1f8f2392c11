"""The filter of OneRoster: `field<predicate>'value'`, two of them at most, joined by AND or OR.

Predicates are = != > >= < <= and ~ (contains). A field is a path with dots. What is absent fulfils no
predicate; of a list one element is enough. Texts are compared by code point, upper and lower case apart.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from meihao.records.registry.oneroster.answers import FILTER, BadQuery

CONTAINS: Final = "~"
COMPARED: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_CLAUSE = r"([A-Za-z][A-Za-z0-9.]*)\s*(!=|>=|<=|=|>|<|~)\s*'((?:''|[^'\x00])*)'"
_FILTER = re.compile(rf"\s*{_CLAUSE}(?:\s+(AND|OR)\s+{_CLAUSE})?\s*")


@dataclass(frozen=True, slots=True)
class Predicate:
    """One field, how it is compared, and with what."""

    field: str
    op: str
    value: str


@dataclass(frozen=True, slots=True)
class Filter:
    """One predicate, or two: both (`AND`) or one of them (`OR`)."""

    predicates: tuple[Predicate, ...]
    join: str = "AND"


def parsed(text: str) -> Filter | None:
    """What a text asks for; None where it is empty. Raises `BadQuery`."""
    if not text.strip():
        return None
    found = _FILTER.fullmatch(text)
    if found is None:
        raise BadQuery(
            FILTER,
            "筛选写不通：写作 字段='值'，至多两个，用 AND 或 OR 连接，例如 status='active' AND grades='03'。",
            "Not a filter: field='value', two at most, as status='active' AND grades='03'; AND or OR.",
        )
    one = Predicate(found[1], found[2], _plain(found[3]))
    if found[4] is None:
        return Filter((one,))
    return Filter((one, Predicate(found[5], found[6], _plain(found[7]))), found[4])


def holds(op: str, word: str, value: str) -> bool:
    """Whether a text fulfils a predicate."""
    return value in word if op == CONTAINS else COMPARED[op](word, value)


def keeps(wanted: Filter | None, row: Mapping[str, Any]) -> bool:
    """Whether a record, as it is given, fulfils a filter: for lists that are computed."""
    if wanted is None:
        return True
    met = [any(holds(one.op, word, one.value) for word in at(row, one.field)) for one in wanted.predicates]
    return all(met) if wanted.join == "AND" else any(met)


def at(row: Mapping[str, Any], path: str) -> list[str]:
    """The texts that a record has at a path; of lists, those of every element."""
    found: list[Any] = [row]
    for name in path.split("."):
        found = [one[name] for one in found if isinstance(one, Mapping) and name in one]
        found = [part for one in found for part in (one if isinstance(one, list) else [one])]
    return [str(one) for one in found if one is not None]


def _plain(quoted: str) -> str:
    return quoted.replace("''", "'")
