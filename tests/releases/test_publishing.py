"""Publishing: who may, what is written, versions, and that a release says the same years later."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from pytest_django import Settings

from meihao.base.text import Refused
from meihao.methods.disclosure_lp import audit
from meihao.records.accounts.acting import Acting, Missing, NotPermitted
from meihao.records.accounts.models import AuditEntry
from meihao.records.registry.models import Particulars, Person
from meihao.records.registry.people import actions
from meihao.records.registry.people.actions_erase import erase
from meihao.releases import ledger, publishing, queries_published, shelf
from meihao.releases.models import Release, ReleaseCell
from meihao.releases.queries_published import State
from meihao.releases.recomputing import recomputed
from tests.records.registry.district import DAY, District, console
from tests.records.registry.people.school import pupil
from tests.releases.leaving import STANDARD, TEACHERS, Cast, make_cast, rows_of, taken


@pytest.fixture
def cast(db: None, settings: Settings, tmp_path: Path) -> Cast:
    settings.MEDIA_ROOT = tmp_path / "files"
    return make_cast()


def drafted(cast: Cast, audience: str = "public", by: Acting | None = None) -> Release:
    key = cast.snapshot.key
    return publishing.draft(by=by or cast.officer, snapshot=key, standard=STANDARD, audience=audience)


def published(cast: Cast) -> Release:
    return publishing.publish(by=cast.head, key=drafted(cast).key)


def cells(release: Release) -> dict[tuple[str, str], ReleaseCell]:
    found = ReleaseCell._plain.filter(table__release=release, table__name="primary-towns")
    return {(cell.line, cell.column): cell for cell in found}


def test_a_section_drafts_and_a_head_publishes(cast: Cast) -> None:
    draft = drafted(cast)
    assert not ReleaseCell._plain.exists()
    assert queries_published.public(cast.anybody, slice(0, 9)) == ([], 0)
    with pytest.raises(NotPermitted):
        publishing.publish(by=cast.officer, key=draft.key)
    release = publishing.publish(by=cast.head, key=draft.key)
    assert (release.published_by, release.policy) == ("虚构head", "cn/disclosure/public@2021-11-01")
    kept = cells(release)
    assert kept["all:990106", TEACHERS].value == "134"
    assert (kept["town:石觅乡", TEACHERS].value, kept["town:石觅乡", TEACHERS].symbol) == (None, "c")
    assert kept["town:澄墨街道", f"{STANDARD}/r1"].value == "4.54"
    rows, total = queries_published.public(cast.anybody, slice(0, 9))
    assert ([row.release for row in rows], total) == ([release], 1)
    assert rows[0].authority == "澄砚区教育局"


def test_every_step_is_in_the_trail_and_names_no_value(cast: Cast) -> None:
    release = published(cast)
    publishing.withdraw(by=cast.head, key=release.key, reason="口径有误")
    entries = list(AuditEntry.objects.filter(subject=f"release:{release.key}").order_by("seq"))
    assert [entry.action.rpartition(".")[2] for entry in entries] == ["draft", "publish", "publish"]
    assert cast.snapshot.logical_hash in entries[0].body


@pytest.mark.parametrize("who", ["inspector", "stranger", "anybody", "console"])
def test_others_neither_draft_nor_publish(cast: Cast, who: str) -> None:
    draft, by = drafted(cast), getattr(cast, who)
    for step in (
        lambda: drafted(cast, by=by),
        lambda: publishing.publish(by=by, key=draft.key),
        lambda: publishing.discard(by=by, key=draft.key),
        lambda: publishing.amend(by=by, key=draft.key, snapshot=cast.snapshot.key, note="x"),
        lambda: publishing.withdraw(by=by, key=draft.key, reason="x"),
    ):
        with pytest.raises((NotPermitted, Missing)):
            step()
    assert Release._plain.get().published_at is None


def test_what_somebody_else_publishes_is_not_there(cast: Cast) -> None:
    release = published(cast)
    with pytest.raises(Missing):
        queries_published.release(cast.stranger, release.key)
    assert queries_published.release(cast.inspector, release.key).hidden > 2
    with pytest.raises(Missing):
        queries_published.public_release(cast.anybody, drafted(cast).key)


def test_published_once_and_never_changed(cast: Cast) -> None:
    release = published(cast)
    with pytest.raises(Refused, match="已经发布"):
        publishing.publish(by=cast.head, key=release.key)
    with pytest.raises(Refused, match="只能撤回"):
        publishing.discard(by=cast.officer, key=release.key)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ReleaseCell._plain.filter(table__release=release).update(value="1", symbol="")
    publishing.discard(by=cast.officer, key=drafted(cast).key)
    assert Release._plain.count() == 1


def test_put_right_it_is_a_new_version_and_the_earlier_stays(cast: Cast) -> None:
    first = published(cast)
    again = taken(cast.bureau, rows_of({"S5": ("澄墨街道", 900, 45, 300)}))
    with pytest.raises(Refused, match="写明"):
        publishing.amend(by=cast.officer, key=first.key, snapshot=again.key, note=" ")
    note = "校S5 漏报 5 名教师"
    draft = publishing.amend(by=cast.officer, key=first.key, snapshot=again.key, note=note)
    with pytest.raises(Refused, match="最新"):
        publishing.amend(by=cast.officer, key=first.key, snapshot=again.key, note=note)
    assert queries_published.public_release(cast.anybody, first.key).listed.state is State.PUBLISHED
    second = publishing.publish(by=cast.head, key=draft.key)
    card = queries_published.public_release(cast.anybody, first.key)
    assert card.listed.state is State.AMENDED
    assert [one.release.number for one in card.versions] == [2, 1]
    assert cells(first)["all:990106", TEACHERS].value == "134"
    assert cells(second)["all:990106", TEACHERS].value == "139"
    assert cells(second)["all:990106", TEACHERS].name.endswith("#2")
    rows, _ = queries_published.public(cast.anybody, slice(0, 9))
    assert [row.release for row in rows] == [second]
    assert audit(ledger.ledger("public")).passes


def test_withdrawn_it_is_gone_from_its_page_and_stays_in_the_ledger(cast: Cast) -> None:
    release = published(cast)
    before = ledger.ledger("public")
    publishing.withdraw(by=cast.head, key=release.key, reason="口径有误")
    assert queries_published.public(cast.anybody, slice(0, 9)) == ([], 0)
    with pytest.raises(Missing):
        queries_published.public_release(cast.anybody, release.key)
    assert ledger.ledger("public") == before
    assert before.hidden


def test_the_ledger_read_back_is_the_one_the_gate_left(cast: Cast) -> None:
    draft = drafted(cast)
    _, passed = publishing.preview(draft)
    publishing.publish(by=cast.head, key=draft.key)
    back = ledger.ledger("public")
    assert back.shown == passed.ledger.shown
    assert back.values == passed.ledger.values
    assert back.needs == passed.ledger.needs
    assert back.sums == passed.ledger.sums


def test_worked_out_again_it_is_as_published_whatever_the_registry_says_now(cast: Cast) -> None:
    release = published(cast)
    Particulars._plain.filter(organisation=cast.bureau).update(until=date(2025, 11, 1))
    Particulars.objects.create(organisation=cast.bureau, name="另一名称", since=date(2025, 11, 1))
    card, found = queries_published.checked(cast.officer, release.key)
    assert found.recomputed.holds
    assert found.recomputed.equal == len(card.cells) > 50
    assert found.audit is not None
    assert found.audit.passes


def test_worked_out_again_after_an_erasure_it_is_as_published(cast: Cast) -> None:
    district = District()
    someone = pupil(district.first)
    actions.leave(by=console(), person=someone, on=date(2025, 7, 1), left_by="withdrawn")
    release = published(cast)
    erase(by=console(), person=someone, on=DAY, basis="监护人申请（虚构）")
    assert Person._plain.get(pk=someone.pk).erased_on == DAY
    assert queries_published.checked(cast.officer, release.key)[1].recomputed.holds


def test_a_folder_that_says_something_else_is_seen(cast: Cast) -> None:
    release = published(cast)
    place = shelf.folder() / cast.snapshot.logical_hash
    shutil.rmtree(place)
    rows_of().write(place)  # the same rows again are the same release
    assert queries_published.checked(cast.officer, release.key)[1].recomputed.holds
    shutil.rmtree(place)
    rows_of({"S5": ("澄墨街道", 900, 41, 300)}).write(place)
    ledger.kept.clear()
    found = queries_published.checked(cast.officer, release.key)[1]
    assert not found.recomputed.holds
    assert found.recomputed.refused is not None
    assert found.audit is None
    assert found.refused is not None


def test_a_cell_that_was_not_what_its_snapshot_says_is_named(cast: Cast) -> None:
    release = published(cast)
    kept = queries_published.release(cast.officer, release.key).cells
    wrong = next(cell for cell in kept if cell.value is not None)
    wrong.value = "1"
    found = recomputed(release, kept)
    assert not found.holds
    assert found.differing == (f"{wrong.table.name} {wrong.line} {wrong.column}",)
    assert not recomputed(release, kept[1:]).holds


def test_to_a_government_nothing_goes_until_a_rule_is_given(cast: Cast) -> None:
    draft = drafted(cast, "government")
    with pytest.raises(Refused, match="没有给出"):
        publishing.publish(by=cast.head, key=draft.key)
    assert Release._plain.get().published_at is None


def test_a_standard_without_units_has_nothing_to_publish(cast: Cast) -> None:
    with pytest.raises(Refused, match="不按学校"):
        publishing.draft(
            by=cast.officer, snapshot=cast.snapshot.key, standard="cn/class-size", audience="public"
        )
