"""Limits are data: a changed file changes what happens, and one that cannot hold is refused at its line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.test import Client

from meihao.base.text import Refused
from meihao.records.accounts import actions, actions_own, codes, entrance, limits, queries
from meihao.records.accounts.entrance import Locked, Wrong
from meihao.records.accounts.limits import LIMITS, PATH, read
from meihao.records.accounts.models import Link, SignIn, Tries
from meihao.records.library import sniffing
from meihao.records.registry import recording
from meihao.records.registry.people import queries_person
from tests.records.accounts.people import AT, PASSWORD, SECRET, account, acting, code_at, console, stranger

WRITTEN: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
Change = Callable[..., None]


def written(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """A copy of the shipped file with a change."""
    copy = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    change(copy)
    file = tmp_path / "limits.yaml"
    file.write_text(yaml.safe_dump(copy, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file


@pytest.fixture
def change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Change:
    """Puts limits of a changed file in force."""

    def changed(**values: int) -> None:
        def put(copy: dict[str, Any]) -> None:
            for name, value in values.items():
                limit = copy["limits"][name.replace("_", "-")]
                limit["value"] = value
                limit.pop("between", None)

        monkeypatch.setattr(limits, "LIMITS", read(written(tmp_path, put)))

    return changed


# --- what is shipped


def test_the_shipped_limits_are_what_the_file_says() -> None:
    for name, taken in asdict(LIMITS).items():
        one = WRITTEN["limits"][name.replace("_", "-")]
        seconds = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}.get(one["unit"])
        assert taken == (one["value"] if seconds is None else timedelta(seconds=seconds * one["value"])), name
    assert len(WRITTEN["limits"]) == len(asdict(LIMITS))


def test_what_a_source_names_is_within_it_and_what_none_names_says_who_set_it() -> None:
    for key, one in WRITTEN["limits"].items():
        if one["reference"] is None:
            assert "本项目所定" in one["note"], key
        else:
            assert one["confidence"] != "H" or "待核" not in one["note"], key
    assert WRITTEN["limits"]["sign-in-lock"]["between"] == [10, 30]
    assert WRITTEN["limits"]["session-idle"]["between"] == [15, 30]


def test_what_is_taken_at_the_start_is_the_file_s_too() -> None:
    one = WRITTEN["limits"]
    assert one["session-absolute"]["value"] * 3600 == settings.SESSION_COOKIE_AGE
    validators: Any = settings.AUTH_PASSWORD_VALIDATORS
    (least,) = [one["OPTIONS"]["min_length"] for one in validators if "OPTIONS" in one]
    assert least == one["password-length"]["value"]
    assert one["document-size"]["value"] == sniffing.MOST_MB
    assert recording.AHEAD.days == one["days-ahead"]["value"]
    assert one["purpose-length"]["value"] == queries_person._LEAST


def test_the_page_names_every_limit(root: Path) -> None:
    page = (root / "docs/reference/limits.md").read_text(encoding="utf-8")
    rows = {key: line for line in page.splitlines() for key in re.findall(r"`([a-z-]+)`", line)}
    for key, one in WRITTEN["limits"].items():
        assert re.search(rf"\b{one['value']}\b", rows[key]), key
        assert ("待核" in rows[key]) == (one["confidence"] == "M"), key


# --- a changed file changes what happens


def test_another_number_of_failures_and_another_lock(db: None, change: Change) -> None:
    user = account(password=PASSWORD)

    def tried() -> type[Exception]:
        with pytest.raises(Refused) as refused:
            entrance.try_password(by=stranger(), username=user.username, password="wrong")
        return refused.type

    change(sign_in_failures=2, sign_in_lock=20)
    assert [tried() for _ in range(3)] == [Wrong, Wrong, Locked]
    locked = Tries.objects.get().locked_until
    assert locked == AT + timedelta(minutes=20)
    with pytest.raises(Locked, match=r"连续 2 次.*20 分钟"):
        entrance.try_password(by=stranger(), username=user.username, password="wrong")


def test_without_the_change_it_is_five(db: None) -> None:
    """The control."""
    user = account(password=PASSWORD)
    for _ in range(5):
        with pytest.raises(Wrong):
            entrance.try_password(by=stranger(), username=user.username, password="wrong")
    with pytest.raises(Locked):
        entrance.try_password(by=stranger(), username=user.username, password=PASSWORD)


def test_failures_are_forgotten_after_another_time(db: None, change: Change) -> None:
    def wrong(after: timedelta) -> int:
        with pytest.raises(Wrong):
            entrance.try_password(by=stranger(AT + after), username="lin", password="wrong")
        return Tries.objects.get().count

    assert [wrong(timedelta()), wrong(timedelta(hours=26))] == [1, 1]
    change(sign_in_memory=2)
    assert wrong(timedelta(hours=52)) == 2


def test_another_idle_and_another_longest(client: Client, db: None, change: Change) -> None:
    client.force_login(account())
    row = SignIn.objects.get()
    SignIn.objects.update(seen_at=row.seen_at - timedelta(minutes=20))
    assert client.get("/me").status_code == 200
    SignIn.objects.update(seen_at=row.seen_at - timedelta(minutes=20))
    change(session_idle=15)
    assert client.get("/me").status_code == 302
    client.force_login(account())
    SignIn.objects.filter(ended_at=None).update(began_at=row.began_at - timedelta(hours=2))
    assert client.get("/me").status_code == 200
    change(session_absolute=1)
    assert client.get("/me").status_code == 302


def test_the_page_counts_down_from_the_file(client: Client, db: None, change: Change) -> None:
    client.force_login(account())
    change(session_idle=15, session_warning=3)
    context = client.get("/me").context
    assert (context["session_seconds"], context["session_warning"]) == (900, 180)


def test_another_life_of_a_link(db: None, change: Change) -> None:
    change(link_life=5)
    actions.issue_link(by=console(), user=account())
    assert Link.objects.get().expires_at == AT + timedelta(hours=5)


def test_another_drift_and_other_recovery_codes(db: None, change: Change) -> None:
    late = AT + timedelta(seconds=30)
    assert codes.matching_step(SECRET, code_at(AT), late) is not None
    change(code_drift=0, recovery_codes=4)
    assert codes.matching_step(SECRET, code_at(AT), late) is None
    assert codes.matching_step(SECRET, code_at(AT), AT) is not None
    fresh = actions_own.enrol(by=acting(account()), secret=SECRET, code=code_at(AT))
    assert len(fresh) == 4


def test_another_time_for_the_code(client: Client, db: None, change: Change) -> None:
    user = account(password=PASSWORD)
    actions_own.enrol(by=acting(user), secret=SECRET, code=code_at(AT))

    def half() -> int:
        client.post("/sign-in", {"username": user.username, "password": PASSWORD})
        return client.get("/sign-in/code").status_code

    assert half() == 200
    change(code_pending=1)
    session = client.session
    pending = dict(session["accounts.pending"])
    earlier = datetime.fromisoformat(pending["at"]) - timedelta(minutes=2)
    session["accounts.pending"] = pending | {"at": earlier.isoformat()}
    session.save()
    assert client.get("/sign-in/code").status_code == 302


def test_sessions_that_ran_out_are_ended_and_kept(db: None) -> None:
    """The law asks to keep sign-ins for six months (`retention.yaml`): none goes here."""
    user = account()
    first = actions_own.begun(user=user, at=AT - timedelta(days=40), address="", device="")
    open_now = actions_own.begun(user=user, at=AT - timedelta(minutes=5), address="", device="")
    actions_own.begun(user=user, at=AT, address="", device="")
    first.refresh_from_db()
    open_now.refresh_from_db()
    assert first.ended_at == AT - timedelta(days=40) + LIMITS.session_idle
    assert open_now.ended_at is None
    assert len(queries.own_account(acting(user)).sign_ins) == 2


# --- what cannot hold


def put(key: str, **values: object) -> Callable[[dict[str, Any]], object]:
    return lambda copy: copy["limits"][key].update(values)


TITLE = {"zh": "运气", "en": "luck"}
FAULTS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "below what is usual": (put("sign-in-lock", value=9), "不在 10 至 30 之间"),
    "beyond what is usual": (put("session-idle", value=31), "不在 15 至 30 之间"),
    "nothing": (put("sign-in-failures", value=0), "应大于 0"),
    "below nothing": (put("code-drift", value=-1), "value"),
    "no whole number": (put("link-life", value="3.5"), "value"),
    "another unit": (put("link-life", unit="MB"), "单位应为"),
    "no unit": (put("link-life", unit="weeks"), "unit"),
    "unknown key": (put("link-life", hidden=1), "hidden"),
    "unknown limit": (
        lambda copy: copy["limits"].update(luck=dict(copy["limits"]["link-life"], title=TITLE)),
        "没有「luck」",
    ),
    "missing limit": (lambda copy: copy["limits"].pop("link-life"), "缺少限值「link-life」"),
    "reference without confidence": (put("sign-in-lock", confidence=None), "有依据才有可信度"),
    "confidence without reference": (put("link-life", confidence="H"), "有依据才有可信度"),
    "doubtful and not said": (put("sign-in-lock", note="测评常用值"), "以「待核」开头"),
    "warning after the end": (put("session-warning", value=40), "提醒须早于"),
    "idle beyond the longest": (put("session-absolute", value=10, unit="minutes"), "空闲退出须不晚于"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_refused_with_its_place(tmp_path: Path, fault: str) -> None:
    file, says = written(tmp_path, FAULTS[fault][0]), FAULTS[fault][1]
    with pytest.raises(Refused, match=says) as refused:
        read(file)
    for text in refused.value.text:
        assert "limits.yaml:" in text


def test_the_place_is_the_line_of_the_key(tmp_path: Path) -> None:
    text = PATH.read_text(encoding="utf-8").replace("value: 15\n", "value: 31\n")
    file = tmp_path / "limits.yaml"
    file.write_text(text, encoding="utf-8")
    line = text.splitlines().index("    value: 31") + 1
    with pytest.raises(Refused, match=rf"limits\.yaml:{line}"):
        read(file)
