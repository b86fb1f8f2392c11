"""The operator's commands: the first account, links, the trail."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from meihao.records.accounts import audit
from meihao.records.accounts.append_only import DROPPED
from meihao.records.accounts.models import AuditEntry, User
from tests.records.accounts.people import account


def said(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def token(printed: str) -> str:
    (found,) = re.findall(r"http://localhost/sign-in/link/([\w-]{43})\n", printed)
    return str(found)


def test_the_first_account_comes_in_by_the_link_that_is_printed(client: Client, db: None) -> None:
    printed = said("open_account", "--office", "security-admin", "--name", "林虚", "lin")
    user = User.objects.get()
    assert (user.username, user.name, user.office) == ("lin", "林虚", "security-admin")
    assert not user.has_usable_password()
    assert client.post(f"/sign-in/link/{token(printed)}").status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_an_account_that_is_there_is_refused_and_gets_no_link(db: None) -> None:
    said("open_account", "lin")
    before = AuditEntry.objects.count()
    with pytest.raises(CommandError, match="已经有了"):
        said("open_account", "LIN")
    assert AuditEntry.objects.count() == before


def test_a_link_for_whoever_cannot_come_in(client: Client, db: None) -> None:
    account(username="lin")
    assert client.get(f"/sign-in/link/{token(said('link', 'LIN'))}").status_code == 200
    with pytest.raises(CommandError, match="没有账号"):
        said("link", "nobody")
    printed = said("link", "lin", "--at", "https://edu.example/")
    assert re.search(r"^https://edu\.example/sign-in/link/[\w-]{43}$", printed, re.MULTILINE)


def test_the_head_is_printed_kept_and_verified_against(db: None, tmp_path: Path) -> None:
    kept = tmp_path / "heads.txt"
    for name in ("lin", "chen"):
        account(username=name)
        before = audit.head()  # the entry of the export itself comes after what it exports
        assert said("audit", "head", "--to", str(kept)) == f"{before}\n"
    assert len(kept.read_text().splitlines()) == 2
    assert "4 条" in said("audit", "verify", "--anchor", str(kept))
    for statement in DROPPED[connection.vendor]:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    AuditEntry.objects.filter(seq__gte=3).delete()
    with pytest.raises(CommandError, match="2 处"):
        said("audit", "verify", "--anchor", str(kept))


def test_a_file_that_holds_no_heads_is_refused_with_its_line(db: None, tmp_path: Path) -> None:
    kept = tmp_path / "heads.txt"
    kept.write_text(f"{audit.head()}\nnot a head\n")
    with pytest.raises(CommandError, match=r"heads\.txt:2"):
        said("audit", "verify", "--anchor", str(kept))
    with pytest.raises(CommandError, match=r"none\.txt"):
        said("audit", "verify", "--anchor", str(tmp_path / "none.txt"))
