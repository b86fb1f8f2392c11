"""From issue to submission: each action does what it says, refuses what it must, and is in the trail."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from meihao.base.text import Refused
from meihao.records.accounts.acting import Missing, NotPermitted
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry.models import Code
from meihao.records.returns import actions_filling, actions_review
from meihao.records.returns.actions_filling import Stale, Wanting
from meihao.records.returns.models import (
    Campaign,
    Return,
    ReturnState,
    Submission,
    Via,
)
from tests.records.registry.district import holder, school
from tests.records.returns.asked import (
    DISTRICT_FORM,
    ON,
    PLUS,
    WHY,
    Asked,
    bureau,
    entries,
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
    """The first school's return of a campaign."""
    campaign = asked.issue()
    return next(one for one in returns(campaign) if one.organisation == asked.schools[0])


def last_entry() -> AuditEntry:
    return AuditEntry.objects.order_by("-seq")[0]


# --- issuing


def test_each_unit_gets_a_return_that_begins_with_what_the_registry_knows(asked: Asked) -> None:
    before = entries()
    campaign = asked.issue(title=" 2025 年学校填报 ")
    assert (campaign.title, campaign.place, campaign.fact) == (
        "2025 年学校填报",
        "990106",
        "cn/compulsory/campus",
    )
    found = returns(campaign)
    assert [one.organisation for one in found] == sorted(
        asked.schools, key=lambda unit: Code._plain.get(organisation=unit, system="institution-code").value
    )
    for one in found:
        assert one.state == ReturnState.ASSIGNED
        name = f"禾渚第{asked.schools.index(one.organisation) + 1}小学"
        assert one.draft == [{"name": name, "school_type": "小学", "school_code": one.code}]
        assert one.prefilled == {f"0/{column}": text for column, text in one.draft[0].items()}
    assert entries() == before + 1
    assert last_entry().action == "returns.campaign.write"


def test_who_may_not_issue(asked: Asked) -> None:
    with pytest.raises(NotPermitted):
        asked.issue(by=asked.clerk)
    elsewhere = Asked(1, bureau("990107"))
    with pytest.raises(Missing):
        asked.issue(audience=elsewhere.schools)
    with pytest.raises(Missing):
        elsewhere.issue(by=asked.officer)
    assert not Campaign._plain.exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"form": "cn/compulsory-balance/table-i"}, "没有可下发的表单"),
        ({"form": "cn/registry/unit-form"}, "没有可下发的表单"),
        ({"form": "cn/nothing/form"}, "没有可下发的表单"),
        ({"audience": []}, "至少选一个"),
        ({"form": DISTRICT_FORM}, "只能由教育行政部门填报"),
        ({"due": ON - timedelta(days=1)}, "截止日期"),
        ({"title": "  "}, "标题"),
        ({"title": "长" * 121}, "标题"),
    ],
)
def test_what_cannot_be_issued_says_why(asked: Asked, changed: dict[str, object], words: str) -> None:
    with pytest.raises(Refused, match=words):
        asked.issue(**changed)  # type: ignore[arg-type]
    assert not Campaign._plain.exists()
    assert entries() == 0


def test_a_deadline_that_is_past_and_a_unit_chosen_twice(asked: Asked) -> None:
    with pytest.raises(Refused, match="早于今天"):
        asked.issue(on=date(2025, 9, 1), due=date(2025, 10, 1))
    with pytest.raises(Refused, match="选了两次"):
        asked.issue(audience=[asked.schools[0]] * 2)
    with pytest.raises(Refused, match="只能由学校填报"):
        asked.issue(audience=[asked.bureau])


def test_a_unit_without_a_code_is_named(asked: Asked) -> None:
    bare = school(asked.bureau, "无码小学", code="")
    with pytest.raises(Refused, match=r"1 个单位.*没有代码.*无码小学"):
        asked.issue(audience=[*asked.schools, bare])


