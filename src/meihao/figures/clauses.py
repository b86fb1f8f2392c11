"""The clauses of a standard, answered: totals become amounts, amounts are put to each test.

As with units, *fails* is said when it must fail whatever is missing, *reached* only when nothing
needed is missing. A limit that the source does not give is *not set*, which is neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from meihao.base.exact import ceil_to, half_up
from meihao.base.text import Text
from meihao.figures.engines import Summed
from meihao.figures.interpreter import Bounds, Interpreter, Row
from meihao.figures.plan import DECLARATIONS, Basis, Plan, Sum
from meihao.figures.snapshot import Snapshot
from meihao.policy.kinds import Clause, ClauseTest, Limit, Refinement
from meihao.policy.kinds.clauses import Source


class ClauseState(StrEnum):
    """What a test or a clause comes to; the worst of its tests is a clause's own."""

    FAILED = "failed"
    UNDECIDED = "undecided"
    NOT_SET = "not_set"
    BASIC = "basic"
    REACHED = "reached"

    @property
    def words(self) -> Text:
        """In words."""
        return _TITLES[self]


_TITLES = {
    ClauseState.FAILED: Text("未达标", "not reached"),
    ClauseState.UNDECIDED: Text("未决", "undecided"),
    ClauseState.NOT_SET: Text("未规定", "not set"),
    ClauseState.BASIC: Text("基本合格", "basic"),
    ClauseState.REACHED: Text("达标", "reached"),
}
SOURCES: Mapping[Source, Text] = {
    "computed": Text("测算", "computed"),
    "declared": Text("认定", "declared"),
    "national": Text("国家给出", "given by the state"),
}


@dataclass(frozen=True)
class Amount:
    """A total of the district: exact, or between bounds while rows or columns are missing."""

    sum: Sum
    value: Fraction | None
    low: Fraction | None
    high: Fraction | None
    open: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def printed(self) -> str | None:
        """In print, half up."""
        return None if self.value is None else f"{half_up(self.value, self.sum.total.places):f}"


@dataclass(frozen=True, slots=True)
class Short:
    """A row that falls short of a test: which, by how much of what."""

    identity: str
    name: str
    numerator: Fraction
    denominator: Fraction
    lacks: str | None


@dataclass(frozen=True)
class Declaration:
    """What a person declared: yes or no, in words, with evidence, by whom and when."""

    holds: bool | None
    finding: str | None
    evidence: str | None
    by: str | None
    on: str | None


@dataclass(frozen=True)
class Answer:
    """One test on one basis: its value and state, and under each place that asks more."""

    clause: Clause
    test: ClauseTest
    basis: Basis
    numerator: Amount | None
    denominator: Amount | None
    state: ClauseState
    local: tuple[tuple[Refinement, Limit, ClauseState], ...]
    declaration: Declaration | None
    short: tuple[Short, ...]

    @property
    def value(self) -> Fraction | None:
        """numerator ÷ denominator × scale, exact."""
        over = self.numerator.value if self.numerator else None
        if over is None or self.denominator is None:
            return None if over is None else over * self.test.scale
        return over / self.denominator.value * self.test.scale if self.denominator.value else None

    @property
    def printed(self) -> str | None:
        """The value in print, half up."""
        return None if self.value is None else f"{half_up(self.value, self.test.places):f}"

    @property
    def lacking(self) -> Fraction | None:
        """How much more numerator the district needs, where more of it is what is needed."""
        least = self.test.must.at_least if self.test.must else None
        if least is None or self.value is None or self.value >= least or self.numerator is None:
            return None
        under = self.denominator.value if self.denominator else Fraction(1)
        assert under is not None
        assert self.numerator.value is not None
        return least * under / self.test.scale - self.numerator.value


@dataclass(frozen=True)
class ClauseResult:
    """One clause on one basis; `local` is its state where a place asks more, None where none does."""

    clause: Clause
    basis: Basis
    answers: tuple[Answer, ...]

    @property
    def state(self) -> ClauseState:
        """The worst of its tests that count."""
        return worst(answer.state for answer in self.counting)

    @property
    def counting(self) -> list[Answer]:
        """The answers that decide; the others are shown beside."""
        return [answer for answer in self.answers if answer.test.counts]

    @property
    def local(self) -> ClauseState | None:
        """The worst of its tests under what the places ask."""
        if not any(answer.local for answer in self.answers):
            return None
        return worst(state for answer in self.counting for state in _at_the_place(answer))

    def answer(self, test: str) -> Answer | None:
        """One test's answer."""
        return next((answer for answer in self.answers if answer.test.id == test), None)


