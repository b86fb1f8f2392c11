"""Connected systems, and the tokens by which they come.

A connected system acts as an account of its own, which nobody signs in to: what it may do is a dated grant
like a person's. Its secret and its tokens are 256 random bits each. Nobody guesses those, so a keyed digest
keeps them as well as a slow hash would, and can be asked at every request.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from meihao.records.accounts.models.people import User


class Client(models.Model):
    """A connected system. `scopes` are separated by blanks; `purpose` is why it reads what it reads."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(User, models.PROTECT, related_name="client")
    client_id = models.CharField(max_length=32, unique=True)
    secret = models.CharField(max_length=64)
    purpose = models.CharField(max_length=200)
    scopes = models.CharField(max_length=800)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """What always holds."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="accounts_client_expires_after_issue"
            ),
            models.CheckConstraint(condition=~Q(purpose=""), name="accounts_client_has_a_purpose"),
        ]

    def __str__(self) -> str:
        return self.client_id


class Token(models.Model):
    """A bearer token (RFC 6750) by its digest; `scopes` are what it was asked for."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.CharField(max_length=800)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        """What always holds."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="accounts_token_expires_after_issue"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} until {self.expires_at}"
