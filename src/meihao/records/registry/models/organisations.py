"""An organisation is an identity and nothing else; all that can change about it is dated.

What happens to organisations is written down as events: founded, renamed, converted, merged, a campus
opened, closed. An event says on which day it holds, on what basis, and what it changes. The dated rows
(particulars, codes, relations) are the projection of the events, written again whenever an event comes
in, also one of an earlier day; so a list for any day equals a replay of the events up to it.

`since` is the first day a row holds and `until` the first day it no longer does; an open row has none.

There is no tree. A bureau administers schools, a group has members, a town holds its schools, a school
feeds another: each is a relation of its own kind with its own dates, and a unit may stand in many.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from meihao.records.accounts.models import User
from meihao.records.registry.scoped import ScopedManager


class Kind(models.TextChoices):
    """What sort of unit it is, for good: a school stays an institution whatever its type becomes."""

    AUTHORITY = "authority", "教育行政部门"
    SECTION = "section", "科室"
    INSTITUTION = "institution", "学校（机构）"
    CAMPUS = "campus", "校区"
    TRAINING = "training", "校外培训机构"
    GROUP = "group", "教育集团"
    ZONE = "zone", "学区（片区）"
    COMMUNITY = "community", "学校发展共同体"
    TOWN = "town", "乡镇（街道）"
    DEPARTMENT = "department", "政府部门"
    PARTY = "party", "党组织"


class Type(models.TextChoices):
    """办学类型, by the three-digit codes of the national statistics (RULES §13, §17)."""

    KINDERGARTEN = "111", "幼儿园"
    PRIMARY = "211", "小学"
    TEACHING_POINT = "218", "小学教学点"
    JUNIOR = "311", "初级中学"
    NINE_YEAR = "312", "九年一贯制学校"
    COMPLETE = "341", "完全中学"
    SENIOR = "342", "高级中学"
    TWELVE_YEAR = "345", "十二年一贯制学校"
    VOCATIONAL = "361", "中等职业学校"
    SPECIAL = "514", "特殊教育学校"
    TRAINING = "933", "培训机构"


class Ownership(models.TextChoices):
    """公办, 民办, 中外合作."""

    PUBLIC = "public", "公办"
    PRIVATE = "private", "民办"
    JOINT = "joint", "中外合作"


class Sponsor(models.TextChoices):
    """举办者 (RULES §13)."""

    EDUCATION = "education", "教育部门"
    OTHER = "other-department", "其他部门"
    ENTERPRISE = "local-enterprise", "地方企业"
    UNIT = "public-unit", "事业单位"
    ARMY = "army", "部队"
    COLLECTIVE = "collective", "集体"
    PRIVATE = "private", "民办"
    JOINT = "joint", "中外合作"


class CodeSystem(models.TextChoices):
    """Whose code it is."""

    INSTITUTION = "institution-code", "学校（机构）标识码"
    CREDIT = "uscc", "统一社会信用代码"
    DIVISION = "division", "行政区划代码"


class Link(models.TextChoices):
    """How one unit stands to another; the first named is the upper one."""

    ADMINISTERS = "administers", "主管"
    CAMPUS = "campus", "校区"
    MEMBER = "member", "成员校"
    LEAD = "lead", "牵头校"
    LOCATED = "located", "所在乡镇（街道）"
    PAIRED = "paired", "结对"
    FEEDS = "feeds", "对口直升"
    PARTY = "party", "党组织关系"
    SUCCESSOR = "successor", "承继"


class EventKind(models.TextChoices):
    """What happened."""

    FOUNDED = "founded", "设立"
    RENAMED = "renamed", "更名"
    CONVERTED = "converted", "变更办学类型"
    CHANGED = "changed", "变更登记事项"
    MERGED = "merged", "合并"
    CAMPUS = "campus-opened", "新设校区"
    RELATED = "related", "建立关系"
    PARTED = "parted", "解除关系"
    CLOSED = "closed", "撤销"


class Organisation(models.Model):
    """A unit, known by its key for ever."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)

    objects = ScopedManager["Organisation"]()

    class Meta:
        """Read through a scope."""

        base_manager_name = "_plain"

    _plain = models.Manager["Organisation"]()

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class Event(models.Model):
    """What happened to organisations on one day; `changes` is what `events.Change` reads and writes."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=16, choices=EventKind.choices)
    on = models.DateField(db_index=True)
    basis = models.CharField(max_length=200, blank=True)
    organisations = models.ManyToManyField(Organisation, related_name="events")
    changes = models.JSONField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=64)

    objects = ScopedManager["Event"]()

    class Meta:
        """In the order in which they hold."""

        base_manager_name = "_plain"

    _plain = models.Manager["Event"]()

    def __str__(self) -> str:
        return f"{self.on} {self.kind}"


class Dated(models.Model):
    """A row that holds from a day until before another."""

    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        """Only a base of rows."""

        abstract = True


def holds_on(day: object, prefix: str = "") -> Q:
    """The rows that hold on a day; `prefix` where they are reached through a relation, as `particulars__`."""
    open_or_later = Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gt": day})
    return Q(**{f"{prefix}since__lte": day}) & open_or_later


def in_order(table: str) -> models.CheckConstraint:
    """A row ends after it began."""
    ends_after = Q(until__isnull=True) | Q(until__gt=F("since"))
    return models.CheckConstraint(condition=ends_after, name=f"registry_{table}_ends_after_it_began")


class Particulars(Dated):
    """What a unit is called and what it is, over one stretch of days. A closed unit has no row."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="particulars")
    name = models.CharField(max_length=80)
    short_name = models.CharField(max_length=40, blank=True)
    pinyin = models.CharField(max_length=400, blank=True, db_index=True)
    type = models.CharField(max_length=3, choices=Type.choices, blank=True)
    ownership = models.CharField(max_length=8, choices=Ownership.choices, blank=True)
    sponsor = models.CharField(max_length=16, choices=Sponsor.choices, blank=True)
    inclusive = models.BooleanField(null=True)
    nursery = models.BooleanField(null=True)
    urban_rural = models.CharField(max_length=3, blank=True)

    objects = ScopedManager["Particulars"]()

    class Meta:
        """One row a unit and day."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            in_order("particulars"),
            models.UniqueConstraint(fields=["organisation", "since"], name="registry_particulars_one_a_day"),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(until__isnull=True),
                name="registry_particulars_one_open",
            ),
        ]

    _plain = models.Manager["Particulars"]()

    def __str__(self) -> str:
        return self.name


class Code(Dated):
    """A code a unit bears. A retired code is never given to another unit."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="codes")
    system = models.CharField(max_length=16, choices=CodeSystem.choices)
    value = models.CharField(max_length=32)

    objects = ScopedManager["Code"]()

    class Meta:
        """One row a code and its first day; an open code belongs to one unit."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            in_order("code"),
            models.UniqueConstraint(fields=["system", "value", "since"], name="registry_code_one_a_day"),
            models.UniqueConstraint(
                fields=["system", "value"], condition=Q(until__isnull=True), name="registry_code_one_open"
            ),
        ]

    _plain = models.Manager["Code"]()

    def __str__(self) -> str:
        return self.value


class Relation(Dated):
    """One unit stands above, before or beside another; `note` says how (紧密型, 松散型 …)."""

    kind = models.CharField(max_length=16, choices=Link.choices)
    upper = models.ForeignKey(Organisation, models.PROTECT, related_name="relations_down")
    lower = models.ForeignKey(Organisation, models.PROTECT, related_name="relations_up")
    note = models.CharField(max_length=40, blank=True)

    objects = ScopedManager["Relation"]()

    class Meta:
        """Never to itself; one open row a pair and kind."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            in_order("relation"),
            models.CheckConstraint(condition=~Q(upper=F("lower")), name="registry_relation_of_two"),
            models.UniqueConstraint(
                fields=["kind", "upper", "lower", "since"], name="registry_relation_one_a_day"
            ),
            models.UniqueConstraint(
                fields=["kind", "upper", "lower"],
                condition=Q(until__isnull=True),
                name="registry_relation_one_open",
            ),
        ]

    _plain = models.Manager["Relation"]()

    def __str__(self) -> str:
        return f"{self.upper_id} {self.kind} {self.lower_id}"


class Grant(Dated):
    """A role that a person holds at a unit, from a day on; the matrix says what it allows."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=32)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="grants")
    given_by = models.CharField(max_length=64)

    objects = ScopedManager["Grant"]()

    class Meta:
        """One open row a person, role and unit."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            in_order("grant"),
            models.UniqueConstraint(
                fields=["user", "role", "organisation"],
                condition=Q(until__isnull=True),
                name="registry_grant_one_open",
            ),
        ]

    _plain = models.Manager["Grant"]()

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.organisation_id}"
