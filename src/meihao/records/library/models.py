"""A document is an identity: title, number, who issued it. What it says, and from when, is a version.

A version holds from `since` (nothing: long before anybody here asks) until before `until`. One on trial
(试行) also ends on its `trial_until`, without anybody writing it down: an office that does not extend it
or make it final in time has no rule. The next version ends the one before on its own first day.

A document stands on the shelf of one organisation, or, without one, on everybody's. Public documents are
read by anyone signed in, the others within that organisation. What an outside body issued (教育部) bears
its name in `issuer`; without a name the organisation itself issued it.

The file of a version is kept under the uploads by its SHA-256; the row says only which it is.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from meihao.records.registry.models import Organisation
from meihao.records.registry.scoped import ScopedManager


class Kind(models.TextChoices):
    """What sort of document it is, as its title page says."""

    LAW = "law", "法律"
    REGULATION = "regulation", "行政法规"
    RULE = "rule", "规章"
    NORMATIVE = "normative", "规范性文件"
    NOTICE = "notice", "通知"
    MEASURES = "measures", "办法"
    PLAN = "plan", "方案"
    STANDARD = "standard", "标准"
    OTHER = "other", "其他"


class Document(models.Model):
    """One document; `doubtful` (待核) until somebody has compared it with its source."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="documents")
    issuer = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    public = models.BooleanField(default=False)
    doubtful = models.BooleanField(default=False)
    note = models.CharField(max_length=400, blank=True)

    objects = ScopedManager["Document"]()

    class Meta:
        """One of a title and number on a shelf; what is on everybody's shelf is public."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title=""), name="library_document_has_a_title"),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="library_document_is_of_a_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(public=True) | Q(organisation__isnull=False),
                name="library_document_inside_has_a_shelf",
            ),
            models.UniqueConstraint(
                fields=["organisation", "title", "number"],
                name="library_document_once_on_a_shelf",
            ),
            models.UniqueConstraint(
                fields=["title", "number"],
                condition=Q(organisation__isnull=True),
                name="library_document_once_on_the_open_shelf",
            ),
        ]

    _plain = models.Manager["Document"]()

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()


class Version(models.Model):
    """What a document says over one stretch of days; `basis` says by what it came in or was ended."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="versions")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    issued_on = models.DateField(null=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    trial = models.BooleanField(default=False)
    trial_until = models.DateField(null=True)
    basis = models.CharField(max_length=200, blank=True)
    ended_by = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    media_type = models.CharField(max_length=100, blank=True)
    filename = models.CharField(max_length=160, blank=True)

    objects = ScopedManager["Version"]()

    class Meta:
        """One open version a document, none that ends before it begins, a file whole or not at all."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gt=F("since")),
                name="library_version_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(trial_until__isnull=True)
                | Q(trial=True) & (Q(since__isnull=True) | Q(trial_until__gt=F("since"))),
                name="library_version_trial_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(sha256="", size=0, media_type="", filename="")
                | ~Q(sha256="") & Q(size__gt=0) & ~Q(media_type="") & ~Q(filename=""),
                name="library_version_file_is_whole",
            ),
            models.UniqueConstraint(fields=["document", "since"], name="library_version_one_a_day"),
            models.UniqueConstraint(
                fields=["document"], condition=Q(since__isnull=True), name="library_version_one_undated"
            ),
            models.UniqueConstraint(
                fields=["document"], condition=Q(until__isnull=True), name="library_version_one_open"
            ),
        ]

    _plain = models.Manager["Version"]()

    def __str__(self) -> str:
        return f"{self.document_id} {self.since or ''}"

    @property
    def last(self) -> date | None:
        """The first day on which it no longer holds, ended or lapsed; None while open."""
        days = [day for day in (self.until, self.trial_until) if day is not None]
        return min(days, default=None)


class Clause(models.Model):
    """One clause of a version. `anchor` comes from its number, so that a link to it stays good.

    `text` is empty where only a citation says that there is such a clause.
    """

    version = models.ForeignKey(Version, models.PROTECT, related_name="clauses")
    position = models.PositiveIntegerField()
    number = models.CharField(max_length=80)
    anchor = models.CharField(max_length=40)
    chapter = models.CharField(max_length=80, blank=True)
    text = models.TextField(blank=True)
    doubtful = models.BooleanField(default=False)

    objects = ScopedManager["Clause"]()

    class Meta:
        """A number, and a place, is one clause's."""

        base_manager_name = "_plain"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(number=""), name="library_clause_has_a_number"),
            models.UniqueConstraint(fields=["version", "anchor"], name="library_clause_one_an_anchor"),
            models.UniqueConstraint(fields=["version", "position"], name="library_clause_one_a_place"),
        ]

    _plain = models.Manager["Clause"]()

    def __str__(self) -> str:
        return f"{self.version_id} {self.number}"
