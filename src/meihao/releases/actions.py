"""What is carried away from figures: the workbook of official tables, once the trail has who took it."""

from __future__ import annotations

from meihao.figures.result import Evaluation
from meihao.records.accounts.acting import Acting, Missing
from meihao.records.accounts.carrying import carried
from meihao.records.registry import access
from meihao.releases import sheets
from meihao.releases.queries import EXPORT, Looked


def export_tables(*, by: Acting, looked: Looked, evaluation: Evaluation) -> bytes:
    """The official tables as a workbook. Raises `NotPermitted`, `Missing` for whoever sees only a part."""
    access.require(by, EXPORT, looked.place.organisation)
    if not looked.seen.whole:
        raise Missing
    tables = sheets.tables(evaluation)
    standard, snapshot = evaluation.plan.standard.key, evaluation.snapshot
    return carried(
        by,
        EXPORT,
        tables.data,
        rows=sum(len(sheet.rows) for sheet in tables.sheets),
        subject=f"standard:{standard}",
        organisation=str(looked.place.organisation.key),
        detail={"on": snapshot.on, "snapshot": snapshot.short_hash},
    )
