"""Files that were handed in to change the registry: staged, looked at, then applied or discarded.

A batch holds no rows. The file is kept until it is settled, and what it would change is worked out again
from the file and the registry whenever it is looked at; `digest` is of the difference that was shown.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from meihao.records.registry.models.organisations import Organisation
from meihao.records.registry.scoped import ScopedManager


class BatchState(models.TextChoices):
    """How far a file has come."""

    STAGED = "staged", "待确认"
    APPLIED = "applied", "已导入"
    DISCARDED = "discarded", "已放弃"


class ImportBatch(models.Model):
    """One file for one authority and one day; the same file is applied once."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="imports")
    form = models.CharField(max_length=80)
    on = models.DateField()
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=BatchState.choices, default=BatchState.STAGED)
    staged_at = models.DateTimeField()
    staged_by = models.CharField(max_length=64)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=64, blank=True)

    objects = ScopedManager["ImportBatch"]()

    class Meta:
        """The same file, for the same authority and day, is applied once."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "form", "on", "sha256"],
                condition=Q(state=BatchState.APPLIED),
                name="registry_importbatch_applied_once",
            ),
        ]

    _plain = models.Manager["ImportBatch"]()

    def __str__(self) -> str:
        return f"{self.file_name} {self.state}"
