"""The pages: signing in from the first link to the workbench, administering, the trail."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meihao.records.accounts import actions, audit, codes
from meihao.records.accounts.models import AuditEntry, Link, Office, SecondFactor, SignIn, Tries, User
from meihao.records.accounts.sealing import Sealed
from meihao.records.accounts.views_entrance import PENDING
from tests.records.accounts.people import PASSWORD, SECRET, account, console, enrolled

NEW = "another-long-one-9"


def moment() -> datetime:
    return datetime.now(UTC)


def code() -> str:
    return codes.code_at(SECRET, int(moment().timestamp()) // codes.STEP)


def enter(client: Client, user: User, password: str = PASSWORD, following: str = "") -> str:
    """Types account and password; where it leads, or nothing."""
    path = f"/sign-in?next={following}" if following else "/sign-in"
    answer = client.post(path, {"username": user.username, "password": password})
    return str(answer.headers.get("Location", ""))


def officer(office: str) -> Client:
    client = Client()
    client.force_login(enrolled(account(office)))
    return client


# --- signing in


def test_the_first_way_in_from_the_link_to_the_workbench(client: Client, db: None) -> None:
    user = actions.open_account(by=console(moment()), username="lin", name="林虚", office=Office.SECURITY)
    token = actions.issue_link(by=console(moment()), user=user)
    assert client.get(f"/sign-in/link/{token}").status_code == 200
    assert Link.objects.get().used_at is None  # looking spends nothing
    assert client.post(f"/sign-in/link/{token}").headers["Location"] == "/"
    assert client.get("/").headers["Location"] == "/me/password"
    client.post("/me/password", {"new": NEW, "again": NEW})
    assert client.get("/").headers["Location"] == "/me/factor"
    page = client.get("/me/factor").content.decode()
    assert "<svg" in page
    kept = client.session["accounts.enrolling"]
    secret = Sealed(bytes.fromhex(kept), "accounts.factor.secret").opened()
    assert secret[:4] in page
    shown = client.post("/me/factor", {"code": codes.code_at(secret, int(moment().timestamp()) // 30)})
    assert len(set(re.findall(r"[A-Z2-9]{5}-[A-Z2-9]{5}", shown.content.decode()))) == 10
    assert "no-store" in shown.headers["Cache-Control"]
    assert client.get("/").status_code == client.get("/accounts").status_code == 200
    assert "accounts.enrolling" not in client.session
    again = Client().post(f"/sign-in/link/{token}")
    assert again.status_code == 403
    assert "用过了" in again.content.decode()


def test_signing_in_renews_the_key_and_goes_where_one_wanted(client: Client, db: None) -> None:
    user = account(password=PASSWORD)
    client.get("/sign-in?as_of=2024-09-01")
    before = client.session.session_key
    assert enter(client, user, following="/me") == "/me"
    assert client.session.session_key not in {None, before}
    assert client.get("/sign-in").headers["Location"] == "/"
    assert AuditEntry.objects.order_by("-seq")[0].action == "accounts.sign-in"


@pytest.mark.parametrize(
    "following", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "\\\\x.example"]
)
def test_nobody_is_led_elsewhere(client: Client, db: None, following: str) -> None:
    assert enter(client, account(password=PASSWORD), following=following) == "/"


def test_a_wrong_pair_is_told_without_saying_which_half(client: Client, db: None) -> None:
    user = account(password=PASSWORD)
    told = []
    for username in (user.username, "nobody.here"):
        answer = client.post("/sign-in", {"username": username, "password": "not it at all"})
        assert answer.status_code == 200
        told.append(answer.content.decode().replace(username, ""))
        assert "not it at all" not in told[-1]
        assert "账号或密码不对" in told[-1]
    assert "_auth_user_id" not in client.session
    for _ in range(4):
        enter(client, user, "not it at all")
    answer = client.post("/sign-in", {"username": user.username, "password": PASSWORD})
    assert "15 分钟后再试" in answer.content.decode()


def test_whoever_has_an_authenticator_is_asked_for_its_code(client: Client, db: None) -> None:
    user = enrolled(account(password=PASSWORD))
    assert enter(client, user, following="/me") == "/sign-in/code"
    assert client.get("/me").status_code == 302  # half of it is nothing
    assert client.get("/sign-in/code").status_code == 200
    assert "不对" in client.post("/sign-in/code", {"code": "000000"}).content.decode()
    assert client.post("/sign-in/code", {"code": code()}).headers["Location"] == "/me"
    assert client.get("/me").status_code == 200
    assert PENDING not in client.session
    assert Tries.objects.count() == 0


def test_a_link_does_not_pass_by_the_authenticator(client: Client, db: None) -> None:
    user = enrolled(account(password=PASSWORD))
    token = actions.issue_link(by=console(moment()), user=user)
    assert client.post(f"/sign-in/link/{token}").headers["Location"] == "/sign-in/code"
    assert client.get("/me").status_code == 302


@pytest.mark.parametrize("change", ["late", "password", "suspended"])
def test_the_first_half_does_not_keep(client: Client, db: None, change: str) -> None:
    user = enrolled(account(password=PASSWORD))
    enter(client, user)
    if change == "late":
        session = client.session
        session[PENDING] |= {"at": (moment() - timedelta(minutes=6)).isoformat()}
        session.save()
    elif change == "password":
        user.set_password(NEW)
        user.save()
    else:
        User.objects.update(is_active=False)
    assert client.post("/sign-in/code", {"code": code()}).headers["Location"] == "/sign-in"
    assert "_auth_user_id" not in client.session


def test_a_code_without_the_first_half_is_nothing(client: Client, db: None) -> None:
    assert client.post("/sign-in/code", {"code": "000000"}).headers["Location"] == "/sign-in"


def test_forms_are_not_taken_from_elsewhere(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    user = account(password=PASSWORD)
    assert client.post("/sign-in", {"username": user.username, "password": PASSWORD}).status_code == 403
    client.force_login(user)
    for path in ("/sign-out", "/me/sessions/end", "/me/password", "/sign-in/with/oidc"):
        assert client.post(path).status_code == 403
    assert SignIn.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize(
    ("path", "chinese", "english"),
    [
        ("/me", "我的账号", "My account"),
        ("/me/password", "现在的密码", "Present password"),
        ("/me/recovery", "换一套备用码", "Renew the recovery codes"),
        ("/accounts", "没有默认密码", "no default password"),
    ],
)
def test_a_page_speaks_the_language_of_its_reader(db: None, path: str, chinese: str, english: str) -> None:
    client = officer(Office.SECURITY)
    for language, here, not_here in (("zh-hans", chinese, english), ("en", english, chinese)):
        client.cookies["django_language"] = language
        page = client.get(path).content.decode()
        assert (here in page, not_here in page) == (True, False)


def test_no_template_says_a_word_in_one_language_only(root: Path) -> None:
    templates = sorted((root / "src/meihao/records/accounts/templates").rglob("*.html"))
    assert len(templates) > 10
    for template in templates:
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"\{%.*?%\}", "", text)), template.name
        for said in re.findall(r"\{% say (.*?)%\}", text):
            assert re.match(r'"[^"]*[\u4e00-\u9fff][^"]*" "[^"\u4e00-\u9fff]+"', said), (template.name, said)


def test_the_language_chosen_comes_back_at_the_next_sign_in(db: None) -> None:
    user, first, second = account(password=PASSWORD), Client(), Client()
    enter(first, user)
    first.post("/me/language", {"language": "en"})
    enter(second, user)
    assert second.cookies["django_language"].value == "en"
    assert first.post("/me/language", {"language": "tlh"}).status_code == 422


# --- administering


def test_an_account_is_opened_changed_and_suspended(db: None) -> None:
    system = officer(Office.SYSTEM)
    opened = system.post("/accounts/open", {"username": "Chen.Xu", "name": "陈虚", "email": ""})
    user = User.objects.get(username="chen.xu")
    page = opened.headers["Location"]
    assert page == f"/accounts/{user.key}"
    assert system.get(page).status_code == 200
    assert (
        "已经有了"
        in system.post("/accounts/open", {"username": "chen.xu", "name": "另一人"}).content.decode()
    )
    system.post(f"{page}/change", {"username": "chen.xu", "name": "陈虚构", "email": ""})
    assert User.objects.get(pk=user.pk).name == "陈虚构"
    shown = system.post(f"{page}/link").content.decode()
    (token,) = re.findall(r"/sign-in/link/([\w-]{43})", shown)
    assert Client().get(f"/sign-in/link/{token}").status_code == 200
    assert system.get(f"{page}/link").status_code == 405
    assert system.post(f"{page}/suspend", {"reason": ""}).status_code == 200
    system.post(f"{page}/suspend", {"reason": "离职"})
    assert not User.objects.get(pk=user.pk).is_active
    system.post(f"{page}/resume")
    assert User.objects.get(pk=user.pk).is_active
    assert system.post(f"{page}/office", {"office": Office.AUDIT}).status_code == 403


def test_the_security_administrator_appoints_and_resets(db: None) -> None:
    security, user = officer(Office.SECURITY), enrolled(account())
    page = f"/accounts/{user.key}"
    security.post(f"{page}/office", {"office": Office.AUDIT})
    assert User.objects.get(pk=user.pk).office == Office.AUDIT
    security.post(f"{page}/office", {"office": ""})
    assert User.objects.get(pk=user.pk).office == ""
    security.post(f"{page}/reset-factor")
    assert not SecondFactor.objects.filter(user=user).exists()
    assert "没有绑定" in security.post(f"{page}/reset-factor", follow=True).content.decode()
    assert security.post(f"{page}/suspend", {"reason": "离职"}).status_code == 403


def test_an_account_that_is_not_there_is_not_there(db: None) -> None:
    assert officer(Office.SYSTEM).get("/accounts/00000000-0000-4000-8000-000000000000").status_code == 404


def test_the_list_is_searched_and_narrowed(db: None) -> None:
    system = officer(Office.SYSTEM)
    for number in range(3):
        account(username=f"he.zhu{number}", name=f"禾渚{number}")
    actions.suspend(by=console(), user=User.objects.get(username="he.zhu2"), reason="离职")

    def listed(query: str) -> list[str]:
        return re.findall(r"he\.zhu\d", system.get(f"/accounts?{query}").content.decode())

    assert sorted(set(listed(""))) == ["he.zhu0", "he.zhu1", "he.zhu2"]
    assert set(listed("q=禾渚1")) == {"he.zhu1"}
    assert set(listed("state=suspended")) == {"he.zhu2"}
    assert set(listed("office=system-admin")) == set()


@pytest.mark.parametrize(("office", "path"), [(Office.SYSTEM, "/accounts"), (Office.AUDIT, "/trail")])
def test_a_list_asks_the_database_as_often_for_fifty_rows_as_for_five(
    db: None, office: str, path: str
) -> None:
    client = officer(office)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    for _ in range(5):
        account()
    few = asked()
    for _ in range(45):
        account()
    assert asked() == few


# --- the trail


def test_the_trail_is_narrowed_and_an_entry_read(db: None) -> None:
    reader, user = officer(Office.AUDIT), account()
    actions.suspend(by=console(), user=user, reason="调离")
    actions.resume(by=console(datetime(2025, 10, 21, 17, tzinfo=UTC)), user=user)

    def found(query: str) -> int:
        return int(reader.get(f"/trail?{query}").context["total"])

    everything = found("")
    assert everything == AuditEntry.objects.count()
    assert found("action=accounts.account.suspend") == 2
    assert found(f"subject=account:{user.key}") == 3
    assert found("day=2025-10-20") == everything - 1
    assert found("day=2025-10-22") == 1  # one in the morning there
    assert found("person=test") == everything
    assert found("person=00000000-0000-4000-8000-000000000000") == found("organisation=none") == 0
    seq = AuditEntry.objects.filter(action="accounts.account.suspend")[0].seq
    assert "调离" in reader.get(f"/trail/{seq}").content.decode()
    assert reader.get("/trail/9999").status_code == 404


def test_the_trail_shows_names_that_it_does_not_keep(db: None) -> None:
    reader, user = officer(Office.AUDIT), account(name="陆虚构")
    Client().post("/sign-in", {"username": user.username, "password": "not it at all"})
    page = reader.get("/trail").content.decode()
    assert "陆虚构" in page
    assert "未登录的人" in page
    assert "陆虚构" not in "".join(AuditEntry.objects.values_list("body", flat=True))


def test_the_head_is_one_line_of_text(db: None) -> None:
    reader = officer(Office.AUDIT)
    before = audit.head()
    answer = reader.get("/trail/head")
    assert answer.content.decode() == f"{before}\n"
    assert audit.head().seq == before.seq + 1
    assert answer.headers["Content-Type"].startswith("text/plain")
