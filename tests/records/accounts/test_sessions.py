"""Sessions: their ends, and what ends them on the next request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client

from meihao.records.accounts import actions, actions_own
from meihao.records.accounts.limits import LIMITS
from meihao.records.accounts.models import Office, SignIn, User
from meihao.records.accounts.sessions import MARK, SESSION_PAGES
from tests.records.accounts.people import PASSWORD, account, acting, console, enrolled

IDLE, ABSOLUTE = LIMITS.session_idle, LIMITS.session_absolute


@pytest.fixture
def user(db: None) -> User:
    return account(password=PASSWORD)


@pytest.fixture
def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def status(client: Client, path: str = "/me") -> int:
    return client.get(path).status_code


def age(**ages: timedelta) -> None:
    """Moves the sessions' times into the past."""
    SignIn.objects.update(**{name: F(name) - by for name, by in ages.items()})


def test_a_session_has_a_row_that_the_person_sees(signed_in: Client, user: User) -> None:
    row = SignIn.objects.get()
    assert (row.user, row.ended_at) == (user, None)
    assert signed_in.session[MARK] == row.pk
    assert status(signed_in) == 200


@pytest.mark.parametrize(
    ("ages", "answer"),
    [
        ({"seen_at": IDLE - timedelta(minutes=1)}, 200),
        ({"seen_at": IDLE}, 302),
        ({"began_at": ABSOLUTE - timedelta(minutes=1)}, 200),
        ({"began_at": ABSOLUTE}, 302),
    ],
)
def test_half_an_hour_idle_and_twelve_hours_at_most(
    signed_in: Client, ages: dict[str, timedelta], answer: int
) -> None:
    assert status(signed_in) == 200
    age(**ages)
    assert status(signed_in) == answer
    if answer == 302:
        assert SignIn.objects.get().ended_at is not None
        assert "_auth_user_id" not in signed_in.session
        assert "登录已结束" in signed_in.get("/sign-in?next=/me").content.decode()


def test_a_request_keeps_a_session_going(signed_in: Client) -> None:
    for _ in range(3):
        age(seen_at=IDLE - timedelta(minutes=1))
        assert status(signed_in) == 200


def test_a_session_without_its_row_is_void(signed_in: Client) -> None:
    SignIn.objects.all().delete()
    assert status(signed_in) == 302


def test_nobody_goes_on_with_the_row_of_somebody_else(signed_in: Client) -> None:
    other = account()
    row = actions_own.begun(user=other, at=SignIn.objects.get().began_at, address="", device="")
    session = signed_in.session
    session[MARK] = row.pk
    session.save()
    assert status(signed_in) == 302
    row.refresh_from_db()
    assert row.ended_at is None


def test_a_suspension_is_felt_at_the_next_request(signed_in: Client, user: User) -> None:
    assert status(signed_in) == 200
    actions.suspend(by=console(), user=user, reason="离职")
    assert status(signed_in) == 302
    actions.resume(by=console(), user=user)
    assert status(signed_in) == 302  # the session is over, not asleep


def test_an_office_taken_away_is_felt_at_the_next_request(client: Client, db: None) -> None:
    user = enrolled(account(Office.AUDIT))
    client.force_login(user)
    assert status(client, "/trail") == 200
    actions.set_office(by=console(), user=user, office="")
    assert status(client, "/trail") == 302
    client.force_login(User.objects.get(pk=user.pk))
    assert status(client, "/trail") == 403


def test_sign_out_everywhere_else(user: User) -> None:
    here, there, elsewhere = (Client() for _ in range(3))
    for browser in (here, there, elsewhere):
        browser.force_login(user)
    one = SignIn.objects.get(pk=there.session[MARK])
    here.post("/me/sessions/end", {"sign_in": one.pk})
    assert [status(browser) for browser in (here, there, elsewhere)] == [200, 302, 200]
    here.post("/me/sessions/end")
    assert [status(browser) for browser in (here, elsewhere)] == [200, 302]


def test_a_new_password_ends_the_others_and_renews_the_key(user: User) -> None:
    here, there = Client(), Client()
    for browser in (here, there):
        browser.force_login(user)
    before = here.session.session_key
    new = {"old": PASSWORD, "new": "another-long-one-9", "again": "another-long-one-9"}
    assert here.post("/me/password", new).status_code == 302
    assert here.session.session_key != before
    assert [status(browser) for browser in (here, there)] == [200, 302]


def test_a_password_to_be_set_comes_before_everything(signed_in: Client, user: User) -> None:
    User.objects.update(must_change_password=True)
    for path in ("/", "/me", "/me/factor", "/help/components"):
        assert signed_in.get(path).headers["Location"] == "/me/password"
    assert status(signed_in, "/me/password") == 200
    signed_in.post("/me/password", {"new": "another-long-one-9", "again": "another-long-one-9"})
    assert status(signed_in) == 200


@pytest.mark.parametrize("office", [office for office in Office.values if office])
def test_an_office_enrols_before_anything_else_opens(client: Client, db: None, office: str) -> None:
    user = account(office)
    client.force_login(user)
    for path in ("/", "/me", "/accounts", "/trail", "/me/password"):
        answer = client.get(path)
        assert answer.status_code == 403 or answer.headers["Location"] == "/me/factor"
    assert status(client, "/me/factor") == 200
    enrolled(user)
    assert status(client) == 200


def test_signing_out_is_open_to_whoever_has_something_to_do_first(client: Client, db: None) -> None:
    client.force_login(account(Office.AUDIT))
    client.post("/sign-out")
    assert client.get("/me/factor").headers["Location"] == "/sign-in?next=/me/factor"
    assert "accounts:sign-out" in SESSION_PAGES


def test_the_page_is_told_when_the_session_ends(signed_in: Client) -> None:
    context = signed_in.get("/me").context
    assert (context["session_seconds"], context["session_warning"]) == (1800, 120)
    age(began_at=ABSOLUTE - timedelta(minutes=5))
    assert 290 <= signed_in.get("/me").context["session_seconds"] <= 300


def test_a_row_is_written_once_a_minute_not_at_every_request(signed_in: Client) -> None:
    row = SignIn.objects.get()
    status(signed_in)
    assert SignIn.objects.get().seen_at == row.seen_at
    age(seen_at=timedelta(minutes=2))
    status(signed_in)
    assert SignIn.objects.get().seen_at > row.seen_at - timedelta(minutes=1)


def test_ending_ones_sessions_is_told(signed_in: Client, user: User) -> None:
    assert actions_own.end_own(by=acting(user)) == 1
    assert status(signed_in) == 302
