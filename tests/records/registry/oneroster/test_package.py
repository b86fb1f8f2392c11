"""A package goes out and comes back the same; one written elsewhere comes in, or goes back line by line."""

# ruff: noqa: E501 - files as another system writes them

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from meihao.base.text import Refused
from meihao.documents.workbook import Reader
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry.importing import actions as importing
from meihao.records.registry.importing.actions import PUPIL_FORM, UNIT_FORM, Shown
from meihao.records.registry.importing.reading import Faulty
from meihao.records.registry.models import Employment, Enrolment, Person, Post
from meihao.records.registry.oneroster.package import exported
from tests.records.registry.district import console, holder
from tests.records.registry.importing.lists import PLACE, RULES
from tests.records.registry.oneroster.service import DAY, Roster
from tests.records.registry.people.school import who

WHY = "向新平台移交名册"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


@pytest.fixture
def roster(db: None) -> Roster:
    return Roster()


@pytest.fixture
def officer(roster: Roster) -> Acting:
    return holder("section-officer", roster.district.bureau)


def files(data: bytes) -> dict[str, list[dict[str, str]]]:
    with ZipFile(io.BytesIO(data)) as archive:
        texts = {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    return {name: list(csv.DictReader(io.StringIO(text, newline=""))) for name, text in texts.items()}


def stage(roster: Roster, data: bytes, form: str, reader: Reader) -> Shown:
    return importing.stage(
        console(),
        organisation=roster.district.bureau,
        data=data,
        file_name="一区.zip",
        on=DAY,
        place=PLACE,
        rulebook=RULES,
        reader=reader,
        form=form,
    )


def apply(shown: Shown, reader: Reader) -> None:
    importing.apply(
        console(), batch=shown.batch, digest=shown.plan.digest, place=PLACE, rulebook=RULES, reader=reader
    )


def pupils(data: bytes) -> set[tuple[str, ...]]:
    """The pupils of a package without the keys that this platform gave them."""
    found = files(data)
    groups, orgs = ({one["sourcedId"]: one for one in found[name]} for name in ("classes.csv", "orgs.csv"))
    seats = {one["userSourcedId"]: one for one in found["enrollments.csv"]}
    sexes = {one["sourcedId"]: one["sex"] for one in found["demographics.csv"]}
    return {
        (
            *(one["familyName"] + one["givenName"], one["identifier"], one["metadata.idNumber"]),
            *(one["metadata.idKind"], sexes[one["sourcedId"]], one["grades"]),
            orgs[seats[one["sourcedId"]]["schoolSourcedId"]]["identifier"],
            groups[seats[one["sourcedId"]]["classSourcedId"]]["classCode"],
        )
        for one in found["users.csv"]
        if one["sourcedId"] in seats
    }


def test_what_goes_out_comes_back_the_same(roster: Roster, officer: Acting, reader: Reader) -> None:
    data = exported(officer, DAY, WHY)
    assert len(pupils(data)) == 5
    units = stage(roster, data, UNIT_FORM, reader)
    assert (units.plan.counts["unchanged"], units.plan.steps) == (2, ())
    people = stage(roster, data, PUPIL_FORM, reader)
    assert (people.plan.counts["unchanged"], people.plan.steps) == (5, ())
    for model in (Enrolment, Post, Employment, Person):
        model._plain.all().delete()
    apply(stage(roster, data, PUPIL_FORM, reader), reader)
    assert pupils(exported(officer, DAY, WHY)) == pupils(data)


def test_without_a_purpose_a_package_has_pseudonyms(roster: Roster, officer: Acting) -> None:
    found = files(exported(officer, DAY))
    assert {one["familyName"] for one in found["users.csv"]} == {"代号"}
    assert {one["identifier"] + one["metadata.idNumber"] for one in found["users.csv"]} == {""}
    assert {one["value"] for one in found["manifest.csv"] if one["propertyName"].startswith("file.")} == {
        "bulk",
        "absent",
    }
    with pytest.raises(Refused):
        exported(officer, DAY, " 移 交 ")


def test_a_school_carries_away_its_own_and_the_trail_has_it_first(roster: Roster) -> None:
    principal = holder("principal", roster.district.first)
    data = exported(principal, DAY, WHY)
    assert {one[0] for one in pupils(data)} == {"苏虚0", "苏虚1", "苏虚2", "叶虚构"}
    assert [one["identifier"] for one in files(data)["orgs.csv"]] != []
    entry = AuditEntry.objects.latest("seq")
    said = json.loads(entry.body)
    assert (entry.action, said["purpose"]) == ("registry.roster.export", WHY)
    assert (said["detail"]["rows"], said["detail"]["named"]) == (6, True)
    assert exported(principal, DAY, WHY) == data
    assert files(exported(holder("inspector", roster.district.bureau), DAY, WHY))["users.csv"] == []


def test_the_page_gives_it_by_pseudonym_and_for_a_purpose_by_name(roster: Roster, officer: Acting) -> None:
    client = Client()
    client.force_login(officer.user, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    day = f"?as_of={DAY}"
    assert client.get(f"/registry/roster{day}").status_code == 200
    plain = client.get(f"/registry/oneroster.zip{day}")
    assert plain.headers["Content-Type"] == "application/zip"
    assert {one["familyName"] for one in files(plain.content)["users.csv"]} == {"代号"}
    named = client.post(f"/registry/oneroster.zip{day}", {"purpose": WHY})
    assert len(pupils(named.content)) == 5
    assert client.post(f"/registry/oneroster.zip{day}", {"purpose": "看"}).status_code == 422
    client.force_login(
        holder("teacher", roster.district.first).user,  # type: ignore[arg-type]
        backend="django.contrib.auth.backends.ModelBackend",
    )
    assert client.get("/registry/oneroster.zip").status_code == 403


# --- a package as another system writes it: columns in an order of its own, more of them, BOM, lines in quotes


def foreign(roster: Roster, **changed: str) -> tuple[bytes, Any]:
    school = files(exported(holder("section-officer", roster.district.bureau), DAY))["orgs.csv"]
    code, name = next((one["identifier"], one["name"]) for one in school if one["name"] == "禾渚镇中心小学")
    child = who("柳虚")
    sex = "male" if int(child.id_number[16]) % 2 else "female"
    texts = {
        "manifest": "propertyName,value\noneroster.version,1.2\nmanifest.version,1.0\n"
        + "".join(
            f"file.{one},{'absent' if one in ('results', 'userProfiles') else 'bulk'}\n"
            for one in [
                "orgs",
                "academicSessions",
                "courses",
                "classes",
                "users",
                "roles",
                "enrollments",
                "demographics",
                "results",
                "userProfiles",
            ]
        ),
        "orgs": "identifier,parentSourcedId,type,name,dateLastModified,status,sourcedId,metadata.schoolType,metadata.note\n"
        f'990106,,district,"某区",,,D,,"两行\n说明"\n{code},D,school,"{name}",,,S,小学,"引号""里"\n',
        "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,"
        "schoolYear\nY,,,2024,schoolYear,2024-09-01,2025-09-01,,2025\nT,,,上学期,term,2024-09-01,2025-01-20,Y,2025\n",
        "courses": "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,"
        "subjects,subjectCodes\nC,,,Y,班会,HR,03,S,,\n",
        "classes": "classType,grades,title,sourcedId,status,dateLastModified,courseSourcedId,classCode,location,"
        'schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\nhomeroom,03,"三（2）班\n东楼",K,,,C,2,,S,T,,,\n',
        "users": "familyName,givenName,sourcedId,status,dateLastModified,enabledUser,username,userIds,middleName,"
        "identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,primaryOrgSourcedId,"
        "pronouns,metadata.idNumber,metadata.bus\n"
        f"柳,虚,U,,,true,u,,,{child.student_number},,,,,03,,,S,,{child.id_number},三号线\n",
        "roles": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,"
        "userProfileSourcedId\nR,,,U,primary,student,2024-09-01,,S,\n",
        "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,"
        "beginDate,endDate\nE,,,K,S,U,student,false,2024-09-01,\n",
        "demographics": f"sex,birthDate,sourcedId,status,dateLastModified\n{sex},,U,,\n",
    } | changed
    data = io.BytesIO()
    with ZipFile(data, "w") as archive:
        for one, text in texts.items():
            archive.writestr(f"{one}.csv", "\ufeff" + text.replace("\n", "\r\n"))
    return data.getvalue(), child


def test_a_foreign_package_comes_in(roster: Roster, reader: Reader) -> None:
    data, child = foreign(roster)
    units = stage(roster, data, UNIT_FORM, reader)
    assert (units.plan.counts["unchanged"], units.plan.steps) == (1, ())
    people = stage(roster, data, PUPIL_FORM, reader)
    assert people.plan.counts["new"] == 1
    apply(people, reader)
    seat = Enrolment._plain.latest("pk")
    assert seat.person.name is not None
    assert (seat.person.name.opened(), seat.grade) == (child.name, 3)
    assert seat.class_group == roster.third


@pytest.mark.parametrize(
    ("file", "text", "at"),
    [
        ("roles", "sourcedId,userSourcedId,role,orgSourcedId\nR,U,student,nowhere\n", "roles.csv 第 2 行「orgSourcedId」"),
        ("enrollments", "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role\nE,K,S,V,student\n", "enrollments.csv 第 2 行「userSourcedId」"),
        ("demographics", "sourcedId,sex,birthDate\nU,female,昨天\n", "demographics.csv 第 2 行「birthDate」"),
        ("classes", "sourcedId,title\nK,三（2）班\n", "classes.csv 第 1 行「grades」"),
    ],
)  # fmt: skip
def test_a_foreign_package_with_faults_goes_back_line_by_line(
    roster: Roster, reader: Reader, file: str, text: str, at: str
) -> None:
    data, _ = foreign(roster, **{file: text})
    before = Person._plain.count()
    with pytest.raises(Faulty) as caught:
        stage(roster, data, PUPIL_FORM, reader)
    assert any(mark.text.zh.startswith(at) for mark in caught.value.marks), caught.value.marks
    assert Person._plain.count() == before


def test_a_file_that_is_no_package_is_refused(roster: Roster, reader: Reader, tmp_path: Path) -> None:
    data = io.BytesIO()
    with ZipFile(data, "w") as archive:
        archive.writestr("orgs.csv", "sourcedId\n")
    with pytest.raises(Refused):
        stage(roster, data.getvalue(), UNIT_FORM, reader)
