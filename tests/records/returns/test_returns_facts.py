"""What schools handed in, as figures are told it: the last version, where it stands, and who is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from meihao.figures.gathering import SOURCES, Told, gathered
from meihao.figures.gathering import Asked as Wanted
from meihao.policy.kinds import Fact, Form
from meihao.records.returns import actions, actions_filling, actions_review
from meihao.records.returns.cases import faults_of
from meihao.records.returns.models import Return
from tests.records.returns.asked import (
    DISTRICT_FORM,
    FACT,
    FORM,
    ON,
    PLACE,
    WHY,
    Asked,
    fresh,
    returns,
    rulebook,
    save,
    submit,
)

pytestmark = pytest.mark.django_db
DISTRICT = "cn/compulsory/district"


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def filed(asked: Asked) -> Return:
    return next(one for one in returns(asked.issue()) if one.organisation == asked.schools[0])


def wanted(*keys: str, place: str = PLACE, on: object = ON) -> Wanted:
    return Wanted(place, on, {key: rulebook().get(Fact, key, ON, PLACE) for key in keys or (FACT,)})  # type: ignore[arg-type]


def told(of: Wanted | None = None) -> dict[tuple[str, str], Told]:
    return {(one.fact, one.identity): one for one in SOURCES["returns"](of or wanted())}


def test_a_unit_that_is_not_in_has_a_row_without_values(asked: Asked, filed: Return) -> None:
    save(asked.clerk, filed, [{"primary_pupils": "500"}])
    found = told()
    assert {identity for _, identity in found} == {one.code for one in returns(filed.campaign)}
    assert found[FACT, filed.code].values == {
        "school_code": filed.code,
        "name": "禾渚第1小学",
        "school_type": "小学",
    }


def test_the_last_version_is_told_with_where_it_stands(asked: Asked, filed: Return) -> None:
    submit(asked.clerk, filed)
    actions_review.send_back(by=asked.officer, filed=filed, reason=WHY)
    assert "primary_pupils" not in told()[FACT, filed.code].values  # sent back: known to exist, no more
    second = submit(asked.clerk, filed, primary_pupils="505")
    one = told()[FACT, filed.code]
    assert one.values["primary_pupils"] == Fraction(505)
    assert one.values["built_by_2010"] is True
    at = one.origins["primary_pupils"]
    assert (at.file, at.sha256) == (f"{filed.campaign.title} · 2", second.digest)
    assert (at.sheet, at.cell, at.form) == ("学校填报数据", "E11", FORM)  # the tenth field, below the heading
    actions_review.accept(by=asked.officer, filed=filed, rulebook=rulebook())
    assert told()[FACT, filed.code] == one


def test_only_the_place_the_day_and_the_facts_asked_for(asked: Asked, filed: Return) -> None:
    submit(asked.clerk, filed)
    assert told(wanted(place="990107")) == {}
    assert told(wanted(on=ON + timedelta(days=1))) == {}
    assert told(wanted(DISTRICT)) == {}


def test_what_the_district_says_for_every_school_is_handed_down(asked: Asked, filed: Return) -> None:
    submit(asked.clerk, filed)
    campaign = asked.issue(form=DISTRICT_FORM, audience=[asked.bureau])
    (own,) = returns(campaign)
    fact = rulebook().get(Fact, DISTRICT, ON, PLACE)
    form = rulebook().get(Form, DISTRICT_FORM, ON, PLACE)
    row = {spec.column: "0" for spec in form.fields if fact.columns[spec.column].type in ("count", "decimal")}
    row |= {
        "name": "澄砚区",
        "division_code": PLACE,
        "year": "2025",
        "primary_quota": "800",
        "junior_quota": "1000",
    }
    own = save(asked.officer, own, [row])
    for fault in faults_of(own, rulebook()):
        if fault.severity == "must":
            spec = fact.columns[fault.column]
            row[fault.column] = {"yesno": "是", "choice": spec.choices[0] if spec.choices else ""}.get(
                spec.type, "1"
            )
    own = save(asked.officer, own, [row])
    said = {one.cell: WHY for one in faults_of(own, rulebook())}
    own = save(asked.officer, own, [row], said)
    actions_filling.submit(by=asked.officer, filed=own, rulebook=rulebook())
    both = told(wanted(FACT, DISTRICT))
    school = both[FACT, filed.code]
    assert school.values["primary_quota"] == Fraction(800)
    assert school.origins["primary_quota"] == both[DISTRICT, PLACE].origins["primary_quota"]


def test_of_one_unit_all_is_told_and_the_rest_may_be_left(asked: Asked, filed: Return) -> None:
    submit(asked.clerk, filed, name="禾渚小学")
    whole = wanted()
    alone = replace(whole, unit=filed.code)
    for name, tells in SOURCES.items():
        of_unit = [one for one in tells(whole) if one.identity == filed.code]
        assert [one for one in tells(alone) if one.identity == filed.code] == of_unit, name
    assert gathered(alone, {}).disagreements == gathered(whole, {}).disagreements
    assert len(told(alone)) == 1 < len(told(whole))


def test_two_sources_agree_or_the_cell_is_open(asked: Asked, filed: Return) -> None:
    submit(asked.clerk, filed, name="禾渚小学")
    found = gathered(wanted(), {})
    assert [one.at for one in found.disagreements] == [(FACT, filed.code, "name")]
    assert found.tables[FACT].rows[filed.code].get("name") is None
    assert found.tables[FACT].rows[filed.code]["school_type"] == "小学"
    other = next(one for one in returns(filed.campaign) if one.pk != filed.pk)
    assert found.tables[FACT].rows[other.code]["name"] == "禾渚第2小学"


def test_what_is_told_is_the_same_after_the_lock(asked: Asked, filed: Return) -> None:
    submit(asked.clerk, filed)
    before = told()
    actions.close(by=asked.officer, campaign=filed.campaign, confirm=True)
    actions.lock(by=asked.officer, campaign=filed.campaign)
    assert told() == before
    assert fresh(filed).campaign.state == "locked"
