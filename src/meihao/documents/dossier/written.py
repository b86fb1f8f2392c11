"""The dossier of an evaluation, from the folder to the index."""

from __future__ import annotations

from pathlib import Path

from meihao.documents.dossier.index import INDEX, write_index
from meihao.documents.dossier.reading import Dossier, read_dossier
from meihao.documents.dossier.slots import EVIDENCE
from meihao.documents.report import Report


def dossier_of(report: Report, folder: Path) -> Dossier:
    """The dossier in a folder, read for an evaluation on its day. Raises `Refused` where there is none."""
    evaluation = report.evaluation
    plan, snapshot = evaluation.plan, evaluation.snapshot
    return read_dossier(plan, folder, snapshot.tables.get(EVIDENCE), plan.on, snapshot)


def write_dossier(report: Report, evidence: Path, out: Path) -> list[Path]:
    """Reads the evidence kept in a folder and writes its index into `out`."""
    dossier = dossier_of(report, evidence)
    target = out / INDEX
    write_index(dossier, report.evaluation.plan, target, report.district.zh, report.invented)
    return [target]
