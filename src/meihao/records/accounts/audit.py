"""The audit trail: one entry a change, in the change's own transaction, each chained to the last.

An entry's hash is SHA-256 over the hash before it and the entry's body, a canonical JSON text. What
the columns say is repeated in the body, so that neither can be changed without the other.

The trail is for ever and people have a right to be forgotten, so it names nobody but who acted: by key
and name for an officer, and whom it is about by key alone (`person:<key>`), never by a child's name. When
the person's own row is erased, the key says nothing any more and the chain stays whole. `detail` takes
plain values only; a sealed value, or anything else that is no plain value, is refused.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection

from meihao.base.text import Text
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.models import AuditEntry, AuditHead


class NoTransactionError(RuntimeError):
    """An entry was written outside the transaction of what it records: a defect of ours."""


def record(
    by: Acting,
    action: str,
    *,
    subject: str = "",
    organisation: str = "",
    detail: Mapping[str, object] | None = None,
) -> AuditEntry:
    """Writes the next entry of the trail.

    `subject` names what it is about, as `kind:key`; `organisation` is the key of the unit concerned;
    `detail` holds what changed (never a sensitive value in clear). Raises `NoTransactionError`, and
    `TypeError` for a detail that is no plain value.
    """
    if not connection.in_atomic_block:
        raise NoTransactionError(action)
    AuditHead.objects.get_or_create(id=1)
    head = AuditHead.objects.select_for_update().get(id=1)
    entry = AuditEntry(
        seq=head.seq + 1,
        at=by.at,
        user_key=by.user.key if by.user is not None else None,
        name=by.name,
        action=action,
        organisation=organisation,
        subject=subject,
    )
    entry.body = body(entry, by, detail or {})
    entry.hash = chained(head.hash, entry.body)
    entry.save(force_insert=True)
    AuditHead.objects.filter(id=1).update(seq=entry.seq, hash=entry.hash)
    return entry


def body(entry: AuditEntry, by: Acting, detail: Mapping[str, object]) -> str:
    """The canonical text of an entry."""
    said = _columns(entry) | {"address": by.address, "purpose": by.purpose, "detail": dict(detail)}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, date | UUID | Decimal):
        return str(value)
    raise TypeError(f"no plain value for the trail: {type(value).__name__}")


def _columns(entry: AuditEntry) -> dict[str, object]:
    return {
        "seq": entry.seq,
        "at": _instant(entry.at),
        "user": str(entry.user_key) if entry.user_key else None,
        "name": entry.name,
        "action": entry.action,
        "organisation": entry.organisation,
        "subject": entry.subject,
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def chained(before: str, body: str) -> str:
    """The hash of an entry after the hash of the one before it, 64 hexadecimal digits."""
    return hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """How far the trail had come, and the hash it had there: what is kept outside the database."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq} {self.hash or '-'}"

    @classmethod
    def read(cls, line: str) -> Head:
        """From the line that `str` writes. Raises `ValueError`."""
        found = re.fullmatch(r"0 -|([1-9][0-9]*) ([0-9a-f]{64})", line.strip())
        if found is None:
            raise ValueError(f"not a head: {line!r}")
        return cls(int(found[1]), found[2]) if found[1] else cls(0, "")


def head() -> Head:
    """The head of the trail as the database has it."""
    row = AuditHead.objects.filter(id=1).first()
    return Head(row.seq, row.hash) if row is not None else Head(0, "")


@dataclass(frozen=True, slots=True)
class Breach:
    """Where the trail is not what was written."""

    seq: int
    text: Text


def verify(anchors: Iterable[Head] = ()) -> Iterator[Breach]:
    """Walks the whole trail; `anchors` are heads that were exported before, which must still stand in it.

    What is written while it walks is walked too: the head is looked at after the entries.
    """
    before, last, walked = "", 0, -1
    wanted: dict[int, set[str]] = {}
    for anchor in anchors:
        if anchor.seq:
            wanted.setdefault(anchor.seq, set()).add(anchor.hash)
    while walked != last and (walked < 0 or head().seq > last):
        walked = last
        for entry in AuditEntry.objects.filter(seq__gt=last).order_by("seq").iterator():
            yield from _breaches(entry, last, before)
            if wanted.pop(entry.seq, {entry.hash}) != {entry.hash}:
                yield Breach(entry.seq, Text("与导出的链头不符", "differs from the exported head"))
            before, last = entry.hash, entry.seq
    for seq in sorted(wanted):
        yield Breach(seq, Text("导出过链头的这一条不在了", "the exported head's entry is gone"))
    if head() != Head(last, before):
        yield Breach(last, Text("链尾与链头记录不符，末尾有删有加", "the tail does not meet the head"))


def _breaches(entry: AuditEntry, last: int, before: str) -> Iterator[Breach]:
    if entry.seq != last + 1:
        yield Breach(entry.seq, Text(f"前一条是 {last}，中间缺了条目", f"entries after {last} are missing"))
    if chained(before, entry.body) != entry.hash:
        yield Breach(entry.seq, Text("内容或次序与哈希不符", "body or order does not match the hash"))
    said = _said(entry.body)
    if any(said.get(name) != value for name, value in _columns(entry).items()):
        yield Breach(entry.seq, Text("列与正文不符", "the columns differ from the body"))


def _said(body: str) -> dict[str, object]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