def test_the_same_form_of_the_same_day_is_asked_once(asked: Asked) -> None:
    asked.issue(audience=asked.schools[:1])
    with pytest.raises(Refused, match="禾渚第1小学"):
        asked.issue()
    asked.issue(audience=asked.schools[1:])
    asked.issue(on=ON + timedelta(days=1))
    asked.issue(form=PLUS)


def test_the_bureau_fills_in_its_own_form(asked: Asked) -> None:
    campaign = asked.issue(form=DISTRICT_FORM, audience=[asked.bureau])
    (own,) = returns(campaign)
    assert own.code == "990106"
    kept = save(asked.officer, own, [{"name": "澄砚区"}])
    assert kept.state == ReturnState.DRAFT


# --- saving


def test_a_draft_keeps_anything_as_it_was_typed(asked: Asked, filed: Return) -> None:
    before = entries()
    kept = save(asked.clerk, filed, [{"primary_pupils": " 五百人 ", "classes": ""}], {"0/classes": " "})
    assert kept.draft == [{"primary_pupils": " 五百人 "}]
    assert kept.explained == {}
    assert (kept.state, kept.revision, kept.saved_by) == (ReturnState.DRAFT, 1, asked.clerk.name)
    assert entries() == before + 1  # that it was begun; not each saving
    again = save(asked.clerk, kept, [{"primary_pupils": "501"}])
    assert (again.revision, entries()) == (2, before + 1)
    assert fresh(filed).draft == [{"primary_pupils": "501"}]


def test_what_no_database_keeps_is_not_kept(asked: Asked, filed: Return) -> None:
    typed_in = {"name": "禾\0渚\ud800小学", "no column": "1", "x" * 70: "1", "classes": "\0"}
    kept = save(asked.clerk, filed, [typed_in], {"0/name": WHY, "nowhere/": WHY})
    assert (kept.draft, kept.explained) == ([{"name": "禾渚?小学"}], {"0/name": WHY})
    assert fresh(filed).draft == kept.draft


def test_an_older_page_is_told_what_stands(asked: Asked, filed: Return) -> None:
    kept = save(asked.clerk, filed, [{"classes": "12"}])
    with pytest.raises(Stale) as stale:
        actions_filling.save(
            by=asked.clerk, filed=filed, rows=[{"classes": "13"}], explained={}, revision=filed.revision
        )
    assert stale.value.standing.draft == [{"classes": "12"}]
    assert fresh(filed).draft == [{"classes": "12"}]
    same = actions_filling.save(by=asked.clerk, filed=filed, rows=kept.draft, explained={}, revision=0)
    assert same.revision == kept.revision  # the same again, by a line that broke: nothing to refuse


def test_only_the_units_own_people_fill_in(asked: Asked, filed: Return) -> None:
    other = holder("clerk", asked.schools[1])
    for by in (other, asked.officer):
        with pytest.raises(Missing):
            save(by, filed, [{"classes": "12"}])
    with pytest.raises(NotPermitted):
        save(holder("teacher", asked.schools[0]), filed, [{"classes": "12"}])
    assert fresh(filed).draft == filed.draft


# --- submitting


def test_what_holds_is_submitted_as_canonical_texts(asked: Asked, filed: Return) -> None:
    save(asked.clerk, filed, [typed(filed, primary_pupils="５００", teaching_area="3,000.50")])
    before = entries()
    done = actions_filling.submit(by=asked.clerk, filed=filed, rulebook=rulebook())
    assert done.submission is not None
    said = done.submission.rows[0]
    assert (said["primary_pupils"], said["teaching_area"], said["built_by_2010"]) == ("500", "3000.5", "是")
    assert (done.submission.number, done.submission.via, done.again) == (1, Via.WEB, False)
    assert fresh(filed).state == ReturnState.SUBMITTED
    assert entries() == before + 1
    with pytest.raises(Refused, match="待审核"):
        save(asked.clerk, filed, [{}])


