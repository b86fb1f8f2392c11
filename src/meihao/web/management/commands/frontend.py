"""`manage.py frontend`: the front-end files that pages load, from npm into the static files."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

ROOT = Path(settings.BASE).parents[2]
UI = Path(settings.BASE).parent / "ui"
INTO = UI / "static" / "vendor"
COPIED = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet.css": "leaflet/dist/leaflet.css",
}
"""What is served, and where npm puts it. Versions and checksums stand in package-lock.json."""

BUNDLED = {"echarts.min.js": ("echarts", UI / "echarts.js")}
"""What is put together of parts of a package: the name its exports have in a page, and what is taken."""

SERVED = (*COPIED, *BUNDLED)
_NOTICE = "/*! Apache ECharts: Apache-2.0. zrender: BSD-3-Clause. tslib: 0BSD. */"
_MAP = re.compile(rb"\n?//[#@] sourceMappingURL=[^\n]*\n?")


class Command(BaseCommand):
    """Takes what is used; installs it first where another version is there, or none."""

    help = "取用前端文件：node_modules → src/meihao/ui/static/vendor"

    def handle(self, *args: Any, **options: Any) -> None:
        """Installs by the lock file if need be, copies and bundles, and says what is there."""
        modules = ROOT / "node_modules"
        if not installed(ROOT / "package.json", modules):
            subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=ROOT, check=True)
        files = copied(modules) | bundled(modules)
        for name, content in files.items():
            laid(INTO, name, content)
            self.stdout.write(f"{name}  {len(content):,} B")


def installed(package: Path, modules: Path) -> bool:
    """Whether npm has put there each package in the version that is pinned."""
    said = json.loads(package.read_text("utf-8"))
    return all(
        _version(modules / name) == it
        for name, it in (said["dependencies"] | said["devDependencies"]).items()
    )


def _version(folder: Path) -> str:
    path = folder / "package.json"
    return str(json.loads(path.read_text("utf-8"))["version"]) if path.is_file() else ""


def copied(modules: Path) -> dict[str, bytes]:
    """The files that are served as they come. No file says where its map would be."""
    return {name: _MAP.sub(b"\n", (modules / path).read_bytes()) for name, path in COPIED.items()}


def bundled(modules: Path) -> dict[str, bytes]:
    """The files that are put together by esbuild of what the entries import."""
    return {name: _bundle(modules, *entry) for name, entry in BUNDLED.items()}


def _bundle(modules: Path, called: str, entry: Path) -> bytes:
    command = [
        str(modules / ".bin" / "esbuild"),
        "--bundle",
        "--minify",
        "--format=iife",
        "--target=chrome90",
    ]
    named = [f"--global-name={called}", f"--banner:js={_NOTICE}", "--log-level=warning", str(entry)]
    return subprocess.run([*command, *named], check=True, stdout=subprocess.PIPE, cwd=modules.parent).stdout


def laid(into: Path, name: str, content: bytes) -> None:
    """Writes a file and its packed twin."""
    into.mkdir(parents=True, exist_ok=True)
    (into / name).write_bytes(content)
    (into / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
