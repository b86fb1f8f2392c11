"""How the library changes: documents entered, versions issued, trials extended, rules repealed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from django.db import IntegrityError, transaction

from meihao.base.text import Refused
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting, Missing, require
from meihao.records.accounts.carrying import carried
from meihao.records.library import shelf, sniffing
from meihao.records.library.checks import (
    check_after,
    check_once,
    check_sound,
    document_to_change,
    last_version,
    open_version,
    stated,
    unit_to_keep_at,
)
from meihao.records.library.citations import number_of, title_of
from meihao.records.library.models import Clause, Document, Kind, Version
from meihao.records.library.queries import EXPORT, visible

SWEEP = "library.file.sweep"


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was handed in."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a document is, as entered. `shelf` is the key of the unit; without one, everybody's shelf."""

    title: str
    number: str = ""
    kind: str = Kind.NORMATIVE
    issuer: str = ""
    shelf: str = ""
    public: bool = False
    doubtful: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """From when a version holds; `trial_until` is the first day on which a trial no longer does."""

    since: date | None
    issued_on: date | None = None
    trial: bool = False
    trial_until: date | None = None
    basis: str = ""


def enter_document(*, by: Acting, what: Particulars, term: Term, file: File | None = None) -> Version:
    """Enters a document with its first version. Raises `Refused`, `NotPermitted`, `Missing`."""
    unit = unit_to_keep_at(by, what.shelf)
    row = Document(
        organisation=unit,
        title=title_of(what.title),
        number=number_of(what.number),
        kind=what.kind,
        issuer=what.issuer.strip(),
        public=what.public or unit is None,
        doubtful=what.doubtful,
        note=what.note.strip(),
    )
    check_sound(row)
    with _kept(file) as about, transaction.atomic():
        check_once(row)
        row.save()
        version = _version(row, term, None, about)
        recorded(by, "library.document.enter", row, _said(version) | {"title": row.title})
    return version


def issue_version(*, by: Acting, key: str, term: Term, file: File | None = None) -> Version:
    """Issues the next version; the one before ends on its first day. Raises as `enter_document`."""
    row = document_to_change(by, key)
    if term.since is None:
        raise Refused("请填写新版本的施行日期。", "Say from which day the new version holds.")
    with _kept(file) as about, transaction.atomic():
        before = last_version(row)
        if before.since is not None and before.since >= term.since:
            raise Refused(
                f"新版本的施行日期须晚于上一版本的 {before.since}。",
                f"The new version must hold from a day after {before.since}, when the last one began.",
            )
        if before.until is None or before.until > term.since:
            Version._plain.filter(pk=before.pk).update(until=term.since, ended_by=term.basis)
        version = _version(row, term, before, about)
        recorded(by, "library.version.issue", row, _said(version))
    return version


def extend_trial(*, by: Acting, key: str, until: date, basis: str) -> Version:
    """Lets a trial go on until before another day. Raises `Refused` where none is open, or it is no later."""
    row = document_to_change(by, key)
    with transaction.atomic():
        version = open_version(row)
        if not version.trial:
            raise Refused("现行版本不是试行，无需延长。", "The version in force is not on trial.")
        if version.trial_until is not None and until <= version.trial_until:
            raise Refused(
                f"延长后的日期须晚于原定的 {version.trial_until}。",
                f"The new day must come after {version.trial_until}.",
            )
        check_after(until, version.since)
        before, version.trial_until = version.trial_until, until
        version.save(update_fields=["trial_until"])
        recorded(by, "library.trial.extend", row, {"from": before, "until": until, "basis": stated(basis)})
    return version


def repeal(*, by: Acting, key: str, on: date, basis: str) -> Version:
    """Repeals a document: its last version holds no more from that day. Raises `Refused`."""
    row = document_to_change(by, key)
    with transaction.atomic():
        version = open_version(row)
        check_after(on, version.since)
        version.until, version.ended_by = on, stated(basis)
        version.save(update_fields=["until", "ended_by"])
        recorded(by, "library.document.repeal", row, {"on": on, "basis": version.ended_by})
    return version


