"""What may be read of the library: the only door to its rows.

Public documents are read by anyone signed in, the others within the organisation on whose shelf they
stand. A document out of somebody's scope is as if it were not (`Missing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from meihao.base.text import Text
from meihao.policy.kinds import Reference
from meihao.records.accounts.acting import Acting, Missing
from meihao.records.library import numbering
from meihao.records.library.citations import Citation, citing, same
from meihao.records.library.models import Clause, Document, Version
from meihao.records.registry import access
from meihao.records.registry.models import Organisation, Particulars, holds_on

READ, WRITE, EXPORT = "library.document.read", "library.document.write", "library.file.export"


class State(StrEnum):
    """Where a version stands on a day."""

    COMING = "coming"
    HOLDS = "holds"
    TRIAL = "trial"
    LAPSED = "lapsed"
    ENDED = "ended"

    @property
    def words(self) -> Text:
        """In words."""
        return _WORDS[self]


_WORDS = {
    State.COMING: Text("未施行", "not yet in force"),
    State.HOLDS: Text("现行", "in force"),
    State.TRIAL: Text("试行", "on trial"),
    State.LAPSED: Text("试行期满", "trial expired"),
    State.ENDED: Text("已废止", "ended"),
}


def state(version: Version, as_of: date) -> State:
    """Where a version stands on a day: ended before lapsed, since whoever ended it knew."""
    if version.since is not None and version.since > as_of:
        return State.COMING
    if version.until is not None and version.until <= as_of:
        return State.ENDED
    if not version.trial:
        return State.HOLDS
    return State.TRIAL if version.trial_until is None or version.trial_until > as_of else State.LAPSED


def _standing(wanted: State, as_of: date) -> Q:
    """The same as `state`, for the database."""
    coming = Q(since__gt=as_of)
    begun, open_ = Q(since__isnull=True) | Q(since__lte=as_of), Q(until__isnull=True) | Q(until__gt=as_of)
    on_trial = Q(trial_until__isnull=True) | Q(trial_until__gt=as_of)
    match wanted:
        case State.COMING:
            return coming
        case State.HOLDS:
            return begun & open_ & Q(trial=False)
        case State.TRIAL:
            return begun & open_ & Q(trial=True) & on_trial
        case State.LAPSED:
            return begun & open_ & Q(trial=True, trial_until__lte=as_of)
        case State.ENDED:
            return begun & Q(until__lte=as_of)


def _in_force(as_of: date) -> Q:
    return _standing(State.HOLDS, as_of) | _standing(State.TRIAL, as_of)


def visible(by: Acting, prefix: str = "", action: str = READ) -> Q | None:
    """The documents somebody may read, as a condition on rows that reach theirs by `prefix`."""
    scope = access.scope(by, action)
    if scope.everything:
        return None
    if by.user is None or not by.user.is_active:
        return Q(pk__in=())
    return Q(**{f"{prefix}public": True}) | Q(**{f"{prefix}organisation__among": scope.organisations})


def _versions(by: Acting, action: str = READ) -> QuerySet[Version]:
    found = Version.objects.scoped(visible(by, "document__", action), by.name)
    return found.select_related("document")


def in_force(by: Acting, as_of: date) -> QuerySet[Version]:
    """The versions that hold on a day, one a document at most, with their documents; by title."""
    return _versions(by).filter(_in_force(as_of)).order_by("document__title", "document__number", "pk")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed by; an empty tuple narrows nothing."""

    kinds: Sequence[str] = ()
    states: Sequence[State] = ()
    search: str = ""


_ALL = Asked()


@dataclass(frozen=True, slots=True)
class Shown:
    """One document in a list: the version that counts on the day, who issued it, where it stands."""

    version: Version
    issuer: str
    state: State


def listed(by: Acting, as_of: date, asked: Asked = _ALL, window: slice | None = None) -> list[Shown]:
    """Documents with the version that counts on a day: the last begun, or else the first to come."""
    found = _listed(by, as_of, asked)
    rows = list(found if window is None else found[window])
    return _shown(rows, as_of)


def count(by: Acting, as_of: date, asked: Asked = _ALL) -> int:
    """How many documents `listed` gives in all."""
    return _listed(by, as_of, asked).count()


def _listed(by: Acting, as_of: date, asked: Asked) -> QuerySet[Version]:
    of_document = Version.objects.scoped(Q(document=OuterRef("pk")), "versions of a document in scope")
    begun = of_document.exclude(since__gt=as_of).order_by(F("since").desc(nulls_last=True))
    coming = of_document.filter(since__gt=as_of).order_by("since")
    counts = Coalesce(Subquery(begun.values("pk")[:1]), Subquery(coming.values("pk")[:1]))
    documents = Document.objects.scoped(visible(by), by.name).annotate(counts=counts)
    found = _versions(by).filter(pk__in=documents.values("counts"))
    if asked.kinds:
        found = found.filter(document__kind__in=asked.kinds)
    if asked.states:
        wanted = Q(pk__in=())
        for one in asked.states:
            wanted |= _standing(one, as_of)
        found = found.filter(wanted)
    return found.filter(_said(asked.search)).order_by("document__title", "document__number", "pk")


