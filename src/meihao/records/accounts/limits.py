"""The limits of sign-in, sessions, forms and files: how many, how long, how big; in `records/limits.yaml`.

Each says where it comes from. Whoever asks takes `limits.LIMITS` at the moment of asking.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from meihao.policy.kinds import Confidence, Model, Reference, Words
from meihao.policy.reader import worded
from meihao.policy.yaml_nodes import documents, refused

PATH = Path(__file__).parents[1] / "limits.yaml"
_DOUBTFUL = "待核"


@dataclass(frozen=True)
class Limits:
    """Every limit; a length of time as such, anything else as a whole number of its unit."""

    sign_in_failures: int  # times
    sign_in_lock: timedelta
    sign_in_memory: timedelta
    session_idle: timedelta
    session_absolute: timedelta
    session_warning: timedelta
    link_life: timedelta
    code_pending: timedelta
    code_drift: int  # steps of 30 s
    recovery_codes: int
    password_length: int  # characters
    purpose_length: int  # characters
    explanation_length: int  # characters
    days_ahead: timedelta
    document_size: int  # MB
    token_life: timedelta
    client_life: timedelta
    page_rows: int  # rows
    page_most: int  # rows
    retry_after: timedelta
    wall_refresh: timedelta


_TIMES = {"seconds", "minutes", "hours", "days"}
_COUNTS = {
    "sign_in_failures": "times",
    "code_drift": "steps",
    "recovery_codes": "codes",
    "password_length": "characters",
    "purpose_length": "characters",
    "explanation_length": "characters",
    "document_size": "MB",
    "page_rows": "rows",
    "page_most": "rows",
}


class Limit(Model):
    """One limit and where it comes from; `between` is what the reference names as usual, both included."""

    title: Words
    value: int = Field(ge=0)
    unit: Literal[
        "times", "seconds", "minutes", "hours", "days", "steps", "codes", "characters", "MB", "rows"
    ]
    between: tuple[int, int] | None = None
    reference: Reference | None
    confidence: Confidence | None
    note: str

    @property
    def taken(self) -> int | timedelta:
        """As code uses it."""
        return timedelta(**{self.unit: self.value}) if self.unit in _TIMES else self.value


class _File(Model):
    kind: Literal["limits"]
    reviewed: Mapping[str, str] | None
    limits: Mapping[str, Limit]


def read(path: Path = PATH) -> Limits:
    """Reads the limits. Raises `Refused` with file and line where one is unknown, missing or cannot hold."""
    (document,) = documents(path)
    try:
        file = _File.model_validate(document.data)
    except ValidationError as error:
        raise worded(document, error.errors()[0]) from None
    for place, zh, en in _faults(file.limits):
        raise refused(path, document.line(("limits", *place)), zh, en)
    return Limits(**{key.replace("-", "_"): limit.taken for key, limit in file.limits.items()})  # type: ignore[arg-type]


def _faults(limits: Mapping[str, Limit]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    known = {field.name.replace("_", "-"): field.name for field in fields(Limits)}
    for key, limit in limits.items():
        if key not in known:
            yield (key,), f"没有「{key}」这个限值。", f"there is no limit “{key}”."
            continue
        yield from (((key, place), zh, en) for place, zh, en in _fault(known[key], limit))
    for key in known:
        if key not in limits:
            yield (), f"缺少限值「{key}」。", f"the limit “{key}” is missing."
    yield from _disorder(limits)


def _fault(name: str, limit: Limit) -> Iterator[tuple[str, str, str]]:
    wanted = {_COUNTS[name]} if name in _COUNTS else _TIMES
    if limit.unit not in wanted:
        units = ", ".join(sorted(wanted))
        yield "unit", f"单位应为 {units}。", f"the unit is one of {units}."
    if limit.value == 0 and name != "code_drift":
        yield "value", "限值应大于 0。", "the limit is greater than 0."
    least, most = limit.between or (limit.value, limit.value)
    if not least <= limit.value <= most:
        zh = f"限值 {limit.value} 不在 {least} 至 {most} 之间。"
        yield "value", zh, f"{limit.value} is not between {least} and {most}."
    if (limit.reference is None) != (limit.confidence is None):
        zh = "有依据才有可信度，反之亦然。"
        yield "reference", zh, "a reference has a confidence, and nothing else has one."
    if limit.confidence in ("M", "L") and not limit.note.startswith(_DOUBTFUL):
        yield "note", f"没有读到原文的，说明以「{_DOUBTFUL}」开头。", f"the note begins with {_DOUBTFUL}."


def _disorder(limits: Mapping[str, Limit]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """A warning before the end of an idle session, which ends before the longest does."""
    lengths = [limits[key].taken for key in ("session-warning", "session-idle", "session-absolute")]
    if not lengths[0] < lengths[1] <= lengths[2]:  # type: ignore[operator]
        zh = "提醒须早于空闲退出，空闲退出须不晚于最长时间。"
        yield ("session-idle", "value"), zh, "it is longer than the warning, and no longer than the longest."


LIMITS = read()
