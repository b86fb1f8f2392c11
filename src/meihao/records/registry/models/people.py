"""People and where they are: pupils by their enrolments, staff by their posts and employment.

A person is a key, and that key is the pseudonym by which lists, addresses and the trail know them. Name,
identity number and student number are sealed; beside each stands its fingerprint, for equality alone. What
stands in plain is what headcounts are made of: sex, and year and month of birth. The month suffices for every
count by age (a school year begins on the first of a month), and says less than the day.

Who was erased keeps the key, the sex and the dated rows, so that past headcounts stay what they were
(统计法实施条例第二十二条、第二十三条); nothing that is left says who it was (个人信息保护法第四十七条).

Rows of people come by thousands. They are dated rows of their own and no projection of events: a row holds
from `since` until before `until`, as everywhere in the registry, and is closed, never rewritten.
"""

from __future__ import annotations

import uuid
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from meihao.records.accounts.sealing import SealedField
from meihao.records.registry.models.organisations import Dated, Organisation, in_order
from meihao.records.registry.models.people_kinds import (
    Came,
    EmploymentKind,
    IdKind,
    Left,
    PostKind,
    SexCode,
)
from meihao.records.registry.scoped import ScopedManager

ID_NUMBER, NAME, STUDENT_NUMBER = (
    "registry.person.id_number",
    "registry.person.name",
    "registry.person.student_number",
)
FIRST_GRADE, LAST_GRADE = -3, 12
_GRADES = Q(grade__gte=FIRST_GRADE, grade__lte=-1) | Q(grade__gte=1, grade__lte=LAST_GRADE)


def _graded(table: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=_GRADES, name=f"registry_{table}_grade")


def _beside(field: str) -> models.CheckConstraint:
    """A fingerprint stands beside a sealed value, and beside nothing else."""
    both = Q(**{f"{field}__isnull": False, f"{field}_blind__isnull": False})
    none = Q(**{f"{field}__isnull": True, f"{field}_blind__isnull": True})
    return models.CheckConstraint(condition=both | none, name=f"registry_person_{field}_blind")


_KEPT = Q(erased_on__isnull=True, erased_basis="", name__isnull=False)
_ERASED = Q(
    erased_on__isnull=False,
    name__isnull=True,
    id_number__isnull=True,
    student_number__isnull=True,
    birth_year_month__isnull=True,
) & ~Q(erased_basis="")


def pseudonym(key: UUID) -> str:
    """The first eight digits of a person's key: what lists, pages and printed things call them."""
    return str(key)[:8]


class Person(models.Model):
    """A pupil or a member of staff, known by their key for ever."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    id_kind = models.CharField(max_length=12, choices=IdKind.choices, blank=True)
    id_number = SealedField(ID_NUMBER, null=True)
    id_number_blind = models.CharField(max_length=64, null=True)
    name = SealedField(NAME, null=True)
    name_blind = models.CharField(max_length=64, null=True)
    sex = models.CharField(max_length=1, choices=SexCode.choices)
    birth_year_month = models.CharField(max_length=7, null=True)
    student_number = SealedField(STUDENT_NUMBER, null=True)
    student_number_blind = models.CharField(max_length=64, null=True)
    erased_on = models.DateField(null=True)
    erased_basis = models.CharField(max_length=200, blank=True)

    objects = ScopedManager["Person"]()

    class Meta:
        """One person a number; a number has its kind; only who was erased has no name, and nothing else."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["id_kind", "id_number_blind"],
                condition=Q(id_number_blind__isnull=False),
                name="registry_person_one_a_number",
            ),
            models.UniqueConstraint(
                fields=["student_number_blind"],
                condition=Q(student_number_blind__isnull=False),
                name="registry_person_one_a_student_number",
            ),
            models.CheckConstraint(
                condition=Q(id_kind="", id_number_blind__isnull=True)
                | (~Q(id_kind="") & Q(id_number_blind__isnull=False)),
                name="registry_person_number_has_a_kind",
            ),
            _beside("id_number"),
            _beside("student_number"),
            _beside("name"),
            models.CheckConstraint(condition=_KEPT | _ERASED, name="registry_person_kept_or_erased"),
            models.CheckConstraint(
                condition=Q(birth_year_month__isnull=True)
                | Q(birth_year_month__gte="1900-01", birth_year_month__lt="2200"),
                name="registry_person_birth",
            ),
        ]

    _plain = models.Manager["Person"]()

    def __str__(self) -> str:
        return self.short

    @property
    def short(self) -> str:
        """What a list calls this person."""
        return pseudonym(self.key)


