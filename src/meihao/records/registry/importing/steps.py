"""What a file would do: steps that are shown, rehearsed, and taken all together.

A rehearsal takes every step in a transaction that is then rolled back: whatever the registry would
refuse is known before anybody confirms, and said at the row it comes from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from django.db import IntegrityError, transaction

from meihao.base.text import Refused, Text
from meihao.policy.rulebook import Rulebook
from meihao.records.accounts.acting import Acting
from meihao.records.registry.models import Organisation


@dataclass(frozen=True, slots=True)
class Case:
    """What a file is planned for: who hands it in for which authority, as of which day, under whose rules."""

    by: Acting
    authority: Organisation
    on: date
    place: str
    rulebook: Rulebook
    file_name: str
    sha256: str

    @property
    def basis(self) -> str:
        """What an event of this file cites."""
        return f"批量导入 {self.file_name} {self.sha256[:12]}"


class Field(NamedTuple):
    """One thing that changes: what it is called, what it was and what it will be."""

    title: Text
    was: str
    will_be: str


@dataclass(frozen=True, slots=True)
class Step:
    """One effect: of a row on a unit, or of a list on the pupils of one school.

    `mark` tells apart what looks alike where it is shown, as whom a number of pupils is of.
    """

    place: str
    what: Literal["new", "changed"]
    name: str
    fields: tuple[Field, ...]
    run: Callable[[Acting], object] = field(compare=False, repr=False)
    mark: str = ""


class Refusal(NamedTuple):
    """A row that the registry would refuse, and why."""

    place: str
    text: Text


class Tally(NamedTuple):
    """How many of what at one school; nobody is named."""

    name: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a file would do.

    `counts` is what a batch is told by; `missing` are known, not in the file, and left alone; `refusals`
    are rows that cannot be taken as the registry is; `tallies` says a list of people school by school.
    """

    steps: tuple[Step, ...]
    counts: Mapping[str, int]
    missing: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    tallies: tuple[Tally, ...] = ()

    @property
    def digest(self) -> str:
        """Names what was shown: another difference has another digest."""
        said = [
            [s.place, s.what, s.name, [[*f.title, f.was, f.will_be] for f in s.fields], s.mark]
            for s in self.steps
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


_MEANWHILE = Text(
    "台账刚刚有变动。请刷新这一页，重新比较。",
    "The registry changed a moment ago. Reload the page to compare again.",
)


class _Back(Exception):  # noqa: N818  (it only turns a rehearsal back)
    pass


def rehearsed(by: Acting, steps: Iterable[Step]) -> list[Refusal]:
    """What would be refused if the steps were taken now; the registry stays as it was."""
    refusals: list[Refusal] = []
    try:
        with transaction.atomic():
            for step in steps:
                try:
                    with transaction.atomic():
                        step.run(by)
                except Refused as refused:
                    refusals.append(Refusal(step.place, refused.text))
                except IntegrityError:  # another writer came since the comparison
                    refusals.append(Refusal(step.place, _MEANWHILE))
            raise _Back
    except _Back:
        return refusals


def taken(by: Acting, steps: Sequence[Step]) -> None:
    """Takes all steps or none. Raises `Refused`, naming the row."""
    with transaction.atomic():
        for step in steps:
            try:
                step.run(by)
            except Refused as refused:
                zh, en = refused.text
                raise Refused(f"{step.place}：{zh}", f"{step.place}: {en}") from refused
