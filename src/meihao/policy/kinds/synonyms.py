"""`synonyms`: what the captions of other people's blank forms mean, so that they can be filled."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from meihao.policy.kinds.base import Formula, Model, Policy, StageName


class BlankHeadings(Model):
    """Captions that say what a column of a blank is for: names of items, values to fill, units, groups.

    `skip` are columns that hold nothing to be filled (a running number, a remark); `note` begins a note.
    """

    label: tuple[str, ...] = ()
    value: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    note: tuple[str, ...] = ()


class BlankUnits(Model):
    """Units as blanks print them: other spellings, exact multiples, and which must be printed.

    `times` 万元: {元: 10000} says that one of the first is so many of the second.
    """

    same: dict[str, str] = Field(default_factory=dict)
    times: dict[str, dict[str, int]] = Field(default_factory=dict)
    printed: tuple[str, ...] = ()


class Means(Model):
    """What is filled in: an expression over the row of a school or of the district.

    For the district an expression over rows of schools is added up over those that hold `where`.
    """

    fact: str
    value: Formula
    where: Formula | None = None
    unit: str | None = None
    places: int | None = Field(default=None, ge=0, le=6)


class Caption(Model):
    """Captions with one meaning, for a school's form and for the district's.

    A caption below another is written 「上级 › 下级」. `stage` holds where the blank names that stage
    above, below or beside the caption. `same_as` is another caption that is known already; null in a
    draft, until a person has written it.
    """

    says: tuple[str, ...] = Field(min_length=1)
    stage: StageName | None = None
    same_as: str | None = None
    school: Means | None = None
    district: Means | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.same_as is not None and (self.school or self.district):
            raise ValueError("`same_as` borrows a meaning: it has no `school` or `district` of its own")
        return self


class Synonyms(Policy):
    """The words of blank forms.

    `neutral` are group captions that leave the meaning of what is below them as it is; `narrowing` are
    words in a title that confine a whole form to part of the schools. `adds_up` names, by fact, the
    columns whose sum over the schools is the district's number.
    """

    kind: Literal["synonyms"]
    headings: BlankHeadings = BlankHeadings()
    units: BlankUnits = BlankUnits()
    neutral: tuple[str, ...] = ()
    narrowing: tuple[str, ...] = ()
    adds_up: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    captions: tuple[Caption, ...] = ()
