"""Snapshots: what all rooms know of a place on a day, gathered now, or frozen for good.

Whoever looks, the whole place is gathered, as the installation: what a person may see of it is cut out
afterwards (`seen`). What is gathered for working pages is kept in the process until the trail has another
entry: nothing changes without one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction

from meihao.base.text import Refused
from meihao.documents.returns.assembling import REGISTER, add_unregistered
from meihao.figures.gathering import Address, Asked, Disagreement, gathered
from meihao.figures.handing_down import hand_down
from meihao.figures.snapshot import Snapshot, Table
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting, command
from meihao.records.registry import access
from meihao.records.registry.models import Code, CodeSystem, Organisation, holds_on
from meihao.records.returns import queries_cells
from meihao.releases import models, rules, shelf
from meihao.releases.memory import Memory

WRITE = "figures.snapshot.write"
_KEPT = 8  # days and places whose rows are kept in the process


@dataclass(frozen=True)
class Working:
    """Rows gathered now and the cells of which sources differ; `policies` are all versions in force."""

    snapshot: Snapshot
    disagreements: tuple[Disagreement, ...]

    @property
    def open_cells(self) -> int:
        """How many cells nobody has decided."""
        return sum(one.open for one in self.disagreements)


def place_of(authority: Organisation, on: date) -> str:
    """The division code of an authority on a day. Raises `Refused` where it bears none."""
    borne = Code.objects.scoped(holds_on(on), "the place of an authority in scope")
    code = borne.filter(organisation=authority, system=CodeSystem.DIVISION).values_list("value", flat=True)
    found = code.first()
    if found is None:
        raise Refused(
            f"这个教育行政部门在 {on} 没有行政区划代码，无法测算。请在「学校与人员」登记它的代码。",
            f"This authority bears no division code on {on}: nothing can be computed. Record its code first.",
        )
    return found


def gather(by: Acting, authority: Organisation, on: date) -> Working:
    """What every source says of the authority's place on a day, under the policies in force there."""
    place, whole = place_of(authority, on), command("figures", by.at)
    held = queries_cells.held(whole, authority, on)
    return gather_at(place, on, held)


def gather_at(place: str, on: date, held: Mapping[Address, str]) -> Working:
    """As `gather`, of a place, with the sources that a person decided for."""
    facts = rules.facts(on, place)
    found = gathered(Asked(place, on, facts), held)
    tables = dict(found.tables)
    for key, fact in facts.items():
        if fact.registered_as and tables.get(REGISTER) is not None:
            silent = tables.setdefault(key, Table(fact, {}))
            list(add_unregistered({REGISTER: tables[REGISTER], key: silent}, key))
    for table in tables.values():
        hand_down(table, tables)
    filled = {key: table for key, table in tables.items() if table.rows}
    return Working(Snapshot(on, place, filled, versions(on, place)), found.disagreements)


def versions(on: date, place: str) -> dict[str, str]:
    """Every policy version that the standards of a place and day rest on, with its digest."""
    found = {
        name: digest for plan in rules.plans(on, place).values() for name, digest in plan.versions.items()
    }
    return dict(sorted((found | _of_facts(rules.rulebook(), on, place)).items()))


def _of_facts(rulebook: Rulebook, on: date, place: str) -> dict[str, str]:
    sources = [rulebook.source(key, on, place) for key in rules.facts(on, place)]
    return {source.policy.version: source.digest for source in sources}


_working = Memory[Working](_KEPT)
_opened = Memory[Snapshot](_KEPT)


def working(by: Acting, authority: Organisation, on: date) -> Working:
    """The rows of now: gathered again as soon as the trail has another entry, else one question."""
    key = f"{authority.key} {on} {audit.head()}"
    return _working.get(key, lambda: gather(by, authority, on))


def take(
    *, by: Acting, authority: Organisation, on: date, reason: models.Reason = models.Reason.DEMAND
) -> models.Snapshot:
    """Gathers and freezes an authority's rows of a day; what it says is read back before it is named.

    Raises `NotPermitted`, `Missing`, and `Refused` where there is nothing to freeze.
    """
    access.require(by, WRITE, authority)
    found = gather(by, authority, on)
    snapshot = found.snapshot
    if not snapshot.tables:
        raise Refused(
            f"{on} 没有任何数据，没有生成快照。", f"There is no data of {on}: no snapshot was taken."
        )
    shelf.keep(snapshot, rules.facts(on, snapshot.place))
    with transaction.atomic():
        row = models.Snapshot._plain.create(
            authority=authority,
            place=snapshot.place,
            on=on,
            logical_hash=snapshot.logical_hash,
            reason=reason,
            taken_at=by.at,
            taken_by=by.name,
            counts={key: len(table.rows) for key, table in snapshot.tables.items()},
            policies=dict(snapshot.versions),
            differing=len(found.disagreements),
            open_cells=found.open_cells,
        )
        said = {"on": on, "hash": row.logical_hash, "reason": str(reason), "open": row.open_cells}
        audit.record(by, WRITE, subject=f"snapshot:{row.key}", organisation=str(authority.key), detail=said)
    return row


def opened(row: models.Snapshot) -> Snapshot:
    """The rows of a snapshot that was taken, under the policies it was taken under.

    Raises `Refused` where a file is missing or was altered, or the policies are not those any more.
    """
    check_policies(row.policies, versions(row.on, row.place))
    return _opened.get(str(row.key), lambda: _read(row))


def _read(row: models.Snapshot) -> Snapshot:
    # the rows of two days or places may be the same, and then lie in one folder: the record says which it is
    found = shelf.opened(row.logical_hash, rules.facts(row.on, row.place))
    return replace(found, on=row.on, place=row.place, versions=row.policies)


def check_policies(taken: Mapping[str, str], present: Mapping[str, str]) -> None:
    """Raises `Refused` where a policy of a snapshot is not what it was when the snapshot was taken."""
    changed = sorted(name for name, digest in taken.items() if present.get(name) != digest)
    if changed:
        names = "、".join(changed[:5])
        raise Refused(
            f"政策文件与取快照时不同（{len(changed)} 项：{names}），这份快照不能按现在的政策重算。"
            "请重新取快照，或恢复当时的政策文件。",
            f"The policies are not those of the snapshot ({len(changed)}: {names}): it is not computed anew "
            "under these. Take a snapshot again, or restore the files.",
        )
