"""Secrets of authenticators under the key ring: sealed, rotated with it, and taken over from before."""

from __future__ import annotations

import base64
import hashlib
import os
from importlib import import_module
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from pytest_django.fixtures import Settings

from meihao.records.accounts import entrance, keys, resealing, sealing
from meihao.records.accounts.keys import ring
from meihao.records.accounts.models import SecondFactor
from meihao.records.accounts.sealing import Sealed, UnknownKeyError
from tests.records.accounts.conftest import OwnDatabase
from tests.records.accounts.people import AT, SECRET, account, code_at, console, enrolled, stranger

taking_over = import_module("meihao.records.accounts.migrations.0003_factors")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.KEYS = tmp_path / "keys"
    settings.KEYS.mkdir(mode=0o700)
    return Path(settings.KEYS)


def test_a_secret_is_sealed_by_the_ring_and_by_nothing_else(db: None, settings: Settings) -> None:
    user = enrolled(account())
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_secondfactor")
        (kept,) = cursor.fetchone()
    assert bytes(kept).startswith(sealing.header(ring().current))
    assert SECRET.encode() not in bytes(kept)
    settings.SECRET_KEY = "another"  # the control: it has no part in this any more
    entrance.try_code(by=stranger(), user=user, code=code_at(AT))


def test_a_code_is_right_before_and_after_rotation(db: None, folder: Path) -> None:
    user = enrolled(account())
    resealing.rotate(by=console())
    assert sum(resealing.reseal(SecondFactor, by=console())) == 1
    assert sum(resealing.reseal(SecondFactor, by=console())) == 0
    (folder / "data-0001").unlink()
    keys._read.cache_clear()
    assert SecondFactor.objects.get().secret.opened() == SECRET
    entrance.try_code(by=stranger(), user=user, code=code_at(AT))


def test_without_resealing_the_old_key_is_still_needed(db: None, folder: Path) -> None:
    """The control of the one before."""
    enrolled(account())
    keys.rotate()
    (folder / "data-0001").unlink()
    keys._read.cache_clear()
    with pytest.raises(UnknownKeyError):
        SecondFactor.objects.get().secret.opened()


def test_the_command_reseals_them(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    enrolled(account())
    call_command("keys", "rotate")
    call_command("keys", "reseal")
    assert "accounts.secondfactor: 1" in capsys.readouterr().out


def test_the_session_holds_it_sealed_while_it_is_tied(client: Client, db: None) -> None:
    client.force_login(account(), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/me/factor").content.decode()
    kept = client.session["accounts.enrolling"]
    secret = Sealed(bytes.fromhex(kept), "accounts.factor.secret").opened()
    assert f"secret={secret}" in page.replace("&amp;", "&")
    assert client.get("/me/factor").content.decode().count(secret[:4]) == page.count(secret[:4])
    assert secret not in str(dict(client.session))


# --- those from before, sealed by the key of the settings


def before(secret: str, key: str) -> str:
    """As the release before sealed it."""
    nonce = os.urandom(12)
    by = hashlib.sha256(b"meihao.accounts.second-factor\0" + key.encode()).digest()
    return base64.b64encode(nonce + AESGCM(by).encrypt(nonce, secret.encode(), b"totp")).decode()


def migrated(secret: str) -> bytes:
    """A row of the release before, brought to this one; what the database then holds."""
    executor = MigrationExecutor(connection)
    executor.migrate([("accounts", "0002_submissions")])
    apps = executor.loader.project_state([("accounts", "0002_submissions")]).apps
    user = apps.get_model("accounts", "User").objects.create(username="lin", name="林虚", opened_at=AT)
    apps.get_model("accounts", "SecondFactor").objects.create(
        user=user, secret=secret, counter=7, enrolled_at=AT
    )
    MigrationExecutor(connection).migrate([("accounts", "0003_factors")])
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret, counter FROM accounts_secondfactor")
        kept, counter = cursor.fetchone()
    assert counter == 7
    return bytes(kept)


def backwards(own_database: OwnDatabase, secret: str) -> bytes:
    """In a database of its own, which is emptied of this room's last step first."""

    def step() -> bytes:
        with connection.schema_editor() as schema:
            schema.execute("DELETE FROM django_migrations WHERE app = 'accounts' AND name = '0003_factors'")
            schema.execute("ALTER TABLE accounts_secondfactor DROP COLUMN secret")
            schema.execute("ALTER TABLE accounts_secondfactor ADD COLUMN secret varchar(255)")
        return migrated(secret)

    return own_database.run(step)[0]


def test_a_secret_from_before_opens_after_the_migration(own_database: OwnDatabase) -> None:
    kept = backwards(own_database, before(SECRET, django_settings.SECRET_KEY))
    assert Sealed(kept, "accounts.factor.secret").opened() == SECRET


def test_one_that_does_not_open_stops_it_and_says_whose(own_database: OwnDatabase) -> None:
    with pytest.raises(taking_over.FactorError, match="动态口令打不开"):
        backwards(own_database, before(SECRET, "a key that was lost"))
