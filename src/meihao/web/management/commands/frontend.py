"""`manage.py frontend`: the front-end files that pages load, from npm into the static files."""

from __future__ import annotations

import gzip
import re
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

ROOT = Path(settings.BASE).parents[2]
INTO = Path(settings.BASE).parent / "ui" / "static" / "vendor"
USED = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "echarts.min.js": "echarts/dist/echarts.min.js",
}
"""What is served, and where npm puts it. Versions and checksums stand in package-lock.json."""

_MAP = re.compile(rb"\n?//[#@] sourceMappingURL=[^\n]*\n?")


class Command(BaseCommand):
    """Copies what is used; installs it first where it is not there."""

    help = "取用前端文件：node_modules → src/meihao/ui/static/vendor"

    def handle(self, *args: Any, **options: Any) -> None:
        """Installs by the lock file if anything is missing, copies, and says what is there."""
        modules = ROOT / "node_modules"
        if not all((modules / path).is_file() for path in USED.values()):
            subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=ROOT, check=True)
        for name, size in copied(modules, INTO).items():
            self.stdout.write(f"{name}  {size:,} B")


def copied(modules: Path, into: Path) -> dict[str, int]:
    """Copies the used files and a packed twin of each; their sizes. No file says where its map would be."""
    into.mkdir(parents=True, exist_ok=True)
    sizes = {}
    for name, path in USED.items():
        content = _MAP.sub(b"\n", (modules / path).read_bytes())
        (into / name).write_bytes(content)
        (into / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
        sizes[name] = len(content)
    return sizes
