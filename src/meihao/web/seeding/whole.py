"""The whole demonstration into an empty registry: the operator opens it, an officer records."""

from __future__ import annotations

from collections.abc import Sequence

from meihao.demo.rolls import Roll
from meihao.records.accounts.acting import Acting
from meihao.records.library.actions_clauses import enter_cited
from meihao.web.seeding import accounts, organisations, people, places, staff
from meihao.web.seeding.accounts import Entrance
from meihao.web.seeding.people import Progress


def seed(by: Acting, rolls: Sequence[Roll] = (), progress: Progress | None = None) -> list[Entrance]:
    """Writes the district with the pupils of these rolls; a way in for each role.

    Takes the caller's transaction: all of it or nothing.
    """
    district = organisations.found(by)
    officer = accounts.officer(by, district)
    organisations.fill(officer, district)
    assert officer.user is not None
    entrances = accounts.seed(by, district, officer.user)
    enter_cited(by=by, on=by.day)
    places.seed(officer, district, rolls)
    staff.seed(officer, district, rolls)
    people.seed(by, district, rolls, progress)  # whole rolls come in by the operator's hand
    return entrances
