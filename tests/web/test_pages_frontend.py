"""The front-end files: what is pinned, what is taken, what is left out, and what a page weighs."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from meihao.web.management.commands.frontend import (
    BUNDLED,
    COPIED,
    INTO,
    ROOT,
    bundled,
    copied,
    installed,
    laid,
)
from tests.records.registry.district import bureau, grant, person

MOST = 250_000  # bytes that come over the wire for a page, packed
_LOADED = re.compile(r'(?:src|<link[^>]* href)="/static/([^"?]+)')


def test_used_files_are_copied_without_their_maps(tmp_path: Path) -> None:
    for path in COPIED.values():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"go();\n//# sourceMappingURL=x.js.map\n")
    assert copied(tmp_path) == dict.fromkeys(COPIED, b"go();\n")


def test_a_file_has_a_packed_twin(tmp_path: Path) -> None:
    laid(tmp_path / "into", "a.js", b"go();\n")
    assert (tmp_path / "into" / "a.js").read_bytes() == b"go();\n"
    assert gzip.decompress((tmp_path / "into" / "a.js.gz").read_bytes()) == b"go();\n"


def test_what_is_served_is_what_the_entry_asks_for(root: Path) -> None:
    for name, content in bundled(root / "node_modules").items():
        assert (INTO / name).read_bytes() == content, "manage.py frontend"
        assert content.startswith(b"/*!")
        assert b"sourceMappingURL" not in content


def test_another_version_is_installed_anew(tmp_path: Path) -> None:
    package, folder = tmp_path / "package.json", tmp_path / "modules" / "a"
    package.write_text('{"dependencies": {"a": "1.0.0"}, "devDependencies": {}}')
    assert not installed(package, tmp_path / "modules")
    folder.mkdir(parents=True)
    (folder / "package.json").write_text('{"version": "1.0.0"}')
    assert installed(package, tmp_path / "modules")
    (folder / "package.json").write_text('{"version": "0.9.0"}')
    assert not installed(package, tmp_path / "modules")


def test_versions_are_pinned_and_the_lock_names_no_address() -> None:
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    for name, version in (package["dependencies"] | package["devDependencies"]).items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        locked = lock["packages"][f"node_modules/{name}"]
        assert locked["version"] == version
        assert locked["integrity"].startswith("sha512-")
    used = {path.split("/")[0] for path in COPIED.values()} | {called for called, _ in BUNDLED.values()}
    assert used == set(package["dependencies"])
    assert not re.search(r"https?://", json.dumps(lock))


@pytest.mark.parametrize("address", ["/", "/help/components", "/registry/organisations"])
def test_a_page_with_all_it_loads_is_light(db: None, address: str) -> None:
    by, client = person("林虚"), Client()
    grant(by, "section-officer", bureau())
    assert by.user is not None
    client.force_login(by.user)
    page = client.get(address)
    loaded = set(_LOADED.findall(page.content.decode()))
    assert {"vendor/htmx.min.js", "ui/tokens.css"} <= loaded
    assert ("vendor/echarts.min.js" in loaded) is (address == "/help/components")
    files = [Path(str(finders.find(name))).read_bytes() for name in loaded]
    assert sum(len(gzip.compress(content)) for content in (page.content, *files)) <= MOST