FAULTY = {
    "not a number": ({"primary_pupils": "五百"}, "0/primary_pupils", "must"),
    "empty": ({"teachers": ""}, "0/teachers", "must"),
    "sum": ({"classes_41_45": "11"}, "0/classes", "must"),
    "another school": ({"school_code": "2199000000"}, "0/school_code", "must"),
    "explain": ({"built_by_2016": "否"}, "0/built_by_2016", "explain"),
    "prefilled": ({"name": "禾渚小学"}, "0/name", "explain"),
    "required by another": ({"school_type": "九年一贯制", "junior_pupils": "10"}, "0/graduates", "must"),
}


@pytest.mark.parametrize("fault", FAULTY)
def test_a_fault_is_told_at_its_cell_and_nothing_is_written(asked: Asked, filed: Return, fault: str) -> None:
    changed, cell, severity = FAULTY[fault]
    save(asked.clerk, filed, [typed(filed, **changed)])
    before = entries()
    with pytest.raises(Wanting) as wanting:
        actions_filling.submit(by=asked.clerk, filed=filed, rulebook=rulebook())
    assert (cell, severity) in {(one.cell, one.severity) for one in wanting.value.faults}
    assert (Submission._plain.count(), fresh(filed).state, entries()) == (0, ReturnState.DRAFT, before)


@pytest.mark.parametrize(
    ("said", "goes"), [("", False), ("核对过", False), ("    核对过   ", False), (WHY, True)]
)
def test_an_explanation_says_something(asked: Asked, filed: Return, said: str, goes: bool) -> None:
    row = typed(filed, built_by_2016="否")
    save(asked.clerk, filed, [row], {"0/built_by_2016": said, "0/built_by_2010": WHY})
    if goes:
        done = actions_filling.submit(by=asked.clerk, filed=filed, rulebook=rulebook())
        assert done.submission is not None
        assert done.submission.explained["0/built_by_2016"] == said
    else:
        with pytest.raises(Wanting):
            actions_filling.submit(by=asked.clerk, filed=filed, rulebook=rulebook())


def test_no_explanation_mends_what_must_be_mended(asked: Asked, filed: Return) -> None:
    with pytest.raises(Wanting):
        submit(asked.clerk, filed, classes_41_45="11")


def test_the_same_again_writes_nothing_and_says_so(asked: Asked, filed: Return) -> None:
    first = submit(asked.clerk, filed)
    before = entries()
    again = actions_filling.submit(by=asked.clerk, filed=filed, rulebook=rulebook())
    assert (again.submission, again.again) == (first, True)
    actions_review.send_back(by=asked.officer, filed=filed, reason=WHY)
    same = actions_filling.submit(by=asked.clerk, filed=filed, rulebook=rulebook())
    assert (same.submission, same.again, fresh(filed).state) == (first, True, ReturnState.RETURNED)
    assert (Submission._plain.count(), entries()) == (1, before + 1)
    second = submit(asked.clerk, filed, primary_pupils="501")
    assert (second.number, fresh(filed).state) == (2, ReturnState.SUBMITTED)


def test_a_submit_from_an_older_page(asked: Asked, filed: Return) -> None:
    save(asked.clerk, filed, [typed(filed)])
    with pytest.raises(Stale):
        actions_filling.submit(by=asked.clerk, filed=filed, rulebook=rulebook(), revision=0)
    assert not Submission._plain.exists()


def test_a_completing_form_agrees_with_the_main_return(asked: Asked, filed: Return) -> None:
    submit(asked.clerk, filed)
    plus = next(one for one in returns(asked.issue(form=PLUS)) if one.organisation == asked.schools[0])
    row = plus.draft[0] | {"sponsor": "1", "urban_rural": "镇区", "boarding": "否", "primary_grades": "6"}

    def told(teachers: str) -> str:
        save(asked.clerk, plus, [row | {"primary_full_time": teachers}])
        with pytest.raises(Wanting) as wanting:
            actions_filling.submit(by=asked.clerk, filed=plus, rulebook=rulebook())
        return "".join(one.text.zh for one in wanting.value.faults if one.column == "primary_full_time")

    assert "31" in told("31")  # the main return says 30 teachers
    assert told("30") == ""
