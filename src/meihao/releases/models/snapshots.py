"""A snapshot that was taken: whose, of which day, and the hash under which its rows lie on the disk.

Two snapshots of the same rows share one folder. `policies` are the versions in force when it was taken, with
their digests: figures of it are computed under these, or not at all. A row is never changed.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from meihao.records.registry.models import Organisation
from meihao.records.registry.scoped import ScopedManager


class Reason(models.TextChoices):
    """Why it was taken."""

    LOCK = "lock", "锁定"
    NIGHTLY = "nightly", "每夜"
    DEMAND = "demand", "按需"


class Snapshot(models.Model):
    """What all rooms said of an authority's place, frozen; `counts` are the rows by fact.

    `differing` counts the cells of which sources disagreed, `open_cells` those that nobody had decided.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="snapshots")
    place = models.CharField(max_length=12)
    on = models.DateField()
    logical_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=8, choices=Reason.choices)
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=64)
    counts = models.JSONField()
    policies = models.JSONField()
    differing = models.PositiveIntegerField()
    open_cells = models.PositiveIntegerField()

    objects = ScopedManager["Snapshot"]()

    class Meta:
        """Read through a scope, newest first."""

        base_manager_name = "_plain"
        indexes: ClassVar = [models.Index(fields=["authority", "on"], name="releases_snapshot_of_a_day")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reason__in=Reason.values), name="releases_snapshot_has_reason"
            ),
            models.CheckConstraint(condition=~Q(logical_hash=""), name="releases_snapshot_hash"),
            models.CheckConstraint(
                condition=Q(open_cells__lte=F("differing")), name="releases_snapshot_open"
            ),
        ]

    _plain = models.Manager["Snapshot"]()

    def __str__(self) -> str:
        return f"{self.on} {self.logical_hash[:12]}"
