"""An expression as it applied to one row, in words: the branch taken, the columns by their titles."""

from __future__ import annotations

from meihao.base.exact import decimal_text
from meihao.base.text import Lang
from meihao.figures.interpreter import Interpreter
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
    strength,
)
from meihao.policy.kinds import Fact

_SIGNS = {
    "+": "＋",
    "-": "−",
    "*": "×",
    "/": "÷",
    "=": "＝",
    "<>": "≠",
    "<": "＜",
    "<=": "≤",
    ">": "＞",
    ">=": "≥",
}
_LOGIC = {("and", "zh"): "且", ("or", "zh"): "或", ("and", "en"): "and", ("or", "en"): "or"}


def applied(node: Expression, reader: Interpreter) -> Expression:
    """The part of an expression that gave its value: the branch taken, the first operand known."""
    match node:
        case Case(branches, otherwise):
            chosen = (then for when, then in branches if reader.value(when) is True)
            return applied(next(chosen, otherwise), reader)
        case Coalesce(operands):
            known = (operand for operand in operands if reader.value(operand) is not None)
            return applied(next(known, operands[0]), reader)
        case Arithmetic(operator, left, right):
            return Arithmetic(operator, applied(left, reader), applied(right, reader))
        case _:
            return node


def deciding(node: Expression, reader: Interpreter) -> tuple[Expression, ...]:
    """The conditions that led to the part that gave a value: what a bare 0 or 1 rests on."""
    match node:
        case Case(branches, otherwise):
            asked: list[Expression] = []
            for when, then in branches:
                asked.append(when)
                if reader.value(when) is True:
                    return (*asked, *deciding(then, reader))
            return (*asked, *deciding(otherwise, reader))
        case Coalesce(operands):
            known = (operand for operand in operands if reader.value(operand) is not None)
            return deciding(next(known, operands[0]), reader)
        case Arithmetic():
            return (*deciding(node.left, reader), *deciding(node.right, reader))
        case _:
            return ()


def in_words(node: Expression, fact: Fact, lang: Lang) -> str:
    """An expression with titles for columns and the signs of print."""
    match node:
        case Column(name):
            return fact.titled(name).said(lang)
        case Literal_(value):
            return _literal(value, lang)
        case Arithmetic() | Comparison():
            return f"{_operand(node, node.left, fact, lang)} {_SIGNS[node.operator]} " + _operand(
                node, node.right, fact, lang, right=True
            )
        case Logic():
            word = _LOGIC[node.operator, lang]
            return f"{_operand(node, node.left, fact, lang)} {word} {_operand(node, node.right, fact, lang)}"
        case Not(operand):
            return ("非 " if lang == "zh" else "not ") + _operand(node, operand, fact, lang)
        case IsNull(operand):
            return in_words(operand, fact, lang) + (" 未填" if lang == "zh" else " is not filled")
        case Case() | Coalesce():
            return " / ".join(in_words(child, fact, lang) for child in children(node))


def _literal(value: object, lang: Lang) -> str:
    if isinstance(value, bool):
        return {"zh": "是" if value else "否", "en": "yes" if value else "no"}[lang]
    if value is None:
        return "—"
    return f"「{value}」" if isinstance(value, str) else decimal_text(value)  # type: ignore[arg-type]


def _operand(parent: Expression, child: Expression, fact: Fact, lang: Lang, right: bool = False) -> str:
    text = in_words(child, fact, lang)
    weaker = strength(child) < strength(parent) or (right and strength(child) == strength(parent))
    opening, closing = ("（", "）") if lang == "zh" else ("(", ")")
    return f"{opening}{text}{closing}" if weaker else text


def columns_read(node: Expression) -> list[str]:
    """The columns an expression names, each once, in the order they are read."""
    if isinstance(node, Column):
        return [node.name]
    return list(dict.fromkeys(name for child in children(node) for name in columns_read(child)))
