"""An account is one person's way in; an entry of the trail is one thing that was done.

An account may hold one of three offices over the whole installation, never two: who runs the system
cannot grant rights, who grants rights cannot read the trail's keys, who reads the trail can change
nothing (三员分立, GB/T 22239-2019). Offices see no pupil. What a person may do as an officer, a
principal or a clerk is a dated grant in the registry.

The trail is append-only. Each entry carries the hash of the one before it; the head is one row that
every writer locks, so that the order of entries is the order of commits.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q


class Office(models.TextChoices):
    """What an account administers, if anything."""

    NONE = "", "无"
    SYSTEM = "system-admin", "系统管理员"
    SECURITY = "security-admin", "安全管理员"
    AUDIT = "audit-admin", "审计管理员"


class UserManager(BaseUserManager["User"]):
    """Accounts are opened by `actions.open_account`; this finds them for the sign-in."""


class User(AbstractBaseUser):
    """One person's account. The password may be unusable: then a one-time link or a provider lets in."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=64)
    email = models.EmailField(blank=True)
    office = models.CharField(max_length=16, choices=Office.choices, blank=True, default=Office.NONE)
    language = models.CharField(max_length=8, default="zh-hans")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        """What always holds."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(office__in=Office.values), name="accounts_user_office_is_one_of_three"
            ),
        ]

    def __str__(self) -> str:
        return self.name


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
