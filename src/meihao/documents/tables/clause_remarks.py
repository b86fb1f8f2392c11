"""What the sheet 「说明」 says of clauses: what a relaxation changes, and what is open and why."""

from __future__ import annotations

from collections.abc import Iterator

from meihao.figures.clauses import Answer, ClauseState
from meihao.figures.plan import Basis, Plan
from meihao.figures.result import BlockResult, Evaluation


def relaxed_clauses(evaluation: Evaluation, block: str) -> Iterator[str]:
    """Each relaxation of a clause, without and with it."""
    beside = evaluation.block(block, Basis.RELAXED)
    for result in evaluation.block(block).clauses:
        other = beside.clause(result.clause.id)
        for answer in result.answers:
            if answer.test.relaxed is None or other is None:
                continue
            with_it = other.answer(answer.test.id)
            yield (
                f"{result.clause.short.zh}（{answer.test.title.zh}）：{answer.test.relaxed.title.zh}。"
                f"不放宽 {_told(answer)}，放宽 {_told(with_it) if with_it else '—'}。"
            )


def _told(answer: Answer) -> str:
    unit = answer.test.unit.zh if answer.test.unit else ""
    value = f"{answer.printed}{unit}" if answer.printed else "…"
    return f"{value}（{answer.state.words.zh}）"


def open_clauses(block: BlockResult, plan: Plan) -> Iterator[str]:
    """Every test that is undecided or has no limit, and what it wants."""
    for result in block.clauses:
        for answer in result.answers:
            if answer.state is ClauseState.UNDECIDED:
                yield f"{result.clause.short.zh}　{answer.test.title.zh}：{why_open(answer, plan)}。"
            elif answer.state is ClauseState.NOT_SET and answer.test.counts:
                yield f"{result.clause.short.zh}　{answer.test.title.zh}：所据文件没有给出限值，未规定。"


def why_open(answer: Answer, plan: Plan) -> str:
    """What has to be filled, found or given for an undecided test, in Chinese."""
    if answer.test.source == "declared":
        return "没有认定"
    wanted: dict[str, None] = {}
    rows = 0
    for amount in (answer.numerator, answer.denominator):
        if amount is not None:
            rows = max(rows, len(amount.open))
            wanted |= dict.fromkeys(_field(column, amount.sum.fact, plan) for column in amount.missing)
    if not wanted:
        return "有文件未收，或分母为 0"
    at = f"（{rows} 行）" if rows > 1 else ""
    given = "国家尚未给出" if answer.test.national else "缺"
    return f"{given}{'、'.join(wanted)}{at}"


def _field(column: str, fact: str, plan: Plan) -> str:
    form = plan.carrier(column, fact)
    return f"「{plan.titled(column, fact).zh}」" + (f"（{form.title.zh}）" if form else "")
