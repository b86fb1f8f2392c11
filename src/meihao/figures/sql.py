"""Expressions as SQL, exactly: every number is a whole number over a whole number.

Databases divide into binary floats, and quietly drop decimals where two widths of decimal meet. So
nothing here is a float or a decimal: a value is over ÷ (under · 10^scale), with `over` and `under`
huge integers that a database adds and multiplies exactly, or says that they overflow, and `scale`
known when the SQL is written. `a / b` becomes a pair; the one division is done in rationals after
the rows have come back. `over` is null wherever the value is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from sqlglot import exp

from meihao.base.exact import decimal_text
from meihao.policy.expressions import (
    Arithmetic,
    BadExpression,
    Case,
    Coalesce,
    Column,
    Comparison,
    Expression,
    IsNull,
    Literal_,
    Logic,
    Not,
    written,
)


@dataclass(frozen=True, slots=True)
class Pair:
    """over ÷ (under · 10^scale); without `under` it is 1. Texts and truths are `over` alone."""

    over: exp.Expression
    under: exp.Expression | None = None
    scale: int = 0

    def at(self, scale: int) -> exp.Expression:
        """`over` as it is at a greater scale."""
        return _times(self.over, _ten(scale - self.scale))

    @property
    def whole_under(self) -> exp.Expression:
        """under · 10^scale, what `over` is to be divided by."""
        return _times(_ten(self.scale) or _integer(1), self.under)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a column when the SQL is written: its scale, and whether it has an `under`."""

    scale: int = 0
    divided: bool = False


_COMPARE: dict[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "<>": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}


def translated(node: Expression, columns: Mapping[str, Known]) -> Pair:
    """An expression over columns that are whole numbers at their scale. Raises `BadExpression`."""
    match node:
        case Literal_(value):
            return _literal(value)
        case Column(name):
            known = columns.get(name, Known())
            return Pair(exp.column(name), exp.column(under(name)) if known.divided else None, known.scale)
        case Arithmetic():
            return _arithmetic(node.operator, translated(node.left, columns), translated(node.right, columns))
        case Comparison():
            return _comparison(node, translated(node.left, columns), translated(node.right, columns))
        case Logic():
            kind = exp.And if node.operator == "and" else exp.Or
            left, right = translated(node.left, columns).over, translated(node.right, columns).over
            return Pair(exp.paren(kind(this=left, expression=right)))
        case Not(operand):
            return Pair(exp.Not(this=exp.paren(translated(operand, columns).over)))
        case IsNull(operand):
            return Pair(_is_null(translated(operand, columns).over))
        case Case(branches, otherwise):
            whens = [translated(when, columns).over for when, _ in branches]
            thens = [translated(then, columns) for _, then in branches]
            return _chosen(whens, thens, translated(otherwise, columns))
        case Coalesce(operands):
            parts = [translated(operand, columns) for operand in operands]
            known_ones = [exp.Not(this=_is_null(part.over.copy())) for part in parts]
            return _chosen(list(known_ones), parts, Pair(exp.null()))


def under(name: str) -> str:
    """The column that holds what a derived column is to be divided by."""
    return f"{name}__under"


def whole(name: str, scale: int) -> exp.Expression:
    """A decimal column as a whole number at its scale."""
    wide = exp.cast(exp.column(name), f"DECIMAL(38,{scale})")
    return exp.cast(_times(wide, _ten(scale)), "HUGEINT")


def _integer(value: int) -> exp.Expression:
    return exp.cast(exp.Literal.number(str(value)), "HUGEINT")


def _ten(power: int) -> exp.Expression | None:
    return _integer(10**power) if power else None


def _literal(value: object) -> Pair:
    if value is None:
        return Pair(exp.null())
    if isinstance(value, bool):
        return Pair(exp.true() if value else exp.false())
    if isinstance(value, str):
        return Pair(exp.Literal.string(value))
    assert isinstance(value, Fraction)
    scale = len(decimal_text(value).partition(".")[2])
    return Pair(_integer(int(value * 10**scale)), None, scale)


def _is_null(tree: exp.Expression) -> exp.Expression:
    return exp.paren(exp.Is(this=exp.paren(tree), expression=exp.null()))


def _times(left: exp.Expression, right: exp.Expression | None) -> exp.Expression:
    if right is None:
        return left.copy()
    return exp.Mul(this=exp.paren(left.copy()), expression=exp.paren(right.copy()))


def _arithmetic(operator: str, left: Pair, right: Pair) -> Pair:
    if operator == "/":
        nonzero = exp.NEQ(this=exp.paren(right.over.copy()), expression=_integer(0))
        over = exp.Case(ifs=[exp.If(this=nonzero, true=_times(left.over, right.whole_under))])
        return Pair(over, _times(right.over, left.whole_under))
    below = _times(left.under, right.under) if left.under is not None else right.under
    if operator == "*":
        return Pair(_times(left.over, right.over), below, left.scale + right.scale)
    scale = max(left.scale, right.scale)
    kind = exp.Add if operator == "+" else exp.Sub
    a, b = _times(left.at(scale), right.under), _times(right.at(scale), left.under)
    return Pair(exp.paren(kind(this=a, expression=b)), below, scale)


def _comparison(node: Comparison, left: Pair, right: Pair) -> Pair:
    if left.under is not None or right.under is not None:
        raise BadExpression(f"compare undivided numbers: {written(node)}")
    scale = max(left.scale, right.scale)
    return Pair(exp.paren(_COMPARE[node.operator](this=left.at(scale), expression=right.at(scale))))


def _chosen(whens: list[exp.Expression], thens: list[Pair], otherwise: Pair) -> Pair:
    scale = max(part.scale for part in (*thens, otherwise))
    over = _case(whens, [then.at(scale) for then in thens], otherwise.at(scale))
    if all(part.under is None for part in (*thens, otherwise)):
        return Pair(over, None, scale)
    unders = [part.under if part.under is not None else _integer(1) for part in (*thens, otherwise)]
    return Pair(over, _case(whens, unders[:-1], unders[-1]), scale)


def _case(
    whens: list[exp.Expression], thens: list[exp.Expression], default: exp.Expression
) -> exp.Expression:
    ifs = [exp.If(this=w.copy(), true=t.copy()) for w, t in zip(whens, thens, strict=True)]
    return exp.Case(ifs=ifs, default=default.copy())
