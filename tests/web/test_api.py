"""The API: its description, its guard, its own operations, its errors."""

from __future__ import annotations

import io
import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from meihao.records.accounts.matrix import MATRIX, Matrix
from meihao.records.accounts.scopes import ORGANISATIONS, ROSTER_CORE
from meihao.records.registry.models import Grant
from meihao.web import api, guard
from tests.records.registry.district import District, holder, school
from tests.records.registry.oneroster.service import System, system

OPERATIONS = 5 + 41 + 1  # our own, those of OneRoster's OpenAPI document, the token


@pytest.fixture
def district(db: None) -> District:
    return District()


@cache
def operations() -> list[tuple[str, str, dict[str, Any]]]:
    paths = json.loads(api.description())["paths"]
    return [(path, method, one) for path, methods in paths.items() for method, one in methods.items()]


# --- the description


def test_the_reviewed_description_is_what_the_code_makes(root: Path) -> None:
    call_command("openapi", check=True, to=root / "docs/reference/openapi.json")


def test_a_description_that_is_old_is_told_and_written_anew(tmp_path: Path) -> None:
    place = tmp_path / "openapi.json"
    with pytest.raises(CommandError):
        call_command("openapi", check=True, to=place)
    call_command("openapi", to=place, stdout=io.StringIO())
    place.write_text(place.read_text("utf-8").replace("getAllOrgs", "getOrgs"), "utf-8")
    with pytest.raises(CommandError):
        call_command("openapi", check=True, to=place)


def test_every_operation_says_what_opens_it_and_what_may_go_wrong() -> None:
    found = operations()
    assert len(found) == OPERATIONS
    for path, _, operation in found:
        errors = {status for status in operation["responses"] if status != "200"}
        if path == "/oauth/token":
            assert errors == {"400", "401", "422", "429"}
            continue
        assert errors >= {"401", "403", "404", "422"}, path
        assert operation["security"], path
        assert all("content" in operation["responses"][status] for status in errors)


# --- the guard


def test_every_operation_is_an_action_of_the_matrix() -> None:
    names = {f"{api.NAMESPACE}:{operation['operationId']}" for _, _, operation in operations()}
    assert names <= MATRIX.by_route.keys()
    assert {name for name in MATRIX.by_route if name.startswith("api:")} == names


def test_an_operation_that_the_matrix_does_not_name_stays_shut(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = system(district.bureau)
    assert client.get("/api/v1/organisations").status == 200
    kept = {key: one.model_copy(update={"routes": ()}) for key, one in MATRIX.actions.items()}
    monkeypatch.setattr(guard, "MATRIX", Matrix(MATRIX.roles, kept))
    shut = client.get("/api/v1/organisations")
    assert (shut.status, shut.body["status"]) == (500, 500)


def test_a_session_counts_for_nothing(district: District) -> None:
    browser = Browser()
    officer = holder("section-officer", district.bureau)
    browser.force_login(officer.user, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    assert browser.get("/registry/organisations").status_code == 200
    for path, method, _ in operations():
        if method == "get":
            at = path.replace("{key}", str(district.first.key)).replace("{school}", str(district.first.key))
            answer = browser.get(at)
            assert answer.status_code == 401, at
            assert not answer.cookies
            assert answer.headers["Content-Type"].startswith("application/json")


def test_what_is_not_there_is_said_in_json(district: District) -> None:
    for path in ("/api/none", "/api/v1/organisations/1", "/ims/none", "/oauth/none"):
        answer = Browser().get(path)
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/json"), path
    assert Browser().get("/none").headers["Content-Type"].startswith("text/html")
    assert Browser().post("/api/v1/me").status_code in (401, 405)


def test_no_page_of_anybody_elses_is_shown() -> None:
    assert Browser().get("/api/docs").status_code == 404
    assert "api:api-root" not in str(api.urlpatterns())


# --- our own operations


def get(client: System, path: str, **asked: Any) -> Any:
    return client.get(f"/api/v1{path}", **{"as_of": "2025-10-20"} | asked)


def test_organisations_are_those_in_scope_by_pages(district: District) -> None:
    client = system(district.bureau, "client", (ORGANISATIONS,))
    found = get(client, "/organisations", kind="institution").body
    assert {one["name"] for one in found["organisations"]} == {"禾渚镇中心小学", "石觅云根小学"}
    assert (found["total"], found["as_of"]) == (2, "2025-10-20")
    (first, second) = found["organisations"]
    assert (first["type"], first["ownership"]["zh"], first["town"]) == (
        {"key": "211", "zh": "小学", "en": "primary school"},
        "公办",
        "禾渚镇",
    )
    page = get(client, "/organisations", kind="institution", per_page="1", page="2").body
    assert (page["organisations"], page["total"]) == ([second], 2)
    assert get(client, f"/organisations/{first['key']}").body == first
    assert get(client, f"/organisations/{first['key']}", as_of="2009-01-01").status == 404
    own = system(district.first, "client", (ORGANISATIONS,))
    assert [one["name"] for one in get(own, "/organisations").body["organisations"]] == ["禾渚镇中心小学"]
    assert get(own, f"/organisations/{district.second.key}").status == 404


def test_what_is_wrong_is_said_in_both_languages(district: District) -> None:
    client = system(district.bureau, scopes=(ROSTER_CORE,))
    shut = get(client, "/organisations")
    assert (shut.status, shut.body["code"]) == (403, "forbidden")
    assert ORGANISATIONS in shut.body["message"]["zh"]
    client = system(district.bureau)
    for asked in ({"page": "0"}, {"kind": "ship"}, {"as_of": "soon"}, {"per_page": "100000"}):
        wrong = get(client, "/organisations", **asked)
        assert (wrong.status, wrong.body["code"]) == (422, "refused")
        assert next(iter(asked)) in wrong.body["message"]["en"]
    assert get(client, f"/organisations/{uuid4()}").body["code"] == "unknown"
    client.token = ""
    assert get(client, "/organisations").body["status"] == 401


def test_me_says_whose_token_it_is(district: District) -> None:
    found = get(system(None, scopes=(ROSTER_CORE,)), "/me").body
    assert (found["name"], found["purpose"], found["scopes"]) == (
        "课后服务平台",
        "同步班级名册",
        [ROSTER_CORE],
    )


def test_an_ended_grant_gives_nothing_at_the_next_request(district: District) -> None:
    client = system(district.bureau, "client")
    assert get(client, "/organisations").status == 200
    Grant._plain.filter(user=client.client.user).update(until=date(2020, 1, 1), since=date(2019, 1, 1))
    assert get(client, "/organisations").status == 403


def test_what_did_not_change_is_not_sent_again_until_it_does(district: District) -> None:
    client = system(district.bureau)
    found = get(client, "/organisations")
    assert get(client, "/organisations", tag=found.headers["ETag"]).status == 304
    school(district.bureau, "青舫小学")
    assert get(client, "/organisations", tag=found.headers["ETag"]).status == 200


def test_a_page_of_fifty_takes_as_many_questions_as_one_of_five(district: District) -> None:
    client = system(district.bureau)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert get(client, "/organisations").status == 200
        return len(asked)

    few = questions()
    for number in range(45):
        school(district.bureau, f"多舫小学{number}")
    assert get(client, "/organisations").body["total"] >= 49
    assert questions() == few