def _at_the_place(answer: Answer) -> tuple[ClauseState, ...]:
    """An answer's own state and those under what places ask; a limit only a place sets stands alone."""
    asked = tuple(state for _, _, state in answer.local)
    return asked if asked and answer.state is ClauseState.NOT_SET else (answer.state, *asked)


def worst(states: Iterable[ClauseState]) -> ClauseState:
    """The worst of some states, in the order of the class."""
    order = list(ClauseState)
    return min(states, key=order.index, default=ClauseState.REACHED)


class Clauses:
    """Answers the clauses of a plan on one snapshot."""

    def __init__(self, snapshot: Snapshot, plan: Plan, sums: Mapping[tuple[str, str], Summed]) -> None:
        self._snapshot, self._plan, self._sums = snapshot, plan, sums
        self._asked = {(sum_.owner, sum_.name): sum_ for sum_ in plan.sums()}

    def results(self, block: str, basis: Basis) -> tuple[ClauseResult, ...]:
        """Every clause of a block, by number."""
        return tuple(
            ClauseResult(clause, basis, tuple(self._answer(clause, test, basis) for test in clause.tests))
            for clause in self._plan.clauses_of(block)
        )

    def amount(self, owner: str, name: str) -> Amount:
        """One total of a clause or table."""
        sum_, summed = self._asked[owner, name], self._sums[owner, name]
        fact = self._plan.facts[sum_.fact]
        rows = self._snapshot.table(fact).rows
        columns = tuple(_read(sum_, Interpreter(fact, {})))
        if not rows or (self._snapshot.pending and sum_.fact == self._plan.fact.key):
            return Amount(sum_, None, None, None, summed.open, () if rows else columns)
        if not summed.open:
            return Amount(sum_, summed.known, summed.known, summed.known, (), ())
        readers = [Interpreter(fact, rows[identity]) for identity in summed.open]
        bounds = [_row_bounds(sum_, reader) for reader in readers]
        missing = tuple(dict.fromkeys(name for reader in readers for name in _read(sum_, reader)))
        low = _plus(summed.known, [each.low for each in bounds])
        return Amount(
            sum_, None, low, _plus(summed.known, [each.high for each in bounds]), summed.open, missing
        )

    # --- one test

    def _answer(self, clause: Clause, test: ClauseTest, basis: Basis) -> Answer:
        if test.declared is not None:
            return self._declared(clause, test, basis)
        over_name, under_name = test.numerator, test.denominator
        if basis is Basis.RELAXED and test.relaxed is not None:
            over_name, under_name = test.relaxed.numerator, test.relaxed.denominator or under_name
        assert over_name is not None
        over = self.amount(clause.id, over_name)
        under = self.amount(clause.id, under_name) if under_name is not None else None
        short = self._short(test, over, under)
        bounds = _ratio_bounds(test, over, under, short)
        lost = test.part and bool(short)
        state = _state(test, bounds, over, under, lost)
        local = tuple(
            (policy, limit, _against(limit, bounds, test, lost))
            for policy, limit in self._plan.local_limits(clause.id, test.id)
        )
        return Answer(clause, test, basis, over, under, state, local, None, short)

    def _declared(self, clause: Clause, test: ClauseTest, basis: Basis) -> Answer:
        assert test.declared is not None
        found = self._declaration(clause, test)
        state = ClauseState.UNDECIDED
        if found is not None and found.holds is not None:
            state = (ClauseState.FAILED, ClauseState.REACHED)[found.holds is test.declared.expects]
        return Answer(clause, test, basis, None, None, state, (), found, ())

    def _declaration(self, clause: Clause, test: ClauseTest) -> Declaration | None:
        fact = self._plan.facts[DECLARATIONS]
        row = self._snapshot.table(fact).rows.get(declaration_code(clause, test))
        if row is None:
            return None
        holds = row.get("holds")
        told = [_text(row, name) for name in ("finding", "evidence", "declared_by", "declared_on")]
        return Declaration(holds if isinstance(holds, bool) else None, *told)

    def _short(self, test: ClauseTest, over: Amount, under: Amount | None) -> tuple[Short, ...]:
        """The rows at which less is counted above the line than below it, by identity."""
        if not test.part or under is None:
            return ()
        fact = self._plan.facts[over.sum.fact]
        found = []
        for identity, row in sorted(self._snapshot.table(fact).rows.items()):
            reader = Interpreter(fact, row)
            pair = (_counted(over.sum, reader), _counted(under.sum, reader))
            if pair[0] is not None and pair[1] is not None and pair[0] < pair[1]:
                name = str(row.get(fact.name_column) or identity)
                found.append(Short(identity, name, pair[0], pair[1], _lacks(test, reader)))
        return tuple(found)


