"""What one source counts of one school for one measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from meihao.base.text import Text
from meihao.documents.reconciling.result import Amount, Part
from meihao.documents.reconciling.schools import Group
from meihao.documents.returns.headers import key_of
from meihao.figures.interpreter import Interpreter, Value
from meihao.policy.expressions import Column
from meihao.policy.kinds import Fact, Side

ABSENT = Amount(None, why=Text("没有这所学校", "does not know this school"), absent=True)


class _Count:
    """A sum that stays open once one row cannot be decided."""

    def __init__(self, fact: Fact, side: Side) -> None:
        self._fact, self._side = fact, side
        self.total = Fraction(0)
        self.open_rows = 0
        self.missing: set[str] = set()
        self.rows: Counter[tuple[str, str, str]] = Counter()
        self._kinds: set[tuple[Value, ...]] = set()

    def add(self, group: Group) -> None:
        """One group of like rows."""
        reader, side = Interpreter(self._fact, group.row), self._side
        holds = True if side.where is None else reader.truth(side.where)
        if holds is None and side.where is not None:
            self._leave_open(group, reader.missing(side.where))
        elif holds and side.distinct:
            self._add_kind(group, reader)
        elif holds:
            value = reader.number(side.value)
            if value is None:
                self._leave_open(group, reader.missing(side.value))
            else:
                self._counted(group, value * group.rows)

    def _add_kind(self, group: Group, reader: Interpreter) -> None:
        values = tuple(reader.value(Column(name)) for name in self._side.distinct)
        empty = [name for name, value in zip(self._side.distinct, values, strict=True) if value is None]
        if empty:
            self._leave_open(group, empty)
            return
        kind = tuple(key_of(value) if isinstance(value, str) else value for value in values)
        self._counted(group, Fraction(kind not in self._kinds))
        self._kinds.add(kind)

    def _counted(self, group: Group, value: Fraction) -> None:
        self.total += value
        self.rows[group.file, group.sha256, group.sheet] += group.rows

    def _leave_open(self, group: Group, missing: Sequence[str]) -> None:
        self.open_rows += group.rows
        self.missing |= set(missing)


def amount_of(groups: Sequence[Group], fact: Fact, side: Side, one_row: bool) -> Amount:
    """The number of one school; unknown while a row is undecided, or where one row is two."""
    rows = sum(group.rows for group in groups)
    if one_row and rows > 1:
        parts = tuple(Part(g.file, g.sha256, g.sheet, g.rows) for g in groups)
        return Amount(None, parts, Text(f"有 {rows} 行，应为一行", f"{rows} rows, one is wanted"))
    count = _Count(fact, side)
    for group in groups:
        count.add(group)
    parts = tuple(Part(*place, number) for place, number in sorted(count.rows.items()))
    if count.open_rows:
        return Amount(None, parts, _open(count, fact, one_row), frozenset(count.missing))
    return Amount(count.total, parts)


def _open(count: _Count, fact: Fact, one_row: bool) -> Text:
    titles = [fact.columns[name].title for name in sorted(count.missing)]
    zh, en = "、".join(title.zh for title in titles), ", ".join(title.en for title in titles)
    if one_row:
        return Text(f"缺「{zh}」", f"“{en}” is missing")
    rows = count.open_rows
    return Text(f"{rows} 行缺「{zh}」或读不懂", f"“{en}” is missing or not understood in {rows} rows")
