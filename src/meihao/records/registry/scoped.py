"""Rows that are read through a scope, or not at all.

A query that no scope was put on raises when it is about to read: a forgotten filter is an error, never
everybody's rows. `queries.py` is the door that puts the scope on.
"""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class UnscopedError(RuntimeError):
    """A query was about to read without a scope: a defect of ours."""


class ScopedQuerySet(models.QuerySet[M_co]):
    """A queryset that reads only once a scope is on it."""

    _scope: str | None = None

    def scoped(self, within: Q | None, reason: str) -> Self:
        """This query within a scope (None: everything); `reason` says who is asking, for whoever debugs."""
        found = self.all() if within is None else self.filter(within)
        found._scope = reason
        return found

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._scope = self._scope
        return clone

    def _check(self) -> None:
        if self._scope is None:
            raise UnscopedError(self.model.__name__)

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._check()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        """As Django's, within the scope."""
        self._check()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        """As Django's, within the scope."""
        if self._result_cache is None:
            self._check()
        return super().count()

    def exists(self) -> bool:
        """As Django's, within the scope."""
        if self._result_cache is None:
            self._check()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """As Django's, within the scope."""
        self._check()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        """As Django's, within the scope."""
        self._check()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """As Django's, within the scope."""
        self._check()
        return super().delete()


class ScopedManager(models.Manager[M_co]):
    """The manager of rows that belong to somebody; `insert` needs no scope, reading does."""

    def get_queryset(self) -> ScopedQuerySet[M_co]:
        """A query that does not read yet."""
        return ScopedQuerySet(self.model, using=self._db)

    def scoped(self, within: Q | None, reason: str) -> ScopedQuerySet[M_co]:
        """All rows within a scope."""
        return self.get_queryset().scoped(within, reason)
