"""The service against what its OpenAPI document demands: each call, its shape, its pages, its errors."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.records.registry.oneroster.service import BODIES, CORE, WHOLE, Roster, System, system

DEMANDED: dict[str, set[str]] = {
    "orgs": {"name", "type", "identifier"},
    "academicSessions": {"title", "startDate", "endDate", "type", "schoolYear"},
    "courses": {"title", "courseCode"},
    "classes": {"title", "course", "school", "terms"},
    "users": {"enabledUser", "givenName", "familyName", "roles"},
    "enrollments": {"user", "class", "school", "role"},
    "demographics": set(),
}
"""What onerosterv1p2rostersservice_openapi3_v1p0.json requires, beside what every record has."""

SINGLE = {"users": "user", "orgs": "org", "classes": "class", "courses": "course"} | {
    "enrollments": "enrollment",
    "academicSessions": "academicSession",
    "demographics": "demographics",
}
COLLECTIONS = {
    **{"/academicSessions": "academicSessions", "/terms": "academicSessions"},
    **{"/gradingPeriods": "academicSessions", "/classes": "classes", "/courses": "courses"},
    **{"/demographics": "demographics", "/enrollments": "enrollments", "/orgs": "orgs", "/schools": "orgs"},
    **{"/students": "users", "/teachers": "users", "/users": "users"},
}


@pytest.fixture
def roster(db: None) -> Roster:
    return Roster()


@pytest.fixture
def bureau(roster: Roster) -> System:
    return system(roster.district.bureau)


def nested(roster: Roster) -> dict[str, tuple[str, set[str]]]:
    """Each list under another record, and the keys that it holds; said by hand."""
    school, third, pupil = roster.district.first.key, roster.third.key, roster.pupils[0].key
    in_third = {str(one.key) for one in roster.pupils[:3]}
    here, both = in_third | {str(roster.pupils[3].key)}, {str(third), str(roster.first_grade.key)}
    of_class = f"/schools/{school}/classes/{third}"
    return {
        f"/classes/{third}/students": ("users", in_third),
        f"/classes/{third}/teachers": ("users", set()),
        "/courses/grade-03/classes": ("classes", {str(third), str(roster.elsewhere.key)}),
        f"/schools/{school}/classes": ("classes", both),
        f"{of_class}/students": ("users", in_third),
        f"{of_class}/teachers": ("users", set()),
        f"/schools/{school}/courses": ("courses", {"grade-01", "grade-03"}),
        f"/schools/{school}/students": ("users", here),
        f"/schools/{school}/teachers": ("users", {str(roster.teacher.key)}),
        f"/schools/{school}/terms": ("academicSessions", {"term-2024"}),
        f"/students/{pupil}/classes": ("classes", {str(third)}),
        f"/teachers/{roster.teacher.key}/classes": ("classes", set()),
        "/terms/term-2024/classes": ("classes", {*both, str(roster.elsewhere.key)}),
        "/terms/term-2024/gradingPeriods": ("academicSessions", set()),
        f"/users/{pupil}/classes": ("classes", {str(third)}),
        f"/users/{roster.teacher.key}/classes": ("classes", set()),
    }


def test_every_collection_and_every_record_of_it_has_what_is_demanded(bureau: System) -> None:
    met: set[str] = set()
    for path, plural in COLLECTIONS.items():
        found = bureau.get(path)
        assert found.status == 200, path
        assert found.headers["X-Total-Count"] == str(len(found.body[plural]))
        for record in found.body[plural]:
            met.add(plural)
            assert DEMANDED[plural] | {"sourcedId", "status", "dateLastModified"} <= record.keys()
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z", record["dateLastModified"])
            assert record["status"] in ("active", "tobedeleted")
        for record in found.body[plural][:1] + found.body[plural][1:][-1:]:
            one = bureau.get(f"{path}/{record['sourcedId']}")
            assert (one.status, one.body) == (200, {SINGLE[plural]: record})
    assert met == set(DEMANDED)


def test_every_reference_leads_to_a_record(bureau: System) -> None:
    given = [record for path, plural in COLLECTIONS.items() for record in bureau.get(path).body[plural]]
    links = {(link["type"], link["href"], link["sourcedId"]) for one in given for link in _links(one)}
    for _, href, key in links:
        (found,) = bureau.get(href.partition("/v1p2")[2]).body.values()
        assert found["sourcedId"] == key
    assert {kind for kind, _, _ in links} == {"org", "academicSession", "course", "class", "user"}


def _links(value: Any) -> list[dict[str, str]]:
    if isinstance(value, list):
        return [link for one in value for link in _links(one)]
    if not isinstance(value, dict):
        return []
    here = [value] if "href" in value else []
    return here + [link for one in value.values() for link in _links(one)]


def test_what_lies_under_another_record(bureau: System, roster: Roster) -> None:
    for path, (plural, keys) in nested(roster).items():
        found = bureau.get(path)
        assert (found.status, set(found.keys(plural))) == (200, keys), path
    school, third = roster.district.first.key, roster.third.key
    seats = bureau.get(f"/schools/{school}/classes/{third}/enrollments").body["enrollments"]
    assert {one["user"]["sourcedId"] for one in seats} == {str(one.key) for one in roster.pupils[:3]}
    assert {one["class"]["sourcedId"] for one in seats} == {str(third)}
    assert len(bureau.get(f"/schools/{school}/enrollments").body["enrollments"]) == 4


def test_a_person_has_the_roles_of_their_rows(bureau: System, roster: Roster) -> None:
    head = bureau.get(f"/users/{roster.head.key}").body["user"]
    (role,) = head["roles"]
    assert (role["role"], role["roleType"], role["beginDate"]) == ("principal", "primary", "2020-09-01")
    assert role["org"]["sourcedId"] == str(roster.district.first.key)
    child = bureau.get(f"/users/{roster.pupils[0].key}").body["user"]
    assert ([one["role"] for one in child["roles"]], child["grades"]) == (["student"], ["03"])


def test_pages_are_the_whole_and_the_links_lead_through_them(bureau: System) -> None:
    whole = bureau.get("/users", sort="sourcedId").keys("users")
    walked: list[str] = []
    found = bureau.get("/users", limit="2")
    while True:
        assert found.headers["X-Total-Count"] == str(len(whole))
        walked += found.keys("users")
        links = {rel: at for at, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', found.headers["Link"])}
        assert {"first", "last"} <= links.keys()
        if "next" not in links:
            break
        answer = bureau.browser.get(links["next"], headers={"Authorization": f"Bearer {bureau.token}"})
        found = type(found)(answer.status_code, dict(answer.headers), answer.json())
    assert walked == whole
    assert "prev" in links
    assert bureau.get("/users", offset="99").body == {"users": []}


def test_an_order_is_kept_and_turned(bureau: System) -> None:
    titles = [one["title"] for one in bureau.get("/classes", sort="title").body["classes"]]
    assert titles == sorted(titles)
    assert len(titles) > 2
    turned = [one["title"] for one in bureau.get("/classes", sort="title", orderBy="desc").body["classes"]]
    assert turned == titles[::-1]
    years = bureau.get("/academicSessions", sort="type", orderBy="desc").body["academicSessions"]
    assert [one["type"] for one in years] == ["term", "schoolYear"]


def test_only_the_fields_asked_for_are_sent(bureau: System) -> None:
    for asked in ("sourcedId,name", ["sourcedId", "name"]):
        (record, *_) = bureau.get("/orgs", fields=asked).body["orgs"]
        assert record.keys() == {"sourcedId", "name"}
    assert bureau.get("/courses/grade-03", fields="title").body == {"course": {"title": "03"}}


@pytest.mark.parametrize(
    ("asked", "status", "minor"),
    [
        ({"filter": "name=x"}, 400, "invalid_filter_field"),
        ({"filter": "status='active' AND status='x' AND status='y'"}, 400, "invalid_filter_field"),
        ({"filter": "no.such='x'"}, 400, "invalid_filter_field"),
        ({"filter": "sourcedId>'x'"}, 400, "invalid_filter_field"),
        ({"filter": "dateLastModified>'soon'"}, 400, "invalid_filter_field"),
        ({"sort": "no"}, 400, "invalid_selection_field"),
        ({"fields": "sourcedId,no"}, 400, "invalid_selection_field"),
        ({"limit": "0"}, 422, "invaliddata"),
        ({"offset": "-1"}, 422, "invaliddata"),
        ({"orderBy": "up"}, 422, "invaliddata"),
        ({"as_of": "yesterday"}, 422, "invaliddata"),
    ],
)
def test_what_cannot_be_asked_is_said_in_the_words_of_the_standard(
    bureau: System, asked: dict[str, str], status: int, minor: str
) -> None:
    found = bureau.get("/orgs", **asked)
    assert found.status == status
    assert (found.body["imsx_codeMajor"], found.body["imsx_severity"]) == ("failure", "error")
    assert found.body["imsx_CodeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"] == minor


def test_what_is_not_there_is_unknown(bureau: System, roster: Roster) -> None:
    strange = uuid4()
    paths = [f"{path}/{strange}" for path in COLLECTIONS] + [
        path.replace(str(key), str(strange))
        for path in nested(roster)
        for key in re.findall(r"[0-9a-f-]{36}|term-2024|grade-03", path)
    ]
    paths += [f"/teachers/{roster.pupils[0].key}", f"/students/{roster.head.key}", "/enrollments/enrolment-1"]
    paths += [f"/schools/{roster.district.bureau.key}", f"/orgs/{str(roster.district.first.key).upper()}"]
    paths += [f"/schools/{roster.district.second.key}/classes/{roster.third.key}/students", "/none"]
    for path in paths:
        found = bureau.get(path)
        minor = found.body["imsx_CodeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"]
        assert (found.status, minor) == (404, "unknownobject"), path


def test_a_scope_opens_its_own_and_nothing_else(bureau: System, roster: Roster) -> None:
    every = {*COLLECTIONS, *(f"{path}/{uuid4()}" for path in COLLECTIONS), *nested(roster)}
    bodies = {path for path in every if path.startswith("/demographics")}
    core = {path for path in every - bodies if path.count("/") < 3}
    for scopes, opened in ((CORE, core), (WHOLE, every - bodies), (BODIES, bodies)):
        bureau.ask(scopes)
        met = {path: bureau.get(path, as_of="no day").status for path in every}  # looked at where it is open
        assert met == {path: 422 if path in opened else 403 for path in every}


def test_without_a_token_or_a_grant_nothing_is_given(roster: Roster, bureau: System) -> None:
    ungranted = system(None)
    late = system(roster.district.bureau, days=-5)  # a grant of the days to come
    for path in COLLECTIONS:
        assert [one.get(path).status for one in (ungranted, late)] == [403, 403]
    for token in ("", "none", bureau.token[:-1]):
        bureau.token = token
        for path in COLLECTIONS:
            found = bureau.get(path)
            assert (found.status, found.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_what_did_not_change_is_not_sent_again(bureau: System) -> None:
    found = bureau.get("/orgs")
    again = bureau.get("/orgs", tag=found.headers["ETag"])
    assert (again.status, again.body, again.headers["ETag"]) == (304, None, found.headers["ETag"])
    assert bureau.get("/orgs", tag=f"W/{found.headers['ETag']}").status == 304
    assert bureau.get("/orgs", tag=found.headers["ETag"], limit="1").status == 200


def test_a_page_of_fifty_takes_as_many_questions_as_one_of_five(bureau: System, roster: Roster) -> None:
    def questions(path: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert bureau.get(path, limit="1000").status == 200
        return len(asked)

    few = {path: questions(path) for path in COLLECTIONS}
    for number in range(45):
        roster.pupil(roster.third, f"多虚{number}")
    assert bureau.get("/students").headers["X-Total-Count"] == "50"
    assert {path: questions(path) for path in COLLECTIONS} == few
