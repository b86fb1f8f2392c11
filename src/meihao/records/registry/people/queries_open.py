"""What can be written on a page: the rows of a person that are open, the grades and classes of a unit.

All by the action of whoever writes, so that nothing is offered which the action would not permit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.registry.models import (
    ClassGroup,
    Employment,
    Enrolment,
    Organisation,
    Particulars,
    Person,
    Post,
    holds_on,
)
from meihao.records.registry.people.actions import WRITE
from meihao.records.registry.people.grades import taught
from meihao.records.registry.people.queries_person import in_scope


@dataclass(frozen=True, slots=True)
class Held:
    """The open rows of a person at units in scope; `posts` has those that ended too, the latest first."""

    person: Person
    enrolment: Enrolment | None
    employment: Employment | None
    posts: list[Post]

    @property
    def key(self) -> UUID:
        """That of the person."""
        return self.person.key

    @property
    def open_posts(self) -> list[Post]:
        """The posts that have no end."""
        return [post for post in self.posts if post.until is None]


def held(by: Acting, key: UUID | str) -> Held:
    """What a person in scope holds, for whoever may write it. Raises `Missing`."""
    person = in_scope(by, key, WRITE)
    within = access.scope(by, WRITE).within("organisation")
    enrolments = Enrolment.objects.scoped(within, by.name).filter(person=person, until__isnull=True)
    employments = Employment.objects.scoped(within, by.name).filter(person=person, until__isnull=True)
    posts = Post.objects.scoped(within, by.name).filter(person=person).select_related("organisation")
    return Held(
        person,
        enrolments.select_related("organisation").first(),
        employments.select_related("organisation").first(),
        list(posts.order_by("-since", "-pk")),
    )


def grades(by: Acting, organisation: Organisation, action: str = WRITE) -> list[int]:
    """The grades that a unit teaches, ever taught or will teach: what holds on a day, the action checks."""
    within = access.scope(by, action).within("organisation")
    rows = Particulars.objects.scoped(within, by.name).filter(organisation=organisation)
    return sorted({grade for type_ in rows.values_list("type", flat=True) for grade in taught(type_)})


def open_classes(by: Acting, organisation: Organisation, day: date) -> list[ClassGroup]:
    """The classes of a unit that have not ended by a day, by grade and number."""
    within = access.scope(by, WRITE).within("organisation")
    rows = ClassGroup.objects.scoped(within, by.name).filter(organisation=organisation)
    return list(
        rows.filter(Q(until__isnull=True) | Q(until__gt=day)).order_by("grade", "number", "school_year")
    )


def class_at(by: Acting, organisation: Organisation, grade: int, number: int, on: date) -> ClassGroup | None:
    """The class of a unit that bears a number in a grade on a day."""
    within = access.scope(by, WRITE).within("organisation")
    rows = ClassGroup.objects.scoped(within, by.name).filter(holds_on(on), organisation=organisation)
    return rows.filter(grade=grade, number=number).first()
