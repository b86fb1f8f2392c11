"""The life of an issued document, who may change it, and that nothing is half done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from meihao.base.text import Refused
from meihao.records.accounts import audit
from meihao.records.accounts.acting import Missing, NotPermitted
from meihao.records.accounts.models import AuditEntry
from meihao.records.library import actions, actions_clauses, queries, shelf
from meihao.records.library.actions import File, Term
from meihao.records.library.models import Clause, Document, Version
from meihao.records.library.queries import State
from tests.records.library.conftest import DAY, TRIAL, Cast

TEXT = File("办法.txt", "第一条 甲。".encode())


def entered(cast: Cast, **more: object) -> Version:
    return actions.enter_document(by=cast.officer, what=cast.what(**more), term=TRIAL, file=TEXT)  # type: ignore[arg-type]


def key(version: Version) -> str:
    return str(version.document.key)


def stored() -> list[str]:
    return sorted(path.name for path in shelf.folder().glob("??/*"))


def test_a_life_trial_extended_final_repealed(cast: Cast) -> None:
    first = entered(cast)
    assert queries.state(first, DAY) is State.TRIAL
    extended = actions.extend_trial(by=cast.officer, key=key(first), until=date(2026, 7, 1), basis="延期通知")
    assert queries.state(extended, date(2026, 6, 30)) is State.TRIAL
    assert queries.state(extended, date(2026, 7, 1)) is State.LAPSED
    final = actions.issue_version(
        by=cast.officer, key=key(first), term=Term(since=date(2026, 5, 1), basis="澄教〔2026〕3号")
    )
    assert final.replaces == first
    first.refresh_from_db()
    assert (first.until, first.ended_by) == (date(2026, 5, 1), "澄教〔2026〕3号")
    actions.repeal(by=cast.officer, key=key(first), on=date(2027, 1, 1), basis="清理决定")
    standing = {
        day: [row.key for row in queries.in_force(cast.officer, day)]
        for day in map(date.fromisoformat, ("2023-12-31", "2024-01-01", "2026-05-01", "2027-01-01"))
    }
    assert list(standing.values()) == [[], [first.key], [final.key], []]
    assert list(audit.verify()) == []
    assert [entry.action.rsplit(".", 1)[1] for entry in AuditEntry.objects.order_by("seq")] == [
        *("enter", "extend", "issue", "repeal"),
    ]


def test_the_text_is_kept_by_its_hash_and_handed_out_as_it_was(cast: Cast) -> None:
    version = entered(cast)
    assert stored() == [version.sha256]
    for by in (cast.officer, cast.reader):
        assert actions.hand_out(by=by, key=str(version.key)).data == TEXT.data
    assert AuditEntry.objects.filter(action=queries.EXPORT).count() == 2
    shelf.path_of(version.sha256).write_bytes(b"something else")
    with pytest.raises(Refused, match="不一致"):
        actions.hand_out(by=cast.officer, key=str(version.key))


def test_a_file_goes_where_its_row_fails_and_stays_where_another_row_has_it(cast: Cast) -> None:
    with pytest.raises(Refused, match="期满"):
        actions.enter_document(by=cast.officer, what=cast.what(), term=replace(TRIAL, trial=False), file=TEXT)
    assert stored() == []
    assert (Document._plain.count(), AuditEntry.objects.count()) == (0, 0)
    version = entered(cast)
    with pytest.raises(Refused, match="已在库中"):
        entered(cast)
    assert stored() == [version.sha256]


def test_a_sweep_takes_what_nothing_names_and_nothing_else(cast: Cast) -> None:
    version = entered(cast)
    with shelf.kept(b"lost in a crash") as lost:
        pass
    shelf.path_of(lost).with_name(f".{lost}").write_bytes(b"half")
    with pytest.raises(NotPermitted):
        actions.sweep(by=cast.officer)
    assert sorted(actions.sweep(by=cast.console)) == sorted([f".{lost}", lost])
    assert stored() == [version.sha256]
    assert actions.sweep(by=cast.console) == []


def test_who_may_change_what(cast: Cast) -> None:
    version = entered(cast)
    ends = {"on": date(2026, 1, 1), "basis": "决定"}
    with pytest.raises(NotPermitted):
        actions.repeal(by=cast.reader, key=key(version), **ends)  # type: ignore[arg-type]
    for by in (cast.stranger, cast.teacher, cast.nobody):
        with pytest.raises(Missing):
            actions.repeal(by=by, key=key(version), **ends)  # type: ignore[arg-type]
    with pytest.raises(Missing):
        actions.enter_document(by=cast.stranger, what=cast.what(), term=TRIAL)
    for by in (cast.reader, cast.teacher, cast.nobody):
        with pytest.raises(NotPermitted):
            actions.enter_document(by=by, what=cast.what(shelf=""), term=TRIAL)
    Document._plain.update(public=True)
    with pytest.raises(NotPermitted):  # they may read it now, so it is there
        actions.repeal(by=cast.stranger, key=key(version), **ends)  # type: ignore[arg-type]
    version.refresh_from_db()
    assert version.until is None


def test_what_a_person_can_get_wrong_is_said(cast: Cast) -> None:
    version = entered(cast)
    this: dict[str, Any] = {"by": cast.officer, "key": key(version)}
    early, late = date(2023, 1, 1), date(2026, 2, 1)
    for wrong, says in (
        (lambda: actions.issue_version(**this, term=Term(since=early)), "须晚于上一版本"),
        (lambda: actions.issue_version(**this, term=Term(since=None)), "施行日期"),
        (lambda: actions.extend_trial(**this, until=date(2025, 1, 1), basis="a"), "须晚于原定"),
        (lambda: actions.extend_trial(**this, until=late, basis=" "), "依据"),
        (lambda: actions.repeal(**this, on=early, basis="a"), "须晚于施行日"),
        (lambda: entered(cast, title="《》"), "标题"),
        (lambda: entered(cast, title="字" * 201), "最多 200 字"),
        (lambda: entered(cast, kind="poem"), "种类"),
    ):
        with pytest.raises(Refused, match=says):
            wrong()  # type: ignore[no-untyped-call]
    actions.repeal(**this, on=late, basis="决定")
    with pytest.raises(Refused, match="已于 2026-02-01 终止"):
        actions.extend_trial(**this, until=date(2026, 9, 1), basis="a")
    actions.issue_version(**this, term=Term(since=date(2026, 3, 1)))
    assert Version._plain.filter(until__isnull=False).get().until == late


def test_clauses_come_in_once_and_a_revision_is_a_version(cast: Cast) -> None:
    version = entered(cast)
    this: dict[str, Any] = {"by": cast.officer, "key": key(version)}
    taken = actions_clauses.add_clauses(**this, pasted="第一条 甲\n第二条 乙")
    assert (taken.added, taken.filled) == (2, 0)
    with pytest.raises(Refused, match="第二条 已有条文"):
        actions_clauses.add_clauses(**this, pasted="第二条 丙\n第三条 丁")
    assert Clause._plain.count() == 2
    actions.issue_version(**this, term=Term(since=DAY))
    actions_clauses.add_clauses(**this, pasted="第一条 甲甲")
    old, new = (queries.document(cast.reader, key(version), day) for day in (DAY - timedelta(1), DAY))
    assert [[(one.anchor, one.text) for one in card.clauses] for card in (old, new)] == [
        [("c1", "甲"), ("c2", "乙")],
        [("c1", "甲甲")],
    ]


def test_the_database_itself_holds_what_always_holds(cast: Cast) -> None:
    version = entered(cast)
    document = version.document
    for wrong in (
        lambda: Version.objects.create(document=document, since=date(2030, 1, 1)),
        lambda: Version._plain.filter(pk=version.pk).update(until=version.since),
        lambda: Version._plain.filter(pk=version.pk).update(trial=False),
        lambda: Version._plain.filter(pk=version.pk).update(filename=""),
        lambda: Document._plain.update(organisation=None),
        lambda: Document._plain.update(title=""),
        lambda: (
            Document.objects.create(title=document.title, number=document.number, kind="law", public=True)
            and Document.objects.create(title=document.title, number=document.number, kind="law", public=True)
        ),
        lambda: Clause.objects.create(version=version, position=1, number="", anchor="c1"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()
    Version._plain.filter(pk=version.pk).update(
        until=version.since and version.since + timedelta(1)
    )  # control


def test_an_entry_of_the_trail_goes_with_a_change_that_fails(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, uploads: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError, match="trail"):
        entered(cast)
    assert Document._plain.count() == Version._plain.count() == 0
    assert stored() == []
