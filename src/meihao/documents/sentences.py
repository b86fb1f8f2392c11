"""What is found of a clause, in words: the official sentence with its blanks filled, or ours."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from meihao.base.exact import decimal_text
from meihao.figures.clauses import Answer, ClauseResult, ClauseState
from meihao.figures.plan import Basis
from meihao.figures.result import Evaluation
from meihao.policy.kinds.clauses import PLACEHOLDER

BLANK = "＿＿"  # as the form prints it


def finding(result: ClauseResult, evaluation: Evaluation) -> str:
    """The form's sentence with what is known in its blanks, then what a person found, in Chinese."""
    clause = result.clause
    sentence = PLACEHOLDER.sub(lambda blank: _blank(blank[1], result, evaluation), clause.finding or "")
    told = list(_told(result)) if not sentence else [sentence, *_declared(result)]
    return "；".join(part.rstrip("；。") for part in told if part)


def verdict(result: ClauseResult, relaxed: ClauseResult | None) -> str:
    """达标, 未达标, 未决, …; with what it would be under the relaxation, and where the place asks more."""
    words = result.state.words.zh
    if relaxed is not None and any(answer.test.relaxed for answer in result.answers):
        words += f"（放宽：{relaxed.state.words.zh}）"
    if result.local is not None:
        words += f"（地方要求：{result.local.words.zh}）"
    return words


def against(evaluation: Evaluation, result: ClauseResult) -> str:
    """The verdict of a clause beside its verdict with relaxation."""
    return verdict(result, evaluation.block(result.clause.block, Basis.RELAXED).clause(result.clause.id))


def _blank(name: str, result: ClauseResult, evaluation: Evaluation) -> str:
    clause = result.clause
    if name in clause.totals:
        return evaluation.total(clause.id, name).printed or BLANK
    answer = result.answer(name)
    if answer is not None:
        return answer.printed or BLANK
    fact = evaluation.plan.facts[clause.fact or evaluation.plan.fact.key]
    rows = list(evaluation.snapshot.table(fact).rows.values())
    value = rows[0].get(name) if len(rows) == 1 else None
    if value is None:
        return BLANK
    return decimal_text(value) if isinstance(value, Fraction) else str(value)


def _told(result: ClauseResult) -> Iterator[str]:
    """Without an official sentence: each computed value with its counts, and each finding."""
    for answer in result.answers:
        if answer.test.declared is None:
            yield f"{answer.test.title.zh}{_value(answer)}"
    yield from _declared(result)


def _value(answer: Answer) -> str:
    unit = answer.test.unit.zh if answer.test.unit else ""
    if answer.printed is None or answer.numerator is None:
        return BLANK
    if answer.denominator is None:
        return f"{answer.printed}{unit}"
    counts = f"{answer.numerator.printed} / {answer.denominator.printed} {answer.denominator.sum.total.unit}"
    return f"{answer.printed}{unit}（{counts}）"


def _declared(result: ClauseResult) -> Iterator[str]:
    """What was found of each declared matter; equal findings of one clause are told once."""
    told: dict[str, list[str]] = {}
    for answer in result.answers:
        if answer.test.declared is None:
            continue
        said = answer.declaration.finding if answer.declaration else None
        open_ = answer.state is ClauseState.UNDECIDED
        told.setdefault("未认定" if open_ else said or answer.state.words.zh, []).append(answer.test.title.zh)
    for said, titles in told.items():
        yield f"{'、'.join(titles)}：{said}"
