"""`organisation__among=numbers`: whether a row's number is one of many, handed over as one value.

A scope holds all units of a district. `__in` writes each of them into the statement, which is then built,
sent and planned with hundreds of parameters, at every question of a page. Here they are one parameter.
"""

from __future__ import annotations

import json
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, ForeignKey, Lookup
from django.db.models.sql.compiler import SQLCompiler

Written = tuple[str, list[Any]]


@ForeignKey.register_lookup
@BigIntegerField.register_lookup
class Among(Lookup):
    """One of these whole numbers; none of them where there are none."""

    lookup_name = "among"
    prepare_rhs = False  # they are the numbers of rows already

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Written:
        """As a list in JSON, which the database reads once."""
        left, given = self.process_lhs(compiler, connection)
        return f"{left} IN (SELECT value FROM json_each(%s))", [*given, json.dumps(list(self.rhs))]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Written:
        """As an array."""
        left, given = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s::bigint[])", [*given, list(self.rhs)]
