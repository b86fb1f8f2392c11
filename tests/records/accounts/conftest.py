"""A database of a test's own: for threads, and for what must not be done to the one of all tests."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol, TypeVar

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections

T = TypeVar("T")


class Place(Protocol):
    """Where such databases are made."""

    def made(self, name: str) -> tuple[str, bool]:
        """A new one: how the settings name it, and whether it is migrated."""

    def copied(self, source: str, name: str) -> str:
        """One like another."""

    def keep(self, name: str) -> None:
        """Remembers a migrated one, where that saves time."""

    def close(self) -> None:
        """Takes them away."""


class Files:
    """SQLite: files in a folder."""

    migrated = b""  # the first one, migrated; the next ones of the session are copies of it

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def made(self, name: str) -> tuple[str, bool]:
        path = self._folder / f"{name}.sqlite3"
        path.write_bytes(Files.migrated)
        return str(path), bool(Files.migrated)

    def keep(self, name: str) -> None:
        Files.migrated = Path(self.copied(name, "migrated")).read_bytes()

    def copied(self, source: str, name: str) -> str:
        path = str(self._folder / f"{name}.sqlite3")
        with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(path)) as other:
            one.backup(other)
        return path

    def close(self) -> None:
        pass


class Server:
    """PostgreSQL: databases beside the one of all tests."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._to = {"host": settings["HOST"], "port": settings["PORT"], "user": settings["USER"]}
        self._base, self._made = settings["NAME"], list[str]()

    def made(self, name: str) -> tuple[str, bool]:
        return self._create(name, "template1"), False

    def copied(self, source: str, name: str) -> str:
        return self._create(name, source)

    def keep(self, name: str) -> None:
        pass

    def close(self) -> None:
        for name in self._made:
            self._say(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _create(self, name: str, template: str) -> str:
        self._made.append(f"{self._base}_{name}")
        self._say(f'CREATE DATABASE "{self._made[-1]}" TEMPLATE "{template}"')
        return self._made[-1]

    def _say(self, sql: str) -> None:
        with psycopg.connect(dbname="postgres", autocommit=True, **self._to) as server:
            server.execute(sql.encode())


class OwnDatabase:
    """Runs functions in threads whose connection is to a database of this test's own."""

    def __init__(self, settings: dict[str, Any], place: Place) -> None:
        self._settings, self._place = settings, place
        settings["NAME"], migrated = place.made("own")
        if not migrated:
            self.run(lambda: call_command("migrate", verbosity=0))
            place.keep(settings["NAME"])

    def run(self, *functions: Callable[[], T]) -> list[T]:
        """All at once, each in a thread on a connection of its own; what they return, or the first error."""
        gate = threading.Barrier(len(functions))

        def one(function: Callable[[], T]) -> T:
            gate.wait()
            try:
                return function()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(functions)) as pool:
            return [done.result() for done in [pool.submit(one, function) for function in functions]]

    def copy(self, name: str) -> str:
        """A copy of the database as it is."""
        return self._place.copied(self._settings["NAME"], name)

    def put_back(self, copy: str) -> None:
        """Goes on with a copy, as if it were the database."""
        self._settings["NAME"] = copy


@pytest.fixture
def own_database(db: None, tmp_path: Path) -> Iterator[OwnDatabase]:
    """Threads come to a fresh, migrated database; the test's own thread keeps its connection."""
    settings: dict[str, Any] = connections.settings["default"]
    before = settings["NAME"]
    place: Place = Files(tmp_path) if connection.vendor == "sqlite" else Server(dict(settings))
    try:
        yield OwnDatabase(settings, place)
    finally:
        settings["NAME"] = before
        place.close()
