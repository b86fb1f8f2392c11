"""An organisation is an identity and nothing else; all that can change about it is dated.

What happens to organisations is written down as events: founded, renamed, converted, merged, a campus
opened, closed. An event says on which day it holds, on what basis, and what it changes. The dated rows
(particulars, codes, relations) are the projection of the events, written again whenever an event comes
in, also one of an earlier day; so a list for any day equals a replay of the events up to it.

`since` is the first day a row holds and `until` the first day it no longer does; an open row has none.
A projected row is written and removed by `projection` alone, and no other table may point at one.

There is no tree. A bureau administers schools, a group has members, a town holds its schools, a school
feeds another: each is a relation of its own kind with its own dates, and a unit may stand in many.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from meihao.records.accounts.models import User
from meihao.records.registry.models.kinds import (
    CodeSystem,
    EventKind,
    Kind,
    Link,
    Ownership,
    Sponsor,
    Type,
)
from meihao.records.registry.scoped import ScopedManager


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
    """What happened to organisations on one day; `changes` is what `events` reads and writes.

    `about` is the key of the unit that it is mainly about. `asked` is the hash of what was asked for: the
    same key again with another wish is refused.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=16, choices=EventKind.choices)
    on = models.DateField(db_index=True)
    basis = models.CharField(max_length=200, blank=True)
    about = models.UUIDField()
    organisations = models.ManyToManyField(Organisation, related_name="events")
    changes = models.JSONField()
    asked = models.CharField(max_length=64, blank=True)
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
    pinyin = models.CharField(max_length=800, blank=True)
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
    """A code a unit bears, one of each system. A retired code is never given to another unit."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="codes")
    system = models.CharField(max_length=16, choices=CodeSystem.choices)
    value = models.CharField(max_length=32)

    objects = ScopedManager["Code"]()

    class Meta:
        """One row a code and its first day; an open code belongs to one unit, an open row to one system."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            in_order("code"),
            models.UniqueConstraint(fields=["system", "value", "since"], name="registry_code_one_a_day"),
            models.UniqueConstraint(
                fields=["system", "value"], condition=Q(until__isnull=True), name="registry_code_one_open"
            ),
            models.UniqueConstraint(
                fields=["organisation", "system"],
                condition=Q(until__isnull=True),
                name="registry_code_one_a_unit",
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
