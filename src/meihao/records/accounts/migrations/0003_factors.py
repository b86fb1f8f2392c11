from __future__ import annotations

import base64
import hashlib
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from meihao.records.accounts.sealing import SealedField

PURPOSE = "accounts.factor.secret"


class FactorError(RuntimeError):
    """An authenticator cannot be taken over."""


def sealed_anew(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """Opens each secret by the key of the settings, as it was sealed, and seals it by the key ring.

    Raises `FactorError` where one does not open: it would be lost without a word.
    """
    key = hashlib.sha256(b"meihao.accounts.second-factor\0" + settings.SECRET_KEY.encode()).digest()
    factors: Any = apps.get_model("accounts", "SecondFactor")
    for row in factors.objects.order_by("pk"):
        raw = base64.b64decode(row.secret)
        try:
            row.sealed = AESGCM(key).decrypt(raw[:12], raw[12:], b"totp").decode()
        except InvalidTag:
            raise FactorError(
                f"账号 {row.user_id} 的动态口令打不开：请放回原来的密钥 django，或删去 accounts_secondfactor "
                f"的这一行，请本人重新绑定。 The authenticator of account {row.user_id} does not open: put back "
                "the key “django” of the time, or delete its row, and its person ties it anew."
            ) from None
        row.save(update_fields=["sealed"])


class Migration(migrations.Migration):
    """The secrets of authenticators come under the key ring: rotation covers them as every sealed field."""

    dependencies = [("accounts", "0002_submissions")]

    operations = [
        migrations.AddField("secondfactor", "sealed", SealedField(PURPOSE, null=True)),
        migrations.RunPython(sealed_anew),
        migrations.RemoveField("secondfactor", "secret"),
        migrations.RenameField("secondfactor", "sealed", "secret"),
        migrations.AlterField("secondfactor", "secret", SealedField(PURPOSE)),
    ]
