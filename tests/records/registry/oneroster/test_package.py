"""A package goes out as the binding has it, and comes back the same."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.test import Client

from meihao.base.text import Refused
from meihao.documents.workbook import Reader
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry.importing import actions as importing
from meihao.records.registry.importing.actions import PUPIL_FORM, UNIT_FORM, Shown
from meihao.records.registry.models import Employment, Enrolment, Person, Post
from meihao.records.registry.oneroster import package
from meihao.records.registry.oneroster.package import exported
from tests.records.registry.district import console, holder
from tests.records.registry.importing.lists import PLACE, RULES
from tests.records.registry.oneroster.foreign import FILES, OTHERS, Foreign
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


# The columns that binding 1.2.1 demands filled ("Yes" under "Required"), and what references lead to.
FILLED = {
    "orgs.csv": ("sourcedId", "name", "type"),
    "academicSessions.csv": ("sourcedId", "title", "type", "startDate", "endDate", "schoolYear"),
    "courses.csv": ("sourcedId", "title", "orgSourcedId"),
    "classes.csv": (
        *("sourcedId", "title", "courseSourcedId", "classType", "schoolSourcedId", "termSourcedIds"),
    ),
    "users.csv": ("sourcedId", "enabledUser", "username", "givenName", "familyName"),
    "roles.csv": ("sourcedId", "userSourcedId", "roleType", "role", "orgSourcedId"),
    "enrollments.csv": ("sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"),
    "demographics.csv": ("sourcedId",),
}
LEADS = {
    **{"orgSourcedId": "orgs.csv", "schoolSourcedId": "orgs.csv", "parentSourcedId": "", "sourcedId": ""},
    **{"courseSourcedId": "courses.csv", "termSourcedIds": "academicSessions.csv"},
    **{"classSourcedId": "classes.csv", "userSourcedId": "users.csv"},
}


def test_what_goes_out_is_as_the_binding_has_it(roster: Roster, officer: Acting) -> None:
    data = exported(officer, DAY)
    found = files(data)
    told = {one["propertyName"]: one["value"] for one in found.pop("manifest.csv")}
    modes = {name[5:]: value for name, value in told.items() if name.startswith("file.")}
    assert set(modes) == {*FILES, *OTHERS}
    assert {f"{name}.csv" for name, value in modes.items() if value == "bulk"} == found.keys()
    assert (told["manifest.version"], told["oneroster.version"]) == ("1.0", "1.2")
    written = Foreign("", "", who("柳虚")).written().texts
    for name, lines in found.items():
        assert lines  # a file without a line is not allowed
        demanded = [one for one in written[name[:-4]].partition("\n")[0].split(",") if "." not in one]
        heads = list(lines[0])
        assert heads[: len(demanded)] == demanded
        assert all(one.startswith("metadata.") for one in heads[len(demanded) :])
        for line in lines:
            assert all(line[column] for column in FILLED[name]), (name, line)
            assert line["status"] == line["dateLastModified"] == ""
            for column in line.keys() & LEADS.keys():
                target = LEADS[column] or name
                assert not line[column] or line[column] in {one["sourcedId"] for one in found[target]}
    none = files(exported(holder("inspector", roster.district.bureau), DAY))
    assert "users.csv" not in none
    assert {"propertyName": "file.users", "value": "absent"} in none["manifest.csv"]


def test_queries_are_the_only_door_to_a_row() -> None:
    folder = Path(package.__file__).parent
    doors = {
        one.name for one in folder.glob("*.py") if re.search(r"\.(objects|_plain)\b", one.read_text("utf-8"))
    }
    assert doors == {"queries.py", "queries_package.py", "queries_people.py", "queries_rows.py"}


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
    assert "users.csv" not in files(exported(holder("inspector", roster.district.bureau), DAY, WHY))


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
