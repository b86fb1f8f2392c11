"""Standards evaluated on a snapshot, kept in the process: the fast engine for pages, the plain one to check.

An evaluation is known by the hash of its rows, the standard, and a digest of the policy versions; equal ones
are computed once. Nothing is kept that was not computed.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict

from meihao.figures.engines import Engine, FastEngine, PlainEngine
from meihao.figures.judging import evaluate
from meihao.figures.plan import Plan
from meihao.figures.result import Evaluation
from meihao.figures.snapshot import Snapshot
from meihao.records.accounts.acting import Missing
from meihao.releases import rules
from meihao.releases.memory import Memory
from meihao.releases.taking import check_policies

KEPT = 48  # evaluations kept: six standards, a few days, two engines
_FEW = 300  # units


_evaluations = Memory[Evaluation](KEPT)


def plan_of(snapshot: Snapshot, standard: str) -> Plan:
    """The plan of a standard on the snapshot's day and place. Raises `Missing` where it is not in force."""
    found = rules.plans(snapshot.on, snapshot.place).get(standard)
    if found is None:
        raise Missing
    return found


def evaluation(snapshot: Snapshot, standard: str) -> Evaluation:
    """A standard on a snapshot. Raises `Missing`, and `Refused` where the policies are not the snapshot's."""
    return _evaluated(snapshot, standard, FastEngine())


def recomputed(snapshot: Snapshot, standard: str) -> Evaluation:
    """The same, from the rows by the plain engine: what a figure's page compares with."""
    return _evaluated(snapshot, standard, PlainEngine())


def _evaluated(snapshot: Snapshot, standard: str, engine: Engine) -> Evaluation:
    plan = plan_of(snapshot, standard)
    own = {name: snapshot.versions.get(name, "") for name in plan.versions}
    check_policies(own, plan.versions)
    key = f"{key_of(snapshot, plan)} {engine.name}"
    return _evaluations.get(key, lambda: evaluate(snapshot, plan, engine))


def key_of(snapshot: Snapshot, plan: Plan) -> str:
    """What an evaluation depends on: the rows, the standard, its policies. Equal keys, equal results."""
    said = json.dumps(sorted(plan.versions.items()))
    policies = hashlib.sha256(said.encode()).hexdigest()
    return f"{hash_of(snapshot)} {plan.standard.key} {plan.on} {plan.place} {policies}"


def hash_of(snapshot: Snapshot) -> str:
    """The logical hash, worked out once for each snapshot in the process."""
    kept = _hashes.get(id(snapshot))
    if kept is not None and kept[0] is snapshot:
        return kept[1]
    digest = snapshot.logical_hash
    _hashes[id(snapshot)] = (snapshot, digest)
    while len(_hashes) > KEPT:
        _hashes.popitem(last=False)
    return digest


_hashes = OrderedDict[int, tuple[Snapshot, str]]()


def has_rows(snapshot: Snapshot, plan: Plan) -> bool:
    """Whether anything was reported that the standard judges."""
    return bool(snapshot.table(plan.fact).rows)


def engine_for(snapshot: Snapshot, plan: Plan) -> Engine:
    """The engine that is quicker for a plan that was never seen: writing SQL costs more than few rows."""
    return PlainEngine() if len(snapshot.table(plan.fact).rows) < _FEW else FastEngine()
