"""What may be looked at: whose data, of which day, now or as frozen, and what of it by name.

The only door to a figure: `look` gives the rows together with what the person may see of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from meihao.base.school_year import school_year_on
from meihao.base.text import Refused
from meihao.figures import snapshot as figures
from meihao.policy.kinds import Calendar
from meihao.records.accounts.acting import Acting, Missing
from meihao.records.registry import access
from meihao.records.registry.models import (
    Code,
    CodeSystem,
    Kind,
    Link,
    Organisation,
    Particulars,
    Relation,
    holds_on,
)
from meihao.records.returns import queries_cells
from meihao.releases import models, rules, taking
from meihao.releases.evaluating import hash_of
from meihao.releases.seen import Seen

READ, EXPORT, WRITE = "figures.result.read", "figures.export", taking.WRITE
REGISTRY = "registry.organisation.read"
WORKING = "working"
AT, ON, DATA = "at", "on", "data"
_YEARS = 3  # school years whose days of data are offered without a snapshot


@dataclass(frozen=True, slots=True)
class Place:
    """An authority whose data may be looked at: its name and division code."""

    organisation: Organisation
    name: str
    code: str


@dataclass(frozen=True)
class Looked:
    """What one page looks at: the rows of a place and day, now or frozen, and what of them may be named.

    `taken` is the snapshot's record, None for the rows of now; `asked` are the choices the address made.
    """

    place: Place
    on: date
    taken: models.Snapshot | None
    snapshot: figures.Snapshot
    open_cells: int
    seen: Seen
    asked: tuple[tuple[str, str], ...]

    @cached_property
    def short_hash(self) -> str:
        """The first twelve letters of the hash of the rows, for print."""
        return hash_of(self.snapshot)[:12]

    @cached_property
    def suffix(self) -> str:
        """What every address of these pages ends with, so that they speak of the same data."""
        return f"?{urlencode(self.asked)}" if self.asked else ""


def places(by: Acting, on: date) -> list[Place]:
    """The authorities whose data somebody may look at, in whole or in part, by division code."""
    return _places(by, on, access.scope(by, READ))


def _places(by: Acting, on: date, scope: access.Scope) -> list[Place]:
    borne = Code.objects.scoped(holds_on(on), f"places of {by.name}").filter(system=CodeSystem.DIVISION)
    if not scope.everything:
        above = Relation.objects.scoped(
            Q(lower__among=scope.organisations), f"who administers what {by.name} sees"
        )
        uppers = above.filter(holds_on(by.day), kind=Link.ADMINISTERS, lower__kind__in=_HELD_BY_AUTHORITIES)
        borne = borne.filter(
            Q(organisation__among=scope.organisations) | Q(organisation__in=uppers.values("upper"))
        )
    called = Particulars.objects.scoped(holds_on(on), "names of places").filter(
        organisation=OuterRef("organisation")
    )
    rows = borne.filter(organisation__kind=Kind.AUTHORITY).annotate(name=Subquery(called.values("name")[:1]))
    return [
        Place(row.organisation, str(getattr(row, "name", None) or row.value), row.value)
        for row in rows.select_related("organisation").order_by("value")
    ]


_HELD_BY_AUTHORITIES = (Kind.INSTITUTION, Kind.CAMPUS, Kind.TOWN)


def look(by: Acting, as_of: date, get: Mapping[str, str]) -> Looked:
    """What an address asks to look at: `at` whose, `on` which day of data, `data` a snapshot or `working`.

    Without a choice: the district that comes first and the last day of which there is anything, a campaign or
    a snapshot, else the day that the school year is counted. While returns of that day are still coming in
    its rows of now, else its latest snapshot. Raises `Missing`, and `Refused` where rows cannot be had.
    """
    asked = tuple((name, get[name]) for name in (AT, ON, DATA) if get.get(name))
    scope = access.scope(by, READ)
    place = _place(_places(by, by.day, scope), get.get(AT, ""))
    row, on = _row(by, place, as_of, get)
    seen = _seen(scope, place)
    if row is not None:
        return Looked(place, on, row, taking.opened(row), row.open_cells, seen, asked)
    current = taking.working(by, place.organisation, on)
    return Looked(place, on, None, current.snapshot, current.open_cells, seen, asked)


def _place(found: Sequence[Place], code: str) -> Place:
    """The one asked for; else the first district: six digits that do not end in 00, which is a city's own."""
    if not found:
        raise Refused(
            "没有可看的区县：您所在的教育局没有登记行政区划代码，或者还没有给您的单位登记主管的教育局。"
            "请在「学校与人员」补上登记。",
            "There is no district to look at: its authority bears no division code, or your unit has none "
            "above it. Record that in the registry first.",
        )
    wanted = [one for one in found if one.code == code] if code else sorted(found, key=_is_no_district)
    if not wanted:
        raise Missing
    return wanted[0]


