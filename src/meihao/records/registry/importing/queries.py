"""What may be seen of files handed in: those of authorities for which the person may import."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from meihao.base.divisions import NATION
from meihao.records.accounts.acting import Acting, Missing
from meihao.records.registry import access
from meihao.records.registry.importing.actions import IMPORT
from meihao.records.registry.models import Code, CodeSystem, ImportBatch, Organisation, holds_on
from meihao.records.registry.queries import Page


def batches(by: Acting, *, page: int = 1, per_page: int = 50) -> Page[ImportBatch]:
    """The files in scope, the last first."""
    found = ImportBatch.objects.scoped(access.scope(by, IMPORT).within(), by.name).order_by("-pk")
    rows = found.select_related("organisation")[(page - 1) * per_page : page * per_page]
    return Page(list(rows), found.count())


def batch(by: Acting, key: UUID) -> ImportBatch:
    """One file. Raises `Missing`."""
    within = access.scope(by, IMPORT).within()
    found = ImportBatch.objects.scoped(within, by.name).filter(key=key).select_related("organisation").first()
    if found is None:
        raise Missing
    return found


def place_of(authority: Organisation, on: date) -> str:
    """The division code under whose rules an authority's lists are read; the nation's where it bears none."""
    borne = Code.objects.scoped(holds_on(on), "the division of an authority")
    code = borne.filter(organisation=authority, system=CodeSystem.DIVISION).first()
    return code.value if code is not None else NATION
