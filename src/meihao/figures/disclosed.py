"""Worked examples of disclosure policies, run; and how a share that may be told is told."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from meihao.base.exact import half_up
from meihao.methods.disclosure import protected
from meihao.methods.disclosure_lp import audit
from meihao.methods.disclosure_rules import Share, Sum, Table, primary, share
from meihao.policy.kinds import CountExample, Disclosure, ShareExample

PLACES = 1


def differences_of(policy: Disclosure) -> Iterator[str]:
    """Where an example of the policy does not come to what it says."""
    for example in policy.examples:
        found = _count(policy, example) if isinstance(example, CountExample) else _share(policy, example)
        wanted = sorted(example.hidden) if isinstance(example, CountExample) else example.told
        if found != wanted:
            yield f"{example.says.zh}: {wanted} expected, {found} found"


def _count(policy: Disclosure, example: CountExample) -> list[str] | str:
    counts = policy.sensitive.counts if example.sensitive and policy.sensitive else policy.counts
    if counts is None:
        return "no rule"
    table = Table(example.cells, tuple(Sum(total, parts) for total, parts in example.sums.items()))
    hidden, ledger = protected(table, primary(table, counts.rule), counts.rule)
    return sorted(hidden) if audit(ledger).passes else "not safe"


def _share(policy: Disclosure, example: ShareExample) -> str | None:
    rule = policy.shares
    return told(share(example.numerator, example.denominator, rule.rule)) if rule is not None else "no rule"


def told(found: Share) -> str | None:
    """A share in per cent: `12.5` exactly, `≤20`, `≥80` or `20–80` by its band; None where it is hidden."""
    if found.low is None or found.high is None:
        return None
    if found.low == found.high:
        return _printed(found.low)
    if found.low == 0:
        return f"≤{_printed(found.high)}"
    return f"≥{_printed(found.low)}" if found.high == 100 else f"{_printed(found.low)}–{_printed(found.high)}"


def _printed(value: Fraction) -> str:
    return f"{value}" if value.denominator == 1 else f"{half_up(value, PLACES):f}"
