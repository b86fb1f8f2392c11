"""The 45 institutions of the invented district: who exists, where, and about how many pupils.

The numbers of pupils add up to some 16 000 in compulsory education; a seed moves each a little.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from meihao.base.stages import SchoolType, Stage
from meihao.demo.names import CENTRE, DISTRICT, EAST, GROUPS, HILLS, RIVER, WEST, Town

_Line = tuple[str, Town, int | None, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Institution:
    """One institution: `stem` is its own part of the name, `pupils` those of each stage, in the plan."""

    code: str
    stem: str
    type: SchoolType
    town: Town
    group: str | None
    pupils: Mapping[Stage, int]

    @property
    def name(self) -> str:
        """The full name, district first."""
        return f"{DISTRICT}{self.stem}{_SUFFIX.get(self.type, self.type.value)}"

    @property
    def compulsory(self) -> bool:
        """Whether it hands in a school return."""
        return bool({Stage.PRIMARY, Stage.JUNIOR} & set(self.type.stages))


_SUFFIX = {
    SchoolType.JUNIOR: "初级中学",
    SchoolType.NINE_YEAR: "学校",
    SchoolType.TWELVE_YEAR: "学校",
    SchoolType.COMPLETE_SECONDARY: "中学",
}
# two digits for the class, 99 for the invented district, six for the number within the class
_CLASS = {
    SchoolType.KINDERGARTEN: "11",
    SchoolType.PRIMARY: "21",
    SchoolType.TEACHING_POINT: "21",
    SchoolType.JUNIOR: "31",
    SchoolType.NINE_YEAR: "31",
    SchoolType.TWELVE_YEAR: "34",
    SchoolType.COMPLETE_SECONDARY: "34",
    SchoolType.SENIOR: "34",
    SchoolType.VOCATIONAL: "36",
    SchoolType.SPECIAL: "51",
}

# stem, town, number of the group, pupils by stage of the type
_PLAN: dict[SchoolType, tuple[_Line, ...]] = {
    SchoolType.PRIMARY: (
        ("新砚", EAST, 2, (1600,)),
        ("拾墨", WEST, 0, (900,)),
        ("听毫", CENTRE, 1, (840,)),
        ("望笺", WEST, 0, (780,)),
        ("笺心", CENTRE, 1, (700,)),
        ("沐砚", EAST, 2, (640,)),
        ("云毫", CENTRE, None, (600,)),
        ("墨汀", WEST, 0, (520,)),
        ("砚岚", EAST, 2, (440,)),
        ("毫滨", RIVER, 3, (400,)),
        ("笺圃", RIVER, 3, (360,)),
        ("砚坪", RIVER, None, (320,)),
        ("墨桥", HILLS, None, (280,)),
        ("笺坞", RIVER, 3, (200,)),
        ("毫谷", HILLS, None, (150,)),
        ("墨岑", HILLS, None, (120,)),
        ("砚坳", HILLS, None, (88,)),
    ),
    SchoolType.TEACHING_POINT: (
        ("笺岭", HILLS, None, (62,)),
        ("毫坡", HILLS, None, (46,)),
    ),
    SchoolType.JUNIOR: (
        ("砚光", EAST, 2, (820,)),
        ("澄墨", WEST, 0, (720,)),
        ("笺云", CENTRE, 1, (620,)),
        ("素毫", WEST, None, (520,)),
        ("毫溪", RIVER, 3, (380,)),
        ("墨烟", HILLS, None, (280,)),
    ),
    SchoolType.NINE_YEAR: (
        ("抱砚", EAST, None, (480, 260)),
        ("松笺", WEST, None, (380, 220)),
        ("竹毫", RIVER, None, (300, 180)),
    ),
    SchoolType.TWELVE_YEAR: (("芸砚", EAST, None, (400, 320, 300)),),
    SchoolType.COMPLETE_SECONDARY: (
        ("砚北", CENTRE, 1, (600, 780)),
        ("墨南", WEST, None, (540, 720)),
    ),
    SchoolType.SENIOR: (("笺台", EAST, None, (1500,)),),
    SchoolType.VOCATIONAL: (("毫工", RIVER, None, ()),),
    SchoolType.SPECIAL: (("同笺", WEST, None, ()),),
    SchoolType.KINDERGARTEN: (
        ("小砚", EAST, 2, (270,)),
        ("小墨", WEST, 0, (240,)),
        ("小笺", CENTRE, 1, (300,)),
        ("小毫", RIVER, 3, (180,)),
        ("砚芽", EAST, None, (210,)),
        ("墨芽", WEST, None, (150,)),
        ("笺芽", CENTRE, None, (180,)),
        ("毫芽", RIVER, None, (120,)),
        ("砚朵", HILLS, None, (90,)),
        ("墨朵", HILLS, None, (60,)),
        ("笺朵", CENTRE, 1, (240,)),
    ),
}


def institutions() -> list[Institution]:
    """All institutions, by code."""
    return sorted(_institutions(), key=lambda one: one.code)


def _institutions() -> Iterator[Institution]:
    numbers = {digits: count(1) for digits in _CLASS.values()}
    for kind, lines in _PLAN.items():
        for stem, town, group, pupils in lines:
            code = f"{_CLASS[kind]}99{next(numbers[_CLASS[kind]]):06d}"
            named = None if group is None else GROUPS[group]
            yield Institution(code, stem, kind, town, named, dict(zip(kind.stages, pupils, strict=False)))
