"""The expression vocabulary of policy files: what may be written, and what it means.

    columns     a name of a column of the fact, or of one derived in it
    literals    12, 1.1 (exact decimals), '小学', true, false, null
    numbers     + - * /           exact; division by zero is null
    compare     = <> < <= > >=    in ('a', 'b')    is null    is not null
    logic       and or not        three-valued: null is "not known"
    choose      case when … then … else … end      coalesce(a, b, …)

Nothing else is accepted. sqlglot parses the text; its tree is rebuilt here out of nine small node
types, so that every engine translates the same few nodes (`docs/reference/expressions.md`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from meihao.base.exact import decimal_text

Kind: TypeAlias = Literal["number", "text", "bool", "null"]


@dataclass(frozen=True, slots=True)
class Literal_:  # noqa: N801  (typing.Literal is taken)
    """A number, text, truth value or null written in the file."""

    value: Fraction | str | bool | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the fact, given or derived."""

    name: str


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """left (+ − × ÷) right."""

    operator: Literal["+", "-", "*", "/"]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Comparison:
    """left (= <> < <= > >=) right."""

    operator: Literal["=", "<>", "<", "<=", ">", ">="]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Logic:
    """left and/or right, three-valued."""

    operator: Literal["and", "or"]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Not:
    """not operand, three-valued."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class IsNull:
    """operand is null: always known."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Case:
    """The value of the first branch whose condition is true; without one, `otherwise`."""

    branches: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Coalesce:
    """The first operand that is not null."""

    operands: tuple[Expression, ...]


Expression: TypeAlias = Literal_ | Column | Arithmetic | Comparison | Logic | Not | IsNull | Case | Coalesce


class BadExpression(ValueError):  # noqa: N818  (a refusal of text, told as one)
    """A text outside the vocabulary, or one whose types do not fit."""


_ARITHMETIC: dict[type[exp.Expr], Literal["+", "-", "*", "/"]] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
}
_COMPARISON: dict[type[exp.Expr], Literal["=", "<>", "<", "<=", ">", ">="]] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}


def parse(text: str) -> Expression:
    """The expression a policy file wrote. Raises `BadExpression` for anything outside the vocabulary."""
    try:
        trees = sqlglot.parse(text, dialect="duckdb")
    except SqlglotError as error:
        raise BadExpression(f"cannot be read: {text!r} ({str(error).splitlines()[0]})") from None
    if len(trees) != 1 or trees[0] is None:
        raise BadExpression(f"one expression is wanted: {text!r}")
    return _build(trees[0])


def _build(tree: exp.Expr) -> Expression:
    """One node of sqlglot's tree as one of ours; what has no counterpart is refused."""
    kind = type(tree)
    if kind in _ARITHMETIC:
        return Arithmetic(_ARITHMETIC[kind], _build(tree.this), _build(tree.expression))
    if kind in _COMPARISON:
        return Comparison(_COMPARISON[kind], _build(tree.this), _build(tree.expression))
    if isinstance(tree, (exp.And, exp.Or)):
        word: Literal["and", "or"] = "and" if isinstance(tree, exp.And) else "or"
        return Logic(word, _build(tree.this), _build(tree.expression))
    if isinstance(tree, exp.Paren):
        return _build(tree.this)
    if isinstance(tree, exp.Not):
        return Not(_build(tree.this))
    return _build_leaf(tree)


def _build_leaf(tree: exp.Expr) -> Expression:
    if isinstance(tree, exp.Column) and isinstance(tree.this, exp.Identifier) and len(tree.parts) == 1:
        return Column(tree.name)
    if isinstance(tree, exp.Literal):
        return Literal_(str(tree.this) if tree.is_string else _number(str(tree.this)))
    if isinstance(tree, exp.Boolean):
        return Literal_(bool(tree.this))
    if isinstance(tree, exp.Null):
        return Literal_(None)
    if isinstance(tree, exp.Neg):
        return Arithmetic("-", Literal_(Fraction(0)), _build(tree.this))
    return _build_choice(tree)


def _build_choice(tree: exp.Expr) -> Expression:
    if isinstance(tree, exp.In) and tree.expressions and not tree.args.get("query"):
        return _any_of(_build(tree.this), tuple(_build(option) for option in tree.expressions))
    if isinstance(tree, exp.Is) and isinstance(tree.expression, exp.Null):
        return IsNull(_build(tree.this))
    if isinstance(tree, exp.Case) and tree.this is None:
        branches = tuple((_build(branch.this), _build(branch.args["true"])) for branch in tree.args["ifs"])
        default = tree.args.get("default")
        return Case(branches, Literal_(None) if default is None else _build(default))
    if isinstance(tree, exp.Coalesce):
        return Coalesce((_build(tree.this), *(_build(item) for item in tree.expressions)))
    raise BadExpression(f"outside the vocabulary: {tree.sql()!r} ({type(tree).__name__})")


def _number(digits: str) -> Fraction:
    if not digits.replace(".", "", 1).isdigit():
        raise BadExpression(f"write a plain decimal, without an exponent: {digits!r}")
    return Fraction(Decimal(digits))


