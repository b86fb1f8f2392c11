"""Snapshots: frozen once, read back, refused when altered; the rows of now are those of now."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from meihao.base.text import Refused
from meihao.figures.snapshot import read
from meihao.records.accounts import audit
from meihao.records.accounts.acting import NotPermitted
from meihao.records.accounts.models import AuditEntry
from meihao.records.returns import actions_review
from meihao.records.returns.models import Campaign, SnapshotRequest
from meihao.releases import evaluating, queries, rules, taking
from meihao.releases.models import Reason, Snapshot
from tests.releases.figures_world import AT, ON, STANDARD, DemoSource, World, compulsory, console, invented

CAMPUS = "cn/compulsory/campus"


def take(world: World, on: date = ON) -> Snapshot:
    return taking.take(by=console(), authority=world.bureau, on=on)


def test_a_snapshot_lies_under_its_hash_and_says_what_was_gathered(world: World, uploads: Path) -> None:
    row = take(world)
    facts = rules.facts(ON, row.place)
    found = read(uploads / "snapshots" / row.logical_hash, facts)
    assert (
        found.logical_hash
        == row.logical_hash
        == taking.gather(console(), world.bureau, ON).snapshot.logical_hash
    )
    told = {str(one["school_code"]): one for one in invented().schools}
    rows = found.tables[CAMPUS].rows
    assert {code: rows[code]["primary_pupils"] for code in told} == {
        code: one["primary_pupils"] for code, one in told.items()
    }
    assert (row.counts[CAMPUS], row.differing, row.open_cells) == (len(rows), 0, 0)
    assert row.policies == taking.versions(ON, row.place)
    entry = AuditEntry.objects.get(action="figures.snapshot.write")
    assert (entry.subject, entry.organisation) == (f"snapshot:{row.key}", str(world.bureau.key))


def test_what_the_district_gives_is_handed_down_and_a_silent_school_is_a_row(world: World) -> None:
    rows = taking.gather(console(), world.bureau, ON).snapshot.tables[CAMPUS].rows
    (district,) = (invented().district,)
    given = rules.facts(ON, "990106")[CAMPUS].columns
    handed = [name for name, column in given.items() if column.given_by and district.get(name) is not None]
    assert handed
    assert all(row[name] == district[name] for row in rows.values() for name in handed)
    registered = {one.code for one in compulsory()}
    assert registered <= set(rows)


def test_equal_rows_of_two_days_share_a_folder_and_keep_their_days(world: World, uploads: Path) -> None:
    first, second = take(world, date(2024, 9, 1)), take(world)
    assert first.logical_hash == second.logical_hash
    assert len(list((uploads / "snapshots").iterdir())) == 1
    assert [taking.opened(row).on for row in (first, second)] == [date(2024, 9, 1), ON]


@pytest.mark.parametrize("fault", ["flip", "gone", "other"])
def test_an_altered_snapshot_is_refused(world: World, uploads: Path, fault: str) -> None:
    row = take(world)
    folder = uploads / "snapshots" / row.logical_hash
    file = folder / f"{CAMPUS.replace('/', '.')}.parquet"
    if fault == "flip":
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
    elif fault == "gone":
        file.unlink()
    else:
        folder.rename(folder.with_name("0" * 64))
        row.logical_hash = "0" * 64  # a sound folder under the name of other rows
    with pytest.raises(Refused):
        taking.opened(row)


def test_an_untouched_snapshot_opens(world: World) -> None:
    """The control."""
    assert taking.opened(take(world)).tables[CAMPUS].rows


def test_a_snapshot_is_computed_under_its_own_policies_or_not_at_all(world: World) -> None:
    row = take(world)
    evaluating.evaluation(taking.opened(row), STANDARD)
    row.policies = {**row.policies, next(iter(row.policies)): "another"}
    with pytest.raises(Refused, match="政策文件与取快照时不同"):
        taking.opened(row)


def test_the_rows_of_now_cost_one_question_until_something_is_recorded(
    world: World, source: DemoSource, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    code = compulsory()[0].code
    before = taking.working(console(), world.bureau, ON).snapshot.tables[CAMPUS].rows[code]
    source.changed[CAMPUS, code, "primary_pupils"] = before["primary_pupils"] * 2  # type: ignore[operator]
    with django_assert_num_queries(1):
        kept = taking.working(console(), world.bureau, ON)
    assert kept.snapshot.tables[CAMPUS].rows[code] == before  # nothing was recorded: nothing can have changed
    audit.record(console(), "registry.organisation.write")
    after = taking.working(console(), world.bureau, ON).snapshot.tables[CAMPUS].rows[code]
    assert after["primary_pupils"] == before["primary_pupils"] * 2  # type: ignore[operator]


def test_only_whoever_may_takes_a_snapshot(world: World) -> None:
    officer = world.person("section-officer", world.bureau)
    assert taking.take(by=officer, authority=world.bureau, on=ON).taken_by == officer.name
    for role, unit in (("principal", next(iter(world.schools.values()))), ("inspector", world.bureau)):
        with pytest.raises(NotPermitted):
            taking.take(by=world.person(role, unit), authority=world.bureau, on=ON)


def test_a_day_without_data_is_not_frozen(world: World) -> None:
    with pytest.raises(Refused, match="没有任何数据"):
        take(world, date(2023, 9, 1))
    assert not Snapshot._plain.exists()


def test_the_command_takes_what_was_asked_for_once(world: World) -> None:
    officer = world.person("section-officer", world.bureau)
    actions_review.ask_snapshot(by=officer, authority=world.bureau, on=ON)
    call_command("snapshots")
    row = Snapshot._plain.get()
    assert (row.reason, row.on) == (Reason.DEMAND, ON)
    assert SnapshotRequest._plain.get().done_at is not None
    call_command("snapshots")
    assert Snapshot._plain.count() == 1
    call_command("snapshots", "--nightly", "--on", "2025-09-01")
    assert [one.reason for one in Snapshot._plain.order_by("pk")] == [Reason.DEMAND, Reason.NIGHTLY]


def test_while_returns_come_in_the_rows_of_now_are_looked_at_and_after_the_lock_the_snapshot(
    world: World,
) -> None:
    officer, late = world.person("section-officer", world.bureau), date(2026, 11, 1)
    assert queries.look(officer, late, {}).on == date(2026, 9, 1)  # nothing there: the day that is counted
    row = taking.take(by=officer, authority=world.bureau, on=ON)
    looked = queries.look(officer, late, {})
    assert (looked.on, looked.taken) == (ON, row)
    campaign = Campaign._plain.create(
        authority=world.bureau,
        place="990106",
        title="虚构",
        form="cn/compulsory/school-return",
        fact="cn/compulsory/campus",
        on=ON,
        due=ON,
        issued_at=AT,
        issued_by="虚构",
    )
    looked = queries.look(officer, late, {})
    assert (looked.on, looked.taken) == (ON, None)
    assert queries.look(officer, late, {"data": str(row.key)}).taken == row
    moments = {"closed_at": AT, "closed_by": "虚构", "locked_at": AT, "locked_by": "虚构"}
    Campaign._plain.filter(pk=campaign.pk).update(state="locked", **moments)
    assert queries.look(officer, late, {}).taken == row
    assert queries.look(officer, ON - timedelta(days=1), {}).on == date(2024, 9, 1)
