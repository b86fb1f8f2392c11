"""An account for each role in the invented district, and a one-time link for each: no password is set.

People are called after their role: no name in the demonstration could be somebody's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from meihao.demo.institutions import institutions
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.actions import issue_link, open_account
from meihao.records.accounts.matrix import MATRIX, Role
from meihao.records.accounts.models import Office, User
from meihao.records.registry.actions_grants import give_grant
from meihao.records.registry.models import Kind, Organisation
from meihao.web.seeding.organisations import OPENED, District

OFFICER = "section-officer"
SCHOOL = "听毫"  # whose principal, clerk and teachers the accounts are


class Entrance(NamedTuple):
    """A role, the account that holds it, and the token of its one-time link."""

    role: Role
    user: User
    token: str


def officer(by: Acting, district: District) -> Acting:
    """The officer of the bureau, with an account and a grant: who records what follows."""
    user = open_account(by=by, username=OFFICER, name=_name(MATRIX.roles[OFFICER]))
    give_grant(by, user=user, role=OFFICER, organisation=district.bureau, on=OPENED)
    return Acting(user, by.at)


def clerks(by: Acting, district: District) -> dict[str, Acting]:
    """Whoever fills in the returns of each school, by its code; nobody can sign in as they."""
    found = {}
    for one in institutions():
        user = open_account(by=by, username=f"clerk-{one.code}", name=f"演示填报员（{one.stem}）")
        give_grant(by, user=user, role="clerk", organisation=district.schools[one.stem], on=OPENED)
        found[one.code] = Acting(user, by.at)
    return found


def seed(by: Acting, district: District, opened: User) -> list[Entrance]:
    """Opens the other accounts and gives their grants; a link for each, in the order of the matrix."""
    return [
        Entrance(role, user, issue_link(by=by, user=user)) for role, user in _accounts(by, district, opened)
    ]


def _accounts(by: Acting, district: District, opened: User) -> Iterator[tuple[Role, User]]:
    for role in MATRIX.roles.values():
        if role.key == OFFICER:
            yield role, opened
        elif role.key in Office.values:
            yield role, open_account(by=by, username=role.key, name=_name(role), office=role.key)
        elif not role.system and (unit := _unit(role, district)) is not None:
            user = open_account(by=by, username=role.key, name=_name(role))
            give_grant(by, user=user, role=role.key, organisation=unit, on=OPENED)
            yield role, user


def _unit(role: Role, district: District) -> Organisation | None:
    """Where the role is held: the bureau or the city's, the school of the demonstration, its town."""
    if role.key == "city":
        return district.city
    if Kind.INSTITUTION in role.held_at:
        return district.schools[SCHOOL]
    if Kind.TOWN in role.held_at:
        return next(unit for unit in district.units.values() if unit.kind == Kind.TOWN)
    return district.bureau if Kind.AUTHORITY in role.held_at else None


def _name(role: Role) -> str:
    return f"演示{role.title.zh}"
