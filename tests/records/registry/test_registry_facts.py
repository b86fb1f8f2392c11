"""What the registry tells figures: who there is, and what its classes add up to; nothing of any person."""

from __future__ import annotations

from dataclasses import astuple
from datetime import date
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meihao.documents.returns.intake import REGISTER
from meihao.figures.gathering import SOURCES, Asked, Told
from meihao.figures.interpreter import Value
from meihao.policy.kinds import Fact
from meihao.policy.rulebook import Rulebook
from meihao.records.registry import actions, actions_relations, facts
from meihao.records.registry.models import Kind, Link, Organisation, Type
from tests.records.registry.district import BASIS, OPENED, console, school, unit
from tests.records.registry.people.school import classroom, pupil

pytestmark = pytest.mark.django_db
ON, AUTUMN, PLACE, CAMPUS = date(2025, 10, 20), date(2025, 9, 1), "990106", "cn/compulsory/campus"
KINDERGARTEN = "cn/preschool/kindergarten"


@pytest.fixture
def bureau() -> Organisation:
    return actions.found_unit(
        console(),
        kind=Kind.AUTHORITY,
        name="澄砚区教育局",
        under=None,
        on=OPENED,
        basis=BASIS,
        division_code=PLACE,
    ).organisation


def told(*keys: str, place: str = PLACE, on: date = ON) -> dict[tuple[str, str], dict[str, Value]]:
    """What the source says, by fact and identity; a row that is told of twice is put together."""
    rulebook = Rulebook.load()
    asked = Asked(place, on, {key: rulebook.get(Fact, key, on, place) for key in keys or (CAMPUS,)})
    found: dict[tuple[str, str], dict[str, Value]] = {}
    for one in SOURCES["registry"](asked):
        assert isinstance(one, Told)
        assert all(all(part for part in astuple(origin)) for origin in one.origins.values())
        assert set(one.origins) == {name for name, value in one.values.items() if value is not None}
        row = found.setdefault((one.fact, one.identity), {})
        assert all(row.get(name, value) == value for name, value in one.values.items())
        row |= one.values
    return found


def test_the_register_names_each_school_of_the_place_its_town_and_group(bureau: Organisation) -> None:
    town = unit(Kind.TOWN, "禾渚镇", bureau)
    first = school(bureau, "禾渚小学", code="2199000001", town=town)
    school(bureau, "石觅中学", code="3199000002", type=Type.JUNIOR)
    school(bureau, "无码小学", code="")
    school(bureau, "新建小学", code="2199000009", on=date(2025, 11, 1))
    group = unit(Kind.GROUP, "云根教育集团", bureau)
    actions_relations.relate(console(), link=Link.MEMBER, upper=group, lower=first, on=OPENED, basis=BASIS)
    found = told(REGISTER)
    assert set(found) == {(REGISTER, "2199000001"), (REGISTER, "3199000002")}
    assert found[REGISTER, "2199000001"] == {
        "school_code": "2199000001",
        "name": "禾渚小学",
        "school_type": "小学",
        "town": "禾渚镇",
        "school_group": "云根教育集团",
    }
    assert found[REGISTER, "3199000002"]["school_type"] == "初中"
    assert told(REGISTER, place="990107") == {}
    assert set(told(REGISTER, on=date(2025, 12, 1))) == {*found, (REGISTER, "2199000009")}


def test_only_who_should_report_has_a_row_of_a_return(bureau: Organisation) -> None:
    school(bureau, "禾渚小学", code="2199000001")
    school(bureau, "禾渚幼儿园", code="1199000003", type=Type.KINDERGARTEN)
    school(bureau, "石觅高级中学", code="3499000004", type=Type.SENIOR)
    assert told(CAMPUS, KINDERGARTEN) == {
        (CAMPUS, "2199000001"): {"school_code": "2199000001", "name": "禾渚小学", "school_type": "小学"},
        (KINDERGARTEN, "1199000003"): {"kindergarten_code": "1199000003", "name": "禾渚幼儿园"},
    }


