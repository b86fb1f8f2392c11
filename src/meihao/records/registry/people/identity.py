"""Who a person is, as somebody wrote it: checked, and looked for among those who are known.

What is refused here repeats no name and no whole number: what was typed is before whoever typed it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from meihao.base import codes
from meihao.base.text import Refused
from meihao.records.accounts.sealing import blind
from meihao.records.registry.models import IdKind, Person, SexCode
from meihao.records.registry.models.people import ID_NUMBER, NAME, STUDENT_NUMBER

_LONGEST_NAME, _LONGEST_NUMBER = 60, 30
_MONTH = re.compile(r"(19|20|21)\d\d-(0[1-9]|1[0-2])")
_NUMBER = re.compile(r"[0-9A-Z()-]{4,30}")
_AT_ONCE = 5000  # values in one question


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of a person; all but the name may be unknown (""). `birth` is YYYY-MM.

    Sex and birth need not be written beside a resident's identity number, which says both.
    """

    name: str
    sex: str = ""
    id_kind: str = ""
    id_number: str = ""
    student_number: str = ""
    birth: str = ""

    def __repr__(self) -> str:
        return "Identity(…)"


@dataclass(frozen=True, slots=True)
class Checked:
    """An identity in order, with the fingerprints by which it is found."""

    who: Identity
    name_blind: str
    id_blind: str | None
    student_blind: str | None

    def person(self) -> Person:
        """A new row, sealed and not saved."""
        who = self.who
        return Person(
            id_kind=who.id_kind,
            id_number=who.id_number or None,
            id_number_blind=self.id_blind,
            name=who.name,
            name_blind=self.name_blind,
            sex=who.sex,
            birth_year_month=who.birth or None,
            student_number=who.student_number or None,
            student_number_blind=self.student_blind,
        )

    def completes(self, person: Person) -> list[str]:
        """Writes into a known person's row the numbers it lacks; the names of the fields that changed."""
        changed: list[str] = []
        if self.id_blind and person.id_number_blind is None:
            person.id_kind, person.id_number = self.who.id_kind, self.who.id_number
            person.id_number_blind = self.id_blind
            changed += ["id_kind", "id_number", "id_number_blind"]
        if self.student_blind and person.student_number_blind is None:
            person.student_number, person.student_number_blind = self.who.student_number, self.student_blind
            changed += ["student_number", "student_number_blind"]
        return changed


def checked(given: Identity) -> Checked:
    """An identity in order. Raises `Refused`."""
    name = _name(given.name)
    kind, number = _numbered(given)
    sex, birth = given.sex, given.birth
    if kind == IdKind.RESIDENT:
        sex, birth = _as_number_says(number, sex, birth)
    student = _student(given.student_number, kind, number)
    who = Identity(name, _sex(sex), kind, number, student, _birth(birth))
    return Checked(
        who,
        blind(name, NAME),
        blind(number, ID_NUMBER) if number else None,
        blind(student, STUDENT_NUMBER) if student else None,
    )


def _name(text: str) -> str:
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise Refused(
            f"姓名应为 1 至 {_LONGEST_NAME} 个字，不含控制字符。请核对姓名。",
            f"a name has 1 to {_LONGEST_NAME} printable characters. Check the name.",
        )
    return name


def _numbered(given: Identity) -> tuple[str, str]:
    if not given.id_number:
        return "", ""
    if given.id_kind not in IdKind.values:
        raise Refused("请选择证件类型。", "say what document the number is of.")
    if given.id_kind == IdKind.RESIDENT:
        return given.id_kind, codes.identity_number(given.id_number)
    number = "".join(unicodedata.normalize("NFKC", given.id_number).split()).upper()
    if not _NUMBER.fullmatch(number):
        raise Refused(
            f"证件号应为 4 至 {_LONGEST_NUMBER} 位字母和数字。请核对证件号。",
            f"the number has 4 to {_LONGEST_NUMBER} letters and digits. Check it.",
        )
    return given.id_kind, number


def _as_number_says(number: str, sex: str, birth: str) -> tuple[str, str]:
    said_sex, said_birth = codes.sex_of(number).value, f"{codes.birth_of(number):%Y-%m}"
    if sex not in ("", said_sex):
        raise Refused("性别与身份证号不一致。请核对。", "the sex is not what the identity number says.")
    if birth not in ("", said_birth):
        raise Refused(
            "出生年月与身份证号不一致。请核对。", "the month of birth is not what the identity number says."
        )
    return said_sex, said_birth


def _sex(sex: str) -> str:
    if sex not in ("", *SexCode.values):
        raise Refused("性别应为 1（男）、2（女）、0 或 9。请核对。", "the sex is 1, 2, 0 or 9 (GB/T 2261.1).")
    return sex or SexCode.UNSAID.value


def _birth(birth: str) -> str:
    if birth and not _MONTH.fullmatch(birth):
        raise Refused("出生年月应为 2015-09 的样子。请核对。", "the month of birth is written as 2015-09.")
    return birth


def _student(text: str, kind: str, number: str) -> str:
    if not text or (kind == IdKind.RESIDENT and text == f"G{number}"):
        return text  # nothing to check that was not checked
    student = codes.student_number(text)
    if kind == IdKind.RESIDENT and student[0] == "G" and student[1:] != number:
        raise Refused(
            "学籍号与身份证号不一致。请核对。", "the student number is not that of the identity number."
        )
    return student


class Known:
    """The people in the registry who bear a number of some that are asked about."""

    def __init__(self, asked: Iterable[Checked]) -> None:
        every = list(asked)
        numbers = [one.id_blind for one in every if one.id_blind]
        students = [one.student_blind for one in every if one.student_blind]
        found = [*_bearing("id_number_blind", numbers), *_bearing("student_number_blind", students)]
        people = {person.pk: person for person in found}.values()
        self._by_number = {(one.id_kind, one.id_number_blind): one for one in people if one.id_number_blind}
        self._by_student = {one.student_number_blind: one for one in people if one.student_number_blind}

    def person(self, asked: Checked) -> Person | None:
        """Who it is, or None. Raises `Refused` where the numbers are of two people, or of another name."""
        by_number = self._by_number.get((asked.who.id_kind, asked.id_blind or ""))
        by_student = self._by_student.get(asked.student_blind or "")
        if by_number and by_student and by_number.pk != by_student.pk:
            raise Refused(
                "证件号和学籍号在台账里属于两个人。请核对两个号码。",
                "the two numbers belong to two people in the registry. Check both.",
            )
        person = by_number or by_student
        if person is not None and not _agrees(person, asked):
            raise Refused(
                "这个号码在台账里是另一个姓名或另一个号码。请核对姓名和号码。",
                "this number stands in the registry with another name or number. Check both.",
            )
        return person


def _agrees(person: Person, asked: Checked) -> bool:
    same_number = asked.id_blind is None or person.id_number_blind in (None, asked.id_blind)
    same_student = asked.student_blind is None or person.student_number_blind in (None, asked.student_blind)
    return person.name_blind == asked.name_blind and same_number and same_student


def _bearing(field: str, values: list[str]) -> Iterable[Person]:
    for start in range(0, len(values), _AT_ONCE):
        yield from Person._plain.filter(**{f"{field}__in": values[start : start + _AT_ONCE]})
