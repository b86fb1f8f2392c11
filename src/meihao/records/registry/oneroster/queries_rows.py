"""The rows of each list of OneRoster, within the scope of whoever asks, as they are on a day.

A list has what holds on the day (`active`), and what ended in the same school year up to it (`tobedeleted`),
so that whoever keeps a copy learns what to take away. A row was last modified on the day on which it began to
hold, or ended: when it was written down is not kept beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, Greatest

from meihao.records.accounts.acting import Acting
from meihao.records.registry import access, queries
from meihao.records.registry.models import (
    ClassGroup,
    Enrolment,
    Link,
    Particulars,
    Person,
    Post,
    Relation,
    holds_on,
)
from meihao.records.registry.models.people_kinds import grade_worded
from meihao.records.registry.oneroster.vocabulary import ACTIVE, DELETED, GRADES
from meihao.records.registry.people.queries import READ

DEMOGRAPHICS, NAMES = "registry.person.demographics", "registry.person.names"
_ABOVE = (Link.CAMPUS, Link.ADMINISTERS)


@dataclass(frozen=True, slots=True)
class Window:
    """Which day is looked at, and the first day of the school year that holds it.

    `named_by` is the action by which names are given, "" where none are; `only` is an action that narrows all
    that is looked at, beside the one that each list asks for.
    """

    day: date
    first: date
    named_by: str = ""
    only: str = ""

    def within(self, by: Acting, action: str, path: str = "organisation") -> Q | None:
        """The condition of the scope in which whoever looks may do this."""
        here = access.scope(by, action).within(path)
        narrower = access.scope(by, self.only).within(path) if self.only else None
        return here if narrower is None else narrower if here is None else here & narrower

    @property
    def shown(self) -> Q:
        """Rows that hold on the day, or ended in its school year."""
        return Q(since__lte=self.day) & (Q(until__isnull=True) | Q(until__gte=self.first))

    @property
    def status(self) -> Case:
        """Whether a row holds on the day."""
        holds = Q(until__isnull=True) | Q(until__gt=self.day)
        return Case(When(holds, then=Value(ACTIVE)), default=Value(DELETED), output_field=CharField())

    @property
    def modified(self) -> Case:
        """The last day up to this one on which something became of a row."""
        return Case(When(until__lte=self.day, then=F("until")), default=F("since"), output_field=DateField())


def orgs(by: Acting, window: Window) -> QuerySet[Particulars]:
    """Units by their last particulars; of a closed one those it had."""
    rows = Particulars.objects.scoped(window.within(by, queries.READ), by.name).filter(window.shown)
    later = Particulars.objects.scoped(Q(since__lte=window.day), "the last of a scoped unit").filter(
        organisation=OuterRef("organisation"), since__gt=OuterRef("since")
    )
    above = Relation.objects.scoped(window.within(by, queries.READ, "upper"), by.name).filter(
        holds_on(window.day), kind__in=_ABOVE, lower=OuterRef("organisation")
    )
    found = queries.with_code(rows.filter(~Exists(later)), window.day)
    return found.annotate(
        status=window.status,
        modified=window.modified,
        identifier=Coalesce("code", Value("")),
        parent=Subquery(above.order_by("kind", "upper").values("upper__key")[:1]),
    )


def classes(by: Acting, window: Window) -> QuerySet[ClassGroup]:
    """Homerooms."""
    rows = ClassGroup.objects.scoped(window.within(by, READ), by.name).filter(window.shown)
    grade = Case(*(When(grade=one, then=Value(grade_worded(one).zh)) for one in GRADES), default=Value(""))
    number = Cast("number", CharField())
    return rows.annotate(
        status=window.status,
        modified=window.modified,
        code=number,
        title=Concat(grade, Value(" "), number, Value(" 班"), output_field=CharField()),
        term=Concat(Value("term-"), Cast("school_year", CharField()), output_field=CharField()),
    )


def enrolments(by: Acting, window: Window) -> QuerySet[Enrolment]:
    """Pupils in classes."""
    rows = Enrolment.objects.scoped(window.within(by, READ), by.name)
    seated = rows.filter(window.shown, class_group__isnull=False)
    return seated.annotate(status=window.status, modified=window.modified)


def stays(by: Acting, window: Window, model: Any, action: str = READ) -> Any:
    """The rows of a person (an outer query's) as a pupil or in a post."""
    rows = model.objects.scoped(window.within(by, action), by.name)
    return rows.filter(window.shown, person=OuterRef("pk"))


def people(by: Acting, window: Window, action: str = READ) -> QuerySet[Any]:
    """Pupils and staff with a row in scope; nothing sealed of them is read."""
    pupils, posts = (stays(by, window, model, action) for model in (Enrolment, Post))
    holds = holds_on(window.day)
    here = Q(Exists(pupils.filter(holds))) | Q(Exists(posts.filter(holds)))
    found = Person.objects.scoped(Q(Exists(pupils)) | Q(Exists(posts)), by.name)
    last = [
        Coalesce(
            Subquery(rows.annotate(last=window.modified).order_by("-last").values("last")[:1]),
            Value(date.min, DateField()),
        )
        for rows in (pupils, posts)
    ]
    return found.annotate(
        status=Case(When(here, then=Value(ACTIVE)), default=Value(DELETED), output_field=CharField()),
        modified=Greatest(*last, output_field=DateField()),
    )
