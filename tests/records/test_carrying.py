"""Every export has its entry in the trail before a byte of it leaves; where that fails, nothing leaves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from meihao.records.accounts import audit
from meihao.records.accounts.acting import Acting
from meihao.records.accounts.matrix import MATRIX
from meihao.records.accounts.models import AuditEntry, Office
from meihao.records.library.actions import File, Particulars, Term, enter_document
from meihao.records.returns.models import Campaign, Return, Submission
from tests.records.registry.district import DAY, District, holder, person
from tests.records.registry.people.school import pupil

AT = datetime(2024, 10, 10, tzinfo=UTC)
TEXT = "第一条 为规范教学管理，制定本办法（虚构）。\n".encode()
Case = tuple[Acting, str]


@pytest.fixture
def district(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> District:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("meihao.records.accounts.sessions.held_at", lambda user: "")
    return District()


def organisations(district: District) -> Case:
    return holder("section-officer", district.bureau), "/registry/organisations/export"


def document(district: District) -> Case:
    officer = holder("section-officer", district.bureau)
    what = Particulars("教学管理办法（虚构）", shelf=str(district.bureau.key))
    version = enter_document(by=officer, what=what, term=Term(DAY), file=File("办法.txt", TEXT))
    return officer, f"/library/files/{version.key}"


def head(district: District) -> Case:
    return person(office=Office.AUDIT), "/trail/head"


def roster(district: District) -> Case:
    pupil(district.first)
    return holder("section-officer", district.bureau), "/registry/oneroster.zip"


def handed_in(district: District) -> Case:
    campaign = Campaign._plain.create(
        authority=district.bureau,
        place="990106",
        title="学校填报（虚构）",
        form="cn/compulsory/school-return",
        fact="cn/compulsory/campus",
        on=DAY,
        due=DAY,
        issued_at=AT,
        issued_by="虚构",
    )
    filed = Return._plain.create(
        campaign=campaign, organisation=district.first, code="2199000001", state="submitted"
    )
    rows = [{"school_code": filed.code, "name": "虚构"}]
    Submission._plain.create(of=filed, number=1, rows=rows, digest="0" * 64, via="web", at=AT, by="虚构")
    officer = holder("section-officer", district.bureau)
    return officer, reverse("returns:values", args=[campaign.key])


CASES: dict[str, Callable[[District], Case]] = {
    "registry:export": organisations,
    "library:file": document,
    "accounts:head": head,
    "registry:oneroster": roster,
    "returns:values": handed_in,
}
ELSEWHERE = ("figures:workbook",)  # it takes a district with figures: tests/releases/test_figures_pages.py


def taken(by: Acting, address: str, *, raises: bool = True) -> HttpResponseBase:
    assert by.user is not None
    client = Client(raise_request_exception=raises)
    client.force_login(by.user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(address)


def content(answer: HttpResponseBase) -> bytes:
    pieces: Iterator[bytes] = iter(answer)
    return b"".join(pieces)


def listed(data: bytes) -> int:
    """The rows of a workbook below its header, as a program reads them."""
    sheet = load_workbook(BytesIO(data)).worksheets[0]
    assert sheet.max_row > 2
    return sheet.max_row - 1


def test_these_are_all_the_routes_that_export() -> None:
    routes = {
        route for action in MATRIX.actions.values() if action.kind == "export" for route in action.routes
    }
    assert routes == {*CASES, *ELSEWHERE}


@pytest.mark.parametrize("route", CASES)
def test_an_export_says_who_took_how_many_rows_of_which_bytes(district: District, route: str) -> None:
    by, address = CASES[route](district)
    before = audit.head().seq
    data = content(taken(by, address))
    (entry,) = AuditEntry.objects.filter(seq__gt=before)
    assert (entry.action, entry.user_key) == (MATRIX.by_route[route].key, by.user and by.user.key)
    detail = json.loads(entry.body)["detail"]
    assert detail["sha256"] == hashlib.sha256(data).hexdigest()
    assert detail["bytes"] == len(data)
    assert detail["rows"] == (listed(data) if route == "registry:export" else 1)
    assert list(audit.verify()) == []


@pytest.mark.parametrize("route", CASES)
def test_where_the_trail_fails_no_byte_leaves(
    district: District, route: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    by, address = CASES[route](district)
    whole = content(taken(by, address))  # the control: it opens

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(audit, "record", broken)
    answer = taken(by, address, raises=False)
    assert answer.status_code == 500
    assert not answer.has_header("Content-Disposition")
    assert whole[:20] not in content(answer)


def test_the_head_that_was_exported_stands_in_the_trail(district: District) -> None:
    by, address = head(district)
    first, second = (audit.Head.read(content(taken(by, address)).decode()) for _ in range(2))
    assert second.seq == first.seq + 1
    assert list(audit.verify([first, second])) == []
    assert list(audit.verify([audit.Head(first.seq, "0" * 64)])) != []  # the control


def test_the_command_leaves_one_too(db: None) -> None:
    before, out = audit.head(), StringIO()
    call_command("audit", "head", stdout=out)
    assert audit.Head.read(out.getvalue()) == before
    assert AuditEntry.objects.get(seq=before.seq + 1).action == "accounts.trail.export"