def test_classes_add_up_to_pupils_by_stage_classes_and_bands(bureau: Organisation) -> None:
    nine = school(bureau, "云根学校", code="3199000005", type=Type.NINE_YEAR)
    for grade, number, pupils in ((1, 1, 2), (1, 2, 1), (7, 1, 3)):
        group = classroom(nine, grade, number, on=AUTUMN)
        for _ in range(pupils):
            pupil(nine, grade, on=AUTUMN, class_group=group)
    row = told()[CAMPUS, "3199000005"]
    assert {
        name: row[name] for name in ("primary_pupils", "junior_pupils", "classes", "classes_upto_25")
    } == {
        "primary_pupils": Fraction(3),
        "junior_pupils": Fraction(3),
        "classes": Fraction(3),
        "classes_upto_25": Fraction(3),
    }
    assert row["classes_66_up"] == 0
    before = told(on=date(2025, 8, 31))[CAMPUS, "3199000005"]
    assert "primary_pupils" not in before


def test_a_class_without_a_roll_leaves_its_sums_unknown(bureau: Organisation) -> None:
    first = school(bureau, code="2199000001")
    pupil(first, 1, on=AUTUMN, class_group=classroom(first, 1, 1, on=AUTUMN))
    classroom(first, 2, 1, on=AUTUMN)
    row = told()[CAMPUS, "2199000001"]
    assert (row["classes"], row["junior_pupils"]) == (2, 0)
    assert not {"primary_pupils", "classes_upto_25", "classes_66_up"} & set(row)


def test_pupils_in_no_class_count_as_pupils_and_not_as_a_class(bureau: Organisation) -> None:
    first, second = school(bureau, code="2199000001"), school(bureau, code="2199000002")
    pupil(first, 1, on=AUTUMN, class_group=classroom(first, 1, 1, on=AUTUMN))
    pupil(first, 2, on=AUTUMN)
    pupil(second, 2, on=AUTUMN)
    found = told()
    row = found[CAMPUS, "2199000001"]
    assert (row["primary_pupils"], row["classes"], row["classes_upto_25"]) == (2, 1, 1)
    assert "primary_pupils" not in found[CAMPUS, "2199000002"]  # no class on record: no numbers


def test_a_campus_without_a_code_is_its_school_s(bureau: Organisation) -> None:
    main = school(bureau, code="2199000001")
    actions.open_campus(console(), organisation=main, name="禾渚小学东校区", on=OPENED, basis=BASIS)
    campus = Organisation._plain.get(kind=Kind.CAMPUS)
    for place, pupils in ((main, 1), (campus, 2)):
        group = classroom(place, 1, 1, on=AUTUMN)
        for _ in range(pupils):
            pupil(place, 1, on=AUTUMN, class_group=group)
    found = told()
    assert set(found) == {(CAMPUS, "2199000001")}
    row = found[CAMPUS, "2199000001"]
    assert (row["primary_pupils"], row["classes"]) == (3, 2)


def test_a_class_of_last_year_is_not_counted(bureau: Organisation) -> None:
    main = school(bureau, code="2199000001")
    classroom(main, 1, 1, on=date(2024, 9, 1))
    pupil(main, 2, on=AUTUMN, class_group=classroom(main, 2, 1, on=AUTUMN))
    assert told()[CAMPUS, "2199000001"]["classes"] == 1


def test_no_row_tells_a_person_apart(bureau: Organisation) -> None:
    main = school(bureau, code="2199000001")
    person = pupil(main, 1, on=AUTUMN, class_group=classroom(main, 1, 1, on=AUTUMN))
    said = str(list(facts.class_rows({main.pk: "2199000001"}, 2025, ON))) + str(told())
    assert not any(secret in said for secret in (str(person.key), person.short, "苏虚构"))


def test_the_questions_are_as_many_for_two_schools_as_for_eight(bureau: Organisation) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            told(CAMPUS, REGISTER)
        return len(found)

    for n in range(2):
        classroom(school(bureau, f"一{n}小学"), 1, 1, on=AUTUMN)
    two = asked()
    for n in range(6):
        classroom(school(bureau, f"二{n}小学"), 1, 1, on=AUTUMN)
    assert asked() == two
