"""政策推演: the same rows under draft policies, and only what turns.

Nothing is estimated: the draft is read as strictly as any policy, and the snapshot is evaluated again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from meihao.figures.comparing import Turn, turns
from meihao.figures.engines import Engine
from meihao.figures.judging import evaluate
from meihao.figures.plan import make_plan
from meihao.figures.result import Evaluation
from meihao.figures.snapshot import Snapshot
from meihao.policy.rulebook import Rulebook


@dataclass(frozen=True)
class WhatIf:
    """Results under the rules in force and under a draft; `policies` are the versions that differ."""

    present: Evaluation
    then: Evaluation
    policies: tuple[str, ...]
    turns: tuple[Turn, ...]


def what_if(
    snapshot: Snapshot, standard: str, on: date, rules: Rulebook, draft: Rulebook, engine: Engine
) -> WhatIf:
    """A standard on one snapshot under two rulebooks, as of one day. Raises `Refused` for a bad draft."""
    plans = [make_plan(rulebook, standard, on, snapshot.place) for rulebook in (rules, draft)]
    present, then = (evaluate(snapshot, plan, engine) for plan in plans)
    old, new = (plan.versions for plan in plans)
    differing = sorted(v for v in {*old, *new} if old.get(v) != new.get(v))
    return WhatIf(present, then, tuple(differing), tuple(turns(present, then)))
