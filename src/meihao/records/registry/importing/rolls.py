"""What a list of pupils does to one school, in bulk: classes, people, enrolments begun and ended.

One entry of the trail a school, whatever the number of its pupils.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from meihao.base.text import Refused
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.registry.importing.lines import Line
from meihao.records.registry.importing.queries import Listed
from meihao.records.registry.models import Came, ClassGroup, Enrolment, Left, Person
from meihao.records.registry.people import actions_classes
from meihao.records.registry.people.actions import WRITE
from meihao.records.registry.people.bulk import AT_ONCE, complete, parts, register_many
from meihao.records.registry.people.grades import check_grades

CLASS_WRITE = actions_classes.WRITE


@dataclass(frozen=True, slots=True)
class Effect:
    """What one line does: to whom (None: somebody new), how they come, which enrolment ends and how.

    `came` is None where the line says what holds already.
    """

    line: Line
    person: Person | None
    what: str
    came: Came | None
    before: Enrolment | None = None
    left: Left | None = None


@dataclass(frozen=True, slots=True)
class Roll:
    """All that a list does at one school on one day; `opens` are (grade, number) of the new classes.

    `closes` are the numbers of classes of earlier school years that nobody is left in.
    """

    school: Listed
    on: date
    school_year: int
    effects: tuple[Effect, ...]
    classes: Mapping[tuple[int, int], ClassGroup]
    opens: tuple[tuple[int, int], ...]
    sha256: str
    closes: tuple[int, ...] = ()


def take(*, by: Acting, roll: Roll) -> None:
    """Does it, or nothing. Raises `Refused` where the registry is no longer what it was compared with."""
    school, ended = roll.school.organisation, [e for e in roll.effects if e.before is not None]
    others = {e.before.organisation_id: e.before.organisation for e in ended if e.before is not None}
    access.require(by, WRITE, school, *others.values())
    if roll.opens or roll.closes:
        access.require(by, CLASS_WRITE, school)
    with transaction.atomic():
        check_grades(school, roll.on, *{effect.line.grade for effect in roll.effects})
        classes = {**roll.classes, **_opened(roll)}
        people = _registered(roll.effects)
        _end(ended, roll.on)
        ClassGroup._plain.filter(pk__in=roll.closes, until__isnull=True).update(until=roll.on)
        Enrolment._plain.bulk_create(
            [
                _enrolment(roll, effect, person, classes)
                for effect, person in zip(roll.effects, people, strict=True)
            ],
            batch_size=AT_ONCE,
        )
        _written(by, roll, people)


def _opened(roll: Roll) -> dict[tuple[int, int], ClassGroup]:
    made = [
        ClassGroup(
            organisation=roll.school.organisation,
            school_year=roll.school_year,
            grade=grade,
            number=number,
            since=roll.on,
        )
        for grade, number in roll.opens
    ]
    return {(one.grade, one.number): one for one in ClassGroup._plain.bulk_create(made)}


def _registered(effects: Sequence[Effect]) -> list[Person]:
    """The person of each effect, in order: new ones saved, known ones with the numbers they lacked."""
    people = [effect.person or effect.line.who.person() for effect in effects]
    register_many([person for person in people if person.pk is None])
    complete((effect.line.who, effect.person) for effect in effects if effect.person is not None)
    return people


def _end(ended: Sequence[Effect], on: date) -> None:
    by_kind: dict[Left, list[int]] = defaultdict(list)
    for effect in ended:
        if effect.left is not None and effect.before is not None:
            by_kind[effect.left].append(effect.before.pk)
    for left, rows in by_kind.items():
        for some in parts(rows):
            open_rows = Enrolment._plain.filter(pk__in=some, until__isnull=True)
            if open_rows.update(until=on, left_by=left.value) != len(some):
                raise Refused(
                    "有学生的学籍刚刚有变动。请重新查看差异再确认。",
                    "an enrolment changed a moment ago. Look at the difference again.",
                )


def _enrolment(
    roll: Roll, effect: Effect, person: Person, classes: Mapping[tuple[int, int], ClassGroup]
) -> Enrolment:
    assert effect.came is not None
    return Enrolment(
        person=person,
        organisation=roll.school.organisation,
        class_group=classes[effect.line.grade, effect.line.number],
        grade=effect.line.grade,
        since=roll.on,
        came_by=effect.came,
    )


def _written(by: Acting, roll: Roll, people: Iterable[Person]) -> None:
    digest = hashlib.sha256("\n".join(sorted(str(person.key) for person in people)).encode())
    left = Counter(
        str(e.before.organisation.key)
        for e in roll.effects
        if e.before is not None and e.before.organisation_id != roll.school.organisation.pk
    )
    said = {
        "list": roll.sha256,
        "on": roll.on,
        "pupils": dict(Counter(effect.what for effect in roll.effects)),
        "from": dict(left),
        "opened": len(roll.opens),
        "closed": len(roll.closes),
        "sha256": digest.hexdigest(),
    }
    unit = str(roll.school.organisation.key)
    audit.record(by, WRITE, subject=f"organisation:{unit}", organisation=unit, detail=said)
