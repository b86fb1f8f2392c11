"""What the authority decided about cells of which sources differ, and the snapshots that are asked for."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from meihao.records.registry.models import Organisation
from meihao.records.registry.scoped import ScopedManager


class RequestReason(models.TextChoices):
    """Why a snapshot is asked for."""

    LOCK = "lock", "锁定"
    DEMAND = "demand", "按需"


class Held(models.Model):
    """For one cell of a day, the source that a person decided for; the latest counts, the earlier stay."""

    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="held")
    on = models.DateField()
    fact = models.CharField(max_length=80)
    identity = models.CharField(max_length=64)
    column = models.CharField(max_length=64)
    source = models.CharField(max_length=32)
    reason = models.CharField(max_length=400)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)

    objects = ScopedManager["Held"]()

    class Meta:
        """Says why."""

        base_manager_name = "_plain"
        indexes: ClassVar = [models.Index(fields=["authority", "on"], name="returns_held_of_a_day")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="returns_held_says_why"),
        ]

    _plain = models.Manager["Held"]()

    def __str__(self) -> str:
        return f"{self.identity} {self.column} {self.source}"


class SnapshotRequest(models.Model):
    """A snapshot of an authority's day is wanted; whoever makes it says when it was done."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="snapshot_requests")
    on = models.DateField()
    reason = models.CharField(max_length=8, choices=RequestReason.choices)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=64)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=64, blank=True)

    objects = ScopedManager["SnapshotRequest"]()

    class Meta:
        """Done by somebody, or open."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by="") | (Q(done_at__isnull=False) & ~Q(done_by="")),
                name="returns_request_done_by_somebody",
            ),
        ]

    _plain = models.Manager["SnapshotRequest"]()

    def __str__(self) -> str:
        return f"{self.authority_id} {self.on} {self.reason}"
