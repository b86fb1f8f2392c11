"""The front-end files: what is pinned, what is copied, what is left out."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

from meihao.web.management.commands.frontend import USED, copied


def test_used_files_are_copied_without_their_maps_and_packed(tmp_path: Path) -> None:
    for path in USED.values():
        (tmp_path / "modules" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "modules" / path).write_bytes(b"go();\n//# sourceMappingURL=x.js.map\n")
    sizes = copied(tmp_path / "modules", tmp_path / "into")
    assert set(sizes) == set(USED)
    for name in USED:
        content = (tmp_path / "into" / name).read_bytes()
        assert content == b"go();\n"
        assert sizes[name] == len(content)
        assert gzip.decompress((tmp_path / "into" / f"{name}.gz").read_bytes()) == content


def test_versions_are_pinned_and_the_lock_names_no_address(root: Path) -> None:
    package = json.loads((root / "package.json").read_text("utf-8"))
    lock = json.loads((root / "package-lock.json").read_text("utf-8"))
    for name, version in (package["dependencies"] | package["devDependencies"]).items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        locked = lock["packages"][f"node_modules/{name}"]
        assert locked["version"] == version
        assert locked["integrity"].startswith("sha512-")
    assert {path.split("/")[0] for path in USED.values()} == set(package["dependencies"])
    assert not re.search(r"https?://", json.dumps(lock))
