"""The ledger of an audience: everything ever shown to it, put together as an attacker would.

The cells stand in the database without the hidden values; those are taken from each release's own snapshot.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db.models import Q

from meihao.base.text import Refused
from meihao.figures.plan import Plan
from meihao.methods.disclosure_lp import Ledger
from meihao.policy.kinds import Disclosure
from meihao.releases import gate, rules, shelf, taking
from meihao.releases.contents import Contents, contents
from meihao.releases.memory import Memory
from meihao.releases.models import Audience, Release, ReleaseCell

POLICIES = "cn/disclosure"
SEEN_BY_ALL = Audience.PUBLIC
kept = Memory[Contents](64)
"""What releases hold, by the hash of their rows: an audience's ledger is read at every draft."""


def policy_of(release: Release) -> Disclosure:
    """The disclosure policy of a release: the version by which it was published, or that of its audience now.

    Raises `Refused` where that version is gone, or says something else than it did.
    """
    versions = rules.rulebook().versions(f"{POLICIES}/{release.audience}")
    for source in versions:
        if source.policy.version == release.policy and source.digest == release.policy_digest:
            assert isinstance(source.policy, Disclosure)
            return source.policy
    raise Refused(
        f"「{release.standard}」第 {release.number} 版发布时的保密规则 {release.policy} 已改动或不在，"
        "请恢复当时的政策文件。",
        f"Version {release.number} of {release.standard} was published under {release.policy}: it is gone, "
        "restore the file.",
    )


def contents_of(release: Release, policy: Disclosure) -> Contents:
    """What a release holds before anything is hidden, as long as the process knows the rows of its hash."""
    row, plan = release.snapshot, _plan(release)
    key = f"{row.logical_hash} {row.on} {row.place} {release.standard} {policy.version}"
    return kept.get(key, lambda: _read(release, plan, policy))


def read_again(release: Release, policy: Disclosure) -> Contents:
    """The same out of its folder, read now. Raises `Refused` where the folder is not what it was."""
    return _read(release, _plan(release), policy)


def _read(release: Release, plan: Plan, policy: Disclosure) -> Contents:
    row = release.snapshot
    return contents(shelf.opened(row.logical_hash, rules.facts(row.on, row.place)), plan, policy)


def _plan(release: Release) -> Plan:
    """The plan of a release's standard, under the policies its snapshot was taken under. Raises `Refused`."""
    row = release.snapshot
    plan = rules.plans(row.on, row.place).get(release.standard)
    if plan is None:
        raise Refused(
            f"{row.on} 没有「{release.standard}」这项标准。",
            f"There is no standard “{release.standard}” on {row.on}.",
        )
    taking.check_policies({name: row.policies.get(name, "") for name in plan.versions}, plan.versions)
    return plan


def ledger(audience: str) -> Ledger:
    """Everything published to an audience and to everybody, in order; withdrawn releases were seen as well.

    Raises `Refused` where a release can no longer be read.
    """
    seen = Q(published_at__isnull=False, audience__in={audience, SEEN_BY_ALL})
    rows = Release.objects.scoped(seen, "the ledger of an audience").select_related("snapshot")
    found = Ledger()
    for release in rows.order_by("published_at", "pk"):
        found = _with(found, release)
    return found


def _with(before: Ledger, release: Release) -> Ledger:
    policy = policy_of(release)
    written = list(
        ReleaseCell.objects.scoped(Q(table__release=release), "the ledger of an audience")
        .exclude(name="")
        .values_list("table__name", "line", "column", "name", "symbol")
    )
    found = contents_of(release, policy)
    stages = {sheet.key: sheet.stage for sheet in found.sheets}
    names = {found.name(stages[sheet], line, column): name for sheet, line, column, name, _ in written}
    hidden = {name for *_, name, symbol in written if symbol == gate.CONFIDENTIAL}
    for part in gate.audited(found, policy, names):
        before = before.plus(part.table, hidden & part.table.cells.keys(), _needs(part, hidden))
    return before


def _needs(part: gate.Audited, hidden: Collection[str]) -> Mapping[str, int]:
    cells = part.table.cells
    further = {name: 1 for name in cells if name in hidden}
    return further | {name: part.rule.need(cells[name]) for name in part.marked if name in further}
