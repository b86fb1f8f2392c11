"""Pages of releases: what each shows to whom, and what anybody may read."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from meihao.records.accounts.acting import Acting
from meihao.releases import publishing
from meihao.releases.models import Release
from tests.releases.leaving import STANDARD, Cast, make_cast, rows_of, taken


@pytest.fixture
def cast(db: None, settings: Settings, tmp_path: Path) -> Cast:
    settings.MEDIA_ROOT = tmp_path / "files"
    return make_cast()


def opened(by: Acting) -> Client:
    assert by.user is not None
    client = Client()
    client.force_login(by.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def drafted(cast: Cast, audience: str = "public") -> Release:
    key = cast.snapshot.key
    return publishing.draft(by=cast.officer, snapshot=key, standard=STANDARD, audience=audience)


def test_from_the_form_of_a_section_to_a_page_that_anybody_reads(cast: Cast) -> None:
    officer, head, anybody = opened(cast.officer), opened(cast.head), Client()
    assert "还没有公开的数据" in page(anybody, "/public/")
    assert str(cast.snapshot.logical_hash[:12]) in page(officer, "/figures/releases/draft")
    said = {
        "snapshot": str(cast.snapshot.key),
        "standard": STANDARD,
        "audience": "public",
        "title": "义务教育",
    }
    answer = officer.post("/figures/releases/draft", said)
    at = answer.headers["Location"]
    shown = page(officer, at)
    assert "草稿：以下是现在签发会公布的样子" in shown
    assert f"{at}/publish" not in shown
    assert "1 份草稿等待签发" in page(head, "/figures/releases/")
    assert f"{at}/publish" in page(head, at)
    assert head.post(f"{at}/publish", {}).status_code == 422
    assert head.post(f"{at}/publish", {"seen": "on"}).status_code == 302
    key = at.rpartition("/")[2]
    assert "义务教育" in page(anybody, "/public/")
    public = page(anybody, f"/public/{key}")
    assert "石觅乡" in public
    assert "<strong>c</strong>" in public
    assert "<strong>x</strong>" in public


def test_the_check_says_that_it_is_as_published(cast: Cast) -> None:
    release = publishing.publish(by=cast.head, key=drafted(cast).key)
    at = f"/figures/releases/{release.key}"
    inspector = opened(cast.inspector)
    assert "与发布时一致，保密的格推算不出" in page(inspector, f"{at}/check")
    said = inspector.get(f"{at}/check", headers={"accept-language": "en"}).content.decode()
    assert "what is withheld cannot be worked out" in said
    page(inspector, f"/figures/releases/{drafted(cast).key}/check", 404)


def test_a_head_puts_right_and_withdraws(cast: Cast) -> None:
    release = publishing.publish(by=cast.head, key=drafted(cast).key)
    again = taken(cast.bureau, rows_of({"S5": ("澄墨街道", 900, 45, 300)}))
    head, at = opened(cast.head), f"/figures/releases/{release.key}"
    said = {"snapshot": str(again.key), "note": "补报 5 名教师"}
    draft = head.post(f"{at}/amend", said).headers["Location"]
    head.post(f"{draft}/publish", {"seen": "on"})
    key = draft.rpartition("/")[2]
    assert "这一版已由第 2 版更正" in page(head, at)
    assert "这一版已由第 2 版更正" in page(Client(), f"/public/{release.key}")
    assert "补报 5 名教师" in page(Client(), f"/public/{key}")
    assert head.post(f"{draft}/withdraw", {"reason": "口径有误"}).status_code == 302
    page(Client(), f"/public/{key}", 404)
    assert "口径有误" in page(head, draft)


def test_a_draft_that_the_gate_keeps_in_says_why(cast: Cast) -> None:
    draft = drafted(cast, "government")
    head, at = opened(cast.head), f"/figures/releases/{draft.key}"
    shown = page(head, at)
    assert "没有给出这一类读者的保密规则" in shown
    assert f"{at}/publish" not in shown
    answer = head.post(f"{at}/publish", {"seen": "on"})
    assert (answer.status_code, "没有给出" in answer.content.decode()) == (422, True)
    assert head.post(f"{at}/discard", {"sure": "on"}).headers["Location"] == "/figures/releases/"
    page(head, at, 404)


def test_what_is_none_of_theirs_is_not_there(cast: Cast) -> None:
    draft = drafted(cast)
    at = f"/figures/releases/{draft.key}"
    for path in ("", "/check", "/publish", "/amend", "/withdraw", "/discard"):
        page(opened(cast.stranger), f"{at}{path}", 404)
    page(opened(cast.inspector), f"{at}/publish", 403)
    page(Client(), f"/public/{draft.key}", 404)


def test_a_list_asks_as_often_for_fifty_as_for_five(cast: Cast) -> None:
    asked = []
    for number in (5, 45):
        for _ in range(number):
            release = drafted(cast)
            said = {
                "published_by": "x",
                "policy": "x",
                "policy_digest": "x",
                "published_at": release.drafted_at,
            }
            Release._plain.filter(pk=release.pk).update(**said)
        for client, address in ((opened(cast.officer), "/figures/releases/"), (Client(), "/public/")):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert page(client, address).count("<tr") > number
            asked.append(len(queries))
    assert asked[:2] == asked[2:]
