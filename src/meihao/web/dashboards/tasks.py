"""我的任务: returns to fill in, what was sent back first; campaigns with something to review."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from meihao.base.text import Text
from meihao.records.accounts.acting import Acting
from meihao.records.registry import access
from meihao.records.returns import queries
from meihao.records.returns.models import CampaignState, ReturnState
from meihao.ui.tables import State

REVIEW = "returns.review.write"
_WAITING: dict[ReturnState, tuple[State, Text]] = {
    ReturnState.RETURNED: ("red", Text("已退回，请改正", "sent back: mend it")),
    ReturnState.DRAFT: ("yellow", Text("填写中", "begun")),
    ReturnState.ASSIGNED: ("blue", Text("未填", "not begun")),
}
_WORST: tuple[State, ...] = ("red", "yellow", "blue")
_OVERDUE = Text("已逾期", "overdue")


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: what, whose, where it stands, until when."""

    colour: State
    word: Text
    title: str
    whose: str
    href: str
    due: date


def tasks(by: Acting) -> list[Task]:
    """What this person has to do, the worst first, then by deadline."""
    found = [*_to_fill(by), *_to_review(by)]
    return sorted(found, key=lambda task: (_WORST.index(task.colour), task.due, task.title, task.whose))


def _to_fill(by: Acting) -> Iterator[Task]:
    for row in queries.mine(by):
        state = ReturnState(row.filed.state)
        if state in _WAITING:
            colour, word = _WAITING[state]
            if row.overdue(by.day):
                colour, word = "red", Text(f"{_OVERDUE.zh}，{word.zh}", f"{_OVERDUE.en}, {word.en}")
            href = reverse("returns:return", args=[row.filed.key])
            yield Task(colour, word, row.campaign.title, row.name, href, row.campaign.due)


def _to_review(by: Acting) -> Iterator[Task]:
    """Campaigns still being filled in, for whoever reviews them."""
    if not access.holds(by, REVIEW):
        return
    for row in queries.campaigns(by).rows:
        if row.campaign.state == CampaignState.ISSUED:
            href = reverse("returns:campaign", args=[row.campaign.key])
            waiting = row.counts[ReturnState.SUBMITTED]
            missing = sum(row.counts[state] for state in _WAITING)
            if waiting:
                word = Text(f"待审核 {waiting} 份", f"{waiting} to review")
                yield Task("yellow", word, row.campaign.title, row.authority, href, row.campaign.due)
            if missing and by.day > row.campaign.due:
                word = Text(f"逾期未报 {missing} 份", f"{missing} overdue")
                yield Task("red", word, row.campaign.title, row.authority, href, row.campaign.due)
