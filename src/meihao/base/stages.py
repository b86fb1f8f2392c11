"""Stages of schooling and the types of school that hold them (glossary, sections A and E)."""

from __future__ import annotations

from enum import StrEnum

from meihao.base.text import Text


class Stage(StrEnum):
    """A stage of schooling; the values are the words used in policy files."""

    PRESCHOOL = "preschool"
    PRIMARY = "primary"
    JUNIOR = "junior"
    SENIOR = "senior"

    @property
    def words(self) -> Text:
        """The stage as print names it; English follows UNESCO's terms."""
        return _TITLES[self]

    @property
    def part(self) -> Text:
        """The part of an all-through school that holds this stage."""
        return Text(f"{self.words.zh}部", f"{self.words.en} part")


_TITLES = {
    Stage.PRESCHOOL: Text("学前", "preschool"),
    Stage.PRIMARY: Text("小学", "primary"),
    Stage.JUNIOR: Text("初中", "lower secondary"),
    Stage.SENIOR: Text("高中", "upper secondary"),
}


class SchoolType(StrEnum):
    """Types of school as the official school return writes them, and those outside it."""

    PRIMARY = "小学"
    TEACHING_POINT = "教学点"
    JUNIOR = "初中"
    NINE_YEAR = "九年一贯制"
    TWELVE_YEAR = "十二年一贯制"
    COMPLETE_SECONDARY = "完全中学"
    SENIOR = "高级中学"
    KINDERGARTEN = "幼儿园"
    SPECIAL = "特殊教育学校"
    VOCATIONAL = "中等职业学校"

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages a school of this type is founded to teach; special and vocational: none here."""
        return _STAGES[self]

    @property
    def english(self) -> str:
        """The English name of the type."""
        return _ENGLISH[self]


_P, _J, _S = Stage.PRIMARY, Stage.JUNIOR, Stage.SENIOR
_STAGES: dict[SchoolType, tuple[Stage, ...]] = {
    SchoolType.PRIMARY: (_P,),
    SchoolType.TEACHING_POINT: (_P,),
    SchoolType.JUNIOR: (_J,),
    SchoolType.NINE_YEAR: (_P, _J),
    SchoolType.TWELVE_YEAR: (_P, _J, _S),
    SchoolType.COMPLETE_SECONDARY: (_J, _S),
    SchoolType.SENIOR: (_S,),
    SchoolType.KINDERGARTEN: (Stage.PRESCHOOL,),
    SchoolType.SPECIAL: (),
    SchoolType.VOCATIONAL: (),
}
_ENGLISH: dict[SchoolType, str] = {
    SchoolType.PRIMARY: "primary school",
    SchoolType.TEACHING_POINT: "teaching point",
    SchoolType.JUNIOR: "lower secondary school",
    SchoolType.NINE_YEAR: "nine-year school",
    SchoolType.TWELVE_YEAR: "twelve-year school",
    SchoolType.COMPLETE_SECONDARY: "complete secondary school",
    SchoolType.SENIOR: "upper secondary school",
    SchoolType.KINDERGARTEN: "kindergarten",
    SchoolType.SPECIAL: "special school",
    SchoolType.VOCATIONAL: "secondary vocational school",
}
