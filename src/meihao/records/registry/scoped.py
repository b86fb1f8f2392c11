"""Rows that are read through a scope, or not at all.

A query that no scope was put on raises when it is about to read: a forgotten filter is an error, never
everybody's rows. `queries.py` is the door that puts the scope on.

The scope is a mark of the SQL query itself, asked for wherever one is compiled: so it holds for whatever
ends in reading (iteration, `count`, `in_bulk`, `explain`, a union's parts, a subquery, `in`), and it is
handed on by copying. What follows a foreign key from a row that one may see goes by `_plain`.
"""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.db.models.sql import Query

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class UnscopedError(RuntimeError):
    """A query was about to read without a scope: a defect of ours."""


class ScopedQuery(Query):
    """A query that is compiled only once a scope is on it; `scope` says who is asking."""

    scope: str | None = None

    def check_scope(self) -> None:
        """Raises `UnscopedError` where no scope was put on."""
        if self.scope is None:
            raise UnscopedError(getattr(self.model, "__name__", ""))

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        """As Django's, within the scope."""
        self.check_scope()
        return super().get_compiler(*args, **kwargs)


class ScopedQuerySet(models.QuerySet[M_co]):
    """A queryset that reads, changes and deletes only once a scope is on it."""

    def __init__(
        self,
        model: type[M_co] | None = None,
        query: Query | None = None,
        using: str | None = None,
        hints: dict[str, models.Model] | None = None,
    ) -> None:
        super().__init__(model, query or ScopedQuery(model), using, hints)

    def scoped(self, within: Q | None, reason: str) -> Self:
        """This query within a scope (None: everything); `reason` says who is asking, for whoever debugs."""
        found = self.all() if within is None else self.filter(within)
        self._marked(found).scope = reason
        return found

    @staticmethod
    def _marked(found: models.QuerySet[Any]) -> ScopedQuery:
        query = found.query
        assert isinstance(query, ScopedQuery)
        return query

    # updates and deletions are compiled as queries of another class, which bears no mark

    def update(self, **kwargs: Any) -> int:
        """As Django's, within the scope."""
        self._marked(self).check_scope()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """As Django's, within the scope."""
        self._marked(self).check_scope()
        return super().delete()

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        """Nobody's: SQL written by hand has no scope."""
        raise UnscopedError(self.model.__name__)

    def _merge_sanity_check(self, other: models.QuerySet[Any]) -> None:
        """Before `|`, `&`, `^`: both sides within a scope, or one would let the other out of its own."""
        self._marked(self).check_scope()
        self._marked(other).check_scope()
        super()._merge_sanity_check(other)  # type: ignore[misc]


class ScopedManager(models.Manager[M_co]):
    """The manager of rows that belong to somebody; `insert` needs no scope, reading does."""

    def get_queryset(self) -> ScopedQuerySet[M_co]:
        """A query that does not read yet."""
        return ScopedQuerySet(self.model, using=self._db)

    def scoped(self, within: Q | None, reason: str) -> ScopedQuerySet[M_co]:
        """All rows within a scope."""
        return self.get_queryset().scoped(within, reason)

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        """Nobody's: SQL written by hand has no scope."""
        raise UnscopedError(self.model.__name__)
