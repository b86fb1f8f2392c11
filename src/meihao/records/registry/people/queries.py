"""How many people there are and where, and who they are by pseudonym. Nothing sealed is read here.

Each query takes who asks and a unit; one that is out of their scope has no rows for them. A pseudonym is
the first eight digits of a person's key; `queries_person` says who that is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from meihao.base.stages import Stage
from meihao.records.accounts.acting import Acting, Missing
from meihao.records.registry import access
from meihao.records.registry.models import (
    ClassGroup,
    Employment,
    Enrolment,
    Establishment,
    Organisation,
    Places,
    Post,
    SexCode,
    Site,
    holds_on,
)
from meihao.records.registry.models.people import pseudonym
from meihao.records.registry.queries import PER_PAGE, Page

COUNT, READ = "registry.person.count", "registry.person.read"
_MALE, _FEMALE = Q(person__sex=SexCode.MALE), Q(person__sex=SexCode.FEMALE)


@dataclass(frozen=True, slots=True)
class Headcount:
    """The pupils of one class, or those of a grade who are in none. `total` counts every sex."""

    key: UUID | None
    grade: int
    number: int | None
    total: int
    boys: int
    girls: int


@dataclass(frozen=True, slots=True)
class PupilLine:
    """One pupil in a list: by pseudonym."""

    key: UUID
    grade: int
    class_number: int | None
    sex: str
    since: date

    @property
    def short(self) -> str:
        """The pseudonym."""
        return pseudonym(self.key)


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One post in a list, and how whoever holds it is employed on the day ("" where that is not recorded)."""

    key: UUID
    kind: str
    subject: str
    full_time: bool
    employment: str
    sex: str
    since: date

    @property
    def short(self) -> str:
        """The pseudonym."""
        return pseudonym(self.key)


@dataclass(frozen=True, slots=True)
class Ground:
    """A site on a day; the area in m²."""

    name: str
    address: str
    area: Decimal | None
    since: date


@dataclass(frozen=True, slots=True)
class Given:
    """What a unit is given on a day: posts and their basis, places by stage, sites."""

    posts: int | None
    basis: str
    since: date | None
    places: list[tuple[Stage, int, date]]
    sites: list[Ground]


def headcounts(by: Acting, organisation: Organisation, as_of: date) -> list[Headcount]:
    """The pupils of a unit on a day by grade and class, in that order; an empty class is one of them."""
    counted = {(one.grade, one.key): one for one in _counted(by, organisation, as_of)}
    within = access.scope(by, COUNT).within("organisation")
    classes = ClassGroup.objects.scoped(within, by.name).filter(holds_on(as_of), organisation=organisation)
    for key, grade, number in classes.values_list("key", "grade", "number"):
        counted.setdefault((grade, key), Headcount(key, grade, number, 0, 0, 0))
    return sorted(counted.values(), key=lambda one: (one.grade, one.number is None, one.number or 0))


def _counted(by: Acting, organisation: Organisation, as_of: date) -> Iterator[Headcount]:
    columns = ("class_group__key", "grade", "class_group__number")
    rows = _enrolled(by, organisation, as_of, COUNT).values_list(*columns).order_by()
    of_each = rows.annotate(
        total=Count("pk"), boys=Count("pk", filter=_MALE), girls=Count("pk", filter=_FEMALE)
    )
    return (Headcount(*row) for row in of_each)


def _enrolled(by: Acting, organisation: Organisation, as_of: date, action: str) -> QuerySet[Enrolment]:
    within = access.scope(by, action).within("organisation")
    return Enrolment.objects.scoped(within, by.name).filter(holds_on(as_of), organisation=organisation)


def pupils(
    by: Acting,
    organisation: Organisation,
    as_of: date,
    *,
    class_group: ClassGroup | None = None,
    page: int = 1,
    per_page: int = PER_PAGE,
) -> Page[PupilLine]:
    """The pupils of a unit, or of one of its classes, on a day: by grade, class and pseudonym."""
    rows = _enrolled(by, organisation, as_of, READ)
    if class_group is not None:
        rows = rows.filter(class_group=class_group)
    ordered = rows.order_by("grade", "class_group__number", "person__key")
    columns = ("person__key", "grade", "class_group__number", "person__sex", "since")
    shown = ordered.values_list(*columns)[(page - 1) * per_page : page * per_page]
    return Page([PupilLine(*row) for row in shown], rows.count())


def staff(
    by: Acting, organisation: Organisation, as_of: date, *, page: int = 1, per_page: int = PER_PAGE
) -> Page[StaffLine]:
    """The posts held at a unit on a day: by kind, subject and pseudonym."""
    rows = _posts(by, organisation, as_of, READ)
    employed = Employment.objects.scoped(holds_on(as_of), "a column of a scoped list")
    of_person = employed.filter(person=OuterRef("person")).values("kind")[:1]
    ordered = rows.annotate(employment=Subquery(of_person)).order_by("kind", "subject", "person__key")
    columns = ("person__key", "kind", "subject", "full_time", "employment", "person__sex", "since")
    shown = ordered.values_list(*columns)[(page - 1) * per_page : page * per_page]
    found = [
        StaffLine(key, kind, subject, full_time, employment or "", sex, since)
        for key, kind, subject, full_time, employment, sex, since in shown
    ]
    return Page(found, rows.count())


def pupil_count(by: Acting, organisation: Organisation, as_of: date) -> int | None:
    """How many pupils a unit has on a day; None where no roll of it is on record by then."""
    within = access.scope(by, COUNT).within("organisation")
    rows = Enrolment.objects.scoped(within, by.name).filter(organisation=organisation, since__lte=as_of)
    return rows.filter(holds_on(as_of)).count() if rows.exists() else None


def staff_count(by: Acting, organisation: Organisation, as_of: date) -> int | None:
    """How many people hold a post at a unit on a day, in heads; None where no post is on record by then."""
    within = access.scope(by, COUNT).within("organisation")
    rows = Post.objects.scoped(within, by.name).filter(organisation=organisation, since__lte=as_of)
    return rows.filter(holds_on(as_of)).values("person").distinct().count() if rows.exists() else None


def _posts(by: Acting, organisation: Organisation, as_of: date, action: str) -> QuerySet[Post]:
    within = access.scope(by, action).within("organisation")
    return Post.objects.scoped(within, by.name).filter(holds_on(as_of), organisation=organisation)


def class_group(by: Acting, key: UUID | str, action: str = READ) -> ClassGroup:
    """The class of a key to whose unit the person may do this. Raises `Missing`."""
    within = access.scope(by, action).within("organisation")
    found = ClassGroup.objects.scoped(within, by.name).select_related("organisation").filter(key=key).first()
    if found is None:
        raise Missing
    return found


def given(by: Acting, organisation: Organisation, as_of: date) -> Given:
    """What a unit is given on a day."""
    within, held = access.scope(by, COUNT).within("organisation"), holds_on(as_of)
    approved = Establishment.objects.scoped(within, by.name).filter(held, organisation=organisation).first()
    places = Places.objects.scoped(within, by.name).filter(held, organisation=organisation)
    sites = Site.objects.scoped(within, by.name).filter(held, organisation=organisation).order_by("name")
    stages = list(Stage)
    found = sorted(places, key=lambda row: stages.index(Stage(row.stage)))
    return Given(
        approved.posts if approved is not None else None,
        approved.basis if approved is not None else "",
        approved.since if approved is not None else None,
        [(Stage(row.stage), row.number, row.since) for row in found],
        [Ground(row.name, row.address, row.area, row.since) for row in sites],
    )
