"""What lists, cards and previews show, for whom, and at what cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from meihao.base.codes import credit_check
from meihao.base.stages import Stage
from meihao.base.text import Refused
from meihao.records.accounts import audit
from meihao.records.registry import (
    actions,
    actions_endings,
    actions_relations,
    queries,
    queries_card,
    queries_grants,
)
from meihao.records.registry.forms import FOUNDINGS, RECORDINGS, recordings
from meihao.records.registry.models import Event, Kind, Link, Organisation, Ownership, Type
from meihao.records.registry.preview import preview
from meihao.records.registry.queries import Asked
from tests.records.registry.district import (
    BASIS,
    DAY,
    OPENED,
    District,
    console,
    grant,
    holder,
    person,
    school,
    unit,
)


@pytest.fixture
def district(db: None) -> District:
    return District()


def names(asked: Asked, day: date = DAY) -> list[str]:
    return [row.name for row in queries.organisations(console(), day, asked).rows]


def test_a_list_is_searched_by_name_pinyin_and_code(district: District) -> None:
    code = queries.organisations(console(), DAY).rows[0].code
    assert names(Asked(search="云根")) == ["石觅云根小学"]
    assert names(Asked(search="shimi yungen")) == ["石觅云根小学"]
    assert names(Asked(search="SMYG")) == ["石觅云根小学"]
    assert names(Asked(search=code[:8])) == ["禾渚镇中心小学", "石觅云根小学"]
    assert names(Asked(search=code)) == ["禾渚镇中心小学"]
    assert names(Asked(search="没有这所")) == []
    assert names(Asked(search="%")) == names(Asked(search="_")) == []
    actions.rename(console(), organisation=district.first, name="禾渚小学", on=DAY, basis=BASIS)
    assert names(Asked(search="hezhuzhen")) == []  # a name of another day is not found on this one
    assert names(Asked(search="hezhuzhen"), date(2024, 1, 1)) == ["禾渚镇中心小学"]


def test_a_list_is_narrowed(district: District) -> None:
    other = unit(Kind.TOWN, "石觅乡", district.bureau)
    group = unit(Kind.GROUP, "禾渚教育集团", district.bureau)
    garden = school(
        district.bureau, "砚芽幼儿园", type=Type.KINDERGARTEN, town=other, ownership=Ownership.PRIVATE
    )
    actions_relations.relate(
        console(), link=Link.MEMBER, upper=group, lower=district.first, on=DAY, basis=BASIS
    )
    assert names(Asked(towns=[str(other.key)])) == ["砚芽幼儿园"]
    assert names(Asked(types=["111"])) == names(Asked(ownerships=["private"])) == ["砚芽幼儿园"]
    assert names(Asked(groups=[str(group.key)])) == ["禾渚镇中心小学"]
    assert names(Asked(groups=[str(group.key)]), OPENED) == []
    assert names(Asked(kinds=[Kind.TOWN])) == ["石觅乡", "禾渚镇"]
    by_code = queries.organisations(console(), DAY).rows
    assert [row.code for row in by_code] == sorted(row.code for row in by_code)
    assert {row.name: row.town for row in by_code}["砚芽幼儿园"] == "石觅乡"
    standing = {one.key: one for one in queries.as_of_snapshot(console(), DAY)}[garden.key]
    assert (standing.type, standing.stages) == (Type.KINDERGARTEN, frozenset({Stage.PRESCHOOL}))


def test_pages_of_a_list(district: District) -> None:
    for n in range(5):
        school(district.bureau, f"第{n}小学")
    pages = [queries.organisations(console(), DAY, page=n, per_page=3) for n in (1, 2, 3, 4)]
    assert [(len(page.rows), page.total) for page in pages] == [(3, 7), (3, 7), (1, 7), (0, 7)]
    keys = [row.key for page in pages for row in page.rows]
    assert len(set(keys)) == 7
    assert keys == [row.key for row in queries.exported(console(), DAY).rows]


def cost(ask: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)


def test_a_list_costs_the_same_whatever_its_length(district: District) -> None:
    by = holder("section-officer", district.bureau)
    security = person(office="security-admin")

    def costs() -> list[int]:
        return [
            cost(lambda: queries.organisations(by, DAY, Asked(search="小学"))),
            cost(lambda: queries.exported(by, DAY)),
            cost(lambda: queries.as_of_snapshot(by, DAY)),
            cost(lambda: queries_card.organisation(by, district.bureau.key, DAY)),
            cost(lambda: queries_grants.grants(security, DAY)),
        ]

    few = costs()
    assert len(queries.exported(by, DAY).rows) < 5
    for n in range(45):
        grant(person(), "clerk", school(district.bureau, f"第{n}小学", town=district.town))
    assert len(queries.exported(by, DAY).rows) > 45
    assert costs() == few


def test_what_may_be_carried_away_is_an_action_of_its_own(district: District) -> None:
    researcher, officer = holder("research", district.bureau), holder("section-officer", district.bureau)
    assert queries.organisations(researcher, DAY).total == 2
    assert queries.exported(researcher, DAY).rows == []
    assert len(queries.exported(officer, DAY).rows) == 2


def test_a_card_shows_the_day_and_the_whole_history(district: District) -> None:
    actions.rename(console(), organisation=district.first, name="禾渚小学", on=date(2020, 9, 1), basis="文一")
    actions_endings.close(
        console(), organisation=district.first, on=date(2022, 9, 1), basis="文二", successor=district.second
    )
    by = holder("section-officer", district.bureau)
    was = queries_card.organisation(by, district.first.key, date(2019, 1, 1))
    assert was.name == "禾渚镇中心小学"
    assert {fact.title.zh: fact.value.zh for fact in was.facts}["办学类型"] == "小学"
    assert {(one.title.zh, one.name) for one in was.relations} == {
        ("主管单位", "澄砚区教育局"),
        ("所在乡镇（街道）", "禾渚镇"),
    }
    now = queries_card.organisation(by, district.first.key, DAY)
    assert (now.name, now.facts) == ("禾渚小学", [])
    assert [(one.title.zh, one.name) for one in now.relations] == [("由其承继", "石觅云根小学")]
    assert [past.basis for past in now.history] == ["文二", "文一", BASIS]
    assert queries_card.organisation(by, district.first.key, date(2000, 1, 1)).facts == []


def test_each_thing_on_a_card_holds_since_it_last_was_something_else(district: District) -> None:
    """Renamed there and back, and made private in between: the type is still that of the founding."""
    told: dict[str, Any] = {"organisation": district.first, "basis": BASIS}
    actions.rename(console(), name="禾渚镇一小", on=date(2020, 9, 1), **told)
    actions.change(console(), ownership=Ownership.PRIVATE, on=date(2021, 9, 1), **told)
    actions.rename(console(), name="禾渚镇中心小学", on=date(2022, 9, 1), **told)
    facts = queries_card.organisation(console(), district.first.key, DAY).facts
    since = {fact.title.zh: fact.since for fact in facts}
    assert since["名称"] == date(2022, 9, 1)
    assert since["办别"] == date(2021, 9, 1)
    assert since["办学类型"] == OPENED


def test_a_preview_says_what_changes_and_changes_nothing(district: District) -> None:
    head, count = audit.head(), Event._plain.count()
    wanted = {"organisation": district.first, "name": "禾渚小学", "on": DAY, "basis": BASIS}
    found = preview(lambda: actions.rename(console(), **wanted))  # type: ignore[arg-type]
    assert [(one.unit, one.what.zh, one.before.zh, one.after.zh) for one in found] == [
        ("禾渚小学", "名称", "禾渚镇中心小学", "禾渚小学")
    ]
    merged = preview(
        lambda: actions_endings.merge(
            console(), members=[district.second], into=district.first, on=DAY, basis=BASIS
        )
    )
    assert ("石觅云根小学", "名称", "石觅云根小学", "—") in {
        (one.unit, one.what.zh, one.before.zh, one.after.zh) for one in merged
    }
    new = preview(
        lambda: actions.found_institution(
            console(), name="新小学", type="211", under=district.bureau, on=DAY, basis=BASIS
        )
    )
    assert {one.unit for one in new} == {"新小学"}
    with pytest.raises(Refused):
        preview(lambda: actions.rename(console(), **{**wanted, "name": ""}))  # type: ignore[arg-type]
    assert (audit.head(), Event._plain.count()) == (head, count)


CREDIT = "12990106MB0000001" + credit_check("12990106MB0000001")
ANSWERS: dict[str, dict[str, str | list[str]]] = {
    "rename": {"name": "禾渚小学"},
    "convert": {"type": "218"},
    "change": {"ownership": "private", "inclusive": ""},
    "code": {"system": "uscc", "value": CREDIT},
    "campus": {"name": "东校区"},
    "relate": {"link": "member", "upper": "group"},
    "part": {"link": "located", "upper": "town"},
    "merge": {"members": ["second"]},
    "close": {"successor": "second"},
    "school": {"name": "新小学", "type": "211", "under": "bureau", "town": "town"},
    "unit": {"kind": "zone", "name": "新学区", "under": "bureau"},
    "merger": {"name": "新小学", "type": "211", "under": "bureau", "members": ["first", "second"]},
    "reopen": {},
}


@pytest.mark.parametrize("what", [*RECORDINGS, *FOUNDINGS])
def test_each_form_records_what_it_asks(district: District, what: str) -> None:
    """By an officer's own choices: a unit is chosen by its key."""
    by = holder("section-officer", district.bureau)
    group = unit(Kind.GROUP, "禾渚教育集团", district.bureau)
    keys = {
        name: str(one.key)
        for name, one in {**vars(district), "group": group}.items()
        if isinstance(one, Organisation)
    }
    if what == "reopen":
        actions_endings.close(console(), organisation=district.first, on=date(2024, 1, 1), basis=BASIS)
    data = QueryDict(mutable=True)
    for name, said in {"on": "2025-10-20", "basis": BASIS, "key": str(uuid4()), **ANSWERS[what]}.items():
        data.setlist(name, [keys.get(one, one) for one in (said if isinstance(said, list) else [said])])
    recording = {**RECORDINGS, **FOUNDINGS}[what]
    form = recording.form(by, district.first if recording.about else None, data)
    assert form.is_valid(), form.errors
    count = Event._plain.count()
    assert preview(lambda: recording.run(form)) != []
    assert Event._plain.count() == count
    again = form.as_confirmation()
    assert again.is_valid()
    assert again.cleaned_data["confirmed"]
    assert all(field.widget.is_hidden for field in again.fields.values())
    assert recording.run(again).again is False
    assert recording.run(again).again is True
    assert Event._plain.count() == count + 1


def test_only_a_school_is_converted_or_merged() -> None:
    assert set(RECORDINGS) - set(recordings(Kind.TOWN)) == {"convert", "campus", "merge"}
    assert recordings(Kind.INSTITUTION) == RECORDINGS
