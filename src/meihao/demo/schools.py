"""One invented school's row: every column of the school return and of the supplementary return."""

from __future__ import annotations

from fractions import Fraction

from meihao.base.exact import half_up
from meihao.base.stages import Stage
from meihao.demo.draft import Cells, Draft, Standards, draft
from meihao.demo.institutions import Institution
from meihao.demo.people import leavers, pupils, teachers
from meihao.demo.premises import money, premises
from meihao.policy.kinds import Given

Row = dict[str, Given]
_PUBLIC, _PRIVATE = "7", "10"  # codes of the sponsor: county education, private


def school_row(one: Institution, standards: Standards, seed: int) -> Row:
    """The true row of a compulsory school: people in 人, areas in ㎡, money in 万元."""
    school = draft(one, standards, seed)
    cells: Cells = {}
    for part in (_identity, pupils, teachers, premises, money, leavers, _supplement):
        cells |= part(school)
    return {column: _exact(value) for column, value in cells.items()}


def miscounted(row: Row, one: Institution, standards: Standards, seed: int) -> Row:
    """The row as the supplementary return has it, with the backbone teachers that are planted there."""
    more = draft(one, standards, seed).plant.backbone_miscounted
    backbone = row["primary_backbone"]
    return {**row, "primary_backbone": backbone + more} if isinstance(backbone, Fraction) else row


def _exact(value: int | float | str | bool | None) -> Given:
    """Numbers as exact decimals; nothing here has more than two decimals."""
    if isinstance(value, (bool, str)) or value is None:
        return value
    return Fraction(half_up(Fraction(value), 2))


def _identity(school: Draft) -> Cells:
    founded = school.plant.founded or school.rng.randint(1951, 2008)
    few = school.urban_rural == "乡村" and 50 <= school.everyone < 100
    return {
        "name": school.one.name,
        "school_type": school.one.type.value,
        "school_code": school.one.code,
        "founded_year": founded,
        "built_by_2010": founded <= 2010,
        "built_by_2016": founded <= 2016 or school.plant.claims_older,
        "dense_city_centre": school.plant.dense,
        "small_rural_50_99": few,
        "small_rural_class_under_30": school.small_rural,
    }


def _supplement(school: Draft) -> Cells:
    boarding = school.private or (school.urban_rural == "乡村" and Stage.JUNIOR in school.pupils)
    return {
        "sponsor": _PRIVATE if school.private else _PUBLIC,
        "urban_rural": school.urban_rural,
        "boarding": boarding,
        "primary_grades": school.grades(Stage.PRIMARY),
        "junior_grades": school.grades(Stage.JUNIOR),
        "senior_pupils": school.pupils.get(Stage.SENIOR),
    }
