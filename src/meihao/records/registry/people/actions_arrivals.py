"""Somebody comes: a pupil is registered and enrolled, a member of staff registered and appointed, at once.

What is refused on the way leaves nothing behind: no person without an enrolment or a post.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from meihao.base.text import Refused
from meihao.records.accounts.acting import Acting, Missing
from meihao.records.registry.models import Came, ClassGroup, Organisation, Person
from meihao.records.registry.people.actions import enrol, register
from meihao.records.registry.people.actions_staff import appoint, employ
from meihao.records.registry.people.identity import Identity


def admit(
    *,
    by: Acting,
    organisation: Organisation,
    who: Identity,
    grade: int,
    on: date,
    class_group: ClassGroup | None = None,
    came_by: str = Came.ADMITTED,
) -> Person:
    """A pupil, known or new, is enrolled from `on`. Raises as `register` and `enrol`."""
    with transaction.atomic():
        person = register(by=by, organisation=organisation, who=who)
        enrol(
            by=by,
            person=person,
            organisation=organisation,
            grade=grade,
            on=on,
            class_group=class_group,
            came_by=came_by,
        )
    return person


def hire(
    *,
    by: Acting,
    organisation: Organisation,
    who: Identity,
    kind: str,
    on: date,
    subject: str = "",
    full_time: bool = True,
    employment: str = "",
) -> Person:
    """Somebody, known or new, takes a post from `on`; with `employment` the unit employs them too.

    Raises as `register`, `appoint` and `employ`; `Refused` where they are employed out of scope.
    """
    with transaction.atomic():
        person = register(by=by, organisation=organisation, who=who)
        appoint(
            by=by,
            person=person,
            organisation=organisation,
            kind=kind,
            on=on,
            subject=subject,
            full_time=full_time,
        )
        if employment:
            _employ(by, person, organisation, employment, on)
    return person


def _employ(by: Acting, person: Person, organisation: Organisation, kind: str, on: date) -> None:
    try:
        employ(by=by, person=person, organisation=organisation, kind=kind, on=on)
    except Missing:
        raise Refused(
            "这个人现由您范围以外的单位聘用。请先由那个单位登记用工结束，或只登记岗位、用工方式留空。",
            "they are employed by a unit out of your scope. It has to record the end first; or leave the "
            "employment empty and record the post alone.",
        ) from None
