"""The staff of two schools of the invented district: that of the accounts, and its partner (虚构).

Two, because each post is recorded by hand here as a personnel officer would; of the other schools no staff
is on record, and their pages say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from math import ceil
from random import Random

from meihao.demo.district import SEED
from meihao.demo.rolls import Roll
from meihao.records.accounts.acting import Acting
from meihao.records.registry.models import EmploymentKind, Organisation, PostKind
from meihao.records.registry.people.actions import register
from meihao.records.registry.people.actions_staff import appoint, employ
from meihao.records.registry.people.identity import Identity
from meihao.web.seeding.accounts import SCHOOL
from meihao.web.seeding.organisations import District

SCHOOLS = (SCHOOL, "墨岑")
ON = date(2023, 9, 1)
_SUBJECTS = (
    "语文",
    "数学",
    "语文",
    "数学",
    "英语",
    "语文",
    "体育",
    "科学",
    "音乐",
    "美术",
    "道德与法治",
    "数学",
)
_A_TEACHER = 11.5  # pupils


def seed(by: Acting, district: District, rolls: Sequence[Roll]) -> None:
    """Records the posts and the employment of the staff of the two schools."""
    for roll in rolls:
        if roll.one.stem in SCHOOLS:
            rng = Random(f"{SEED}:staff:{roll.one.code}")
            pupils = sum(map(sum, roll.sizes.values()))
            for kind, subject in _posts(ceil(pupils / _A_TEACHER)):
                _hired(by, district.schools[roll.one.stem], kind, subject, rng)


def _posts(teachers: int) -> Iterator[tuple[PostKind, str]]:
    yield PostKind.HEAD, ""
    for place in range(teachers):
        yield PostKind.TEACHER, _SUBJECTS[place % len(_SUBJECTS)]
    yield PostKind.HEALTH, ""
    yield PostKind.SUPPORT, ""


def _hired(by: Acting, school: Organisation, kind: PostKind, subject: str, rng: Random) -> None:
    born = f"{rng.randint(1968, 2000)}-{rng.randint(1, 12):02}"
    who = Identity(f"虚师{rng.randint(1, 999):03}", sex=rng.choice("12"), birth=born)
    person = register(by=by, organisation=school, who=who)
    appoint(by=by, person=person, organisation=school, kind=kind, on=ON, subject=subject)
    as_ = (
        EmploymentKind.EQUAL if kind is PostKind.SUPPORT or rng.random() < 0.1 else EmploymentKind.ESTABLISHED
    )
    employ(by=by, person=person, organisation=school, kind=as_, on=ON)
