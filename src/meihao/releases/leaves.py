"""The reported values an expression rests on, each with its own address and the cell it was read from."""

from __future__ import annotations

from collections.abc import Iterator

from meihao.figures.interpreter import Interpreter
from meihao.figures.snapshot import Table
from meihao.figures.steps import worded
from meihao.figures.words import applied, columns_read
from meihao.policy.expressions import Column, Expression
from meihao.policy.kinds import Fact
from meihao.releases.opened import Leaf


def leaves(node: Expression, reader: Interpreter, fact: Fact, table: Table, *, own: bool) -> tuple[Leaf, ...]:
    """One leaf a given column, each once; derived columns are followed down to what was reported.

    `own`: the fact is the standard's own, whose columns have addresses.
    """
    found = {
        leaf.title: leaf for name in columns_read(node) for leaf in _below(name, reader, fact, table, own)
    }
    return tuple(found.values())


def _below(name: str, reader: Interpreter, fact: Fact, table: Table, own: bool) -> Iterator[Leaf]:
    if name in fact.columns:
        identity = str(reader.value(Column(fact.identity)))
        address = f"column/{name}/{identity}" if own else ""
        value = worded(reader.value(Column(name)))
        yield Leaf(fact.titled(name), value, address, table.origins.get((identity, name)))
        return
    for below in columns_read(applied(fact.formulas[name], reader)):
        yield from _below(below, reader, fact, table, own)
