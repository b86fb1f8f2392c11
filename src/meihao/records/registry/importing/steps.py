"""What a file would do: steps that are shown, rehearsed, and taken all together.

A rehearsal takes every step in a transaction that is then rolled back: whatever the registry would
refuse is known before anybody confirms, and said at the row it comes from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from django.db import transaction

from meihao.base.text import Refused, Text
from meihao.records.accounts.acting import Acting


class Field(NamedTuple):
    """One thing that changes: what it is called, what it was and what it will be."""

    title: Text
    was: str
    will_be: str


@dataclass(frozen=True, slots=True)
class Step:
    """One row's effect: a unit or person that is new, or that changes."""

    place: str
    what: Literal["new", "changed"]
    name: str
    fields: tuple[Field, ...]
    run: Callable[[Acting], object] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a file would do; `missing` are known, not in the file, and left alone."""

    steps: tuple[Step, ...]
    unchanged: int
    missing: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are new, changed, unchanged, and how many known ones the file does not name."""
        new = sum(step.what == "new" for step in self.steps)
        changed = len(self.steps) - new
        return {"new": new, "changed": changed, "unchanged": self.unchanged, "missing": len(self.missing)}

    @property
    def digest(self) -> str:
        """Names what was shown: another difference has another digest."""
        said = [
            [s.place, s.what, s.name, [[*f.title, f.was, f.will_be] for f in s.fields]] for s in self.steps
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


class Refusal(NamedTuple):
    """A row that the registry would refuse, and why."""

    place: str
    text: Text


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
