"""Cities, districts, towns, groups and schools of the world, and what happened to them."""

from __future__ import annotations

from bench.trust.canary.world import AUTUMN, OPENED, SPRING, Marking
from meihao.records.accounts.acting import command
from meihao.records.registry import actions as units
from meihao.records.registry import actions_endings, actions_relations
from meihao.records.registry.models import Organisation, Ownership, Sponsor, Type
from meihao.records.registry.people import actions_places

CITY_OF = {0: "city-0", 1: "city-0", 2: "city-1"}


class Units(Marking):
    """Makes units by the registry's actions."""

    def __init__(self, districts: int, schools: int, seed: int) -> None:
        super().__init__(seed)
        self._units: dict[str, Organisation] = {}
        self._districts, self._schools = districts, schools

    def _unit(
        self, name: str, district: str, made: Organisation, marked: str, *, public: bool = False
    ) -> None:
        self._plain.units[name] = district
        self._units[name] = made
        self.known("unit", marked, name, public=public)
        self.known("unit", made.key, name, public=public)
        self.pool(district, "unit", made.key)

    def _authority(self, name: str, district: str, under: str = "") -> None:
        marked, basis = self._mark(), self._mark()
        upper = self._units[under] if under else None
        made = units.found_unit(
            self._by,
            kind="authority",
            name=f"{marked}局",
            under=upper,
            on=OPENED,
            basis=basis,
        ).organisation
        self._unit(name, district, made, marked, public=True)  # its name stands on its public documents
        if under:
            self._plain.edges.append(("administers", under, name))
        self.known("event", basis, name, *([under] if under else []))

    def _district(self, number: int) -> None:
        district, city = f"district-{number}", CITY_OF.get(number, "city-1")
        if city not in self._units:
            self._authority(city, city)
        self._authority(district, district, under=city)
        for kind in ("town", "group"):
            marked, basis, name = self._mark(), self._mark(), f"{district}/{kind}"
            made = units.found_unit(
                self._by, kind=kind, name=marked, under=self._units[district], on=OPENED, basis=basis
            ).organisation
            self._unit(name, district, made, marked)
            self._plain.edges.append(("administers", district, name))
            self.known("event", basis, name, district)
        for school in range(self._schools):
            self._school(district, number, school)
        self._closed(district)

    def _school(self, district: str, number: int, order: int) -> None:
        name, marked, basis = f"{district}/school-{order}", self._mark(), self._mark()
        self._count += 1
        code = f"2199{self._count:06d}"
        town = f"{district}/town" if order % 2 == 0 else ""
        made = units.found_institution(
            self._by,
            name=f"{marked}小学",
            type=Type.PRIMARY,
            under=self._units[district],
            on=OPENED,
            basis=basis,
            ownership=Ownership.PUBLIC,
            sponsor=Sponsor.EDUCATION,
            code=code,
            town=self._units[town] if town else None,
        ).organisation
        self._unit(name, district, made, marked)
        self._plain.edges.append(("administers", district, name))
        concerned = [name, district]
        if town:
            self._plain.edges.append(("located", town, name))
            concerned.append(town)
        self.known("event", basis, *concerned)
        self.known("code", code, name)
        self._renamed(name, district)
        self._placed(name)
        if order == 0:
            self._campus(name, district)
            self._member(name, f"{district}/group")

    def _renamed(self, name: str, district: str) -> None:
        """A later name, recorded by somebody of the district whose own name bears a mark."""
        marked, basis, recorder = self._mark(), self.mark("event", name), self.mark("recorder", name)
        by = command(recorder, self._by.at)
        units.rename(by, organisation=self._units[name], name=f"{marked}学校", on=SPRING, basis=basis)
        self.known("unit", marked, name)

    def _placed(self, name: str) -> None:
        unit, on = self._units[name], AUTUMN
        actions_places.set_establishment(
            by=self._by, organisation=unit, posts=30, basis=self.mark("place", name), on=on
        )
        actions_places.set_places(by=self._by, organisation=unit, stage="primary", number=400, on=on)
        actions_places.set_site(
            by=self._by,
            organisation=unit,
            name=self.mark("place", name),
            address=self.mark("place", name),
            on=on,
        )

    def _campus(self, name: str, district: str) -> None:
        marked, basis, campus = self._mark(), self._mark(), f"{name}/campus"
        units.open_campus(
            self._by, organisation=self._units[name], name=f"{marked}校区", on=AUTUMN, basis=basis
        )
        made = Organisation._plain.get(particulars__name=f"{marked}校区")
        self._unit(campus, district, made, marked)
        self._plain.edges.append(("campus", name, campus))
        self.known("event", basis, campus, name)
        actions_places.set_site(
            by=self._by, organisation=self._units[campus], name=self.mark("place", campus), on=AUTUMN
        )

    def _member(self, name: str, group: str) -> None:
        basis = self.mark("event", name, group)
        actions_relations.relate(
            self._by, link="member", upper=self._units[group], lower=self._units[name], on=AUTUMN, basis=basis
        )
        self._plain.edges.append(("member", group, name))

    def _closed(self, district: str) -> None:
        """A school that is no more: its history stays with its district."""
        marked, began, ended, name = self._mark(), self._mark(), self._mark(), f"{district}/closed"
        self._count += 1
        made = units.found_institution(
            self._by,
            name=f"{marked}村小",
            type=Type.PRIMARY,
            under=self._units[district],
            on=OPENED,
            basis=began,
            code=f"2199{self._count:06d}",
        ).organisation
        self._unit(name, district, made, marked)
        self._plain.edges.append(("administers", district, name))
        self.known("event", began, name, district)
        into = f"{district}/school-0"
        actions_endings.close(
            self._by, organisation=made, on=AUTUMN, basis=ended, successor=self._units[into]
        )
        self._plain.edges.append(("successor", into, name))
        self.known("event", ended, name, into, district)

    def _across(self) -> None:
        """Two schools of two districts are paired: each page names the other, and opens it to nobody."""
        if self._districts < 2:
            return
        one, other = "district-0/school-0", f"district-{self._districts - 1}/school-0"
        basis = self.mark("event", one, other)
        actions_relations.relate(
            self._by, link="paired", upper=self._units[one], lower=self._units[other], on=SPRING, basis=basis
        )
        self._plain.edges.append(("paired", one, other))
