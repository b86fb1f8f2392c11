"""Each action and query of the library asks for itself: with any one guard gone, one of these is red."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict

from meihao.policy.kinds import Reference
from meihao.records.accounts.acting import Acting, Missing, NotPermitted
from meihao.records.accounts.models import AuditEntry
from meihao.records.library import actions, actions_clauses, queries, views
from meihao.records.library.actions import File, Term
from meihao.records.library.models import Version
from tests.records.library.conftest import AT, DAY, TRIAL, Cast

FILE = File("办法.txt", "第一条 甲。".encode())
LATER = date(2025, 12, 1)


def entered(cast: Cast, *, public: bool = False, title: str = "专职督学管理办法（试行）") -> Version:
    what = cast.what(title, public=public)
    return actions.enter_document(by=cast.officer, what=what, term=TRIAL, file=FILE)


def refused(error: type[Exception], act: Callable[[], object]) -> None:
    """It is refused in this way, and nothing was written."""
    before = AuditEntry.objects.count()
    with pytest.raises(error) as raised, transaction.atomic():
        act()
    assert type(raised.value) is error
    assert AuditEntry.objects.count() == before


Act = Callable[[Acting, str], object]
ACTS: dict[str, Act] = {
    "issue": lambda by, key: actions.issue_version(by=by, key=key, term=Term(since=LATER)),
    "extend": lambda by, key: actions.extend_trial(by=by, key=key, until=date(2027, 1, 1), basis="依据"),
    "repeal": lambda by, key: actions.repeal(by=by, key=key, on=LATER, basis="依据"),
    "confirm": lambda by, key: actions.confirm(by=by, key=key, basis="原文"),
    "clauses": lambda by, key: actions_clauses.add_clauses(by=by, key=key, pasted="第一条 甲。"),
}


@pytest.mark.parametrize("name", ACTS)
def test_a_document_is_changed_by_whoever_may_write_its_shelf(cast: Cast, name: str) -> None:
    act, inside = ACTS[name], str(entered(cast).document.key)
    open_ = str(entered(cast, public=True, title="公开的办法").document.key)
    refused(NotPermitted, lambda: act(cast.reader, inside))
    for by in (cast.stranger, cast.teacher, cast.nobody):
        refused(Missing, lambda by=by: act(by, inside))  # type: ignore[misc]
        refused(NotPermitted, lambda by=by: act(by, open_))  # type: ignore[misc]
    act(cast.officer, inside)


def test_a_document_is_entered_on_a_shelf_of_ones_own(cast: Cast) -> None:
    def enter(by: Acting, shelf: str) -> object:
        return actions.enter_document(by=by, what=cast.what(shelf=shelf), term=TRIAL, file=FILE)

    refused(NotPermitted, lambda: enter(cast.reader, str(cast.bureau.key)))
    refused(NotPermitted, lambda: enter(cast.reader, ""))
    refused(Missing, lambda: enter(cast.stranger, str(cast.bureau.key)))
    assert [name for _, name in queries.shelves(cast.officer, DAY)] == ["澄砚区教育局"]
    assert queries.shelves(cast.reader, DAY) == []


def test_a_file_is_handed_to_whoever_reads_its_document(cast: Cast) -> None:
    key = str(entered(cast).key)
    for by in (cast.stranger, cast.teacher, cast.nobody):
        refused(Missing, lambda by=by: actions.hand_out(by=by, key=key))  # type: ignore[misc]
    assert actions.hand_out(by=cast.reader, key=key).data == FILE.data


def test_what_is_the_consoles_is_nobody_elses(cast: Cast) -> None:
    refused(NotPermitted, lambda: actions.sweep(by=cast.officer))
    refused(NotPermitted, lambda: actions_clauses.enter_cited(by=cast.officer, on=DAY))
    actions.sweep(by=cast.console)


def test_documents_inside_are_in_no_list_of_somebody_elses(cast: Cast) -> None:
    version = entered(cast)
    reference = Reference(document="专职督学管理办法（试行）", number="澄教〔2023〕9号", clause="第一条")
    reads: list[Callable[[Acting], bool]] = [
        lambda by: bool(queries.listed(by, DAY)),
        lambda by: bool(queries.count(by, DAY)),
        lambda by: queries.in_force(by, DAY).exists(),
        lambda by: bool(queries.expiring(by, DAY)),
        lambda by: queries.linked(by, reference, DAY) is not None,
        lambda by: queries._versions(by).exists(),
        lambda by: bool(queries._listed(by, DAY, queries.Asked()).count()),
    ]
    for by, sees in (
        (cast.reader, True),
        (cast.stranger, False),
        (cast.teacher, False),
        (cast.nobody, False),
    ):
        assert [read(by) for read in reads] == [sees] * len(reads)
    refused(Missing, lambda: queries.document(cast.stranger, str(version.document.key), DAY))


def test_a_list_counts_on_documents_and_versions_alike(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both queries of the list bear the scope: either alone would do, so each is asked by itself."""
    entered(cast)
    with monkeypatch.context() as patch:
        versions = Version.objects.scoped(None, "test").select_related("document")
        patch.setattr(queries, "_versions", lambda by, action=queries.READ: versions)
        assert queries.listed(cast.stranger, DAY) == []
        with pytest.raises(Missing):
            queries.document(cast.stranger, str(versions[0].document.key), DAY)


def test_a_card_says_whether_it_may_be_changed(cast: Cast) -> None:
    entered(cast)
    own, public = entered(cast, title="另一份"), entered(cast, title="公开的", public=True)
    everybody = actions.enter_document(by=cast.officer, what=cast.what("外来的", shelf=""), term=TRIAL)

    def may(by: Acting, version: Version) -> bool:
        return queries.document(by, str(version.document.key), DAY).may_write

    assert [may(cast.officer, one) for one in (own, public, everybody)] == [True, True, True]
    assert [may(cast.reader, one) for one in (own, public, everybody)] == [False, False, False]
    assert [may(cast.stranger, one) for one in (public, everybody)] == [False, True]


def test_entering_is_offered_to_whoever_may(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: dict[str, Any] = {}
    monkeypatch.setattr(views, "render", lambda request, template, context, **more: shown.update(context))
    for by, offered in ((cast.officer, "/library/enter"), (cast.reader, "")):
        views.documents(SimpleNamespace(by=by, as_of=by.day, GET=QueryDict()))  # type: ignore[arg-type]
        assert shown["enter"] == offered
    assert AT.date() == DAY


def test_a_form_of_a_document_that_is_only_read_does_not_open(cast: Cast) -> None:
    key = entered(cast, public=True).document.key
    request: Any = SimpleNamespace(by=cast.reader, as_of=DAY, POST=QueryDict(), FILES=None, GET=QueryDict())
    with pytest.raises(NotPermitted):
        views.repeal(request, key)
