"""What every kind of policy file shares: typed values, reference, confidence, dates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from meihao.base.exact import decimal_text
from meihao.base.school_year import MonthDay
from meihao.base.stages import Stage
from meihao.base.text import Text
from meihao.policy.expressions import BadExpression, parse, written


class Model(BaseModel):
    """Frozen, strict, and closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True)


def _text(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"zh", "en"}:
        return Text(**value)
    raise ValueError("both languages are wanted: {zh: …, en: …}")


def _number(value: Any) -> Any:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return Fraction(value)
    raise ValueError(f"a number is wanted: {value!r}")


def _expression(value: Any) -> Any:
    if value is None or not isinstance(value, (str, int, Decimal, bool)):
        raise ValueError(f"an expression is wanted: {value!r}")
    try:
        return parse(str(value).lower() if isinstance(value, bool) else str(value))
    except BadExpression as error:
        raise ValueError(str(error)) from None


def _by_stage(value: Any) -> Any:
    return value if isinstance(value, dict) else dict.fromkeys(map(str, Stage), value)


def _stage(value: Any) -> Any:
    return Stage(value)


def _month_day(value: Any) -> Any:
    month, _, day = str(value).partition("-")
    return MonthDay(int(month), int(day))


Words: TypeAlias = Annotated[Text, BeforeValidator(_text)]
Number: TypeAlias = Annotated[Fraction, BeforeValidator(_number), PlainSerializer(decimal_text)]
Formula: TypeAlias = Annotated[Any, BeforeValidator(_expression), PlainSerializer(written)]
StageName: TypeAlias = Annotated[Stage, BeforeValidator(_stage)]
PerStage: TypeAlias = Annotated[dict[StageName, Formula], BeforeValidator(_by_stage)]
Day: TypeAlias = Annotated[MonthDay, BeforeValidator(_month_day)]
Given: TypeAlias = Fraction | str | bool | None
Confidence: TypeAlias = Literal["H", "M", "L"]


def _given(value: Any) -> Any:
    return Fraction(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else value


GivenValue: TypeAlias = Annotated[Any, BeforeValidator(_given)]


class Reference(Model):
    """Where a rule stands: the document, its number, the clause."""

    document: str
    number: str | None
    clause: str
    note: str | None = None


class Reviewed(Model):
    """Who read the file against its source, and when to read it again; null until somebody has."""

    by: str | None
    on: date | None
    next: date | None


class Policy(Model):
    """What every policy file says about itself."""

    kind: str
    key: str
    title: Words
    since: date
    until: date | None = None
    reference: tuple[Reference, ...] = Field(min_length=1)
    confidence: Confidence
    reviewed: Reviewed
    note: str | None = None

    @property
    def version(self) -> str:
        """The name of this version: key@since."""
        return f"{self.key}@{self.since}"

    @property
    def to_verify(self) -> bool:
        """Whether it is shown with 待核."""
        return self.confidence != "H"

    @property
    def name(self) -> str:
        """The last part of the key, which is also the file's name."""
        return self.key.rsplit("/", 1)[-1]

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.until is not None and self.until <= self.since:
            raise ValueError("`until` is exclusive and must come after `since`")
        return self
