"""Rooms, grounds, equipment and money of an invented school, as columns of its return."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil

from meihao.base.stages import Stage
from meihao.demo.draft import Cells, Draft
from meihao.methods.sharing import per_pupil

# what one pupil of a stage weighs in the use of common premises, as in cn/compulsory/campus
_WEIGHTS = {Stage.PRIMARY: Fraction(1), Stage.JUNIOR: Fraction("1.1"), Stage.SENIOR: Fraction("1.32")}
# public funds of a year, yuan a pupil, and the pupils a smaller school is funded for
QUOTAS: Mapping[Stage, int] = {Stage.PRIMARY: 800, Stage.JUNIOR: 1020, Stage.SENIOR: 1300}
_FUNDED_AT_LEAST = 100
_CLASSES_A_ROOM = 12
_USUAL, _WIDE = (1.03, 1.35), (4.0, 5.2)  # sports grounds as a share of the standard


def premises(draft: Draft) -> Cells:
    """Areas in m², equipment in 10 000 yuan, rooms with networked multimedia."""
    indoor = round(draft.everyone * draft.rng.uniform(0.05, 0.35)) if draft.everyone >= 300 else 0
    gymnasium = indoor + draft.plant.gymnasium_more
    grounds = _up(common(draft, "r5", *(_WIDE if draft.plant.wide_grounds else _USUAL)), 1)
    rooms = common(draft, "r7", 1.03, 1.35)
    planted = any(item == "r7" for item, _ in draft.plant.levels)
    return {
        "teaching_area": _up(common(draft, "r4", 1.04, 1.4), 1) + indoor,
        "indoor_sports_area": indoor,
        "gymnasium_area": gymnasium,
        "sports_ground_area": grounds - gymnasium,
        **_rented(draft, grounds),
        "equipment_value": _up(common(draft, "r6", 1.05, 1.5) / 10_000, 2),
        "multimedia_rooms": round(rooms) if planted else ceil(rooms),
        **_special_rooms(draft),
    }


def common(draft: Draft, item: str, low: float, high: float) -> float:
    """What the whole school has, so that its planted stage, or each of its stages, has what it should."""
    planted = {s: level for (name, s), level in draft.plant.levels.items() if name == item}
    if planted:
        return min(_whole(draft, item, stage) * level for stage, level in planted.items())
    stages = [stage for stage in draft.pupils if (item, stage) in draft.standards]
    return max(_whole(draft, item, stage) for stage in stages) * draft.rng.uniform(low, high)


def _whole(draft: Draft, item: str, stage: Stage) -> float:
    """The total that gives a pupil of `stage` just the standard."""
    pupils = {s: Fraction(n) for s, n in draft.pupils.items()}
    return draft.standards[item, stage] / float(per_pupil(Fraction(1), pupils, _WEIGHTS, stage))


def _rented(draft: Draft, own: float) -> Cells:
    """Grounds rented nearby and on the roof, which lift a school in a dense centre above the standard."""
    if not draft.plant.dense:
        return {"rented_sports_area": None, "converted_sports_area": None}
    wanted = draft.standards["r5", Stage.PRIMARY] * draft.pupils[Stage.PRIMARY] * 1.06 - own
    return {"rented_sports_area": _up(wanted * 0.7, 0), "converted_sports_area": _up(wanted * 0.3, 0)}


def _special_rooms(draft: Draft) -> Cells:
    """Music and art rooms, one of each for twelve classes, of the size their year asks for."""
    needed = ceil(sum(map(len, draft.classes.values())) / _CLASSES_A_ROOM)
    small, cells = draft.small_rural, dict[str, int | float | str | bool | None]()
    for kind, bands in (("music", (96, 73, 61)), ("art", (90, 67, 61))):
        spare = 0 if small else draft.rng.randint(0, 1)
        full = (needed, 0, spare) if draft.plant.founded else (0, needed, spare)
        sizes = zip(bands, (0, 0, 0) if small else full, strict=True)
        cells |= {f"{kind}_rooms_{size}": number for size, number in sizes}
        cells[f"{kind}_rooms"] = needed + spare
        cells[f"{kind}_rooms_54"] = needed if small else None
    return cells


def money(draft: Draft) -> Cells:
    """Public funds and the teacher training among them, in 10 000 yuan."""
    rng = draft.rng
    funded = sum(max(_FUNDED_AT_LEAST, n) * QUOTAS[stage] for stage, n in draft.pupils.items())
    budget = _up(funded * rng.uniform(1.01, 1.1) / 10_000, 2)
    return {
        "public_funds_budget": budget,
        "public_funds_settled": _up(budget * rng.uniform(0.95, 1), 2),
        "training_budget": _up(budget * rng.uniform(0.052, 0.075), 2),
    }


def _up(amount: float, places: int) -> float:
    scale = 10.0**places
    return ceil(amount * scale) / scale
