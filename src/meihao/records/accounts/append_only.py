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
