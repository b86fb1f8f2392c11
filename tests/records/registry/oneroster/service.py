"""A connected system and what it asks: invented schools with invented people."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.test import Client as Browser
from django.utils import timezone

from meihao.records.accounts import actions_clients, tokens
from meihao.records.accounts.acting import visitor
from meihao.records.accounts.models import Client
from meihao.records.accounts.scopes import ROSTER, ROSTER_CORE, ROSTER_DEMOGRAPHICS, SCOPES
from meihao.records.registry.models import ClassGroup, Grant, Organisation, Person
from meihao.records.registry.people import actions, actions_staff
from tests.records.registry.district import District, console
from tests.records.registry.people.school import classroom, pupil, who

BASE = "/ims/oneroster/rostering/v1p2"
DAY = date(2024, 10, 10)
CORE, WHOLE, BODIES = (ROSTER_CORE,), (ROSTER_CORE, ROSTER), (ROSTER_DEMOGRAPHICS,)
EVERY = tuple(SCOPES)


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: Any

    def keys(self, plural: str) -> list[str]:
        return [one["sourcedId"] for one in self.body[plural]]


@dataclass
class System:
    """A connected system with a token of the present."""

    client: Client
    secret: str
    token: str = ""
    browser: Browser = field(default_factory=lambda: Browser(raise_request_exception=False))

    def get(self, path: str, *, tag: str = "", **asked: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if tag:
            headers["If-None-Match"] = tag
        at = path if path.startswith("/api") else f"{BASE}{path}"
        found = self.browser.get(at, {"as_of": str(DAY)} | asked, headers=headers)
        body = (
            found.json()
            if found.content and found.headers["Content-Type"].startswith("application/json")
            else None
        )
        return Answer(found.status_code, dict(found.headers), body)

    def ask(self, scopes: Iterable[str]) -> None:
        """Takes a token, as it does by the form."""
        given = self.browser.post(
            "/oauth/token",
            {"grant_type": "client_credentials", "scope": " ".join(scopes)},
            headers={"Authorization": basic(self.client.client_id, self.secret)},
        )
        assert given.status_code == 200, given.content
        self.token = given.json()["access_token"]


def basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def system(
    at: Organisation | None, role: str = "client-names", scopes: Iterable[str] = EVERY, days: int = 3650
) -> System:
    """A system that has a role at a unit; it comes now, and the day it looks at is another."""
    by = console(timezone.now() - timedelta(minutes=1))
    client, secret = actions_clients.issue(by=by, name="课后服务平台", purpose="同步班级名册", scopes=scopes)
    if at is not None:
        Grant._plain.create(
            user=client.user, role=role, organisation=at, since=by.day - timedelta(days), given_by="测试"
        )
    found = System(client, secret)
    given = tokens.give(by=visitor(timezone.now()), client_id=client.client_id, secret=secret)
    found.token = given.token
    return found


@dataclass
class Roster:
    """Two schools: two classes with pupils, a teacher and a head at the first, one class at the other."""

    district: District = field(default_factory=District)

    def __post_init__(self) -> None:
        first, second = self.district.first, self.district.second
        self.third = classroom(first, 3, 2)
        self.first_grade = classroom(first, 1, 1)
        self.elsewhere = classroom(second, 3, 1)
        self.pupils = [self.pupil(self.third, f"苏虚{n}") for n in range(3)]
        self.pupils += [self.pupil(self.first_grade, "叶虚构")]
        self.stranger = self.pupil(self.elsewhere, "外校生")
        self.teacher = self.staff(first, "teacher", "师虚甲")
        self.head = self.staff(first, "head", "长虚乙")

    def pupil(self, group: ClassGroup, name: str) -> Person:
        return pupil(group.organisation, group.grade, class_group=group, identity=who(name))

    def staff(self, at: Organisation, kind: str, name: str) -> Person:
        person = actions.register(by=console(), organisation=at, who=who(name, "19800101"))
        actions_staff.appoint(
            by=console(), person=person, organisation=at, kind=kind, on=date(2020, 9, 1), subject=""
        )
        return person
