"""A school before its return: pupils, classes, and what the standard would have it own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from random import Random
from typing import TypeAlias

from meihao.base.stages import SchoolType, Stage
from meihao.demo.institutions import Institution
from meihao.demo.plants import Level, Plant, plant_of

Standards: TypeAlias = Mapping[Level, float]  # amount a pupil, by indicator and stage, in its natural unit
Cells: TypeAlias = dict[str, int | float | str | bool | None]

_GRADES = {Stage.PRIMARY: 6, Stage.JUNIOR: 3, Stage.SENIOR: 3}
_GRADES_OF_A_POINT = 4
_CLASS_SIZES = {Stage.PRIMARY: 38, Stage.JUNIOR: 44, Stage.SENIOR: 46}  # aimed at, at most


@dataclass(frozen=True)
class Draft:
    """One school being invented; `classes` are the sizes of its classes, by stage."""

    one: Institution
    plant: Plant
    standards: Standards
    pupils: Mapping[Stage, int]
    classes: Mapping[Stage, list[int]]
    rng: Random

    @property
    def everyone(self) -> int:
        """All pupils, those of a senior part included."""
        return sum(self.pupils.values())

    @property
    def urban_rural(self) -> str:
        """城乡类型; the small schools of a town stand in its villages."""
        return "乡村" if self.everyone <= 220 else self.one.town.urban_rural

    @property
    def small_rural(self) -> bool:
        """Rural, and no class reaches 30."""
        return self.urban_rural == "乡村" and max(map(max, self.classes.values())) < 30

    @property
    def private(self) -> bool:
        """The one private school is the twelve-year school."""
        return self.one.type is SchoolType.TWELVE_YEAR

    def grades(self, stage: Stage) -> int | None:
        """Grades of a stage; None where it is not taught."""
        if stage not in self.pupils:
            return None
        return _grades(self.one, stage)

    def heads(self, item: str, stage: Stage, low: float, high: float) -> int:
        """People at a stage: planted, or between `low` and `high` times the standard and not below it."""
        full = self.standards[item, stage] * self.pupils[stage]
        planted = self.plant.levels.get((item, stage))
        return ceil(full * self.rng.uniform(low, high)) if planted is None else round(full * planted)


def draft(one: Institution, standards: Standards, seed: int) -> Draft:
    """A school drawn from the seed and its own code, so that one school more changes no other."""
    rng = Random(f"{seed}:{one.code}")
    plant = plant_of(one.stem)
    pupils = {stage: n + rng.randint(-n // 60, n // 60) for stage, n in one.pupils.items()}
    classes = {stage: _classes(n, _grades(one, stage), stage, rng) for stage, n in pupils.items()}
    _crowd(next(iter(classes.values())), *plant.crowded)
    return Draft(one, plant, standards, pupils, classes, rng)


def _grades(one: Institution, stage: Stage) -> int:
    return _GRADES_OF_A_POINT if one.type is SchoolType.TEACHING_POINT else _GRADES[stage]


def _classes(pupils: int, grades: int, stage: Stage, rng: Random) -> list[int]:
    """Sizes of the classes: as many in each grade as it takes, nearly equal."""
    number = grades * ceil(pupils / grades / _CLASS_SIZES[stage])
    sizes = [pupils // number + (place < pupils % number) for place in range(number)]
    for place in range(0, number - 1, 2):
        moved = rng.randint(0, 2)
        sizes[place], sizes[place + 1] = sizes[place] + moved, sizes[place + 1] - moved
    return sizes


def _crowd(sizes: list[int], classes: int, size: int) -> None:
    """Fills the first classes to `size` with pupils of the others, one from each in turn."""
    for place in range(classes):
        for taken in range(size - sizes[place]):
            sizes[classes + taken % (len(sizes) - classes)] -= 1
        sizes[place] = size
