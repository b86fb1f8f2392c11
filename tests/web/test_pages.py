"""Pages of the whole platform: the shell, the workbench, the components, what is said on failures."""

from __future__ import annotations

import io
import logging
import re
from datetime import UTC, date, datetime

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from openpyxl import load_workbook
from pytest_django import Settings

from meihao.base.text import Refused, Text
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.matrix import MATRIX
from meihao.records.accounts.models import User
from meihao.records.registry.exporting import workbook
from meihao.ui.tables import Cell, Column, Row, Table
from meihao.web import csp, pages, shell, specimens, urls
from tests.records.registry.district import bureau, grant, person

ENGLISH = {"Accept-Language": "en"}
HOSTILE = "<b>=1+1"
MARKS = (
    *("data-bulk", "data-chart", 'aria-current="step"', "<progress", "empty-denied", "notice-yellow"),
    *('class="faults"', "policy_school_code", 'class="strip"', "state-hollow", 'type="file"'),
)


@pytest.fixture
def by(db: None) -> Acting:
    return person("林虚")


@pytest.fixture
def inside(by: Acting) -> Client:
    client = Client()
    assert by.user is not None
    client.force_login(by.user)
    return client


def text(answer: object) -> str:
    assert isinstance(answer, HttpResponse)
    return answer.content.decode()


# --- the policy of content


def parts(header: str) -> dict[str, list[str]]:
    return {name: values for name, *values in (part.split() for part in header.split(";"))}


def test_every_answer_has_a_policy_without_a_gap(inside: Client) -> None:
    nonces = set()
    for address in ("/", "/health", "/help/components", "/none", "/sign-in"):
        answer = inside.get(address)
        said = parts(answer.headers[csp.HEADER])
        assert "unsafe" not in answer.headers[csp.HEADER]
        assert "http" not in answer.headers[csp.HEADER]
        assert said["default-src"] == ["'none'"]
        (script,) = said["script-src"]
        nonces.add(script)
        if address in ("/", "/help/components", "/none"):
            scripts = re.findall(r"<script\b[^>]*\bsrc=[^>]*>", text(answer))
            assert len(scripts) >= 3
            assert all(f'nonce="{script[7:-1]}"' in tag for tag in scripts)
    assert len(nonces) == 5  # a new one each time


def test_forms_lead_on_only_to_the_providers_that_are_offered() -> None:
    offered: dict[str, dict[str, object]] = {
        "openid_connect": {"APPS": [{"settings": {"server_url": "https://id.example/realm/x"}}]},
        "dingtalk": {"APPS": [{"settings": {"scope": ["openid"]}}]},
    }
    assert csp.providers(offered) == ("https://id.example", "https://login.dingtalk.com")
    assert parts(csp.policy("n", csp.providers(offered)))["form-action"][1:] == list(csp.providers(offered))
    assert parts(csp.policy("n"))["form-action"] == ["'self'"]


# --- the shell


def test_each_menu_of_the_matrix_has_a_line_and_each_line_opens_what_it_says() -> None:
    assert {action.menu for action in MATRIX.actions.values() if action.menu} == set(shell.MENU)
    for key, (route, _) in shell.MENU.items():
        assert MATRIX.by_route[route].menu == key


def test_the_menu_shows_what_somebody_holds_and_marks_where_they_are(inside: Client, by: Acting) -> None:
    assert "/registry/organisations" not in text(inside.get("/"))
    grant(by, "section-officer", bureau())
    shown = text(inside.get("/"))
    assert '<a href="/" aria-current="page">' in shown
    assert '<a href="/registry/organisations">' in shown
    listed = text(inside.get("/registry/organisations"))
    assert '<a href="/registry/organisations" aria-current="page">' in listed
    assert "/accounts" not in shown.replace("/accounts/", "")


def test_a_past_day_is_said_with_a_way_back(inside: Client) -> None:
    assert "正在查看" not in text(inside.get("/"))
    shown = text(inside.get("/?as_of=2020-09-01&q=1"))
    assert "正在查看" in shown
    assert 'href="?q=1&amp;as_of="' in shown
    assert "正在查看" in text(inside.get("/help/components"))
    assert "正在查看 <time" not in text(inside.get("/?as_of="))


@pytest.mark.parametrize("invented", [True, False])
def test_a_demonstration_says_so_on_every_page(
    invented: bool, client: Client, db: None, settings: Settings
) -> None:
    settings.DEMONSTRATION = invented
    assert ("区划代码 990106 未分配" in text(client.get("/sign-in"))) is invented


