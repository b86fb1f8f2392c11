"""One person: what may be seen without a purpose, and what only for one.

A person is in scope where any row of theirs is at a unit in scope, so a school keeps those who left it; of
their rows it sees its own. Name and numbers open for a stated purpose alone, and each opening is in the trail
(未成年人网络保护条例第三十六条: 最小授权，访问经审批，记录访问情况).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from meihao.base.text import Refused, Text
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting, Missing, NotPermitted
from meihao.records.accounts.limits import LIMITS
from meihao.records.accounts.sealing import SealError, blind
from meihao.records.registry import access
from meihao.records.registry.models import Employment, EmploymentKind, Enrolment, Person, Post, PostKind
from meihao.records.registry.models.people import ID_NUMBER, STUDENT_NUMBER, pseudonym
from meihao.records.registry.models.people_kinds import Came, Left, class_worded, worded
from meihao.records.registry.people.erased import ERASE, refuse_erased
from meihao.records.registry.people.queries import READ
from meihao.records.registry.queries import names

REVEAL = "registry.person.reveal"
_LEAST = LIMITS.purpose_length
_PLAIN = ("key", "sex", "birth_year_month", "erased_on", "erased_basis")
Rows = Enrolment | Post | Employment


@dataclass(frozen=True, slots=True)
class Stay:
    """One row of a person's history: where they are or were, as what, how it began and ended."""

    what: Text
    organisation: str
    since: date
    until: date | None
    came: Text | None = None
    left: Text | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A person by pseudonym; `birth` is YYYY-MM or ""; `stays` has the latest first.

    `erased_on` and `erased_basis` say when and why all that said who it was went; None and "" otherwise.
    """

    key: UUID
    sex: str
    birth: str
    stays: list[Stay]
    revealable: bool
    erased_on: date | None = None
    erased_basis: str = ""
    erasable: bool = False

    @property
    def short(self) -> str:
        """The pseudonym."""
        return pseudonym(self.key)


@dataclass(frozen=True, slots=True, repr=False)
class Revealed:
    """Who somebody is, for the page that asked and for nothing else; "" where a number is not known."""

    name: str
    id_kind: str
    id_number: str
    student_number: str

    def in_words(self, text: str) -> bool:
        """Whether a text without blanks holds the name or a number."""
        secrets = ("".join(part.split()) for part in (self.name, self.id_number, self.student_number))
        return any(part and part in text for part in secrets)


def person(by: Acting, key: UUID | str, as_of: date) -> Card:
    """The card of a person in scope; units are called as on a day. Raises `Missing`."""
    found = _one(by, key, READ)
    rows = [*_rows(by, found, READ)]
    named = names({row.organisation.key for row in rows}, as_of)
    stays = [_stay(row, named.get(str(row.organisation.key), "")) for row in rows]
    stays.sort(key=lambda stay: stay.since, reverse=True)
    kept = found.erased_on is None
    revealable = kept and access.holds(by, REVEAL) and _people(by, REVEAL).filter(pk=found.pk).exists()
    over = all(stay.until is not None for stay in stays)
    return Card(
        found.key,
        found.sex,
        found.birth_year_month or "",
        stays,
        revealable,
        found.erased_on,
        found.erased_basis,
        erasable=kept and over and as_of == by.day and access.holds(by, ERASE),
    )


def in_scope(by: Acting, key: UUID | str, action: str) -> Person:
    """The person of a key to whom this may be done, without what is sealed of them. Raises `Missing`."""
    return _one(by, key, action)


def find(by: Acting, number: str) -> UUID | None:
    """The key of the person in scope who bears an identity or student number; the whole of it, or nothing."""
    asked = "".join(unicodedata.normalize("NFKC", number).split()).upper()
    bears = Q(id_number_blind=blind(asked, ID_NUMBER)) | Q(student_number_blind=blind(asked, STUDENT_NUMBER))
    return _people(by, READ).filter(bears).values_list("key", flat=True).first()


def looked_up(by: Acting, number: str) -> UUID | None:
    """As `find`, for a page: that somebody was looked up by their number is in the trail, by key alone."""
    with transaction.atomic():
        key = find(by, number)
        if key is not None:
            audit.record(by, READ, subject=f"person:{key}", detail={"found_by": "number"})
    return key


def reveal(by: Acting, key: UUID | str) -> Revealed:
    """Name and numbers, for `by.purpose`; one entry of the trail, in the same transaction.

    Raises `Refused` without a purpose of five characters, where it holds what is to be revealed, and for a
    person who was erased; `NotPermitted`, `Missing`.
    """
    if not access.holds(by, REVEAL):
        raise NotPermitted(REVEAL)
    purpose = "".join(by.purpose.split())
    if len(purpose) < _LEAST:
        raise Refused(
            f"请写明查看事由，至少 {_LEAST} 个字，例如「核对学籍信息」。",
            f"say what it is needed for, in {_LEAST} characters at least.",
        )
    with transaction.atomic():
        found = _one(by, key, REVEAL, sealed=True)
        refuse_erased(found)
        shown = _opened(found)
        if shown.in_words(purpose):
            raise Refused(
                "事由会留在审计记录里，请不要写姓名或号码。",
                "the purpose stays in the audit trail: write no name or number in it.",
            )
        unit = max(_rows(by, found, REVEAL), key=lambda row: row.since).organisation
        audit.record(by, REVEAL, subject=f"person:{found.key}", organisation=str(unit.key))
    return shown


def _opened(found: Person) -> Revealed:
    number, student = found.id_number, found.student_number
    try:
        return Revealed(
            found.name.opened() if found.name is not None else "",
            found.id_kind,
            number.opened() if number is not None else "",
            student.opened() if student is not None else "",
        )
    except SealError as error:
        raise Refused(
            "这个人的密封信息打不开：密钥不全或数据被改动。请联系系统运维人员检查密钥目录。",
            "what is sealed of this person does not open: a key is missing, or the data was changed. "
            "Ask the operator to look at the key ring.",
        ) from error


def _one(by: Acting, key: UUID | str, action: str, *, sealed: bool = False) -> Person:
    rows = _people(by, action).filter(key=key)
    found = (rows if sealed else rows.only(*_PLAIN)).first()
    if found is None:
        raise Missing
    return found


def _people(by: Acting, action: str) -> QuerySet[Person]:
    scope = access.scope(by, action)
    within = scope.within("organisation")
    if within is None:
        return Person.objects.scoped(None, by.name)
    here = [model.objects.scoped(within, by.name).values("person") for model in (Enrolment, Post, Employment)]
    return Person.objects.scoped(Q(pk__in=here[0]) | Q(pk__in=here[1]) | Q(pk__in=here[2]), by.name)


def _rows(by: Acting, of: Person, action: str) -> Iterable[Rows]:
    within = access.scope(by, action).within("organisation")
    models: tuple[Any, ...] = (Enrolment, Post, Employment)
    for model in models:
        beside = ("organisation", "class_group") if model is Enrolment else ("organisation",)
        yield from model.objects.scoped(within, by.name).filter(person=of).select_related(*beside)


def _stay(row: Rows, organisation: str) -> Stay:
    match row:
        case Enrolment():
            left = worded(Left(row.left_by)) if row.left_by else None
            came = worded(Came(row.came_by))
            number = row.class_group.number if row.class_group is not None else None
            return Stay(class_worded(row.grade, number), organisation, row.since, row.until, came, left)
        case Post():
            zh, en = worded(PostKind(row.kind))
            with_subject = (
                Text(f"{zh}·{row.subject}", f"{en}, {row.subject}") if row.subject else Text(zh, en)
            )
            return Stay(with_subject, organisation, row.since, row.until)
        case _:
            return Stay(worded(EmploymentKind(row.kind)), organisation, row.since, row.until)
