"""What may be read of releases: an authority's own by whoever works there, what is public by anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from meihao.base.text import Refused, Text
from meihao.methods.disclosure_lp import Audit, audit
from meihao.policy.kinds import Standard
from meihao.records.accounts.acting import Acting, Missing
from meihao.records.registry import access
from meihao.records.registry.queries import names
from meihao.releases import ledger, rules
from meihao.releases.models import Audience, Release, ReleaseCell, ReleaseTable, Snapshot
from meihao.releases.publishing import DRAFT, PUBLISH, seen_by
from meihao.releases.recomputing import Recomputed, recomputed

READ = "releases.release.read"


class State(StrEnum):
    """Where a release stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> Text:
        """In words."""
        return _WORDS[self]


_WORDS = {
    State.DRAFT: Text("草稿", "draft"),
    State.PUBLISHED: Text("已发布", "published"),
    State.AMENDED: Text("已更正", "put right"),
    State.WITHDRAWN: Text("已撤回", "withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One release in a list: whose it is, and where it stands."""

    release: Release
    authority: str
    state: State

    @property
    def title(self) -> Text:
        """As it was entered, or its standard and the day of its data."""
        if self.release.title:
            return Text(self.release.title, self.release.title)
        said, on = _called(self.release.standard), self.release.snapshot.on
        return Text(f"{said.zh}（{on}）", f"{said.en} ({on})")


def _called(standard: str) -> Text:
    """What a standard is called by the last version of its file; its key where there is none."""
    versions = rules.rulebook().versions(standard)
    return versions[-1].policy.title if versions else Text(standard, standard)


def listed(by: Acting, window: slice) -> tuple[list[Listed], int]:
    """The releases of the authorities in scope, drafts among them, the newest first; and their number."""
    found = _newest(Release.objects.scoped(access.scope(by, READ).within("authority"), by.name))
    return _listed(list(found[window]), by), found.count()


def public(by: Acting, window: slice) -> tuple[list[Listed], int]:
    """The last version of everything that is public; and how many there are."""
    found = _newest(Release.objects.scoped(seen_by(Audience.PUBLIC), "everybody").filter(~_amended()))
    return _listed(list(found[window]), by), found.count()


def _newest(found: QuerySet[Release]) -> QuerySet[Release]:
    rows = found.select_related("authority", "snapshot").annotate(amended=_amended())
    return rows.order_by("-drafted_at", "-pk")


def _amended() -> Exists:
    """Whether a next version of a release was published."""
    next_ = Q(amends=OuterRef("pk"), published_at__isnull=False)
    return Exists(Release.objects.scoped(next_, "a release's next version"))


def _listed(rows: Sequence[Release], by: Acting) -> list[Listed]:
    called = names({row.authority.key for row in rows}, by.day)
    return [Listed(row, called.get(str(row.authority.key), ""), _state(row)) for row in rows]


def _state(row: Release) -> State:
    if row.published_at is None:
        return State.DRAFT
    if row.withdrawn_at is not None:
        return State.WITHDRAWN
    return State.AMENDED if getattr(row, "amended", False) else State.PUBLISHED


@dataclass(frozen=True)
class Card:
    """One release as its page shows it; `versions` are all of its chain, the newest first."""

    listed: Listed
    tables: tuple[tuple[ReleaseTable, tuple[ReleaseCell, ...]], ...]
    versions: tuple[Listed, ...]
    may_draft: bool = False
    may_publish: bool = False

    @property
    def release(self) -> Release:
        """Its row."""
        return self.listed.release

    @property
    def cells(self) -> list[ReleaseCell]:
        """The cells of all tables."""
        return [cell for _, cells in self.tables for cell in cells]

    @property
    def hidden(self) -> int:
        """How many cells are withheld."""
        return sum(cell.symbol == "c" for cell in self.cells)


def release(by: Acting, key: UUID | str) -> Card:
    """One release of an authority in scope. Raises `Missing`."""
    row = _one(_newest(Release.objects.scoped(access.scope(by, READ).within("authority"), by.name)), key)
    may = (access.allowed(by, action, row.authority) for action in (DRAFT, PUBLISH))
    return _card(row, by, None, *may)


def public_release(by: Acting, key: UUID | str) -> Card:
    """One public release, also an earlier version of one. Raises `Missing`."""
    everybody = seen_by(Audience.PUBLIC)
    return _card(_one(_newest(Release.objects.scoped(everybody, "everybody")), key), by, everybody)


def _one(found: QuerySet[Release], key: UUID | str) -> Release:
    row = found.filter(key=key).first()
    if row is None:
        raise Missing
    return row


def _card(
    row: Release, by: Acting, seen: Q | None, may_draft: bool = False, may_publish: bool = False
) -> Card:
    tables = ReleaseTable.objects.scoped(Q(release=row), by.name).order_by("position")
    cells: dict[int, list[ReleaseCell]] = {}
    found = ReleaseCell.objects.scoped(Q(table__release=row), by.name).select_related("table").order_by("pk")
    for cell in found:
        cells.setdefault(cell.table_id, []).append(cell)
    told = tuple((table, tuple(cells.get(table.pk, []))) for table in tables)
    return Card(_listed([row], by)[0], told, _chain(row, by, seen), may_draft, may_publish)


def _chain(row: Release, by: Acting, seen: Q | None) -> tuple[Listed, ...]:
    """All versions that the same reader may open; a chain is as long as somebody was wrong."""
    of_authority = Q(authority=row.authority, audience=row.audience, standard=row.standard)
    within = of_authority if seen is None else of_authority & seen
    rows = {one.pk: one for one in _newest(Release.objects.scoped(within, by.name))}
    next_ = {one.amends_id: one for one in rows.values() if one.amends_id is not None}
    found, earlier, later = [row], row, row
    while earlier.amends_id in rows:
        earlier = rows[earlier.amends_id]
        found.append(earlier)
    while later.pk in next_:
        later = next_[later.pk]
        found.insert(0, later)
    return tuple(_listed(found, by))


@dataclass(frozen=True)
class Checked:
    """Whether a release is what its snapshot says, and what an attacker makes of the audience's ledger."""

    recomputed: Recomputed
    audit: Audit | None
    refused: Text | None


def checked(by: Acting, key: UUID | str) -> tuple[Card, Checked]:
    """Works a published release out again, and attacks its audience's whole ledger. Raises `Missing`."""
    card = release(by, key)
    if card.release.published_at is None:
        raise Missing
    again = recomputed(card.release, card.cells)
    try:
        return card, Checked(again, audit(ledger.ledger(card.release.audience)), None)
    except Refused as refused:
        return card, Checked(again, None, refused.text)


def snapshots(by: Acting) -> list[Snapshot]:
    """The snapshots that somebody may draft a release from, the newest first."""
    found = Snapshot.objects.scoped(access.scope(by, DRAFT).within("authority"), by.name)
    return list(found.order_by("-on", "-taken_at", "-pk"))


def standards(found: Sequence[Snapshot]) -> list[Standard]:
    """The standards that compute school by school on the day of one of these snapshots, each once."""
    days = {(row.on, row.place) for row in found}
    plans = [plan for on, place in sorted(days) for plan in rules.plans(on, place).values()]
    return list({plan.standard.key: plan.standard for plan in plans if plan.unit_block is not None}.values())
