"""The whole demonstration into an empty registry: the operator opens it, an officer records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from meihao.base.text import Refused
from meihao.demo.rolls import Roll
from meihao.records.accounts.acting import Acting
from meihao.records.library.actions_clauses import enter_cited
from meihao.releases import working_off
from meihao.web.seeding import accounts, campaigns, organisations, people, places, staff
from meihao.web.seeding.accounts import Entrance
from meihao.web.seeding.people import Progress


def seed(
    by: Acting, rolls: Sequence[Roll] = (), progress: Progress | None = None, census: date | None = None
) -> list[Entrance]:
    """Writes the district with the pupils of these rolls; a way in for each role.

    With the day of a census also what schools handed in of it and of the one before, and the snapshots of
    what was locked. Takes the caller's transaction: all of it or nothing.
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
    if census is not None:
        clerks = campaigns.Clerks(officer, accounts.clerks(by, district))
        campaigns.seed(officer, district, clerks, census, rolls)
        for done in working_off.run(by=by, nightly=False, on=None):
            if isinstance(done.found, Refused):
                raise done.found
    return entrances
