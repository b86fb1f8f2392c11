"""What is carried away leaves its entry in the trail before a byte of it leaves; without one, nothing leaves.

网络数据安全管理条例第十二条 asks for records of personal data that was handed on, kept for three years; here
every export has one, whatever it holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.db import transaction

from meihao.records.accounts import audit, queries
from meihao.records.accounts.acting import Acting

HEAD = "accounts.trail.export"


def carried(
    by: Acting,
    action: str,
    data: bytes,
    *,
    rows: int,
    subject: str = "",
    organisation: str = "",
    detail: Mapping[str, object] | None = None,
) -> bytes:
    """The bytes of an export, once the trail has who took them, how many rows, and their SHA-256."""
    digest = hashlib.sha256(data).hexdigest()
    said = dict(detail or {}) | {"rows": rows, "bytes": len(data), "sha256": digest}
    with transaction.atomic():
        audit.record(by, action, subject=subject, organisation=organisation, detail=said)
    return data


def head(by: Acting) -> bytes:
    """The head of the trail as a line to keep elsewhere; the entry of its own export comes after it."""
    line = queries.head(by)
    return carried(by, HEAD, f"{line}\n".encode("ascii"), rows=1, detail={"seq": line.seq})
