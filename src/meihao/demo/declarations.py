"""What the invented bureau declares: a finding for each matter that no return can compute.

Left open on purpose: one finding (综合实践活动) nobody has made yet. Everything is 虚构.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from meihao.demo.schools import Row
from meihao.figures.clauses import declaration_code
from meihao.figures.plan import Plan
from meihao.policy.kinds import Clause

OPEN = "compulsory-balance.q7.practice"
_OFFICES = {"government": "财务与规划科负责人（虚构）", "quality": "基础教育科负责人（虚构）"}
_OFFICE = "督导室负责人（虚构）"
_DECLARED_BEFORE = timedelta(days=18)


def declarations(plan: Plan, on: date) -> list[Row]:
    """One row for each matter of a standard, in its order."""
    return [row for block in plan.standard.blocks for row in _rows(plan, block, on)]


def _rows(plan: Plan, block: str, on: date) -> Iterator[Row]:
    for clause in plan.clauses_of(block):
        for test in clause.tests:
            if test.declared is None:
                continue
            code = declaration_code(clause, test)
            row: Row = {"code": code, "matter": test.title.zh}
            if code != OPEN:
                row |= _found(clause, block, test.declared.expects, on)
            yield row


def _found(clause: Clause, block: str, holds: bool, on: date) -> Row:
    return {
        "holds": holds,
        "finding": "经核查，做到（虚构）" if holds else "经核查，不存在（虚构）",
        "evidence": "；".join(f"{name}（虚构）" for name in clause.evidence) or "核查记录（虚构）",
        "declared_by": _OFFICES.get(block, _OFFICE),
        "declared_on": (on - _DECLARED_BEFORE).isoformat(),
    }
