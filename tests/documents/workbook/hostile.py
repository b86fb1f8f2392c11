"""The old name of what lives in `bench.trust.hostile` now."""

from bench.trust.hostile.attacks import bomb, far_cell
from bench.trust.hostile.corpus import CORPUS
from bench.trust.hostile.packing import SHEET, TYPES, cell, good, packed, parts, replaced, sheet, workbook

CASES = {
    case.title: (case.build, case.words) for case in CORPUS if case.build is not None and case.cells is None
}

__all__ = [
    "CASES",
    "SHEET",
    "TYPES",
    "bomb",
    "cell",
    "far_cell",
    "good",
    "packed",
    "parts",
    "replaced",
    "sheet",
    "workbook",
]
