"""A file is staged, looked at, and applied whole or discarded.

Permission: `registry.import` at the authority, and for each change the permission of that change.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from meihao.base.text import Refused
from meihao.documents.returns.intake import EXCEL
from meihao.documents.workbook import Reader
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.registry.importing.reading import Handed, handed_in
from meihao.records.registry.importing.steps import Plan, Refusal, rehearsed, taken
from meihao.records.registry.importing.units import Units
from meihao.records.registry.models import BatchState, ImportBatch, Organisation

IMPORT = "registry.import"
UNIT_FORM = "cn/registry/unit-form"
Planner = Callable[[Acting, Organisation, date, str, Handed], Plan]


def _units(by: Acting, authority: Organisation, on: date, basis: str, handed: Handed) -> Plan:
    return Units.of(by, authority, on, basis).plan(handed.sheet.rows)


PLANNERS: dict[str, Planner] = {UNIT_FORM: _units}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a batch would do now, and the rows that would be refused."""

    batch: ImportBatch
    plan: Plan
    unknown: tuple[str, ...]
    refusals: tuple[Refusal, ...]


def stage(
    by: Acting,
    *,
    organisation: Organisation,
    path: Path,
    file_name: str,
    on: date,
    place: str,
    rulebook: Rulebook,
    reader: Reader,
) -> Shown:
    """Reads a file and keeps it; nothing is changed. Raises `Refused`, and `Faulty` with every faulty cell.

    A file that was applied for the same day already is refused, and says when.
    """
    access.require(by, IMPORT, organisation)
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    handed = handed_in(path, rulebook, on, place, reader)
    _refuse_applied(organisation, handed.form, on, sha256)
    batch = ImportBatch(
        organisation=organisation,
        form=handed.form,
        on=on,
        file_name=file_name[-120:],
        sha256=sha256,
        staged_at=by.at,
        staged_by=by.name,
    )
    plan = _plan(by, batch, handed)
    batch.digest, batch.counts = plan.digest, plan.counts
    refusals = rehearsed(by, plan.steps)
    with transaction.atomic():
        batch.save(force_insert=True)
        _keep(batch, data)
        _audited(by, batch, "staged")
    return Shown(batch, plan, handed.unknown, tuple(refusals))


def shown(by: Acting, batch: ImportBatch, *, place: str, rulebook: Rulebook, reader: Reader) -> Shown:
    """What a staged batch would do to the registry as it is."""
    access.require(by, IMPORT, batch.organisation)
    _refuse_settled(ImportBatch._plain.get(pk=batch.pk))  # before its file, which is gone then
    handed = handed_in(kept(batch), rulebook, batch.on, place, reader)
    plan = _plan(by, batch, handed)
    return Shown(batch, plan, handed.unknown, tuple(rehearsed(by, plan.steps)))


def apply(
    by: Acting, *, batch: ImportBatch, digest: str, place: str, rulebook: Rulebook, reader: Reader
) -> ImportBatch:
    """Takes every step of a batch, in one transaction, if it is still the difference that was shown."""
    access.require(by, IMPORT, batch.organisation)
    _refuse_settled(ImportBatch._plain.get(pk=batch.pk))  # before its file, which is gone then
    handed = handed_in(kept(batch), rulebook, batch.on, place, reader)
    with transaction.atomic():
        batch = _locked(batch)
        _refuse_applied(batch.organisation, batch.form, batch.on, batch.sha256)
        plan = _plan(by, batch, handed)
        if plan.digest != digest:
            raise Refused(
                "台账在您查看之后有变动，差异已不同；没有导入。请重新查看差异再确认。",
                "the registry changed since you looked; nothing was imported. Look at the difference again.",
            )
        taken(by, plan.steps)
        _settle(by, batch, BatchState.APPLIED, plan)
    kept(batch).unlink(missing_ok=True)
    return batch


def discard(by: Acting, *, batch: ImportBatch) -> ImportBatch:
    """Lets a staged file go, and removes it."""
    access.require(by, IMPORT, batch.organisation)
    with transaction.atomic():
        batch = _locked(batch)
        _settle(by, batch, BatchState.DISCARDED, None)
    kept(batch).unlink(missing_ok=True)
    return batch


def kept(batch: ImportBatch) -> Path:
    """Where the file of a staged batch lies: under our name, with the suffix that it is read by."""
    suffix = Path(batch.file_name).suffix.lower()
    name = f"{batch.key}{suffix if suffix in EXCEL else '.xlsx'}"
    return Path(settings.MEDIA_ROOT) / "imports" / name


def _plan(by: Acting, batch: ImportBatch, handed: Handed) -> Plan:
    basis = f"批量导入 {batch.file_name} {batch.sha256[:12]}"
    return PLANNERS[handed.form](by, batch.organisation, batch.on, basis, handed)


def _locked(batch: ImportBatch) -> ImportBatch:
    found = ImportBatch._plain.select_for_update().select_related("organisation").get(pk=batch.pk)
    _refuse_settled(found)
    return found


def _refuse_settled(batch: ImportBatch) -> None:
    if batch.state != BatchState.STAGED:
        raise Refused(
            f"这个文件已于 {batch.settled_at:%Y-%m-%d %H:%M} {BatchState(batch.state).label}，没有再次写入。",
            f"this file was settled on {batch.settled_at:%Y-%m-%d %H:%M}; nothing was written again.",
        )


def _refuse_applied(organisation: Organisation, form: str, on: date, sha256: str) -> None:
    same = ImportBatch._plain.filter(organisation=organisation, form=form, on=on, sha256=sha256)
    done = same.filter(state=BatchState.APPLIED).first()
    if done is not None:
        raise Refused(
            f"同一个文件已于 {done.settled_at:%Y-%m-%d %H:%M} 导入过（{done.file_name}），没有重复写入。",
            f"the same file was imported on {done.settled_at:%Y-%m-%d %H:%M} ({done.file_name}); "
            "nothing was written again.",
        )


def _keep(batch: ImportBatch, data: bytes) -> None:
    path = kept(batch)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)


def _settle(by: Acting, batch: ImportBatch, state: BatchState, plan: Plan | None) -> None:
    batch.state, batch.settled_at, batch.settled_by = state, by.at, by.name
    if plan is not None:
        batch.counts, batch.digest = plan.counts, plan.digest
    batch.save()
    _audited(by, batch, state)


def _audited(by: Acting, batch: ImportBatch, what: str) -> None:
    audit.record(
        by,
        IMPORT,
        subject=f"import:{batch.key}",
        organisation=str(batch.organisation.key),
        detail={
            "what": what,
            "form": batch.form,
            "on": batch.on,
            "sha256": batch.sha256,
            "counts": batch.counts,
        },
    )
