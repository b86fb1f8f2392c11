"""What became of each place of a blank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from meihao.base.text import Text
from meihao.documents.filling.known import Known
from meihao.documents.filling.places import Place

NOTHING = Text("", "")


class Why(StrEnum):
    """Why a place was not filled."""

    DIFFERS = "differs"
    CONFLICT = "conflict"
    UNIT = "unit"
    CONFINED = "confined"
    STAGE = "stage"
    SUBJECT = "subject"
    MISSING = "missing"
    UNKNOWN = "unknown"
    FORMULA = "formula"

    @property
    def words(self) -> Text:
        """In words."""
        return _TITLES[self]


_TITLES = {
    Why.DIFFERS: Text("表中已填，与现有数据不一致", "already filled in, and not as the data has it"),
    Why.CONFLICT: Text("两个来源不一致", "two sources disagree"),
    Why.UNIT: Text("单位不同或没有写明", "another unit, or none printed"),
    Why.CONFINED: Text("表题或上级表头限定了范围", "a title or a caption above confines it"),
    Why.STAGE: Text("没有说明学段，或没有分学段的数", "no stage is named, or none is known by stage"),
    Why.SUBJECT: Text(
        "不清楚是哪所学校，或不是这一级的数", "which school is not clear, or it is no number of this level"
    ),
    Why.MISSING: Text("没有这个数", "not reported"),
    Why.UNKNOWN: Text("名称没有对照", "the caption is not known"),
    Why.FORMULA: Text("表中是公式", "the cell holds a formula"),
}

Outcome = Literal["filled", "same", "given", "open"]


@dataclass(frozen=True)
class Result:
    """One place with what became of it.

    `filled`; `same`: a person had filled in just that; `given`: a person had filled it in and nothing is
    known to compare; `open`: not filled, or filled in otherwise, and `why`, `told` and `todo` say so.
    """

    place: Place
    outcome: Outcome
    printed: str | None = None
    numeric: bool = False
    unit: str | None = None
    known: tuple[Known, ...] = ()
    why: Why | None = None
    told: Text = NOTHING
    todo: Text = NOTHING
    likely: tuple[str, ...] = ()


@dataclass(frozen=True)
class Filled:
    """A whole blank: the result of each place, whom the form is about, and sheets that are no form.

    `school` is None for the district; a list names a school in each row whatever the form is about.
    """

    results: tuple[Result, ...]
    school: str | None
    about: Text
    unread: tuple[str, ...] = field(default=())

    def of(self, outcome: Outcome) -> list[Result]:
        """The results with one outcome, in the order of the blank."""
        return [result for result in self.results if result.outcome == outcome]

    @property
    def rest(self) -> Sequence[tuple[Why, list[Result]]]:
        """What was not filled, by reason, in the order of the reasons."""
        groups = [(why, [r for r in self.of("open") if r.why is why]) for why in Why]
        return [(why, found) for why, found in groups if found]
