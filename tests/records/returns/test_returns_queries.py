"""Who sees which campaigns and returns, and what a return's page asks; lists ask no more for more rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meihao.records.accounts.acting import Acting, Missing
from meihao.records.returns import actions, actions_review, queries, queries_cells
from meihao.records.returns.models import Return, ReturnState
from meihao.records.returns.queries_issuing import audience, authorities, issuable
from meihao.records.returns.queries_load import load
from tests.records.registry.district import console, holder, school
from tests.records.registry.people.school import classroom, pupil
from tests.records.returns.asked import (
    DISTRICT_FORM,
    FACT,
    FORM,
    ON,
    WHY,
    Asked,
    bureau,
    fresh,
    returns,
    rulebook,
    save,
    submit,
    typed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def filed(asked: Asked) -> Return:
    return next(one for one in returns(asked.issue()) if one.organisation == asked.schools[0])


def asking(what: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as found:
        what()
    return len(found)


# --- scope


def test_an_authority_sees_all_of_its_own_and_a_school_its_own(asked: Asked, filed: Return) -> None:
    elsewhere = Asked(1, bureau("990107"))
    other = elsewhere.issue()
    campaign = filed.campaign
    sees = {
        "section-officer": (asked.officer, 2),
        "bureau-head": (holder("bureau-head", asked.bureau), 2),
        "town-officer": (holder("town-officer", asked.town), 2),
        "clerk": (asked.clerk, 1),
        "principal": (holder("principal", asked.schools[1]), 1),
        "console": (console(), 2),
    }
    for role, (by, number) in sees.items():
        assert queries.returns_of(by, campaign).total == number, role
        shown = queries.campaigns(by)
        mine = [row for row in shown.rows if row.campaign == campaign]
        assert [row.total for row in mine] == [number], role
        assert shown.total == (2 if role == "console" else 1), role
    assert queries.campaign(asked.clerk, campaign.key) == campaign
    for by in (asked.officer, asked.clerk):
        with pytest.raises(Missing):
            queries.campaign(by, other.key)
        with pytest.raises(Missing):
            queries.one(by, returns(other)[0].key)
    with pytest.raises(Missing):
        queries.campaign(asked.clerk, campaign.key, "returns.campaign.write")
    other_school = next(one for one in returns(campaign) if one.pk != filed.pk)
    with pytest.raises(Missing):
        queries.one(asked.clerk, other_school.key)
    assert queries.versions(holder("clerk", asked.schools[1]), filed) == []


def test_mine_is_what_i_may_fill_in_until_it_is_closed(asked: Asked, filed: Return) -> None:
    later = asked.issue(on=ON + timedelta(days=1), due=date(2025, 12, 1))
    own = asked.issue(form=DISTRICT_FORM, audience=[asked.bureau])
    assert [row.campaign for row in queries.mine(asked.clerk)] == [filed.campaign, later]
    assert [row.name for row in queries.mine(asked.clerk)] == ["禾渚第1小学"] * 2
    assert [row.campaign for row in queries.mine(asked.officer)] == [own]
    actions.close(by=asked.officer, campaign=later, confirm=True)
    assert [row.campaign for row in queries.mine(asked.clerk)] == [filed.campaign]


# --- lists


def test_a_list_says_where_each_return_is(asked: Asked, filed: Return) -> None:
    submit(asked.clerk, filed)
    late = [one for one in returns(filed.campaign) if one.pk != filed.pk]
    actions.remind(by=asked.officer, campaign=filed.campaign, returns=late, text=WHY)
    rows = {row.filed.pk: row for row in queries.returns_of(asked.officer, filed.campaign).rows}
    mine, other = rows[filed.pk], rows[late[0].pk]
    assert (mine.name, mine.town, mine.versions, mine.reminders) == ("禾渚第1小学", "禾渚镇", 1, 0)
    assert mine.last_at == asked.clerk.at
    assert (other.versions, other.last_at, other.reminders) == (0, None, 1)
    due = filed.campaign.due
    assert [other.overdue(due), other.overdue(due + timedelta(days=1)), mine.overdue(date(2026, 9, 1))] == [
        False,
        True,
        False,
    ]
    assert queries.progress(asked.officer, filed.campaign) == dict.fromkeys(ReturnState, 0) | {
        ReturnState.SUBMITTED: 1,
        ReturnState.ASSIGNED: 1,
    }
    assert [one.text for one in queries.reminders(holder("clerk", asked.schools[1]), late[0])] == [WHY]


@pytest.mark.parametrize(
    ("narrowed", "names"),
    [
        ({"states": [ReturnState.SUBMITTED]}, {"禾渚第1小学"}),
        ({"states": [ReturnState.ASSIGNED, ReturnState.SUBMITTED]}, {"禾渚第1小学", "禾渚第2小学"}),
        ({"search": "第2"}, {"禾渚第2小学"}),
        ({"search": "没有的"}, set()),
    ],
)
def test_a_list_is_narrowed(
    asked: Asked, filed: Return, narrowed: dict[str, object], names: set[str]
) -> None:
    submit(asked.clerk, filed)
    found = queries.returns_of(asked.officer, filed.campaign, **narrowed)  # type: ignore[arg-type]
    assert {row.name for row in found.rows} == names
    by_code = queries.returns_of(asked.officer, filed.campaign, search=filed.code)
    assert [row.filed for row in by_code.rows] == [filed]


def test_fifty_rows_ask_as_many_questions_as_five() -> None:
    asked = Asked(50)
    few = asked.issue(audience=asked.schools[:5])
    many = asked.issue(on=ON + timedelta(days=1))
    for one in (*returns(few)[:3], *returns(many)[:20]):
        submit(holder("clerk", one.organisation), one)
    lists: list[Callable[[Acting, object], object]] = [
        lambda by, campaign: queries.returns_of(by, campaign, per_page=None),  # type: ignore[arg-type]
        queries.progress,  # type: ignore[list-item]
    ]
    for ask in lists:
        assert asking(lambda ask=ask: ask(asked.officer, few)) == asking(  # type: ignore[misc]
            lambda ask=ask: ask(asked.officer, many)  # type: ignore[misc]
        )
    assert asking(lambda: queries.campaigns(asked.officer, per_page=1)) == asking(
        lambda: queries.campaigns(asked.officer)
    )
    assert len(load(asked.officer, 2025, rulebook())) == 50
    unit = asked.schools[0]
    assert asking(lambda: load(asked.officer, 2025, rulebook())) == asking(
        lambda: load(asked.officer, 2025, rulebook(), unit)
    )


# --- one return, cell by cell


def test_the_draft_against_the_last_version(asked: Asked, filed: Return) -> None:
    assert queries_cells.differences_since_last(asked.clerk, filed, rulebook()) == []
    submit(asked.clerk, filed)
    actions_review.send_back(by=asked.officer, filed=filed, reason=WHY)
    row = typed(filed, primary_pupils="五百", teachers="０３０", graduates="7")
    del row["classes"]
    save(asked.clerk, filed, [row])
    found = queries_cells.differences_since_last(asked.clerk, filed, rulebook())
    assert [(one.cell, one.before, one.after) for one in found] == [
        ("0/primary_pupils", "500", "五百"),
        ("0/classes", "12", ""),
        ("0/graduates", "", "7"),
    ]
    ((version, reviews),) = queries.versions(asked.clerk, filed)
    assert (version.number, [one.reason for one in reviews]) == (1, [WHY])


def test_the_draft_s_faults_are_told_to_whoever_sees_it(asked: Asked, filed: Return) -> None:
    save(asked.clerk, filed, [typed(filed, teachers="三十", built_by_2016="否")], {"0/built_by_2016": WHY})
    told = queries_cells.checked(asked.officer, filed, rulebook())
    assert [(one.cell, one.severity, one.open) for one in told] == [
        ("0/built_by_2016", "explain", False),
        ("0/teachers", "must", True),
    ]
    with pytest.raises(Missing):
        queries_cells.checked(holder("clerk", asked.schools[1]), filed, rulebook())


def test_last_year_is_the_accepted_return_of_the_year_before(asked: Asked, filed: Return) -> None:
    for days, pupils, accepted in (
        (365, "520", True),
        (300, "530", False),
        (100, "515", True),
        (730, "510", True),
    ):
        campaign = asked.issue(on=ON - timedelta(days=days))
        one = next(one for one in returns(campaign) if one.organisation == asked.schools[0])
        submit(asked.clerk, one, primary_pupils=pupils)
        if accepted:
            actions_review.accept(by=asked.officer, filed=one, rulebook=rulebook())
    before = queries_cells.last_year(asked.clerk, filed)
    assert before["0/primary_pupils"] == "520"
    assert queries_cells.last_year(holder("clerk", asked.schools[1]), filed) == {}


def test_what_the_registry_knows_now(asked: Asked, filed: Return) -> None:
    assert "0/classes" not in queries_cells.known(asked.clerk, filed, rulebook())
    autumn = date(2025, 9, 1)
    unit = asked.schools[0]
    pupil(unit, 1, on=autumn, class_group=classroom(unit, 1, 1, on=autumn))
    now = queries_cells.known(asked.clerk, filed, rulebook())
    assert (now["0/classes"], now["0/primary_pupils"], now["0/junior_pupils"]) == ("1", "1", "0")
    assert fresh(filed).prefilled == filed.prefilled
    later = next(one for one in returns(asked.issue(on=ON + timedelta(days=1))) if one.organisation == unit)
    assert (later.prefilled["0/classes"], later.draft[0]["classes_upto_25"]) == ("1", "1")


def test_where_sources_differ_is_listed_with_what_was_decided(asked: Asked, filed: Return) -> None:
    submit(asked.clerk, filed, name="禾渚小学")
    other = next(one for one in returns(filed.campaign) if one.pk != filed.pk)
    submit(holder("clerk", other.organisation), other, name="石觅小学")
    cell = (FACT, filed.code, "name")
    asked_for = {"by": asked.officer, "authority": asked.bureau, "on": ON, "rulebook": rulebook()}
    for source in ("returns", "registry"):
        actions_review.hold(cell=cell, source=source, reason=WHY, **asked_for)  # type: ignore[arg-type]
    rows = queries_cells.disagreements(asked.officer, asked.bureau, ON, rulebook())
    assert [(row.disagreement.at[1], row.disagreement.open) for row in rows] == [
        (other.code, True),
        (filed.code, False),
    ]
    assert (rows[0].name, rows[0].title.zh, rows[0].held) == (other.code, "学校名称", None)
    assert (rows[1].name, rows[1].held and rows[1].held.source) == ("禾渚第1小学", "registry")
    assert queries_cells.held(asked.officer, asked.bureau, ON) == {cell: "registry"}
    with pytest.raises(Missing):
        queries_cells.disagreements(asked.clerk, asked.bureau, ON, rulebook())


def test_requests_are_seen_by_who_makes_snapshots(asked: Asked) -> None:
    first = actions_review.ask_snapshot(by=asked.officer, authority=asked.bureau, on=ON)
    elsewhere = Asked(1, bureau("990107"))
    second = actions_review.ask_snapshot(by=elsewhere.officer, authority=elsewhere.bureau, on=ON)
    assert queries_cells.requests(console()) == [first, second]
    assert queries_cells.requests(asked.officer) == [first]
    actions_review.done(by=console(), request=first)
    assert queries_cells.requests(console()) == [second]
    assert queries_cells.requests(console(), done=True) == [first]
    assert queries_cells.requests(asked.clerk) == []


# --- issuing


def test_what_may_be_issued_to_whom(asked: Asked) -> None:
    senior = school(asked.bureau, "石觅幼儿园", code="1199000001", type="111")  # type: ignore[arg-type]
    forms = {one.key for one in issuable(asked.bureau, ON, rulebook())}
    assert {FORM, DISTRICT_FORM} <= forms
    assert not {"cn/registry/pupil-form", "cn/compulsory-balance/table-i"} & forms
    assert authorities(asked.officer) == [(asked.bureau, "澄砚区教育局")]
    assert authorities(asked.clerk) == []
    schools = audience(asked.officer, asked.bureau, FORM, ON, rulebook())
    assert [one.organisation for one in schools] == asked.schools
    assert (schools[0].name, schools[0].town) == ("禾渚第1小学", "禾渚镇")
    kindergartens = audience(asked.officer, asked.bureau, "cn/preschool/kindergarten-return", ON, rulebook())
    assert [one.organisation for one in kindergartens] == [senior]
    (own,) = audience(asked.officer, asked.bureau, DISTRICT_FORM, ON, rulebook())
    assert (own.organisation, own.name, own.code) == (asked.bureau, "澄砚区教育局", "990106")
    homework = audience(asked.officer, asked.bureau, "cn/homework/class-return", ON, rulebook())
    assert {one.organisation for one in homework} == {*asked.schools, senior}


# --- load


def test_the_load_of_a_school_is_what_it_was_asked_and_typed(asked: Asked, filed: Return) -> None:
    submit(asked.clerk, filed)
    actions_review.send_back(by=asked.officer, filed=filed, reason=WHY)
    submit(asked.clerk, filed, name="禾渚小学")
    asked.issue(on=ON + timedelta(days=1), audience=asked.schools[:1])
    asked.issue(on=date(2026, 9, 1), due=date(2026, 10, 1))
    rows = {one.name: one for one in load(asked.officer, 2025, rulebook())}
    mine, other = rows["禾渚第1小学"], rows["禾渚第2小学"]
    typed_cells = len(typed(filed)) - 2  # type and code stay as the registry said; the name was changed
    assert (mine.forms, mine.asked, mine.prefilled, mine.typed) == (2, 2 * 68, 6, typed_cells)
    assert (mine.submissions, mine.returned) == (2, 1)
    assert (other.forms, other.asked, other.prefilled, other.typed, other.submissions) == (1, 68, 3, 0, 0)
    assert [one.name for one in load(asked.clerk, 2025, rulebook())] == ["禾渚第1小学"]
    assert load(asked.officer, 2025, rulebook(), asked.schools[1]) == [other]
    assert load(asked.officer, 2024, rulebook()) == []
