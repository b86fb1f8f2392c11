"""A small invented district for the registry's tests: a bureau, towns, schools, and people who act."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count

from meihao.records.accounts.acting import Acting, command
from meihao.records.accounts.models import User
from meihao.records.registry import actions
from meihao.records.registry.models import Grant, Kind, Organisation, Ownership, Sponsor, Type

AT = datetime(2025, 10, 20, 2, tzinfo=UTC)
DAY = date(2025, 10, 20)
OPENED = date(2010, 9, 1)
BASIS = "澄教〔2010〕1号（虚构）"
_numbers = count(1)


def console(at: datetime = AT) -> Acting:
    return command("test", at)


def person(name: str = "林虚", *, office: str = "", at: datetime = AT) -> Acting:
    user = User.objects.create(username=f"u{next(_numbers)}", name=name, office=office, opened_at=AT)
    return Acting(user, at)


def grant(by: Acting, role: str, organisation: Organisation, since: date = OPENED) -> Grant:
    assert by.user is not None
    return Grant._plain.create(
        user=by.user, role=role, organisation=organisation, since=since, given_by="测试"
    )


def holder(role: str, organisation: Organisation) -> Acting:
    """Somebody who holds a role at a unit."""
    by = person()
    grant(by, role, organisation)
    return by


def bureau() -> Organisation:
    recorded = actions.found_unit(
        console(), kind=Kind.AUTHORITY, name="澄砚区教育局", under=None, on=OPENED, basis=BASIS
    )
    return recorded.organisation


def unit(kind: Kind, name: str, under: Organisation, on: date = OPENED) -> Organisation:
    recorded = actions.found_unit(console(), kind=kind, name=name, under=under, on=on, basis=BASIS)
    return recorded.organisation


def code_of(type_: Type = Type.PRIMARY) -> str:
    """An institution code that nobody has yet."""
    return f"{type_.code_class}99{next(_numbers):06d}"


def school(
    under: Organisation,
    name: str = "禾渚小学",
    *,
    type: Type = Type.PRIMARY,
    on: date = OPENED,
    code: str | None = None,
    town: Organisation | None = None,
    ownership: Ownership = Ownership.PUBLIC,
) -> Organisation:
    recorded = actions.found_institution(
        console(),
        name=name,
        type=type,
        under=under,
        on=on,
        basis=BASIS,
        ownership=ownership,
        sponsor=Sponsor.EDUCATION,
        code=code_of(type) if code is None else code,
        town=town,
    )
    return recorded.organisation


@dataclass
class District:
    """A bureau with a town and two schools in it."""

    bureau: Organisation = field(default_factory=bureau)

    def __post_init__(self) -> None:
        self.town = unit(Kind.TOWN, "禾渚镇", self.bureau)
        self.first = school(self.bureau, "禾渚镇中心小学", town=self.town)
        self.second = school(self.bureau, "石觅云根小学", town=self.town)
