"""A local rule may ask for more than the one above it, never for less."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from meihao.base.divisions import NATION, lineage
from meihao.base.exact import decimal_text
from meihao.base.stages import Stage
from meihao.base.text import Refused, Text
from meihao.policy.kinds import Clause, Indicator, Limit, Refinement
from meihao.policy.rulebook import Rulebook


def looser(policy: Indicator, rulebook: Rulebook, on: date) -> Iterator[tuple[Stage, Text]]:
    """The stages at which a local indicator asks for less than the nearest one above it."""
    code, subject = policy.key.split("/", 1)
    if code == NATION or policy.judged_in is None:
        return
    try:
        wider = rulebook.get(Indicator, f"{NATION}/{subject}", on, lineage(code)[1])
    except Refused:
        return  # nothing above it to be looser than
    limits = (wider.judged_in and wider.judged_in.at_least) or {}
    own = policy.judged_in.at_least or {}
    for stage, wanted in limits.items():
        limit = own.get(stage, Fraction(0))  # a threshold taken away is the loosest there is
        if limit < wanted:
            told = (decimal_text(limit), decimal_text(wanted))
            zh = f"{policy.key} 的{stage.words.zh}界限 {told[0]} 低于 {wider.key} 的 {told[1]}："
            en = f"{policy.key}, {stage.words.en}: {told[0]} is looser than the {told[1]} of {wider.key}; "
            yield stage, Text(f"{zh}地方可以更严，不能更松。", f"{en}a local rule may only be stricter.")


def looser_limits(
    policy: Refinement, clauses: Mapping[str, Clause]
) -> Iterator[tuple[tuple[str, str], Text]]:
    """The tests at which a refinement names nothing there is, or asks for less than the standard."""
    for clause_id, tests in policy.limits.items():
        for test_id, limit in tests.items():
            clause = clauses.get(clause_id)
            test = clause.test(test_id) if clause else None
            at = (clause_id, test_id)
            if test is None or test.declared is not None:
                zh = f"{policy.key}：{policy.refines} 没有可加严的 {clause_id}.{test_id}。"
                yield at, Text(zh, f"{policy.key}: {policy.refines} has no limit {clause_id}.{test_id}.")
            elif test.must is not None and not _stricter(limit, test.must):
                zh = f"{policy.key} 的 {clause_id}.{test_id} 比 {policy.refines} 宽，或方向不同："
                en = f"{policy.key}: {clause_id}.{test_id} is looser than {policy.refines}, or turned round; "
                yield at, Text(f"{zh}地方可以更严，不能更松。", f"{en}a local rule may only be stricter.")


def _stricter(local: Limit, wider: Limit) -> bool:
    """At least as strict, under the same operator."""
    pairs = [(local.at_least, wider.at_least, 1), (local.more_than, wider.more_than, 1)]
    pairs += [(local.at_most, wider.at_most, -1), (local.below, wider.below, -1)]
    return any(
        mine is not None and theirs is not None and mine * sign >= theirs * sign
        for mine, theirs, sign in pairs
    )