def _any_of(subject: Expression, options: tuple[Expression, ...]) -> Expression:
    """`x in (a, b)` is `x = a or x = b`: one meaning, also for null."""
    tests: list[Expression] = [Comparison("=", subject, option) for option in options]
    whole = tests[0]
    for test in tests[1:]:
        whole = Logic("or", whole, test)
    return whole


def children(node: Expression) -> tuple[Expression, ...]:
    """The operands of a node, in the order they are written."""
    match node:
        case Literal_() | Column():
            return ()
        case Arithmetic() | Comparison() | Logic():
            return (node.left, node.right)
        case Not() | IsNull():
            return (node.operand,)
        case Case():
            return (*(part for branch in node.branches for part in branch), node.otherwise)
        case Coalesce():
            return node.operands


def columns_of(node: Expression) -> Iterator[str]:
    """Names of the columns an expression reads, repeated as often as it reads them."""
    if isinstance(node, Column):
        yield node.name
    for child in children(node):
        yield from columns_of(child)


def kind_of(node: Expression, columns: Mapping[str, Kind]) -> Kind:
    """The type of an expression over typed columns. Raises `BadExpression` where types do not fit."""
    match node:
        case Literal_(value):
            return _literal_kind(value)
        case Column(name):
            if name not in columns:
                raise BadExpression(f"no such column: {name}")
            return columns[name]
        case Arithmetic():
            _all_of("number", node, columns)
            return "number"
        case Comparison():
            _comparable(node, columns)
            return "bool"
        case Logic() | Not():
            _all_of("bool", node, columns)
            return "bool"
        case IsNull():
            kind_of(node.operand, columns)
            return "bool"
        case Case():
            for condition, _ in node.branches:
                _want("bool", condition, columns)
            return _one_kind((*(value for _, value in node.branches), node.otherwise), columns)
        case Coalesce():
            return _one_kind(node.operands, columns)


def _literal_kind(value: Fraction | str | bool | None) -> Kind:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool"
    return "text" if isinstance(value, str) else "number"


def _want(kind: Kind, node: Expression, columns: Mapping[str, Kind]) -> None:
    found = kind_of(node, columns)
    if found not in (kind, "null"):
        raise BadExpression(f"{kind} wanted, {found} found: {written(node)}")


def _all_of(kind: Kind, node: Expression, columns: Mapping[str, Kind]) -> None:
    for child in children(node):
        _want(kind, child, columns)


def _comparable(node: Comparison, columns: Mapping[str, Kind]) -> None:
    kind = _one_kind((node.left, node.right), columns)
    if kind != "number" and node.operator not in ("=", "<>"):
        raise BadExpression(f"only numbers have an order: {written(node)}")
    if any(divides(side, {}) for side in (node.left, node.right)):
        # a/b < c/d turns round with the sign of b·d; write a*d < c*b and it has one meaning everywhere
        raise BadExpression(f"compare undivided numbers: {written(node)}")


def _one_kind(nodes: tuple[Expression, ...], columns: Mapping[str, Kind]) -> Kind:
    kinds = {kind_of(node, columns) for node in nodes} - {"null"}
    if len(kinds) > 1:
        raise BadExpression(f"types do not fit: {', '.join(written(node) for node in nodes)}")
    return kinds.pop() if kinds else "null"


def divides(node: Expression, derived: Mapping[str, Expression]) -> bool:
    """Whether an expression divides, itself or through a derived column it reads."""
    if isinstance(node, Arithmetic) and node.operator == "/":
        return True
    if isinstance(node, Column) and node.name in derived:
        return divides(derived[node.name], derived)
    return any(divides(child, derived) for child in children(node))


def written(node: Expression) -> str:
    """The expression in the vocabulary again, with the brackets it needs and no others."""
    match node:
        case Literal_(value):
            return _literal_written(value)
        case Column(name):
            return name
        case Arithmetic() | Comparison() | Logic():
            return f"{_operand(node, node.left)} {node.operator} {_operand(node, node.right, True)}"
        case Not(operand):
            return f"not {_operand(node, operand)}"
        case IsNull(operand):
            return f"{_operand(node, operand)} is null"
        case Case(branches, otherwise):
            parts = " ".join(f"when {written(when)} then {written(then)}" for when, then in branches)
            rest = "" if otherwise == Literal_(None) else f" else {written(otherwise)}"
            return f"case {parts}{rest} end"
        case Coalesce(operands):
            return f"coalesce({', '.join(written(operand) for operand in operands)})"


def _literal_written(value: Fraction | str | bool | None) -> str:
    if value is None or isinstance(value, bool):
        return str(value).lower() if value is not None else "null"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return decimal_text(value)


_STRENGTH = {
    "or": 1,
    "and": 2,
    "=": 4,
    "<>": 4,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
}


def strength(node: Expression) -> int:
    """How tightly a node binds: a weaker operand needs brackets."""
    match node:
        case Arithmetic() | Comparison() | Logic():
            return _STRENGTH[node.operator]
        case Not():
            return 3
        case IsNull():
            return 4
        case _:
            return 9


def _operand(parent: Expression, child: Expression, right: bool = False) -> str:
    text = written(child)
    weaker = strength(child) < strength(parent) or (right and strength(child) == strength(parent))
    return f"({text})" if weaker else text
