"""What has to be so before the library changes: who may, on which shelf, and what a document cannot be."""

from __future__ import annotations

from datetime import date

from meihao.base.text import Refused
from meihao.records.accounts.acting import Acting, Missing, NotPermitted
from meihao.records.library.models import Document, Kind, Version
from meihao.records.library.queries import WRITE, may_write, visible
from meihao.records.registry import access
from meihao.records.registry.models import Organisation

_LENGTHS = (
    ("title", "标题", "title"),
    ("number", "文号", "number"),
    ("issuer", "发文机关", "issuer"),
    ("note", "备注", "note"),
)


def unit_to_keep_at(by: Acting, key: str) -> Organisation | None:
    """The unit on whose shelf a document goes, None for everybody's. Raises `NotPermitted`, `Missing`."""
    if not access.holds(by, WRITE):
        raise NotPermitted(WRITE)
    if not key:
        return None
    found = Organisation.objects.scoped(access.scope(by, WRITE).within("pk"), by.name)
    unit = found.filter(key=key).first()
    if unit is None:
        raise Missing
    return unit


def document_to_change(by: Acting, key: str) -> Document:
    """A document somebody may change. Raises `NotPermitted` for one they only read, else `Missing`."""
    found = Document.objects.scoped(visible(by), by.name).filter(key=key)
    row = found.select_related("organisation").first()
    if row is None:
        raise Missing
    if not may_write(by, row.organisation):
        raise NotPermitted(WRITE)
    return row


def check_sound(row: Document) -> None:
    """Raises `Refused` for a document without title or kind, or with a field too long."""
    if not row.title:
        raise Refused("请填写文件标题。", "Give the title of the document.")
    if row.kind not in Kind.values:
        raise Refused("请选择文件种类。", "Choose what kind of document it is.")
    for name, zh, en in _LENGTHS:
        most = getattr(Document._meta.get_field(name), "max_length", 0)
        if len(getattr(row, name)) > most:
            raise Refused(f"{zh}最多 {most} 字。", f"The {en} may have {most} letters at most.")


def check_once(row: Document) -> None:
    """Raises `Refused` where the shelf has the same title and number."""
    twice = Document._plain.filter(organisation=row.organisation, title=row.title, number=row.number)
    if twice.exists():
        raise Refused(
            f"《{row.title}》已在库中。修订请用「发布新版本」。",
            f"“{row.title}” is in the library already. Issue a new version for a revision.",
        )


def last_version(row: Document) -> Version:
    """The version that began last, locked until the transaction ends."""
    found = Version._plain.select_for_update().filter(document=row)
    return max(found, key=lambda one: (one.since is not None, one.since or date.min))


def open_version(row: Document) -> Version:
    """The version that began last and has not ended, locked. Raises `Refused`."""
    version = last_version(row)
    if version.until is not None:
        raise Refused(
            f"这份文件已于 {version.until} 终止。重新施行请发布新版本。",
            f"This document ended on {version.until}. Issue a new version to put it in force again.",
        )
    return version


def check_after(day: date, since: date | None) -> None:
    """Raises `Refused` for a day that is not after another."""
    if since is not None and day <= since:
        raise Refused(f"日期须晚于施行日 {since}。", f"The day must come after {since}, when it began.")


def stated(said: str) -> str:
    """The basis as it is kept. Raises `Refused` without one."""
    if not said.strip():
        raise Refused("请写明依据，如文号或会议纪要。", "Say on what basis, as a number or a minute.")
    return said.strip()[:200]
