"""How people come in: what was tried, one-time links, second factors, identities elsewhere, sign-ins.

Nothing here could be shown to anybody and used: of links and recovery codes only digests are kept, and
the secret of a second factor is sealed by the key ring.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from meihao.records.accounts.models.people import User
from meihao.records.accounts.sealing import SealedField

SECRET = "accounts.factor.secret"


class Tries(models.Model):
    """Wrong tries at one user name, whether or not there is such an account: the two look the same.

    `subject` is a keyed digest of the name as typed, because a password is typed there now and then.
    """

    subject = models.CharField(max_length=64, unique=True)
    count = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    locked_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.count} at {self.last_at}"


class Link(models.Model):
    """A link that lets its person in once, and then asks for a password to be set."""

    user = models.ForeignKey(User, models.CASCADE, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """What always holds."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="accounts_link_expires_after_issue"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} until {self.expires_at}"


class SecondFactor(models.Model):
    """A person's authenticator (TOTP, RFC 6238). `counter` is the last time step used: none works twice."""

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor")
    secret = SealedField(SECRET)
    counter = models.BigIntegerField(default=0)
    enrolled_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} since {self.enrolled_at}"


class RecoveryCode(models.Model):
    """One of the codes that stand in for a lost authenticator, once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id} used {self.used_at}"


class Identity(models.Model):
    """Who a person is at a provider (OpenID Connect, WeCom, DingTalk): one a provider."""

    user = models.ForeignKey(User, models.CASCADE, related_name="identities")
    provider = models.CharField(max_length=32)
    uid = models.CharField(max_length=191)
    tied_at = models.DateTimeField()

    class Meta:
        """What always holds."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "uid"], name="accounts_identity_of_one_account"),
            models.UniqueConstraint(fields=["provider", "user"], name="accounts_identity_one_a_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.provider}"


class SignIn(models.Model):
    """One session of one person, from sign-in to its end; the session names the row, and is void without."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=160, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id} since {self.began_at}"
