"""A prepared home, copies of it, and what is in one: asked of the database itself, past our own code."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

ROOT = Path(__file__).resolve().parents[3]
POSTGRES = os.environ.get("MEIHAO_DATABASE") == "postgres"
ANCHOR = "head.txt"  # the head of the trail, noted when a home was prepared
_SQLITE = "meihao.sqlite3"
_WAIT_S, _STEP_S = 30.0, 0.02


class State(NamedTuple):
    """What a home holds: rows of people, enrolments, those that are open, classes, entries of the trail of
    which some say a school's list, and how far the staged file has come."""

    persons: int
    enrolments: int
    still_open: int
    classes: int
    entries: int
    lists: int
    batch: str


_ASKED = (
    "select count(*) from registry_person",
    "select count(*) from registry_enrolment",
    "select count(*) from registry_enrolment where until is null",
    "select count(*) from registry_classgroup",
    "select count(*) from accounts_auditentry",
    "select count(*) from accounts_auditentry where subject like 'organisation:%'",
    "select state from registry_importbatch order by id desc limit 1",
)


@dataclass(frozen=True)
class Home:
    """One home: a folder and, on PostgreSQL, a database of the name."""

    folder: Path
    database: str

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process live in it."""
        kept = {name: value for name, value in os.environ.items() if name != "MEIHAO_KEYS"}
        here = {
            "MEIHAO_HOME": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "meihao.web.settings",
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src"))),
        }
        return kept | here | ({"PGDATABASE": self.database} if POSTGRES else {})

    def state(self) -> State:
        """What the database says."""
        with closing(self._connected()) as connection:
            return State(*(connection.execute(asked).fetchone()[0] for asked in _ASKED))

    def rows(self, table: str) -> int:
        """How many rows a table holds."""
        with closing(self._connected()) as connection:
            return int(connection.execute(f"select count(*) from {table}").fetchone()[0])

    def broken(self) -> str:
        """What the database finds wrong with itself; empty where it is sound."""
        if POSTGRES:
            return ""  # the server is not what was killed, and has no such check of its own
        with closing(self._connected()) as connection:
            found = [row[0] for row in connection.execute("pragma integrity_check").fetchall()]
            dangling = connection.execute("pragma foreign_key_check").fetchall()
        return "" if found == ["ok"] and not dangling else f"{found[:3]} {dangling[:3]}"

    def tampered(self) -> str:
        """What `manage.py audit verify` finds, held to the head noted before; empty where nothing."""
        words = [sys.executable, "manage.py", "audit", "verify", "--anchor", str(self.folder / ANCHOR)]
        ran = subprocess.run(
            words, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        return "" if ran.returncode == 0 else (ran.stdout + ran.stderr)[-400:]

    def _connected(self) -> Any:
        if POSTGRES:
            return psycopg.connect(dbname=self.database)
        return sqlite3.connect(self.folder / _SQLITE)


@contextmanager
def fresh(folder: Path, name: str) -> Iterator[Home]:
    """An empty home, gone afterwards."""
    home = Home(folder / name, f"crash_{os.getpid()}_{name}")
    home.folder.mkdir()
    if POSTGRES:
        _server(f'create database "{home.database}"')
    with _gone_afterwards(home):
        yield home


@contextmanager
def copied(made: Home, name: str) -> Iterator[Home]:
    """A copy of a home that nobody uses at the moment, gone afterwards."""
    home = Home(made.folder.parent / name, f"{made.database}_{name}")
    shutil.copytree(made.folder, home.folder)
    if POSTGRES:
        _left(made.database)
        _server(f'create database "{home.database}" template "{made.database}"')
    with _gone_afterwards(home):
        yield home


@contextmanager
def _gone_afterwards(home: Home) -> Iterator[None]:
    try:
        yield
    finally:
        shutil.rmtree(home.folder, ignore_errors=True)
        if POSTGRES:
            _left(home.database)
            _server(f'drop database "{home.database}"')


def settled(home: Home) -> None:
    """Waits until the server has noticed that whoever was killed is gone."""
    if POSTGRES:
        _left(home.database)


def _left(database: str) -> None:
    until = time.monotonic() + _WAIT_S
    asked = "select count(*) from pg_stat_activity where datname = %s"
    while time.monotonic() < until:
        with psycopg.connect(dbname="postgres", autocommit=True) as connection:
            found = connection.execute(asked, [database]).fetchone()
        if found is not None and found[0] == 0:
            return
        time.sleep(_STEP_S)
    raise RuntimeError(f"{database} is still in use")


def _server(statement: str) -> None:
    with psycopg.connect(dbname="postgres", autocommit=True) as connection:
        connection.execute(statement)
