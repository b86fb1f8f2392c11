"""Deleting any one guard turns a test red: two of them in short, and the control that nothing turns it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.trust.__main__ import main
from bench.trust.guards import command
from bench.trust.guards.copies import ROOT, NoVerdictError, covering, green
from bench.trust.guards.sites import DOUBLED, Site, harmless, sites

SOURCE = """\
def change(by, unit):
    access.require(by, "a.write", unit)
    within = access.scope(by, "a.read").within("pk")
    rows = Thing.objects.scoped(within, by.name)
    other = Thing.objects.scoped(Q(pk=1), "a column of a scoped list")
    if not access.allowed(by, "a.write", unit):
        raise Missing
    return rows, other
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    room = tmp_path / "src/meihao/records/room"
    room.mkdir(parents=True)
    (room / "actions.py").write_text(SOURCE, encoding="utf-8")
    return tmp_path


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (line,) = capsys.readouterr().out.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_two_guards_that_are_deleted_are_missed_by_a_test(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    some = [site for site in sites(ROOT) if site.file.endswith("library/actions.py")]
    monkeypatch.setattr(command, "sites", lambda root: some)
    assert main(["guards", "--n", "2", "--seed", "3", "--quick"]) == 0
    line = told(capsys)
    assert (line["tried"], line["killed"], line["verdict"]) == (2, 2, "PASS")


def test_what_is_no_guard_is_missed_by_nobody(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    one = harmless(ROOT)[:1]
    monkeypatch.setattr(command, "harmless", lambda root: one)
    assert main(["guards", "--control"]) == 1
    line = told(capsys)
    assert (line["tried"], line["killed"], line["verdict"]) == (1, 0, "FAIL")


def test_every_guard_of_a_room_is_found_and_can_be_taken_out(tree: Path) -> None:
    found = sites(tree)
    assert [(site.line, site.kind) for site in found] == [(2, "require"), (4, "scope"), (6, "allowed")]
    source = SOURCE.encode()
    without = [site.gone(source).decode().splitlines()[site.line - 1].strip() for site in found]
    assert without == ["pass", "rows = Thing.objects.scoped(None, by.name)", "if not True:"]


def test_the_guards_of_the_tree_are_found() -> None:
    found = sites(ROOT)
    assert len(found) > 100
    assert {"require", "scope", "allowed", "holds", "branch", "may_write"} == {site.kind for site in found}
    assert {site.file.split("/")[3] for site in found if "/records/" in site.file} == {
        "accounts",
        "registry",
        "library",
        "returns",
    }
    for place in DOUBLED:
        assert [site for site in found if site.is_at(ROOT, place)], f"no such guard any more: {place[:2]}"


def test_each_guard_has_covering_its_room(tree: Path) -> None:
    for site in sites(ROOT):
        first = covering(site, ROOT)[0]
        assert [test for test in first if (ROOT / test).exists()], site
    assert covering(Site("src/meihao/web/guard.py", 1, 0, 0, "branch", ""), ROOT)[-1] == [
        "tests/web/test_canary.py"
    ]


def test_tests_that_do_not_run_are_no_verdict(tree: Path) -> None:
    (tree / "tests").mkdir()
    (tree / "tests/test_broken.py").write_text("import no_such_module", encoding="utf-8")
    with pytest.raises(NoVerdictError):
        green(["tests/test_broken.py"], tree)
