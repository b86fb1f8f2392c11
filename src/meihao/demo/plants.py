"""What is wrong in the invented district on purpose, school by school (the table is in README.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from meihao.base.stages import Stage

_P, _J = Stage.PRIMARY, Stage.JUNIOR
Level = tuple[str, Stage]  # an indicator at a stage


@dataclass(frozen=True, slots=True)
class Plant:
    """How one school departs from the rest.

    `levels` are values as a share of the standard (0.92: an item between 85 % and the standard);
    `crowded` gives so many classes the size in the second place; areas are in m².
    """

    levels: Mapping[Level, float] = field(default_factory=dict)
    founded: int | None = None
    claims_older: bool = False  # says built by 2016 although founded later
    crowded: tuple[int, int] = (0, 0)
    wide_grounds: bool = False  # far above the standard a pupil
    gymnasium_more: int = 0  # gymnasium above the indoor sports rooms
    dense: bool = False  # in an over-dense centre, with rented and converted grounds
    itinerant: Mapping[str, int] = field(default_factory=dict)  # subject → teachers
    backbone_miscounted: int = 0  # backbone teachers too many in the supplementary return


_NONE = Plant()

_PLANTS: Mapping[str, Plant] = {
    "新砚": Plant({("r4", _P): 0.92, ("r5", _P): 0.74}, founded=2019, crowded=(2, 47)),
    "沐砚": Plant({("r6", _P): 0.93}),
    "笺云": Plant({("r2", _J): 0.93}),
    "素毫": Plant({("r3", _J): 0.64}),
    "抱砚": Plant({("r2", _P): 0.64, ("r3", _P): 0.93}),
    "松笺": Plant({("r1", _J): 0.93, ("r7", _J): 0.95}),
    "竹毫": Plant(backbone_miscounted=3),
    "笺心": Plant({("r5", _P): 0.78}, dense=True),
    "砚光": Plant(crowded=(1, 53)),
    "望笺": Plant(gymnasium_more=120),
    "澄墨": Plant(gymnasium_more=200),
    "砚坪": Plant(founded=2018, claims_older=True),
    "笺坞": Plant(wide_grounds=True),
    "毫谷": Plant(wide_grounds=True),
    "墨岑": Plant(wide_grounds=True),
    "砚坳": Plant({("r3", _P): 0}, wide_grounds=True, itinerant={"pe": 1, "music": 1}),
    "笺岭": Plant(wide_grounds=True, itinerant={"music": 1, "fine_art": 1}),
}


def plant_of(stem: str) -> Plant:
    """What is planted at a school; nothing at most."""
    return _PLANTS.get(stem, _NONE)
