"""What was handed in, version by version, and what was said of it. None of these rows is ever changed.

The database itself refuses to change a row of these (`append_only`).
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from meihao.records.registry.scoped import ScopedManager
from meihao.records.returns.models.campaigns import Return


class Via(models.TextChoices):
    """How it came in."""

    WEB = "web", "网页填报"
    WORKBOOK = "workbook", "上传表格"


class Outcome(models.TextChoices):
    """What a review came to."""

    ACCEPTED = "accepted", "通过"
    RETURNED = "returned", "退回"


class Submission(models.Model):
    """One version of a return; `rows` are canonical texts (`1200.5`, `是`), `digest` names rows and reasons.

    `cells` says where each value stood in the workbook (`{"0/primary_pupils": "E11"}`).
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    of = models.ForeignKey(Return, models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField()
    rows = models.JSONField()
    explained = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    via = models.CharField(max_length=10, choices=Via.choices)
    file_name = models.CharField(max_length=120, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    sheet = models.CharField(max_length=80, blank=True)
    cells = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)

    objects = ScopedManager["Submission"]()

    class Meta:
        """Numbered from 1 in each return; one from a workbook says from which."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["of", "number"], name="returns_submission_one_a_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="returns_submission_number"),
            models.CheckConstraint(
                condition=Q(via=Via.WEB, file_name="", file_sha256="", sheet="")
                | (Q(via=Via.WORKBOOK) & ~Q(file_name="") & ~Q(file_sha256="") & ~Q(sheet="")),
                name="returns_submission_says_which_workbook",
            ),
        ]

    _plain = models.Manager["Submission"]()

    def __str__(self) -> str:
        return f"{self.of_id} {self.number}"


class Review(models.Model):
    """What the authority decided about one version; `cells` are those it asks to be mended."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="reviews")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=400, blank=True)
    cells = models.JSONField(default=list)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)

    objects = ScopedManager["Review"]()

    class Meta:
        """What goes back says why."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome=Outcome.ACCEPTED) | (Q(outcome=Outcome.RETURNED) & ~Q(reason="")),
                name="returns_review_says_why",
            ),
        ]

    _plain = models.Manager["Review"]()

    def __str__(self) -> str:
        return f"{self.submission_id} {self.outcome}"


class Reminder(models.Model):
    """A unit was reminded of a return."""

    of = models.ForeignKey(Return, models.PROTECT, related_name="reminders")
    text = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)

    objects = ScopedManager["Reminder"]()

    class Meta:
        """Says something."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="returns_reminder_says_something"),
        ]

    _plain = models.Manager["Reminder"]()

    def __str__(self) -> str:
        return f"{self.of_id} {self.at:%Y-%m-%d}"
