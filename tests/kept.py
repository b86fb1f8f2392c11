"""What is dear to make in the database is made once: its rows are kept in memory, and put back for each test.

The rows are taken and put as the database itself writes them, keys and all, so that whatever was returned
when they were made (tokens, keys, unsaved copies) still speaks of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

OF_DJANGO = {"auth_permission", "django_content_type", "django_migrations"}  # there from the beginning
Made = TypeVar("Made")


@dataclass(frozen=True)
class Rows:
    """Every row that was there, by table: tuples on SQLite, the text of COPY on PostgreSQL."""

    tables: Mapping[str, Any]

    def put(self) -> None:
        """Writes them into a database that has none of its own."""
        with transaction.atomic(), connection.cursor() as cursor:
            for table, rows in self.tables.items():
                _PUT[connection.vendor](cursor, table, rows)
            for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
                cursor.execute(statement)


def kept(blocker: DjangoDbBlocker, make: Callable[[], Made]) -> tuple[Made, Rows]:
    """Makes something in an empty database, keeps its rows, and takes it back."""
    with blocker.unblock(), transaction.atomic():
        assert [table for table in _tables() if _filled(table)] == [], "it was not empty"
        made = make()
        with connection.cursor() as cursor:
            taken = {table: _TAKEN[connection.vendor](cursor, table) for table in _tables() if _filled(table)}
        transaction.set_rollback(True)
    return made, Rows(taken)


def looked_at(blocker: DjangoDbBlocker, rows: Rows, look: Callable[[], Made]) -> Made:
    """What is seen where these rows are; nothing stays."""
    with blocker.unblock(), transaction.atomic():
        rows.put()
        seen = look()
        transaction.set_rollback(True)
    return seen


def _tables() -> list[str]:
    return [
        table
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False)
        if table not in OF_DJANGO
    ]


def _filled(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT 1 FROM "{table}" LIMIT 1')
        return cursor.fetchone() is not None


def _taken_sqlite(cursor: Any, table: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    columns = [f'"{one.name}"' for one in connection.introspection.get_table_description(cursor, table)]
    cursor.execute(
        f'SELECT {", ".join(f"+{name}" for name in columns)} FROM "{table}"'
    )  # + : as it is stored
    return columns, cursor.fetchall()


def _put_sqlite(cursor: Any, table: str, rows: tuple[list[str], list[tuple[Any, ...]]]) -> None:
    columns, values = rows
    marks = ", ".join(["%s"] * len(columns))
    cursor.executemany(f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({marks})', values)


def _taken_postgresql(cursor: Any, table: str) -> bytes:
    with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(bytes(part) for part in copy)


def _put_postgresql(cursor: Any, table: str, rows: bytes) -> None:
    with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
        copy.write(rows)


_TAKEN: dict[str, Callable[[Any, str], Any]] = {
    "sqlite": _taken_sqlite,
    "postgresql": _taken_postgresql,
}
_PUT: dict[str, Callable[[Any, str, Any], None]] = {
    "sqlite": _put_sqlite,
    "postgresql": _put_postgresql,
}
