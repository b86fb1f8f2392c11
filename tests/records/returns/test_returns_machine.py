"""A campaign's life at random against a few lines of plain Python: 下发 填报 上报 审核 退回 汇总 锁定.

What must hold after every step: states and versions are those of the model, each change of state is one
entry in the trail, what is the same again writes nothing, and nothing that is locked changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from meihao.base.text import Refused
from meihao.figures.gathering import SOURCES
from meihao.figures.gathering import Asked as Wanted
from meihao.records.accounts import audit
from meihao.records.returns import actions, actions_filling, actions_review
from meihao.records.returns.models import Campaign, Return, SnapshotRequest, Submission
from tests.records.registry.district import holder
from tests.records.returns.asked import FACT, ON, PLACE, WHY, Asked, entries, fact, returns, rulebook, typed

pytestmark = pytest.mark.django_db
PUPILS = st.sampled_from(["500", "510", "520", "五百"])  # the last cannot be submitted
WHO = st.integers(0, 1)


@dataclass
class Filed:
    """One return, as the model knows it."""

    state: str = "assigned"
    draft: str = ""
    versions: list[str] = field(default_factory=list)


class Life(RuleBasedStateMachine):
    """One campaign of two schools."""

    @initialize()
    def issue(self) -> None:
        self.sid = transaction.savepoint()
        self.asked = Asked()
        self.clerks = [holder("clerk", unit) for unit in self.asked.schools]
        before = entries()
        self.campaign = self.asked.issue()
        assert entries() == before + 1
        by_unit = {one.organisation: one for one in returns(self.campaign)}
        self.filed = [by_unit[unit] for unit in self.asked.schools]
        self.model, self.state = [Filed(), Filed()], "issued"
        self.snapshots = 0
        self.locked_rows: list[list[dict[str, Any]]] | None = None

    def attempt(self, allowed: bool, writes: int, do: Any) -> Any:
        """An action that must work and leave so many entries, or be refused and leave none."""
        before, stood = entries(), self.rows()
        if allowed:
            found = do()
            assert entries() == before + writes
            return found
        with pytest.raises(Refused):
            do()
        assert (entries(), self.rows()) == (before, stood)
        return None

    def rows(self) -> list[list[dict[str, Any]]]:
        models: list[Any] = [Campaign, Return, Submission]
        return [list(model._plain.order_by("pk").values()) for model in models]

    # --- the school

    @rule(who=WHO, pupils=PUPILS)
    def save(self, who: int, pupils: str) -> None:
        one, filed = self.model[who], self.filed[who]
        allowed = self.state == "issued" and one.state in ("assigned", "draft", "returned")
        same = one.draft == pupils
        revision = Return._plain.get(pk=filed.pk).revision
        self.attempt(
            allowed,
            int(not same and one.state != "draft"),
            lambda: actions_filling.save(
                by=self.clerks[who],
                filed=filed,
                rows=[typed(filed, primary_pupils=pupils)],
                explained={},
                revision=revision,
            ),
        )
        if allowed and not same:
            one.state, one.draft = "draft", pupils

    @rule(who=WHO)
    def submit(self, who: int) -> None:
        one = self.model[who]
        sound = one.draft in ("500", "510", "520")
        again = sound and one.versions[-1:] == [one.draft]
        open_ = self.state == "issued" and one.state in ("assigned", "draft", "returned")
        done = self.attempt(
            again or (open_ and sound),
            int(not again),
            lambda: actions_filling.submit(by=self.clerks[who], filed=self.filed[who], rulebook=rulebook()),
        )
        if done is not None:
            assert done.again is again
        if done is not None and not again:
            one.state = "submitted"
            one.versions.append(one.draft)

    # --- the bureau

    @rule(who=WHO)
    def send_back(self, who: int) -> None:
        one = self.model[who]
        allowed = self.state == "issued" and one.state in ("submitted", "accepted")
        self.attempt(
            allowed,
            1,
            lambda: actions_review.send_back(
                by=self.asked.officer, filed=self.filed[who], reason=WHY, cells=["0/primary_pupils"]
            ),
        )
        if allowed:
            one.state = "returned"

    @rule(who=WHO)
    def accept(self, who: int) -> None:
        one = self.model[who]
        allowed = self.state in ("issued", "closed") and one.state == "submitted"
        self.attempt(
            allowed,
            1,
            lambda: actions_review.accept(by=self.asked.officer, filed=self.filed[who], rulebook=rulebook()),
        )
        if allowed:
            one.state = "accepted"

    @rule(confirm=st.booleans())
    def close(self, confirm: bool) -> None:
        whole = all(one.state == "accepted" for one in self.model)
        allowed = self.state == "issued" and (whole or confirm)
        self.attempt(
            allowed,
            1,
            lambda: actions.close(by=self.asked.officer, campaign=self.campaign, confirm=confirm),
        )
        if allowed:
            self.state = "closed"

    @rule()
    def lock(self) -> None:
        allowed = self.state == "closed"
        self.attempt(allowed, 1, lambda: actions.lock(by=self.asked.officer, campaign=self.campaign))
        if allowed:
            self.state, self.snapshots = "locked", 1
            self.locked_rows = self.rows()

    # --- what always holds

    @invariant()
    def what_stands_is_what_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        assert Campaign._plain.get(pk=self.campaign.pk).state == self.state
        for one, filed in zip(self.model, self.filed, strict=True):
            standing = Return._plain.get(pk=filed.pk)
            assert standing.state == one.state
            versions = Submission._plain.filter(of=filed).order_by("number")
            assert [row.rows[0]["primary_pupils"] for row in versions] == one.versions
            assert [row.number for row in versions] == list(range(1, len(one.versions) + 1))
        assert SnapshotRequest._plain.count() == self.snapshots
        assert self.locked_rows is None or self.rows() == self.locked_rows

    @invariant()
    def figures_are_told_what_is_in(self) -> None:
        if not hasattr(self, "model"):
            return
        told = {one.identity: one.values for one in SOURCES["returns"](Wanted(PLACE, ON, {FACT: fact()}))}
        for one, filed in zip(self.model, self.filed, strict=True):
            counts = one.versions[-1] if one.state in ("submitted", "accepted") else None
            value = told[filed.code].get("primary_pupils")
            assert (None if value is None else str(value)) == counts

    def teardown(self) -> None:
        """Every life ends with the lock, after which everything is tried once more."""
        if hasattr(self, "sid"):
            if self.state == "issued":
                self.close(confirm=True)
            self.lock()
            for who in (0, 1):
                self.save(who, "520")
                self.submit(who)
                self.send_back(who)
                self.accept(who)
            self.lock()
            self.what_stands_is_what_the_model_says()
            self.figures_are_told_what_is_in()
            assert list(audit.verify()) == []
            transaction.savepoint_rollback(self.sid)


# without shrinking: a step writes to a database, and a failure tells its steps as they are
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
Life.TestCase.settings = settings(max_examples=10, stateful_step_count=14, deadline=None, phases=_PHASES)


def test_a_campaign_at_random(db: None) -> None:
    Life.TestCase("runTest").runTest()
