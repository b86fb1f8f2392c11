"""What can happen to organisations: what each action writes, and what it refuses and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from meihao.base.text import Refused
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Missing, NotPermitted
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry import actions, actions_endings, actions_relations, queries, queries_card
from meihao.records.registry.models import (
    Code,
    CodeSystem,
    Event,
    Kind,
    Link,
    Organisation,
    Particulars,
    Relation,
    Type,
    holds_on,
)
from tests.records.registry.district import (
    BASIS,
    DAY,
    OPENED,
    District,
    code_of,
    console,
    holder,
    school,
    unit,
)


@pytest.fixture
def district(db: None) -> District:
    return District()


def name_on(organisation: Organisation, on: date) -> str | None:
    row = Particulars._plain.filter(holds_on(on), organisation=organisation).first()
    return row.name if row is not None else None


def code_on(organisation: Organisation, on: date) -> str | None:
    row = Code._plain.filter(holds_on(on), organisation=organisation, system=CodeSystem.INSTITUTION).first()
    return row.value if row is not None else None


def related(link: Link, upper: Organisation, lower: Organisation, on: date = DAY) -> bool:
    return Relation._plain.filter(holds_on(on), kind=link, upper=upper, lower=lower).exists()


def refused(call: Callable[..., Any], **wanted: Any) -> str:
    """What is said when it is refused; nothing at all was written."""
    before = (Event._plain.count(), Organisation._plain.count(), audit.head())
    with pytest.raises(Refused) as caught:
        call(console(), **{"on": DAY, "basis": BASIS, **wanted})
    assert (Event._plain.count(), Organisation._plain.count(), audit.head()) == before
    assert caught.value.text.en
    return caught.value.text.zh


def test_a_renamed_school_keeps_its_code_and_each_day_its_name(district: District) -> None:
    code = code_on(district.first, DAY)
    actions.rename(
        console(), organisation=district.first, name="禾渚第一小学", on=date(2020, 9, 1), basis=BASIS
    )
    assert name_on(district.first, date(2020, 8, 31)) == "禾渚镇中心小学"
    assert name_on(district.first, date(2020, 9, 1)) == "禾渚第一小学"
    assert {code_on(district.first, day) for day in (OPENED, DAY)} == {code}


def test_an_event_of_an_earlier_day_falls_into_its_place(district: District) -> None:
    for year, name in ((2020, "第三名小学"), (2014, "第二名小学")):
        actions.rename(console(), organisation=district.first, name=name, on=date(year, 9, 1), basis=BASIS)
    days = [date(2013, 1, 1), date(2016, 1, 1), date(2021, 1, 1)]
    assert [name_on(district.first, day) for day in days] == ["禾渚镇中心小学", "第二名小学", "第三名小学"]


def test_another_class_of_school_bears_a_new_code(district: District) -> None:
    old, new = code_on(district.first, DAY), code_of(Type.NINE_YEAR)
    says = refused(actions.convert, organisation=district.first, type=Type.NINE_YEAR)
    assert f"原标识码 {old} 停用" in says
    says = refused(actions.convert, organisation=district.first, type=Type.NINE_YEAR, code=code_of())
    assert "应为 31 开头" in says
    actions.convert(
        console(), organisation=district.first, type=Type.NINE_YEAR, code=new, on=DAY, basis=BASIS
    )
    assert code_on(district.first, DAY - timedelta(1)) == old
    assert code_on(district.first, DAY) == new
    assert "不再分配" in refused(
        actions.give_code, organisation=district.second, system="institution-code", value=str(old)
    )


def test_within_a_class_the_code_stays(district: District) -> None:
    code = code_on(district.first, DAY)
    wanted = {"organisation": district.first, "type": Type.TEACHING_POINT}
    assert "标识码仍为" in refused(actions.convert, **wanted, code=code_of())
    actions.convert(console(), **wanted, on=DAY, basis=BASIS)  # type: ignore[arg-type]
    assert code_on(district.first, DAY) == code


def test_the_schools_of_a_merger_end_and_their_campuses_go_on(district: District) -> None:
    campus = actions.open_campus(
        console(), organisation=district.second, name="石觅云根小学东校区", on=OPENED, basis=BASIS
    )
    east = Organisation._plain.get(kind=Kind.CAMPUS)
    assert campus.organisation == district.second
    taken = code_on(district.second, DAY) or ""
    actions_endings.merge(
        console(),
        members=[district.first, district.second],
        into=district.first,
        code=taken,
        on=date(2022, 9, 1),
        basis=BASIS,
    )
    assert name_on(district.second, date(2022, 8, 31)) == "石觅云根小学"
    assert name_on(district.second, date(2022, 9, 1)) is None
    assert code_on(district.first, DAY) == taken
    assert related(Link.CAMPUS, district.first, east)
    assert not related(Link.CAMPUS, district.second, east)
    assert related(Link.SUCCESSOR, district.first, district.second)
    assert not related(Link.LOCATED, district.town, district.second)
    assert related(Link.LOCATED, district.town, district.second, date(2022, 8, 31))


def test_schools_are_merged_into_a_new_one_with_the_code_of_one(district: District) -> None:
    taken = code_on(district.second, DAY) or ""
    recorded = actions_endings.merge_into_new(
        console(),
        members=[district.first, district.second],
        name="禾渚实验小学",
        type=Type.PRIMARY,
        under=district.bureau,
        code=taken,
        on=date(2022, 9, 1),
        basis=BASIS,
    )
    new = recorded.organisation
    assert (name_on(new, DAY), code_on(new, DAY)) == ("禾渚实验小学", taken)
    assert name_on(district.first, DAY) is name_on(district.second, DAY) is None
    actions_endings.reopen(console(), organisation=district.second, on=DAY, basis=BASIS)
    assert code_on(district.second, DAY) is None  # it is the new school's for good
    assert code_on(new, DAY) == taken


def test_a_reopened_unit_has_again_what_it_had(district: District) -> None:
    code = code_on(district.first, DAY)
    actions_endings.close(
        console(), organisation=district.first, on=date(2020, 1, 1), basis=BASIS, successor=district.second
    )
    assert code_on(district.first, date(2021, 1, 1)) is None
    actions_endings.reopen(console(), organisation=district.first, on=date(2022, 1, 1), basis=BASIS)
    assert (name_on(district.first, DAY), code_on(district.first, DAY)) == ("禾渚镇中心小学", code)
    assert not related(Link.LOCATED, district.town, district.first, date(2021, 1, 1))
    assert related(Link.LOCATED, district.town, district.first)
    assert name_on(district.first, date(2021, 1, 1)) is None


def test_a_school_lies_in_one_town_at_a_time(district: District) -> None:
    other = unit(Kind.TOWN, "石觅乡", district.bureau)
    actions_relations.relate(
        console(), link=Link.LOCATED, upper=other, lower=district.first, on=DAY, basis=BASIS
    )
    assert not related(Link.LOCATED, district.town, district.first)
    assert related(Link.LOCATED, other, district.first)


def test_a_group_has_members_until_they_part(district: District) -> None:
    group = unit(Kind.GROUP, "禾渚教育集团", district.bureau)
    pair = {"link": Link.MEMBER, "upper": group, "lower": district.first}
    actions_relations.relate(console(), **pair, on=date(2020, 1, 1), basis=BASIS, note="紧密型")  # type: ignore[arg-type]
    assert "已有这个关系" in refused(actions_relations.relate, **pair, note="紧密型")
    actions_relations.part(console(), **pair, on=date(2021, 1, 1), basis=BASIS)  # type: ignore[arg-type]
    assert "没有这个关系" in refused(actions_relations.part, **pair)
    assert related(Link.MEMBER, group, district.first, date(2020, 6, 1))
    assert not related(Link.MEMBER, group, district.first)


def test_what_cannot_be_is_refused_in_words(district: District) -> None:
    first, second = district.first, district.second
    rename, name = actions.rename, "某小学"
    assert "早于设立之日" in refused(rename, organisation=first, name=name, on=OPENED - timedelta(1))
    assert "太远" in refused(rename, organisation=first, name=name, on=DAY + timedelta(367))
    assert "已经是这样" in refused(rename, organisation=first, name="禾渚镇中心小学")
    assert "请填写名称" in refused(rename, organisation=first, name=" ")
    assert "最多 80 个字" in refused(rename, organisation=first, name="校" * 81)
    assert "只登记在幼儿园上" in refused(actions.change, organisation=first, inclusive=True)
    assert "不在代码表中" in refused(actions.change, organisation=first, ownership="royal")
    assert "至少改一项" in refused(actions.change, organisation=first)
    assert "不需要恢复" in refused(actions_endings.reopen, organisation=first)
    assert "合并至少要有两所" in refused(actions_endings.merge, members=[first], into=first)
    assert "上方应为教育集团" in refused(
        actions_relations.relate, link=Link.MEMBER, upper=second, lower=first
    )
    assert "承继关系由合并" in refused(
        actions_relations.relate, link=Link.SUCCESSOR, upper=second, lower=first
    )
    assert "不能与自己" in refused(actions_relations.relate, link=Link.FEEDS, upper=first, lower=first)
    assert "各有自己的登记表" in refused(
        actions.found_unit, kind=Kind.CAMPUS, name=name, under=district.bureau
    )
    assert "应为 21 开头" in refused(
        actions.found_institution, name=name, type="211", under=district.bureau, code=code_of(Type.JUNIOR)
    )
    assert "还有 3 个" in refused(actions_endings.close, organisation=district.bureau)
    actions.rename(console(), organisation=first, name=name, on=DAY, basis=BASIS)
    assert f"在 {DAY} 还有一项变更" in refused(
        actions_endings.close, organisation=first, on=DAY - timedelta(1)
    )
    actions_endings.close(console(), organisation=first, on=DAY, basis=BASIS)
    assert f"已于 {DAY} 撤销" in refused(rename, organisation=first, name="另一小学")


def test_the_same_form_twice_is_recorded_once(district: District) -> None:
    key, wanted = uuid4(), {"organisation": district.first, "name": "新名小学", "on": DAY, "basis": BASIS}
    one = actions.rename(console(), **wanted, key=key)  # type: ignore[arg-type]
    head, events = audit.head(), Event._plain.count()
    two = actions.rename(console(), **wanted, key=key)  # type: ignore[arg-type]
    assert (one.again, two.again, two.event, two.organisation) == (False, True, one.event, district.first)
    assert (audit.head(), Event._plain.count()) == (head, events)
    assert "已经用于另一项变更" in refused(actions.rename, **{**wanted, "name": "别名小学"}, key=key)
    found = {
        "name": "甲小学",
        "type": "211",
        "under": district.bureau,
        "on": DAY,
        "basis": BASIS,
        "key": uuid4(),
    }
    made = [actions.found_institution(console(), **found) for _ in range(2)]  # type: ignore[arg-type]
    assert made[0].organisation == made[1].organisation


def test_each_event_is_in_the_trail_and_in_the_history(district: District) -> None:
    officer = holder("section-officer", district.bureau)
    actions.rename(officer, organisation=district.first, name="新名小学", on=DAY, basis="澄教〔2025〕7号")
    entry = AuditEntry.objects.order_by("-seq").first()
    assert entry is not None
    assert (entry.action, entry.organisation) == ("registry.organisation.write", str(district.first.key))
    card = queries_card.organisation(officer, district.first.key, DAY)
    assert (card.history[0].basis, card.history[0].recorded_by) == ("澄教〔2025〕7号", officer.name)
    assert [line.zh for line in card.history[0].lines] == ["名称：新名小学", "简称：—"]
    assert list(audit.verify()) == []


def test_only_for_a_unit_that_is_theirs(district: District) -> None:
    other = unit(Kind.AUTHORITY, "别区教育局", district.bureau)
    stranger = holder("section-officer", other)
    principal = holder("principal", district.first)
    wanted = {"organisation": district.first, "name": "新名小学", "on": DAY, "basis": BASIS}
    with pytest.raises(Missing):
        actions.rename(stranger, **wanted)  # type: ignore[arg-type]
    with pytest.raises(NotPermitted):
        actions.rename(principal, **wanted)  # type: ignore[arg-type]
    with pytest.raises(Missing):
        actions.found_institution(
            stranger, name="甲小学", type="211", under=district.bureau, on=DAY, basis=BASIS
        )
    with pytest.raises(NotPermitted):  # a unit under nobody is the console's to found
        actions.found_unit(stranger, kind=Kind.AUTHORITY, name="丙局", under=None, on=DAY, basis=BASIS)
    with pytest.raises(Missing):  # one end is theirs, the other is not
        actions_relations.relate(
            stranger, link=Link.ADMINISTERS, upper=other, lower=district.first, on=DAY, basis=BASIS
        )
    assert Event._plain.filter(organisations=district.first).count() == 1


def test_a_list_for_a_day_has_the_schools_of_that_day(district: District) -> None:
    late = school(district.bureau, "晚设小学", on=DAY)
    assert late.key not in {row.key for row in queries.organisations(console(), DAY - timedelta(1)).rows}
    assert late.key in {row.key for row in queries.organisations(console(), DAY).rows}


@pytest.mark.parametrize("odd", ["\x01", "\u200b", "\u202e", "\uffff", "\ud800"])
def test_a_name_holds_no_letter_that_nobody_sees(district: District, odd: str) -> None:
    with pytest.raises(Refused, match=rf"U\+{ord(odd):04X}"):
        actions.rename(
            console(), organisation=district.first, name=f"禾{odd}渚小学", on=date(2025, 9, 1), basis=BASIS
        )


def test_a_name_may_hold_any_letter_of_any_plane(district: District) -> None:
    name = "𠮷村小学·Straße"
    actions.rename(console(), organisation=district.first, name=name, on=date(2025, 9, 1), basis=BASIS)
    assert queries.names([district.first.key], DAY)[str(district.first.key)] == name
