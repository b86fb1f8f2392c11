"""What is kept how long: the terms are data, `records/retention.yaml`; what is due is reported, then erased.

A term that the sources leave open is null: such rows are counted and never erased by themselves. An
installation may set a term of its own, never shorter than what the law asks to keep.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.db import transaction
from pydantic import Field, ValidationError

import meihao.records
from meihao.base.text import Text
from meihao.policy.kinds import Confidence, Model, Reference, Words
from meihao.policy.reader import worded
from meihao.policy.yaml_nodes import documents, refused
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting, require
from meihao.web.keepers import KEEPERS

APPLY = "web.retention"
SHIPPED = Path(meihao.records.__file__).parent / "retention.yaml"


class Period(Model):
    """A stretch of the calendar; of one unit at a time."""

    years: int = Field(0, ge=0)
    months: int = Field(0, ge=0)
    days: int = Field(0, ge=0)

    def before(self, day: date) -> date:
        """The day so long before another; where a month is too short for it, the last of that month."""
        months = day.year * 12 + day.month - 1 - self.years * 12 - self.months
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])) - timedelta(self.days)

    @property
    def words(self) -> Text:
        """In words."""
        parts = [
            (count, zh, en)
            for count, zh, en in (
                (self.years, "年", "years"),
                (self.months, "个月", "months"),
                (self.days, "天", "days"),
            )
            if count
        ] or [(0, "天", "days")]
        return Text(
            "".join(f"{count} {zh}" for count, zh, _ in parts),
            " ".join(f"{count} {en}" for count, _, en in parts),
        )


class Kept(Model):
    """One kind of rows: how long the law asks to keep it, and when it is erased; null is not set."""

    title: Words
    since: Words = Field(alias="from")
    at_least: Period | None
    erase_after: Period | None
    reference: Reference
    confidence: Confidence
    note: str | None = None


class _File(Model):
    kind: Literal["retention"]
    reviewed: Mapping[str, str] | None
    kept: Mapping[str, Kept]


def terms(overlay: Path | None = None) -> dict[str, Kept]:
    """The terms in force here: those of the home before the shipped ones. Raises `Refused` at its line."""
    found = _read(SHIPPED)
    own = overlay or Path(settings.HOME) / "retention.yaml"
    return found | (_read(own, found) if own.is_file() else {})


def _read(path: Path, known: Mapping[str, Kept] | None = None) -> dict[str, Kept]:
    (document,) = documents(path)
    try:
        file = _File.model_validate(document.data)
    except ValidationError as error:
        raise worded(document, error.errors()[0]) from None
    for key, kept in file.kept.items():
        for place, zh, en in _faults(key, kept, known):
            raise refused(path, document.line(("kept", key, place)), zh, en)
    return dict(file.kept)


def _faults(key: str, kept: Kept, known: Mapping[str, Kept] | None) -> Iterator[tuple[str, str, str]]:
    if known is not None and key not in known:
        yield "title", f"没有「{key}」这一类。", f"there is no kind {key}."
    least = [one.at_least for one in (kept, (known or {}).get(key)) if one is not None and one.at_least]
    day = date(2024, 3, 1)
    for wanted in least:
        if kept.erase_after is not None and kept.erase_after.before(day) > wanted.before(day):
            zh = f"清除期限短于依法保存的 {wanted.words.zh}（{kept.reference.document}）。"
            yield "erase_after", zh, f"is shorter than the {wanted.words.en} that the law asks to keep."


@dataclass(frozen=True, slots=True)
class Line:
    """One kind in the report; numbers are None where the kind has no table of its own."""

    key: str
    kept: Kept
    rows: int | None
    due: int | None


def report(*, by: Acting, on: date) -> list[Line]:
    """What there is of each kind and what of it is due on a day; a term that is not set makes nothing due."""
    require(by, APPLY)
    return [_line(key, kept, on) for key, kept in terms().items()]


def _line(key: str, kept: Kept, on: date) -> Line:
    keeper = KEEPERS.get(key)
    if keeper is None:
        return Line(key, kept, None, None)
    due = keeper.count(kept.erase_after.before(on)) if kept.erase_after is not None else 0
    return Line(key, kept, keeper.count(), due)


def apply(*, by: Acting, on: date) -> dict[str, int]:
    """Erases what is due on a day, each kind whole or not at all; how many of each kind went."""
    require(by, APPLY)
    erased = {}
    for key, kept in terms().items():
        keeper = KEEPERS.get(key)
        if keeper is None or kept.erase_after is None:
            continue
        with transaction.atomic():
            erased[key] = keeper.erase(by, kept.erase_after.before(on))
            if erased[key]:
                said = {"rows": erased[key], "on": on, "erase_after": kept.erase_after.words.en}
                audit.record(by, APPLY, subject=f"retention:{key}", detail=said)
    return {key: count for key, count in erased.items() if count}
