"""Pupils, classes and teachers of an invented school, as columns of its returns."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from meihao.base.stages import Stage
from meihao.demo.draft import Cells, Draft

_P, _J, _S = Stage.PRIMARY, Stage.JUNIOR, Stage.SENIOR
_STAGES = (_P, _J)
SUBJECTS = ("pe", "music", "fine_art", "arts")
BANDS = {
    "upto_25": range(26),
    "26_30": range(26, 31),
    "31_35": range(31, 36),
    "36_40": range(36, 41),
    "41_45": range(41, 46),
    "46_50": range(46, 51),
    "51_55": range(51, 56),
    "56_60": range(56, 61),
    "61_65": range(61, 66),
    "66_up": range(66, 1000),
}
# full-time teachers a pupil, between: a district that loses pupils and keeps its teachers
_STAFFING = {_P: (0.088, 0.118), _J: (0.11, 0.138), _S: (0.099, 0.107)}
_OTHER_STAFF = 0.06  # for each full-time teacher
_SENIOR_BACKBONE, _SENIOR_ARTS = 0.014, 0.011  # a pupil; no standard of compulsory education covers them


def pupils(draft: Draft) -> Cells:
    """Pupils by stage, where they live, and the classes they sit in."""
    primary, junior = (draft.pupils.get(stage, 0) for stage in _STAGES)
    share = draft.rng.uniform(0.03, 0.18)
    return {
        "primary_pupils": primary,
        "junior_pupils": junior,
        "migrant_pupils": round((primary + junior) * share),
        "primary_pupils_in_catchment": primary,
        "junior_pupils_in_catchment": junior - round(junior * draft.rng.uniform(0, 0.03)),
        **_classes(draft),
    }


def _classes(draft: Draft) -> Cells:
    """Classes by size, of the whole school and of each compulsory stage."""
    cells: Cells = banded("", [size for sizes in draft.classes.values() for size in sizes])
    for stage in _STAGES:
        cells |= banded(f"{stage}_", draft.classes.get(stage))
    return cells


def banded(prefix: str, sizes: list[int] | None) -> Cells:
    """How many classes there are in each band of size; empty cells where the stage is not taught."""
    if sizes is None:
        return dict.fromkeys((f"{prefix}classes", *(f"{prefix}classes_{band}" for band in BANDS)))
    bands = {f"{prefix}classes_{band}": sum(n in span for n in sizes) for band, span in BANDS.items()}
    return {f"{prefix}classes": len(sizes), **bands}


def teachers(draft: Draft) -> Cells:
    """Full-time teachers, their degrees and ranks; backbone and PE and arts teachers also by stage."""
    staff = {stage: _staff(draft, stage) for stage in draft.pupils}
    whole = sum(staff.values())
    return {
        "teachers": whole,
        **_degrees(draft, staff),
        "certified_teachers": whole,
        "trained_teachers": whole - (draft.rng.randint(0, 2) if draft.rng.random() < 0.2 else 0),
        **_by_stage(staff),
        **_backbone(draft),
        **_arts(draft),
    }


def _staff(draft: Draft, stage: Stage) -> int:
    return round(draft.pupils[stage] * draft.rng.uniform(*_STAFFING[stage]))


def _by_stage(staff: Mapping[Stage, int]) -> Cells:
    """Full-time teachers of each compulsory stage, and with them everybody else who works for it."""
    cells: Cells = {}
    for stage in _STAGES:
        full = staff.get(stage)
        cells[f"{stage}_full_time"] = full
        cells[f"{stage}_staff"] = None if full is None else full + ceil(full * _OTHER_STAFF)
    return cells


def _degrees(draft: Draft, staff: Mapping[Stage, int]) -> Cells:
    """Primary teachers count from junior college on, junior ones from a bachelor's degree (r1)."""
    rng = draft.rng
    primary, junior = (_qualified(draft, stage, staff.get(stage, 0)) for stage in _STAGES)
    college, masters = round(primary * rng.uniform(0.12, 0.25)), round(primary * rng.uniform(0.03, 0.08))
    junior_masters = round(junior * rng.uniform(0.08, 0.16))
    return {
        "primary_teachers_college": college,
        "primary_teachers_bachelor": primary - college - masters,
        "primary_teachers_master": masters,
        "primary_teachers_doctor": 0,
        "junior_teachers_bachelor": junior - junior_masters,
        "junior_teachers_master": junior_masters,
        "junior_teachers_doctor": 0,
    }


def _qualified(draft: Draft, stage: Stage, staff: int) -> int:
    if ("r1", stage) in draft.plant.levels:
        return draft.heads("r1", stage, 1, 1)
    return staff - round(staff * draft.rng.uniform(0, 0.05))


def _backbone(draft: Draft) -> Cells:
    by_stage = {s: draft.heads("r2", s, 1.05, 1.5) for s in _STAGES if s in draft.pupils}
    senior = round(draft.pupils.get(_S, 0) * _SENIOR_BACKBONE)
    return {
        "backbone_teachers": sum(by_stage.values()) + senior,
        **{f"{stage}_backbone": by_stage.get(stage) for stage in _STAGES},
    }


def _arts(draft: Draft) -> Cells:
    """PE, music and fine art; none is entered as 艺术, which the schools do not tell apart."""
    split = {s: _subjects(draft.heads("r3", s, 1.05, 1.5)) for s in _STAGES if s in draft.pupils}
    senior = _subjects(round(draft.pupils.get(_S, 0) * _SENIOR_ARTS))
    cells: Cells = {}
    for subject in SUBJECTS:
        cells[f"{subject}_teachers"] = sum(part[subject] for part in (*split.values(), senior))
        cells[f"{subject}_itinerant"] = draft.plant.itinerant.get(subject)
        for stage in _STAGES:
            cells[f"{stage}_{subject}"] = split[stage][subject] if stage in split else None
    return cells | {"primary_itinerant": sum(draft.plant.itinerant.values()) or None}


def _subjects(people: int) -> dict[str, int]:
    pe = (people + 1) // 2
    music = (people - pe + 1) // 2
    return dict(zip(SUBJECTS, (pe, music, people - pe - music, 0), strict=True))


def leavers(draft: Draft) -> Cells:
    """The three years of the class that has just left; empty where there are no junior pupils."""
    names = ("graduates", "entrants", "transfers_in", "transfers_out", "deaths")
    if _J not in draft.pupils:
        return dict.fromkeys(names)
    rng, entrants = draft.rng, round(draft.pupils[_J] / 3)
    arrived, left = rng.randint(0, 4), rng.randint(0, 5)
    lost = round(entrants * rng.uniform(0, 0.02))
    return dict(zip(names, (entrants - lost + arrived - left, entrants, arrived, left, 0), strict=True))
