"""An entry of the trail is one thing that was done, or one sensitive record that was read.

The trail is append-only: triggers refuse to change or delete an entry. Each carries the hash of the one
before it; the head is one row that every writer locks, so that the order of entries is the order of
commits.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class AuditHead(models.Model):
    """The last entry of the trail: one row, locked by whoever writes the next."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    class Meta:
        """What always holds."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="accounts_audithead_is_one_row"),
        ]


class AuditEntry(models.Model):
    """One thing done or one sensitive record read. `body` is the exact text that was hashed."""

    seq = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    user_key = models.UUIDField(null=True, db_index=True)
    name = models.CharField(max_length=64)
    action = models.CharField(max_length=64, db_index=True)
    organisation = models.CharField(max_length=64, blank=True, db_index=True)
    subject = models.CharField(max_length=96, blank=True, db_index=True)
    body = models.TextField()
    hash = models.CharField(max_length=64)

    class Meta:
        """In the order in which it happened."""

        ordering: ClassVar = ["seq"]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"
