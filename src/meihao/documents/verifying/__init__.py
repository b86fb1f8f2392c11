"""Whether a workbook of ours is still what we wrote: every place that says or shows something else."""

from meihao.documents.verifying.differences import Difference, What, differences
from meihao.documents.verifying.proof import (
    Against,
    Original,
    SealState,
    Verdict,
    original,
    sheets_coded,
    verified,
)
from meihao.documents.verifying.words import told, visible

__all__ = [
    "Against",
    "Difference",
    "Original",
    "SealState",
    "Verdict",
    "What",
    "differences",
    "original",
    "sheets_coded",
    "told",
    "verified",
    "visible",
]
