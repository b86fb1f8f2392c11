"""Which grades there are, of which stage, and which of them a type of school teaches.

Six years of primary, three of lower and three of upper secondary. Where primary takes five years and lower
secondary four, the sixth grade is not told apart here.
"""

from __future__ import annotations

from datetime import date

from meihao.base.stages import Stage
from meihao.base.text import Refused
from meihao.records.registry.models import Organisation, Type
from meihao.records.registry.models.people_kinds import grade_worded
from meihao.records.registry.recording import standing

_GRADES = {
    Stage.PRESCHOOL: range(-3, 0),
    Stage.PRIMARY: range(1, 7),
    Stage.JUNIOR: range(7, 10),
    Stage.SENIOR: range(10, 13),
}
_OUTSIDE = {
    Type.SPECIAL: frozenset({*range(-3, 0), *range(1, 13)}),
    Type.VOCATIONAL: frozenset(range(10, 13)),
}


def stage_of(grade: int) -> Stage:
    """The stage of a grade. Raises `ValueError` where there is no such grade."""
    for stage, grades in _GRADES.items():
        if grade in grades:
            return stage
    raise ValueError(f"no grade: {grade}")


def leaving(grade: int) -> bool:
    """Whether a grade is the last of its stage: after it a pupil graduates."""
    return any(grade == grades[-1] for grades in _GRADES.values())


def taught(type_: str) -> frozenset[int]:
    """The grades that a type of school teaches; a training body teaches none."""
    if not type_:
        return frozenset()
    kind = Type(type_)
    return _OUTSIDE.get(kind) or frozenset(grade for stage in kind.stages for grade in _GRADES[stage])


def check_grades(organisation: Organisation, on: date, *grades: int) -> None:
    """Raises `Refused` where a unit is not there on a day, or does not teach a grade."""
    present = standing(organisation, on)
    teaches = taught(present.type)
    for grade in grades:
        if grade not in teaches:
            said = grade_worded(grade) if grade in taught(Type.SPECIAL) else None
            zh, en = said or (f"年级 {grade}", f"grade {grade}")
            raise Refused(
                f"「{present.name}」在 {on} 不设{zh}。请核对年级和学校。",
                f"“{present.name}” does not teach {en} on {on}. Check the grade and the school.",
            )
