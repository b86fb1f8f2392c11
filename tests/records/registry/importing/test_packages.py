"""A OneRoster package goes the way of the list that says the same: same difference, same rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from meihao.base.text import Refused
from meihao.documents.workbook import Reader
from meihao.records.registry import queries
from meihao.records.registry.importing import actions as importing
from meihao.records.registry.importing.actions import PUPIL_FORM, UNIT_FORM, Shown
from meihao.records.registry.importing.reading import Faulty
from meihao.records.registry.models import Code, CodeSystem, Enrolment, Organisation, Particulars, Person
from meihao.records.registry.people.identity import Identity
from tests.documents.oneroster_packages import Made
from tests.documents.oneroster_packages import district as invented
from tests.records.registry.district import DAY, District, console
from tests.records.registry.importing.lists import PLACE, RULES, Lists
from tests.records.registry.importing.test_pupils import HEADS, row
from tests.records.registry.people.school import who

AUTUMN = DAY.replace(month=9, day=1)


class Packages:
    """Hands packages in, and lists that say the same."""

    def __init__(self, bureau: Organisation, folder: Path, reader: Reader) -> None:
        self.bureau, self.reader = bureau, reader
        self.lists = Lists(bureau, folder, reader, HEADS, "学生.xlsx")

    def stage(self, made: Made, form: str = "", place: str = PLACE, name: str = "一区.ZIP") -> Shown:
        return importing.stage(
            console(),
            organisation=self.bureau,
            data=made.packed(),
            file_name=name,
            on=AUTUMN,
            place=place,
            rulebook=RULES,
            reader=self.reader,
            form=form,
        )


@pytest.fixture
def packages(district: District, tmp_path: Path, reader: Reader) -> Packages:
    return Packages(district.bureau, tmp_path, reader)


def code(organisation: Organisation) -> str:
    return Code._plain.get(organisation=organisation, system=CodeSystem.INSTITUTION).value


def with_pupils(district: District) -> tuple[Made, list[Identity]]:
    """Two schools as they are registered, and three new pupils."""
    made = invented()
    for key, school in (("s1", district.first), ("s2", district.second)):
        name = Particulars._plain.get(organisation=school, until__isnull=True).name
        made.school(key, name, code(school), metadata__schoolType="小学")
    made.homeroom("c1", "s1", "01", "1")
    made.homeroom("c2", "s2", "02", "3")
    people = [who(f"苏虚{n}") for n in range(3)]
    for number, one in enumerate(people):
        group, at = ("c1", "s1") if number < 2 else ("c2", "s2")
        sex = "male" if int(one.id_number[16]) % 2 else "female"
        numbers = (one.student_number, one.id_number)
        seat = {"classSourcedId": group, "schoolSourcedId": at}
        made.student(f"u{number}", (one.name[:1], one.name[1:]), numbers, sex, **seat)
    return made, people


def test_a_package_of_schools_is_a_list_of_institutions(packages: Packages, district: District) -> None:
    made = invented()
    made.school("s1", "禾渚镇新名小学", code(district.first), metadata__schoolType="小学")
    made.school("s3", "青舫小学", "2199900001", metadata__schoolType="小学", metadata__town="禾渚镇")
    shown = packages.stage(made)
    assert shown.batch.form == UNIT_FORM
    told = {step.name: (step.place, step.what) for step in shown.plan.steps}
    assert told == {"禾渚镇中心小学": ("orgs.csv!F3", "changed"), "青舫小学": ("orgs.csv!F4", "new")}
    packages.lists.apply(shown)
    names = {one.name: one.town for one in queries.organisations(console(), AUTUMN).rows}
    assert names == {"禾渚镇新名小学": "禾渚镇", "石觅云根小学": "禾渚镇", "青舫小学": "禾渚镇"}


def test_a_package_whose_name_bears_a_secrecy_grade_is_refused(
    packages: Packages, district: District
) -> None:
    made = invented()
    made.school("s1", "禾渚镇中心小学", code(district.first), metadata__schoolType="小学")
    with pytest.raises(Refused, match="秘密"):
        packages.stage(made, name="（秘密）学校.zip")
    assert packages.stage(made).batch.form == UNIT_FORM  # the control


def test_a_package_and_a_list_of_the_same_pupils_come_to_the_same(
    packages: Packages, district: District
) -> None:
    made, people = with_pupils(district)
    rows = [
        row(people[0], district.first, 1),
        row(people[1], district.first, 1),
        row(people[2], district.second, 2, 3),
    ]
    of_list = packages.lists.stage(rows, AUTUMN)
    of_package = packages.stage(made)
    assert of_package.batch.form == PUPIL_FORM
    assert of_package.plan.tallies == of_list.plan.tallies
    assert of_package.plan.digest == of_list.plan.digest
    packages.lists.apply(of_package)
    seats = Enrolment._plain.values_list("organisation", "class_group__grade", "class_group__number")
    first, second = district.first.pk, district.second.pk
    assert sorted(seats) == sorted([(first, 1, 1), (first, 1, 1), (second, 2, 3)])
    assert {person.name.opened() for person in Person._plain.all()} == {one.name for one in people}
    again = packages.lists.stage(rows, AUTUMN.replace(day=2))
    assert (again.plan.counts["unchanged"], again.plan.steps) == (3, ())


def test_of_a_package_with_both_one_says_what_is_wanted(packages: Packages, district: District) -> None:
    made, _ = with_pupils(district)
    assert packages.stage(made, UNIT_FORM).plan.counts["unchanged"] == 2
    assert packages.stage(made, PUPIL_FORM).plan.counts["new"] == 3


def test_faults_stand_at_the_file_and_cell_they_come_from(packages: Packages, district: District) -> None:
    made, people = with_pupils(district)
    made.files["users.csv"][0]["metadata.idNumber"] = people[0].id_number[:17]
    made.files["classes.csv"][1]["grades"] = "KG"
    made.files["orgs.csv"][1]["identifier"] = "2199999999"
    made.files["demographics.csv"][1]["sex"] = "unspecified"
    made.files["enrollments.csv"][2]["endDate"] = "明年"
    with pytest.raises(Faulty) as caught:
        packages.stage(made)
    told = {f"{mark.sheet}!{mark.ref}": mark.text.zh for mark in caught.value.marks}
    assert set(told) == {
        "users.csv!X2",
        "classes.csv!E3",
        "orgs.csv!F3",
        "demographics.csv!E3",
        "enrollments.csv!J4",
    }
    assert (
        told["users.csv!X2"] == "users.csv 第 2 行「metadata.idNumber」：「身份证号」只有 17 位，应为 18 位"
    )
    assert told["enrollments.csv!J4"].startswith("enrollments.csv 第 4 行「endDate」：应为日期")
    assert told["classes.csv!E3"].startswith("classes.csv 第 3 行「grades」：「年级」应为其中之一")
    assert not Person._plain.exists()


def test_a_package_that_lacks_a_file_goes_back(packages: Packages, district: District) -> None:
    made, _ = with_pupils(district)
    made.announced["classes.csv"] = "bulk"
    del made.files["classes.csv"]
    with pytest.raises(Faulty, match=r"写着有 classes.csv，压缩包里没有"):
        packages.stage(made, PUPIL_FORM)
    del made.announced["classes.csv"]
    with pytest.raises(Refused, match=r"缺 classes.csv"):
        packages.stage(made, PUPIL_FORM)


def test_a_column_that_the_form_requires_is_called_as_the_package_calls_it(
    packages: Packages, district: District
) -> None:
    made = invented()
    made.school("s1", "青舫小学", "2199900001")
    made.heads["orgs.csv"] = [head for head in made.heads["orgs.csv"] if head != "metadata.schoolType"]
    with pytest.raises(
        Faulty, match=r"orgs.csv 第 1 行「metadata.schoolType」.*本平台登记学校需要「办学类型」"
    ):
        packages.stage(made)


def test_a_school_of_another_district_is_told(packages: Packages, district: District) -> None:
    made = invented()
    made.files["orgs.csv"][0]["identifier"] = "990107"
    made.school("s1", "青舫小学", "2199900001", metadata__schoolType="小学")
    with pytest.raises(Faulty, match="这所学校属于区划 990107，不是 990106"):
        packages.stage(made)
