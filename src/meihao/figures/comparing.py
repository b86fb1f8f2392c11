"""Two evaluations side by side: which states turned, which values changed, and which of them turned it.

A state is named by the address of its figure, so that it can be traced in either evaluation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from meihao.base.text import Text
from meihao.figures.clauses import Answer
from meihao.figures.engines import Engine
from meihao.figures.interpreter import Row, Value
from meihao.figures.judging import evaluate
from meihao.figures.plan import Basis
from meihao.figures.result import BlockResult, Evaluation
from meihao.figures.snapshot import Origin, Snapshot, Table

MOST_ROWS = 60  # rows tried one by one; more are only told together
RowKey = tuple[str, str]  # fact and identity


@dataclass(frozen=True)
class Named:
    """A state with what it is of."""

    title: Text
    state: Text


@dataclass(frozen=True)
class Turn:
    """One state that differs: its address, and what it was and is; None where it was or is not there."""

    address: str
    title: Text
    before: Text | None
    after: Text | None


@dataclass(frozen=True)
class Change:
    """One value that differs between two snapshots, with the cell each was read from."""

    fact: str
    identity: str
    name: str
    column: str
    before: Value
    after: Value
    was: Origin | None
    origin: Origin | None

    @property
    def row(self) -> RowKey:
        """The row it is of."""
        return self.fact, self.identity


@dataclass(frozen=True)
class Comparison:
    """What differs; `causes` are, for each turn, the rows whose changes turn it alone.

    A turn without causes came about by several rows together, or by too many rows to try each.
    """

    changes: tuple[Change, ...]
    turns: tuple[Turn, ...]
    causes: Mapping[str, tuple[RowKey, ...]]


def states(evaluation: Evaluation) -> dict[str, Named]:
    """Every state of an evaluation without relaxation, by address."""
    found = {"whole": Named(Text("整体", "whole"), evaluation.whole.words)}
    for name, rule in evaluation.plan.standard.blocks.items():
        block = evaluation.block(name, Basis.STRICT)
        found[f"block/{name}"] = Named(rule.title, block.state.words)
        found |= dict(_unit_states(block))
        found |= dict(_clause_states(block))
    return found


def _unit_states(block: BlockResult) -> Iterator[tuple[str, Named]]:
    for result in block.units:
        at, title = f"{result.unit.key.campus}/{result.unit.stage}", result.unit.title
        yield f"state/{at}", Named(title, result.state.words)
        for item, cell in result.cells.items():
            short = cell.figure.item.indicator.short
            named = Text(f"{title.zh}　{short.zh}", f"{title.en}, {short.en}")
            yield f"{item}/{at}", Named(named, cell.state.words)
    for found in block.dispersions:
        short, stage = found.item.indicator.short, found.stage.words
        named = Text(f"{stage.zh}{short.zh}差异系数", f"dispersion, {stage.en}, {short.en}")
        yield f"cv/{found.item.id}/{found.stage}", Named(named, found.state.words)
    for mean in block.composites:
        named = Text(f"{mean.stage.words.zh}综合差异系数", f"mean dispersion, {mean.stage.words.en}")
        yield f"composite/{mean.stage}", Named(named, mean.state.words)


def _clause_states(block: BlockResult) -> Iterator[tuple[str, Named]]:
    for result in block.clauses:
        short = result.clause.short
        yield f"clause/{result.clause.id}", Named(short, result.state.words)
        for answer in result.answers:
            named = Text(f"{short.zh}　{answer.test.title.zh}", f"{short.en}, {answer.test.title.en}")
            yield f"test/{result.clause.id}/{answer.test.id}", Named(named, answer.state.words)


def turns(before: Evaluation, after: Evaluation) -> list[Turn]:
    """The states that differ, in the order of the standard; those gone stand last."""
    old, new = states(before), states(after)
    found = []
    for address in dict.fromkeys([*new, *old]):
        was, is_ = old.get(address), new.get(address)
        if (was and was.state) != (is_ and is_.state):
            named = is_ or was
            assert named is not None
            found.append(Turn(address, named.title, was.state if was else None, is_.state if is_ else None))
    return found


def changes(before: Snapshot, after: Snapshot) -> list[Change]:
    """The values that differ, by fact, identity and column."""
    keys = sorted({*before.tables, *after.tables})
    return [change for key in keys for change in _changed(before, after, key)]


def _changed(before: Snapshot, after: Snapshot, key: str) -> Iterator[Change]:
    old, new = before.tables.get(key), after.tables.get(key)
    fact = (new or old or _missing(key)).fact
    rows = ({} if old is None else old.rows, {} if new is None else new.rows)
    for identity in sorted({*rows[0], *rows[1]}):
        was, is_ = rows[0].get(identity, {}), rows[1].get(identity, {})
        name = str(is_.get(fact.name_column) or was.get(fact.name_column) or identity)
        for column in fact.columns:
            if was.get(column) != is_.get(column):
                origins = [table.origins.get((identity, column)) if table else None for table in (old, new)]
                yield Change(key, identity, name, column, was.get(column), is_.get(column), *origins)


def _missing(key: str) -> Table:
    raise KeyError(key)


def compared(before: Evaluation, after: Evaluation, engine: Engine) -> Comparison:
    """What differs between two evaluations of one standard, and which rows turned what, tried one by one."""
    found, turned = changes(before.snapshot, after.snapshot), turns(before, after)
    rows = list(dict.fromkeys(change.row for change in found))
    causes: dict[str, list[RowKey]] = {turn.address: [] for turn in turned}
    for row in rows if len(rows) <= MOST_ROWS else []:
        tried = evaluate(_with_row(before.snapshot, after.snapshot, row), before.plan, engine)
        alone = {turn.address: turn.after for turn in turns(before, tried)}
        for turn in turned:
            if turn.address in alone and alone[turn.address] == turn.after:
                causes[turn.address].append(row)
    return Comparison(tuple(found), tuple(turned), {a: tuple(rows_) for a, rows_ in causes.items()})


def _with_row(before: Snapshot, after: Snapshot, row: RowKey) -> Snapshot:
    """The earlier snapshot with one row as it is in the later one."""
    key, identity = row
    old, new = before.tables.get(key), after.tables.get(key)
    table = old or Table((new or _missing(key)).fact, {})
    rows: dict[str, Row] = {name: values for name, values in table.rows.items() if name != identity}
    if new is not None and identity in new.rows:
        rows[identity] = new.rows[identity]
    tables = {**before.tables, key: Table(table.fact, rows, table.origins)}
    return replace(before, tables=tables, folder=None)


def risen(before: Answer | None, after: Answer) -> Fraction | None:
    """By how much a test's value is higher in the later evaluation, exact; a share's in percentage points.

    None where one of the two is not known. A number that is no share has no such change.
    """
    if before is None or before.value is None or after.value is None or after.denominator is None:
        return None
    return after.value - before.value


def names_of(rows: Iterable[RowKey], found: Iterable[Change]) -> list[str]:
    """What some rows are called, each once."""
    called = {change.row: change.name for change in found}
    return list(dict.fromkeys(called.get(row, row[1]) for row in rows))
