"""A person is erased: what says who it was goes, the pseudonym and the dated rows stay.

个人信息保护法第四十七条; 未成年人网络保护条例第三十四条. Name, identity number and student number go with
their fingerprints, and so does the month of birth. Sex and the dated rows stay under the key: headcounts of
days gone by are made of them. The trail never named anybody but by key. Whoever comes again is a new person.

What a database file still holds of a row that was emptied is `accounts.residue`'s to clear.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from meihao.base.text import Refused, Text
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting, Missing, NotPermitted
from meihao.records.accounts.sealing import SealError
from meihao.records.registry import access
from meihao.records.registry.models import Employment, Enrolment, Person, Post
from meihao.records.registry.people.erased import ERASE, refuse_erased

LONGEST_BASIS = 200
Row = Enrolment | Post | Employment
_EMPTIED: dict[str, object] = {
    "id_kind": "",
    "id_number": None,
    "id_number_blind": None,
    "name": None,
    "name_blind": None,
    "birth_year_month": None,
    "student_number": None,
    "student_number_blind": None,
}


@dataclass(frozen=True, slots=True)
class Erased:
    """Who was erased, when and why: a line to be kept beside the backups, which still hold the person."""

    key: UUID
    on: date
    basis: str

    def __str__(self) -> str:
        return f"{self.key} {self.on} {self.basis}"

    @classmethod
    def read(cls, line: str) -> Erased:
        """From the line that `str` writes. Raises `ValueError`."""
        key, on, basis = line.strip().split(" ", 2)
        return cls(UUID(key), date.fromisoformat(on), basis)


@dataclass(frozen=True, slots=True)
class Again:
    """How many were erased again, and those who could not be: in the backup they had not left yet."""

    done: int
    left: list[tuple[UUID, Text]]


def erased(*, by: Acting) -> list[Erased]:
    """Everybody in the registry who was erased, by day and key; for the console."""
    _require(by, [])
    found = Person._plain.filter(erased_on__isnull=False).order_by("erased_on", "key")
    return [Erased(one.key, one.erased_on, one.erased_basis) for one in found if one.erased_on is not None]


def erase_again(*, by: Acting, lines: Iterable[Erased]) -> Again:
    """Erases those of a list whom a restored backup brought back.

    Those whom the backup does not know, or who are erased in it, are passed over. Raises `NotPermitted`.
    """
    _require(by, [])
    wanted, done, left = {line.key: line for line in lines}, 0, []
    for person in Person._plain.filter(key__in=wanted, erased_on__isnull=True).order_by("pk"):
        line = wanted[person.key]
        try:
            erase(by=by, person=person, on=line.on, basis=line.basis)
            done += 1
        except Refused as refused:
            left.append((person.key, refused.text))
    return Again(done, left)


def person_to_erase(by: Acting, key: UUID | str) -> Person:
    """The person of a key, all of whose units are in scope. Raises `NotPermitted`, `Missing`."""
    found = Person._plain.filter(key=key).first()
    if not access.holds(by, ERASE):
        raise NotPermitted(ERASE)
    if found is None:
        raise Missing
    _require(by, _rows(found))
    return found


def erase(*, by: Acting, person: Person, on: date, basis: str) -> Person:
    """Empties all that says who a person is, for good; `on` and `basis` stay beside the key.

    Raises `Refused` where an enrolment, a post or an employment is open on the day, the day lies ahead, the
    basis is missing or names the person, or they were erased; `NotPermitted`, `Missing`.
    """
    with transaction.atomic():
        found = Person._plain.select_for_update().get(pk=person.pk)
        rows = _rows(found)
        _require(by, rows)
        refuse_erased(found)
        _check_over(by, rows, on)
        said = _basis(found, basis)
        for field, empty in _EMPTIED.items():
            setattr(found, field, empty)
        found.erased_on, found.erased_basis = on, said
        found.save(update_fields=[*_EMPTIED, "erased_on", "erased_basis"])
        last = max(rows, key=lambda row: row.since, default=None)
        unit = str(last.organisation.key) if last is not None else ""
        detail = {"on": on, "basis": said}
        audit.record(by, ERASE, subject=f"person:{found.key}", organisation=unit, detail=detail)
    return found


def _rows(person: Person) -> list[Row]:
    return [
        *Enrolment._plain.filter(person=person).select_related("organisation"),
        *Post._plain.filter(person=person).select_related("organisation"),
        *Employment._plain.filter(person=person).select_related("organisation"),
    ]


def _require(by: Acting, rows: list[Row]) -> None:
    """Every unit the person was ever at has to be in scope; who was at none is for whoever has everything."""
    access.require(by, ERASE, *(row.organisation for row in rows))
    if not rows and not access.scope(by, ERASE).everything:
        raise Missing


def _check_over(by: Acting, rows: list[Row], on: date) -> None:
    if any(row.until is None or row.until > by.day for row in rows):
        raise Refused(
            "这个人还有在籍、在岗或用工的记录，不能删除。请先登记离校、离岗和终止用工。",
            "the person is still enrolled, in a post or employed. Record that it ended first.",
        )
    last = max((row.until for row in rows if row.until is not None), default=on)
    if not last <= on <= by.day:
        raise Refused(
            f"删除日期应在最后一段记录结束（{last}）之后、不晚于 {by.day}。请核对日期。",
            f"the day of erasure lies between {last}, when the last row ended, and {by.day}. Check the day.",
        )


def _basis(person: Person, basis: str) -> str:
    said = " ".join(basis.split())
    if not said or len(said) > LONGEST_BASIS:
        raise Refused(
            f"请写明删除依据，最多 {LONGEST_BASIS} 个字，例如「监护人申请，澄教函〔2025〕3号」。",
            f"say on what basis the person is erased, in {LONGEST_BASIS} characters at most.",
        )
    squeezed = "".join(said.split())
    if any(one in squeezed for one in _secrets(person)):
        raise Refused(
            "依据会一直留下，请不要写姓名或号码。", "the basis stays for ever: write no name or number in it."
        )
    return said


def _secrets(person: Person) -> list[str]:
    """Name and numbers without blanks, as far as they open: one whose key is lost can be erased too."""
    found = []
    for sealed in (person.name, person.id_number, person.student_number):
        try:
            found += ["".join(sealed.opened().split())] if sealed is not None else []
        except SealError:
            continue
    return found
