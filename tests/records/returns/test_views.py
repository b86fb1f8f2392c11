"""The pages of campaigns and returns, as a person opens them and as a form without a script sends them."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate
from openpyxl import load_workbook

from meihao.records.accounts.acting import Acting
from meihao.records.accounts.models import AuditEntry
from meihao.records.returns import actions_review
from meihao.records.returns.models import Campaign, CampaignState, Reminder, Return, ReturnState, Submission
from tests.records.registry.district import holder, school
from tests.records.returns.asked import FORM, ON, WHY, Asked, fresh, rulebook, save, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def campaign(asked: Asked) -> Campaign:
    return asked.issue(due=localdate() + timedelta(20))


@pytest.fixture
def filed(asked: Asked, campaign: Campaign) -> Return:
    return next(one for one in asked.returns(campaign) if one.organisation == asked.schools[0])


def opened(by: Acting) -> Client:
    assert by.user is not None
    client = Client()
    client.force_login(by.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def at(filed: Return, what: str = "") -> str:
    return f"/returns/r/{filed.key}{what and '/' + what}"


def plain(filed: Return, row: dict[str, str], **more: str) -> dict[str, str]:
    """What a browser without a script sends."""
    cells = {f"cell:0/{column}": value for column, value in row.items()}
    return {"revision": str(fresh(filed).revision), "verb": "save"} | cells | more


# --- filling in


def test_the_clerk_sees_what_is_to_be_filled_in_and_how_much_the_system_gave(
    asked: Asked, filed: Return
) -> None:
    client = opened(asked.clerk)
    assert at(filed) in text(client.get("/returns/"))
    page = text(client.get(at(filed)))
    assert f"其中 {len(filed.prefilled)} 项已由系统带出" in page
    assert 'name="cell:0/primary_pupils"' in page
    assert 'name="cell:0/school_code"' not in page  # whose return it is is not typed


def test_without_a_script_a_form_is_kept_and_leads_back(asked: Asked, filed: Return) -> None:
    client = opened(asked.clerk)
    answer = client.post(at(filed, "save"), plain(filed, typed(filed, primary_pupils="321")))
    assert answer["Location"] == at(filed)
    standing = fresh(filed)
    assert standing.draft[0]["primary_pupils"] == "321"
    assert standing.draft[0]["school_code"] == filed.code
    assert "已保存" in text(client.get(at(filed)))


def test_both_severities_stand_at_their_cells_and_above(asked: Asked, filed: Return) -> None:
    client = opened(asked.clerk)
    row = typed(filed, backbone_teachers="31", small_rural_50_99="是")
    client.post(at(filed, "save"), plain(filed, row))
    page = text(client.get(at(filed)))
    must = re.search(r'data-trouble="0/backbone_teachers">(.*?)</td>', page, re.DOTALL)
    assert must is not None
    assert "必须改正" in must[1]
    assert "<input" not in must[1]
    explain = re.search(r'data-trouble="0/small_rural_50_99">(.*?)</td>', page, re.DOTALL)
    assert explain is not None
    assert 'name="why:0/small_rural_50_99"' in explain[1]
    assert "有 2 处需要处理" in page
    assert "先改正 1 处" in page
    client.post(at(filed, "save"), plain(filed, row, **{"why:0/small_rural_50_99": "两名学生转学"}))
    assert "有 1 处需要处理" in text(client.get(at(filed)))


def test_a_script_is_answered_with_the_new_revision_and_how_cells_stand(asked: Asked, filed: Return) -> None:
    client, cells = opened(asked.clerk), '{"0/teachers": "3", "0/backbone_teachers": "9"}'
    told = client.post(
        at(filed, "save"), {"revision": "0", "cells": cells}, headers={"Accept": "application/json"}
    ).json()
    assert told["revision"] == fresh(filed).revision == 1
    assert told["cells"]["0/backbone_teachers"]["worst"] == "must"
    assert told["cells"]["0/teachers"]["worst"] == ""
    assert told["saved"].startswith("已保存 ")
    stale = client.post(
        at(filed, "save"),
        {"revision": "0", "cells": '{"0/teachers": "4"}'},
        headers={"Accept": "application/json"},
    )
    assert stale.status_code == 409
    assert fresh(filed).draft[0]["teachers"] == "3"


def test_an_older_page_stays_beside_what_is_saved_and_can_be_saved(asked: Asked, filed: Return) -> None:
    client, sent = opened(asked.clerk), plain(filed, {"teachers": "44"})
    save(asked.clerk, filed, [{"teachers": "33"}])
    answer = client.post(at(filed, "save"), sent)
    assert answer.status_code == 409
    page = text(answer)
    assert "从别处保存过" in page
    assert 'name="cell:0/teachers" value="44"' in page
    assert ">33<" in page
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision is not None
    client.post(at(filed, "save"), sent | {"revision": revision[1]})
    assert fresh(filed).draft[0]["teachers"] == "44"


def test_what_stands_in_the_way_is_told_and_what_is_in_order_is_handed_in_once(
    asked: Asked, filed: Return
) -> None:
    client = opened(asked.clerk)
    page = client.post(at(filed, "save"), plain(filed, {"teachers": "3"}, verb="hand-in"), follow=True)
    assert "还不能上报" in text(page)
    assert "确认上报" not in text(page)
    client.post(at(filed, "save"), plain(filed, typed(filed)))
    assert "可以上报了" in text(client.get(at(filed, "submit")))
    sent = {"key": str(uuid4()), "revision": str(fresh(filed).revision)}
    for _ in range(2):
        assert client.post(at(filed, "submit"), sent).status_code == 302
    assert fresh(filed).state == ReturnState.SUBMITTED
    assert Submission._plain.filter(of=filed).count() == 1
    read = text(client.get(at(filed)))
    assert "已提交过" in read
    assert 'name="cell:' not in read  # it can be read, and no longer written


# --- workbooks


def test_the_blank_has_what_is_known_and_comes_back_once(asked: Asked, filed: Return) -> None:
    client = opened(asked.clerk)
    save(asked.clerk, filed, [typed(filed)])
    answer = client.get(at(filed, "blank"))
    book = load_workbook(io.BytesIO(answer.content))
    said_ = {row[2].value: row[4].value for row in book["学校填报数据"].iter_rows(min_row=2)}
    assert str(said_["学校代码"]) == filed.code
    assert said_["专任教师总人数"] == 30
    assert AuditEntry.objects.filter(subject=f"return:{filed.key}").exists()
    for told in ("已上报", "没有重复写入"):
        file = io.BytesIO(answer.content)
        file.name = "school.xlsx"
        page = client.post(at(filed, "upload"), {"file": file}, follow=True)
        assert told in text(page)
    assert Submission._plain.filter(of=filed).count() == 1


def test_a_faulty_workbook_goes_back_whole_with_its_cells_and_a_marked_copy(
    asked: Asked, filed: Return
) -> None:
    client = opened(asked.clerk)
    save(asked.clerk, filed, [typed(filed)])
    book = load_workbook(io.BytesIO(client.get(at(filed, "blank")).content))
    sheet = book["学校填报数据"]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[2].value == "专任教师总人数")
    row[4].value = "三十"
    file = io.BytesIO()
    book.save(file)
    file.name = "school.xlsx"
    file.seek(0)
    before = fresh(filed).draft
    answer = client.post(at(filed, "upload"), {"file": file})
    assert answer.status_code == 422
    page = text(answer)
    assert f"学校填报数据!{row[4].coordinate}" in page
    assert 'href="data:application/vnd.openxmlformats' in page
    assert "非涉密系统" in page
    assert fresh(filed).draft == before


# --- the authority


def test_the_officer_issues_by_form_and_audience_once(asked: Asked) -> None:
    client = opened(asked.officer)
    ask = f"/returns/new?on={ON}&form={FORM}"
    page = text(client.get(ask))
    assert "全部 2 个单位" in page
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    sent = {
        "key": key[1],
        "authority": str(asked.bureau.key),
        "on": str(ON),
        "form": FORM,
        "title": "学年初填报",
        "due": str(localdate() + timedelta(10)),
        "which": "pick",
    }
    assert "请至少选一个单位" in text(client.post("/returns/new", sent))
    assert not Campaign._plain.exists()
    sent["unit"] = str(asked.schools[1].key)
    for _ in range(2):
        assert client.post("/returns/new", sent).status_code == 302
    made = Campaign._plain.get()
    assert [one.organisation for one in asked.returns(made)] == [asked.schools[1]]


def test_all_that_are_not_in_are_reminded_in_three_presses(asked: Asked, campaign: Campaign) -> None:
    client, page = opened(asked.officer), f"/returns/c/{campaign.key}"
    assert f'href="{page}/remind"' in text(client.get(page))
    form = text(client.get(f"{page}/remind"))
    key = re.search(r'name="key" value="([^"]+)"', form)
    assert key is not None
    for _ in range(2):
        assert client.post(f"{page}/remind", {"key": key[1], "text": "请尽快上报"})["Location"] == page
    assert Reminder._plain.count() == 2  # one a school, however often it is sent
    assert "请尽快上报" in text(opened(asked.clerk).get(at(asked.returns(campaign)[0])))


def test_a_campaign_with_gaps_is_closed_by_whoever_says_so_and_then_locked(
    asked: Asked, campaign: Campaign
) -> None:
    client, page = opened(asked.officer), f"/returns/c/{campaign.key}"
    answer = client.post(f"{page}/close", {"key": str(uuid4())})
    assert answer.status_code == 422
    assert "2 份报表中还有 2 份" in text(answer)
    client.post(f"{page}/close", {"key": str(uuid4()), "confirm": "on"})
    assert "锁定不能撤销" in text(client.get(f"{page}/lock"))
    client.post(f"{page}/lock", {"key": str(uuid4())})
    assert Campaign._plain.get().state == CampaignState.LOCKED


def test_two_cells_go_back_with_a_reason_and_stand_at_the_clerks_page(asked: Asked, filed: Return) -> None:
    asked.submit(filed)
    client = opened(asked.officer)
    sent = {"number": "1", "verdict": "return", "cell": ["0/teachers", "0/classes"]}
    bare = client.post(at(filed, "review"), sent | {"key": str(uuid4())})
    assert bare.status_code == 422
    assert 'value="0/teachers" checked' in text(bare)  # what was ticked is kept
    client.post(at(filed, "review"), sent | {"key": str(uuid4()), "reason": "请核对教师数和班数"})
    assert fresh(filed).state == ReturnState.RETURNED
    page = text(opened(asked.clerk).get(at(filed)))
    assert page.count("审核意见：请核对教师数和班数") == 2
    asked.submit(filed, teachers="31")
    review = text(client.get(at(filed, "review")))
    assert "与上一版相比" in review
    late = client.post(at(filed, "review"), {"number": "1", "verdict": "accept", "key": str(uuid4())})
    assert "最新一版" in text(late)
    client.post(at(filed, "review"), {"number": "2", "verdict": "accept", "key": str(uuid4())})
    assert fresh(filed).state == ReturnState.ACCEPTED
    versions = text(opened(asked.clerk).get(at(filed, "versions")))
    assert "上报过 2 版" in versions
    assert "31" in versions


def test_the_sheet_of_all_values_is_by_code_and_on_record(asked: Asked, filed: Return) -> None:
    asked.submit(filed)
    answer = opened(asked.officer).get(f"/returns/c/{filed.campaign.key}/values")
    rows = list(load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == sorted(one.code for one in asked.returns(filed.campaign))
    place = rows[0].index("小学学生人数")
    assert sorted(str(row[place]) for row in rows[1:]) == ["500", "…"]
    assert AuditEntry.objects.filter(action="returns.campaign.export").exists()


def test_where_sources_differ_one_is_decided_for_with_a_reason(asked: Asked, filed: Return) -> None:
    asked.submit(filed, school_type="九年一贯制")
    client = opened(asked.officer)
    page = text(client.get("/returns/differences"))
    assert "有 1 格各来源不一致" in page
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    hidden = {name: value.replace("&quot;", '"') for name, value in hidden.items()}
    sent = hidden | {"source": "returns", "reason": ""}
    assert client.post("/returns/differences", sent).status_code == 422
    assert client.post("/returns/differences", sent | {"reason": WHY}).status_code == 302
    assert "都已认定" in text(client.get("/returns/differences"))
    actions_review.accept(by=asked.officer, filed=filed, rulebook=rulebook())


# --- who may not


def test_another_schools_return_is_not_there(asked: Asked, campaign: Campaign) -> None:
    other = next(one for one in asked.returns(campaign) if one.organisation == asked.schools[1])
    client = opened(asked.clerk)
    for what in ("", "submit", "upload", "blank", "versions"):
        assert client.get(at(other, what)).status_code == 404, what
    assert client.post(at(other, "save"), plain(other, {"teachers": "1"})).status_code == 404
    assert fresh(other).revision == 0


def test_town_officers_and_inspectors_read_and_change_nothing(asked: Asked, filed: Return) -> None:
    asked.submit(filed)
    for by in (holder("town-officer", asked.town), holder("inspector", asked.bureau)):
        client = opened(by)
        assert client.get("/returns/").status_code == 200
        assert client.get(f"/returns/c/{filed.campaign.key}").status_code == 200
        page = client.get(at(filed))
        assert page.status_code == 200
        assert "500" in text(page)
        assert 'name="cell:' not in text(page)
        for what in ("save", "submit", "review", "upload"):
            assert client.post(at(filed, what), {"revision": "0"}).status_code == 403, what
        for what in ("remind", "close", "lock"):
            assert client.post(f"/returns/c/{filed.campaign.key}/{what}").status_code == 403, what
    assert Submission._plain.count() == 1


def test_every_page_is_in_english_too(asked: Asked, filed: Return) -> None:
    asked.submit(filed)
    client = opened(asked.officer)
    client.cookies["django_language"] = "en"
    for page in ("/returns/", f"/returns/c/{filed.campaign.key}", at(filed, "review"), "/returns/load"):
        said_ = text(client.get(page))
        assert 'lang="en"' in said_
        assert "Returns" in said_


# --- how many questions


LISTS = ("/returns/c/{key}", "/returns/load", "/returns/c/{key}/values", "/returns/")


def test_lists_ask_the_same_number_of_questions_however_long(asked: Asked) -> None:
    client, numbers = opened(asked.officer), []
    for on in (ON, ON - timedelta(365)):
        key = asked.issue(due=localdate() + timedelta(20), on=on).key
        numbers.append([_questions(client, f"{page.format(key=key)}?year={on.year}") for page in LISTS])
        asked.schools += [school(asked.bureau, f"澄砚第{n}小学", town=asked.town) for n in range(8)]
    assert numbers[0] == numbers[1]


def _questions(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)
