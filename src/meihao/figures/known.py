"""What rows of the registry come to for the rows of another fact, by a `known` policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction

from meihao.figures.interpreter import Interpreter, Row, Value
from meihao.policy.kinds import Fact, Known, Sum


def summed(policy: Known, fact: Fact, rows: Iterable[Row]) -> dict[str, dict[str, Value]]:
    """By identity, the columns a policy fills from rows of `fact`, the fact it reads from.

    What no row speaks of is not there; a sum of which one part is not known is left out.
    """
    groups: dict[str, list[Interpreter]] = defaultdict(list)
    for row in rows:
        identity = row.get(policy.by)
        if isinstance(identity, str) and identity:
            groups[identity].append(Interpreter(fact, row))
    found: dict[str, dict[str, Value]] = {}
    for identity, readers in groups.items():
        sums = {name: _sum(asked, readers) for name, asked in policy.columns.items()}
        found[identity] = {name: value for name, value in sums.items() if value is not None}
    return found


def _sum(asked: Sum, readers: Iterable[Interpreter]) -> Fraction | None:
    total = Fraction(0)
    for reader in readers:
        counts = True if asked.where is None else reader.truth(asked.where)
        value = reader.number(asked.value) if counts else None
        if counts is None or (counts and value is None):
            return None
        total += value or 0
    return total