def test_the_language_changes_and_comes_back_to_the_page(client: Client, db: None) -> None:
    assert '<html lang="zh-Hans">' in text(client.get("/sign-in"))
    answer = client.post("/language", {"language": "en", "next": "/sign-in"})
    assert answer.headers["Location"] == "/sign-in"
    assert '<html lang="en">' in text(client.get("/sign-in"))


def test_a_session_that_ends_is_warned_of(inside: Client, client: Client) -> None:
    assert 'data-seconds="' not in text(client.get("/sign-in"))
    assert re.search(r'data-seconds="\d+" data-warning="120"', text(inside.get("/")))


# --- the workbench and the components


def test_the_workbench_greets_and_says_the_roles_held(inside: Client, by: Acting) -> None:
    assert "还没有业务角色" in text(inside.get("/"))
    grant(by, "section-officer", bureau())
    shown = text(inside.get("/"))
    assert "林虚，" in shown
    assert "业务科室（澄砚区教育局）" in shown
    assert "section officer (澄砚区教育局)" in text(inside.get("/", headers=ENGLISH))


@pytest.mark.parametrize("headers", [{}, ENGLISH])
def test_every_component_is_shown_in_both_languages(inside: Client, headers: dict[str, str]) -> None:
    shown = text(inside.get("/help/components", headers=headers))
    for mark in MARKS:
        assert mark in shown, mark
    narrowed = text(inside.get("/help/components?town=s&reported=no", headers=headers))
    assert "0116" in narrowed
    assert "0115" not in narrowed


def test_the_specimens_can_be_ordered_by_their_figures() -> None:
    shown = specimens.listing(RequestFactory().get("/?sort=-pupils"))
    figures = [int(row.cells[2].text) for row in shown.rows]
    assert figures == sorted(figures, reverse=True)
    assert len(figures) == 5


def test_a_name_that_looks_like_a_formula_stays_a_name_in_a_workbook(db: None) -> None:
    rows = (Row((Cell(HOSTILE),)), Row((Cell("=1+1"),)))
    table = Table(Text("名单", "List"), (Column("name", Text("学校", "School")),), rows, 2)
    by = Acting(User(username="lin", name="林虚"), datetime(2025, 9, 1, tzinfo=UTC))
    answer = workbook(table, Text("名单", "List"), by, date(2025, 9, 1), "registry.organisation.export")
    sheet = load_workbook(io.BytesIO(answer.content))["名单"]
    cells = [cell for (cell,) in sheet.iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type) for cell in cells] == [(HOSTILE, "s"), ("=1+1", "s")]


# --- when something fails


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


class Broken:
    """The routes of the platform, and one that breaks."""

    urlpatterns = [*urls.urlpatterns, path("breaks", breaks, name="health")]  # noqa: RUF012
    handler403, handler404, handler500 = urls.handler403, urls.handler404, urls.handler500


@pytest.fixture
def failing(settings: Settings, db: None) -> Client:
    settings.ROOT_URLCONF = Broken
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(("headers", "words"), [({}, "没有成功"), (ENGLISH, "it is our fault")])
def test_a_defect_is_told_with_a_number_that_is_logged(
    failing: Client, headers: dict[str, str], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = failing.get("/breaks", headers=headers)
    assert answer.status_code == 500
    shown = text(answer)
    assert words in shown
    assert "broken on purpose" not in shown
    (logged,) = [record for record in caplog.records if record.name == pages.__name__]
    found = re.search(r"\b[0-9A-F]{4}\b", logged.getMessage())
    assert found is not None
    assert found[0] in shown
    assert logged.exc_info is not None
    assert "broken on purpose" in str(logged.exc_info[1])


def test_what_is_not_there_is_said_in_the_look(inside: Client, client: Client) -> None:
    for who in (inside, client):
        answer = who.get("/none")
        assert answer.status_code == 404
        assert "没有这个页面" in text(answer)
        assert 'class="header"' in text(answer)
    assert "There is no such page" in text(inside.get("/none", headers=ENGLISH))


def test_what_is_not_permitted_says_who_may(inside: Client) -> None:
    answer = inside.get("/trail")
    assert answer.status_code == 403
    assert "审计管理员" in text(answer)


def test_a_form_without_its_token_is_refused_in_words(by: Acting) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/sign-in", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "没有保存成功" in text(answer)


def test_a_refusal_is_worded_and_escaped(inside: Client) -> None:
    request = RequestFactory().get("/")
    answer = pages.refusal(request, Refused(HOSTILE, HOSTILE))
    assert answer.status_code == 422
    assert "<b>" not in text(answer).split("<main", 1)[1].split("</main>")[0]
    assert "&lt;b&gt;=1+1" in text(answer)
