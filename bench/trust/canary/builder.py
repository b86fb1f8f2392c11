"""Builds the world: districts, schools, people, documents, grants and files, each with a mark of its own.

Everything is made by the rooms' own actions where there is one, and written down in `Plain` beside: that
description, not the database, says afterwards what belongs to whom.
"""

from __future__ import annotations

import hashlib
import io
from datetime import date
from typing import Any

from docx import Document as Word

from bench.trust.canary.plain import MATRIX, OFFICES, Visitor, roles
from bench.trust.canary.units import Units
from bench.trust.canary.world import AT, AUTUMN, OPENED, World
from meihao.base.codes import identity_check
from meihao.records.accounts.actions import open_account
from meihao.records.accounts.models import SecondFactor, User
from meihao.records.library import actions as library
from meihao.records.library.actions_clauses import add_clauses
from meihao.records.registry.models import Grant, ImportBatch
from meihao.records.registry.people import actions, actions_classes, actions_staff
from meihao.records.registry.people.identity import Identity


class Builder(Units):
    """One world."""

    def build(self) -> World:
        """Cities above districts; the roles are held in the first district."""
        for number in range(self._districts):
            district = f"district-{number}"
            self._district(number)
            for school in range(self._schools):
                self._pupils_and_staff(f"{district}/school-{school}", district)
            self._documents(district)
            self._import(district)
            self._grants(district)
        self._across()
        self._people_who_walk()
        return self.world

    # --- people

    def _identity(self, name: str, born: str) -> Identity:
        self._count += 1
        body = f"990106{born}{self._count % 1000:03}"
        number = body + identity_check(body)
        self.known("sealed", number, name)
        self.known("sealed", f"G{number}", name)
        return Identity(
            self.mark("sealed", name), id_kind="resident", id_number=number, student_number=f"G{number}"
        )

    def _pupils_and_staff(self, name: str, district: str) -> None:
        unit = self._units[name]
        made = actions_classes.open_class(
            by=self._by, organisation=unit, school_year=2024, grade=3, number=1, on=AUTUMN
        )
        self.known("class", made.key, name)
        self.pool(district, "class", made.key)
        for _ in range(2):
            day = f"2015{self._random.randint(1, 12):02}{self._count // 900 + 1:02}"
            who = self._identity(name, day)
            pupil = actions.register_pupil(by=self._by, organisation=unit, who=who)
            actions.enrol(by=self._by, person=pupil, organisation=unit, grade=3, on=AUTUMN, class_group=made)
            self.known("person", pupil.key, name)
            self.pool(district, "person", pupil.key)
        teacher = actions.register(
            by=self._by, organisation=unit, who=Identity(self.mark("sealed", name), sex="2")
        )
        actions_staff.appoint(
            by=self._by,
            person=teacher,
            organisation=unit,
            kind="teacher",
            on=AUTUMN,
            subject=self.mark("post", name),
        )
        actions_staff.employ(by=self._by, person=teacher, organisation=unit, kind="established", on=AUTUMN)
        self.known("person", teacher.key, name)
        self.pool(district, "person", teacher.key)

    # --- documents, files, grants

    def _documents(self, district: str) -> None:
        shelf = str(self._units[district].key)
        for public in (True, False):
            at = () if public else (district,)
            put = self._public if public else self._inside
            what = library.Particulars(
                put(*at), put(*at), kind="measures", shelf=shelf, public=public, note=put(*at)
            )
            term = library.Term(since=AUTUMN, trial=True, trial_until=date(2027, 1, 1), basis=put(*at))
            file = library.File(f"{put(*at)}.docx", _word(put(*at)))
            version = library.enter_document(by=self._by, what=what, term=term, file=file)
            add_clauses(by=self._by, key=str(version.document.key), pasted=f"第一条 {put(*at)}。")
            self.known("document", version.document.key, *at, public=public)
            self.known("document", version.key, *at, public=public)
            if not public:
                self.pool(district, "document", version.document.key)
                self.pool(district, "version", version.key)

    def _public(self, *_: str) -> str:
        return self.mark("document", public=True)

    def _inside(self, *at: str) -> str:
        return self.mark("document", *at)

    def _import(self, district: str) -> None:
        name = self.mark("import", district)
        batch = ImportBatch._plain.create(
            organisation=self._units[district],
            form="cn/registry/unit-form",
            on=AUTUMN,
            file_name=f"{name}.xlsx",
            sha256=hashlib.sha256(name.encode()).hexdigest(),
            counts={},
            state="applied",
            staged_at=AT,
            staged_by=self.mark("import", district),
            settled_at=AT,
            settled_by=self.mark("import", district),
        )
        self.known("import", batch.key, district)
        self.pool(district, "import", batch.key)

    def _grants(self, district: str) -> None:
        """Somebody with a grant in the district, who does not walk."""
        user = self._account("account")
        grant = Grant._plain.create(
            user=user,
            role="principal",
            organisation=self._units[f"{district}/school-0"],
            since=OPENED,
            given_by=self.mark("grant"),
        )
        self.pool(district, "grant", grant.pk)
        self.pool(district, "account", user.key)
        self.known("account", user.key)

    def _account(self, kind: str, office: str = "") -> User:
        name, username, mail = self.mark(kind), self.mark(kind), self.mark(kind)
        return open_account(
            by=self._by, username=username, name=name, office=office, email=f"{mail}@example.org"
        )

    # --- who walks

    def _people_who_walk(self) -> None:
        for role in roles():
            if role == "anyone":
                self.world.visitors.append(Visitor(role))
                continue
            office = role if role in OFFICES else ""
            before = set(self._plain.canaries)
            user = self._account("account", office)
            own = frozenset(set(self._plain.canaries) - before | {str(user.key).upper()})
            self.known("account", user.key)
            at = "" if office or role == "person" else self._held_at(MATRIX["roles"][role]["held_at"], role)
            if office:
                SecondFactor.objects.create(user=user, secret="JBSWY3DPEHPK3PXP", enrolled_at=AT)
            elif at:
                Grant._plain.create(
                    user=user,
                    role=role,
                    organisation=self._units[at],
                    since=OPENED,
                    given_by=self.mark("grant"),
                )
            self.world.users[role] = user
            self.world.visitors.append(Visitor(role, at, own))

    def _held_at(self, kinds: list[str], role: str) -> str:
        if role == "city":
            return "city-0"
        places: dict[str, str] = {
            "authority": "district-0",
            "town": "district-0/town",
            "institution": "district-0/school-0",
        }
        for kind in kinds:
            if kind in places:
                return places[kind]
        raise AssertionError(f"the role {role} is held at {kinds}, of which the world has none")


def _word(text: str) -> bytes:
    document: Any = Word()
    document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
