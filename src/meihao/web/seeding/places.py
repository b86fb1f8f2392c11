"""What the schools of the invented district are given: establishment, places, ground (虚构).

The ground lies in the Gulf of Guinea, about 0° 0′, where no district is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from math import ceil
from random import Random

from meihao.base.stages import SchoolType, Stage
from meihao.demo.district import SEED
from meihao.demo.names import CENTRE, EAST, HILLS, RIVER, WEST
from meihao.demo.rolls import Roll
from meihao.records.accounts.acting import Acting
from meihao.records.registry.people import actions_places
from meihao.records.registry.people.grades import stage_of
from meihao.web.seeding.organisations import PRIVATE, District

ON, LATER = date(2023, 9, 1), date(2025, 9, 1)
_BASIS = "澄编办〔2023〕6号（虚构）"
_TOWNS = {CENTRE: (50, 50), WEST: (52, 20), EAST: (48, 82), RIVER: (18, 58), HILLS: (86, 44)}
"""The middle of each town, in thousandths of a degree north and east."""


def seed(by: Acting, district: District, rolls: Sequence[Roll]) -> None:
    """Records what each school of the rolls is given."""
    for roll in rolls:
        _school(by, district, roll)


def _school(by: Acting, district: District, roll: Roll) -> None:
    rng, unit = Random(f"{SEED}:places:{roll.one.code}"), district.schools[roll.one.stem]
    heads = {stage: n for stage in Stage if (n := _heads(roll, stage))}
    if roll.one.stem not in PRIVATE:
        posts = ceil(sum(heads.values()) * (0.1 if roll.one.compulsory else 0.12))
        actions_places.set_establishment(by=by, organisation=unit, posts=posts, basis=_BASIS, on=ON)
    for stage, n in heads.items():
        places = ceil(n * rng.uniform(0.97, 1.15) / 10) * 10
        actions_places.set_places(by=by, organisation=unit, stage=stage, number=places, on=LATER)
    north, east = (_beside(middle, rng) for middle in _TOWNS[roll.one.town])
    actions_places.set_site(
        by=by,
        organisation=unit,
        name="本部",
        on=ON,
        address=f"{roll.one.town.name}{roll.one.stem}路 {rng.randint(1, 98)} 号（虚构）",
        latitude=north,
        longitude=east,
        area=Decimal(ceil(sum(heads.values()) * rng.uniform(14, 26))),
    )


def _heads(roll: Roll, stage: Stage) -> int:
    teaches = stage in roll.one.type.stages or roll.one.type is SchoolType.TEACHING_POINT
    return sum(sum(sizes) for grade, sizes in roll.sizes.items() if teaches and stage_of(grade) is stage)


def _beside(middle: int, rng: Random) -> Decimal:
    return Decimal(middle * 1000 + rng.randint(-13_000, 13_000)).scaleb(-6)