class ClassGroup(Dated):
    """A class of one school year; `school_year` is the year in which it begins (2025 for 2025—2026)."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="classes")
    school_year = models.SmallIntegerField()
    grade = models.SmallIntegerField()
    number = models.SmallIntegerField()

    objects = ScopedManager["ClassGroup"]()

    class Meta:
        """One class a number, grade and year."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            in_order("classgroup"),
            _graded("classgroup"),
            models.CheckConstraint(condition=Q(number__gte=1), name="registry_classgroup_number"),
            models.UniqueConstraint(
                fields=["organisation", "school_year", "grade", "number"],
                name="registry_classgroup_one_a_number",
            ),
        ]

    _plain = models.Manager["ClassGroup"]()

    def __str__(self) -> str:
        return f"{self.school_year} {self.grade}.{self.number}"


class Enrolment(Dated):
    """A pupil at a school, in a grade and, where there are classes, in one."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="enrolments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="enrolments")
    class_group = models.ForeignKey(ClassGroup, models.PROTECT, null=True, related_name="enrolments")
    grade = models.SmallIntegerField()
    came_by = models.CharField(max_length=12, choices=Came.choices)
    left_by = models.CharField(max_length=12, choices=Left.choices, blank=True)

    objects = ScopedManager["Enrolment"]()

    class Meta:
        """One open enrolment a person; what has ended says how."""

        base_manager_name = "_plain"
        indexes: ClassVar = [models.Index(fields=["organisation", "since"], name="registry_enrolment_at")]
        constraints: ClassVar = [
            in_order("enrolment"),
            _graded("enrolment"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(until__isnull=True), name="registry_enrolment_one_open"
            ),
            models.UniqueConstraint(fields=["person", "since"], name="registry_enrolment_one_a_day"),
            models.CheckConstraint(
                condition=Q(until__isnull=True, left_by="") | (Q(until__isnull=False) & ~Q(left_by="")),
                name="registry_enrolment_says_how_it_ended",
            ),
        ]

    _plain = models.Manager["Enrolment"]()

    def __str__(self) -> str:
        return f"{self.person_id} {self.since}"


class Post(Dated):
    """What a member of staff does at a unit; one may hold several."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=16, choices=PostKind.choices)
    subject = models.CharField(max_length=20, blank=True)
    full_time = models.BooleanField(default=True)

    objects = ScopedManager["Post"]()

    class Meta:
        """One open row a person, unit, post and subject."""

        base_manager_name = "_plain"
        indexes: ClassVar = [models.Index(fields=["organisation", "since"], name="registry_post_at")]
        constraints: ClassVar = [
            in_order("post"),
            models.UniqueConstraint(
                fields=["person", "organisation", "kind", "subject"],
                condition=Q(until__isnull=True),
                name="registry_post_one_open",
            ),
        ]

    _plain = models.Manager["Post"]()

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.since}"


class Employment(Dated):
    """Who employs a member of staff, and as what."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="employments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="employments")
    kind = models.CharField(max_length=16, choices=EmploymentKind.choices)

    objects = ScopedManager["Employment"]()

    class Meta:
        """One open row a person."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            in_order("employment"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(until__isnull=True), name="registry_employment_one_open"
            ),
        ]

    _plain = models.Manager["Employment"]()

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.since}"
