"""Triggers by which the database itself refuses to change or delete an entry of the trail.

They keep our own code and a careless hand off; whoever owns the database can take them away, and is
found by `audit verify`.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SQLITE = tuple(
    f"CREATE TRIGGER accounts_auditentry_no_{verb} BEFORE {verb.upper()} ON accounts_auditentry "
    "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
    for verb in ("update", "delete")
)
_POSTGRES = (
    "CREATE FUNCTION accounts_auditentry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$",
    "CREATE TRIGGER accounts_auditentry_append_only BEFORE UPDATE OR DELETE ON accounts_auditentry "
    "FOR EACH ROW EXECUTE FUNCTION accounts_auditentry_refuse()",
)
MADE = {"sqlite": _SQLITE, "postgresql": _POSTGRES}
DROPPED = {
    "sqlite": tuple(f"DROP TRIGGER IF EXISTS accounts_auditentry_no_{verb}" for verb in ("update", "delete")),
    "postgresql": (
        "DROP TRIGGER IF EXISTS accounts_auditentry_append_only ON accounts_auditentry",
        "DROP FUNCTION IF EXISTS accounts_auditentry_refuse",
    ),
}


def put_on(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """Makes the triggers; a step of the migration."""
    for statement in MADE[schema.connection.vendor]:
        schema.execute(statement)


def take_off(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """Takes them away; the step back."""
    for statement in DROPPED[schema.connection.vendor]:
        schema.execute(statement)


class NoUpdate:
    """Steps of a migration: the database refuses to change a row of some tables; deleting is left alone."""

    def __init__(self, *tables: str) -> None:
        self._tables = tables

    def put_on(self, apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
        """Makes the triggers."""
        made = _no_update if schema.connection.vendor == "sqlite" else _refused
        for table in self._tables:
            for statement in made(table):
                schema.execute(statement)

    def take_off(self, apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
        """Takes them away."""
        for table in self._tables:
            if schema.connection.vendor == "sqlite":
                schema.execute(f"DROP TRIGGER IF EXISTS {table}_no_update")
            else:
                schema.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
                schema.execute(f"DROP FUNCTION IF EXISTS {table}_refuse")


def _no_update(table: str) -> tuple[str, ...]:
    return (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    )


def _refused(table: str) -> tuple[str, ...]:
    return (
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
    )
