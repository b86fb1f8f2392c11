"""What a dossier holds: for every slot its files, period and state; and the files that fit nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from unicodedata import normalize

from meihao.base.text import Text
from meihao.documents.dossier.finding import homes
from meihao.documents.dossier.names import grade_in, secret, shown
from meihao.documents.dossier.register import Entry, entries
from meihao.documents.dossier.slots import Place, Slot, places
from meihao.documents.dossier.walking import Kept, files_in
from meihao.figures.plan import Plan
from meihao.figures.snapshot import Snapshot, Table


class SlotState(StrEnum):
    """Where a slot stands; of one that has files whose period has run out, *expired* is said."""

    PRESENT = "present"
    MISSING = "missing"
    EXPIRED = "expired"

    @property
    def words(self) -> Text:
        """In words."""
        return _TITLES[self]


_TITLES = {
    SlotState.PRESENT: Text("齐", "present"),
    SlotState.MISSING: Text("缺", "missing"),
    SlotState.EXPIRED: Text("过期", "expired"),
}


@dataclass(frozen=True)
class Filed:
    """One slot with what is there for it; `taken` are the workbooks of its return, with their checksums.

    `entry` is what the bureau says of it, with nothing in it where the bureau says nothing.
    """

    place: Place
    slot: Slot
    entry: Entry
    files: tuple[Kept, ...]
    taken: tuple[tuple[str, str], ...]
    on: date

    @property
    def state(self) -> SlotState:
        """Missing without a file, expired where its period ended before the day, present otherwise."""
        if not self.files and not self.taken:
            return SlotState.MISSING
        last = self.entry.last
        return SlotState.EXPIRED if last is not None and last < self.on else SlotState.PRESENT


@dataclass(frozen=True)
class Dossier:
    """A dossier on a day: its slots in order, and what is to be said of its files.

    `superfluous` are files in no slot, each with why; `twice` are equal files in more than one slot;
    `refused` was not read; `told` are entries of the register that do not fit the folder.
    """

    on: date
    filed: tuple[Filed, ...]
    superfluous: tuple[tuple[Kept, Text], ...]
    twice: tuple[tuple[Kept, tuple[str, ...]], ...]
    refused: tuple[Text, ...]
    told: tuple[Text, ...]

    def count(self, state: SlotState, block: str | None = None) -> int:
        """How many slots stand where, of one block or of all."""
        return sum(one.state is state for one in self.filed if block in (None, one.place.block))

    def slot(self, number: str) -> Filed:
        """One slot by its number. Raises `KeyError`."""
        for one in self.filed:
            if one.slot.number == number:
                return one
        raise KeyError(number)


def read_dossier(
    plan: Plan, folder: Path, table: Table | None, on: date, snapshot: Snapshot | None = None
) -> Dossier:
    """Reads a dossier's folder on a day; `table` is the register of evidence, where the bureau keeps one.

    Files are hashed and never opened as documents. With the `snapshot` of an evaluation, a return that was
    taken in is present without lying in the folder once more. Raises `Refused` where there is no folder.
    """
    kept, refused = files_in(folder)
    wanted = places(plan)
    register, told = entries(wanted, table)
    named, lost = _named(register, kept)
    found, superfluous = homes(wanted, kept, named)
    taken = _taken(snapshot)
    filed = tuple(
        Filed(
            place,
            slot,
            register.get(slot.number, Entry()),
            tuple(found.get(slot.number, ())),
            tuple(taken.get(slot.form or "", ())),
            on,
        )
        for place in wanted
        for slot in place.slots
    )
    return Dossier(on, filed, tuple(superfluous), tuple(_twice(filed)), tuple(refused), (*told, *lost))


def _named(register: Mapping[str, Entry], kept: list[Kept]) -> tuple[dict[str, list[Kept]], list[Text]]:
    """The files the register names, by slot, and in words those that are not there.

    Names are compared with the files that are there and never used as paths.
    """
    named: dict[str, list[Kept]] = {}
    lost = []
    for number, entry in register.items():
        for name in dict.fromkeys(entry.files):
            found = [one for one in kept if name in (normalize("NFC", one.path), normalize("NFC", one.name))]
            named.setdefault(number, []).extend(found)
            if not found:
                lost.append(_lost(number, name))
    return named, lost


def _lost(number: str, name: str) -> Text:
    grade = grade_in(name)
    if grade is not None:
        return secret(f"登记表 {number} 的文件名", grade)
    return Text(
        f"登记表为 {number} 写了文件「{shown(name)}」，文件夹里没有。",
        f"the register names “{shown(name)}” for {number}: it is not in the folder.",
    )


def _taken(snapshot: Snapshot | None) -> dict[str, list[tuple[str, str]]]:
    """The workbooks an evaluation took in, by the form they are."""
    origins = [o for t in snapshot.tables.values() for o in t.origins.values()] if snapshot else []
    found: dict[str, dict[str, str]] = {}
    for origin in origins:
        found.setdefault(origin.form, {})[origin.file] = origin.sha256
    return {form: sorted(files.items()) for form, files in found.items()}


def _twice(filed: tuple[Filed, ...]) -> Iterator[tuple[Kept, tuple[str, ...]]]:
    seen: dict[str, list[tuple[Kept, str]]] = {}
    for one in filed:
        for kept in one.files:
            seen.setdefault(kept.sha256, []).append((kept, one.slot.number))
    for pairs in seen.values():
        numbers = tuple(dict.fromkeys(number for _, number in pairs))
        if len(numbers) > 1:
            yield pairs[0][0], numbers
