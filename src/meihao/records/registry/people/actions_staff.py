"""What happens to staff: appointed to a post, employed, gone."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from meihao.base.text import Refused
from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.registry.models import Employment, EmploymentKind, Organisation, Person, Post, PostKind
from meihao.records.registry.people.actions import WRITE, check_day, written
from meihao.records.registry.people.erased import locked
from meihao.records.registry.recording import standing


def appoint(
    *,
    by: Acting,
    person: Person,
    organisation: Organisation,
    kind: str,
    on: date,
    subject: str = "",
    full_time: bool = True,
) -> Post:
    """A member of staff takes a post at a unit; the same post is held once."""
    access.require(by, WRITE, organisation)
    check_day(by, on)
    standing(organisation, on)
    wanted = {"person": person, "organisation": organisation, "kind": PostKind(kind), "subject": subject}
    with transaction.atomic():
        locked(person)
        if Post._plain.select_for_update().filter(**wanted, until__isnull=True).exists():
            raise Refused(
                "这个人已在这个岗位上。请核对岗位。", "they hold this post already. Check the post."
            )
        made = Post._plain.create(**wanted, full_time=full_time, since=on)
        detail = {"post": kind, "subject": subject, "full_time": full_time, "on": on}
        written(by, person, organisation, detail)
    return made


def end_post(*, by: Acting, post: Post, on: date) -> Post:
    """A post is no longer held from `on`."""
    access.require(by, WRITE, post.organisation)
    check_day(by, on)
    with transaction.atomic():
        found = Post._plain.select_for_update().get(pk=post.pk)
        _end(found, on)
        written(by, post.person, post.organisation, {"post": found.kind, "ended": on})
    return found


def employ(*, by: Acting, person: Person, organisation: Organisation, kind: str, on: date) -> Employment:
    """A unit employs a person, in the place of whoever did; both units have to be in scope."""
    access.require(by, WRITE, organisation)
    check_day(by, on)
    standing(organisation, on)
    with transaction.atomic():
        present = _employment(person)
        if present is not None:
            access.require(by, WRITE, present.organisation)
            _end(present, on)
        made = Employment._plain.create(
            person=person, organisation=organisation, kind=EmploymentKind(kind), since=on
        )
        written(by, person, organisation, {"employment": kind, "on": on})
    return made


def end_employment(*, by: Acting, person: Person, on: date) -> Employment:
    """A person is employed no longer from `on`."""
    check_day(by, on)
    with transaction.atomic():
        present = _employment(person)
        if present is None:
            raise Refused("这个人现在没有用工记录。", "this person is not employed.")
        access.require(by, WRITE, present.organisation)
        _end(present, on)
        written(by, person, present.organisation, {"employment": present.kind, "ended": on})
    return present


def _employment(person: Person) -> Employment | None:
    locked(person)
    rows = Employment._plain.filter(person=person, until__isnull=True)
    return rows.select_related("organisation").first()


def _end(row: Post | Employment, on: date) -> None:
    if row.until is not None or row.since >= on:
        raise Refused(
            f"这段记录从 {row.since} 到 {row.until or '现在'}，不能在 {on} 结束。请核对日期。",
            f"this lasts from {row.since} to {row.until or 'now'} and cannot end on {on}. Check the day.",
        )
    row.until = on
    row.save(update_fields=["until"])
