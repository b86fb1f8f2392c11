"""Triggers by which the database itself refuses to change what was published: tables and their cells."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("releases_releasetable", "releases_releasecell")


def put_on(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """Makes the triggers; a step of the migration."""
    for table in TABLES:
        for statement in _made(table, schema.connection.vendor):
            schema.execute(statement)


def take_off(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """Takes them away; the step back."""
    for table in TABLES:
        for statement in _dropped(table, schema.connection.vendor):
            schema.execute(statement)


def _made(table: str, vendor: str) -> Iterator[str]:
    if vendor == "sqlite":
        yield (
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        return
    yield (
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    yield (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
    )


def _dropped(table: str, vendor: str) -> Iterator[str]:
    if vendor == "sqlite":
        yield f"DROP TRIGGER IF EXISTS {table}_no_update"
        return
    yield f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}"
    yield f"DROP FUNCTION IF EXISTS {table}_refuse"