def confirm(*, by: Acting, key: str, basis: str) -> Document:
    """Takes the mark 待核 off a document that somebody has compared with its source, and off its clauses."""
    row = document_to_change(by, key)
    with transaction.atomic():
        row.doubtful = False
        row.save(update_fields=["doubtful"])
        Clause._plain.filter(version__document=row).update(doubtful=False)
        recorded(by, "library.document.confirm", row, {"basis": stated(basis)})
    return row


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A file on its way to somebody who may read it."""

    data: bytes
    filename: str
    media_type: str


def hand_out(*, by: Acting, key: str) -> HandedOut:
    """The file of a version, by its key; the trail says who took it. Raises `Missing`, `Refused`."""
    found = Version.objects.scoped(visible(by, "document__", EXPORT), by.name).exclude(sha256="")
    version = found.filter(key=key).select_related("document__organisation").first()
    if version is None:
        raise Missing
    data = shelf.opened(version.sha256)
    carried(
        by,
        EXPORT,
        data,
        rows=1,
        subject=f"document:{version.document.key}",
        organisation=str(version.document.organisation.key) if version.document.organisation else "",
        detail={"version": version.key},
    )
    return HandedOut(data, version.filename, version.media_type)


def unnamed() -> list[str]:
    """The files that no version names, left by what was interrupted."""
    return [path.name for path in shelf.orphans(_named())]


def sweep(*, by: Acting) -> list[str]:
    """Takes such files away; gives their names."""
    require(by, SWEEP)
    with shelf.locked(), transaction.atomic():
        lost = shelf.orphans(_named())
        if lost:
            audit.record(by, SWEEP, detail={"files": [path.name for path in lost]})
        for path in lost:
            path.unlink()
    return [path.name for path in lost]


def _named() -> set[str]:
    return set(Version._plain.exclude(sha256="").values_list("sha256", flat=True))


def _version(row: Document, term: Term, before: Version | None, about: dict[str, Any]) -> Version:
    if term.trial_until is not None:
        if not term.trial:
            raise Refused("填了试行期满日，请同时勾选「试行」。", "A day of expiry needs “on trial” too.")
        check_after(term.trial_until, term.since)
    version = Version(
        document=row,
        replaces=before,
        since=term.since,
        issued_on=term.issued_on,
        trial=term.trial,
        trial_until=term.trial_until,
        basis=term.basis.strip()[:200],
        **about,
    )
    try:
        with transaction.atomic():
            version.save()
    except IntegrityError:
        raise Refused(
            "刚才有人为这份文件发布了版本，请刷新后再试。",
            "Somebody has just issued a version of this document. Reload and try again.",
        ) from None
    return version


@contextmanager
def _kept(file: File | None) -> Iterator[dict[str, Any]]:
    """Keeps a file while its row is written: gives the columns that name it, none without a file."""
    if file is None:
        yield {}
        return
    name = PurePath(file.name.replace("\\", "/")).name[-160:]
    kind = sniffing.media_type(file.data, name)
    sniffing.refuse_secrets(file.data, name, kind)
    with shelf.kept(file.data) as digest:
        yield {"sha256": digest, "size": len(file.data), "media_type": kind, "filename": name}


def _said(version: Version) -> dict[str, object]:
    """What the trail says of a version."""
    names = ("since", "trial", "trial_until", "basis", "sha256")
    return {name: value for name in names if (value := getattr(version, name))}


def recorded(by: Acting, action: str, row: Document, detail: dict[str, object]) -> None:
    """Writes to the trail what was done to a document."""
    unit = str(row.organisation.key) if row.organisation is not None else ""
    audit.record(by, action, subject=f"document:{row.key}", organisation=unit, detail=detail)
