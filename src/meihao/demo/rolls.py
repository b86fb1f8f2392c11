"""Who sits in which class of the invented district, school year by school year: the rows behind its returns.

At the last census the classes are those of the returns, class by class. In the years before, a class was a
grade lower with the same children, and above it sat those who have left since. No child here is anybody:
every name begins with 虚, and the numbers bear the code of a district that does not exist.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from meihao.base.codes import identity_check
from meihao.base.stages import SchoolType, Stage
from meihao.demo.district import SEED, STANDARD, standards
from meihao.demo.draft import Draft, draft
from meihao.demo.institutions import Institution, institutions
from meihao.demo.kindergartens import invent_kindergartens
from meihao.demo.names import DIVISION
from meihao.demo.schools import Row
from meihao.figures.plan import make_plan
from meihao.policy.kinds import Given
from meihao.policy.rulebook import Rulebook

_FIRST = {Stage.PRIMARY: 1, Stage.JUNIOR: 7, Stage.SENIOR: 10}
_KINDERGARTEN = {"small": -3, "middle": -2, "big": -1}
_GIVEN = "砚墨笺毫素澄汀岚云溪坪坞岑芸竹松汐岫穹霁霖湛沅澍"
_AGE = 6  # completed years at which a child comes into the first grade (义务教育法第十一条)


@dataclass(frozen=True, slots=True)
class Child:
    """A child that nobody is: a name, and an identity number that says birth and sex."""

    name: str
    number: str


@dataclass(frozen=True, slots=True)
class Roll:
    """The classes of one school: at the census of `year`, the sizes of the classes of each grade."""

    one: Institution
    year: int
    sizes: Mapping[int, list[int]]

    def classes(self, year: int) -> dict[int, list[int]]:
        """The sizes of the classes of each grade in this school year or an earlier one."""
        return {grade: self.sizes[self._since(grade, self.year - year)] for grade in self.sizes}

    def _since(self, grade: int, years: int) -> int:
        """The grade in which the class of a grade is so many years later; its last, if it has left."""
        while years and self.follows(grade + 1):
            grade, years = grade + 1, years - 1
        return grade

    def follows(self, grade: int) -> bool:
        """Whether children come into this grade from the one below it in the same school and stage."""
        return grade in self.sizes and grade - 1 in self.sizes and grade not in _FIRST.values()


def rolls(rulebook: Rulebook, on: date, seed: int = SEED) -> list[Roll]:
    """The schools and kindergartens whose returns give classes by grade, in order of code.

    Left out are mixed classes, and vocational and special schools: their returns give no grades.
    """
    wanted = standards(make_plan(rulebook, STANDARD, on, DIVISION))
    small = invent_kindergartens(rulebook, on, seed).kindergartens
    returned = {str(row["kindergarten_code"]): row for row in small}
    found = [
        Roll(
            one,
            on.year,
            dict(
                _of_kindergarten(returned[one.code])
                if one.type is SchoolType.KINDERGARTEN
                else _by_grade(draft(one, wanted, seed))
            ),
        )
        for one in institutions()
        if one.pupils
    ]
    return [roll for roll in found if roll.sizes]


def _by_grade(school: Draft) -> Iterator[tuple[int, list[int]]]:
    for stage, sizes in school.classes.items():
        grades = school.grades(stage) or 1
        each = len(sizes) // grades
        for place in range(grades):
            yield _FIRST[stage] + place, sizes[place * each : (place + 1) * each]


def _of_kindergarten(row: Row) -> Iterator[tuple[int, list[int]]]:
    for kind, grade in _KINDERGARTEN.items():
        children, classes = (_number(row[f"{kind}_{what}"]) for what in ("children", "classes"))
        if classes:
            yield grade, [children // classes + (place < children % classes) for place in range(classes)]


def _number(value: Given) -> int:
    assert value is not None
    assert not isinstance(value, str)
    return int(value)


@dataclass
class Births:
    """Where children come from: each once, of the age that belongs to a grade in a school year."""

    seed: int = SEED
    _rng: Random = field(init=False)
    _born: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._rng = Random(f"births:{self.seed}")

    def child(self, grade: int, year: int) -> Child:
        """A child who is in a grade in the school year that begins in `year`."""
        first = year - grade + (grade > 0)  # the year in which it comes, or came, into the first grade
        order = self._born[first]
        self._born[first] += 1
        return Child(self._name(), self._number(first, order))

    def _name(self) -> str:
        return "虚" + "".join(self._rng.choice(_GIVEN) for _ in range(2))

    def _number(self, first: int, order: int) -> str:
        """Born in the twelve months before the last day of August on which it was six."""
        begin = date(first - _AGE - 1, 9, 1)
        days = (date(first - _AGE, 9, 1) - begin).days
        born, again = begin + timedelta(order % days), order // days
        body = f"{DIVISION}{born:%Y%m%d}{again * 2 + self._rng.randint(0, 1):03}"
        return body + identity_check(body)
