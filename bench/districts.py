"""Synthetic campuses from a seed: enough columns filled for the seven resource indicators."""

from __future__ import annotations

import random
from fractions import Fraction

from meihao.figures.interpreter import Row, Value

_TYPES = {
    "小学": (1, 0, 0),
    "初中": (0, 1, 0),
    "九年一贯制": (1, 1, 0),
    "十二年一贯制": (1, 1, 1),
    "完全中学": (0, 1, 1),
}
_SUBJECTS = ("backbone", "pe", "music", "fine_art", "arts")


def campuses(count: int, seed: int = 1) -> dict[str, Row]:
    """`count` rows of the fact `cn/compulsory/campus`; the same seed gives the same rows."""
    chance = random.Random(seed)
    return {f"C{number:07}": _campus(f"C{number:07}", chance) for number in range(count)}


def _campus(code: str, chance: random.Random) -> Row:
    kind = chance.choice(list(_TYPES))
    pupils = [chance.randint(60, 1800) * here for here in _TYPES[kind]]
    row: dict[str, Value] = {"school_code": code, "name": code, "school_type": kind}
    for stage, number in zip(("primary", "junior", "senior"), pupils, strict=True):
        row[f"{stage}_pupils"] = Fraction(number)
    for stage in ("primary", "junior"):
        for degree in ("college", "bachelor", "master", "doctor"):
            row[f"{stage}_teachers_{degree}"] = Fraction(chance.randint(0, 60))
        for subject in _SUBJECTS:
            row[f"{stage}_{subject}"] = Fraction(chance.randint(0, 12))
    del row["junior_teachers_college"]
    for subject in _SUBJECTS:
        row[f"{subject}_teachers"] = Fraction(30)
    for column in ("teaching_area", "sports_ground_area", "equipment_value", "gymnasium_area"):
        row[column] = Fraction(chance.randint(100, 1_000_000), 100)
    row |= {"indoor_sports_area": Fraction(0), "multimedia_rooms": Fraction(chance.randint(2, 60))}
    return row | {"small_rural_50_99": False, "dense_city_centre": False}
