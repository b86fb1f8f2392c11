"""What always holds of a row of people and places, whatever writes it; and how far each field may go."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from meihao.records.accounts.sealing import Sealed, blind, sealed_fields
from meihao.records.registry.models import (
    ClassGroup,
    Employment,
    Enrolment,
    Establishment,
    IdKind,
    Organisation,
    Person,
    Places,
    Post,
    Site,
)
from meihao.records.registry.models.classified import CLASSES, DataClass
from meihao.records.registry.models.people import ID_NUMBER, NAME
from meihao.records.registry.models.people_kinds import (
    Came,
    EmploymentKind,
    Left,
    PostKind,
    SexCode,
    grade_worded,
    worded,
)
from meihao.records.registry.scoped import UnscopedError
from tests.records.registry.district import District

MODELS = (Person, ClassGroup, Enrolment, Post, Employment, Establishment, Places, Site)
FIRST, LATER = date(2024, 9, 1), date(2025, 9, 1)


@pytest.fixture
def unit(db: None) -> Organisation:
    return District().first


def person(**given: Any) -> Person:
    wanted = {"name": "苏虚构", "name_blind": blind("苏虚构", NAME), "sex": "1"} | given
    return Person._plain.create(**wanted)


def refused(model: Any, **given: Any) -> bool:
    try:
        with transaction.atomic():
            model._plain.create(**given)
    except IntegrityError:
        return True
    return False


def test_every_field_has_a_class_and_what_is_sealed_is_a_child_s() -> None:
    for model in MODELS:
        fields = {field.name for field in model._meta.concrete_fields}
        assert set(CLASSES[model.__name__]) == fields, model.__name__
    assert set(CLASSES) == {model.__name__ for model in MODELS}
    sealed = {field.name for field in sealed_fields(Person)}
    assert sealed == {"name", "id_number", "student_number"}
    held = {name for name, kind in CLASSES["Person"].items() if kind == DataClass.MINORS}
    assert held == sealed | {f"{name}_blind" for name in sealed}


@pytest.mark.parametrize("model", MODELS)
def test_no_row_is_read_without_a_scope(model: Any, db: None) -> None:
    with pytest.raises(UnscopedError):
        list(model.objects.all())
    assert list(model.objects.scoped(None, "everything")) == []


@pytest.mark.parametrize("kinds", [SexCode, IdKind, Came, Left, PostKind, EmploymentKind])
def test_every_choice_has_both_words(kinds: type[models.TextChoices]) -> None:
    assert all(all(worded(choice)) for choice in kinds)


def test_grades_are_called_as_schools_call_them() -> None:
    assert [grade_worded(grade).zh for grade in (-3, -1, 1, 9, 10, 12)] == [
        "小班",
        "大班",
        "一年级",
        "九年级",
        "高一",
        "高三",
    ]


def test_a_sealed_field_seals_what_is_assigned_and_is_not_searched(db: None) -> None:
    made = person()
    assert isinstance(made.name, Sealed)
    found = Person._plain.get(pk=made.pk)
    assert str(found.name) == "已加密"
    assert found.name.opened() == "苏虚构"
    assert found.id_number is None
    (listed,) = Person._plain.values_list("name", flat=True)
    assert str(listed) == "已加密"
    with pytest.raises(TypeError, match="blind index"):
        Person._plain.filter(name="苏虚构").exists()
    with pytest.raises(TypeError) as caught:
        found.name = 3
    assert "int" in str(caught.value)
    assert "3" not in str(caught.value)
    with pytest.raises(TypeError):
        found.id_number = found.name
    assert Person._plain.get(name_blind=blind("苏虚构", NAME)) == made


def test_one_person_a_number_and_a_number_has_its_kind(db: None) -> None:
    number = {"id_number": "990106", "id_number_blind": blind("990106", ID_NUMBER)}
    person(id_kind=IdKind.RESIDENT, **number)
    person(id_kind=IdKind.OTHER, **number)
    person()
    base = {"name": "苏虚构", "name_blind": "0" * 64, "sex": "1"}
    assert refused(Person, **base, id_kind=IdKind.RESIDENT, **number)
    assert refused(Person, **base, **number | {"id_number_blind": "1" * 64})
    assert refused(Person, **base, id_kind=IdKind.RESIDENT)
    assert refused(Person, **base, id_kind=IdKind.RESIDENT, id_number="990106")
    assert refused(Person, **base, student_number_blind="1" * 64)
    assert refused(Person, **base, birth_year_month="1066-10")
    assert not refused(Person, **base, birth_year_month="2015-09")


def test_a_row_ends_after_it_began_and_one_is_open(unit: Organisation) -> None:
    someone = person()
    at: dict[str, Any] = {"organisation": unit, "since": FIRST}
    of: dict[str, Any] = at | {"person": someone}
    rows: list[tuple[Any, dict[str, Any], dict[str, Any]]] = [
        (Enrolment, of | {"grade": 3, "came_by": Came.ADMITTED}, {"left_by": Left.OTHER}),
        (Post, of | {"kind": PostKind.TEACHER}, {}),
        (Employment, of | {"kind": EmploymentKind.ESTABLISHED}, {}),
        (Establishment, at | {"posts": 0, "basis": "虚构"}, {}),
        (Places, at | {"stage": "primary", "number": 0}, {}),
        (Site, at | {"name": "本部"}, {}),
    ]
    for model, given, ended in rows:
        assert refused(model, **given | ended, until=FIRST), model
        assert not refused(model, **given | ended, until=LATER), model
        assert not refused(model, **given | {"since": LATER}), model
        assert refused(model, **given | {"since": date(2026, 9, 1)}), model


@pytest.mark.parametrize("grade", [-4, 0, 13])
def test_there_is_no_such_grade(unit: Organisation, grade: int) -> None:
    given = {"organisation": unit, "school_year": 2024, "number": 1, "since": FIRST}
    assert refused(ClassGroup, **given, grade=grade)
    assert not refused(ClassGroup, **given, grade=-3)


def test_counts_are_not_below_nothing_and_places_are_on_the_earth(unit: Organisation) -> None:
    at: dict[str, Any] = {"organisation": unit, "since": FIRST}
    assert refused(Establishment, **at, posts=-1, basis="虚构")
    assert refused(Places, **at, stage="primary", number=-1)
    assert refused(Site, **at, name="甲", area=-1)
    assert refused(Site, **at, name="甲", latitude=91, longitude=0)
    assert refused(Site, **at, name="甲", longitude=5)
    assert refused(ClassGroup, **at, school_year=2024, grade=3, number=0)
    assert not refused(Site, **at, name="甲", latitude=34, longitude=113, area=1)


def test_an_enrolment_says_how_it_ended(unit: Organisation) -> None:
    given = {"person": person(), "organisation": unit, "grade": 3, "since": FIRST, "came_by": Came.ADMITTED}
    assert refused(Enrolment, **given, until=LATER)
    assert refused(Enrolment, **given, left_by=Left.OTHER)
    assert not refused(Enrolment, **given)
