"""A database that is away, held or full: 503 wherever it is noticed; a defect stays a 500."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import Error, IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import Client

from meihao.web import unavailable
from tests.records.registry.district import person

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def inside(db: None) -> Client:
    client, user = Client(raise_request_exception=False), person("林虚").user
    assert user is not None
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@contextmanager
def failing(error: Exception) -> Iterator[list[str]]:
    """Every statement fails so; which were asked."""
    asked: list[str] = []

    def fail(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        raise error

    with connection.execute_wrapper(fail):
        yield asked


def of(kind: type[Exception], cause: Exception) -> Exception:
    """An error as Django passes on what the driver said."""
    error = kind(*cause.args)
    error.__cause__ = cause
    return error


def held(code: int) -> Exception:
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorcode = code
    return of(OperationalError, cause)


def stopped() -> Exception:
    return of(OperationalError, psycopg.errors.AdminShutdown("terminating connection"))


@pytest.mark.parametrize("address", ["/", "/registry/organisations", "/health", "/sign-in", "/none"])
def test_whoever_notices_it_the_page_is_a_calm_one(inside: Client, address: str) -> None:
    """A page of rooms, one that the session middleware does not get past, and one without a session."""
    with failing(stopped()) as asked:
        answer = inside.get(address)
    assert asked
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "暂时连不上数据库" in answer.content.decode()
    assert "Content-Security-Policy" in answer.headers
    assert inside.get(address).status_code in {200, 302, 403, 404}  # and the next request goes on


def test_it_is_said_in_english_too_and_to_the_api_in_json(inside: Client) -> None:
    with failing(stopped()):
        assert "does not answer" in inside.get("/", headers=ENGLISH).content.decode()
        form = {"grant_type": "client_credentials", "client_id": "a", "client_secret": "b"}
        answer = inside.post("/oauth/token", form)
    assert answer.status_code == 503
    assert answer.headers["Content-Type"].startswith("application/json")
    assert int(answer.headers["Retry-After"]) > 0
    assert "数据库" in answer.content.decode()


@pytest.mark.parametrize(
    "error",
    [
        of(IntegrityError, sqlite3.IntegrityError("UNIQUE constraint failed")),
        of(OperationalError, sqlite3.OperationalError("no such table: x")),
        of(InterfaceError, sqlite3.InterfaceError("bad parameter or other API misuse")),
        of(OperationalError, psycopg.errors.StatementTooComplex("stack depth limit exceeded")),
        RuntimeError("broken on purpose"),
    ],
    ids=str,
)
def test_a_defect_stays_a_500(inside: Client, error: Exception) -> None:
    with failing(error):
        assert inside.get("/").status_code == 500


def test_control_without_the_question_it_is_a_500(inside: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unavailable, "lost", lambda error: False)
    with failing(stopped()):
        assert inside.get("/").status_code == 500


@pytest.mark.parametrize(
    ("error", "lost"),
    [
        (held(sqlite3.SQLITE_BUSY), True),
        (held(sqlite3.SQLITE_BUSY | 2 << 8), True),  # SQLITE_BUSY_SNAPSHOT
        (held(sqlite3.SQLITE_FULL), True),
        (held(sqlite3.SQLITE_IOERR), True),
        (held(sqlite3.SQLITE_ERROR), False),
        (of(OperationalError, psycopg.OperationalError("connection refused")), True),
        (of(OperationalError, psycopg.errors.DiskFull("no space left")), True),
        (of(OperationalError, psycopg.errors.TooManyConnections("too many clients")), True),
        (InterfaceError("connection already closed"), True),
        (of(IntegrityError, psycopg.errors.UniqueViolation("twice")), False),
        (None, False),
    ],
    ids=repr,
)
def test_what_passes_is_told_from_what_does_not(error: Exception | None, lost: bool) -> None:
    assert unavailable.lost(error) is lost


def test_what_a_lost_connection_breaks_afterwards_is_still_that() -> None:
    after, ours = (transaction.TransactionManagementError("broken transaction") for _ in range(2))
    after.__context__ = stopped()
    assert unavailable.lost(after)
    assert not unavailable.lost(ours)


# --- the real thing: a file of SQLite that is held, and one that is full


@pytest.fixture
def real(db: None, tmp_path: Path) -> Iterator[Callable[..., Exception]]:
    """What Django says of the last of some statements on a file of its own."""
    given = {
        "NAME": tmp_path / "x.sqlite3",
        "OPTIONS": {"timeout": 0.1},
        "TIME_ZONE": None,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
        "AUTOCOMMIT": True,
        "ATOMIC_REQUESTS": False,
    }
    made = DatabaseWrapper(given, "aside")

    def said(*statements: str) -> Exception:
        with made.cursor() as cursor:
            for statement in statements[:-1]:
                cursor.execute(statement)
            with pytest.raises(Error) as caught:
                cursor.execute(statements[-1])
        return caught.value

    yield said
    made.close()


def test_a_file_that_another_holds_is_away(real: Callable[..., Exception], tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "x.sqlite3", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    error = real("CREATE TABLE x (a TEXT)")
    other.close()
    assert "locked" in str(error)
    assert unavailable.lost(error)


def test_a_full_disk_is_away_and_a_wrong_statement_is_not(real: Callable[..., Exception]) -> None:
    large = "INSERT INTO x VALUES (hex(zeroblob(100000)))"
    full = real("CREATE TABLE x (a TEXT)", "PRAGMA max_page_count = 3", large)
    assert "full" in str(full)
    assert unavailable.lost(full)
    assert not unavailable.lost(real("INSERT INTO y VALUES ('1')"))
    assert not unavailable.lost(real("SELEC"))
