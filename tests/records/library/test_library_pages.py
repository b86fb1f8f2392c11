"""The pages: what each shows to whom, and the way through every form."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meihao.records.accounts.acting import Acting
from meihao.records.library import actions, actions_clauses
from meihao.records.library.actions import File
from meihao.records.library.models import Clause, Document, Version
from tests.records.library.conftest import TRIAL, Cast


@pytest.fixture(autouse=True)
def plain_sign_in(settings: object) -> None:
    """Without the room of sign-ins: here somebody simply is signed in."""
    kept = [one for one in settings.MIDDLEWARE if not one.endswith("sessions.Sessions")]  # type: ignore[attr-defined]
    settings.MIDDLEWARE = kept  # type: ignore[attr-defined]


def signed_in(by: Acting) -> Client:
    client = Client()
    assert by.user is not None
    client.force_login(by.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, name: str, *args: object, **asked: str) -> str:
    answer = client.get(reverse(f"library:{name}", args=args), asked)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def entered(cast: Cast, title: str = "督学办法", **more: object) -> Version:
    file = File("办法 终稿\r\n.txt", "第一条 甲。".encode())
    return actions.enter_document(by=cast.officer, what=cast.what(title, **more), term=TRIAL, file=file)


def test_the_list_shows_what_is_in_scope_and_narrows(cast: Cast) -> None:
    entered(cast)
    entered(cast, "公开通知", kind="notice", public=True)
    all_ = {"as_of": "2025-10-20"}
    assert {"督学办法", "公开通知"} <= set(
        re.findall("督学办法|公开通知", page(signed_in(cast.reader), "documents", **all_))
    )
    seen = page(signed_in(cast.teacher), "documents", **all_)
    assert "公开通知" in seen
    assert "督学办法" not in seen
    found = page(signed_in(cast.reader), "documents", state="trial", kind="notice", **all_)
    assert "公开通知" in found
    assert "督学办法" not in found
    assert "没有符合条件的文件" in page(signed_in(cast.reader), "documents", q="无此文", **all_)
    assert "试行期满" in page(signed_in(cast.reader), "documents", as_of="2026-02-01")


def test_a_visitor_signs_in_first_and_others_documents_are_not_there(cast: Cast) -> None:
    version = entered(cast)
    inside = reverse("library:document", args=[version.document.key])
    download = reverse("library:file", args=[version.key])
    assert Client().get(inside).status_code == 302
    for address in (inside, download):
        assert signed_in(cast.reader).get(address).status_code == 200
        assert signed_in(cast.teacher).get(address).status_code == 404
        assert signed_in(cast.stranger).get(address).status_code == 404


def test_only_who_may_write_sees_and_opens_the_forms(cast: Cast) -> None:
    key = entered(cast, public=True).document.key
    links = {
        name: reverse(f"library:{name}", args=[key]) for name in ("issue", "extend", "repeal", "clauses")
    }
    today = {"as_of": "2025-10-20"}
    mine, theirs = (page(signed_in(by), "document", key) for by in (cast.officer, cast.reader))
    for name, address in links.items():
        assert address in mine, name
        assert address not in theirs
        assert signed_in(cast.officer).get(address, today).status_code == 200
        assert signed_in(cast.reader).get(address).status_code == 403
        assert signed_in(cast.stranger).get(address).status_code == 403  # an officer, of another bureau
    assert signed_in(cast.reader).get(reverse("library:enter")).status_code == 403


def test_a_document_goes_through_every_form(cast: Cast) -> None:
    client = signed_in(cast.officer)
    file = SimpleUploadedFile("办法.txt", "第一条 甲。".encode())
    given = {"title": "《值班办法（试行）》", "number": "澄教[2025]1号", "kind": "measures"}
    term = {"since": "2025-01-01", "trial": "on", "trial_until": "2025-12-01"}
    sent = {**given, **term, "shelf": str(cast.bureau.key), "file": file}
    answer = client.post(reverse("library:enter"), sent)
    row = Document._plain.get()
    assert (row.title, row.number) == ("值班办法（试行）", "澄教〔2025〕1号")
    assert answer.headers["Location"] == reverse("library:document", args=[row.key])

    def post(name: str, **sent: str) -> int:
        return client.post(reverse(f"library:{name}", args=[row.key]), sent).status_code

    assert post("extend", on="2026-12-01", basis="延期通知") == 302
    assert post("clauses", pasted="第一条 甲\n第三条 乙") == 200
    assert not Clause._plain.exists()  # that was the preview
    assert post("clauses", pasted="第一条 甲\n第三条 乙", confirmed="1") == 302
    assert 'id="c3"' in page(client, "document", row.key)
    assert post("issue", since="2025-06-01", basis="修订") == 302
    assert post("repeal", on="2027-01-01", basis="清理决定") == 302
    assert list(Version._plain.order_by("pk").values_list("until", flat=True).distinct()) != [None]
    assert Version._plain.count() == 2


def test_what_is_refused_is_said_in_the_form_and_nothing_typed_is_lost(cast: Cast) -> None:
    client, key = signed_in(cast.officer), entered(cast).document.key
    for name, sent, says in (
        ("extend", {"on": "2025-01-01", "basis": "我写的依据"}, "须晚于原定"),
        ("clauses", {"pasted": "我写的依据"}, "没有认出条款"),
    ):
        answer = client.post(reverse(f"library:{name}", args=[key]), sent)
        told = answer.content.decode()
        assert answer.status_code == 422
        assert says in told
        assert "我写的依据" in told
    secret = SimpleUploadedFile("a.txt", "秘密★1年".encode())
    last = {"title": "甲", "kind": "notice", "shelf": "", "since": "2025-01-01", "file": secret}
    answer = client.post(reverse("library:enter"), last)
    assert (answer.status_code, "非涉密系统，没有保存" in answer.content.decode()) == (422, True)


def test_a_download_is_an_attachment_whatever_it_is_called(cast: Cast) -> None:
    version = entered(cast)
    Version._plain.update(filename='a";\r\nX-Evil: 1\n公文.txt')
    answer = signed_in(cast.reader).get(reverse("library:file", args=[version.key]))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "X-Evil" not in answer.headers
    said = answer.headers["Content-Disposition"]
    assert said.startswith("attachment;")
    assert quote("公文") in said
    assert not set("\r\n") & set(said)
    assert b"".join(answer.streaming_content) == "第一条 甲。".encode()  # type: ignore[attr-defined]


def test_text_of_others_is_shown_as_text(cast: Cast) -> None:
    version = entered(cast, "<script>alert(1)</script>", number="{{7*7}}")
    actions_clauses.add_clauses(
        by=cast.officer, key=str(version.document.key), pasted="第一条 <img src=x onerror=alert(1)>"
    )
    told = page(signed_in(cast.reader), "document", version.document.key)
    assert "<script>alert" not in told
    assert "<img src=x" not in told
    assert "{{7*7}}" in told


def test_a_page_names_the_policies_that_cite_its_document(cast: Cast) -> None:
    actions_clauses.enter_cited(by=cast.console, on=cast.console.day)
    row = Document._plain.get(number="教督〔2017〕6号")
    told = page(signed_in(cast.nobody), "document", row.key)
    assert "cn/compulsory-balance" in told
    anchors = set(re.findall(r'href="#(\w[\w-]*)"', told)) - {"main"}
    assert anchors
    assert all(f'id="{anchor}"' in told for anchor in anchors)


def test_both_languages(cast: Cast) -> None:
    client, key = signed_in(cast.officer), entered(cast).document.key
    client.cookies["django_language"] = "en"
    for name, args, says in (
        ("documents", [], "Issued documents"),
        ("document", [key], "No policy cites this document"),
        ("expiring", [], "Trials that expire within"),
        ("extend", [key], "Extend the trial"),
        ("enter", [], "In force from"),
    ):
        assert says in page(client, name, *args)


@pytest.mark.parametrize("name", ["documents", "expiring"])
def test_a_page_of_fifty_asks_no_more_than_a_page_of_five(cast: Cast, name: str) -> None:
    client, asked = signed_in(cast.officer), []
    for rows in (5, 50):
        for at in range(Document._plain.count(), rows):
            entered(cast, f"办法{at}")
        page(client, name)
        with CaptureQueriesContext(connection) as seen:
            told = page(client, name, as_of="2025-12-20")
        assert len(re.findall("办法\\d+</a>", told)) == rows
        asked.append(len(seen))
    assert asked[0] == asked[1]
