"""Units of the invented district, and what happens to them over three school years.

The schools are those of `meihao.demo`; what they were before, and the dates, are invented here. Each
line below is one action of the registry: nothing is written past it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from meihao.base.stages import SchoolType
from meihao.demo.institutions import Institution, institutions
from meihao.demo.names import CENTRE, DISTRICT, DIVISION, GROUPS, TOWNS
from meihao.records.accounts.acting import Acting
from meihao.records.registry import actions, actions_endings, actions_relations
from meihao.records.registry.models import Kind, Link, Organisation, Ownership, Sponsor, Type

OPENED = date(2015, 9, 1)  # when most units began, long before the years shown
BASIS = "澄教〔2015〕1号（虚构）"
CITY = "澄州市教育局"
SECTIONS = ("办公室", "基础教育科", "人事科", "财务科", "督导室", "安全科", "教科中心")
TYPES = {
    SchoolType.KINDERGARTEN: Type.KINDERGARTEN,
    SchoolType.PRIMARY: Type.PRIMARY,
    SchoolType.TEACHING_POINT: Type.TEACHING_POINT,
    SchoolType.JUNIOR: Type.JUNIOR,
    SchoolType.NINE_YEAR: Type.NINE_YEAR,
    SchoolType.TWELVE_YEAR: Type.TWELVE_YEAR,
    SchoolType.COMPLETE_SECONDARY: Type.COMPLETE,
    SchoolType.SENIOR: Type.SENIOR,
    SchoolType.VOCATIONAL: Type.VOCATIONAL,
    SchoolType.SPECIAL: Type.SPECIAL,
}
URBAN_RURAL = {"城区": "111", "镇区": "121", "乡村": "210"}
PRIVATE = ("砚芽", "墨芽", "笺芽", "毫芽", "芸砚")  # stems of the private ones
CONVERTED, RENAMED, CAMPUS_OF = "抱砚", "墨桥", "新砚"


@dataclass
class District:
    """The units that were made: city and bureau, sections and towns and groups by name, schools by stem."""

    city: Organisation
    bureau: Organisation
    units: dict[str, Organisation] = field(default_factory=dict)
    schools: dict[str, Organisation] = field(default_factory=dict)


def found(by: Acting) -> District:
    """The city's bureau and the district's, into an empty registry: what the operator sets up."""
    city = actions.found_unit(
        by, kind=Kind.AUTHORITY, name=CITY, under=None, on=OPENED, basis=BASIS, division_code="990100"
    ).organisation
    bureau = actions.found_unit(
        by,
        kind=Kind.AUTHORITY,
        name=f"{DISTRICT}教育局",
        under=city,
        on=OPENED,
        basis=BASIS,
        division_code=DIVISION,
    ).organisation
    return District(city, bureau)


def fill(by: Acting, district: District) -> None:
    """Everything below the bureau, and its history: what an officer of the bureau records."""
    _units(by, district, Kind.SECTION, SECTIONS)
    _units(by, district, Kind.TOWN, (town.name for town in TOWNS))
    for one in institutions():
        district.schools[one.stem] = _school(by, district, one)
    _groups(by, district)
    _history(by, district)


def _units(by: Acting, district: District, kind: Kind, names: Iterable[str], on: date = OPENED) -> None:
    for name in names:
        recorded = actions.found_unit(by, kind=kind, name=name, under=district.bureau, on=on, basis=BASIS)
        district.units[name] = recorded.organisation


def _school(by: Acting, district: District, one: Institution) -> Organisation:
    """A school as it began: two of them were something else then."""
    type_, code, name = TYPES[one.type], one.code, one.name
    if one.stem == CONVERTED:
        type_, code, name = Type.PRIMARY, _as_primary(one.code), f"{DISTRICT}{one.stem}小学"
    if one.stem == RENAMED:
        name = f"{DISTRICT}{one.stem}村小学"
    private, kindergarten = one.stem in PRIVATE, one.type is SchoolType.KINDERGARTEN
    recorded = actions.found_institution(
        by,
        name=name,
        type=type_,
        under=district.bureau,
        on=OPENED,
        basis=BASIS,
        ownership=Ownership.PRIVATE if private else Ownership.PUBLIC,
        sponsor=Sponsor.PRIVATE if private else Sponsor.EDUCATION,
        inclusive=(not private) if kindergarten else None,
        nursery=False if kindergarten else None,
        urban_rural=URBAN_RURAL[one.town.urban_rural],
        code=code,
        town=district.units[one.town.name],
    )
    return recorded.organisation


def _as_primary(code: str) -> str:
    """The code that a nine-year school bore while it was a primary school: no other unit has it."""
    return f"2199{900_000 + int(code[4:])}"


def _groups(by: Acting, district: District) -> None:
    first, *others = GROUPS
    _units(by, district, Kind.GROUP, [first, *others[:2]], date(2021, 9, 1))
    _units(by, district, Kind.GROUP, others[2:], date(2024, 9, 1))
    for one in institutions():
        if one.group is not None:
            group = district.units[one.group]
            on = date(2024, 9, 1) if one.group == GROUPS[-1] else date(2021, 9, 1)
            lead = one.stem in one.group
            actions_relations.relate(
                by,
                link=Link.LEAD if lead else Link.MEMBER,
                upper=group,
                lower=district.schools[one.stem],
                on=on,
                basis="澄教〔2021〕18号（虚构）",
                note="紧密型",
            )


def _history(by: Acting, district: District) -> None:
    """What happens in the school years 2023, 2024 and 2025."""
    schools = district.schools
    point = actions.found_institution(
        by,
        name=f"{DISTRICT}毫岔教学点",
        type=Type.TEACHING_POINT,
        under=district.bureau,
        on=OPENED,
        basis=BASIS,
        ownership=Ownership.PUBLIC,
        sponsor=Sponsor.EDUCATION,
        urban_rural="220",
        code="2199000999",
        town=district.units[TOWNS[-1].name],
    ).organisation
    actions.rename(
        by,
        organisation=schools[RENAMED],
        name=f"{DISTRICT}{RENAMED}小学",
        on=date(2024, 7, 10),
        basis="澄教〔2024〕9号（虚构）",
    )
    converted = next(one for one in institutions() if one.stem == CONVERTED)
    actions.convert(
        by,
        organisation=schools[CONVERTED],
        type=Type.NINE_YEAR,
        code=converted.code,
        on=date(2024, 9, 1),
        basis="澄政文〔2024〕21号（虚构）",
    )
    actions.rename(
        by,
        organisation=schools[CONVERTED],
        name=converted.name,
        on=date(2024, 9, 1),
        basis="澄政文〔2024〕21号（虚构）",
    )
    actions.change(
        by,
        organisation=schools["砚芽"],
        inclusive=True,
        on=date(2024, 9, 1),
        basis="普惠性民办幼儿园认定〔2024〕2号（虚构）",
    )
    for stem in ("小砚", "小墨", "小笺"):
        actions.change(
            by, organisation=schools[stem], nursery=True, on=date(2025, 3, 1), basis="澄教〔2025〕4号（虚构）"
        )
    actions_relations.relate(
        by,
        link=Link.PAIRED,
        upper=schools["听毫"],
        lower=schools["墨岑"],
        on=date(2023, 9, 1),
        basis="城乡结对〔2023〕3号（虚构）",
    )
    actions_endings.merge(
        by,
        members=[point],
        into=schools["毫谷"],
        on=date(2025, 7, 15),
        basis="澄政文〔2025〕16号（虚构）",
    )
    campus = actions.open_campus(
        by,
        organisation=schools[CAMPUS_OF],
        name=f"{DISTRICT}{CAMPUS_OF}小学东校区",
        on=date(2025, 9, 1),
        basis="澄教〔2025〕20号（虚构）",
        town=district.units[CENTRE.name],
    )
    district.schools[f"{CAMPUS_OF}东校区"] = campus.organisation