def _is_no_district(place: Place) -> bool:
    return place.code.endswith("00")


def _row(
    by: Acting, place: Place, as_of: date, get: Mapping[str, str]
) -> tuple[models.Snapshot | None, date]:
    """The snapshot that is looked at (None for the rows of now), and the day of data."""
    data, rows = get.get(DATA, ""), _snapshots(by, place)
    if data not in ("", WORKING):
        found = rows.filter(key=_uuid(data)).first()
        if found is None:
            raise Missing
        return found, found.on
    collected = queries_cells.days(place.organisation)
    on = _date(get.get(ON, "")) or _last_day(rows, collected, as_of, place.code)
    coming_in = data == WORKING or collected.get(on, False)
    return None if coming_in else rows.filter(on=on).first(), on


def _last_day(
    rows: QuerySet[models.Snapshot], collected: Mapping[date, bool], as_of: date, code: str
) -> date:
    """The last day up to another of which there is anything; else the one on which the year is counted."""
    found = {*collected, *rows.values_list("on", flat=True)}
    return max((day for day in found if day <= as_of), default=None) or census(as_of, code)


def _snapshots(by: Acting, place: Place) -> QuerySet[models.Snapshot]:
    within = Q(authority=place.organisation)
    return models.Snapshot.objects.scoped(within, f"{by.name} at their place").order_by(
        "-on", "-taken_at", "-pk"
    )


def _uuid(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise Missing from None


def _date(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def census(day: date, code: str) -> date:
    """The last day, up to this one, on which a school year is counted at a place."""
    calendar = rules.rulebook().get(Calendar, "cn/school-year", day, code)
    year = school_year_on(day, calendar.school_year_starts, calendar.census)
    if year.census <= day:
        return year.census
    before = year.first - timedelta(days=1)
    return school_year_on(before, calendar.school_year_starts, calendar.census).census


def _seen(scope: access.Scope, place: Place) -> Seen:
    if place.organisation in scope:
        return Seen(frozenset(), whole=True)
    reach = Q(organisation__among=scope.organisations, system=CodeSystem.INSTITUTION)
    codes = Code.objects.scoped(reach, "codes of units in scope, of any day")
    return Seen(frozenset(codes.values_list("value", flat=True)), whole=False)


@dataclass(frozen=True)
class Choices:
    """What can be chosen on these pages: places, days of data, snapshots of the day looked at."""

    places: tuple[Place, ...]
    days: tuple[date, ...]
    snapshots: tuple[models.Snapshot, ...]


def choices(by: Acting, looked: Looked, as_of: date) -> Choices:
    """The places somebody may look at; days with a snapshot, and those the last school years are counted."""
    taken = list(_snapshots(by, looked.place))
    counted = {census(date(as_of.year - back, as_of.month, 1), looked.place.code) for back in range(_YEARS)}
    collected = queries_cells.days(looked.place.organisation)
    days = sorted({*(row.on for row in taken), *collected, *counted, looked.on}, reverse=True)
    of_day = tuple(row for row in taken if row.on == looked.on)
    return Choices(tuple(places(by, by.day)), tuple(days), of_day)


def over_the_years(by: Acting, looked: Looked) -> list[models.Snapshot]:
    """The latest snapshot of each other day of data of the place, the oldest first."""
    latest: dict[date, models.Snapshot] = {}
    for row in _snapshots(by, looked.place):
        latest.setdefault(row.on, row)
    latest.pop(looked.on, None)
    return [latest[day] for day in sorted(latest)]


def organisation_of(by: Acting, code: str) -> UUID | None:
    """The key of the school of a code, where the person may open its page in the registry."""
    within = access.scope(by, REGISTRY).within("organisation")
    rows = Code.objects.scoped(within, f"{by.name} opens a school").filter(
        value=code, system=CodeSystem.INSTITUTION
    )
    return rows.values_list("organisation__key", flat=True).first()
