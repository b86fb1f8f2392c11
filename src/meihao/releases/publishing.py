"""How figures leave: drafted, published (签发), put right by another version, withdrawn.

Publishing is the one way through the gate. What was published stays published: nobody un-sees it, so a
withdrawn release is still in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from meihao.base.exact import half_up
from meihao.base.text import Refused
from meihao.policy.kinds import Disclosure
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting, Missing
from meihao.records.registry import access
from meihao.releases import ledger, rules
from meihao.releases.contents import Contents, Sheet
from meihao.releases.gate import Gated, gated
from meihao.releases.models import Audience, Release, ReleaseCell, ReleaseTable, Snapshot

# in English; a count of people or things says what it counts in its title
_UNITS = {"元": "yuan", "万元": "10 000 yuan", "㎡": "m²"}
DRAFT, PUBLISH = "releases.release.draft", "releases.release.publish"


def draft(
    *, by: Acting, snapshot: UUID | str, standard: str, audience: str, title: str = "", note: str = ""
) -> Release:
    """Prepares a release; nobody outside sees it yet. Raises `Refused`, `NotPermitted`, `Missing`."""
    row = _snapshot(by, snapshot)
    _standard(row, standard)
    if audience not in Audience.values:
        raise Refused("请选择读者。", "Choose who is to read it.")
    release = Release(
        authority=row.authority,
        snapshot=row,
        standard=standard,
        audience=audience,
        title=title.strip(),
        note=note.strip(),
        drafted_at=by.at,
        drafted_by=by.name,
    )
    with transaction.atomic():
        release.save()
        _recorded(by, DRAFT, release)
    return release


def amend(*, by: Acting, key: UUID | str, snapshot: UUID | str, note: str) -> Release:
    """Drafts the next version of what was published; the earlier stays. Raises as `draft`."""
    before = _mine(by, DRAFT, key)
    row = _snapshot(by, snapshot)
    if not note.strip():
        raise Refused("请写明更正了什么、为什么。", "Say what is put right, and why.")
    if before.published_at is None or before.withdrawn_at is not None:
        raise Refused(
            "只有已发布、未撤回的才能更正。", "Only what is published and not withdrawn is put right."
        )
    if row.authority_id != before.authority_id:
        raise Missing
    if Release._plain.filter(amends=before).exists():
        raise Refused(
            "这一版已有更正，请更正最新的一版。", "This version has been put right: amend the latest."
        )
    _standard(row, before.standard)
    release = Release(
        authority=row.authority,
        snapshot=row,
        standard=before.standard,
        audience=before.audience,
        title=before.title,
        number=before.number + 1,
        amends=before,
        note=note.strip(),
        drafted_at=by.at,
        drafted_by=by.name,
    )
    with transaction.atomic():
        release.save()
        _recorded(by, DRAFT, release)
    return release


def discard(*, by: Acting, key: UUID | str) -> None:
    """Takes a draft back. Raises `Refused` for what was published."""
    release = _mine(by, DRAFT, key)
    with transaction.atomic():
        if not Release._plain.filter(pk=release.pk, published_at__isnull=True).delete()[0]:
            raise Refused(
                "已发布的不能删除，只能撤回。", "What was published cannot be deleted, only withdrawn."
            )
        _recorded(by, DRAFT, release, discarded=True)


def preview(release: Release) -> tuple[Contents, Gated]:
    """What a draft would show if it were published now. Raises `Refused`."""
    policy = _policy(release)[0]
    found = ledger.contents_of(release, policy)
    return found, gated(found, policy, ledger.ledger(release.audience))


def publish(*, by: Acting, key: UUID | str) -> Release:
    """Lets a draft out through the gate (签发). Raises `Refused` where the gate keeps it in."""
    release = _mine(by, PUBLISH, key)
    with transaction.atomic():
        _recorded(
            by, PUBLISH, release
        )  # holds the trail's head: of two that publish, one waits for the other
        policy, digest = _policy(release)
        found, passed = preview(release)
        changed = Release._plain.filter(pk=release.pk, published_at__isnull=True).update(
            policy=policy.version, policy_digest=digest, published_at=by.at, published_by=by.name
        )
        if not changed:
            raise Refused("这一份已经发布。", "This has been published already.")
        for position, sheet in enumerate(found.sheets):
            _write(release, position, sheet, passed)
    release.refresh_from_db()
    return release


def withdraw(*, by: Acting, key: UUID | str, reason: str) -> Release:
    """Takes a release off its pages; its cells stay in the ledger. Raises `Refused`, `NotPermitted`."""
    release = _mine(by, PUBLISH, key)
    if not reason.strip():
        raise Refused("请写明撤回的原因。", "Say why it is withdrawn.")
    with transaction.atomic():
        open_ = Release._plain.filter(pk=release.pk, published_at__isnull=False, withdrawn_at__isnull=True)
        said = {"withdrawn_at": by.at, "withdrawn_by": by.name, "withdrawn_for": reason.strip()}
        if not open_.update(**said):
            raise Refused("这一份没有发布，或已撤回。", "This is not published, or was withdrawn already.")
        _recorded(by, PUBLISH, release, withdrawn=reason.strip())
    release.refresh_from_db()
    return release


def _mine(by: Acting, action: str, key: UUID | str) -> Release:
    """A release of an authority for which the person may do this. Raises `NotPermitted`, `Missing`."""
    access.require(by, action)
    found = Release.objects.scoped(access.scope(by, action).within("authority"), by.name)
    release = found.filter(key=key).select_related("snapshot", "authority").first()
    if release is None:
        raise Missing
    return release


def _snapshot(by: Acting, key: UUID | str) -> Snapshot:
    access.require(by, DRAFT)
    found = Snapshot.objects.scoped(access.scope(by, DRAFT).within("authority"), by.name)
    row = found.filter(key=key).select_related("authority").first()
    if row is None:
        raise Missing
    return row


def _standard(row: Snapshot, standard: str) -> None:
    plan = rules.plans(row.on, row.place).get(standard)
    if plan is None or plan.unit_block is None:
        raise Refused(
            "这项标准不按学校逐所计算，没有可以发布的各校数据。",
            "This standard computes nothing school by school: there is nothing to publish.",
        )


def _policy(release: Release) -> tuple[Disclosure, str]:
    """The disclosure policy in force for the audience on the day of the data, with its digest."""
    row = release.snapshot
    source = rules.rulebook().source(f"{ledger.POLICIES}/{release.audience}", row.on, row.place)
    assert isinstance(source.policy, Disclosure)
    return source.policy, source.digest


def _write(release: Release, position: int, sheet: Sheet, passed: Gated) -> None:
    table = ReleaseTable._plain.create(
        release=release,
        position=position,
        name=sheet.key,
        title_zh=sheet.title.zh,
        title_en=sheet.title.en,
        lines=[[line.key, line.title, line.level, line.within] for line in sheet.lines],
        columns=list(columns(sheet)),
        sums=[[one.total, list(one.parts)] for one in passed.sums[sheet.key]],
    )
    places = sheet.places
    ReleaseCell._plain.bulk_create(
        ReleaseCell(
            table=table,
            line=line,
            column=column,
            name=cell.name,
            value=None if cell.value is None else f"{half_up(cell.value, places[column]):f}",
            symbol=cell.symbol,
        )
        for (line, column), cell in passed.cells[sheet.key].items()
    )


def _recorded(by: Acting, action: str, release: Release, **more: object) -> None:
    said = {
        "standard": release.standard,
        "audience": release.audience,
        "number": release.number,
        "snapshot": release.snapshot.logical_hash,
    }
    authority = str(release.authority.key)
    audit.record(by, action, subject=f"release:{release.key}", organisation=authority, detail=said | more)


def seen_by(audience: str) -> Q:
    """The releases that an audience may open: published, and not withdrawn."""
    return Q(audience=audience, published_at__isnull=False, withdrawn_at__isnull=True)


def columns(sheet: Sheet) -> Iterator[list[object]]:
    """The columns of a sheet as a published table keeps them."""
    for amount in sheet.amounts:
        unit = _UNITS.get(amount.unit, "")
        yield [amount.key, amount.title.zh, amount.title.en, amount.unit, unit, False]
    for ratio in sheet.ratios:
        yield [ratio.key, ratio.title.zh, ratio.title.en, ratio.unit.zh, ratio.unit.en, True]
