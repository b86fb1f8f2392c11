"""A file is staged, looked at, and applied whole or discarded.

Permission: `registry.import` at the authority, and for each change the permission of that change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from meihao.base.text import Refused
from meihao.documents.workbook import Reader
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.registry.importing import queries
from meihao.records.registry.importing.keeping import keep, kept, let_go, opened
from meihao.records.registry.importing.oneroster import SUFFIX, handed_package
from meihao.records.registry.importing.pupils import pupils
from meihao.records.registry.importing.queries import IMPORT
from meihao.records.registry.importing.reading import PUPIL_FORM, UNIT_FORM, Handed, handed_in
from meihao.records.registry.importing.steps import Case, Plan, Refusal, rehearsed, taken
from meihao.records.registry.importing.units import units
from meihao.records.registry.models import BatchState, ImportBatch, Organisation

__all__ = ["PLANNERS", "PUPIL_FORM", "UNIT_FORM", "Shown", "apply", "discard", "kept", "shown", "stage"]

PLANNERS: dict[str, Callable[[Case, Handed], Plan]] = {UNIT_FORM: units, PUPIL_FORM: pupils}


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
    data: bytes,
    file_name: str,
    on: date,
    place: str,
    rulebook: Rulebook,
    reader: Reader,
    form: str = "",
) -> Shown:
    """Reads a file and keeps it, sealed; nothing is changed. Raises `Refused`, `Faulty` with every cell.

    A file that was applied for the same day already is refused, and says when. `form` is what is wanted of a
    OneRoster package that has both schools and pupils.
    """
    access.require(by, IMPORT, organisation)
    name, sha256 = file_name[-120:], hashlib.sha256(data).hexdigest()
    handed = _read(name, data, rulebook, on, place, reader, form)
    _refuse_applied(by, organisation, handed.form, on, sha256)
    batch = ImportBatch(
        organisation=organisation,
        form=handed.form,
        on=on,
        file_name=name,
        sha256=sha256,
        staged_at=by.at,
        staged_by=by.name,
    )
    found = _shown(by, batch, handed, place, rulebook)
    batch.digest, batch.counts = found.plan.digest, dict(found.plan.counts)
    with transaction.atomic():
        batch.save(force_insert=True)
        keep(by, batch, data)
        _audited(by, batch, "staged")
    return found


def shown(by: Acting, batch: ImportBatch, *, place: str, rulebook: Rulebook, reader: Reader) -> Shown:
    """What a staged batch would do to the registry as it is."""
    access.require(by, IMPORT, batch.organisation)
    handed = _again(by, batch, place, rulebook, reader)
    return _shown(by, batch, handed, place, rulebook)


def apply(
    by: Acting, *, batch: ImportBatch, digest: str, place: str, rulebook: Rulebook, reader: Reader
) -> ImportBatch:
    """Takes every step of a batch, in one transaction, if it is still the difference that was shown."""
    access.require(by, IMPORT, batch.organisation)
    handed = _again(by, batch, place, rulebook, reader)
    try:
        with transaction.atomic():
            batch = _locked(batch)
            _refuse_applied(by, batch.organisation, batch.form, batch.on, batch.sha256)
            plan = _plan(by, batch, handed, place, rulebook)
            if plan.digest != digest or plan.refusals:
                raise _changed()
            taken(by, plan.steps)
            _settle(by, batch, BatchState.APPLIED, plan)
    except IntegrityError:  # another writer came between the comparison and the writing
        raise _changed() from None
    let_go(batch)
    return batch


def _changed() -> Refused:
    return Refused(
        "台账在您查看之后有变动，差异已不同；没有导入。请重新查看差异再确认。",
        "the registry changed since you looked; nothing was imported. Look at the difference again.",
    )


def discard(by: Acting, *, batch: ImportBatch) -> ImportBatch:
    """Lets a staged file go, and removes it."""
    access.require(by, IMPORT, batch.organisation)
    with transaction.atomic():
        batch = _locked(batch)
        _settle(by, batch, BatchState.DISCARDED, None)
    let_go(batch)
    return batch


def _again(by: Acting, batch: ImportBatch, place: str, rulebook: Rulebook, reader: Reader) -> Handed:
    """The file of a batch, read anew."""
    _refuse_settled(queries.batch(by, batch.key))  # before its file, which is gone then
    return _read(batch.file_name, opened(batch), rulebook, batch.on, place, reader, batch.form)


def _read(
    name: str, data: bytes, rulebook: Rulebook, on: date, place: str, reader: Reader, form: str
) -> Handed:
    """A package by what its name ends with, anything else as a workbook, which says its form itself."""
    if name.lower().endswith(SUFFIX):
        return handed_package(name, data, rulebook, on, place, reader, form)
    return handed_in(name, data, rulebook, on, place, reader)


def _shown(by: Acting, batch: ImportBatch, handed: Handed, place: str, rulebook: Rulebook) -> Shown:
    plan = _plan(by, batch, handed, place, rulebook)
    refusals = plan.refusals or tuple(rehearsed(by, plan.steps))
    return Shown(batch, plan, handed.unknown, refusals)


def _plan(by: Acting, batch: ImportBatch, handed: Handed, place: str, rulebook: Rulebook) -> Plan:
    case = Case(by, batch.organisation, batch.on, place, rulebook, batch.file_name, batch.sha256)
    return PLANNERS[handed.form](case, handed)


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


def _refuse_applied(by: Acting, organisation: Organisation, form: str, on: date, sha256: str) -> None:
    done = queries.applied(by, organisation, form, on, sha256)
    if done is not None:
        raise Refused(
            f"同一个文件已于 {done.settled_at:%Y-%m-%d %H:%M} 导入过（{done.file_name}），没有重复写入。",
            f"the same file was imported on {done.settled_at:%Y-%m-%d %H:%M} ({done.file_name}); "
            "nothing was written again.",
        )


def _settle(by: Acting, batch: ImportBatch, state: BatchState, plan: Plan | None) -> None:
    batch.state, batch.settled_at, batch.settled_by = state, by.at, by.name
    if plan is not None:
        batch.counts, batch.digest = dict(plan.counts), plan.digest
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
