"""The invented district 澄砚区: institutions and returns made from a seed, and returns full of mistakes."""

from datetime import date
from pathlib import Path

from meihao.demo.broken import broken_workbooks
from meihao.demo.district import SEED, STANDARD, Progress, write_district
from meihao.demo.evidence import write_evidence
from meihao.demo.names import DIVISION
from meihao.figures.plan import make_plan
from meihao.policy.rulebook import Rulebook

DEMO_ON = date(2025, 10, 20)
RETURNS, EVIDENCE = "填报", "佐证材料"

__all__ = ["DEMO_ON", "EVIDENCE", "RETURNS", "SEED", "broken_workbooks", "write_demo", "write_district"]


def write_demo(folder: Path, rulebook: Rulebook, seed: int = SEED, progress: Progress | None = None) -> Path:
    """Writes the district's returns, its evidence and broken returns; gives the folder of the returns."""
    write_district(folder / RETURNS, rulebook, DEMO_ON, seed, progress)
    write_evidence(folder / EVIDENCE, make_plan(rulebook, STANDARD, DEMO_ON, DIVISION))
    broken_workbooks(folder, rulebook, DEMO_ON, seed)
    return folder / RETURNS
