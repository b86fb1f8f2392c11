"""Where a return or a campaign stands on its way: 下发 → 填报 → 上报 → 审核 → 汇总 → 锁定, as words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localtime

from meihao.base.text import Text
from meihao.records.returns.models import Campaign, CampaignState, Return, ReturnState


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its word, whether it is behind us or ours now, and the day it fell or falls on."""

    title: Text
    past: bool
    current: bool
    on: date | None = None
    remark: Text | None = None


_TITLES = (
    Text("下发", "Issued"),
    Text("填报", "Filling in"),
    Text("上报", "Handing in"),
    Text("审核", "Review"),
    Text("汇总", "Closing"),
    Text("锁定", "Locked"),
)
_FILLING, _REVIEW, _CLOSING, _LOCKED = 1, 3, 4, 5


def of_campaign(campaign: Campaign, waiting: int) -> Sequence[Step]:
    """The steps of a campaign; `waiting` returns are not in yet."""
    at = _FILLING if waiting else _REVIEW
    return _steps(campaign, at)


def of_return(filed: Return) -> Sequence[Step]:
    """The steps of one unit's return."""
    at = {ReturnState.SUBMITTED: _REVIEW, ReturnState.ACCEPTED: _CLOSING}
    return _steps(filed.campaign, at.get(ReturnState(filed.state), _FILLING))


def _steps(campaign: Campaign, at: int) -> Sequence[Step]:
    if campaign.state == CampaignState.LOCKED:
        at = _LOCKED
    elif campaign.state == CampaignState.CLOSED:
        at = _CLOSING
    moments = {0: campaign.issued_at, 4: campaign.closed_at, 5: campaign.locked_at}
    found = []
    for number, title in enumerate(_TITLES):
        moment = moments.get(number)
        day = campaign.due if number == 2 else localtime(moment).date() if moment is not None else None
        remark = Text("截至", "by") if number == 2 else None
        found.append(Step(title, number < at, number == at, day, remark))
    return found
