"""A package that another system wrote comes in, or goes back line by line, never whole with a vague sentence."""

# ruff: noqa: E501 - files as another system writes them

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from zipfile import ZipFile

import pytest

from meihao.base.text import Refused
from meihao.documents.workbook import Reader
from meihao.records.registry.importing import actions as importing
from meihao.records.registry.importing.actions import PUPIL_FORM, UNIT_FORM, Shown
from meihao.records.registry.importing.reading import Faulty
from meihao.records.registry.models import Code, CodeSystem, Enrolment, Particulars, Person
from tests.records.registry.district import District, console
from tests.records.registry.importing.lists import PLACE, RULES
from tests.records.registry.oneroster.foreign import FILES, Foreign
from tests.records.registry.oneroster.service import DAY
from tests.records.registry.people.school import who

NEEDED = "OneRoster 不要求，本平台登记"


@dataclass
class Bureau:
    """The authority to which packages are handed."""

    district: District
    reader: Reader

    def foreign(self) -> Foreign:
        of = {"organisation": self.district.first}
        code = Code._plain.get(system=CodeSystem.INSTITUTION, **of).value
        name = Particulars._plain.get(until__isnull=True, **of).name
        return Foreign(code, name, who("柳虚")).written()

    def stage(self, given: Foreign | bytes, form: str) -> Shown:
        data = given.packed() if isinstance(given, Foreign) else given
        to = {"organisation": self.district.bureau, "file_name": "一区.zip", "on": DAY, "place": PLACE}
        return importing.stage(
            console(), data=data, form=form, rulebook=RULES, reader=self.reader, **to  # type: ignore[arg-type]
        )  # fmt: skip

    def told(self, given: Foreign, form: str) -> list[str]:
        """What is said of a package that goes back."""
        with pytest.raises(Faulty) as caught:
            self.stage(given, form)
        return [mark.text.zh for mark in caught.value.marks]


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


@pytest.fixture
def bureau(db: None, reader: Reader) -> Bureau:
    return Bureau(District(), reader)


def test_a_foreign_package_comes_in_whole_or_as_a_delta(bureau: Bureau) -> None:
    given = bureau.foreign()
    units = bureau.stage(given, UNIT_FORM)
    assert (units.plan.counts["unchanged"], units.plan.steps) == (1, ())
    delta = given.but(
        **{
            name: text.replace(",,,", ",active,2024-09-02T00:00:00Z,", 1)
            for name, text in given.texts.items()
        }
    )
    lines = delta.texts["orgs"].replace("S,,,", "S,active,2024-09-02T00:00:00Z,")
    sessions = delta.texts["academicSessions"].replace("T,,,", "T,active,2024-09-02T00:00:00Z,")
    delta = replace(delta.but(orgs=lines, academicSessions=sessions), modes=dict.fromkeys(FILES, "delta"))
    turned = "metadata.x,sex,sourcedId\n9,{},U\n".format(given.texts["demographics"].split(",")[-12])
    for one in (given, delta, given.but(demographics=turned)):
        people = bureau.stage(one, PUPIL_FORM)
        assert people.plan.counts["new"] == 1
    importing.apply(
        console(), batch=people.batch, digest=people.plan.digest, place=PLACE, rulebook=RULES, reader=bureau.reader
    )  # fmt: skip
    seat = Enrolment._plain.latest("pk")
    assert seat.person.name is not None
    assert (seat.person.name.opened(), seat.grade) == (given.child.name, 3)
    assert seat.class_group is not None
    assert (seat.organisation, seat.class_group.number) == (bureau.district.first, 2)


def test_columns_that_only_this_platform_needs_are_named_as_such(bureau: Bureau) -> None:
    given = bureau.foreign().without("demographics", "roles", "courses", "academicSessions")
    bare = given.but(
        orgs=f"sourcedId,name,type\nS,{given.name},school\n",
        users="sourcedId,givenName,familyName\nU,虚,柳\n",
        classes="sourcedId,title,courseSourcedId,classType,schoolSourcedId,termSourcedIds\nK,三（2）班,C,homeroom,S,T\n",
    )
    missing = "没有 {0} 这一列。" + NEEDED + "{1}需要「{2}」，请补上这一列"
    school = (
        missing.format("identifier", "学校", "学校标识码"),
        missing.format("metadata.schoolType", "学校", "办学类型"),
    )
    assert bureau.told(bare, UNIT_FORM) == [
        f"orgs.csv 第 1 行「identifier」：{school[0]}",
        f"orgs.csv 第 1 行「metadata.schoolType」：{school[1]}",
    ]
    assert bureau.told(bare, PUPIL_FORM) == [
        f"manifest.csv 第 7 行「value」：没有 demographics.csv。{NEEDED}学生需要「性别」（sex），请在原系统一并导出",
        "orgs.csv 第 1 行「identifier」：" + missing.format("identifier", "学生", "学校标识码"),
        "classes.csv 第 1 行「grades」：" + missing.format("grades", "学生", "年级"),
        "classes.csv 第 1 行「classCode」：" + missing.format("classCode", "学生", "班号"),
        "users.csv 第 1 行「identifier」："
        + missing.format("identifier 或 metadata.idNumber", "学生", "学籍号或身份证号"),
    ]


