"""Where the rows and files of each kind of `retention.yaml` are, and how they go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import Q

from meihao.records.accounts import limits
from meihao.records.accounts.acting import CHINA, Acting
from meihao.records.accounts.models import AuditEntry, SignIn, Submission
from meihao.records.library import actions as library
from meihao.records.registry.models import BatchState, ImportBatch


class Keeper(Protocol):
    """Where things of one kind are: how many there are, and how many up to a day; and how they go."""

    def count(self, until: date | None = None) -> int:
        """How many there are, or only those of a day or before."""

    def erase(self, by: Acting, until: date) -> int:
        """Takes away those of a day or before, in the transaction of whoever asks; how many."""


def after(day: date) -> datetime:
    """The first moment after a day, in China."""
    return datetime.combine(day + timedelta(1), time.min, CHINA)


@dataclass(frozen=True)
class Rows:
    """Rows of a table, by the moment in one of its columns; rows without one are not over yet."""

    model: type[models.Model]
    moment: str

    def until(self, until: date | None) -> models.QuerySet[models.Model]:
        """All of them, or those of a day or before."""
        found = self.model._base_manager.filter(**{f"{self.moment}__isnull": False})
        return found if until is None else found.filter(**{f"{self.moment}__lt": after(until)})

    def count(self, until: date | None = None) -> int:
        """As `Keeper`."""
        return self.until(until).count()

    def erase(self, by: Acting, until: date) -> int:
        """As `Keeper`."""
        return self.until(until).delete()[0]


class SignIns(Rows):
    """Sessions by the moment of their end; one that nobody ended was over once it had been idle too long."""

    def until(self, until: date | None) -> models.QuerySet[models.Model]:
        """Those that are over by then; all of them without a day."""
        if until is None:
            return SignIn._base_manager.all()
        end = after(until)
        ran_out = Q(ended_at=None, seen_at__lt=end - limits.LIMITS.session_idle)
        return SignIn._base_manager.filter(Q(ended_at__lt=end) | ran_out)


class Chained(Rows):
    """The audit trail, of which nothing is ever taken out."""

    def erase(self, by: Acting, until: date) -> int:
        """Nothing."""
        return 0


class Orphans:
    """Files of the library that no version names."""

    def count(self, until: date | None = None) -> int:
        """As `Keeper`."""
        return len(library.unnamed())

    def erase(self, by: Acting, until: date) -> int:
        """As `Keeper`."""
        return len(library.sweep(by=by))


class Imports(Rows):
    """Batches with the files that were handed in for them; a file goes once its row is gone for good."""

    def erase(self, by: Acting, until: date) -> int:
        """As `Keeper`."""
        rows = self.until(until)
        keys = {str(key) for key in rows.values_list("key", flat=True)}
        count = rows.delete()[0]
        files = [path for path in import_files() if path.stem in keys]
        transaction.on_commit(lambda: _removed(files))
        return count


class Waiting(Imports):
    """Batches that were neither applied nor discarded."""

    def until(self, until: date | None) -> models.QuerySet[models.Model]:
        """Those that wait, by the day on which they were handed in."""
        return super().until(until).filter(state=BatchState.STAGED)


class ImportOrphans:
    """Files that were handed in and that no waiting batch names; by the day on which they were written."""

    def count(self, until: date | None = None) -> int:
        """As `Keeper`."""
        return len(self._left(until))

    def erase(self, by: Acting, until: date) -> int:
        """As `Keeper`. They go before the entry stands: nothing asks for them, whatever becomes of it."""
        left = self._left(until)
        _removed(left)
        return len(left)

    def _left(self, until: date | None) -> list[Path]:
        waiting = ImportBatch._base_manager.filter(state=BatchState.STAGED)
        named = {str(key) for key in waiting.values_list("key", flat=True)}
        return [
            path
            for path in import_files()
            if path.stem not in named and (until is None or _written(path) < after(until))
        ]


def import_files() -> list[Path]:
    """Every file that was handed in for an import and still lies there; its stem is the key of its batch."""
    folder = Path(settings.MEDIA_ROOT) / "imports"
    return sorted(path for path in folder.glob("*") if path.is_file())


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, CHINA)


def _removed(files: Iterable[Path]) -> None:
    for path in files:
        path.unlink(missing_ok=True)


KEEPERS: Mapping[str, Keeper] = {
    "sessions": Rows(Session, "expire_date"),
    "sign-ins": SignIns(SignIn, "ended_at"),
    "trail": Chained(AuditEntry, "at"),
    "imports": Imports(ImportBatch, "settled_at"),
    "imports-waiting": Waiting(ImportBatch, "staged_at"),
    "import-orphans": ImportOrphans(),
    "library-orphans": Orphans(),
    "submissions": Rows(Submission, "made_at"),
}