def declaration_code(clause: Clause, test: ClauseTest) -> str:
    """How a declared test is named in the return of declarations: standard, clause, test."""
    return f"{clause.standard.rsplit('/', 1)[-1]}.{clause.id}.{test.id}"


def _text(row: Row, name: str) -> str | None:
    value = row.get(name)
    return value if isinstance(value, str) else None


def _counted(sum_: Sum, reader: Interpreter) -> Fraction | None:
    """What one row adds to a total; None where that is not known."""
    counts = True if sum_.total.where is None else reader.truth(sum_.total.where)
    if counts is None:
        return None
    return reader.number(sum_.total.value) if counts else Fraction(0)


def _lacks(test: ClauseTest, reader: Interpreter) -> str | None:
    amount = reader.number(test.lack.value) if test.lack else None
    if amount is None or test.lack is None:
        return None
    return f"{ceil_to(amount / test.lack.divide_by, test.lack.places):f}"


def _row_bounds(sum_: Sum, reader: Interpreter) -> Bounds:
    """Between what an open row's part must lie; a row that may not count may also add nothing."""
    bounds = reader.bounds(sum_.total.value)
    counts = True if sum_.total.where is None else reader.truth(sum_.total.where)
    if counts is True:
        return bounds
    low = None if bounds.low is None else min(bounds.low, Fraction(0))
    return Bounds(low, None if bounds.high is None else max(bounds.high, Fraction(0)))


def _read(sum_: Sum, reader: Interpreter) -> list[str]:
    """The columns a total still wants of a row."""
    condition = () if sum_.total.where is None else reader.missing(sum_.total.where)
    return [*condition, *reader.missing(sum_.total.value)]


def _plus(known: Fraction, parts: list[Fraction | None]) -> Fraction | None:
    added = [part for part in parts if part is not None]
    return known + sum(added, Fraction(0)) if len(added) == len(parts) else None


def _ratio_bounds(test: ClauseTest, over: Amount, under: Amount | None, short: tuple[Short, ...]) -> Bounds:
    """Between what the value must lie: exact bounds where both totals are known."""
    scale = test.scale
    if under is None:
        return Bounds(*(None if side is None else side * scale for side in (over.low, over.high)))
    if under.value == 0 and over.value is not None:
        return Bounds(None, None)
    low = over.low * scale / under.high if over.low is not None and under.high else None
    high = over.high * scale / under.low if over.high is not None and under.low else None
    if test.part:
        # what is lost at rows that are known stays lost, however the others turn out
        lost = sum((row.denominator - row.numerator for row in short), Fraction(0))
        best = scale * (under.high - lost) / under.high if under.high else Fraction(scale)
        high = best if high is None else min(high, best)
    return Bounds(low, high)


def _state(test: ClauseTest, bounds: Bounds, over: Amount, under: Amount | None, lost: bool) -> ClauseState:
    if test.must is None:
        known = over.value is not None and (under is None or under.value is not None)
        return ClauseState.NOT_SET if known else ClauseState.UNDECIDED
    if _nothing_to_judge(test, over, under):
        return ClauseState.REACHED
    state = _against(test.must, bounds, test, lost)
    if state is ClauseState.FAILED and test.basic is not None:
        basic = _against(test.basic, bounds, test, False)
        return ClauseState.BASIC if basic is ClauseState.REACHED else basic
    return state


def _nothing_to_judge(test: ClauseTest, over: Amount, under: Amount | None) -> bool:
    """Nobody is counted below the line: a rule over all of nothing holds (no small school underfunded)."""
    return test.vacuous and under is not None and under.value == 0 and over.value == 0


def _against(limit: Limit, bounds: Bounds, test: ClauseTest, lost: bool) -> ClauseState:
    """Fails when every possible value misses, reached when the one value there is holds."""
    if lost and limit.at_least is not None and limit.at_least >= test.scale:
        return ClauseState.FAILED  # the whole is wanted and some of it is lost already
    low, high = bounds.low, bounds.high
    if low is not None and low == high:
        return ClauseState.REACHED if holds(limit, low) else ClauseState.FAILED
    best = high if limit.at_least is not None or limit.more_than is not None else low
    if best is not None and not holds(limit, best):
        return ClauseState.FAILED
    return ClauseState.UNDECIDED


def holds(limit: Limit, value: Fraction) -> bool:
    """Whether an exact value is within a limit."""
    if limit.at_least is not None:
        return value >= limit.at_least
    if limit.at_most is not None:
        return value <= limit.at_most
    if limit.below is not None:
        return value < limit.below
    assert limit.more_than is not None
    return value > limit.more_than
