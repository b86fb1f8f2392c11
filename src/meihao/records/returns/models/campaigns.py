"""A campaign asks units for one form, as of one day, by a deadline; a return is one unit's part in it.

The form is read by the policies in force on the day of the data at the authority's place, which is written
down when the campaign is issued. A campaign is issued, then closed (汇总), then locked; a locked one never
changes. A return is assigned, then a draft, then submitted, then accepted, or returned and a draft again.

A draft keeps what was typed, as it was typed: `draft` is a list of rows, each `{column: text}`, of which a
form of one field a row has one. A cell is called `row/column` (`0/primary_pupils`); `explained` and
`prefilled` go by that. `revision` counts the savings of a draft, so that an older page cannot overwrite what
a newer one saved. `source` says in which workbook the values of the draft stand, where they came in one.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from meihao.records.registry.models import Organisation
from meihao.records.registry.scoped import ScopedManager


class CampaignState(models.TextChoices):
    """How far a campaign has come."""

    ISSUED = "issued", "填报中"
    CLOSED = "closed", "已汇总"
    LOCKED = "locked", "已锁定"


class ReturnState(models.TextChoices):
    """How far one unit's return has come."""

    ASSIGNED = "assigned", "未填"
    DRAFT = "draft", "填写中"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"
    ACCEPTED = "accepted", "已通过"


_NEVER = Q(closed_at__isnull=True, locked_at__isnull=True, closed_by="", locked_by="")
_CLOSED = Q(closed_at__isnull=False) & ~Q(closed_by="")
_LOCKED = Q(locked_at__isnull=False) & ~Q(locked_by="")


class Campaign(models.Model):
    """One form, asked of some units by an authority; `on` is the day of the data, `fact` what it fills."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="campaigns")
    place = models.CharField(max_length=12)
    title = models.CharField(max_length=120)
    form = models.CharField(max_length=80)
    fact = models.CharField(max_length=80)
    on = models.DateField()
    due = models.DateField()
    state = models.CharField(
        max_length=8, choices=CampaignState.choices, default=CampaignState.ISSUED, db_index=True
    )
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=64)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=64, blank=True)
    locked_at = models.DateTimeField(null=True)
    locked_by = models.CharField(max_length=64, blank=True)

    objects = ScopedManager["Campaign"]()

    class Meta:
        """Due on the day of its data or later; its state is the one its moments say."""

        base_manager_name = "_plain"
        indexes: ClassVar = [models.Index(fields=["place", "on"], name="returns_campaign_of_a_day")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title=""), name="returns_campaign_has_a_title"),
            models.CheckConstraint(condition=Q(due__gte=F("on")), name="returns_campaign_due_after_its_day"),
            models.CheckConstraint(
                condition=(Q(state=CampaignState.ISSUED) & _NEVER)
                | (Q(state=CampaignState.CLOSED, locked_at__isnull=True, locked_by="") & _CLOSED)
                | (Q(state=CampaignState.LOCKED) & _CLOSED & _LOCKED),
                name="returns_campaign_state_by_its_moments",
            ),
        ]

    _plain = models.Manager["Campaign"]()

    def __str__(self) -> str:
        return f"{self.title} {self.on}"


class Return(models.Model):
    """What one unit fills in; `code` is the code it bore on the day of the data, by which figures know it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="returns")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="returns")
    code = models.CharField(max_length=32)
    state = models.CharField(max_length=10, choices=ReturnState.choices, default=ReturnState.ASSIGNED)
    draft = models.JSONField(default=list)
    explained = models.JSONField(default=dict)
    prefilled = models.JSONField(default=dict)
    source = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)
    saved_by = models.CharField(max_length=64, blank=True)

    objects = ScopedManager["Return"]()

    class Meta:
        """One a unit and campaign; a unit without a code cannot be asked."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "organisation"], name="returns_return_one_a_unit"),
            models.UniqueConstraint(fields=["campaign", "code"], name="returns_return_one_a_code"),
            models.CheckConstraint(condition=~Q(code=""), name="returns_return_has_a_code"),
            models.CheckConstraint(
                condition=Q(state__in=ReturnState.values), name="returns_return_is_in_a_known_state"
            ),
        ]

    _plain = models.Manager["Return"]()

    def __str__(self) -> str:
        return f"{self.code} {self.state}"
