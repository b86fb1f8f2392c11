"""From review to lock: what goes back, what is accepted, closed and locked, and what the database keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from meihao.base.text import Refused
from meihao.records.accounts.acting import Missing, NotPermitted
from meihao.records.accounts.models import AuditEntry
from meihao.records.returns import actions, actions_filling, actions_review
from meihao.records.returns.actions import Unfinished
from meihao.records.returns.models import (
    Campaign,
    CampaignState,
    Outcome,
    RequestReason,
    Return,
    ReturnState,
    Review,
    SnapshotRequest,
    Submission,
    Via,
)
from tests.records.registry.district import console, holder
from tests.records.returns.asked import (
    ON,
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


# --- reviewing


def test_a_return_goes_back_with_a_reason_and_comes_in_again(asked: Asked, filed: Return) -> None:
    first = submit(asked.clerk, filed)
    review = actions_review.send_back(
        by=asked.officer, filed=filed, reason="小学人数与学籍不符", cells=["0/primary_pupils"]
    )
    assert (review.submission, review.outcome, review.cells) == (
        first,
        Outcome.RETURNED,
        ["0/primary_pupils"],
    )
    assert fresh(filed).state == ReturnState.RETURNED
    submit(asked.clerk, filed, primary_pupils="505")
    accepted = actions_review.accept(by=asked.officer, filed=filed, rulebook=rulebook())
    assert (accepted.submission.number, fresh(filed).state) == (2, ReturnState.ACCEPTED)
    assert Submission._plain.get(pk=first.pk).rows[0]["primary_pupils"] == "500"


@pytest.mark.parametrize(
    ("reason", "cells", "words"),
    [
        ("", [], "原因"),
        ("不对", [], "原因"),
        ("长" * 401, [], "原因"),
        (WHY, ["1/primary_pupils"], "没有「1/primary_pupils」"),
        (WHY, ["primary_pupils"], "没有"),
    ],
)
def test_what_cannot_go_back(asked: Asked, filed: Return, reason: str, cells: list[str], words: str) -> None:
    submit(asked.clerk, filed)
    with pytest.raises(Refused, match=words):
        actions_review.send_back(by=asked.officer, filed=filed, reason=reason, cells=cells)
    assert (Review._plain.count(), fresh(filed).state) == (0, ReturnState.SUBMITTED)


def test_what_is_not_in_is_not_reviewed_and_a_school_does_not_review_itself(
    asked: Asked, filed: Return
) -> None:
    with pytest.raises(Refused, match="没有可审核"):
        actions_review.accept(by=asked.officer, filed=filed, rulebook=rulebook())
    with pytest.raises(Refused, match="没有可审核"):
        actions_review.send_back(by=asked.officer, filed=filed, reason=WHY)
    submit(asked.clerk, filed)
    for by in (asked.clerk, holder("principal", asked.schools[0])):
        with pytest.raises(NotPermitted):
            actions_review.accept(by=by, filed=filed, rulebook=rulebook())
    elsewhere = Asked(1, bureau("990107"))
    with pytest.raises(Missing):
        actions_review.accept(by=elsewhere.officer, filed=filed, rulebook=rulebook())


def test_nothing_is_accepted_while_sources_differ_at_it(asked: Asked, filed: Return) -> None:
    submit(asked.clerk, filed, name="禾渚小学")
    with pytest.raises(Refused, match=r"1 处.*学校名称"):
        actions_review.accept(by=asked.officer, filed=filed, rulebook=rulebook())
    cell = ("cn/compulsory/campus", filed.code, "name")
    held = {"by": asked.officer, "authority": asked.bureau, "on": ON, "rulebook": rulebook(), "reason": WHY}
    with pytest.raises(Refused, match="没有这个来源"):
        actions_review.hold(cell=cell, source="school", **held)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="没有不一致"):
        actions_review.hold(cell=(*cell[:2], "classes"), source="registry", **held)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="原因"):
        actions_review.hold(cell=cell, source="registry", **(held | {"reason": "是"}))  # type: ignore[arg-type]
    with pytest.raises(NotPermitted):
        actions_review.hold(cell=cell, source="registry", **(held | {"by": asked.clerk}))  # type: ignore[arg-type]
    actions_review.hold(cell=cell, source="registry", **held)  # type: ignore[arg-type]
    actions_review.accept(by=asked.officer, filed=filed, rulebook=rulebook())
    assert fresh(filed).state == ReturnState.ACCEPTED


def test_a_list_of_schools_is_held_back_where_the_registry_calls_one_otherwise(asked: Asked) -> None:
    campaign = asked.issue(form="cn/institution/register-form", audience=[asked.bureau])
    (own,) = returns(campaign)
    assert [(row["name"], row["town"]) for row in own.draft] == [
        ("禾渚第1小学", "禾渚镇"),
        ("禾渚第2小学", "禾渚镇"),
    ]
    rows = [own.draft[0], own.draft[1] | {"name": "石觅小学"}]
    save(asked.officer, own, rows, {"1/name": WHY})
    actions_filling.submit(by=asked.officer, filed=own, rulebook=rulebook())
    with pytest.raises(Refused, match="1 处与其他来源不一致"):
        actions_review.accept(by=asked.officer, filed=own, rulebook=rulebook())
    actions_review.hold(
        by=asked.officer,
        authority=asked.bureau,
        on=ON,
        cell=("cn/institution/register", own.draft[1]["school_code"], "name"),
        source="returns",
        reason=WHY,
        rulebook=rulebook(),
    )
    actions_review.accept(by=asked.officer, filed=own, rulebook=rulebook())


# --- reminding, closing, locking


def test_only_who_is_not_in_is_reminded(asked: Asked, filed: Return) -> None:
    submit(asked.clerk, filed)
    campaign = filed.campaign
    late = [one for one in returns(campaign) if one.pk != filed.pk]
    (told,) = actions.remind(by=asked.officer, campaign=campaign, returns=late, text=" 请于周五前上报 ")
    assert (told.of, told.text) == (late[0], "请于周五前上报")
    for some, text in (([filed], WHY), ([], WHY), (late, " "), (late, "长" * 201)):
        with pytest.raises(Refused):
            actions.remind(by=asked.officer, campaign=campaign, returns=some, text=text)
    other = returns(asked.issue(on=ON + timedelta(days=1)))
    with pytest.raises(Refused):
        actions.remind(by=asked.officer, campaign=campaign, returns=other, text=WHY)


def test_a_campaign_is_closed_with_gaps_only_by_whoever_says_so(asked: Asked, filed: Return) -> None:
    campaign = filed.campaign
    with pytest.raises(Refused, match="填报中"):
        actions.lock(by=asked.officer, campaign=campaign)
    submit(asked.clerk, filed)
    with pytest.raises(Unfinished) as unfinished:
        actions.close(by=asked.officer, campaign=campaign)
    assert unfinished.value.outstanding == 2
    actions_review.accept(by=asked.officer, filed=filed, rulebook=rulebook())
    closed = actions.close(by=asked.officer, campaign=campaign, confirm=True)
    late = next(one for one in returns(campaign) if one.pk != filed.pk)
    assert (closed.state, closed.closed_by) == (CampaignState.CLOSED, asked.officer.name)
    with pytest.raises(Refused, match="已汇总"):
        save(holder("clerk", late.organisation), late, [{}])


def test_what_is_locked_never_changes(asked: Asked, filed: Return) -> None:
    submit(asked.clerk, filed, name="禾渚小学")
    campaign = filed.campaign
    late = next(one for one in returns(campaign) if one.pk != filed.pk)
    actions.close(by=asked.officer, campaign=campaign, confirm=True)
    before = entries()
    locked = actions.lock(by=asked.officer, campaign=campaign)
    assert locked.state == CampaignState.LOCKED
    assert entries() == before + 1
    request = SnapshotRequest._plain.get()
    assert (request.authority, request.on, request.reason, request.done_at) == (
        asked.bureau,
        ON,
        RequestReason.LOCK,
        None,
    )
    clerk = holder("clerk", late.organisation)
    hold = {"cell": ("cn/compulsory/campus", filed.code, "name"), "source": "registry", "reason": WHY}
    tried: list[Callable[[], object]] = [
        lambda: save(clerk, late, [typed(late)]),
        lambda: actions_filling.submit(by=clerk, filed=late, rulebook=rulebook()),
        lambda: actions_review.accept(by=asked.officer, filed=filed, rulebook=rulebook()),
        lambda: actions_review.send_back(by=asked.officer, filed=filed, reason=WHY),
        lambda: actions.remind(by=asked.officer, campaign=campaign, returns=[late], text=WHY),
        lambda: actions.close(by=asked.officer, campaign=campaign, confirm=True),
        lambda: actions.lock(by=asked.officer, campaign=campaign),
        lambda: actions_review.hold(
            by=asked.officer,
            authority=asked.bureau,
            on=ON,
            rulebook=rulebook(),
            **hold,  # type: ignore[arg-type]
        ),
    ]
    stood = list(Return._plain.order_by("pk").values())
    for one in tried:
        with pytest.raises(Refused, match="锁定"):
            one()
    assert list(Return._plain.order_by("pk").values()) == stood
    assert (SnapshotRequest._plain.count(), entries()) == (1, before + 1)


# --- snapshots


def test_a_snapshot_is_asked_for_once_and_made_once(asked: Asked) -> None:
    first = actions_review.ask_snapshot(by=asked.officer, authority=asked.bureau, on=ON)
    before = entries()
    assert actions_review.ask_snapshot(by=asked.officer, authority=asked.bureau, on=ON) == first
    assert entries() == before
    done = actions_review.done(by=console(), request=first)
    assert (done.done_by, done.done_at) == ("test", console().at)
    with pytest.raises(Refused, match="已经做过"):
        actions_review.done(by=console(), request=first)
    assert actions_review.ask_snapshot(by=asked.officer, authority=asked.bureau, on=ON) != first
    with pytest.raises(NotPermitted):
        actions_review.ask_snapshot(by=asked.clerk, authority=asked.bureau, on=ON)


# --- what the database keeps by itself


def test_the_database_refuses_to_change_what_was_handed_in(asked: Asked, filed: Return) -> None:
    submission = submit(asked.clerk, filed)
    review = actions_review.send_back(by=asked.officer, filed=filed, reason=WHY)
    changes: tuple[Callable[[], object], ...] = (
        lambda: Submission._plain.filter(pk=submission.pk).update(rows=[]),
        lambda: Review._plain.filter(pk=review.pk).update(reason="另一个"),
    )
    for change in changes:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


@pytest.mark.parametrize(
    "change",
    [
        {"state": CampaignState.LOCKED},
        {"state": CampaignState.CLOSED},
        {"due": ON - timedelta(days=1)},
        {"title": ""},
        {"closed_by": "某人"},
    ],
)
def test_the_database_refuses_a_campaign_that_cannot_be(filed: Return, change: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign._plain.filter(pk=filed.campaign_id).update(**change)


def test_the_database_refuses_a_return_that_cannot_be(filed: Return) -> None:
    other = Return._plain.exclude(pk=filed.pk).get()
    for change in (
        {"code": ""},
        {"code": other.code},
        {"organisation": other.organisation},
        {"state": "lost"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Return._plain.filter(pk=filed.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission._plain.create(
            of=filed, number=1, rows=[], digest="0" * 64, via=Via.WORKBOOK, at=console().at, by="某人"
        )
