"""Rotation: a new data key, and what was sealed by earlier ones sealed again by it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models, transaction

from meihao.records.accounts import audit, keys
from meihao.records.accounts.acting import Acting, require
from meihao.records.accounts.keys import Key, ring
from meihao.records.accounts.sealing import Sealed, SealedField, header, sealed_fields

ROTATE = "accounts.keys.rotate"


def rotate(*, by: Acting) -> Key:
    """A new data key seals from now on; earlier ones stay in the ring."""
    require(by, ROTATE)
    with transaction.atomic():
        key = keys.rotate()
        audit.record(by, ROTATE, subject=f"key:{key.id.hex()}", detail={"number": key.number})
    return key


def reseal(model: type[models.Model], *, by: Acting, batch: int = 500) -> Iterator[int]:
    """Seals all rows of a model by the last key and the cipher of the settings; yields how many, each batch.

    Each batch is one transaction, and what it has done stays done: stopped anywhere, it is begun again and
    passes over the rows that need nothing.
    """
    require(by, ROTATE)
    fields, after = sealed_fields(model), 0
    while rows := _rows(model, after, batch):
        after = rows[-1]
        with transaction.atomic():
            done = _resealed(model, fields, rows)
            if done:
                detail = {"model": model._meta.label_lower, "rows": done, "key": ring().current.id.hex()}
                audit.record(by, ROTATE, subject=f"model:{model._meta.label_lower}", detail=detail)
        yield done


def _rows(model: type[models.Model], after: int, batch: int) -> list[int]:
    rows = model._base_manager.filter(pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:batch])


def _resealed(model: type[models.Model], fields: list[SealedField], rows: list[int]) -> int:
    head = header(ring().current)
    found = model._base_manager.select_for_update().filter(pk__in=rows).order_by("pk")
    stale = [row for row in found if any(_stale(row, field, head) for field in fields)]
    for row in stale:
        for field in fields:
            if (value := _value(row, field)) is not None:
                setattr(row, field.attname, value.opened())
    model._base_manager.bulk_update(stale, [field.name for field in fields])
    return len(stale)


def _stale(row: models.Model, field: SealedField, head: bytes) -> bool:
    value = _value(row, field)
    return value is not None and not value.blob.startswith(head)


def _value(row: Any, field: SealedField) -> Sealed | None:
    value: Sealed | None = getattr(row, field.attname)
    return value