def _said(search: str) -> Q:
    """Every word in the title, the number or a clause."""
    wanted = Q()
    for word in search.split():
        clauses = Clause.objects.scoped(Q(version=OuterRef("pk"), text__icontains=word), "a search in scope")
        named = Q(document__title__icontains=word) | Q(document__number__icontains=word)
        wanted &= named | Q(Exists(clauses))
    return wanted


def _shown(rows: Sequence[Version], as_of: date) -> list[Shown]:
    names = _names({row.document.organisation_id for row in rows}, as_of)
    return [Shown(row, issuer(row.document, names), state(row, as_of)) for row in rows]


def _names(organisations: Iterable[int | None], as_of: date) -> dict[int, str]:
    """What units are called on a day."""
    rows = Particulars.objects.scoped(holds_on(as_of), "whose shelf a document in scope is on")
    found = rows.filter(organisation__in=[one for one in organisations if one is not None])
    return dict(found.values_list("organisation_id", "name"))


def issuer(document: Document, names: dict[int, str]) -> str:
    """Who issued it: the outside body, or the organisation's name; nothing where it is not known."""
    return document.issuer or names.get(document.organisation_id or 0, "")


def expiring(by: Acting, as_of: date, days: int = 90) -> list[Shown]:
    """Versions on trial whose last day comes within so many days, or is past; the nearest first."""
    until = as_of + timedelta(days=days)
    found = _versions(by).filter(_standing(State.TRIAL, as_of) | _standing(State.LAPSED, as_of))
    return _shown(list(found.filter(trial_until__lte=until).order_by("trial_until", "pk")), as_of)


@dataclass(frozen=True, slots=True)
class Card:
    """One document as its page shows it; `version` counts on the day, `versions` are all, newest first."""

    document: Document
    issuer: str
    version: Version
    state: State
    versions: list[tuple[Version, State]]
    clauses: list[Clause]
    citations: tuple[Citation, ...]
    may_write: bool

    @property
    def cited(self) -> list[tuple[Citation, str]]:
        """Each citation with the anchor of the clause it means; nothing where that is not recorded."""
        known = {clause.anchor for clause in self.clauses}
        found = []
        for one in self.citations:
            anchors = (numbering.anchor(one.reference.clause), *numbering.cited(one.reference.clause))
            found.append((one, next((anchor for anchor in anchors if anchor in known), "")))
        return found


def document(by: Acting, key: str, as_of: date, version: str = "") -> Card:
    """One document as it counts on a day, or one of its versions by key. Raises `Missing`."""
    row = _one(Document.objects.scoped(visible(by), by.name), key)
    versions = list(_versions(by).filter(document=row).order_by(F("since").desc(nulls_last=True)))
    counts = _counting(versions, as_of, version)
    clauses = Clause.objects.scoped(Q(version=counts), by.name).order_by("position")
    standing = [(one, state(one, as_of)) for one in versions]
    name = issuer(row, _names([row.organisation_id], as_of))
    return Card(
        row,
        name,
        counts,
        state(counts, as_of),
        standing,
        list(clauses),
        citing(row.title, row.number),
        may_write(by, row.organisation),
    )


def _counting(versions: list[Version], as_of: date, wanted: str) -> Version:
    if wanted:
        found = [one for one in versions if str(one.key) == wanted]
    else:
        begun = [one for one in versions if one.since is None or one.since <= as_of]
        found = begun[:1] or versions[-1:]
    if not found:
        raise Missing
    return found[0]


def _one(found: QuerySet[Document], key: str) -> Document:
    row = found.filter(key=key).select_related("organisation").first()
    if row is None:
        raise Missing
    return row


def may_write(by: Acting, shelf: Organisation | None) -> bool:
    """Whether somebody may change what stands on a shelf; everybody's is for whoever may write at all."""
    return access.holds(by, WRITE) if shelf is None else access.allowed(by, WRITE, shelf)


def shelves(by: Acting, as_of: date) -> list[tuple[str, str]]:
    """Where somebody may enter documents: keys of units with their names on a day."""
    rows = Particulars.objects.scoped(access.scope(by, WRITE).within(), by.name).filter(holds_on(as_of))
    found = rows.filter(organisation__kind="authority").order_by("name")
    return [(str(key), name) for key, name in found.values_list("organisation__key", "name")]


def linked(by: Acting, reference: Reference, as_of: date) -> Version | None:
    """The version in force on a day of the document a policy refers to; None where it is not in the library.

    Title and number must both be the same; a reference without a number goes by the title.
    """
    title, number = same(reference)
    found = _versions(by).filter(_in_force(as_of), document__title=title)
    if number:
        found = found.filter(document__number=number)
    return found.order_by(F("document__organisation").asc(nulls_first=True), "pk").first()
