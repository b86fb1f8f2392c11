"""The plain meaning of an expression over one row: slow, short, and the judge of every fast engine.

Three questions about the same tree: what is its value, between what bounds must it lie while
columns are missing, and which columns must be filled for it to be known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from meihao.policy.expressions import (
    Arithmetic,
    Case,
    Coalesce,
    Column,
    Comparison,
    Expression,
    IsNull,
    Literal_,
    Logic,
    Not,
    children,
)
from meihao.policy.kinds import Fact

Value: TypeAlias = Fraction | str | bool | None
Row: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and greatest a number can turn out to be; None is unbounded."""

    low: Fraction | None
    high: Fraction | None


ANYTHING = Bounds(None, None)


class Interpreter:
    """Answers for one row of a fact; derived columns are worked out once."""

    def __init__(self, fact: Fact, row: Row) -> None:
        self._fact = fact
        self._row = row
        self._formulas = fact.formulas
        self._derived: dict[str, Value] = {}

    def value(self, node: Expression) -> Value:
        """The value; None where it is not known."""
        match node:
            case Literal_(value):
                return value
            case Column(name):
                return self._column(name)
            case Arithmetic():
                return self._arithmetic(node)
            case Comparison():
                return self._comparison(node)
            case Logic():
                return self._logic(node)
            case Not(operand):
                known = self.value(operand)
                return None if known is None else not known
            case IsNull(operand):
                return self.value(operand) is None
            case Case(branches, otherwise):
                chosen = (then for when, then in branches if self.value(when) is True)
                return self.value(next(chosen, otherwise))
            case Coalesce(operands):
                return next((v for v in map(self.value, operands) if v is not None), None)

    def number(self, node: Expression) -> Fraction | None:
        """The value of an expression that is a number."""
        value = self.value(node)
        if value is None or isinstance(value, Fraction):
            return value
        raise TypeError(f"not a number: {value!r}")

    def truth(self, node: Expression) -> bool | None:
        """The value of an expression that is a truth value."""
        value = self.value(node)
        if value is None or isinstance(value, bool):
            return value
        raise TypeError(f"not a truth value: {value!r}")

    def _column(self, name: str) -> Value:
        if name not in self._formulas:
            return self._row.get(name)
        if name not in self._derived:
            self._derived[name] = self.value(self._formulas[name])
        return self._derived[name]

    def _arithmetic(self, node: Arithmetic) -> Fraction | None:
        left, right = self.number(node.left), self.number(node.right)
        if left is None or right is None:
            return None
        match node.operator:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "/":
                return left / right if right else None

    def _comparison(self, node: Comparison) -> bool | None:
        left, right = self.value(node.left), self.value(node.right)
        if left is None or right is None:
            return None
        if node.operator == "=":
            return left == right
        if node.operator == "<>":
            return left != right
        assert isinstance(left, Fraction)
        assert isinstance(right, Fraction)
        return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[node.operator]

    def _logic(self, node: Logic) -> bool | None:
        decisive = node.operator == "or"
        sides = (self.truth(node.left), self.truth(node.right))
        if decisive in sides:
            return decisive
        return None if None in sides else not decisive

    def missing(self, node: Expression) -> tuple[str, ...]:
        """The given columns that must be filled for the value to be known, in order, each once."""
        if self.value(node) is not None:
            return ()
        return tuple(dict.fromkeys(self._missing(node)))

    def _missing(self, node: Expression) -> list[str]:
        if self.value(node) is not None:
            return []
        match node:
            case Column(name):
                return self._missing(self._formulas[name]) if name in self._formulas else [name]
            case Coalesce(operands):
                settled = [self._missing(then) for then in map(self._settled, operands[1:]) if then]
                return next(filter(None, settled), []) or self._missing(operands[0])
            case Case(branches, otherwise):
                open_ = [name for when, _ in branches for name in self._missing(when)]
                chosen = next((then for when, then in branches if self.value(when) is True), otherwise)
                return open_ or self._missing(chosen)
            case _:
                return [name for child in children(node) for name in self._missing(child)]

    def _settled(self, node: Expression) -> Expression | None:
        """The branch of a fallback that is known to apply: a primary school lacks its total, not its part."""
        branches = node.branches if isinstance(node, Case) else ()
        return next((then for when, then in branches if self.value(when) is True), None)

    def bounds(self, node: Expression) -> Bounds:
        """Between what a number must lie, whatever the missing columns turn out to be.

        Numbers of a return are never negative; a column may also carry an `at_most`.
        """
        value = self.value(node)
        if isinstance(value, Fraction):
            return Bounds(value, value)
        match node:
            case Column(name):
                return self._column_bounds(name)
            case Arithmetic():
                return _combined(node.operator, self.bounds(node.left), self.bounds(node.right))
            case Coalesce(operands):
                return self.bounds(operands[0])
            case Case(branches, otherwise):
                open_ = [then for when, then in branches if self._lasting(when) is not False]
                return _hull([self.bounds(part) for part in (*open_, otherwise) if part != Literal_(None)])
            case _:
                return ANYTHING

    def _lasting(self, node: Expression) -> bool | None:
        """A truth that stays so when what is missing is filled in: that a value is missing does not."""
        match node:
            case IsNull(operand):
                return None if self.value(operand) is None else False
            case Not(operand):
                known = self._lasting(operand)
                return None if known is None else not known
            case Logic(operator, left, right):
                decisive, sides = operator == "or", (self._lasting(left), self._lasting(right))
                return decisive if decisive in sides else None if None in sides else not decisive
            case _:
                return self.truth(node)

    def _column_bounds(self, name: str) -> Bounds:
        if name in self._formulas:
            return self.bounds(self._formulas[name])
        limit = self._fact.columns[name].at_most
        return Bounds(Fraction(0), self.bounds(limit).high if limit is not None else None)


def _hull(bounds: list[Bounds]) -> Bounds:
    lows, highs = [b.low for b in bounds], [b.high for b in bounds]
    known_lows = [low for low in lows if low is not None]
    known_highs = [high for high in highs if high is not None]
    return Bounds(
        min(known_lows) if known_lows and len(known_lows) == len(lows) else None,
        max(known_highs) if known_highs and len(known_highs) == len(highs) else None,
    )


def _combined(operator: str, left: Bounds, right: Bounds) -> Bounds:
    match operator:
        case "+":
            return Bounds(_plus(left.low, right.low), _plus(left.high, right.high))
        case "-":
            return Bounds(_minus(left.low, right.high), _minus(left.high, right.low))
        case "*":
            return _product(left, right)
        case _:
            return _quotient(left, right)


def _plus(a: Fraction | None, b: Fraction | None) -> Fraction | None:
    return None if a is None or b is None else a + b


def _minus(a: Fraction | None, b: Fraction | None) -> Fraction | None:
    return None if a is None or b is None else a - b


def _product(left: Bounds, right: Bounds) -> Bounds:
    """Both sides non-negative, as amounts are; otherwise nothing is claimed."""
    if left.low is None or right.low is None or left.low < 0 or right.low < 0:
        return ANYTHING
    if 0 in (left.high, right.high):
        return Bounds(Fraction(0), Fraction(0))
    high = None if left.high is None or right.high is None else left.high * right.high
    return Bounds(left.low * right.low, high)


def _quotient(left: Bounds, right: Bounds) -> Bounds:
    if left.low is None or right.low is None or left.low < 0 or right.low < 0:
        return ANYTHING
    low = left.low / right.high if right.high else Fraction(0)
    high = left.high / right.low if left.high is not None and right.low else None
    return Bounds(low, high)
