"""What left: releases with their versions, and the ledger of every cell that an audience was shown or not.

A release is drafted, and published (签发) by whoever may; one that is put right is another version, and the
earlier stays readable. Tables and cells are written when it is published and never changed. A cell that was
hidden bears its symbol and no value: what it is stands in the snapshot alone.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from meihao.records.registry.models import Organisation
from meihao.records.registry.scoped import ScopedManager
from meihao.releases.models.snapshots import Snapshot


class Audience(models.TextChoices):
    """Who reads it; each has a disclosure policy of its own."""

    PUBLIC = "public", "社会公众"
    GOVERNMENT = "government", "政府及有关部门"
    BUREAU = "bureau", "教育局内部"


class Symbol(models.TextChoices):
    """Why a cell has no value."""

    CONFIDENTIAL = "c", "保密"
    UNAVAILABLE = "x", "不可得"
    NOT_APPLICABLE = "z", "不适用"


class Release(models.Model):
    """One version of what an authority lets an audience see of a standard, out of one snapshot.

    Without a title it is called by its standard.
    `policy` and `policy_digest` name the disclosure policy's version by which it was suppressed.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="releases")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="releases")
    standard = models.CharField(max_length=80)
    audience = models.CharField(max_length=12, choices=Audience.choices)
    title = models.CharField(max_length=120, blank=True)
    number = models.PositiveIntegerField(default=1)
    amends = models.OneToOneField("self", models.PROTECT, null=True, related_name="amended_by")
    note = models.CharField(max_length=400, blank=True)
    policy = models.CharField(max_length=80, blank=True)
    policy_digest = models.CharField(max_length=12, blank=True)
    drafted_at = models.DateTimeField()
    drafted_by = models.CharField(max_length=64)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=64, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=64, blank=True)
    withdrawn_for = models.CharField(max_length=400, blank=True)

    objects = ScopedManager["Release"]()

    class Meta:
        """Published whole or not at all; an amendment says why and is the next number."""

        base_manager_name = "_plain"
        indexes: ClassVar = [
            models.Index(fields=["audience", "published_at"], name="releases_of_an_audience")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values), name="releases_release_has_an_audience"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by="", policy="", policy_digest="")
                | Q(published_at__isnull=False) & ~Q(published_by="") & ~Q(policy="") & ~Q(policy_digest=""),
                name="releases_release_published_whole",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by="", withdrawn_for="")
                | Q(withdrawn_at__gte=F("published_at")) & ~Q(withdrawn_by="") & ~Q(withdrawn_for=""),
                name="releases_release_withdrawn_whole",
            ),
            models.CheckConstraint(
                condition=Q(amends__isnull=True, number=1)
                | Q(amends__isnull=False, number__gt=1) & ~Q(note=""),
                name="releases_release_amendment_says_why",
            ),
        ]

    _plain = models.Manager["Release"]()

    def __str__(self) -> str:
        return f"{self.standard} {self.audience} v{self.number}"


class ReleaseTable(models.Model):
    """One table of a published release.

    `lines` are `[key, title, level, within]`; `columns` are `[key, zh, en, unit zh, unit en, ratio?]`;
    `sums` are `[total, [parts]]` over the names of its cells: all that an attacker knows to add up.
    """

    release = models.ForeignKey(Release, models.PROTECT, related_name="tables")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=40)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160)
    lines = models.JSONField()
    columns = models.JSONField()
    sums = models.JSONField()

    objects = ScopedManager["ReleaseTable"]()

    class Meta:
        """A name, and a place, is one table's."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "name"], name="releases_table_one_a_name"),
            models.UniqueConstraint(fields=["release", "position"], name="releases_table_one_a_place"),
        ]

    _plain = models.Manager["ReleaseTable"]()

    def __str__(self) -> str:
        return f"{self.release_id} {self.name}"


class ReleaseCell(models.Model):
    """One cell: the value as it is printed, or a symbol and none.

    `name` is the amount's in the ledger of its audience, the same in every release that tells it; "" for a
    value worked out of two amounts.
    """

    table = models.ForeignKey(ReleaseTable, models.PROTECT, related_name="cells")
    line = models.CharField(max_length=120)
    column = models.CharField(max_length=100)
    name = models.CharField(max_length=320, blank=True)
    value = models.CharField(max_length=40, null=True)
    symbol = models.CharField(max_length=1, choices=Symbol.choices, blank=True)

    objects = ScopedManager["ReleaseCell"]()

    class Meta:
        """A value or a symbol, never both; one cell a line and column."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(symbol="", value__isnull=False) | Q(symbol__in=Symbol.values, value__isnull=True),
                name="releases_cell_value_or_symbol",
            ),
            models.UniqueConstraint(fields=["table", "line", "column"], name="releases_cell_one_a_place"),
        ]

    _plain = models.Manager["ReleaseCell"]()

    def __str__(self) -> str:
        return f"{self.table_id} {self.line} {self.column}"
