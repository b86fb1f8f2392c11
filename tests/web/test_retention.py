"""What is due goes on its day and not before; what has no term stays; the law's least is kept."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from meihao.base.text import Refused
from meihao.records.accounts import audit
from meihao.records.accounts.acting import NotPermitted, command, visitor
from meihao.records.accounts.models import AuditEntry, SignIn, User
from meihao.records.library import shelf
from meihao.records.registry.models import BatchState, ImportBatch, Organisation
from meihao.web import retention
from meihao.web.keepers import KEEPERS
from meihao.web.retention import Period

AT = datetime(2025, 10, 20, 1, tzinfo=UTC)
BY, DAY = command("test", AT), date(2025, 10, 20)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: object) -> Path:
    settings.HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"  # type: ignore[attr-defined]
    return tmp_path


def own(home: Path, key: str, term: str, least: str = "null") -> Path:
    """The terms of an installation, for one kind."""
    path = home / "retention.yaml"
    path.write_text(
        "kind: retention\nreviewed: null\nkept:\n"
        f"  {key}:\n    title: {{zh: 甲, en: a}}\n    from: {{zh: 乙, en: b}}\n    at_least: {least}\n"
        f"    erase_after: {term}\n    reference: {{document: 局务会纪要, number: null, clause: 三}}\n"
        "    confidence: H\n",
        encoding="utf-8",
    )
    return path


def sessions(*expire: datetime) -> None:
    for number, moment in enumerate(expire):
        Session.objects.create(session_key=f"s{number}", session_data="", expire_date=moment)


def test_the_shipped_terms_say_what_the_law_says() -> None:
    kept = retention.terms()
    least = {key: one.at_least for key, one in kept.items()}
    assert least["provision"] == Period(years=3)
    assert least["sign-ins"] == least["trail"] == Period(months=6)
    assert least["imports"] == Period(years=2)
    assert least["summaries"] == Period(years=10)
    assert {key for key, one in kept.items() if one.erase_after is not None} == {
        *("sessions", "library-orphans", "import-orphans", "submissions")
    }
    assert set(KEEPERS) <= set(kept)


def test_what_is_due_goes_and_what_is_not_stays(db: None) -> None:
    # the day is China's: 16:00 UTC is midnight
    before, after = datetime(2025, 10, 20, 15, 59, tzinfo=UTC), datetime(2025, 10, 20, 16, tzinfo=UTC)
    sessions(AT - timedelta(30), before, after)
    (line,) = [one for one in retention.report(by=BY, on=DAY) if one.key == "sessions"]
    assert (line.rows, line.due) == (3, 2)
    assert Session.objects.count() == 3
    assert retention.apply(by=BY, on=DAY) == {"sessions": 2}
    assert Session.objects.get().expire_date == after
    assert retention.apply(by=BY, on=DAY) == {}
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject) == (retention.APPLY, "retention:sessions")
    assert list(audit.verify()) == []


def test_without_a_term_nothing_is_ever_erased(db: None, home: Path) -> None:
    user = User.objects.create(username="a", name="虚构", opened_at=AT)
    old = datetime(2001, 1, 1, tzinfo=UTC)
    SignIn.objects.create(user=user, began_at=old, seen_at=old, ended_at=old)
    SignIn.objects.create(user=user, began_at=old, seen_at=old)  # nobody ended it: it ran out
    late = datetime(2096, 1, 2, tzinfo=UTC)
    SignIn.objects.create(user=user, began_at=late, seen_at=late)
    assert retention.apply(by=BY, on=date(2099, 1, 1)) == {}
    own(home, "sign-ins", "{years: 3}", "{months: 6}")  # control: with one, those that are over go
    assert retention.apply(by=BY, on=date(2099, 1, 1)) == {"sign-ins": 2}
    assert SignIn.objects.get().seen_at == late


def test_the_trail_is_never_thinned(db: None, home: Path) -> None:
    sessions(AT - timedelta(1))
    retention.apply(by=BY, on=DAY)
    own(home, "trail", "{years: 1}")
    assert retention.apply(by=BY, on=date(2099, 1, 1)) == {}
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("key", "term", "least", "says"),
    [
        ("trail", "{months: 5}", "null", r"retention\.yaml:8：清除期限短于依法保存的 6 个月"),
        ("sessions", "{days: 364}", "{years: 1}", "短于依法保存的 1 年"),
        ("poems", "null", "null", "没有「poems」"),
        ("sessions", "{weeks: 1}", "null", "不是这类文件的键"),
        ("sessions", "{days: -1}", "null", "days"),
    ],
)
def test_terms_that_cannot_hold_are_refused_at_their_line(
    home: Path, key: str, term: str, least: str, says: str
) -> None:
    own(home, key, term, least)
    with pytest.raises(Refused, match=says):
        retention.terms()


def test_a_term_as_long_as_the_law_asks_is_taken(home: Path) -> None:
    own(home, "trail", "{months: 6}")
    assert retention.terms()["trail"].erase_after == Period(months=6)


@given(
    st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 10), st.integers(0, 30), st.integers(0, 99)
)
def test_a_period_is_counted_by_the_calendar(day: date, years: int, months: int, days: int) -> None:
    found = Period(years=years, months=months, days=days).before(day) + timedelta(days)
    assert (day.year - found.year) * 12 + day.month - found.month == years * 12 + months
    assert found.day == day.day or (found.day < day.day and (found + timedelta(1)).day == 1)


def test_a_kind_goes_whole_or_not_at_all(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions(AT - timedelta(1))

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError, match="trail"):
        retention.apply(by=BY, on=DAY)
    assert Session.objects.count() == 1


def test_files_that_nothing_names_go_too(db: None) -> None:
    with shelf.kept(b"left behind"):
        pass
    (line,) = [one for one in retention.report(by=BY, on=DAY) if one.key == "library-orphans"]
    assert line.rows == line.due == 1
    assert retention.apply(by=BY, on=DAY) == {"library-orphans": 1}
    assert list(shelf.folder().glob("??/*")) == []


# --- files that were handed in


def batch(home: Path, state: str, at: datetime, *, suffix: str = ".sealed", kept: bool = True) -> Path:
    """A batch of a day, and the file it names, written on that day."""
    authority = Organisation._plain.get_or_create(kind="authority")[0]
    settled = {"settled_at": at, "settled_by": "测试"} if state != BatchState.STAGED else {}
    row = ImportBatch._plain.create(
        organisation=authority,
        form="f",
        on=DAY,
        file_name="名单.xlsx",
        sha256=f"{at:%s}{state}",
        state=state,
        staged_at=at,
        staged_by="测试",
        **settled,
    )
    return lying(home, f"{row.key}{suffix}", at) if kept else home / "none"


def lying(home: Path, name: str, at: datetime) -> Path:
    folder = home / "files" / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes("金丝雀".encode())
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


@pytest.fixture
def years_ago() -> datetime:
    return AT - timedelta(3 * 366)


def test_an_import_goes_with_its_file(
    db: None, home: Path, years_ago: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    old = [batch(home, state, years_ago) for state in (BatchState.APPLIED, BatchState.DISCARDED)]
    waits, fresh = batch(home, BatchState.STAGED, years_ago), batch(home, BatchState.APPLIED, AT)
    own(home, "imports", "{years: 3}", "{years: 2}")
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.apply(by=BY, on=DAY)["imports"] == 2
    assert [path.exists() for path in old] == [False, False]
    assert ImportBatch._plain.count() == 2
    assert waits.exists()  # the control: what waits is not over, whatever its age
    assert fresh.exists()


def test_the_file_stays_where_the_row_stays(
    db: None, home: Path, years_ago: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = batch(home, BatchState.STAGED, years_ago)
    own(home, "imports-waiting", "{days: 30}")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError, match="trail"):
        retention.apply(by=BY, on=DAY)
    assert waits.exists()
    assert ImportBatch._plain.count() == 1


def test_what_waits_too_long_goes_once_a_term_is_set(
    db: None, home: Path, years_ago: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    waits, fresh = batch(home, BatchState.STAGED, years_ago), batch(home, BatchState.STAGED, AT)
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.apply(by=BY, on=DAY) == {}
    assert waits.exists()
    own(home, "imports-waiting", "{days: 30}")
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.apply(by=BY, on=DAY)["imports-waiting"] == 1
    assert not waits.exists()
    assert fresh.exists()


def test_files_that_no_waiting_import_names_go_the_day_after(db: None, home: Path) -> None:
    before = AT - timedelta(1)
    left = [
        batch(home, BatchState.APPLIED, before),  # settled, and cut off before its file was removed
        lying(home, "5f0c0a3e-0000-4000-8000-000000000000.xlsx", before),  # its row was never written
        lying(home, "half", before),
    ]
    named, just = batch(home, BatchState.STAGED, before, suffix=".xlsx"), lying(home, "just.sealed", AT)
    (line,) = [one for one in retention.report(by=BY, on=DAY) if one.key == "import-orphans"]
    assert (line.rows, line.due) == (4, 3)
    assert retention.apply(by=BY, on=DAY) == {"import-orphans": 3}
    assert [path.exists() for path in (*left, named, just)] == [False, False, False, True, True]
    assert "金丝雀".encode() in named.read_bytes()  # the control: it is looked for where it can be seen


def test_without_files_there_is_nothing_to_sweep(db: None) -> None:
    assert retention.apply(by=BY, on=DAY) == {}


def test_only_the_console_erases(db: None) -> None:
    with pytest.raises(NotPermitted):
        retention.apply(by=visitor(AT), on=DAY)
    with pytest.raises(NotPermitted):
        retention.report(by=visitor(AT), on=DAY)


def test_the_command_reports_and_applies(db: None) -> None:
    sessions(AT - timedelta(1))
    out = StringIO()
    call_command("retention", "report", "--on", "2025-10-20", stdout=out)
    assert (
        "sessions 已过期的登录会话：1 条，到期 1 条；至少保存 未定 not set，清除期限 0 天" in out.getvalue()
    )
    assert "people 已离开本区的人员信息：—" in out.getvalue()
    with pytest.raises(CommandError, match="--on"):
        call_command("retention", "apply")
    call_command("retention", "apply", "--on", "2025-10-20", stdout=out)
    assert "sessions：已清除 1 条" in out.getvalue()