def test_cells_that_are_empty_say_whose_demand_they_are(bureau: Bureau) -> None:
    given = bureau.foreign()
    texts = given.texts
    empty = given.but(
        users=texts["users"].replace(given.child.student_number, "").replace(given.child.id_number, ""),
        classes=texts["classes"].replace(",03,C,2,", ",,C,,"),
        demographics="sourcedId,sex\n",
        orgs=texts["orgs"].replace(f",school,{given.code},D,小学,", ",school,,D,,"),
    )
    assert sorted(bureau.told(empty, PUPIL_FORM)) == sorted(
        f"{at}。{NEEDED}学生需要「{label}」，请{mend}"
        for at, label, mend in (
            ("users.csv 第 2 行「sourcedId」：在 demographics.csv 里没有对应的行", "性别", "补上那一行"),
            ("users.csv 第 2 行「identifier」：没有填", "学籍号或身份证号", "补上一个"),
            ("classes.csv 第 2 行「grades」：没有填", "年级", "补上"),
            ("classes.csv 第 2 行「classCode」：没有填", "班号", "补上"),
            ("orgs.csv 第 3 行「identifier」：没有填", "学校标识码", "补上"),
        )
    )
    assert bureau.told(empty, UNIT_FORM) == [
        f"orgs.csv 第 3 行「identifier」：没有填。{NEEDED}学校需要「学校标识码」，请补上",
        f"orgs.csv 第 3 行「metadata.schoolType」：没有填。{NEEDED}学校需要「办学类型」，请补上",
    ]
    columns = given.but(classes="sourcedId,title,schoolSourcedId\nK,三（2）班,S\n")
    assert [one.split("。")[0] for one in bureau.told(columns, PUPIL_FORM)] == [
        "classes.csv 第 1 行「classType」：没有这一列",
        "classes.csv 第 1 行「grades」：没有 grades 这一列",
        "classes.csv 第 1 行「classCode」：没有 classCode 这一列",
    ]
    nameless = given.but(users=texts["users"].replace(",虚,柳,", ",,,"))
    assert bureau.told(nameless, PUPIL_FORM) == [
        "users.csv 第 2 行「familyName」：没有填，OneRoster 要求它，请补上"
    ]


FAULTS = (
    ("roles", "sourcedId,userSourcedId,role,orgSourcedId\nR,U,student,nowhere\n", "roles.csv 第 2 行「orgSourcedId」：orgs.csv 里没有「nowhere」"),
    ("enrollments", "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role\nE,K,S,V,student\n", "enrollments.csv 第 2 行「userSourcedId」：users.csv 里没有「V」"),
    ("enrollments", "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role\nE,K,D,U,student\n", "enrollments.csv 第 2 行「schoolSourcedId」：这个班在 classes.csv 第 2 行属于「S」"),
    ("enrollments", "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role\nE,K,S,U,teacher\n", "users.csv 第 2 行「sourcedId」：是学生，2024-10-10 不在任何行政班"),
    ("demographics", "sourcedId,sex,birthDate\nU,female,昨天\n", "demographics.csv 第 2 行「birthDate」：应为日期"),
    ("users", "", "users.csv：是空的。OneRoster 不允许没有数据的文件"),
    ("users", "sourcedId,givenName,familyName,identifier\nU,虚,柳,1\nU,构,柳,2\n", "users.csv 第 3 行「sourcedId」：与第 2 行相同"),
    ("orgs", "sourcedId,name,type,identifier\nS,某校,School,1\n", "orgs.csv 第 2 行「type」：应写作 school（分大小写）"),
    ("classes", "sourcedId,title,grades,classCode,classType,schoolSourcedId\nK,数学,03,2,scheduled,S\n", "classes.csv 第 1 行「classType」：没有一个行政班（homeroom）。OneRoster 允许只有 scheduled"),
    ("classes", "sourcedId,title,grades,classCode,classType,schoolSourcedId\nK,三（2）班,3年级,三2,homeroom,S\n", "classes.csv 第 2 行「grades」：「年级」应为其中之一"),
)  # fmt: skip


def test_faults_go_back_line_by_line(bureau: Bureau) -> None:
    given, before = bureau.foreign(), Person._plain.count()
    for file, text, at in FAULTS:
        words = bureau.told(given.but(**{file: text}), PUPIL_FORM)
        assert any(one.startswith(at) for one in words), (at, words)
    assert Person._plain.count() == before
    assert bureau.stage(given, PUPIL_FORM).plan.counts["new"] == 1  # the control


def test_a_manifest_that_does_not_fit_its_files_is_told_at_its_line(bureau: Bureau) -> None:
    given = bureau.foreign()
    lacking = given.without("classes")
    assert bureau.told(lacking, PUPIL_FORM) == [
        "manifest.csv 第 5 行「value」：缺 classes.csv。登记学生要有 users.csv、classes.csv、enrollments.csv、orgs.csv，请在原系统一并导出"
    ]
    announced = replace(lacking, modes={"classes": "bulk"})
    assert bureau.told(announced, PUPIL_FORM) == [
        "manifest.csv 第 5 行「value」：写着有 classes.csv，压缩包里没有。请把它放进去，或改为 absent"
    ]
    silent = replace(given, modes={"users": "absent"})
    assert bureau.told(silent, PUPIL_FORM) == [
        "manifest.csv 第 11 行「value」：压缩包里有 users.csv，manifest.csv 写的是 absent。请改为 bulk（全量）或 delta（增量），或拿掉它"
    ]
    partial = replace(lacking, modes={"users": "delta"})
    assert bureau.told(partial, PUPIL_FORM)[-1].endswith("；增量（delta）缺文件时请改为导出全量（bulk）")
    (nothing,) = bureau.told(given.without(*FILES), "")
    assert nothing.startswith(
        "manifest.csv：没有写明一个名册文件（bulk 或 delta）。OneRoster 以此表示没有变动"
    )
    data = io.BytesIO()
    with ZipFile(data, "w") as archive:
        archive.writestr("orgs.csv", given.texts["orgs"])
    with pytest.raises(Refused, match=r"里没有 manifest.csv，OneRoster 1.1 起都要有它（里面只有 orgs.csv）"):
        bureau.stage(data.getvalue(), UNIT_FORM)
