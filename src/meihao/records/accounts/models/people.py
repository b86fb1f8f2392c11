"""An account is one person's way in.

It may hold one of three offices over the whole installation, never two: who runs the system cannot
grant rights, who grants rights cannot read the trail, who reads the trail can change nothing
(三员分立, GB/T 22239-2019). Offices see no pupil. What a person may do as an officer, a principal or a
clerk is a dated grant in the registry; an account with an office holds none, and one with a grant no
office. The registry stands above this room, so it is the registry that refuses such a grant and counts
none for whoever holds an office.
"""

from __future__ import annotations

import unicodedata
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


def folded(username: str | None) -> str:
    """A user name as it is kept and looked up: width, case and outer spaces do not tell people apart."""
    return unicodedata.normalize("NFKC", username or "").strip().casefold()


class UserManager(BaseUserManager["User"]):
    """Accounts are opened by `actions.open_account`; this finds them for the sign-in."""

    def get_by_natural_key(self, username: str | None) -> User:
        """By user name, however it was typed. Raises `User.DoesNotExist`."""
        return self.get(username=folded(username))


class User(AbstractBaseUser):
    """One person's account. The password may be unusable: then a one-time link or a provider lets in.

    `service`: the account of a connected system, to which nobody signs in.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=64)
    email = models.EmailField(blank=True)
    office = models.CharField(max_length=16, choices=Office.choices, blank=True, default=Office.NONE)
    language = models.CharField(max_length=8, default="zh-hans")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    service = models.BooleanField(default=False)
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
            models.CheckConstraint(
                condition=Q(service=False) | Q(office=Office.NONE), name="accounts_user_service_has_no_office"
            ),
        ]

    def __str__(self) -> str:
        return self.name
