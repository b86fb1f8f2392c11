"""Triggers by which the database itself refuses to change what was handed in, reviewed, reminded or held.

They keep our own code and a careless hand off; a row that is there says what it said when it was written.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("returns_submission", "returns_review", "returns_reminder", "returns_held")


def _sqlite(table: str) -> tuple[str, ...]:
    return (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    )


def _postgres(table: str) -> tuple[str, ...]:
    return (
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
    )


def _dropped(vendor: str, table: str) -> tuple[str, ...]:
    if vendor == "sqlite":
        return (f"DROP TRIGGER IF EXISTS {table}_no_update",)
    return (
        f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}",
        f"DROP FUNCTION IF EXISTS {table}_refuse",
    )


def put_on(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """Makes the triggers; a step of the migration."""
    made = _sqlite if schema.connection.vendor == "sqlite" else _postgres
    for table in TABLES:
        for statement in made(table):
            schema.execute(statement)


def take_off(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """Takes them away; the step back."""
    for table in TABLES:
        for statement in _dropped(schema.connection.vendor, table):
            schema.execute(statement)
