"""Pupils and classes of the invented district over three school years, by the registry's own actions.

Each autumn the leaving classes graduate, the others go up, and the first grades take in whom the stage
below has let go, as far as there are places; the rest come from elsewhere. No child here is anybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from meihao.demo.rolls import Births, Child, Roll
from meihao.records.accounts.acting import Acting
from meihao.records.registry.models import Came, ClassGroup, IdKind, Organisation, Person
from meihao.records.registry.people import actions, actions_classes
from meihao.records.registry.people.bulk import PupilRow, enrol_many
from meihao.records.registry.people.grades import leaving
from meihao.records.registry.people.identity import Identity
from meihao.records.registry.people.queries_person import find
from meihao.web.seeding.organisations import CONVERTED, District

YEARS = (2023, 2024, 2025)
ENTRY = {-3: None, 1: -1, 7: 6, 10: 9}  # a stage's first grade, and the grade from which children come to it
Progress = Callable[[str, int, int], None]


@dataclass
class _Class:
    """A class as it stands, and the children in it."""

    group: ClassGroup
    children: list[Child]


@dataclass
class _Schools:
    """The schools on the way through the years: their classes, and children who wait for a place."""

    by: Acting
    births: Births = field(default_factory=Births)
    classes: dict[str, dict[tuple[int, int], _Class]] = field(default_factory=lambda: defaultdict(dict))
    waiting: dict[int, list[Child]] = field(default_factory=lambda: defaultdict(list))


def seed(by: Acting, district: District, found: Sequence[Roll], progress: Progress | None = None) -> None:
    """Writes three school years of classes and pupils; `progress` is told year, school, of how many."""
    schools = _Schools(by)
    for year in YEARS:
        for roll in found:
            _go_up(schools, roll, year)
        for done, roll in enumerate(found, 1):
            _fill(schools, roll, district.schools[roll.one.stem], year)
            if progress is not None:
                progress(f"{year}—{year + 1}", done, len(found))


def _go_up(schools: _Schools, roll: Roll, year: int) -> None:
    """What the first of September does to the classes there are."""
    on, standing = date(year, 9, 1), schools.classes[roll.one.stem]
    for (grade, number), one in sorted(standing.items(), reverse=True):
        del standing[grade, number]
        if roll.follows(grade + 1):
            one.group = actions_classes.promote_class(by=schools.by, class_group=one.group, on=on)
            standing[grade + 1, number] = one
        elif leaving(grade):
            actions_classes.graduate_class(by=schools.by, class_group=one.group, on=on)
            schools.waiting[grade] += one.children
        else:
            _disperse(schools, one, on)


def _disperse(schools: _Schools, one: _Class, on: date) -> None:
    """The highest grade of a teaching point goes to schools elsewhere."""
    for child in one.children:
        key = find(schools.by, child.number)
        assert key is not None
        person = Person.objects.scoped(None, "the demonstration").get(key=key)
        actions.leave(by=schools.by, person=person, on=on, left_by="transferred")
    actions_classes.close_class(by=schools.by, class_group=one.group, on=on)


def _fill(schools: _Schools, roll: Roll, organisation: Organisation, year: int) -> None:
    """Opens the classes that nobody went up into, and enrols their children."""
    rows: list[PupilRow] = []
    for grade, number, size in _wanted(roll, year):
        if (grade, number) in schools.classes[roll.one.stem]:
            continue
        group = actions_classes.open_class(
            by=schools.by,
            organisation=organisation,
            school_year=year,
            grade=grade,
            number=number,
            on=date(year, 9, 1),
        )
        children = list(_children(schools, grade, year, size))
        schools.classes[roll.one.stem][grade, number] = _Class(group, children)
        came = Came.ADMITTED if grade in ENTRY or year == YEARS[0] else Came.TRANSFERRED
        rows += [PupilRow(_identity(child), grade, number, came) for child in children]
    if rows:
        enrol_many(by=schools.by, organisation=organisation, rows=rows, on=date(year, 9, 1))


def _wanted(roll: Roll, year: int) -> Iterator[tuple[int, int, int]]:
    """Grade, number and size of the classes of a school year; a school teaches what it is by then."""
    for grade, sizes in roll.classes(year).items():
        if roll.one.stem == CONVERTED and year == YEARS[0] and grade > 6:
            continue  # it was a primary school
        yield from ((grade, number, size) for number, size in enumerate(sizes, 1))


def _children(schools: _Schools, grade: int, year: int, size: int) -> Iterable[Child]:
    """Children for a class: of those who left the stage below first."""
    below = ENTRY.get(grade)
    waiting = schools.waiting[below] if below is not None else []
    for _ in range(size):
        yield waiting.pop(0) if waiting else schools.births.child(grade, year)


def _identity(child: Child) -> Identity:
    return Identity(
        child.name,
        id_kind=IdKind.RESIDENT,
        id_number=child.number,
        student_number=f"G{child.number}",
    )
