"""The invented district 澄砚区: institutions and returns made from a seed, and returns full of mistakes."""

from datetime import date
from pathlib import Path

from meihao.demo.broken import broken_workbooks
from meihao.demo.district import SEED, Progress, write_district
from meihao.policy.rulebook import Rulebook

DEMO_ON = date(2025, 10, 20)
RETURNS = "填报"

__all__ = ["DEMO_ON", "RETURNS", "SEED", "broken_workbooks", "write_demo", "write_district"]


def write_demo(folder: Path, rulebook: Rulebook, seed: int = SEED, progress: Progress | None = None) -> Path:
    """Writes the district's returns and, beside them, the broken ones; gives the folder of the returns."""
    write_district(folder / RETURNS, rulebook, DEMO_ON, seed, progress)
    broken_workbooks(folder, rulebook, DEMO_ON, seed)
    return folder / RETURNS
